use super::{
    check::{Trouble, same},
    deed::Deed,
    plans::{self, Planned},
    removal::{self, retire},
    stage::{Event, Stage},
    world::World,
};
use crate::reference;
use std::collections::BTreeSet;
use vouchsafe_types::{EntryId, GrantId, Resource, UserId};

/// Does a deed in memory and on the stage, and judges what it did.
pub(super) fn does<St: Stage>(deed: &Deed, world: &mut World, stage: &mut St) -> Result<(), Trouble> {
    let before = world.clone();
    let planned = plans::plan(&mut world.source.clone(), world, deed)?;
    if let (Some(planned), Some(source)) = (&planned, stage.source()) {
        let there = plans::plan(source, world, deed)?;
        let nobodys: GrantId = world.dice.id();
        let right = planned.in_order(nobodys);
        same("what is planned", &there.map(|there| there.in_order(nobodys)), &Some(right))?;
    }
    match planned {
        Some(Planned::Changes(changes)) => {
            world.source.apply(&changes);
            stage.tell(&Event::Changes(&changes), world.now)?;
            removal::planned(deed, &before, world, &changes)
        }
        Some(Planned::Depended(grants)) => removal::depended(deed, &before, &grants),
        Some(Planned::Nothing) => removal::nothing(deed, &before),
        None => happens(deed, &before, world, stage),
    }
}

/// What the engine does not plan.
fn happens<St: Stage>(deed: &Deed, before: &World, world: &mut World, stage: &mut St) -> Result<(), Trouble> {
    let now = world.now;
    match deed {
        Deed::Wait(seconds) => world.now += chrono::TimeDelta::seconds((*seconds).into()),
        Deed::Join(who, group) | Deed::Quit(who, group) => {
            let (user, group) = (world.person(*who), world.groups[group % world.groups.len()]);
            let is_in = matches!(deed, Deed::Join(..));
            let is_there = world.source.users.contains_key(&user);
            let Some(members) = world.source.groups.get_mut(&group).filter(|_| is_there) else { return Ok(()) };
            if is_in {
                members.insert(user)
            } else {
                members.remove(&user)
            };
            stage.tell(&Event::Member(group, user, is_in), now)?;
        }
        Deed::Suspend(who) | Deed::Confirm(who) => {
            let user = world.person(*who);
            let Some(is_active) = world.source.users.get_mut(&user) else { return Ok(()) };
            if matches!(deed, Deed::Suspend(_)) {
                *is_active = !*is_active;
            } else {
                world.confirm(*who, !world.is_confirmed(user));
            }
            let is_active = world.source.users.get(&user) == Some(&true);
            stage.tell(&Event::Account(user, is_active, world.is_confirmed(user)), now)?;
        }
        Deed::Move(entry, into) => {
            let (entry, into) = (world.entry(*entry), world.entry(*into));
            if may_move(world, entry, into) {
                moves(world, entry, into)?;
                stage.tell(&Event::Moved(entry, into), now)?;
            }
        }
        Deed::Delete(entry) => {
            let entry = world.entry(*entry);
            if world.source.entries.get(&entry).is_some_and(|found| found.parent.is_some()) {
                deletes(world, entry)?;
                stage.tell(&Event::Deleted(entry), now)?;
            }
        }
        Deed::Disband(group) => {
            let group = world.groups[group % world.groups.len()];
            if world.source.groups.contains_key(&group) {
                removal::disbands(world, group)?;
                stage.tell(&Event::Disbanded(group), now)?;
            }
        }
        Deed::Vanish(who) => {
            let user = world.person(*who);
            if world.source.users.contains_key(&user) {
                vanishes(world, user)?;
                stage.tell(&Event::Vanished(user), now)?;
            }
        }
        Deed::Give { .. } | Deed::Cascade(_) | Deed::Promote(..) | Deed::Restrict(_) | Deed::Leave(..) => {}
    }
    removal::happened(deed, before, world)
}

fn may_move(world: &World, entry: EntryId, into: EntryId) -> bool {
    let entries = &world.source.entries;
    let is_directory = entries.get(&into).is_some_and(|found| !found.is_file);
    let is_no_root = entries.get(&entry).is_some_and(|found| found.parent.is_some());
    is_directory && is_no_root && !world.below(entry).contains(&into)
}

/// What the old owner gave does not come along into another's tree.
fn moves(world: &mut World, entry: EntryId, into: EntryId) -> Result<(), Trouble> {
    let owner = |on| reference::owner(&world.source, &Resource::Entry(on));
    let (from, to, below) = (owner(entry), owner(into), world.below(entry));
    if from != to {
        let is_below = |on: &Resource| matches!(on, Resource::Entry(entry) if below.contains(entry));
        retire(world, &mut |grant| Some(grant.issuer) == from && is_below(&grant.resource))?;
    }
    if let Some(found) = world.source.entries.get_mut(&entry) {
        found.parent = Some(into);
    }
    Ok(())
}

fn deletes(world: &mut World, entry: EntryId) -> Result<(), Trouble> {
    let below = world.below(entry);
    retire(world, &mut |grant| matches!(grant.resource, Resource::Entry(on) if below.contains(&on)))?;
    forget(world, &below);
    Ok(())
}

fn forget(world: &mut World, entries: &BTreeSet<EntryId>) {
    world.source.entries.retain(|entry, _| !entries.contains(entry));
    world.source.roots.retain(|root, _| !entries.contains(root));
    for site in world.source.sites.values_mut() {
        site.root = site.root.filter(|root| !entries.contains(root));
    }
}

/// A person goes with his groups, sites, apps and tree, and with what he gave and has. All groups are the first one's.
fn vanishes(world: &mut World, user: UserId) -> Result<(), Trouble> {
    if world.people.first() == Some(&user) {
        for group in world.groups.clone() {
            removal::disbands(world, group)?;
        }
    }
    let sites = world.source.sites.clone();
    for site in sites.into_iter().filter(|(_, site)| site.owner == user).map(|(id, _)| id) {
        retire(world, &mut |grant| grant.resource == Resource::Site(site))?;
        world.source.sites.remove(&site);
    }
    let apps = world.source.apps.clone();
    for app in apps.into_iter().filter(|(_, (_, owner))| *owner == user).map(|(uid, _)| uid) {
        retire(world, &mut |grant| removal::is_held_by_app(grant, &app))?;
        retire(world, &mut |grant| grant.resource == Resource::App(app.clone()))?;
        world.source.apps.remove(&app);
    }
    let home = world.source.roots.iter().find(|(_, owner)| **owner == user).map(|(root, _)| *root);
    if let Some(home) = home {
        deletes(world, home)?;
    }
    retire(world, &mut |grant| removal::is_his(grant, user))?;
    removal::hands_over_denies(world, user);
    retire(world, &mut |grant| grant.issuer == user)?;
    world.source.users.remove(&user);
    for members in world.source.groups.values_mut() {
        members.remove(&user);
    }
    Ok(())
}
