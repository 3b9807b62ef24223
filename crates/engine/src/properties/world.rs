//! Small random worlds: two trees, a few people, groups, grants.

use crate::{Engine, MemorySource};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use vouchsafe_types::{
    Access, Actor, Capabilities, Capability, EntryId, Grant, GrantId, GroupId, Holder, Resource, UserId,
};

pub(super) const USERS: usize = 5;
pub(super) const ENTRIES: usize = 7;

pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

#[derive(Debug, Clone)]
struct Row {
    issuer: usize,
    holder: usize,
    entry: usize,
    capabilities: Capabilities,
    exact: bool,
    expiry: u8,
}

fn capabilities() -> impl Strategy<Value = Capabilities> {
    prop_oneof![
        4 => (0..Access::ALL.len()).prop_map(|i| Access::ALL[i].capabilities()),
        1 => (0..=Capabilities::ALL.bits()).prop_map(Capabilities::from_bits),
        2 => Just(Access::Full.capabilities()),
        1 => Just(Access::Read.capabilities() | Capability::Share.into()),
    ]
}

fn row() -> impl Strategy<Value = Row> {
    (0..USERS, 0..USERS + 3, 0..ENTRIES, capabilities(), prop::bool::weighted(0.25), 0..8u8).prop_map(
        |(issuer, holder, entry, capabilities, exact, expiry)| Row {
            issuer,
            holder,
            entry,
            capabilities,
            exact,
            expiry,
        },
    )
}

#[derive(Debug)]
pub(super) struct World {
    pub(super) source: MemorySource,
    pub(super) users: Vec<UserId>,
    pub(super) entries: Vec<EntryId>,
}

pub(super) fn world() -> impl Strategy<Value = World> {
    let parents = prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), ENTRIES - 2);
    let members = prop::collection::vec(0..USERS, 0..6);
    (parents, members, 0..USERS * 2, prop::collection::vec(row(), 0..14)).prop_map(
        |(parents, members, asleep, rows)| {
            let mut source = MemorySource::default();
            let users: Vec<UserId> = (0..USERS).map(|_| source.add_user()).collect();
            let mut entries = vec![source.add_root(users[0], "a"), source.add_root(users[1], "b")];
            for (at, is_file) in parents {
                let parent = *at.get(&entries);
                let parent = if source.entries[&parent].is_file { entries[0] } else { parent };
                entries.push(source.add_entry(parent, &entries.len().to_string(), is_file));
            }
            let groups = [GroupId::mint(), GroupId::mint()];
            for (i, member) in members.iter().enumerate() {
                source.groups.entry(groups[i % 2]).or_default().insert(users[*member]);
            }
            if let Some(user) = users.get(asleep) {
                source.users.insert(*user, false);
            }
            for row in rows {
                let holder = match row.holder {
                    i if i < USERS => Holder::User(users[i]),
                    i if i == USERS + 2 => Holder::Everyone,
                    i => Holder::Group(groups[i - USERS]),
                };
                let expires_at = match row.expiry {
                    0 => Some(now()),
                    1 => Some(now() + TimeDelta::seconds(1)),
                    _ => None,
                };
                source.grants.push(Grant {
                    id: GrantId::mint(),
                    issuer: users[row.issuer],
                    holder,
                    resource: Resource::Entry(entries[row.entry]),
                    capabilities: row.capabilities,
                    exact: row.exact,
                    expires_at,
                    created_at: now(),
                    origin: "test".into(),
                });
            }
            World { source, users, entries }
        },
    )
}

pub(super) fn holding(source: &mut MemorySource, user: UserId, entry: EntryId) -> Capabilities {
    let engine = Engine::default();
    engine.holding(source, &Actor::User(user), &Resource::Entry(entry), now()).unwrap().capabilities
}
