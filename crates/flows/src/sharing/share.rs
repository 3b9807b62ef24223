//! `POST /share`: recipients × items, in one transaction.

use super::{
    give::{self, GRANTED, Giver},
    invite::Invitation,
    items::{self, Item},
    notices,
    recipients::{self, Known},
};
use crate::{Fault, Vouchsafe};
use chrono::{DateTime, Utc};
use serde_json::Value;
use vouchsafe_engine::Engine;
use vouchsafe_store::{Tx, User, WriteTx};
use vouchsafe_types::{
    Actor, Resource, UserId,
    error::ApiError,
    share::{ShareReport, ShareRequest},
};

/// Both lists of a request, each element resolved or refused, in the request's order.
struct Resolved {
    items: Vec<Result<Item, ApiError>>,
    recipients: Vec<Result<Option<Known>, ApiError>>,
}

impl Resolved {
    fn has_errors(&self) -> bool {
        self.items.iter().any(Result::is_err) || self.recipients.iter().any(Result::is_err)
    }

    fn into_report(self, request: &ShareRequest) -> ShareReport {
        ShareReport::new(
            request,
            self.recipients.into_iter().map(Result::err).collect(),
            self.items.into_iter().map(Result::err).collect(),
        )
    }
}

impl Vouchsafe {
    /// Shares items with recipients: grants, invites, notifications, mails and audit, all or none of them.
    ///
    /// Elements that are refused become entries of the report, and the others go on, unless the request is strict.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `email_must_be_confirmed`; `field_invalid` for an end that has
    /// passed; storage's own trouble.
    pub fn share(&self, actor: &Actor, request: &ShareRequest) -> Result<ShareReport, Fault> {
        let now = self.now();
        if request.ends_at().is_some_and(|at| at <= now) {
            return Err(ApiError::invalid("expires_at", "a time to come", None).into());
        }
        if request.is_dry_run() {
            return self.read(|tx| {
                let sharer = sharer(tx, actor)?;
                Ok(resolve(tx, actor, sharer.id, request, now)?.into_report(request))
            });
        }
        self.write("share", |tx| {
            let sharer = sharer(tx, actor)?;
            let mut resolved = resolve(tx, actor, sharer.id, request, now)?;
            if !(request.is_strict() && resolved.has_errors()) {
                self.give_all(tx, actor, &sharer, request, &mut resolved, now)?;
            }
            Ok(resolved.into_report(request))
        })
    }

    fn give_all(
        &self,
        tx: &mut WriteTx<'_>,
        actor: &Actor,
        sharer: &User,
        request: &ShareRequest,
        resolved: &mut Resolved,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let items: Vec<Item> = resolved.items.iter().flatten().cloned().collect();
        if items.is_empty() {
            return Ok(());
        }
        let metadata = Value::Object(request.metadata().clone());
        let because = self.because(actor, GRANTED, now);
        let giver =
            Giver { issuer: sharer.id, origin: "puter", is_accepted: false, ends_at: request.ends_at(), because };
        let invitation =
            Invitation { giver, sharer, items: &items, metadata: &metadata, origin: &self.settings.public_url };
        tx.insert_share(sharer.id, giver.origin, &metadata, now)?;
        for recipient in &mut resolved.recipients {
            let refused = match recipient {
                Ok(Some(Known::Person(user))) => give_to_person(self, tx, &invitation, user)?,
                Ok(Some(Known::Address(email))) => self.invite(tx, &invitation, email)?.err(),
                Ok(None) | Err(_) => None,
            };
            if let Some(error) = refused {
                *recipient = Err(error);
            }
        }
        Ok(())
    }
}

/// The person who shares, if he may share at all.
fn sharer(tx: &mut Tx<'_>, actor: &Actor) -> Result<User, Fault> {
    let Actor::User(id) = actor else { return Err(ApiError::Forbidden {}.into()) };
    let user = tx.find_user(*id)?.filter(|u| !u.is_suspended).ok_or(ApiError::Forbidden {})?;
    user.may_share()?;
    Ok(user)
}

/// Items first. Who can share none of them is told nothing about anybody.
fn resolve(
    tx: &mut Tx<'_>,
    actor: &Actor,
    sharer: UserId,
    request: &ShareRequest,
    now: DateTime<Utc>,
) -> Result<Resolved, Fault> {
    let mut items = Vec::new();
    for item in request.items() {
        items.push(match item {
            Ok(item) => items::resolve(tx, actor, item, now)?,
            Err(error) => Err(error.clone()),
        });
    }
    let can_share = items.iter().any(Result::is_ok);
    let mut found = Vec::new();
    for recipient in request.recipients() {
        found.push(match recipient {
            Ok(recipient) if can_share => recipients::resolve(tx, sharer, recipient)?.map(Some),
            Ok(_) => Ok(None),
            Err(error) => Err(error.clone()),
        });
    }
    Ok(Resolved { items, recipients: found })
}

/// Gives every item to one person and tells him. Gives the first refusal; the other items go on.
fn give_to_person(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    invitation: &Invitation<'_>,
    user: &User,
) -> Result<Option<ApiError>, Fault> {
    // Who does not listen gets nothing, and who shares does not learn that.
    if tx.is_blocked(user.id, invitation.sharer.id)? {
        return Ok(None);
    }
    let (mut refused, mut given) = (None, Vec::new());
    for item in invitation.items {
        match give::give(vouchsafe, tx, invitation.giver, user.id, item)? {
            Ok(_) => given.push(item),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    if !given.is_empty() {
        tell(vouchsafe, tx, invitation, user, &given)?;
    }
    Ok(refused)
}

fn tell(
    vouchsafe: &Vouchsafe,
    tx: &mut WriteTx<'_>,
    invitation: &Invitation<'_>,
    user: &User,
    given: &[&Item],
) -> Result<(), Fault> {
    let now = invitation.giver.because.at;
    let mut files = Vec::new();
    for entry in given.iter().filter_map(|item| item.entry.as_ref()) {
        let actor = Actor::User(user.id);
        let has = Engine::default().holding(&mut **tx, &actor, &Resource::Entry(entry.uuid), now)?.capabilities;
        let owner = match tx.find_user(entry.owner)? {
            Some(owner) => owner,
            None => continue,
        };
        files.push(notices::entry_view(&owner, entry, has));
    }
    let app_count = given.iter().filter(|item| item.entry.is_none()).count();
    let notice = notices::share_notification(invitation.sharer, invitation.metadata, files, app_count);
    tx.notify(user.id, &notice, now)?;
    // One file is shown at once; of several, the list.
    let path = match given {
        [Item { entry: Some(entry), .. }] => format!("/show/{}", entry.uuid),
        _ => "/shared".to_owned(),
    };
    let link = format!("{}{path}", invitation.origin);
    if let Some(mail) = notices::share_mail(invitation.sharer, user, invitation.metadata, &link) {
        vouchsafe.mail_between(tx, (invitation.sharer.id, user.id), &mail, now)?;
    }
    Ok(())
}
