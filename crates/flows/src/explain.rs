//! Why an actor holds a permission, or does not.

use crate::{
    Check, Fault, Vouchsafe,
    access::Known,
    check::{parse_permission, reached},
    grants::{holding, shares},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_engine::{
    Engine, Explanation, Finding, Located,
    access::AccessQuery,
    reading::{Missing, MissingReason, Path, Via},
};
use vouchsafe_store::Tx;
use vouchsafe_types::{Actor, Capability, DefaultGroup, GrantId, Holder, Permission, Resource, Target, UserId};

/// A decision, its reasons, and the names of the people in it.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The decision and the reading.
    pub explanation: Explanation,
    /// Names of everybody the reading mentions, and of the owner.
    pub usernames: BTreeMap<UserId, String>,
    /// What was kept with the grants of its pathways when they were made, as far as the asker may know.
    pub extras: BTreeMap<GrantId, Value>,
    /// The state it is about.
    pub revision: i64,
    /// How long it took.
    pub took: TimeDelta,
}

impl Vouchsafe {
    /// Why an actor holds a permission, or what is missing.
    ///
    /// A host application is told everything. To anybody else, what he cannot see reads exactly like what is not there;
    /// of what he can see he is told the pathways with the names on them, and not where above it they stand, nor who
    /// else is in a group that is not his. Who could grant what is missing is looked for among everybody for those who
    /// may know who has access. What has become of a grant of his own on the very thing he is told, also when he cannot
    /// see it any more.
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
            let sight = Sight { asker, now };
            let mut owner = None;
            match engine.resolve(tx, &permission)? {
                Some((resource, _)) => {
                    sight.widen(tx, &resource, &mut explanation.reading)?;
                    sight.cut(tx, &resource, &permission, &mut explanation)?;
                    owner = sight.owner(tx, &resource)?;
                }
                None if matches!(asker, Actor::Service { .. }) => {}
                None => explanation.reading.clear(),
            }
            let usernames = names_of(tx, &explanation.reading, owner)?;
            let extras = sight.extras(tx, &explanation.reading)?;
            let (revision, took) = (versions.revision, self.now() - now);
            Ok(Explained { explanation, usernames, extras, revision, took })
        })
    }
}

fn not_granted(finding: &mut Finding) -> Option<&mut Missing> {
    match finding {
        Finding::Missing(missing) if missing.reason == MissingReason::NotGranted => Some(missing),
        _ => None,
    }
}

/// How many of those who have access are looked at in one page.
const PAGE: usize = 100;

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

    /// Who owns what somebody sees is no secret to him.
    fn owner(&self, tx: &mut Tx<'_>, resource: &Resource) -> Result<Option<UserId>, Fault> {
        if !matches!(self.asker, Actor::Service { .. }) && !self.reaches(tx, resource)? {
            return Ok(None);
        }
        match tx.located(resource)?.0 {
            Located::At(place) => Ok(place.owner),
            Located::Absent | Located::TooDeep => Ok(None),
        }
    }

    /// Names everybody who could grant what is missing, to whom who has access is no secret.
    fn widen(&self, tx: &mut Tx<'_>, asked: &Resource, reading: &mut [Finding]) -> Result<(), Fault> {
        let may_know = match self.asker {
            Actor::Service { .. } => true,
            Actor::User(_) => shares(&holding(tx, self.asker, asked, self.now)?),
            Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => false,
        };
        if !may_know {
            return Ok(());
        }
        let known = Known::to(tx, self.asker)?;
        let (opens, tells) = (|holder: &Holder| known.opens(holder), |who, group| known.tells(who, group));
        let query = AccessQuery { after: None, limit: PAGE, opens: &opens, tells: &tells };
        let mut missing: Vec<_> = reading.iter_mut().filter_map(not_granted).collect();
        if !missing.is_empty() {
            Engine::default().name_who_could_grant(tx, &mut missing, asked, &query, self.now)?;
        }
        Ok(())
    }

    /// What was kept with grants: for the host application, and for who gave them or has them.
    fn extras(&self, tx: &mut Tx<'_>, reading: &[Finding]) -> Result<BTreeMap<GrantId, Value>, Fault> {
        let mut extras = BTreeMap::new();
        for path in paths_in(reading) {
            let me = self.asker.user();
            let is_party = me.is_some_and(|me| path.holder == Some(me) || path.issuer == me);
            if is_party || matches!(self.asker, Actor::Service { .. }) {
                extras.extend(tx.find_grant(path.grant)?.map(|stored| (path.grant, stored.extra)));
            }
        }
        Ok(extras)
    }

    /// Whether a finding says that a grant to the asker himself, on exactly what he names by its id, has ended. He may
    /// know that: his list of grants shows it.
    fn is_own_end(&self, tx: &mut Tx<'_>, asked: &Permission, finding: &Finding) -> Result<bool, Fault> {
        let (Finding::Missing(missing), Target::Resource(named), Actor::User(me)) =
            (finding, &asked.target, self.asker)
        else {
            return Ok(false);
        };
        match (&missing.grant, missing.reason) {
            (Some((id, stands_on)), MissingReason::Expired { .. }) if stands_on == named => {
                Ok(tx.find_grant(*id)?.is_some_and(|stored| stored.grant.holder == Holder::User(*me)))
            }
            _ => Ok(false),
        }
    }

    /// Cuts a reading about `asked` to what can be seen.
    fn cut(
        &self,
        tx: &mut Tx<'_>,
        asked: &Resource,
        permission: &Permission,
        explanation: &mut Explanation,
    ) -> Result<(), Fault> {
        if matches!(self.asker, Actor::Service { .. }) {
            return Ok(());
        }
        let reading = &mut explanation.reading;
        if !self.reaches(tx, asked)? {
            let mut own = Vec::new();
            for finding in reading.drain(..) {
                if self.is_own_end(tx, permission, &finding)? {
                    own.push(finding);
                }
            }
            *reading = own;
            return Ok(());
        }
        let mut hidden = BTreeSet::new();
        for resource in resources_in(reading) {
            if !self.reaches(tx, &resource)? {
                hidden.insert(resource);
            }
        }
        speak_of_asked(asked, &hidden, reading);
        let silencers = silencers_in(tx, reading)?;
        explanation.is_complete &= leave_out_members(&Known::to(tx, self.asker)?, &silencers, reading);
        Ok(())
    }
}

