//! An address without a confirmed account gets an invite and a share link.

use super::{give::Giver, items::Item, notices};
use crate::{Fault, Vouchsafe};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vouchsafe_store::{Because, Invite, Quota, User, WriteTx};
use vouchsafe_types::{
    AuditAction, AuditEvent, Email, Holder, InviteId, Permission, Resource, Target, UserId, error::ApiError,
};

/// The payload of a share link's token, signed with the server's secret (HS256).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ShareToken {
    /// Always `token:share`: no other token of ours passes for one.
    #[serde(rename = "$")]
    pub(crate) kind: String,
    #[serde(rename = "$v")]
    pub(crate) version: String,
    /// The invite.
    pub(crate) uid: InviteId,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
}

impl ShareToken {
    fn of(invite: &Invite) -> Self {
        Self {
            kind: "token:share".to_owned(),
            version: "0.0.0".to_owned(),
            uid: invite.id,
            iat: invite.created_at.timestamp(),
            exp: invite.expires_at.timestamp(),
        }
    }
}

/// What every invite of one share has in common.
pub(super) struct Invitation<'a> {
    pub(super) giver: Giver<'a>,
    pub(super) sharer: &'a User,
    pub(super) items: &'a [Item],
    pub(super) metadata: &'a Value,
    /// Where our pages are.
    pub(super) origin: &'a str,
}

impl Vouchsafe {
    /// Invites `email`: the row, a line of the audit for each thing in it, and the mail with the link.
    pub(super) fn invite(
        &self,
        tx: &mut WriteTx<'_>,
        invitation: &Invitation<'_>,
        email: &Email,
    ) -> Result<Result<(), ApiError>, Fault> {
        let now = invitation.giver.because.at;
        let issuer = invitation.giver.issuer;
        let cap = self.settings.invites_per_day;
        let sent = tx.count_used(issuer, Quota::Invites, now - TimeDelta::days(1))?;
        if self.settings.are_limits_on && sent >= cap {
            return Ok(Err(ApiError::ShareDailyLimitReached { limit: cap }));
        }
        let ends_at = now + self.settings.invite_ttl;
        let permissions = invitation.items.iter().flat_map(|i| &i.permissions).map(ToString::to_string).collect();
        let invite = Invite {
            id: InviteId::mint(),
            issuer,
            email: email.clone(),
            permissions,
            metadata: invitation.metadata.clone(),
            created_at: now,
            // Nobody is offered what has ended.
            expires_at: whole_seconds(invitation.giver.ends_at.map_or(ends_at, |end| ends_at.min(end))),
            grants_end_at: invitation.giver.ends_at,
        };
        tx.insert_invite(&invite)?;
        tx.count_use(issuer, Quota::Invites, now)?;
        for permission in &invite.permissions {
            audit_line(tx, AuditAction::Invite, &invite, permission, None, "", invitation.giver.because)?;
        }
        let link = format!("{}?share_token={}", self.settings.public_url, self.sign(&ShareToken::of(&invite))?);
        let mail = notices::invite_mail(invitation.sharer, &invite, &link, self.settings.is_signup_open);
        tx.queue_mail(&mail, now)?;
        Ok(Ok(()))
    }

    fn sign(&self, token: &ShareToken) -> Result<String, Fault> {
        let key = EncodingKey::from_secret(self.settings.secret.expose_secret().as_bytes());
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), token, &key)
            .map_err(|e| Fault::Internal(format!("signing a share link: {e}")))
    }
}

/// The row and its token end at the very same moment; a token counts in seconds.
fn whole_seconds(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at)
}

/// Writes down what became of one thing that an invite gives: each entry has its own line.
pub(super) fn audit_line(
    tx: &mut WriteTx<'_>,
    action: AuditAction,
    invite: &Invite,
    permission: &str,
    holder: Option<UserId>,
    what: &str,
    because: Because<'_>,
) -> Result<(), Fault> {
    let entry = match permission.parse::<Permission>().map(|parsed| parsed.target) {
        Ok(Target::Resource(Resource::Entry(entry))) => Some(entry),
        Ok(_) | Err(_) => None,
    };
    let what = if what.is_empty() { String::new() } else { format!(": {what}") };
    let event = AuditEvent {
        at: because.at,
        action,
        actor: because.actor.clone(),
        request_id: None,
        entry,
        grant: None,
        issuer: Some(invite.issuer),
        holder: holder.map(Holder::User),
        permission: Some(permission.to_owned()),
        before: None,
        after: None,
        reason: format!("invite {}{what}", invite.id),
    };
    Ok(tx.audit_for(because, event)?)
}
