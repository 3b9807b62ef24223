//! Why an actor holds a permission, or does not.

use crate::{
    Check, Fault, Vouchsafe,
    check::{parse_permission, reached},
};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_engine::{Engine, Explanation, Finding};
use vouchsafe_store::Tx;
use vouchsafe_types::{Actor, Capability, Resource, UserId};

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
    /// Why an actor holds a permission, or what is missing.
    ///
    /// A host application is told everything. To anybody else, what he cannot see reads exactly like what is not there;
    /// of what he can see he is told the pathways with the names on them, and not where above it they stand.
    ///
    /// # Errors
    /// As [`Vouchsafe::check`]. A text that is no permission is `field_invalid`.
    pub fn explain(&self, asker: &Actor, check: &Check, at_least: Option<i64>) -> Result<Explained, Fault> {
        let permission = parse_permission(&check.permission)?;
        let now = self.now();
        self.read(|tx| {
            let versions = tx.versions(None)?;
            reached(versions, at_least)?;
            let engine = Engine::default();
            let mut explanation = match self.asked_actor(tx, &check.asked)? {
                Some(actor) => engine.explain(tx, &actor, &permission, now)?,
                None => Explanation::NOTHING,
            };
            if !matches!(asker, Actor::Service { .. }) {
                match engine.resolve(tx, &permission)? {
                    Some((resource, _)) => Sight { asker, now }.cut(tx, &resource, &mut explanation.reading)?,
                    None => explanation.reading.clear(),
                }
            }
            let usernames = names_of(tx, &explanation.reading)?;
            Ok(Explained { explanation, usernames, revision: versions.revision, took: self.now() - now })
        })
    }
}

/// What somebody can see.
struct Sight<'a> {
    asker: &'a Actor,
    now: DateTime<Utc>,
}

impl Sight<'_> {
    fn reaches(&self, tx: &mut Tx<'_>, resource: &Resource) -> Result<bool, Fault> {
        let holding = Engine::default().holding(tx, self.asker, resource, self.now)?;
        Ok(holding.capabilities.has(Capability::See))
    }

    /// Cuts a reading about `asked` to what can be seen.
    fn cut(&self, tx: &mut Tx<'_>, asked: &Resource, reading: &mut Vec<Finding>) -> Result<(), Fault> {
        if !self.reaches(tx, asked)? {
            reading.clear();
            return Ok(());
        }
        let mut hidden = BTreeSet::new();
        for resource in resources_in(reading) {
            if !self.reaches(tx, &resource)? {
                hidden.insert(resource);
            }
        }
        speak_of_asked(asked, &hidden, reading);
        Ok(())
    }
}

fn resources_in(reading: &[Finding]) -> BTreeSet<Resource> {
    let mut found = BTreeSet::new();
    for finding in reading {
        if let Finding::Path(path) = finding {
            found.insert(path.resource.clone());
            found.extend(resources_in(&path.reading));
        }
    }
    found
}

/// What is said about something hidden above the asked resource is said about the asked resource: it holds there, too.
fn speak_of_asked(asked: &Resource, hidden: &BTreeSet<Resource>, reading: &mut [Finding]) {
    for finding in reading {
        if let Finding::Path(path) = finding {
            if hidden.contains(&path.resource) {
                path.permission = path.permission.about(asked.clone());
                path.resource = asked.clone();
            }
            speak_of_asked(asked, hidden, &mut path.reading);
        }
    }
}

fn people_in(reading: &[Finding]) -> BTreeSet<UserId> {
    let mut found = BTreeSet::new();
    for finding in reading {
        match finding {
            Finding::Implied { holder, .. } => found.extend(*holder),
            Finding::Path(path) => {
                found.extend(people_in(&path.reading));
                found.extend(path.holder);
                found.insert(path.issuer);
            }
            Finding::Missing(missing) => {
                found.extend(missing.holder.into_iter().chain(missing.issuer));
                found.extend(&missing.could_grant);
            }
            Finding::Rewrite { .. } | Finding::Explode { .. } => {}
        }
    }
    found
}

fn names_of(tx: &mut Tx<'_>, reading: &[Finding]) -> Result<BTreeMap<UserId, String>, Fault> {
    let mut names = BTreeMap::new();
    for user in people_in(reading) {
        if let Some(found) = tx.find_user(user)? {
            names.insert(user, found.username.as_str().to_owned());
        }
    }
    Ok(names)
}
