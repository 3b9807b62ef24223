//! The table of share requests: somebody asks an owner for what a ticket or a hash names.

use crate::{
    StoreError, Tx, WriteTx,
    backend::MultiBackend,
    schema::{entry, share_req},
    share_infos::{Party, ShareInfo, ShareKind},
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::{Capability, EntryId, Grant, Holder, Resource, UserId};

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestStatus {
    /// Nothing yet.
    Pending,
    /// Its owner shares it.
    Approved,
    /// Its owner does not.
    Declined,
}

impl RequestStatus {
    /// As a number: 0, 1, 2.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Pending => 0,
            Self::Approved => 1,
            Self::Declined => 2,
        }
    }

    /// As a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }
}

/// Who asks whom for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// For which kind of app.
    pub app_type: String,
    /// Who is asked.
    pub owner: UserId,
    /// Who asks.
    pub requester: UserId,
    /// For what.
    pub lookup_hash: String,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRequest {
    /// Its number; 0 for one that is not written yet.
    pub id: i64,
    /// Who asks whom for what.
    pub key: RequestKey,
    /// Under which client id the owner is asked.
    pub owner_client_id: String,
    /// Under which client id it is asked.
    pub client_id: String,
    /// The ticket that came with it; empty without one.
    pub auth_ticket: String,
    /// What is said about it.
    pub message: String,
    /// A link of the owner's own.
    pub link: String,
    /// What became of it.
    pub status: RequestStatus,
    /// The how manieth it is after those that were declined: 1 or 2.
    pub attempt: i16,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// Which requests are wanted; all that is named must fit.
#[derive(Debug, Clone, Default)]
pub struct AccessRequestFilter {
    /// For this kind of app.
    pub app_type: String,
    /// Put to.
    pub owner: Option<Party>,
    /// Made by.
    pub requester: Option<Party>,
    /// Put to this client id.
    pub owner_client_id: Option<String>,
    /// Made by this client id.
    pub client_id: Option<String>,
    /// About this.
    pub lookup_hash: Option<String>,
    /// Of this status.
    pub status: Option<RequestStatus>,
}

#[derive(Queryable)]
struct AccessRequestRow {
    id: i64,
    app_type: String,
    owner_id: Id,
    owner_client_id: String,
    requester_id: Id,
    client_id: String,
    lookup_hash: String,
    auth_ticket: String,
    message: String,
    link: String,
    status: i16,
    attempt: i16,
    created_at: Ts,
    updated_at: Ts,
    _deleted_at: Option<Ts>,
}

impl From<AccessRequestRow> for AccessRequest {
    fn from(row: AccessRequestRow) -> Self {
        Self {
            id: row.id,
            key: RequestKey {
                app_type: row.app_type,
                owner: row.owner_id.to(),
                requester: row.requester_id.to(),
                lookup_hash: row.lookup_hash,
            },
            owner_client_id: row.owner_client_id,
            client_id: row.client_id,
            auth_ticket: row.auth_ticket,
            message: row.message,
            link: row.link,
            status: match row.status {
                1 => RequestStatus::Approved,
                2 => RequestStatus::Declined,
                _ => RequestStatus::Pending,
            },
            attempt: row.attempt,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Tx<'_> {
    /// The request of this number, unless it was deleted.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_access_request(&mut self, id: i64) -> Result<Option<AccessRequest>, StoreError> {
        let found = share_req::table.find(id).filter(share_req::deleted_at.is_null());
        let row: Option<AccessRequestRow> = found.first(self.conn).optional()?;
        Ok(row.map(AccessRequest::from))
    }

    /// The latest request of this key that was not deleted.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_latest_access_request(&mut self, key: &RequestKey) -> Result<Option<AccessRequest>, StoreError> {
        let party = |user: UserId| Some(Party { user, client_id: None });
        let filter = AccessRequestFilter {
            app_type: key.app_type.clone(),
            owner: party(key.owner),
            requester: party(key.requester),
            lookup_hash: Some(key.lookup_hash.clone()),
            ..AccessRequestFilter::default()
        };
        Ok(self.list_access_requests(&filter, 0, 1)?.pop())
    }

    /// How often requests of this key were declined; deleting one does not undo that.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn count_declined(&mut self, key: &RequestKey) -> Result<i64, StoreError> {
        let declined = share_req::table
            .filter(share_req::app_type.eq(&key.app_type))
            .filter(share_req::owner_id.eq(Id::from(key.owner)))
            .filter(share_req::requester_id.eq(Id::from(key.requester)))
            .filter(share_req::lookup_hash.eq(&key.lookup_hash))
            .filter(share_req::status.eq(RequestStatus::Declined.number()));
        Ok(declined.count().get_result(self.conn)?)
    }

    /// How many requests somebody has made since `since`, deleted ones included.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn count_access_requests(&mut self, requester: UserId, since: DateTime<Utc>) -> Result<i64, StoreError> {
        let made = share_req::table
            .filter(share_req::requester_id.eq(Id::from(requester)))
            .filter(share_req::created_at.gt(Ts(since)));
        Ok(made.count().get_result(self.conn)?)
    }

    /// Whether somebody's request about this waits for its owner, in any kind of app.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn is_access_asked(&mut self, requester: UserId, owner: UserId, on: &str) -> Result<bool, StoreError> {
        let pending = share_req::table
            .filter(share_req::requester_id.eq(Id::from(requester)))
            .filter(share_req::owner_id.eq(Id::from(owner)))
            .filter(share_req::lookup_hash.eq(on))
            .filter(share_req::status.eq(RequestStatus::Pending.number()))
            .filter(share_req::deleted_at.is_null());
        Ok(pending.count().get_result::<i64>(self.conn)? > 0)
    }

    /// Requests, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_access_requests(
        &mut self,
        filter: &AccessRequestFilter,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<AccessRequest>, StoreError> {
        let mut found = share_req::table
            .filter(share_req::deleted_at.is_null())
            .filter(share_req::app_type.eq(filter.app_type.clone()))
            .order(share_req::id.desc())
            .limit(limit)
            .offset(offset)
            .into_boxed::<MultiBackend>();
        let (mut owner_client, mut client) = (filter.owner_client_id.clone(), filter.client_id.clone());
        if let Some(Party { user, client_id }) = filter.owner.clone() {
            found = found.filter(share_req::owner_id.eq(Id::from(user)));
            owner_client = client_id.or(owner_client);
        }
        if let Some(Party { user, client_id }) = filter.requester.clone() {
            found = found.filter(share_req::requester_id.eq(Id::from(user)));
            client = client_id.or(client);
        }
        if let Some(owner) = owner_client {
            found = found.filter(share_req::owner_client_id.eq(owner));
        }
        if let Some(client) = client {
            found = found.filter(share_req::client_id.eq(client));
        }
        if let Some(hash) = filter.lookup_hash.clone() {
            found = found.filter(share_req::lookup_hash.eq(hash));
        }
        if let Some(status) = filter.status {
            found = found.filter(share_req::status.eq(status.number()));
        }
        let rows: Vec<AccessRequestRow> = found.load(self.conn)?;
        Ok(rows.into_iter().map(AccessRequest::from).collect())
    }
}

