//! Whether the service can do its work.

use crate::{Fault, Vouchsafe};

impl Vouchsafe {
    /// Whether the database answers and knows every table we need: the names of the migrations it lacks.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn missing_migrations(&self) -> Result<Vec<String>, Fault> {
        self.store.versions(None)?;
        Ok(self.store.pending_migrations()?)
    }
}
