//! The table of what was shared by a ticket. A row may stand for a grant, and then ends with it.

mod early;
mod follow;

pub use early::DatedTicket;
pub(crate) use follow::is_own;

use crate::{
    StoreError, Tx, WriteTx,
    backend::MultiBackend,
    schema::share_info,
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::{GrantId, UserId};

/// For whom a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareKind {
    /// For whoever has it.
    Public,
    /// For the client it names.
    Private,
}

impl ShareKind {
    const fn number(self) -> i16 {
        match self {
            Self::Public => 1,
            Self::Private => 2,
        }
    }
}

/// Who, or what, ended a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBy {
    /// Its receiver put it away, or gave up its grant.
    Receiver,
    /// Its sender took it back.
    Sender,
    /// Its grant was revoked, or somebody else than its holder made less of it.
    Grant,
    /// It goes on, and stands for a further grant since: this row keeps the one from before.
    Next,
}

impl EndedBy {
    const fn number(self) -> i16 {
        match self {
            Self::Receiver => 1,
            Self::Sender => 2,
            Self::Grant => 3,
            Self::Next => 4,
        }
    }
}

/// What was shared by a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareInfo {
    /// Its number; 0 for one that is not written yet.
    pub id: i64,
    /// For which kind of app.
    pub app_type: String,
    /// Who shares.
    pub sender: UserId,
    /// By which of his client ids.
    pub client_id: String,
    /// With whom.
    pub receiver: UserId,
    /// Under which of his client ids.
    pub receiver_client_id: String,
    /// What.
    pub lookup_hash: String,
    /// The ticket, as it was sent.
    pub auth_ticket: String,
    /// What the sender says about it.
    pub message: String,
    /// A link of the sender's own.
    pub link: String,
    /// For whom the ticket is.
    pub kind: ShareKind,
    /// Whether it is marked as AI-related.
    pub is_ai: bool,
    /// The grant it stands for; `None` for a mere record.
    pub grant: Option<GrantId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// A user, under one of his client ids or under any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The user.
    pub user: UserId,
    /// The client id.
    pub client_id: Option<String>,
}

/// Which live rows are wanted; all that is named must fit.
#[derive(Debug, Clone, Default)]
pub struct ShareInfoFilter {
    /// For this kind of app.
    pub app_type: Option<String>,
    /// Of this kind.
    pub kind: Option<ShareKind>,
    /// Shared by.
    pub sender: Option<Party>,
    /// Shared with.
    pub receiver: Option<Party>,
    /// About this.
    pub lookup_hash: Option<String>,
    /// With exactly this ticket.
    pub auth_ticket: Option<String>,
    /// Without those marked as AI-related.
    pub leaves_out_ai: bool,
}

#[derive(Queryable)]
struct ShareInfoRow {
    id: i64,
    app_type: String,
    sender_id: Id,
    client_id: String,
    receiver_id: Id,
    receiver_client_id: String,
    lookup_hash: String,
    auth_ticket: String,
    message: String,
    link: String,
    share_info_type: i16,
    is_ai: bool,
    grant_id: Option<Id>,
    created_at: Ts,
    updated_at: Ts,
    _deleted_at: Option<Ts>,
    _ended_by: Option<i16>,
}

