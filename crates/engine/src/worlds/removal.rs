use super::{
    check::{Trouble, holds, same},
    deed::Deed,
    plans,
    world::World,
};
use crate::{
    check::Engine,
    memory::MemorySource,
    plan::{Changes, LEFT, Revocation, RevokeMode, Wish},
    reference::{self, Reference, falling},
    source::Subject,
};
use std::collections::BTreeSet;
use vouchsafe_types::{AppUid, Capabilities, Capability, Grant, GrantId, GroupId, Holder, Resource, UserId};

/// What only those hand on who may delegate.
const RESERVED: Capabilities = Capabilities::of(&[Capability::Share, Capability::Delegate, Capability::Manage]);

type Ids = BTreeSet<GrantId>;

fn ids<'g>(grants: impl IntoIterator<Item = &'g Grant>) -> Ids {
    grants.into_iter().map(|grant| grant.id).collect()
}

fn is_deny(grant: &Grant) -> bool {
    grant.exact && grant.capabilities.is_empty()
}

/// The grant that a deed is about.
fn revoked(world: &World, row: usize) -> Option<&Grant> {
    world.source.grants.get(row % world.source.grants.len().max(1))
}

/// Revokes what fits, with what hangs on it.
pub(super) fn retire(world: &mut World, fits: &mut dyn FnMut(&Grant) -> bool) -> Result<(), Trouble> {
    let targets: Vec<Grant> = world.source.grants.iter().filter(|grant| fits(grant)).cloned().collect();
    let mut source = world.source.clone();
    let planned = Engine::default().plan_revoke(&mut source, targets, RevokeMode::Cascade, world.now);
    if let Revocation::Planned(changes) = planned.map_err(Trouble::storage)? {
        world.source.apply(&changes);
    }
    Ok(())
}

pub(super) fn disbands(world: &mut World, group: GroupId) -> Result<(), Trouble> {
    retire(world, &mut |grant| grant.holder == Holder::Group(group))?;
    world.source.groups.remove(&group);
    Ok(())
}

pub(super) fn is_held_by_app(grant: &Grant, uid: &AppUid) -> bool {
    matches!(&grant.holder, Holder::App { app, .. } if app == uid)
}

pub(super) fn is_his(grant: &Grant, user: UserId) -> bool {
    grant.holder == Holder::User(user) || grant.holder.is_app_of(user)
}

/// A deny outlives who wrote it: whose it stands on answers for it.
pub(super) fn hands_over_denies(world: &mut World, from: UserId) {
    let source = &world.source;
    let heir = |grant: &Grant| {
        let heir = reference::owner(source, &grant.resource).filter(|owner| *owner != from);
        heir.filter(|_| grant.issuer == from && is_deny(grant))
    };
    let heirs: Vec<_> = source.grants.iter().map(heir).collect();
    for (grant, heir) in world.source.grants.iter_mut().zip(heirs) {
        grant.issuer = heir.unwrap_or(grant.issuer);
    }
}

/// Judges what was planned and written.
pub(super) fn planned(deed: &Deed, before: &World, after: &World, changes: &Changes) -> Result<(), Trouble> {
    match deed {
        Deed::Cascade(row) | Deed::Restrict(row) => {
            let Some(target) = revoked(before, *row) else { return Ok(()) };
            let mut right = falling(&before.source, &Ids::from([target.id]), before.now);
            if let Deed::Restrict(_) = deed {
                same("what hangs on it", &right, &Ids::new())?;
            }
            right.insert(target.id);
            same("what falls", &ids(&changes.delete), &right)?;
            holds("nothing else changes", changes.insert.is_empty() && changes.update.is_empty())?;
            nobody_gains(before, after, changes)
        }
        Deed::Promote(row, by) => promoted(before, after, changes, *row, *by),
        Deed::Leave(who, what) => {
            let (user, on) = (before.person(*who), before.resource(*what));
            // Neither now nor when what sleeps awakes.
            let awake = awake(after);
            for at in (0..5).map(|second| after.second(second)).filter(|at| *at >= after.now) {
                let right = Reference::also_about(&awake, &after.names, at);
                same("what who left still has", &right.has(&Subject::User(user), &on), &Default::default())?;
            }
            let himself = Holder::User(user);
            let his = |grant: &&Grant| grant.holder == himself && grant.resource == on;
            // Below a deny of his own, which is his to lift, a restriction stays.
            let has_left = after.source.grants.iter().filter(his).any(|grant| grant.origin == LEFT);
            let may_stay = |grant: &Grant| is_deny(grant) || (grant.exact && has_left);
            holds("a row of his is left", after.source.grants.iter().filter(his).all(may_stay))?;
            raises_nobody(before, after, changes, (user, &on))?;
            holds("a deny in his own name", changes.insert.iter().all(|deny| is_deny(deny) && deny.issuer != user))
        }
        Deed::Give { row, may_lower, is_accepted } => {
            let (wish, _) = plans::wish(before, row, *may_lower, *is_accepted);
            given(before, after, changes, &wish)
        }
        _ => Ok(()),
    }
}

