//! One pair of recipient and item becomes rows.

use super::items::{self, Item};
use crate::{Fault, Vouchsafe};
use chrono::{DateTime, Utc};
use vouchsafe_engine::{Engine, plan::Wish};
use vouchsafe_store::{Because, WriteTx};
use vouchsafe_types::{Grant, Holder, Target, UserId, error::ApiError};

/// Why a share makes grants, in the words of the audit.
pub(super) const GRANTED: &str = "granted via PermissionService";

/// Who gives, and through which face.
#[derive(Debug, Clone, Copy)]
pub(super) struct Giver<'a> {
    pub(super) issuer: UserId,
    pub(super) origin: &'static str,
    /// Whether the receiver asked for it himself.
    pub(super) is_accepted: bool,
    /// When what is given ends.
    pub(super) ends_at: Option<DateTime<Utc>>,
    pub(super) because: Because<'a>,
}

/// Gives everything that `item` consists of to `holder`, or nothing of it: what is there already is not lowered. Gives
/// the grants that fulfil it.
pub(super) fn give(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    giver: Giver<'_>,
    holder: UserId,
    item: &Item,
) -> Result<Result<Vec<Grant>, ApiError>, Fault> {
    let engine = Engine::default();
    let mut planned = Vec::new();
    for permission in &item.permissions {
        let Target::Resource(resource) = &permission.target else { continue };
        let wish = Wish {
            issuer: giver.issuer,
            holder: Holder::User(holder),
            resource: resource.clone(),
            capabilities: permission.granted(),
            is_exact: false,
            expires_at: giver.ends_at,
            origin: giver.origin,
            may_lower: false,
            is_accepted: giver.is_accepted,
        };
        match engine.plan_give(&mut **tx, &wish, giver.because.at)? {
            Ok(given) => planned.push(given),
            Err(refused) => return Ok(Err(items::refusal(refused))),
        }
    }
    if !giver.is_accepted && planned.iter().any(|given| !given.changes.insert.is_empty()) {
        match vouchsafe.require_room(tx, giver.issuer) {
            Err(Fault::Api(refused)) => return Ok(Err(refused)),
            other => other?,
        }
    }
    for given in &planned {
        tx.apply(&given.changes, None, giver.because)?;
    }
    Ok(Ok(planned.into_iter().map(|given| given.grant).collect()))
}
