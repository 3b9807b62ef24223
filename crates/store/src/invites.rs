//! Invites: what an address without a confirmed account will receive.

use crate::{
    StoreError, Tx, WriteTx,
    backend::{MultiBackend, each},
    holder::NOBODY,
    schema::{access_request, invite, share},
    sql_types::{Id, Json, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use vouchsafe_types::{Email, InviteId, UserId};

/// What an address will receive once its owner has proven that it is his. Keeps ids, never paths.
#[derive(Debug, Clone, PartialEq)]
pub struct Invite {
    /// Its id: what the share link's token carries.
    pub id: InviteId,
    /// Who gives.
    pub issuer: UserId,
    /// To which address.
    pub email: Email,
    /// The permissions, by id.
    pub permissions: Vec<String>,
    /// What the sharer sent along.
    pub metadata: Value,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends, together with its token: no later than what it gives.
    pub expires_at: DateTime<Utc>,
    /// When what it gives ends; `None` for what is given for good.
    pub grants_end_at: Option<DateTime<Utc>>,
}

/// Which invites are wanted; all that is named must fit.
#[derive(Debug, Clone, Default)]
pub struct InviteFilter {
    /// Sent by this person.
    pub issuer: Option<UserId>,
    /// To this address, in canonical form.
    pub email: Option<String>,
}

type InviteRow = (Id, Id, String, String, Json, Json, Ts, Ts, Option<Ts>);

fn invite_of(row: InviteRow) -> Result<Invite, StoreError> {
    let (id, issuer, typed, canonical, permissions, metadata, created_at, expires_at, grants_end_at) = row;
    let permissions = serde_json::from_value(permissions.0).map_err(|e| StoreError::Corrupt(format!("invite: {e}")))?;
    Ok(Invite {
        id: id.to(),
        issuer: issuer.to(),
        email: Email::stored(typed, canonical),
        permissions,
        metadata: metadata.0,
        created_at: created_at.0,
        expires_at: expires_at.0,
        grants_end_at: grants_end_at.map(|at| at.0),
    })
}

impl Tx<'_> {
    /// The invite with this id, open or not.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_invite(&mut self, id: InviteId) -> Result<Option<Invite>, StoreError> {
        let row: Option<InviteRow> = invite::table.find(Id::from(id)).first(self.conn).optional()?;
        row.map(invite_of).transpose()
    }

    /// When somebody asked last for what an invite gives.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_request(&mut self, id: InviteId, requester: UserId) -> Result<Option<DateTime<Utc>>, StoreError> {
        let asked = access_request::table.find((Id::from(id), Id::from(requester)));
        let at: Option<Ts> = asked.select(access_request::requested_at).first(self.conn).optional()?;
        Ok(at.map(|at| at.0))
    }

    /// The open invites for an address in canonical form, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_invites(&mut self, email_canonical: &str, now: DateTime<Utc>) -> Result<Vec<Invite>, StoreError> {
        let rows: Vec<InviteRow> = invite::table
            .filter(invite::email_canonical.eq(email_canonical))
            .filter(invite::expires_at.gt(Ts(now)))
            .order((invite::created_at, invite::id))
            .load(self.conn)?;
        rows.into_iter().map(invite_of).collect()
    }
}

impl Tx<'_> {
    /// A page of open invites, by id, after `after`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_open_invites(
        &mut self,
        filter: &InviteFilter,
        after: Option<InviteId>,
        limit: i64,
        now: DateTime<Utc>,
    ) -> Result<Vec<Invite>, StoreError> {
        let mut page = invite::table
            .filter(invite::expires_at.gt(Ts(now)))
            .filter(invite::id.gt(after.map_or(NOBODY, Id::from)))
            .order(invite::id)
            .limit(limit)
            .into_boxed::<MultiBackend>();
        if let Some(issuer) = filter.issuer {
            page = page.filter(invite::issuer_id.eq(Id::from(issuer)));
        }
        if let Some(email) = &filter.email {
            page = page.filter(invite::email_canonical.eq(email.clone()));
        }
        page.load::<InviteRow>(self.conn)?.into_iter().map(invite_of).collect()
    }

    /// The open invites that somebody sent, newest first, after so many of them, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_invites_of(
        &mut self,
        issuer: UserId,
        offset: i64,
        limit: i64,
        now: DateTime<Utc>,
    ) -> Result<Vec<Invite>, StoreError> {
        let own = invite::table.filter(invite::issuer_id.eq(Id::from(issuer))).filter(invite::expires_at.gt(Ts(now)));
        let page = own.order((invite::created_at.desc(), invite::id)).limit(limit).offset(offset);
        page.load::<InviteRow>(self.conn)?.into_iter().map(invite_of).collect()
    }

    /// Invites that have ended by `now`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_ended_invites(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<Invite>, StoreError> {
        let ended = invite::table.filter(invite::expires_at.le(Ts(now))).order(invite::expires_at).limit(limit);
        ended.load::<InviteRow>(self.conn)?.into_iter().map(invite_of).collect()
    }
}

impl WriteTx<'_> {
    /// Writes what an invite still gives.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn update_invite(&mut self, id: InviteId, permissions: &[String]) -> Result<(), StoreError> {
        let left = invite::permissions.eq(Json(Value::from(permissions.to_vec())));
        diesel::update(invite::table.find(Id::from(id))).set(left).execute(self.conn)?;
        Ok(())
    }

    /// Takes an invite away. Gives whether it was there: of two who claim it, one does.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_invite(&mut self, id: InviteId) -> Result<bool, StoreError> {
        Ok(diesel::delete(invite::table.find(Id::from(id))).execute(self.conn)? > 0)
    }

    /// Writes down that somebody asked for what an invite gives.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn save_request(&mut self, id: InviteId, requester: UserId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let at = access_request::requested_at.eq(Ts(now));
        let who = (access_request::invite_id.eq(Id::from(id)), access_request::requester_id.eq(Id::from(requester)));
        let first = diesel::insert_into(access_request::table).values((who, at));
        let key = (access_request::invite_id, access_request::requester_id);
        each!(self.conn, c => first.on_conflict(key).do_update().set(at).execute(c))?;
        Ok(())
    }

    /// Writes an invite.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn insert_invite(&mut self, new: &Invite) -> Result<(), StoreError> {
        diesel::insert_into(invite::table)
            .values((
                invite::id.eq(Id::from(new.id)),
                invite::issuer_id.eq(Id::from(new.issuer)),
                invite::email_typed.eq(new.email.typed()),
                invite::email_canonical.eq(new.email.canonical()),
                invite::permissions.eq(Json(Value::from(new.permissions.clone()))),
                invite::metadata.eq(Json(new.metadata.clone())),
                invite::created_at.eq(Ts(new.created_at)),
                invite::expires_at.eq(Ts(new.expires_at)),
                invite::grants_end_at.eq(new.grants_end_at.map(Ts)),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Writes down that somebody shared something, with what he said about it.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn insert_share(
        &mut self,
        sharer: UserId,
        origin: &str,
        metadata: &Value,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        diesel::insert_into(share::table)
            .values((
                share::id.eq(Id::from(InviteId::mint())),
                share::sharer_id.eq(Id::from(sharer)),
                share::origin.eq(origin),
                share::metadata.eq(Json(metadata.clone())),
                share::created_at.eq(Ts(now)),
            ))
            .execute(self.conn)?;
        Ok(())
    }
}
