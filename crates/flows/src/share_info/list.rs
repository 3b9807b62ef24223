//! Lists of what was shared by tickets.

use crate::{Caller, Fault, Vouchsafe, grants::username};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use vouchsafe_engine::{Dormancy, Engine};
use vouchsafe_store::{ShareInfo, ShareInfoFilter, ShareKind, Tx};
use vouchsafe_types::{Actor, Capability, Resource, UserId};

/// So many rows are looked at in one go.
const CHUNK: i64 = 500;

/// What was shared by a ticket, with the names of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedInfo {
    /// What was shared.
    pub info: ShareInfo,
    /// Who shares.
    pub sender_name: String,
    /// With whom.
    pub receiver_name: String,
}

/// Whose list it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What the caller shares, or was asked for.
    Owner,
    /// What is shared with the caller, or what he asks for.
    Receiver,
}

/// A part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// So many are passed over.
    pub offset: i64,
    /// At most so many.
    pub limit: i64,
}

/// Which shares are wanted.
#[derive(Debug, Clone)]
pub struct ShareInfoQuery {
    /// Shared by the caller, or with him.
    pub side: Side,
    /// Public or private ones.
    pub kind: ShareKind,
    /// About this only.
    pub lookup_hash: Option<String>,
    /// Without those marked as AI-related.
    pub leaves_out_ai: bool,
    /// Which part of the list.
    pub page: Page,
}

impl Vouchsafe {
    /// What the caller shares by tickets, or what is shared with him, newest first. What stands for a grant by which
    /// its receiver reads nothing now is left out, unless the grant has only ended.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn list_share_infos(&self, caller: &Caller, query: &ShareInfoQuery) -> Result<Vec<SharedInfo>, Fault> {
        let now = self.now();
        let filter = filter(caller, query);
        self.read(|tx| {
            let (mut found, mut at, mut passed) = (Vec::new(), 0, 0);
            loop {
                let rows = tx.list_share_infos(&filter, at, CHUNK)?;
                at = at.saturating_add(CHUNK);
                let is_last = rows.is_empty();
                for info in rows {
                    if !is_shown(tx, &info, now)? {
                        continue;
                    }
                    if passed < query.page.offset {
                        passed += 1;
                    } else {
                        found.push(info);
                    }
                    if i64::try_from(found.len()).is_ok_and(|count| count >= query.page.limit) {
                        return named(tx, found);
                    }
                }
                if is_last {
                    return named(tx, found);
                }
            }
        })
    }
}

fn filter(caller: &Caller, query: &ShareInfoQuery) -> ShareInfoFilter {
    let (sender, receiver) = match query.side {
        Side::Owner => (Some(caller.party()), None),
        Side::Receiver => (None, Some(caller.party())),
    };
    ShareInfoFilter {
        app_type: Some(caller.app_type.as_str().to_owned()),
        kind: Some(query.kind),
        sender,
        receiver,
        lookup_hash: query.lookup_hash.clone(),
        auth_ticket: None,
        leaves_out_ai: query.leaves_out_ai,
    }
}

fn is_shown(tx: &mut Tx<'_>, info: &ShareInfo, now: DateTime<Utc>) -> Result<bool, Fault> {
    let Some(grant) = info.grant else { return Ok(true) };
    let Some(grant) = tx.find_grant(grant)?.map(|stored| stored.grant) else { return Ok(false) };
    match Engine::default().dormancy(tx, &grant, now)? {
        None => reads(tx, info.receiver, &grant.resource, now),
        Some(Dormancy::Expired) => Ok(grant.capabilities.has(Capability::Read)),
        Some(_) => Ok(false),
    }
}

/// Whether somebody can read it now. A grant that was given for that may have become less since, or a deny.
pub(crate) fn reads(tx: &mut Tx<'_>, user: UserId, on: &Resource, now: DateTime<Utc>) -> Result<bool, Fault> {
    let has = Engine::default().holding(tx, &Actor::User(user), on, now)?;
    Ok(has.capabilities.has(Capability::Read))
}

pub(super) fn named(tx: &mut Tx<'_>, infos: Vec<ShareInfo>) -> Result<Vec<SharedInfo>, Fault> {
    let mut names: HashMap<UserId, String> = HashMap::new();
    let mut name = |tx: &mut Tx<'_>, user: UserId| -> Result<String, Fault> {
        if let Some(known) = names.get(&user) {
            return Ok(known.clone());
        }
        let found = username(tx, user)?;
        names.insert(user, found.clone());
        Ok(found)
    };
    infos
        .into_iter()
        .map(|info| {
            let (sender_name, receiver_name) = (name(tx, info.sender)?, name(tx, info.receiver)?);
            Ok(SharedInfo { info, sender_name, receiver_name })
        })
        .collect()
}
