use super::{check::Trouble, deed::Deed, story::Row, world::World};
use crate::{
    check::Engine,
    plan::{Changes, Revocation, RevokeMode, Wish, may_give},
    source::GrantIndex,
};
use std::fmt::Debug;
use vouchsafe_types::{Actor, Ask, Grant, GrantId, Holder, Permission, Resource, UserId};

/// What comes of a deed that the engine plans.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Planned {
    /// Refused, or nothing to do.
    Nothing,
    /// These hang on what would be revoked.
    Depended(Vec<Grant>),
    /// To be written.
    Changes(Changes),
}

impl Planned {
    /// The same in an order, and with ids, that do not depend on the storage.
    pub(super) fn in_order(&self, same_id: GrantId) -> Self {
        let mut other = self.clone();
        match &mut other {
            Self::Nothing => {}
            Self::Depended(grants) => grants.sort_by_key(|grant| grant.id),
            Self::Changes(changes) => {
                changes.insert.iter_mut().for_each(|grant| grant.id = same_id);
                changes.update.sort_by_key(|edit| edit.before.id);
                changes.delete.sort_by_key(|grant| grant.id);
            }
        }
        other
    }
}

/// Plans a deed over a source; `None` for a deed that is not planned.
pub(super) fn plan<S: GrantIndex<Error: Debug>>(
    source: &mut S,
    world: &World,
    deed: &Deed,
) -> Result<Option<Planned>, Trouble> {
    let nth = |row: usize| world.source.grants.get(row % world.source.grants.len().max(1)).cloned();
    let is_active = |user: UserId| world.source.users.get(&user) == Some(&true);
    let revoke = |source: &mut S, row: usize, mode| match nth(row) {
        Some(grant) => revoked(source, world, grant, mode),
        None => Ok(Planned::Nothing),
    };
    Ok(Some(match deed {
        Deed::Give { row, may_lower, is_accepted } => give(source, world, row, *may_lower, *is_accepted)?,
        Deed::Cascade(row) => revoke(source, *row, RevokeMode::Cascade)?,
        Deed::Restrict(row) => revoke(source, *row, RevokeMode::Restrict)?,
        Deed::Promote(row, by) if is_active(world.person(*by)) => {
            revoke(source, *row, RevokeMode::Promote(world.person(*by)))?
        }
        Deed::Leave(who, what) if is_active(world.person(*who)) => {
            let (user, on) = (world.person(*who), world.resource(*what));
            let planned = Engine::default().plan_leave(source, user, &on, world.now).map_err(Trouble::storage)?;
            planned.map_or(Planned::Nothing, Planned::Changes)
        }
        Deed::Promote(..) | Deed::Leave(..) => Planned::Nothing,
        Deed::Move(..)
        | Deed::Delete(_)
        | Deed::Join(..)
        | Deed::Quit(..)
        | Deed::Disband(_)
        | Deed::Suspend(_)
        | Deed::Confirm(_)
        | Deed::Vanish(_)
        | Deed::Wait(_) => return Ok(None),
    }))
}

fn revoked<S: GrantIndex<Error: Debug>>(
    source: &mut S,
    world: &World,
    grant: Grant,
    mode: RevokeMode,
) -> Result<Planned, Trouble> {
    let planned = Engine::default().plan_revoke(source, vec![grant], mode, world.now).map_err(Trouble::storage)?;
    Ok(match planned {
        Revocation::Planned(changes) => Planned::Changes(changes),
        Revocation::Depended(grants) => Planned::Depended(grants),
    })
}

/// The wish that a row stands for, and the permission that is asked for it.
pub(super) fn wish(world: &World, row: &Row, may_lower: bool, is_accepted: bool) -> (Wish, Permission) {
    let resource = world.resource(row.what);
    let permission = Permission::describing(&resource, row.capabilities);
    let wish = Wish {
        issuer: world.person(row.issuer),
        holder: world.holder(row.whom, row.issuer),
        resource,
        capabilities: permission.granted(),
        is_exact: row.exact,
        expires_at: row.ends.map(|ends| world.second(ends)),
        origin: "given",
        may_lower,
        is_accepted,
    };
    (wish, permission)
}

/// As the use cases give: who may not is refused.
fn give<S: GrantIndex<Error: Debug>>(
    source: &mut S,
    world: &World,
    row: &Row,
    may_lower: bool,
    is_accepted: bool,
) -> Result<Planned, Trouble> {
    let (wish, permission) = wish(world, row, may_lower, is_accepted);
    let is_known = match &wish.holder {
        Holder::User(user) => world.source.users.contains_key(user),
        Holder::Group(group) => world.source.groups.contains_key(group),
        Holder::App { app, user } => {
            let is_there = user.is_none_or(|user| world.source.users.contains_key(&user));
            is_there && world.source.apps.contains_key(app)
        }
        Holder::Everyone | Holder::Token(_) | Holder::Link(_) => true,
    };
    let is_past = wish.expires_at.is_some_and(|at| at <= world.now);
    let is_nothing = permission.ask == Ask::Nothing && !wish.is_exact;
    if !is_known || is_past || is_nothing {
        return Ok(Planned::Nothing);
    }
    let engine = Engine::default();
    let actor = Actor::User(wish.issuer);
    let holding = engine.holding(source, &actor, &wish.resource, world.now).map_err(Trouble::storage)?;
    let is_named = matches!(wish.resource, Resource::Named(_));
    let may = match &wish.holder {
        Holder::Token(_) => is_named || !holding.capabilities.is_empty(),
        holder if holder.is_app_of(wish.issuer) => is_named || !holding.capabilities.is_empty(),
        _ => may_give(&holding, &permission, wish.is_exact).is_ok(),
    };
    let is_active = world.source.users.get(&wish.issuer) == Some(&true);
    if !may || !is_active {
        return Ok(Planned::Nothing);
    }
    let given = engine.plan_give(source, &wish, world.now).map_err(Trouble::storage)?;
    Ok(given.map_or(Planned::Nothing, |given| Planned::Changes(given.changes)))
}