impl From<ShareInfoRow> for ShareInfo {
    fn from(row: ShareInfoRow) -> Self {
        Self {
            id: row.id,
            app_type: row.app_type,
            sender: row.sender_id.to(),
            client_id: row.client_id,
            receiver: row.receiver_id.to(),
            receiver_client_id: row.receiver_client_id,
            lookup_hash: row.lookup_hash,
            auth_ticket: row.auth_ticket,
            message: row.message,
            link: row.link,
            kind: if row.share_info_type == 1 { ShareKind::Public } else { ShareKind::Private },
            is_ai: row.is_ai,
            grant: row.grant_id.map(Id::to),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Tx<'_> {
    /// The live row about the same as `like`: between the same two, of the same kind.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_share_info(&mut self, like: &ShareInfo) -> Result<Option<ShareInfo>, StoreError> {
        let party = |user: UserId, client_id: &str| Some(Party { user, client_id: Some(client_id.to_owned()) });
        let filter = ShareInfoFilter {
            app_type: Some(like.app_type.clone()),
            kind: Some(like.kind),
            sender: party(like.sender, &like.client_id),
            receiver: party(like.receiver, &like.receiver_client_id),
            lookup_hash: Some(like.lookup_hash.clone()),
            ..ShareInfoFilter::default()
        };
        Ok(self.list_share_infos(&filter, 0, 1)?.pop())
    }

    /// Live rows, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_share_infos(
        &mut self,
        filter: &ShareInfoFilter,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<ShareInfo>, StoreError> {
        let mut found = share_info::table
            .filter(share_info::deleted_at.is_null())
            .order((share_info::created_at.desc(), share_info::id.desc()))
            .limit(limit)
            .offset(offset)
            .into_boxed::<MultiBackend>();
        if let Some(app_type) = filter.app_type.clone() {
            found = found.filter(share_info::app_type.eq(app_type));
        }
        if let Some(kind) = filter.kind {
            found = found.filter(share_info::share_info_type.eq(kind.number()));
        }
        if let Some(Party { user, client_id }) = filter.sender.clone() {
            found = found.filter(share_info::sender_id.eq(Id::from(user)));
            if let Some(client_id) = client_id {
                found = found.filter(share_info::client_id.eq(client_id));
            }
        }
        if let Some(Party { user, client_id }) = filter.receiver.clone() {
            found = found.filter(share_info::receiver_id.eq(Id::from(user)));
            if let Some(client_id) = client_id {
                found = found.filter(share_info::receiver_client_id.eq(client_id));
            }
        }
        if let Some(hash) = filter.lookup_hash.clone() {
            found = found.filter(share_info::lookup_hash.eq(hash));
        }
        if let Some(ticket) = filter.auth_ticket.clone() {
            found = found.filter(share_info::auth_ticket.eq(ticket));
        }
        if filter.leaves_out_ai {
            found = found.filter(share_info::is_ai.eq(false));
        }
        let rows: Vec<ShareInfoRow> = found.load(self.conn)?;
        Ok(rows.into_iter().map(ShareInfo::from).collect())
    }

    /// Whether the sender shared the same with the same receiver by a private ticket since then, in any kind of app and
    /// whatever became of it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn was_shared_since(&mut self, like: &ShareInfo, since: DateTime<Utc>) -> Result<bool, StoreError> {
        let found: Option<i64> = share_info::table
            .filter(share_info::sender_id.eq(Id::from(like.sender)))
            .filter(share_info::receiver_id.eq(Id::from(like.receiver)))
            .filter(share_info::lookup_hash.eq(&like.lookup_hash))
            .filter(share_info::share_info_type.eq(ShareKind::Private.number()))
            .filter(share_info::created_at.ge(Ts(since)))
            .select(share_info::id)
            .first(self.conn)
            .optional()?;
        Ok(found.is_some())
    }

