//! What the caller gave, and was given.

use super::{by_name::person, view::username};
use crate::{Fault, Vouchsafe};
use serde_json::Value;
use vouchsafe_engine::Engine;
use vouchsafe_store::{GrantFilter, StoredGrant};
use vouchsafe_types::{Actor, AppUid, Holder, Permission};

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

/// What the caller gave and was given, as far as it works now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnGrants {
    /// To apps that act for him: by uid.
    pub to_apps: Vec<OwnGrant<AppUid>>,
    /// To people: by username.
    pub to_users: Vec<OwnGrant<String>>,
    /// From people: by username.
    pub from_users: Vec<OwnGrant<String>>,
}

impl Vouchsafe {
    /// What the caller gave to apps of his and to people, and was given by people; what gives nothing now is left out.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn own_grants(&self, actor: &Actor) -> Result<OwnGrants, Fault> {
        let (user, now) = (person(actor)?, self.now());
        self.read(|tx| {
            let engine = Engine::default();
            let mut own = OwnGrants::default();
            let all = GrantFilter { user: Some(user), ..GrantFilter::default() };
            for StoredGrant { grant, extra, .. } in tx.list_grants(&all, 0, i64::MAX)? {
                if grant.is_deny() || engine.dormancy(tx, &grant, now)?.is_some() {
                    continue;
                }
                let permission = Permission::describing(&grant.resource, grant.capabilities).to_string();
                match grant.holder {
                    Holder::User(holder) if holder == user => {
                        own.from_users.push(OwnGrant { with: username(tx, grant.issuer)?, permission, extra });
                    }
                    Holder::User(holder) => {
                        own.to_users.push(OwnGrant { with: username(tx, holder)?, permission, extra });
                    }
                    Holder::App { app, user: Some(_) } => own.to_apps.push(OwnGrant { with: app, permission, extra }),
                    Holder::App { user: None, .. }
                    | Holder::Group(_)
                    | Holder::Everyone
                    | Holder::Token(_)
                    | Holder::Link(_) => {}
                }
            }
            Ok(own)
        })
    }
}
