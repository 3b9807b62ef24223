//! How many grants one person may have given.

use crate::{Fault, Vouchsafe};
use serde_json::Value;
use vouchsafe_engine::plan::Given;
use vouchsafe_store::{Because, Tx, WriteTx};
use vouchsafe_types::{Actor, UserId, error::ApiError};

impl Vouchsafe {
    /// Writes what somebody gives, in every face: if it is new, he needs room for it. A host application gives any number.
    ///
    /// # Errors
    /// `storage_limit_reached`.
    pub(crate) fn apply_gift(
        &self,
        tx: &mut WriteTx<'_>,
        given: &Given,
        extra: Option<&Value>,
        because: Because<'_>,
    ) -> Result<(), Fault> {
        if !given.changes.insert.is_empty() && !matches!(because.actor, Actor::Service { .. }) {
            self.require_room(tx, given.grant.issuer)?;
        }
        Ok(tx.apply(&given.changes, extra, because)?)
    }

    /// Refuses a person who has given as many grants as anybody may.
    ///
    /// # Errors
    /// `storage_limit_reached`.
    pub(crate) fn require_room(&self, tx: &mut Tx<'_>, issuer: UserId) -> Result<(), Fault> {
        let is_full = self.settings.are_limits_on && tx.has_given(issuer, self.settings.grants_per_issuer)?;
        if is_full { Err(ApiError::StorageLimitReached {}.into()) } else { Ok(()) }
    }
}