/// Who leaves once has left, and if he then lifts his own deny, he has nowhere more than he had: unless what others
/// wrote fell with him.
fn raises_nobody(
    before: &World,
    after: &World,
    changes: &Changes,
    (user, on): (UserId, &Resource),
) -> Result<(), Trouble> {
    let (himself, who) = (Holder::User(user), Subject::User(user));
    let again =
        Engine::default().plan_leave(&mut after.source.clone(), user, on, after.now).map_err(Trouble::storage)?;
    holds("who has left leaves nothing more", again.is_none())?;
    if changes.delete.iter().any(|grant| grant.holder != himself) {
        return Ok(());
    }
    let lifted = |world: &World| {
        let mut source = world.source.clone();
        source.grants.retain(|grant| !(grant.holder == himself && grant.resource == *on && grant.origin == LEFT));
        source
    };
    let (before_it, after_it) = (lifted(before), lifted(after));
    let had = Reference::also_about(&before_it, &before.names, before.now);
    let has = Reference::also_about(&after_it, &after.names, after.now);
    for entry in before.source.entries.keys().map(|entry| Resource::Entry(*entry)) {
        let (had, has) = (had.has(&who, &entry), has.has(&who, &entry));
        holds(format_args!("who left has {has:?} of {entry:?}, and had {had:?}"), had.covers(has))?;
    }
    Ok(())
}

/// A gift gives what was wished for, never more than its giver has, and changes nothing that was there for longer or
/// for less: neither now nor at any later second.
fn given(before: &World, after: &World, changes: &Changes, wish: &Wish) -> Result<(), Trouble> {
    let Some(holder) = Subject::of_holder(&wish.holder, Some(wish.issuer)) else { return Ok(()) };
    let (issuer, on) = (Subject::User(wish.issuer), &wish.resource);
    // How much is kept back of a gift depends on what else was given.
    let is_whole = !matches!(on, Resource::Entry(on) if before.source.restrictions.contains_key(on));
    if wish.is_exact || lifted(changes) || !is_whole {
        return Ok(());
    }
    let moments = (0..5).map(|second| before.second(second)).filter(|at| *at >= before.now);
    for at in moments {
        let (had, has) = (before.right_at(at), after.right_at(at));
        same("what the giver has", &has.has(&issuer, on), &had.has(&issuer, on))?;
        let is_meant = wish.expires_at.is_none_or(|ends| at < ends);
        // Who may hand on more than before may make what he gave others say more, up to what the giver has.
        let most = if wish.capabilities.intersects(RESERVED) { Capabilities::ALL } else { wish.capabilities };
        let wished = if is_meant { most & had.has(&issuer, on) } else { Capabilities::NONE };
        let (before, now) = (had.has(&holder, on), has.has(&holder, on));
        holds(format_args!("a gift of {wished:?} to {before:?} gives {now:?} at {at}"), (before | wished).covers(now))?;
        let is_raised = wish.may_lower || now.covers(before);
        holds(format_args!("a gift of {wished:?} to {before:?} leaves {now:?} at {at}"), is_raised)?;
    }
    let got = after.right().has(&holder, on);
    let is_person = matches!(holder, Subject::User(user) if before.source.users.get(&user) == Some(&true));
    let is_enough = got.covers(wish.capabilities) || !is_person;
    holds(format_args!("a gift of {:?} gave only {got:?}", wish.capabilities), is_enough)
}

/// Whether exact rows went: what they silenced may speak now.
fn lifted(changes: &Changes) -> bool {
    changes.delete.iter().any(|grant| grant.exact) || changes.update.iter().any(|edit| edit.before.exact)
}

/// Nothing was revoked, because these hang on it.
pub(super) fn depended(deed: &Deed, before: &World, grants: &[Grant]) -> Result<(), Trouble> {
    let Deed::Restrict(row) = deed else { return Err(Trouble("only a restricted revocation is refused".to_owned())) };
    let Some(target) = revoked(before, *row) else { return Ok(()) };
    same("what hangs on it", &ids(grants), &falling(&before.source, &Ids::from([target.id]), before.now))
}

/// Nothing was planned.
pub(super) fn nothing(deed: &Deed, before: &World) -> Result<(), Trouble> {
    let Deed::Leave(who, what) = deed else { return Ok(()) };
    let (user, on) = (before.person(*who), before.resource(*what));
    let has = before.right().has(&Subject::User(user), &on);
    let is_his = reference::owns(&before.source, user, &on);
    holds(format_args!("who has {has:?} could not leave"), is_his || has.is_empty())
}

