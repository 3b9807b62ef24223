//! The value that has every use case as a method.

use crate::{decisions::Decisions, fault::Fault, idempotency::Claim, service_keys::KeptKey, settings::Settings};
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use std::{sync::Arc, time::Duration};
use vouchsafe_store::{Because, Store, TokenHash, Tx, WriteTx};
use vouchsafe_types::{Actor, Clock};

/// The most service keys, and the most proven passwords, kept in memory.
const MOST_KEYS: u64 = 1_000;
/// How long a proven password is remembered, unless it is changed.
const PROVEN_FOR: Duration = Duration::from_secs(300);

/// The service, without HTTP: one method per use case. A clone is another handle on the same service.
#[derive(Clone)]
pub struct Vouchsafe {
    pub(crate) store: Arc<Store>,
    clock: Arc<dyn Clock>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) decisions: Arc<Decisions>,
    pub(crate) keys: Cache<TokenHash, KeptKey>,
    pub(crate) proven: Cache<TokenHash, ()>,
    request_id: Option<Arc<str>>,
    claim: Option<Arc<Claim>>,
    is_asking: bool,
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
            keys: Cache::new(MOST_KEYS),
            proven: Cache::builder().max_capacity(MOST_KEYS).time_to_live(PROVEN_FOR).build(),
            request_id: None,
            claim: None,
            is_asking: false,
        }
    }

    /// A handle whose writes are audited under this request.
    #[must_use]
    pub fn with_request(&self, id: &str) -> Self {
        Self { request_id: Some(id.into()), ..self.clone() }
    }

    /// A handle whose writes are done once, however often the request comes again under its key.
    #[must_use]
    pub fn with_claim(&self, claim: Arc<Claim>) -> Self {
        Self { claim: Some(claim), ..self.clone() }
    }

    /// A handle for a request that changes nothing. By one that does, all the same, questions would have to wait for
    /// the writer: builds for tests panic.
    #[must_use]
    pub fn for_questions(self) -> Self {
        Self { is_asking: true, ..self }
    }

    /// What the operator decided.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The same service under other settings.
    #[cfg(test)]
    pub(crate) fn with_settings(&self, settings: Settings) -> Self {
        Self { settings: Arc::new(settings), ..self.clone() }
    }

    pub(crate) fn because<'a>(&'a self, actor: &'a Actor, reason: &'a str, at: DateTime<Utc>) -> Because<'a> {
        Because { actor, request_id: self.request_id.as_deref(), reason, at }
    }

    /// What time it is for the service.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn read<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        self.store.read(f)
    }

    pub(crate) fn rehearse<T: Send>(
        &self,
        name: &'static str,
        f: impl FnMut(&mut WriteTx<'_>) -> Result<T, Fault> + Send,
    ) -> Result<T, Fault> {
        debug_assert!(!self.is_asking, "`{name}` writes for a request that was taken for a question");
        self.store.rehearse(name, f)
    }

    pub(crate) fn write<T: Send>(
        &self,
        name: &'static str,
        mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T, Fault> + Send,
    ) -> Result<T, Fault> {
        debug_assert!(!self.is_asking, "`{name}` writes for a request that was taken for a question");
        let Some(claim) = &self.claim else { return self.store.write(name, f) };
        let now = self.now();
        let value = self.store.write(name, |tx| {
            claim.take(tx, now)?;
            f(tx)
        })?;
        claim.keep();
        Ok(value)
    }
}
