//! The engine against the reference, and readings against the rows.

use super::world::{ENTRIES, USERS, holding, now, world};
use crate::{Engine, GrantSource, Located, Subject, reference};
use proptest::prelude::*;
use vouchsafe_types::{Actor, Ask, Capabilities, Capability, Grant, GrantId, GroupId, Holder, Permission, Resource};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_engine_agrees_with_the_reference(mut world in world()) {
        let expected = reference::holdings(&world.source, now());
        for entry in &world.entries {
            let resource = Resource::Entry(*entry);
            let located = world.source.place(&resource).unwrap();
            prop_assert!(matches!(located, Located::At(_)));
            let subjects: Vec<Subject> = world.users.iter().map(|user| Subject::User(*user)).collect();
            let together = Engine::default().holdings(&mut world.source, &subjects, &located, now()).unwrap();
            for (user, joint) in world.users.iter().zip(together) {
                let is_active = world.source.is_active(*user).unwrap();
                let want = if is_active { expected[&(*user, *entry)] } else { Capabilities::NONE };
                prop_assert_eq!(holding(&mut world.source, *user, *entry), want);
                prop_assert_eq!(joint.capabilities, want);
            }
        }
    }

    #[test]
    fn every_reading_proves_its_decision(mut world in world(), asked in 0..Capability::ALL.len(), manage in 0..3u8) {
        let engine = Engine::default();
        for user in &world.users {
            for entry in &world.entries {
                let (actor, resource) = (Actor::User(*user), Resource::Entry(*entry));
                for ask in [Ask::One(Capability::ALL[asked]), Ask::Whole] {
                    let permission = Permission { manage, ..Permission::on(resource.clone(), ask) };
                    let told = engine.explain(&mut world.source, &actor, &permission, now()).unwrap();
                    let checked = engine.check(&mut world.source, &actor, &permission, now()).unwrap();
                    prop_assert_eq!(told.decision, checked);
                    let verdict = told.verify(&mut world.source, &actor, &permission, now()).unwrap();
                    prop_assert_eq!(verdict, Ok(()), "{:?}", told);
                }
            }
        }
    }

    #[test]
    fn one_more_deny_never_gives_access(mut world in world(), who in 0..USERS, whom in 0..USERS + 3, on in 0..ENTRIES) {
        let before = reference::holdings(&world.source, now());
        let group = world.source.groups.keys().next().copied().unwrap_or_else(GroupId::mint);
        let holder = match whom {
            i if i < USERS => Holder::User(world.users[i]),
            i if i == USERS => Holder::Everyone,
            _ => Holder::Group(group),
        };
        world.source.grants.push(Grant {
            id: GrantId::mint(), issuer: world.users[who], holder, resource: Resource::Entry(world.entries[on]),
            capabilities: Capabilities::NONE, exact: true, expires_at: None, created_at: now(), origin: "test".into(),
        });
        let after = reference::holdings(&world.source, now());
        for (key, has) in after {
            prop_assert!(before[&key].covers(has), "{:?} went from {:?} to {:?}", key, before[&key], has);
        }
    }
}
