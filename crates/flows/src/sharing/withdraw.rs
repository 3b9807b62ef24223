//! Invites that are looked through and taken back: by who sent them, and with what was revoked or lowered.

use super::invite::audit_line;
use crate::{Fault, Vouchsafe, accounts::find_by_name, grants::username};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use vouchsafe_store::{Because, Invite, InviteFilter, Tx, WriteTx};
use vouchsafe_types::{
    Actor, AuditAction, Capabilities, Capability, Email, EntryId, Holder, InviteId, Permission, Resource, Target,
    UserId, error::ApiError,
};

/// Why an invite is taken back when nobody says.
const WITHDRAWN: &str = "withdrawn";

/// Which open invites are wanted.
#[derive(Debug, Clone, Default)]
pub struct InviteQuery {
    /// Sent by this person; a person asks about his own only.
    pub issuer: Option<String>,
    /// To this address.
    pub email: Option<Email>,
    /// After this one.
    pub after: Option<InviteId>,
    /// At most so many.
    pub limit: usize,
}

/// One page of open invites.
#[derive(Debug, Clone, PartialEq)]
pub struct InvitePage {
    /// Each with the name of who sent it, by id.
    pub items: Vec<(Invite, String)>,
    /// After which the next page begins; `None` after the last one.
    pub next: Option<InviteId>,
}

impl Vouchsafe {
    /// Open invites: those that the caller sent, or for a host application everybody's.
    ///
    /// # Errors
    /// `forbidden` for an app, token or site, and for a person who asks about another's; `user_does_not_exist`.
    pub fn list_invites(&self, actor: &Actor, query: &InviteQuery) -> Result<InvitePage, Fault> {
        let now = self.now();
        self.read(|tx| {
            let issuer = issuer_asked(tx, actor, query.issuer.as_deref())?;
            let email = query.email.as_ref().map(|email| email.canonical().to_owned());
            let most = i64::try_from(query.limit).unwrap_or(i64::MAX).saturating_add(1);
            let mut found = tx.list_open_invites(&InviteFilter { issuer, email }, query.after, most, now)?;
            let has_more = found.len() > query.limit;
            found.truncate(query.limit);
            let next = found.last().filter(|_| has_more).map(|invite| invite.id);
            let mut items = Vec::with_capacity(found.len());
            for invite in found {
                let name = username(tx, invite.issuer)?;
                items.push((invite, name));
            }
            Ok(InvitePage { items, next })
        })
    }

    /// Takes an open invite back: its link is worth nothing from now on.
    ///
    /// # Errors
    /// `entity_not_found`, also for an invite that somebody else sent.
    pub fn withdraw_invite(&self, actor: &Actor, id: InviteId) -> Result<(), Fault> {
        let now = self.now();
        self.write("withdraw_invite", |tx| {
            let missing = || ApiError::EntityNotFound { identifier: format!("invite:{id}").into() };
            let is_his = |invite: &Invite| match actor {
                Actor::Service { .. } => true,
                Actor::User(user) => invite.issuer == *user,
                Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => false,
            };
            let found = tx.find_invite(id)?.filter(|invite| now < invite.expires_at && is_his(invite));
            let invite = found.ok_or_else(missing)?;
            drop_all(tx, &invite, WITHDRAWN, self.because(actor, WITHDRAWN, now))
        })
    }
}

fn issuer_asked(tx: &mut Tx<'_>, actor: &Actor, name: Option<&str>) -> Result<Option<UserId>, Fault> {
    match (actor, name) {
        (Actor::Service { .. }, None) => Ok(None),
        (Actor::Service { .. }, Some(name)) => Ok(Some(find_by_name(tx, name)?.id)),
        (Actor::User(user), None) => Ok(Some(*user)),
        (Actor::User(user), Some(name)) if username(tx, *user)? == name => Ok(Some(*user)),
        (Actor::User(_) | Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. }, _) => {
            Err(ApiError::Forbidden {}.into())
        }
    }
}

/// Deletes an invite, with a line of the audit for each thing that it would have given.
pub(crate) fn drop_all(tx: &mut WriteTx<'_>, invite: &Invite, why: &str, because: Because<'_>) -> Result<(), Fault> {
    if tx.delete_invite(invite.id)? {
        for permission in &invite.permissions {
            audit_line(tx, AuditAction::Claim, invite, permission, None, why, because)?;
        }
    }
    Ok(())
}