/// Judges what a storage removes by itself: nothing is left without authority that had it, and nothing more went.
pub(super) fn happened(deed: &Deed, before: &World, after: &World) -> Result<(), Trouble> {
    let (stood, stand) = (ids(&before.source.grants), ids(&after.source.grants));
    holds("a grant from nowhere", stand.is_subset(&stood))?;
    if let Deed::Wait(_) | Deed::Join(..) | Deed::Quit(..) | Deed::Suspend(_) | Deed::Confirm(_) = deed {
        return same("the grants", &stand, &stood);
    }
    for grant in &after.source.grants {
        let is_there = |user: &UserId| after.source.users.contains_key(user);
        holds(format_args!("{grant:?} has no issuer"), is_there(&grant.issuer))?;
        holds(
            format_args!("{grant:?} has no holder"),
            match &grant.holder {
                Holder::User(user) => is_there(user),
                Holder::Group(group) => after.source.groups.contains_key(group),
                Holder::App { app, user } => after.source.apps.contains_key(app) && user.as_ref().is_none_or(is_there),
                Holder::Everyone | Holder::Token(_) | Holder::Link(_) => true,
            },
        )?;
    }
    // A move takes authority that came from above: what stands on it lies dormant, and speaks again if it returns.
    if matches!(deed, Deed::Move(..)) { Ok(()) } else { none_is_left(before, after) }
}

/// The same world, were every account active.
fn awake(world: &World) -> MemorySource {
    let mut awake = world.source.clone();
    awake.users.values_mut().for_each(|is_active| *is_active = true);
    awake
}

/// Whether an issuer has `share` where his grant stands, were every account active.
fn shares(world: &World) -> impl Fn(&Grant) -> bool {
    let people = Reference::new(&awake(world), world.now).people().clone();
    move |grant| {
        let has = people.get(&(grant.issuer, grant.resource.clone())).copied().unwrap_or_default();
        has.has(Capability::Share)
    }
}

fn needs_authority(grant: &Grant) -> bool {
    !is_deny(grant) && !matches!(grant.holder, Holder::Token(_)) && !grant.holder.is_app_of(grant.issuer)
}

fn none_is_left(before: &World, after: &World) -> Result<(), Trouble> {
    let (had, has) = (shares(before), shares(after));
    for grant in after.source.grants.iter().filter(|grant| needs_authority(grant)) {
        let stood = before.source.grants.iter().find(|found| found.id == grant.id);
        let is_left = stood.is_some_and(&had) && !has(grant);
        holds(format_args!("{grant:?} is left without authority"), !is_left)?;
    }
    Ok(())
}

/// What is not exact keeps nobody from anything: its end gives nobody anything.
fn nobody_gains(before: &World, after: &World, changes: &Changes) -> Result<(), Trouble> {
    if changes.delete.iter().any(|grant| grant.exact) {
        return Ok(());
    }
    let had = before.right();
    for ((user, on), has) in after.right().people() {
        let before = had.people().get(&(*user, on.clone())).copied().unwrap_or_default();
        holds(format_args!("{user} gains {:?} on {on:?}", *has - before), before.covers(*has))?;
    }
    Ok(())
}

/// Nothing is left without authority, and one takes over only what one could give.
fn promoted(before: &World, after: &World, changes: &Changes, row: usize, by: usize) -> Result<(), Trouble> {
    let (Some(target), by) = (revoked(before, row), before.person(by)) else { return Ok(()) };
    none_is_left(before, after)?;
    // Who takes over may sleep, or have what he has from who does: the grant sleeps with him until then.
    let awake = awake(before);
    let right = Reference::also_about(&awake, &before.names, before.now);
    for edit in &changes.update {
        let only_issuer = Grant { issuer: edit.before.issuer, ..edit.after.clone() };
        same("what is taken over", &only_issuer, &edit.before)?;
        same("who takes over", &edit.after.issuer, &by)?;
        holds("a grant to himself", edit.after.holder != Holder::User(by))?;
        let has = right.has(&Subject::User(by), &edit.after.resource);
        let hands_on = has.has(Capability::Delegate) || !edit.after.capabilities.intersects(RESERVED);
        let may_be_exact = has.has(Capability::Manage) || !edit.after.exact;
        let may_give = has.covers(edit.after.capabilities | Capability::Share.into()) && hands_on && may_be_exact;
        holds(format_args!("who has {has:?} takes over {:?}", edit.after), may_give)?;
    }
    let fell = ids(&changes.delete);
    holds("what was revoked is gone", fell.contains(&target.id))?;
    let mut may_fall = falling(&before.source, &Ids::from([target.id]), before.now);
    may_fall.insert(target.id);
    // An exact row that is taken over silences still, and what its holder gave may fall by that.
    let is_kept = changes.update.iter().any(|edit| edit.after.exact);
    holds("more falls than hangs on it", is_kept || fell.is_subset(&may_fall))
}
