//! May this actor do this, and why?

use crate::{
    Fault, Vouchsafe,
    decisions::{Asked, Kept},
};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use vouchsafe_engine::{Decision, Engine, Explanation, Finding};
use vouchsafe_store::{Tx, Versions};
use vouchsafe_types::{Actor, Capability, Permission, UserId, error::ApiError};

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

/// A decision, its reasons, and the names of the people in it.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The decision and the reading.
    pub explanation: Explanation,
    /// Names of everybody the reading mentions.
    pub usernames: BTreeMap<UserId, String>,
    /// The state it is about.
    pub revision: i64,
    /// How long it took.
    pub took: TimeDelta,
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
        let engine = Engine::default();
        let Some((resource, resolved)) = engine.resolve(tx, &permission)? else { return Ok(false) };
        let Some((place, tree)) = tx.placed(&resource)? else { return Ok(false) };
        let holding = engine.holding_at(tx, &actor, &place, now)?;
        self.count_bound(&holding);
        let allowed = holding.allows(resolved.demanded());
        if holding.bound.is_none() {
            let kept = Kept { allowed, tree, versions: versions_of(tx, tree)?, until: holding.until };
            self.decisions.keep(question, kept);
        }
        Ok(allowed)
    }

    /// Why an actor holds a permission, or does not, cut to what `asker` may know: to a user, what he cannot see reads
    /// exactly like what is not there.
    ///
    /// # Errors
    /// As [`Vouchsafe::check`]. A text that is no permission is `field_invalid`.
    pub fn explain(&self, asker: &Actor, check: &Check, at_least: Option<i64>) -> Result<Explained, Fault> {
        let permission = parse_permission(&check.permission)?;
        let now = self.now();
        self.read(|tx| {
            let versions = tx.versions(None)?;
            reached(versions, at_least)?;
            let mut explanation = match self.asked_actor(tx, &check.asked)? {
                Some(actor) => Engine::default().explain(tx, &actor, &permission, now)?,
                None => Explanation { decision: Decision::REFUSED, reading: Vec::new() },
            };
            let is_seen = explanation.decision.holding.capabilities.has(Capability::See);
            if !is_seen && !matches!(asker, Actor::Service { .. }) {
                explanation.reading.clear();
            }
            let mut usernames = BTreeMap::new();
            name_people(tx, &explanation.reading, &mut usernames)?;
            Ok(Explained { explanation, usernames, revision: versions.revision, took: self.now() - now })
        })
    }

    fn asked_actor(&self, tx: &mut Tx<'_>, asked: &Asked) -> Result<Option<Actor>, Fault> {
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
fn reached(versions: Versions, at_least: Option<i64>) -> Result<(), ApiError> {
    match at_least {
        Some(wanted) if versions.revision < wanted => Err(ApiError::Conflict {}),
        Some(_) | None => Ok(()),
    }
}

fn name_people(tx: &mut Tx<'_>, findings: &[Finding], names: &mut BTreeMap<UserId, String>) -> Result<(), Fault> {
    for finding in findings {
        let people = match finding {
            Finding::Implied { holder, .. } => vec![*holder],
            Finding::Path(path) => {
                name_people(tx, &path.reading, names)?;
                vec![path.holder, path.issuer]
            }
            Finding::Rewrite { .. } | Finding::Explode { .. } => Vec::new(),
        };
        for user in people {
            if let std::collections::btree_map::Entry::Vacant(place) = names.entry(user)
                && let Some(found) = tx.find_user(user)?
            {
                place.insert(found.username.as_str().to_owned());
            }
        }
    }
    Ok(())
}