/// What is not to come back by an invite that is still open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Struck<'a> {
    /// Whose invites; `None` for everybody's.
    pub(crate) issuer: Option<UserId>,
    /// To which address, in canonical form.
    pub(crate) address: &'a str,
    /// On what.
    pub(crate) resource: &'a Resource,
    /// What may still come.
    pub(crate) keep: Capabilities,
}

impl Struck<'_> {
    fn has(&self, text: &str) -> bool {
        let Ok(permission) = text.parse::<Permission>() else { return false };
        let is_there = matches!(&permission.target, Target::Resource(on) if on == self.resource);
        is_there && !self.keep.covers(permission.granted())
    }

    /// Strikes it from the open invites. Gives whether there was anything to strike.
    pub(crate) fn strike(&self, tx: &mut WriteTx<'_>, because: Because<'_>) -> Result<bool, Fault> {
        let mut has_struck = false;
        for invite in tx.list_invites(self.address, because.at)? {
            if self.issuer.is_some_and(|issuer| issuer != invite.issuer) {
                continue;
            }
            let permissions = invite.permissions.iter().cloned();
            let (struck, left): (Vec<String>, Vec<String>) = permissions.partition(|text| self.has(text));
            if struck.is_empty() {
                continue;
            }
            has_struck = true;
            if left.is_empty() {
                tx.delete_invite(invite.id)?;
            } else {
                tx.update_invite(invite.id, &left)?;
            }
            for permission in &struck {
                audit_line(tx, AuditAction::Claim, &invite, permission, None, WITHDRAWN, because)?;
            }
        }
        Ok(has_struck)
    }
}

/// The address that somebody has proven, in canonical form.
pub(crate) fn proven_address(tx: &mut Tx<'_>, user: UserId) -> Result<Option<String>, Fault> {
    let found = tx.find_user(user)?.filter(|user| user.email_confirmed);
    Ok(found.and_then(|user| user.email).map(|email| email.canonical().to_owned()))
}

/// Strikes what `issuer`, or anybody, would give `user` on `resource` beyond `keep`, from the invites that he could take
/// up. Gives whether there was anything to strike.
pub(crate) fn strike_from_user(
    tx: &mut WriteTx<'_>,
    issuer: Option<UserId>,
    user: UserId,
    (resource, keep): (&Resource, Capabilities),
    because: Because<'_>,
) -> Result<bool, Fault> {
    let Some(address) = proven_address(tx, user)? else { return Ok(false) };
    Struck { issuer, address: &address, resource, keep }.strike(tx, because)
}

/// The entries on which somebody would get something by the invites that he could take up.
pub(crate) fn entries_offered(tx: &mut Tx<'_>, user: UserId, now: DateTime<Utc>) -> Result<BTreeSet<EntryId>, Fault> {
    let Some(address) = proven_address(tx, user)? else { return Ok(BTreeSet::new()) };
    let texts = tx.list_invites(&address, now)?.into_iter().flat_map(|invite| invite.permissions);
    let entry = |text: String| match text.parse::<Permission>().ok()?.target {
        Target::Resource(Resource::Entry(entry)) => Some(entry),
        _ => None,
    };
    Ok(texts.filter_map(entry).collect())
}

/// Strikes what would give a person more than he shall keep, from the invites that he could take up: from everybody's, if
/// the editor may change what others gave, else from his own. Who changes what is his own strikes nothing.
pub(crate) fn strike_as(
    tx: &mut WriteTx<'_>,
    (editor, has): (UserId, Capabilities),
    (holder, resource, keep): (&Holder, &Resource, Capabilities),
    because: Because<'_>,
) -> Result<(), Fault> {
    let Holder::User(user) = holder else { return Ok(()) };
    if *user == editor {
        return Ok(());
    }
    let issuer = (!has.has(Capability::Manage)).then_some(editor);
    strike_from_user(tx, issuer, *user, (resource, keep), because).map(drop)
}

/// Which invites have ended, for whoever sweeps them away.
pub(crate) fn sweep_ended(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    limit: i64,
    because: Because<'_>,
) -> Result<usize, Fault> {
    let ended = tx.list_ended_invites(now, limit)?;
    for invite in &ended {
        drop_all(tx, invite, "expired", because)?;
    }
    Ok(ended.len())
}
