use super::{Reference, above, is_deny, is_own, rank};
use crate::{
    memory::MemorySource,
    source::{Moment, Subject},
};
use std::collections::BTreeSet;
use vouchsafe_types::{Capability, Grant, GrantId};

/// The grants that fall when `revoked` are taken away: those whose issuer had `share` where they stand, were every
/// account active and nothing kept back, and has it no more without them. Denies need no authority, nor does what acts
/// for its own issuer. Exact rows fall first, the nearest to the revoked before the others: whom they silenced speaks
/// again.
///
/// ```
/// use vouchsafe_engine::{reference::falling, sandbox::*};
/// let (mut world, [ann, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
/// let first = world.row(ann, bob, "manage:fs:/ann").id;
/// let second = world.row(bob, eve, "fs:/ann:read").id;
/// assert_eq!(falling(&world.source, &[first].into(), world.now), [second].into());
/// ```
#[must_use]
pub fn falling(world: &MemorySource, revoked: &BTreeSet<GrantId>, now: Moment) -> BTreeSet<GrantId> {
    let mut before = world.clone();
    before.users.values_mut().for_each(|is_active| *is_active = true);
    before.restrictions.clear();
    let had = Reference::new(&before, now);
    let shares = |all: &Reference<'_>, grant: &Grant| all.person(grant.issuer, &grant.resource).has(Capability::Share);
    let had_it = |grant: &&Grant| !is_deny(grant) && !is_own(grant) && shares(&had, grant);
    let (order, mut gone) = (nearest_first(&before, revoked), revoked.clone());
    loop {
        let mut after = before.clone();
        after.grants.retain(|grant| !gone.contains(&grant.id));
        let has = Reference::new(&after, now);
        let falls: Vec<&Grant> = after.grants.iter().filter(had_it).filter(|grant| !shares(&has, grant)).collect();
        let is_exact = |near: &&BTreeSet<GrantId>| falls.iter().any(|grant| grant.exact && near.contains(&grant.id));
        let Some(near) = order.iter().find(is_exact) else {
            gone.extend(falls.iter().map(|grant| grant.id));
            return &gone - revoked;
        };
        gone.extend(falls.iter().filter(|grant| grant.exact && near.contains(&grant.id)).map(|grant| grant.id));
    }
}

/// What hangs on the revoked, then what hangs on that, and so on.
fn nearest_first(world: &MemorySource, revoked: &BTreeSet<GrantId>) -> Vec<BTreeSet<GrantId>> {
    // Authority is to have `share`, and `delegate` hands it on.
    let carries = |grant: &Grant| [Capability::Share, Capability::Delegate].iter().any(|c| grant.capabilities.has(*c));
    let (mut order, mut seen, mut front) = (Vec::new(), revoked.clone(), revoked.clone());
    while !front.is_empty() {
        let before = world.grants.iter().filter(|grant| front.contains(&grant.id) && carries(grant));
        let hangs = |grant: &&Grant| {
            let (issuer, levels) = (Subject::User(grant.issuer), above(world, &grant.resource));
            before.clone().any(|on| levels.contains(&on.resource) && rank(world, &issuer, &on.holder).is_some())
        };
        front = &world.grants.iter().filter(hangs).map(|grant| grant.id).collect() - &seen;
        seen.extend(&front);
        order.push(front.clone());
    }
    order
}
