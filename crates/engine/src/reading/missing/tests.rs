use super::MissingReason;
use crate::{Explanation, Finding, plan::RevokeMode, sandbox::*};
use vouchsafe_types::{GrantId, Restrictions};

/// What is in the way, first of all, and of which grant.
fn first(world: &mut Sandbox, who: UserId, what: &str) -> (MissingReason, Option<GrantId>, Vec<UserId>) {
    let Explanation { reading, .. } = world.explain(who, what);
    let missing = reading.into_iter().find_map(|finding| match finding {
        Finding::Missing(missing) => Some(missing),
        _ => None,
    });
    let missing = missing.unwrap();
    (missing.reason, missing.grant.map(|(id, _)| id), missing.could_grant)
}

#[test]
fn what_the_owner_keeps_back_is_not_a_matter_of_another_grant() {
    let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    let file = world.file("/ann/f");
    world.give(ann, bob, "fs:/ann/f:read").unwrap();
    let both = Restrictions { denies_download: true, denies_sharing: true };
    world.source.restrictions.insert(file, both);
    for what in ["fs:/ann/f:download", "manage:fs:/ann/f:read"] {
        assert_eq!(first(&mut world, bob, what), (MissingReason::KeptBack, None, vec![]), "{what}");
    }
    assert_eq!(first(&mut world, bob, "fs:/ann/f:write").0, MissingReason::NotGranted);
}

#[test]
fn a_deny_is_named_where_nothing_else_was_given() {
    let (mut world, [ann, eve]) = Sandbox::of(["ann", "eve"]);
    world.dir("/ann/d");
    let deny = world.give_exact(ann, eve, "fs:/ann/d:none").unwrap();
    let silenced = (MissingReason::Silenced { by: deny.id }, None, vec![]);
    assert_eq!(first(&mut world, eve, "fs:/ann/d:read"), silenced);
    world.dir("/ann/d/below");
    assert_eq!(first(&mut world, eve, "fs:/ann/d/below:read").0, MissingReason::NotGranted, "there it can be given");
}

#[test]
fn the_row_that_silences_is_named_and_not_one_that_does_not_reach_so_far() {
    let (mut world, [ann, eve]) = Sandbox::of(["ann", "eve"]);
    world.dir("/ann/d");
    let (friends, foes) = (world.source.add_group([eve]), world.source.add_group([eve]));
    let gift = world.give(ann, friends, "fs:/ann/d:write").unwrap();
    let deny = world.give_exact(ann, foes, "fs:/ann/d:none").unwrap();
    world.give_exact(ann, eve, "fs:/ann:read").unwrap();
    let silenced = (MissingReason::Silenced { by: deny.id }, Some(gift.id), vec![]);
    assert_eq!(first(&mut world, eve, "fs:/ann/d:write"), silenced);
    world.revoke(&deny, RevokeMode::Cascade);
    assert!(world.may(eve, "fs:/ann/d:write"));
}