    /// The live rows that stand for a grant.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_share_infos_of(&mut self, grant: GrantId) -> Result<Vec<ShareInfo>, StoreError> {
        let live = share_info::table
            .filter(share_info::grant_id.eq(Some(Id::from(grant))))
            .filter(share_info::deleted_at.is_null());
        let rows: Vec<ShareInfoRow> = live.load(self.conn)?;
        Ok(rows.into_iter().map(ShareInfo::from).collect())
    }

    /// Whether the sender has taken back, since `since`, what a ticket of his gave: what he had published of it, or what
    /// this receiver had of it. Whoever kept the ticket cannot use it again. Mere records do not count: anybody
    /// can make them.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn is_taken_back(
        &mut self,
        sender: UserId,
        receiver: UserId,
        lookup_hash: &str,
        since: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let by_sender = share_info::ended_by.eq(Some(EndedBy::Sender.number())).assume_not_null();
        let by_revocation = share_info::ended_by.eq(Some(EndedBy::Grant.number())).assume_not_null();
        let is_public = share_info::share_info_type.eq(ShareKind::Public.number());
        let gave = share_info::grant_id.is_not_null();
        let is_published = share_info::receiver_id.eq(Id::from(sender));
        let is_his = share_info::receiver_id.eq(Id::from(receiver));
        let found: Option<i64> = share_info::table
            .filter(share_info::sender_id.eq(Id::from(sender)))
            .filter(share_info::lookup_hash.eq(lookup_hash))
            .filter(share_info::deleted_at.ge(Some(Ts(since))))
            .filter(
                by_sender
                    .and(is_public)
                    .and(gave.or(is_published))
                    .or(is_his.and(gave).and(by_sender.or(by_revocation))),
            )
            .select(share_info::id)
            .first(self.conn)
            .optional()?;
        Ok(found.is_some())
    }
}

impl WriteTx<'_> {
    /// Writes a row: over the live one about the same if there is one; if that stood for another grant, this is kept
    /// with it. Gives its number.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn save_share_info(&mut self, new: &ShareInfo) -> Result<i64, StoreError> {
        let Some(found) = self.find_share_info(new)? else { return self.insert_share_info(new, None) };
        if found.grant.is_some() && found.grant != new.grant {
            self.insert_share_info(&found, Some((new.updated_at, EndedBy::Next)))?;
        }
        let told = (
            share_info::auth_ticket.eq(&new.auth_ticket),
            share_info::message.eq(&new.message),
            share_info::link.eq(&new.link),
            share_info::is_ai.eq(new.is_ai),
            share_info::grant_id.eq(new.grant.map(Id::from)),
            share_info::updated_at.eq(Ts(new.updated_at)),
        );
        diesel::update(share_info::table.find(found.id)).set(told).execute(self.conn)?;
        Ok(found.id)
    }

    fn insert_share_info(
        &mut self,
        new: &ShareInfo,
        ended: Option<(DateTime<Utc>, EndedBy)>,
    ) -> Result<i64, StoreError> {
        let row = (
            share_info::app_type.eq(&new.app_type),
            share_info::sender_id.eq(Id::from(new.sender)),
            share_info::client_id.eq(&new.client_id),
            share_info::receiver_id.eq(Id::from(new.receiver)),
            share_info::receiver_client_id.eq(&new.receiver_client_id),
            share_info::lookup_hash.eq(&new.lookup_hash),
            share_info::share_info_type.eq(new.kind.number()),
            share_info::auth_ticket.eq(&new.auth_ticket),
            share_info::message.eq(&new.message),
            share_info::link.eq(&new.link),
            share_info::is_ai.eq(new.is_ai),
            share_info::grant_id.eq(new.grant.map(Id::from)),
            share_info::created_at.eq(Ts(new.created_at)),
            share_info::updated_at.eq(Ts(new.updated_at)),
            share_info::deleted_at.eq(ended.map(|(at, _)| Ts(at))),
            share_info::ended_by.eq(ended.map(|(_, by)| by.number())),
        );
        let inserted = diesel::insert_into(share_info::table).values(row).returning(share_info::id);
        Ok(inserted.get_result(self.conn)?)
    }

    /// Ends these rows.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn end_share_infos(&mut self, ids: &[i64], by: EndedBy, at: DateTime<Utc>) -> Result<(), StoreError> {
        diesel::update(share_info::table.filter(share_info::id.eq_any(ids)))
            .set((share_info::deleted_at.eq(Some(Ts(at))), share_info::ended_by.eq(Some(by.number()))))
            .execute(self.conn)?;
        Ok(())
    }
}
