//! May this actor do this?

use crate::{
    Fault, Vouchsafe,
    decisions::{Asked, Kept},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use vouchsafe_engine::{Engine, Holding, Located, Subject};
use vouchsafe_store::{Tx, Versions};
use vouchsafe_types::{Actor, Permission, Target, error::ApiError};

/// A question: may this actor do this?
#[derive(Debug, Clone)]
pub struct Check {
    /// Who.
    pub asked: Asked,
    /// What, as text. A text that is no permission is held by nobody.
    pub permission: String,
}

/// Answers, all of one state.
#[derive(Debug, Clone)]
pub struct Checked {
    /// In the order of the questions.
    pub allowed: Vec<bool>,
    /// The state they are about.
    pub revision: i64,
}

impl Vouchsafe {
    /// Answers one question, from memory when nothing it depends on has changed.
    ///
    /// # Errors
    /// `conflict` when the state is older than `at_least`; storage's own trouble.
    pub fn check(&self, check: &Check, at_least: Option<i64>) -> Result<Checked, Fault> {
        let question = (check.asked.clone(), check.permission.clone());
        if let Some(kept) = self.decisions.get(&question) {
            let versions = self.store.versions(kept.tree)?;
            if kept.still_holds(versions, self.now()) {
                reached(versions, at_least)?;
                return Ok(Checked { allowed: vec![kept.allowed], revision: versions.revision });
            }
        }
        self.check_batch(std::slice::from_ref(check), at_least)
    }

    /// The same for a host application by its key, with one look at the versions for both.
    ///
    /// # Errors
    /// `token_auth_failed`; as [`Vouchsafe::check`].
    pub fn check_as_service(&self, key: &str, check: &Check, at_least: Option<i64>) -> Result<Checked, Fault> {
        let kept = self.decisions.get(&(check.asked.clone(), check.permission.clone()));
        let versions = self.store.versions(kept.and_then(|kept| kept.tree))?;
        self.service_of_key(key, versions)?;
        match kept.filter(|kept| kept.still_holds(versions, self.now())) {
            Some(kept) => {
                reached(versions, at_least)?;
                Ok(Checked { allowed: vec![kept.allowed], revision: versions.revision })
            }
            None => self.check_batch(std::slice::from_ref(check), at_least),
        }
    }

    /// Answers many questions about one and the same state.
    ///
    /// # Errors
    /// As [`Vouchsafe::check`].
    pub fn check_batch(&self, checks: &[Check], at_least: Option<i64>) -> Result<Checked, Fault> {
        let now = self.now();
        self.read(|tx| {
            let versions = tx.versions(None)?;
            reached(versions, at_least)?;
            let mut trees = BTreeMap::new();
            let mut allowed = Vec::with_capacity(checks.len());
            for check in checks {
                allowed.push(self.decide(tx, check, &mut trees, now)?);
            }
            Ok(Checked { allowed, revision: versions.revision })
        })
    }

    fn decide(
        &self,
        tx: &mut Tx<'_>,
        check: &Check,
        trees: &mut BTreeMap<Option<i64>, Versions>,
        now: DateTime<Utc>,
    ) -> Result<bool, Fault> {
        let mut versions_of = |tx: &mut Tx<'_>, tree| match trees.get(&tree) {
            Some(versions) => Ok::<_, Fault>(*versions),
            None => Ok(*trees.entry(tree).or_insert(tx.versions(tree)?)),
        };
        let question = (check.asked.clone(), check.permission.clone());
        if let Some(kept) = self.decisions.get(&question)
            && kept.still_holds(versions_of(tx, kept.tree)?, now)
        {
            return Ok(kept.allowed);
        }
        let Some(actor) = self.asked_actor(tx, &check.asked)? else { return Ok(false) };
        let Ok(permission) = check.permission.parse::<Permission>() else { return Ok(false) };
        // An alias for granting only: no check matches it.
        if matches!(permission.target, Target::AppData(_)) {
            return Ok(false);
        }
        let engine = Engine::default();
        let Some((resource, resolved)) = engine.resolve(tx, &permission)? else { return Ok(false) };
        let Some(subject) = Subject::of_actor(&actor) else { return Ok(false) };
        let (located, tree) = tx.located(&resource)?;
        let holding = engine.holdings(tx, &[subject], &located, now)?.pop().unwrap_or(Holding::NOTHING);
        let allowed = holding.allows(resolved.demanded());
        if holding.bound.is_none() && !matches!(located, Located::Absent) {
            let versions = versions_of(tx, tree)?;
            let kept = Kept { allowed, tree, versions, since: now, until: holding.until };
            self.decisions.keep(question, kept);
        }
        Ok(allowed)
    }

    pub(crate) fn asked_actor(&self, tx: &mut Tx<'_>, asked: &Asked) -> Result<Option<Actor>, Fault> {
        match asked {
            Asked::Actor(actor) => Ok(Some(actor.clone())),
            Asked::Nobody { .. } => Ok(None),
            Asked::Bearer(token) => self.actor_of_token(tx, token),
            Asked::Person { username, app } => {
                let user = tx.find_user_by_name(username.as_str())?;
                Ok(user.map(|user| match app {
                    Some(app) => Actor::App { app: app.clone(), user: user.id },
                    None => Actor::User(user.id),
                }))
            }
        }
    }
}

/// A permission that was sent to us.
///
/// # Errors
/// `field_invalid` when it is none.
pub(crate) fn parse_permission(text: &str) -> Result<Permission, ApiError> {
    text.parse().map_err(|error: vouchsafe_types::PermissionError| ApiError::FieldInvalid {
        key: "permission".to_owned(),
        expected: Some("permission".to_owned()),
        got: Some(error.to_string()),
    })
}

/// Nobody is answered from a state older than the one he has seen.
pub(crate) fn reached(versions: Versions, at_least: Option<i64>) -> Result<(), ApiError> {
    match at_least {
        Some(wanted) if versions.revision < wanted => Err(ApiError::Conflict {}),
        Some(_) | None => Ok(()),
    }
}
