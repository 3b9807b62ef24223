//! Numbers become entries that the caller may look at, or whose sharing he may change.

use crate::{
    Fault,
    grants::{holding, shares},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use vouchsafe_engine::Holding;
use vouchsafe_store::{Entry, Tx};
use vouchsafe_types::{Actor, Capability, Resource, UserId, error::ApiError};

/// Which kind of entry a number is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// A file.
    File,
    /// A directory.
    Folder,
}

/// An entry by its number; `None` for a text that can be none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfficeTarget {
    /// The number.
    pub number: Option<i64>,
    /// What it is meant to be.
    pub kind: TargetKind,
}

/// A person in a session of his own: nobody else shares here.
pub(super) fn person(actor: &Actor) -> Result<UserId, ApiError> {
    match actor {
        Actor::User(user) => Ok(*user),
        Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } | Actor::Service { .. } => {
            Err(ApiError::Forbidden {})
        }
    }
}

impl OfficeTarget {
    /// The entry, if there is one of that kind.
    pub(super) fn find(self, tx: &mut Tx<'_>) -> Result<Option<Entry>, Fault> {
        let Some(number) = self.number else { return Ok(None) };
        let found = tx.find_entry_numbered(number)?;
        Ok(found.filter(|entry| entry.is_dir == (self.kind == TargetKind::Folder)))
    }

    /// The entry, for who may know of it, and what he has there.
    fn seen(self, tx: &mut Tx<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<(Entry, Holding), Fault> {
        let number = self.number.ok_or(ApiError::SubjectDoesNotExist {})?;
        let found = tx.find_entry_numbered(number)?.ok_or(ApiError::SubjectDoesNotExist {})?;
        let has = holding(tx, actor, &Resource::Entry(found.uuid), now)?;
        if !has.capabilities.has(Capability::See) {
            return Err(ApiError::SubjectDoesNotExist {}.into());
        }
        if found.is_dir != (self.kind == TargetKind::Folder) {
            return Err(ApiError::OtherKind {}.into());
        }
        Ok((found, has))
    }

    /// The entry, for who may see and change its sharing: its owner, and who holds `share` there.
    ///
    /// # Errors
    /// `subject_does_not_exist`, whether or not it is there; `other_kind` for who may know of it; `forbidden`.
    pub(super) fn shared_by(self, tx: &mut Tx<'_>, actor: &Actor, now: DateTime<Utc>) -> Result<Entry, Fault> {
        let (entry, has) = self.seen(tx, actor, now)?;
        if shares(&has) { Ok(entry) } else { Err(ApiError::Forbidden {}.into()) }
    }
}

/// Each target once, in the place where it is named first.
pub(super) fn unique(targets: &[OfficeTarget]) -> Vec<OfficeTarget> {
    let mut named = BTreeSet::new();
    targets.iter().copied().filter(|target| named.insert(*target)).collect()
}

/// The entries, for who may share all of them.
///
/// # Errors
/// As [`OfficeTarget::shared_by`].
pub(super) fn all_shared_by(
    tx: &mut Tx<'_>,
    actor: &Actor,
    targets: &[OfficeTarget],
    now: DateTime<Utc>,
) -> Result<Vec<Entry>, Fault> {
    targets.iter().map(|target| target.shared_by(tx, actor, now)).collect()
}
