//! What the caller gave, and was given.

use super::{by_name::person, view::username};
use crate::{Fault, Vouchsafe};
use chrono::{DateTime, Utc};
use serde_json::Value;
use vouchsafe_engine::{Engine, GrantSource, Located};
use vouchsafe_store::Tx;
use vouchsafe_types::{
    Actor, AppUid, Capabilities, Grant, GrantId, Holder, Permission, Resource, Restrictions, UserId,
};

/// One grant, as one of its parties sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnGrant<With> {
    /// The other party.
    pub with: With,
    /// What it gives, as text.
    pub permission: String,
    /// What its issuer keeps with it.
    pub extra: Value,
}

/// What the caller gave and was given, as far as it works now: never more than its giver has.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnGrants {
    /// To apps that act for him: by uid.
    pub to_apps: Vec<OwnGrant<AppUid>>,
    /// To people: by username.
    pub to_users: Vec<OwnGrant<String>>,
    /// From people: by username.
    pub from_users: Vec<OwnGrant<String>>,
    /// Whether these are all.
    pub is_complete: bool,
}

/// The most grants that are looked at, and the most that are shown.
const MOST_READ: usize = 2_000;
const MOST_SHOWN: usize = 1_000;
/// How many are read at once.
const PAGE: i64 = 200;

impl Vouchsafe {
    /// What the caller gave to apps of his and to people, and was given by people; what gives nothing now is left out.
    /// At most 2,000 grants are looked at and 1,000 shown, oldest first; `is_complete` says whether those were all.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn own_grants(&self, actor: &Actor) -> Result<OwnGrants, Fault> {
        let (user, now) = (person(actor)?, self.now());
        self.read(|tx| {
            let (grants, is_complete) = living(tx, user, now)?;
            let ids: Vec<GrantId> = grants.iter().map(|grant| grant.id).collect();
            let mut extras = tx.list_extras(&ids)?;
            let mut own = OwnGrants { is_complete, ..OwnGrants::default() };
            for grant in grants {
                let extra = extras.remove(&grant.id).unwrap_or_default();
                own.add(tx, user, grant, extra)?;
            }
            Ok(own)
        })
    }
}

/// The grants of which a person is a party and that such a list shows, those that give something now, each with what it
/// gives; and whether these are all.
fn living(tx: &mut Tx<'_>, user: UserId, now: DateTime<Utc>) -> Result<(Vec<Grant>, bool), Fault> {
    let engine = Engine::default();
    let (mut found, mut after, mut read) = (Vec::new(), 0, 0);
    loop {
        let page = tx.list_grants_of_person(user, after, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok((found, true)) };
        after = *last;
        for (_, grant) in page {
            read += 1;
            if read > MOST_READ || found.len() >= MOST_SHOWN {
                return Ok((found, false));
            }
            let is_listed = matches!(grant.holder, Holder::User(_) | Holder::App { user: Some(_), .. });
            if !is_listed || grant.is_deny() {
                continue;
            }
            if let Ok(given) = engine.gives(tx, &grant, now)? {
                let capabilities = without_what_is_kept_back(tx, &grant.resource, given)?;
                found.push(Grant { capabilities, ..grant });
            }
        }
    }
}

/// What is left of it where the owner of a file keeps sharing back. Whether a reader may take a copy no text says.
fn without_what_is_kept_back(tx: &mut Tx<'_>, resource: &Resource, given: Capabilities) -> Result<Capabilities, Fault> {
    Ok(match tx.place(resource)? {
        Located::At(place) => Restrictions { denies_download: false, ..place.restrictions }.cut(given),
        _ => given,
    })
}

impl OwnGrants {
    fn add(&mut self, tx: &mut Tx<'_>, user: UserId, grant: Grant, extra: Value) -> Result<(), Fault> {
        let permission = Permission::describing(&grant.resource, grant.capabilities).to_string();
        match grant.holder {
            Holder::User(holder) if holder == user => {
                self.from_users.push(OwnGrant { with: username(tx, grant.issuer)?, permission, extra });
            }
            Holder::User(holder) => {
                self.to_users.push(OwnGrant { with: username(tx, holder)?, permission, extra });
            }
            Holder::App { app, user: Some(_) } => self.to_apps.push(OwnGrant { with: app, permission, extra }),
            Holder::App { user: None, .. }
            | Holder::Group(_)
            | Holder::Everyone
            | Holder::Token(_)
            | Holder::Link(_) => {}
        }
        Ok(())
    }
}
