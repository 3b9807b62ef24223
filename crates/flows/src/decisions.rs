//! Decisions kept under the versions they were computed from, so that none is older than the last commit.

use chrono::{DateTime, Utc};
use moka::sync::Cache;
use vouchsafe_store::Versions;
use vouchsafe_types::{Actor, AppUid, Username};

/// The most decisions kept; the least used go first.
const MOST: u64 = 20_000;

/// Who is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Asked {
    /// A person by name, perhaps through an app.
    Person {
        /// Who.
        username: Username,
        /// The app acting for him.
        app: Option<AppUid>,
    },
    /// A text that can be nobody's name.
    Nobody {
        /// What was sent.
        name: String,
    },
    /// Whoever presents this bearer token.
    Bearer(String),
    /// An actor that is known already.
    Actor(Actor),
}

/// A decision and what it was computed from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    pub(crate) allowed: bool,
    /// The root of the tree it depends on.
    pub(crate) tree: Option<i64>,
    pub(crate) versions: Versions,
    /// When it was made: an expired row speaks again when the clock is set back.
    pub(crate) since: DateTime<Utc>,
    pub(crate) until: Option<DateTime<Utc>>,
}

impl Kept {
    /// Whether nothing it depends on has changed.
    pub(crate) fn still_holds(&self, versions: Versions, now: DateTime<Utc>) -> bool {
        self.versions.identity == versions.identity
            && self.versions.tree == versions.tree
            && self.since <= now
            && self.until.is_none_or(|until| now < until)
    }
}

type Question = (Asked, String);

/// Decisions by question.
pub(crate) struct Decisions(Cache<Question, Kept>);

impl Default for Decisions {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Decisions {
    /// A bearer token is looked up every time: its end is no change that a version counts.
    pub(crate) fn get(&self, question: &Question) -> Option<Kept> {
        if matches!(question.0, Asked::Bearer(_)) { None } else { self.0.get(question) }
    }

    pub(crate) fn keep(&self, question: Question, decision: Kept) {
        if !matches!(question.0, Asked::Bearer(_)) {
            self.0.insert(question, decision);
        }
    }
}
