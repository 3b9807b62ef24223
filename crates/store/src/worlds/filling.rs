//! What is in memory, written into the database.

use crate::{
    App, Because, Group, NewEntry, Site, StoreError, User, WriteTx,
    fixture::{now, user},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_engine::{MemorySource, memory::MemoryEntry};
use vouchsafe_types::{Actor, DefaultGroup, EntryId, UserId};

pub(super) fn host() -> Actor {
    Actor::Service { name: "host".to_owned() }
}

pub(super) fn because(host: &Actor) -> Because<'_> {
    Because { actor: host, request_id: None, reason: "test", at: now() }
}

impl WriteTx<'_> {
    /// Writes everything. All groups get this owner. Gives the numbers of the roots.
    pub(super) fn fill(&mut self, source: &MemorySource, owner: UserId) -> Result<BTreeMap<EntryId, i64>, StoreError> {
        self.add_people(source)?;
        self.add_groups(source, owner)?;
        let roots = self.add_entries(source)?;
        self.add_things(source)?;
        for (uuid, restrictions) in &source.restrictions {
            if let Some(entry) = self.find_entry(*uuid)? {
                self.set_restrictions(&entry, *restrictions, because(&host()))?;
            }
        }
        for grant in &source.grants {
            self.insert_grant(grant, &json!({}))?;
        }
        Ok(roots)
    }

    fn add_people(&mut self, source: &MemorySource) -> Result<(), StoreError> {
        let confirmed = source.groups.get(&DefaultGroup::User.id());
        for (at, (id, is_active)) in source.users.iter().enumerate() {
            let email_confirmed = confirmed.is_some_and(|members| members.contains(id));
            let person = User { id: *id, email_confirmed, is_suspended: !is_active, ..user(&format!("u{at}"), None) };
            self.insert_user(&person)?;
        }
        Ok(())
    }

    fn add_groups(&mut self, source: &MemorySource, owner: UserId) -> Result<(), StoreError> {
        let host = host();
        for (id, members) in source.groups.iter().filter(|(id, _)| DefaultGroup::find(**id).is_none()) {
            let group = Group { id: *id, owner, name: "g".to_owned(), metadata: json!({}), created_at: now() };
            self.save_group(&group)?;
            for member in members {
                self.add_member(*id, *member, because(&host))?;
            }
        }
        Ok(())
    }

    /// From the roots downwards.
    fn add_entries(&mut self, source: &MemorySource) -> Result<BTreeMap<EntryId, i64>, StoreError> {
        let mut below: BTreeMap<Option<EntryId>, Vec<(EntryId, &MemoryEntry)>> = BTreeMap::new();
        for (uuid, entry) in &source.entries {
            below.entry(entry.parent).or_default().push((*uuid, entry));
        }
        let (mut roots, mut made_in) = (BTreeMap::new(), Vec::new());
        let mut open = vec![(None, None)];
        while let Some((parent, number)) = open.pop() {
            for (uuid, entry) in below.remove(&parent).unwrap_or_default() {
                let owner = source.roots.get(&uuid).copied();
                let made = self.add_entry(uuid, entry, number, owner)?;
                made_in.push((!entry.is_file, number));
                open.push((Some(uuid), Some(made)));
                if parent.is_none() {
                    roots.insert(uuid, made);
                }
            }
        }
        for (is_dir, parent) in made_in.into_iter().rev() {
            self.settle_heights(is_dir, parent)?;
        }
        Ok(roots)
    }

    fn add_entry(
        &mut self,
        uuid: EntryId,
        entry: &MemoryEntry,
        parent: Option<i64>,
        owner: Option<UserId>,
    ) -> Result<i64, StoreError> {
        let new = NewEntry {
            uuid,
            parent,
            owner,
            name: &entry.name,
            is_dir: !entry.is_file,
            size_bytes: 0,
            content_type: None,
            created_at: now(),
            modified_at: now(),
            allocation_id: "a",
            lookup_hash: &uuid.to_string(),
        };
        self.insert_row(&new, parent)
    }

    fn add_things(&mut self, source: &MemorySource) -> Result<(), StoreError> {
        for (uid, (name, owner)) in &source.apps {
            self.save_app(&App {
                uid: uid.clone(),
                name: name.clone(),
                owner: *owner,
                is_protected: true,
                shared_appdata: false,
                metadata: Value::Null,
                index_url: None,
                created_at: now(),
            })?;
        }
        for (id, site) in &source.sites {
            let root = site.root.map(|root| self.number_of(root)).transpose()?.flatten();
            let new = Site {
                id: *id,
                name: site.name.clone(),
                owner: site.owner,
                associated_app: None,
                root: site.root,
                is_protected: true,
                created_at: now(),
            };
            self.save_site(&new, root)?;
        }
        Ok(())
    }
}
