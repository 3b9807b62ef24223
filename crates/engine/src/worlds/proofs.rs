use super::{
    check::{Trouble, holds, same},
    judge::{Extent, Judge},
};
use crate::{
    check::Engine,
    reading::Finding,
    reference,
    source::{GrantIndex, Subject},
};
use std::fmt::Debug;
use vouchsafe_types::{Actor, Ask, Capability, Permission, Resource, Target};

/// How many readings are looked at when everything is.
const READINGS: usize = 12;

/// Every decision's reading proves it, wherever it is verified.
pub(super) fn judge<S: GrantIndex<Error: Debug>>(judge: &mut Judge<'_>, source: &mut S) -> Result<(), Trouble> {
    let resources = judge.world.resources();
    let rounds = if judge.extent == Extent::Everything { READINGS } else { 1 };
    for _ in 0..rounds {
        let on = judge.dice.pick(&resources).clone();
        let (actor, permission) = (actor(judge), permission(judge, on.clone()));
        reading(judge, source, &actor, &permission, &on)?;
    }
    Ok(())
}

fn actor(judge: &mut Judge<'_>) -> Actor {
    let (world, dice) = (judge.world, &mut *judge.dice);
    let at = dice.below(world.people.len());
    let user = world.people[at];
    match dice.below(8) {
        0 => Actor::App { app: dice.pick(&world.apps).clone(), user },
        1 => Actor::Token { token: world.tokens[at], user },
        2 => Actor::Site { site: *dice.pick(&world.sites), user: world.people[at % 2] },
        _ => Actor::User(user),
    }
}

/// A question about a resource, now and then by its path or its name.
fn permission(judge: &mut Judge<'_>, on: Resource) -> Permission {
    let (world, dice) = (judge.world, &mut *judge.dice);
    let ask = if dice.one_in(8) { Ask::Whole } else { Ask::One(*dice.pick(&Capability::ALL)) };
    let manage = [0, 0, 0, 1, 2][dice.below(5)];
    let target = match &on {
        Resource::Entry(entry) if dice.one_in(4) => {
            let names = |e: &vouchsafe_types::EntryId| world.source.entries.get(e).map(|found| found.name.clone());
            let mut path: Vec<String> = world.source.chain(*entry).iter().filter_map(names).collect();
            path.reverse();
            Target::EntryPath(format!("/{}", path.join("/")))
        }
        Resource::App(app) if dice.one_in(4) => match world.source.apps.get(app) {
            Some((name, _)) => Target::AppName(name.clone()),
            None => Target::AppName("none".to_owned()),
        },
        Resource::Site(site) if dice.one_in(4) => match world.source.sites.get(site) {
            Some(site) => Target::SiteName(site.name.clone()),
            None => Target::SiteName("none".to_owned()),
        },
        _ => Target::Resource(on),
    };
    Permission { target, ask, manage }
}

fn reading<S: GrantIndex<Error: Debug>>(
    judge: &mut Judge<'_>,
    source: &mut S,
    actor: &Actor,
    permission: &Permission,
    on: &Resource,
) -> Result<(), Trouble> {
    let (engine, now) = (Engine::default(), judge.world.now);
    let about = format!("{actor:?} asks for {permission}");
    let told = engine.explain(source, actor, permission, now).map_err(Trouble::storage)?;
    let checked = engine.check(source, actor, permission, now).map_err(Trouble::storage)?;
    same(format_args!("{about}: the decision explained"), &told.decision, &checked)?;
    let right = Subject::of_actor(actor).map(|subject| judge.right.has(&subject, on)).unwrap_or_default();
    let demanded = permission.demanded();
    let allowed = !demanded.is_empty() && right.covers(demanded);
    same(format_args!("{about}: allowed"), &told.decision.allowed, &allowed)?;
    let here = told.verify(source, actor, permission, now).map_err(Trouble::storage)?;
    same(format_args!("{about}: {told:?}"), &here, &Ok(()))?;
    let in_memory = told.verify(judge.memory, actor, permission, now).map_err(Trouble::storage)?;
    same(format_args!("{about}, in memory: {told:?}"), &in_memory, &Ok(()))?;
    // A reading says why: it is never silent about something that is there.
    let is_silent = !told.reading.iter().any(|f| f.is_terminal() || matches!(f, Finding::Missing(_)));
    let is_there = reference::is_there(&judge.world.source, on);
    holds(format_args!("{about}: nothing is said: {told:?}"), !is_silent || demanded.is_empty() || !is_there)
}
