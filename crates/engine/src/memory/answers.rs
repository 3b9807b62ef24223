//! What memory answers the engine.

use super::MemorySource;
use crate::source::{GrantIndex, GrantSource, Located, Place, SpokenRow, Subject};
use std::{collections::BTreeSet, convert::Infallible};
use vouchsafe_types::{AppUid, EntryId, Grant, GrantId, GroupId, Holder, Name, Resource, SiteId, UserId};

impl MemorySource {
    fn is_member(&self, group: GroupId, user: UserId) -> bool {
        self.groups.get(&group).is_some_and(|members| members.contains(&user))
    }

    fn speaks_for(&self, holder: &Holder, subject: &Subject) -> bool {
        match subject {
            Subject::User(user) => self.does_reach(holder, *user),
            Subject::App { app, user } => {
                matches!(holder, Holder::App { app: held, user: whom } if held == app && (whom.is_none() || whom == user))
            }
            Subject::Token { token, .. } => *holder == Holder::Token(*token),
            Subject::Group(group) => matches!(holder, Holder::Everyone) || *holder == Holder::Group(*group),
            Subject::Everyone => *holder == Holder::Everyone,
            Subject::Link(link) => *holder == Holder::Link(*link),
            Subject::Site { .. } => false,
        }
    }

    fn does_reach(&self, holder: &Holder, user: UserId) -> bool {
        match holder {
            Holder::User(held) => *held == user,
            Holder::Group(group) => self.is_member(*group, user),
            Holder::Everyone => true,
            Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => false,
        }
    }

    fn levels(&self, resource: &Resource) -> Vec<Resource> {
        match resource {
            Resource::Entry(entry) => self.chain(*entry).into_iter().map(Resource::Entry).collect(),
            Resource::Named(name) => name.prefixes().into_iter().map(Resource::Named).collect(),
            Resource::App(_) | Resource::Site(_) => vec![resource.clone()],
        }
    }
}

/// A name has no owner; who may use it by himself is a matter of the rules that imply.
fn named_place(name: &Name) -> Place {
    Place::new(Resource::Named(name.clone()), None, false)
}

impl GrantSource for MemorySource {
    type Error = Infallible;

    fn place(&mut self, resource: &Resource) -> Result<Located, Infallible> {
        let at = |owner, is_file| Place::new(resource.clone(), owner, is_file);
        let found = match resource {
            Resource::Entry(entry) => self.entries.get(entry).map(|found| {
                let root = self.chain(*entry).last().copied();
                let place = at(root.and_then(|r| self.roots.get(&r).copied()), found.is_file);
                Place { restrictions: self.restrictions_of(*entry), ..place }
            }),
            Resource::App(app) => self.apps.get(app).map(|(_, owner)| at(Some(*owner), false)),
            Resource::Site(site) => self.sites.get(site).map(|found| at(Some(found.owner), false)),
            Resource::Named(name) => Some(named_place(name)),
        };
        Ok(found.map_or(Located::Absent, Located::At))
    }

    fn rows(&mut self, resource: &Resource, subject: &Subject, limit: usize) -> Result<Vec<SpokenRow>, Infallible> {
        let levels = self.levels(resource);
        let speaking = self.grants.iter().filter_map(|grant| {
            let level = levels.iter().position(|l| *l == grant.resource)?;
            self.speaks_for(&grant.holder, subject).then(|| SpokenRow {
                grant: grant.clone(),
                distance: u32::try_from(level).unwrap_or(u32::MAX),
                is_issuer_active: self.users.get(&grant.issuer).copied().unwrap_or(false),
            })
        });
        Ok(speaking.take(limit.saturating_add(1)).collect())
    }

    fn grants_to(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, Infallible> {
        Ok(self.grants.iter().filter(|g| g.holder == *holder && g.resource == *resource).cloned().collect())
    }

    fn is_active(&mut self, user: UserId) -> Result<bool, Infallible> {
        Ok(self.users.get(&user).copied().unwrap_or(false))
    }

    fn entry_at(&mut self, path: &str) -> Result<Option<EntryId>, Infallible> {
        let mut at: Option<EntryId> = None;
        for name in path.split('/').filter(|s| !s.is_empty()) {
            match self.child(at, name) {
                Some(entry) => at = Some(entry),
                None => return Ok(None),
            }
        }
        Ok(at)
    }

    fn app_named(&mut self, name: &str) -> Result<Option<AppUid>, Infallible> {
        Ok(self.apps.iter().find(|(_, (n, _))| n == name).map(|(uid, _)| uid.clone()))
    }

    fn site_named(&mut self, name: &str) -> Result<Option<SiteId>, Infallible> {
        Ok(self.sites.iter().find(|(_, site)| site.name == name).map(|(id, _)| *id))
    }

    fn app_data(&mut self, app: &AppUid) -> Result<Option<EntryId>, Infallible> {
        let Some((_, owner)) = self.apps.get(app).cloned() else { return Ok(None) };
        let Some(home) = self.roots.iter().find(|(_, o)| **o == owner).map(|(root, _)| *root) else { return Ok(None) };
        Ok(self.child(Some(home), "AppData").and_then(|dir| self.child(Some(dir), app.as_str())))
    }

    fn is_in_app_data(&mut self, entry: EntryId, app: &AppUid) -> Result<bool, Infallible> {
        let names: Vec<&str> =
            self.chain(entry).iter().filter_map(|e| self.entries.get(e)).map(|e| e.name.as_str()).collect();
        Ok(matches!(names.as_slice(), [.., uid, "AppData", _] if *uid == app.as_str()))
    }

    fn is_in_site(&mut self, entry: EntryId, site: SiteId, owner: UserId) -> Result<bool, Infallible> {
        let root = self.sites.get(&site).filter(|site| site.owner == owner).and_then(|site| site.root);
        Ok(root.is_some_and(|root| self.chain(entry).contains(&root)))
    }
}

impl GrantIndex for MemorySource {
    fn dependants(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, Infallible> {
        let hangs = |g: &&Grant| self.does_reach(holder, g.issuer) && self.levels(&g.resource).contains(resource);
        Ok(self.grants.iter().filter(hangs).cloned().collect())
    }

    fn holders(
        &mut self,
        resource: &Resource,
        after: Option<&Holder>,
        limit: usize,
    ) -> Result<Vec<Holder>, Infallible> {
        let levels = self.levels(resource);
        let all: BTreeSet<&Holder> =
            self.grants.iter().filter(|g| levels.contains(&g.resource)).map(|g| &g.holder).collect();
        Ok(all.into_iter().filter(|h| after.is_none_or(|after| *h > after)).take(limit).cloned().collect())
    }

    fn reached(&mut self, holder: &Holder, after: Option<UserId>, limit: usize) -> Result<Vec<UserId>, Infallible> {
        let all = self.users.keys().copied().filter(|user| self.does_reach(holder, *user));
        Ok(all.filter(|user| after.is_none_or(|after| *user > after)).take(limit).collect())
    }

    fn grant(&mut self, id: GrantId) -> Result<Option<Grant>, Infallible> {
        Ok(self.grants.iter().find(|grant| grant.id == id).cloned())
    }
}
