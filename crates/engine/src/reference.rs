//! The rule again, written as plainly as it is stated: the reference that the engine is tested against.
//!
//! Everything for everybody, from nothing upwards, until nothing changes. Slow on purpose, and free of the engine's code.
//! There with the feature `testing`, so that a service can test its own source against it.

use crate::{memory::MemorySource, source::Moment};
use std::collections::BTreeMap;
use vouchsafe_types::{Capabilities, Capability, EntryId, Grant, Holder, Resource, UserId};

/// What everybody has on every entry.
pub type Holdings = BTreeMap<(UserId, EntryId), Capabilities>;

/// Applies the six points to everybody and everything until nothing changes.
///
/// ```
/// use vouchsafe_engine::{Moment, reference, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let home = world.dir("/ann");
/// world.row(ann, bob, "fs:/ann:read");
/// let all = reference::holdings(&world.source, world.now);
/// assert_eq!(all[&(bob, home)], Access::Read.capabilities());
/// ```
#[must_use]
pub fn holdings(world: &MemorySource, now: Moment) -> Holdings {
    let mut all = Holdings::new();
    loop {
        let mut next = Holdings::new();
        for user in world.users.keys() {
            for entry in world.entries.keys() {
                next.insert((*user, *entry), has(world, &all, now, *user, *entry));
            }
        }
        if next == all {
            return all;
        }
        all = next;
    }
}

fn has(world: &MemorySource, known: &Holdings, now: Moment, user: UserId, entry: EntryId) -> Capabilities {
    let chain = world.chain(entry);
    // 1. The owner of the tree may do everything.
    if chain.last().and_then(|root| world.roots.get(root)) == Some(&user) {
        return Capabilities::ALL;
    }
    // 2. The rows that speak.
    let speaking: Vec<(&Grant, usize, u8)> = world
        .grants
        .iter()
        .filter(|g| g.expires_at.is_none_or(|at| at > now))
        .filter_map(|g| Some((g, distance(&chain, g)?, rank(world, user, g)?)))
        .collect();
    // 3. One exact row governs.
    let is_file = world.entries.get(&entry).is_some_and(|e| e.is_file);
    let order = |(g, far, rank): &(&Grant, usize, u8)| {
        (is_file && *far > 0, *rank, *far, u8::MAX - restrictive(g.capabilities), g.capabilities.len())
    };
    let exact: Vec<_> = speaking.iter().filter(|(g, _, _)| g.exact).collect();
    let first = exact.iter().map(|row| order(row)).min();
    // 4. What the exact rows silence.
    let is_heard = |row: &&(&Grant, usize, u8)| {
        if row.0.exact {
            return Some(order(row)) == first;
        }
        exact.iter().all(|(_, far, rank)| row.1 < *far || row.2 < *rank)
    };
    // 5 and 6. The union of what the heard rows give.
    let mut union = Capabilities::NONE;
    for (grant, far, _) in speaking.iter().filter(is_heard) {
        let Some(level) = chain.get(*far) else { continue };
        let of = |on: EntryId| known.get(&(grant.issuer, on)).copied().unwrap_or(Capabilities::NONE);
        if world.users.get(&grant.issuer) != Some(&true) || !of(*level).has(Capability::Share) {
            continue;
        }
        let mut gives = grant.capabilities & of(entry);
        if !of(*level).has(Capability::Delegate) {
            gives = gives - Capabilities::of(&[Capability::Share, Capability::Manage, Capability::Delegate]);
        }
        union = union | gives;
    }
    union
}

fn distance(chain: &[EntryId], grant: &Grant) -> Option<usize> {
    let Resource::Entry(on) = &grant.resource else { return None };
    chain.iter().position(|entry| entry == on)
}

fn rank(world: &MemorySource, user: UserId, grant: &Grant) -> Option<u8> {
    match &grant.holder {
        Holder::User(holder) => (*holder == user).then_some(0),
        Holder::Group(group) => world.groups.get(group).is_some_and(|m| m.contains(&user)).then_some(1),
        Holder::Everyone => Some(2),
        Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => None,
    }
}

/// ONLYOFFICE's order of values, from the least restrictive (0) to the most (8).
fn restrictive(c: Capabilities) -> u8 {
    use Capability::{Comment, Download, Edit, Fill, Filter, List, Read, Review, See, Write};
    let has = |list: &[Capability]| c.covers(Capabilities::of(list));
    let reads = has(&[See, List, Read, Download]);
    match () {
        () if reads && has(&[Comment, Fill, Review, Filter, Edit, Write]) => 0,
        () if reads && has(&[Comment, Filter, Edit]) => 1,
        () if reads && has(&[Comment, Fill, Review]) => 2,
        () if reads && has(&[Fill]) => 3,
        () if reads && has(&[Comment]) => 4,
        () if reads => 5,
        () if has(&[See, List]) => 6,
        () if has(&[See]) => 7,
        () => 8,
    }
}