/// Every pathway, those that lie within others included.
fn paths_in(reading: &[Finding]) -> Vec<&Path> {
    let mut found = Vec::new();
    for finding in reading {
        if let Finding::Path(path) = finding {
            found.push(path);
            found.extend(paths_in(&path.reading));
        }
    }
    found
}

/// What the grants in a reading stand on. Missing steps lie within no pathway.
fn resources_in(reading: &[Finding]) -> BTreeSet<Resource> {
    let missing = reading.iter().filter_map(|finding| match finding {
        Finding::Missing(missing) => missing.grant.as_ref().map(|(_, resource)| resource),
        _ => None,
    });
    paths_in(reading).into_iter().map(|path| &path.resource).chain(missing).cloned().collect()
}

/// What is said about something hidden above the asked resource is said about the asked resource: it holds there, too.
fn speak_of_asked(asked: &Resource, hidden: &BTreeSet<Resource>, reading: &mut [Finding]) {
    for finding in reading {
        match finding {
            Finding::Path(path) => {
                if hidden.contains(&path.resource) {
                    path.resource = asked.clone();
                }
                speak_of_asked(asked, hidden, &mut path.reading);
            }
            Finding::Missing(missing) => {
                if let Some((_, stands_on)) = &mut missing.grant
                    && hidden.contains(stands_on)
                {
                    *stands_on = asked.clone();
                }
            }
            Finding::Rewrite { .. } | Finding::Explode { .. } | Finding::Implied { .. } => {}
        }
    }
}

/// How the rows that silence others reach whom they silence.
fn silencers_in(tx: &mut Tx<'_>, reading: &[Finding]) -> Result<BTreeMap<GrantId, Via>, Fault> {
    let mut silencers = BTreeMap::new();
    for finding in reading {
        if let Finding::Missing(Missing { reason: MissingReason::Silenced { by }, .. }) = finding
            && let Some(stored) = tx.find_grant(*by)?
        {
            silencers.insert(*by, Via::from(&stored.grant.holder));
        }
    }
    Ok(silencers)
}

/// Leaves out what would tell the asker who is in a group of somebody else's. Gives whether all pathways are still
/// there.
fn leave_out_members(known: &Known, silencers: &BTreeMap<GrantId, Via>, reading: &mut Vec<Finding>) -> bool {
    let is_told = |holder: Option<UserId>, via: Via| match (holder, via) {
        (Some(person), Via::Group(group)) => known.tells(person, group) || DefaultGroup::find(group).is_some(),
        _ => true,
    };
    let silencer = |missing: &Missing| match missing.reason {
        MissingReason::Silenced { by } => silencers.get(&by).copied(),
        _ => None,
    };
    let all = reading.len();
    reading.retain(|finding| match finding {
        Finding::Path(path) => is_told(path.holder, path.via),
        // The id of a grant alone would lead to the group.
        Finding::Missing(missing) => {
            let mut via = missing.gives.as_ref().map(|(_, via)| *via).into_iter().chain(silencer(missing));
            via.all(|via| is_told(missing.holder, via))
        }
        Finding::Rewrite { .. } | Finding::Explode { .. } | Finding::Implied { .. } => true,
    });
    let mut is_complete = reading.len() == all;
    for finding in reading {
        if let Finding::Path(path) = finding {
            is_complete &= leave_out_members(known, silencers, &mut path.reading);
        }
    }
    is_complete
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

fn names_of(tx: &mut Tx<'_>, reading: &[Finding], owner: Option<UserId>) -> Result<BTreeMap<UserId, String>, Fault> {
    let mut names = BTreeMap::new();
    for user in people_in(reading).into_iter().chain(owner) {
        if let Some(found) = tx.find_user(user)? {
            names.insert(user, found.username.as_str().to_owned());
        }
    }
    Ok(names)
}
