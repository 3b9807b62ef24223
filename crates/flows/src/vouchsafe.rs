//! The value that has every use case as a method.

use crate::{fault::Fault, settings::Settings};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use vouchsafe_store::{Store, Tx, WriteTx};
use vouchsafe_types::Clock;

/// The service, without HTTP: one method per use case.
pub struct Vouchsafe {
    pub(crate) store: Arc<Store>,
    clock: Arc<dyn Clock>,
    pub(crate) settings: Settings,
}

impl Vouchsafe {
    /// A service over `store`.
    #[must_use]
    pub fn new(store: Arc<Store>, clock: Arc<dyn Clock>, settings: Settings) -> Self {
        Self { store, clock, settings }
    }

    /// What the operator decided.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn read<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        self.store.read(f)
    }

    pub(crate) fn write<T>(
        &self,
        name: &'static str,
        f: impl FnOnce(&mut WriteTx<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.store.write(name, f)
    }
}
