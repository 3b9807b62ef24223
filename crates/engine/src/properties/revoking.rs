//! What falls when something is revoked, against the reference.

use super::world::{World, now, world};
use crate::{
    Engine, MemorySource,
    plan::{Changes, Revocation, RevokeMode},
    reference,
};
use proptest::prelude::*;
use std::collections::BTreeSet;
use vouchsafe_types::{Capability, Grant, GrantId, Holder, Resource, UserId};

/// Whether an issuer has `share` where his grant stands, were every account active.
fn has_authority(source: &MemorySource, grant: &Grant) -> bool {
    let mut awake = source.clone();
    awake.users.values_mut().for_each(|is_active| *is_active = true);
    let Resource::Entry(on) = grant.resource else { return false };
    reference::holdings(&awake, now())[&(grant.issuer, on)].has(Capability::Share)
}

/// By the sentence: what had authority, and has none without the revoked grant.
fn expected_to_fall(source: &MemorySource, revoked: &Grant) -> BTreeSet<GrantId> {
    let mut without = source.clone();
    without.grants.retain(|grant| grant.id != revoked.id);
    let loses = |grant: &&Grant| !grant.is_deny() && has_authority(source, grant) && !has_authority(&without, grant);
    without.grants.iter().filter(loses).map(|grant| grant.id).collect()
}

fn revoke(world: &mut World, which: usize, mode: RevokeMode) -> Option<(Grant, Revocation)> {
    let grants = &world.source.grants;
    let revoked = grants.get(which % grants.len().max(1))?.clone();
    let outcome = Engine::default().plan_revoke(&mut world.source, vec![revoked.clone()], mode, now()).unwrap();
    Some((revoked, outcome))
}

fn ids(grants: &[Grant]) -> BTreeSet<GrantId> {
    grants.iter().map(|grant| grant.id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn exactly_what_loses_its_last_authority_falls(mut world in world(), which in 0..20usize) {
        let Some((revoked, outcome)) = revoke(&mut world, which, RevokeMode::Cascade) else { return Ok(()) };
        let Revocation::Planned(Changes { insert, update, delete }) = outcome else { panic!("a plan") };
        prop_assert!(insert.is_empty() && update.is_empty());
        let mut expected = expected_to_fall(&world.source, &revoked);
        expected.insert(revoked.id);
        prop_assert_eq!(ids(&delete), expected);
    }

    #[test]
    fn revoking_what_is_not_exact_gives_nobody_anything(mut world in world(), which in 0..20usize) {
        let Some((revoked, outcome)) = revoke(&mut world, which, RevokeMode::Cascade) else { return Ok(()) };
        let Revocation::Planned(changes) = outcome else { panic!("a plan") };
        if revoked.exact || changes.delete.iter().any(|grant| grant.exact) {
            return Ok(());
        }
        let before = reference::holdings(&world.source, now());
        world.source.apply(&changes);
        for (key, has) in reference::holdings(&world.source, now()) {
            prop_assert!(before[&key].covers(has));
        }
    }

    #[test]
    fn restrict_refuses_while_something_would_fall(mut world in world(), which in 0..20usize) {
        let Some((revoked, outcome)) = revoke(&mut world, which, RevokeMode::Restrict) else { return Ok(()) };
        let falls = expected_to_fall(&world.source, &revoked);
        match outcome {
            Revocation::Depended(grants) => prop_assert_eq!(ids(&grants), falls),
            Revocation::Planned(changes) => {
                prop_assert!(falls.is_empty());
                prop_assert_eq!(changes.delete, vec![revoked]);
            }
        }
    }

    #[test]
    fn promoting_leaves_nothing_without_authority_and_takes_over_only_what_one_may_give(
        mut world in world(), which in 0..20usize, who in 0..2usize,
    ) {
        let by: UserId = world.users[who];
        let before = world.source.clone();
        let Some((revoked, outcome)) = revoke(&mut world, which, RevokeMode::Promote(by)) else { return Ok(()) };
        let Revocation::Planned(changes) = outcome else { panic!("a plan") };
        world.source.apply(&changes);
        for grant in world.source.grants.iter().filter(|grant| !grant.is_deny()) {
            let stood = before.grants.iter().find(|g| g.id == grant.id).unwrap();
            prop_assert!(!has_authority(&before, stood) || has_authority(&world.source, grant), "left without authority");
            prop_assert!(grant.holder != Holder::User(grant.issuer) || stood.holder == Holder::User(stood.issuer));
        }
        for edit in &changes.update {
            prop_assert_eq!(edit.after.issuer, by);
            prop_assert_eq!(&Grant { issuer: edit.before.issuer, ..edit.after.clone() }, &edit.before);
        }
        prop_assert!(changes.delete.iter().any(|grant| grant.id == revoked.id));
        let fell = ids(&changes.delete);
        prop_assert!(fell.is_subset(&(&expected_to_fall(&before, &revoked) | &BTreeSet::from([revoked.id]))));
    }

    #[test]
    fn who_leaves_has_nothing_any_more(mut world in world(), who in 0..5usize, on in 0..7usize) {
        let (user, entry) = (world.users[who], world.entries[on]);
        let resource = Resource::Entry(entry);
        let planned = Engine::default().plan_leave(&mut world.source, user, &resource, now()).unwrap();
        let before = reference::holdings(&world.source, now());
        let is_owner = world.source.roots[world.source.chain(entry).last().unwrap()] == user;
        match planned {
            Some(changes) => {
                prop_assert!(!is_owner);
                world.source.apply(&changes);
                prop_assert!(reference::holdings(&world.source, now())[&(user, entry)].is_empty());
                let himself = Holder::User(user);
                prop_assert!(world.source.grants.iter().all(|g| g.holder != himself || g.resource != resource || g.exact));
                prop_assert!(changes.insert.iter().all(|deny| deny.is_deny() && deny.issuer != user));
                world.source.apply(&Changes { delete: changes.insert, ..Changes::default() });
                let back = reference::holdings(&world.source, now())[&(user, entry)];
                prop_assert!(before[&(user, entry)].covers(back), "coming back gave more than there was");
            }
            None => prop_assert!(is_owner || before[&(user, entry)].is_empty()),
        }
    }
}
