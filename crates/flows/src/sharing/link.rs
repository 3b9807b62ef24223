//! Share links: looked at, applied, or asked about by somebody else.

use super::{asks, invite::ShareToken, notices};
use crate::{
    AppType, Fault, Vouchsafe,
    share_requests::{NewRequest, open_request},
    wallet::primary_client,
};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use secrecy::ExposeSecret;
use std::collections::HashSet;
use vouchsafe_store::{AccessRequestKey, Invite, Tx, User, WriteTx};
use vouchsafe_types::{Actor, Email, InviteId, Permission, Resource, Target, error::ApiError};

impl Vouchsafe {
    /// The open invite behind the token of a share link. Consumes nothing and confirms nothing.
    ///
    /// # Errors
    /// `invalid_token` for a token that is malformed, forged or expired, and when its share is gone.
    pub fn check_share_link(&self, token: &str) -> Result<Invite, Fault> {
        let now = self.now();
        let payload = self.verified(token).filter(|t| t.kind == "token:share" && now.timestamp() < t.exp);
        let id = payload.ok_or(ApiError::InvalidToken {})?.uid;
        self.read(|tx| Ok(open_invite(tx, id, now)?.ok_or(ApiError::InvalidToken {})?))
    }

    /// The payload of a token that we signed. Its end is for the caller to compare with our own clock.
    pub(super) fn verified(&self, token: &str) -> Option<ShareToken> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.required_spec_claims = HashSet::new();
        let key = DecodingKey::from_secret(self.settings.secret.expose_secret().as_bytes());
        jsonwebtoken::decode::<ShareToken>(token, &key, &validation).map(|data| data.claims).ok()
    }

    /// Applies an invite to the caller, in its issuer's name, if his proven address is the invited one.
    ///
    /// What the issuer can no longer give is dropped. Of two who apply at once, one does.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `share_expired` when it is gone or nothing of it can be given
    /// any more; `email_must_be_confirmed`; `can_not_apply_to_this_user`.
    pub fn apply_share_link(&self, actor: &Actor, id: InviteId) -> Result<(), Fault> {
        let now = self.now();
        let given = self.write("apply_share_link", |tx| {
            let user = caller(tx, actor)?;
            let invite = open_invite(tx, id, now)?.ok_or(ApiError::ShareExpired {})?;
            if !user.email_confirmed {
                return Err(ApiError::EmailMustBeConfirmed { action: None }.into());
            }
            if !is_invited(&user, &invite) {
                return Err(ApiError::CanNotApplyToThisUser {}.into());
            }
            self.claim(tx, &invite, &user, now)
        })?;
        // The invite is gone in either case, so this refusal comes after the commit.
        if given == 0 { Err(ApiError::ShareExpired {}.into()) } else { Ok(()) }
    }

    /// Asks the issuer of an invite for what it gives: one notification per caller, invite and day. What he has answered
    /// may be asked for again on the same day.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `share_expired`; `no_need_to_request` when it can
    /// be applied, and to who sent it.
    pub fn request_share_link(&self, actor: &Actor, id: InviteId) -> Result<(), Fault> {
        let now = self.now();
        self.write("request_share_link", |tx| {
            let user = caller(tx, actor)?;
            let invite = open_invite(tx, id, now)?.ok_or(ApiError::ShareExpired {})?;
            // Whoever sent it has nothing to ask himself for.
            let is_his = user.email_confirmed && is_invited(&user, &invite);
            if is_his || user.id == invite.issuer {
                return Err(ApiError::NoNeedToRequest {}.into());
            }
            let asked = tx.find_request(invite.id, user.id)?;
            let is_told = asked.is_some_and(|at| at.date_naive() == now.date_naive());
            if !is_told {
                tx.save_request(invite.id, user.id, now)?;
            }
            if tx.is_blocked(invite.issuer, user.id)? {
                return Ok(());
            }
            for permission in &invite.permissions {
                asks::open(tx, &user, invite.issuer, permission, "", now)?;
            }
            if !is_told {
                tx.notify(invite.issuer, &notices::request_notification(&user, &invite), now)?;
            }
            ask_for_entries(tx, &invite, &user, now)
        })
    }
}

/// The same request, entry by entry, where its owner can approve it: what was asked or declined before stays as it is.
fn ask_for_entries(tx: &mut WriteTx<'_>, invite: &Invite, user: &User, now: DateTime<Utc>) -> Result<(), Fault> {
    if invite.issuer == user.id {
        return Ok(());
    }
    for permission in invite.permissions.iter().filter_map(|text| text.parse::<Permission>().ok()) {
        let Target::Resource(Resource::Entry(entry)) = permission.target else { continue };
        let Some(entry) = tx.find_entry(entry)? else { continue };
        let key = AccessRequestKey {
            app_type: AppType::DEFAULT.as_str().to_owned(),
            owner: invite.issuer,
            requester: user.id,
            lookup_hash: entry.lookup_hash,
        };
        let new = NewRequest {
            key,
            owner_client_id: primary_client(tx, invite.issuer)?,
            client_id: primary_client(tx, user.id)?,
            auth_ticket: "",
            message: "",
        };
        // Refused when it is asked already: then there is nothing to do.
        let _ = open_request(tx, &new, now)?;
    }
    Ok(())
}

fn caller(tx: &mut Tx<'_>, actor: &Actor) -> Result<User, Fault> {
    let Actor::User(id) = actor else { return Err(ApiError::Forbidden {}.into()) };
    Ok(tx.find_user(*id)?.filter(|user| !user.is_suspended).ok_or(ApiError::Forbidden {})?)
}

pub(super) fn open_invite(tx: &mut Tx<'_>, id: InviteId, now: DateTime<Utc>) -> Result<Option<Invite>, Fault> {
    Ok(tx.find_invite(id)?.filter(|invite| now < invite.expires_at))
}

pub(super) fn is_invited(user: &User, invite: &Invite) -> bool {
    user.email.as_ref().map(Email::canonical) == Some(invite.email.canonical())
}

#[cfg(test)]
mod tests;
