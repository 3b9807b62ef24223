//! How many grants one person may have given.

use crate::{Fault, Vouchsafe};
use vouchsafe_store::Tx;
use vouchsafe_types::{UserId, error::ApiError};

impl Vouchsafe {
    /// Refuses a person who has given as many grants as anybody may.
    ///
    /// # Errors
    /// `storage_limit_reached`.
    pub(crate) fn require_room(&self, tx: &mut Tx<'_>, issuer: UserId) -> Result<(), Fault> {
        let is_full = self.settings.are_limits_on && tx.has_given(issuer, self.settings.grants_per_issuer)?;
        if is_full { Err(ApiError::StorageLimitReached {}.into()) } else { Ok(()) }
    }
}
