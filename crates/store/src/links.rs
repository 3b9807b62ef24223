//! Links: what whoever presents a token has, is in the grant whose holder is the link.

use crate::{
    StoreError, TokenHash, Tx, WriteTx,
    holder::{HolderColumns, NOBODY},
    schema::{entry, grants, link},
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::{EntryId, Holder, LinkId};

/// A link to an entry. It works for as long as its grant does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its id; a token that is made anew has another one.
    pub id: LinkId,
    /// On what.
    pub entry: EntryId,
    /// Which dialect made it, and what for.
    pub kind: String,
    /// What its maker calls it.
    pub title: Option<String>,
    /// The hash of its password, if it asks for one.
    pub password_hash: Option<String>,
    /// Whether its maker wants it gone once it has ended.
    pub auto_delete: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

type LinkRow = (Id, Id, String, Vec<u8>, Option<String>, Option<String>, bool, Ts);

/// Every link, with the id of its entry.
macro_rules! links {
    () => {
        link::table.inner_join(entry::table.on(entry::id.eq(link::entry_id))).select((
            link::id,
            entry::uuid,
            link::kind,
            link::token_hash,
            link::title,
            link::password_hash,
            link::auto_delete,
            link::created_at,
        ))
    };
}

fn link_of(row: LinkRow) -> (Link, Vec<u8>) {
    let (id, entry, kind, token_hash, title, password_hash, auto_delete, created_at) = row;
    let created_at = created_at.0;
    (Link { id: id.to(), entry: entry.to(), kind, title, password_hash, auto_delete, created_at }, token_hash)
}

impl Tx<'_> {
    /// The link of a token.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_link_of(&mut self, token: &TokenHash) -> Result<Option<Link>, StoreError> {
        let row: Option<LinkRow> =
            links!().filter(link::token_hash.eq(token.as_slice())).first(self.conn).optional()?;
        Ok(row.map(|row| link_of(row).0))
    }

    /// The link with this id, and the hash of its token.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_link(&mut self, id: LinkId) -> Result<Option<(Link, Vec<u8>)>, StoreError> {
        let row: Option<LinkRow> = links!().filter(link::id.eq(Id::from(id))).first(self.conn).optional()?;
        Ok(row.map(link_of))
    }

    /// Links that have ended by `now` and shall be gone then, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_ended_links(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<Link>, StoreError> {
        let kind = HolderColumns::from(&Holder::Link(NOBODY.to())).kind;
        let going = link::table.filter(link::auto_delete.eq(true)).select(link::id);
        let ended = grants::table
            .filter(grants::holder_kind.eq(kind))
            .filter(grants::holder_id.eq_any(going))
            .filter(grants::expires_at.le(Ts(now)))
            .order(grants::expires_at)
            .select(grants::holder_id)
            .limit(limit);
        let ended: Vec<Id> = ended.load(self.conn)?;
        let rows: Vec<LinkRow> = links!().filter(link::id.eq_any(ended)).load(self.conn)?;
        Ok(rows.into_iter().map(|row| link_of(row).0).collect())
    }

    /// The links on exactly this entry, oldest first, with the hashes of their tokens.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_links(&mut self, on: EntryId) -> Result<Vec<(Link, Vec<u8>)>, StoreError> {
        let on = links!().filter(entry::uuid.eq(Id::from(on))).order((link::created_at, link::id));
        let rows: Vec<LinkRow> = on.load(self.conn)?;
        Ok(rows.into_iter().map(link_of).collect())
    }
}

impl WriteTx<'_> {
    /// Writes a link. Without a grant to it, it gives nothing.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its entry is gone, [`StoreError`] when the database refuses.
    pub fn insert_link(&mut self, new: &Link, token: &TokenHash) -> Result<(), StoreError> {
        let number = self.number_of(new.entry)?;
        let number = number.ok_or_else(|| StoreError::Corrupt("a link to an entry that is not there".to_owned()))?;
        diesel::insert_into(link::table)
            .values((
                link::id.eq(Id::from(new.id)),
                link::entry_id.eq(number),
                link::kind.eq(&new.kind),
                link::token_hash.eq(token.as_slice()),
                link::title.eq(new.title.as_deref()),
                link::password_hash.eq(new.password_hash.as_deref()),
                link::auto_delete.eq(new.auto_delete),
                link::created_at.eq(Ts(new.created_at)),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Writes what can change about a link itself: its title, its password, and whether it goes by itself.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn update_link(&mut self, changed: &Link) -> Result<(), StoreError> {
        diesel::update(link::table.find(Id::from(changed.id)))
            .set((
                link::title.eq(changed.title.as_deref()),
                link::password_hash.eq(changed.password_hash.as_deref()),
                link::auto_delete.eq(changed.auto_delete),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Deletes a link that no grant names any more.
    pub(crate) fn delete_link_without_grant(&mut self, id: LinkId) -> Result<(), StoreError> {
        let held = HolderColumns::from(&Holder::Link(id));
        let others = grants::table.filter(grants::holder_kind.eq(held.kind)).filter(grants::holder_id.eq(held.id));
        if !diesel::select(diesel::dsl::exists(others)).get_result::<bool>(self.conn)? {
            diesel::delete(link::table.find(Id::from(id))).execute(self.conn)?;
        }
        Ok(())
    }
}