impl WriteTx<'_> {
    /// Writes a new request. Gives its number.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the same is pending.
    pub fn insert_access_request(&mut self, new: &AccessRequest) -> Result<i64, StoreError> {
        let inserted = diesel::insert_into(share_req::table)
            .values((
                share_req::app_type.eq(&new.key.app_type),
                share_req::owner_id.eq(Id::from(new.key.owner)),
                share_req::owner_client_id.eq(&new.owner_client_id),
                share_req::requester_id.eq(Id::from(new.key.requester)),
                share_req::client_id.eq(&new.client_id),
                share_req::lookup_hash.eq(&new.key.lookup_hash),
                share_req::auth_ticket.eq(&new.auth_ticket),
                share_req::message.eq(&new.message),
                share_req::link.eq(&new.link),
                share_req::status.eq(new.status.number()),
                share_req::attempt.eq(new.attempt),
                share_req::created_at.eq(Ts(new.created_at)),
                share_req::updated_at.eq(Ts(new.updated_at)),
            ))
            .returning(share_req::id);
        Ok(inserted.get_result(self.conn)?)
    }

    /// Writes the answer to a pending request. Gives whether it was pending.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn answer_access_request(&mut self, answered: &AccessRequest) -> Result<bool, StoreError> {
        let pending = share_req::table
            .filter(share_req::id.eq(answered.id))
            .filter(share_req::status.eq(RequestStatus::Pending.number()));
        let written = diesel::update(pending)
            .set((
                share_req::status.eq(answered.status.number()),
                share_req::link.eq(&answered.link),
                share_req::updated_at.eq(Ts(answered.updated_at)),
            ))
            .execute(self.conn)?;
        Ok(written > 0)
    }

    /// Deletes a request; what it led to stays.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_access_request(&mut self, id: i64, at: DateTime<Utc>) -> Result<(), StoreError> {
        diesel::update(share_req::table.find(id)).set(share_req::deleted_at.eq(Some(Ts(at)))).execute(self.conn)?;
        Ok(())
    }

    /// The owner declines what somebody asked him for, whatever face it was asked through. Gives what he declined.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn decline_access_requests(
        &mut self,
        requester: UserId,
        owner: UserId,
        on: EntryId,
        at: DateTime<Utc>,
    ) -> Result<Vec<AccessRequest>, StoreError> {
        let asked = entry::table.filter(entry::uuid.eq(Id::from(on))).select(entry::lookup_hash);
        let pending = share_req::table
            .filter(share_req::requester_id.eq(Id::from(requester)))
            .filter(share_req::owner_id.eq(Id::from(owner)))
            .filter(share_req::status.eq(RequestStatus::Pending.number()))
            .filter(share_req::deleted_at.is_null())
            .filter(share_req::lookup_hash.eq_any(asked));
        let answer = (share_req::status.eq(RequestStatus::Declined.number()), share_req::updated_at.eq(Ts(at)));
        let rows: Vec<AccessRequestRow> = diesel::update(pending).set(answer).get_results(self.conn)?;
        Ok(rows.into_iter().map(AccessRequest::from).collect())
    }

    /// A grant is the answer to what its holder asked its issuer for, whatever face it was given through.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn approve_by_grant(&mut self, grant: &Grant, at: DateTime<Utc>) -> Result<(), StoreError> {
        let (Holder::User(requester), Resource::Entry(uuid)) = (&grant.holder, &grant.resource) else { return Ok(()) };
        if !grant.capabilities.has(Capability::Read) || grant.is_expired(at) {
            return Ok(());
        }
        let rows: Vec<AccessRequestRow> = share_req::table
            .inner_join(entry::table.on(entry::lookup_hash.eq(share_req::lookup_hash)))
            .filter(entry::uuid.eq(Id::from(*uuid)))
            .filter(share_req::requester_id.eq(Id::from(*requester)))
            .filter(share_req::owner_id.eq(Id::from(grant.issuer)))
            .filter(share_req::status.eq(RequestStatus::Pending.number()))
            .filter(share_req::deleted_at.is_null())
            .select(share_req::all_columns)
            .load(self.conn)?;
        for asked in rows.into_iter().map(AccessRequest::from) {
            let answered = AccessRequest { status: RequestStatus::Approved, updated_at: at, ..asked };
            self.answer_access_request(&answered)?;
            let draft = answered.to_share_info();
            // What is shared already keeps its ticket.
            let shared = self.find_share_info(&draft)?.unwrap_or(draft);
            self.save_share_info(&ShareInfo { grant: Some(grant.id), updated_at: at, ..shared })?;
        }
        Ok(())
    }
}

impl AccessRequest {
    /// What an approval shares, with the ticket of the request.
    #[must_use]
    pub fn to_share_info(&self) -> ShareInfo {
        ShareInfo {
            id: 0,
            app_type: self.key.app_type.clone(),
            sender: self.key.owner,
            client_id: self.owner_client_id.clone(),
            receiver: self.key.requester,
            receiver_client_id: self.client_id.clone(),
            lookup_hash: self.key.lookup_hash.clone(),
            auth_ticket: self.auth_ticket.clone(),
            message: self.message.clone(),
            link: self.link.clone(),
            kind: ShareKind::Private,
            is_ai: false,
            grant: None,
            created_at: self.updated_at,
            updated_at: self.updated_at,
        }
    }
}
