//! The value that has every use case as a method.

use crate::{decisions::Decisions, fault::Fault, settings::Settings};
use chrono::{DateTime, Utc};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use vouchsafe_engine::Holding;
use vouchsafe_store::{Store, Tx, WriteTx};
use vouchsafe_types::Clock;

/// The service, without HTTP: one method per use case. A clone is another handle on the same service.
#[derive(Clone)]
pub struct Vouchsafe {
    pub(crate) store: Arc<Store>,
    clock: Arc<dyn Clock>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) decisions: Arc<Decisions>,
    bounded: Arc<AtomicU64>,
    request_id: Option<Arc<str>>,
}

impl Vouchsafe {
    /// A service over `store`.
    #[must_use]
    pub fn new(store: Arc<Store>, clock: Arc<dyn Clock>, settings: Settings) -> Self {
        Self {
            store,
            clock,
            settings: Arc::new(settings),
            decisions: Arc::default(),
            bounded: Arc::default(),
            request_id: None,
        }
    }

    /// A handle whose writes are audited under this request.
    #[must_use]
    pub fn with_request(&self, id: &str) -> Self {
        Self { request_id: Some(id.into()), ..self.clone() }
    }

    /// What the operator decided.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How many decisions were refused because they did not end within the engine's limits.
    #[must_use]
    pub fn bounded_decisions(&self) -> u64 {
        self.bounded.load(Ordering::Relaxed)
    }

    pub(crate) fn count_bound(&self, holding: &Holding) {
        if let Some(bound) = holding.bound {
            self.bounded.fetch_add(1, Ordering::Relaxed);
            log::warn!(bound:? = bound; "a decision did not end within its limits and was refused");
        }
    }

    pub(crate) fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
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
