//! Lists against brute force.

use super::world::{holding, now, world};
use crate::{Dormancy, Engine, Subject, access::AccessQuery};
use proptest::prelude::*;
use std::collections::BTreeMap;
use vouchsafe_types::{Capabilities, Capability, Holder, Resource, UserId};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn who_has_access_is_everybody_who_has_some(mut world in world(), page in 1..4usize) {
        let engine = Engine::default();
        for entry in world.entries.clone() {
            let mut listed: BTreeMap<UserId, Capabilities> = BTreeMap::new();
            let mut after = None;
            loop {
                let query = AccessQuery { after: after.as_ref(), limit: page, opens: &|_| true };
                let found = engine.who_has_access(&mut world.source, &Resource::Entry(entry), &query, now()).unwrap();
                prop_assert!(found.items.len() <= page);
                for reach in found.items {
                    if let Holder::User(user) = reach.holder {
                        prop_assert_eq!(listed.insert(user, reach.capabilities), None, "listed twice");
                        let given = reach.via.iter().fold(Capabilities::NONE, |sum, g| sum | g.capabilities);
                        prop_assert!(reach.via.is_empty() || given.covers(reach.capabilities));
                    }
                }
                match found.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            let mut expected = BTreeMap::new();
            for user in &world.users {
                let has = holding(&mut world.source, *user, entry);
                let is_owner = world.source.roots.get(world.source.chain(entry).last().unwrap()) == Some(user);
                // The owner is named although his account may be asleep.
                if is_owner || !has.is_empty() {
                    expected.insert(*user, if is_owner { Capabilities::ALL } else { has });
                }
            }
            prop_assert_eq!(listed, expected);
        }
    }

    #[test]
    fn a_grant_that_is_not_dormant_gives_something_and_a_dormant_one_nothing(mut world in world()) {
        let engine = Engine::default();
        for grant in world.source.grants.clone() {
            let why_not = engine.dormancy(&mut world.source, &grant, now()).unwrap();
            let subject = Subject::of_holder(&grant.holder, None).unwrap();
            let has = engine.holding_of(&mut world.source, subject.clone(), &grant.resource, now()).unwrap().capabilities;
            if why_not.is_none() {
                let is_owner = engine
                    .holding_of(&mut world.source, subject, &grant.resource, now()).unwrap().capabilities == Capabilities::ALL;
                prop_assert!(grant.is_deny() || is_owner || has.intersects(grant.capabilities));
            }
            if why_not == Some(Dormancy::IssuerLostAuthority) {
                let issuer = engine
                    .holding_of(&mut world.source, Subject::User(grant.issuer), &grant.resource, now()).unwrap();
                let reserved =
                    Capabilities::of(&[Capability::Share, Capability::Delegate, Capability::Manage]);
                prop_assert!(!issuer.capabilities.has(Capability::Share)
                    || !issuer.capabilities.intersects(grant.capabilities - reserved));
            }
            let without = {
                let mut other = world.source.clone();
                other.grants.retain(|g| g.id != grant.id);
                let subject = Subject::of_holder(&grant.holder, None).unwrap();
                engine.holding_of(&mut other, subject, &grant.resource, now()).unwrap().capabilities
            };
            if why_not.is_some() && !grant.exact {
                prop_assert!(without.covers(has), "a dormant row gave something");
            }
        }
    }
}
