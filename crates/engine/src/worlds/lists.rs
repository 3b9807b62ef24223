use super::{
    check::{Trouble, holds, same},
    judge::Judge,
};
use crate::{
    access::{AccessCursor, AccessQuery, Reach},
    check::Engine,
    reference,
    source::{GrantIndex, Subject},
};
use std::{collections::BTreeMap, fmt::Debug};
use vouchsafe_types::{Capabilities, Holder, Resource, UserId};

/// Who can do what, page by page, is everybody who has something: each once, and nobody else.
pub(super) fn judge<S: GrantIndex<Error: Debug>>(
    judge: &mut Judge<'_>,
    source: &mut S,
    on: &Resource,
) -> Result<(), Trouble> {
    let closed = judge.dice.below(5);
    let opens = |holder: &Holder| match holder {
        Holder::Everyone => closed != 0,
        Holder::Group(group) => judge.world.groups.get(closed) != Some(group),
        Holder::User(_) | Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => false,
    };
    let limit = judge.dice.between(1, 4);
    let mut listed = BTreeMap::new();
    for reach in pages(source, on, limit, &opens, judge.world.now)? {
        let given = reach.via.iter().fold(Capabilities::NONE, |sum, grant| sum | grant.capabilities);
        // Owners need no grant, and apps have themselves without one.
        let is_implied = reach.via.is_empty() || matches!(reach.holder, Holder::App { .. });
        let is_shown = is_implied || given.covers(reach.capabilities);
        holds(format_args!("{reach:?} on {on:?} has more than its grants"), is_shown)?;
        let before = listed.insert(reach.holder.clone(), reach.capabilities);
        same(format_args!("{:?} on {on:?} in pages of {limit}", reach.holder), &before, &None)?;
    }
    same(format_args!("who has access to {on:?} in pages of {limit}"), &listed, &expected(judge, on, &opens))
}

/// Every page, one after the other.
fn pages<S: GrantIndex<Error: Debug>>(
    source: &mut S,
    on: &Resource,
    limit: usize,
    opens: &dyn Fn(&Holder) -> bool,
    now: crate::Moment,
) -> Result<Vec<Reach>, Trouble> {
    let (mut all, mut after): (Vec<Reach>, Option<AccessCursor>) = (Vec::new(), None);
    for _ in 0..1_000 {
        let query = AccessQuery { after: after.as_ref(), opens, ..AccessQuery::all(limit) };
        let page = Engine::default().who_has_access(source, on, &query, now).map_err(Trouble::storage)?;
        holds("a page is longer than was asked", page.items.len() <= limit)?;
        all.extend(page.items);
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
    Err(Trouble("the pages do not end".to_owned()))
}

/// By brute force: everybody whom a row on the resource, or above it, reaches, as far as he has anything.
fn expected(judge: &Judge<'_>, on: &Resource, opens: &dyn Fn(&Holder) -> bool) -> BTreeMap<Holder, Capabilities> {
    let world = &judge.world.source;
    let levels = reference::above(world, on);
    let owner = reference::owner(world, on);
    let rows = || world.grants.iter().filter(|grant| levels.contains(&grant.resource));
    let is_in = |group, user: UserId| world.groups.get(group).is_some_and(|members| members.contains(&user));
    let is_listed = |user: UserId| {
        rows().any(|grant| match &grant.holder {
            Holder::User(held) => *held == user,
            Holder::Group(group) => opens(&grant.holder) && is_in(group, user),
            Holder::Everyone => opens(&grant.holder),
            Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => false,
        })
    };
    let people = world.users.keys().copied().filter(|user| is_listed(*user)).map(Holder::User);
    let others = rows().map(|grant| grant.holder.clone()).filter(|h| !matches!(h, Holder::User(_) | Holder::Token(_)));
    let mut all = BTreeMap::new();
    for holder in people.chain(others) {
        if let Some(subject) = Subject::of_holder(&holder, None) {
            all.insert(holder, judge.right.has(&subject, on));
        }
    }
    all.retain(|_, has| !has.is_empty());
    // The owner is named although his account may be asleep.
    all.extend(owner.map(|owner| (Holder::User(owner), Capabilities::ALL)));
    all
}
