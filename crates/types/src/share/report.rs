//! What a person who shared is told: one line per recipient and per item.

use super::ShareRequest;
use crate::error::ApiError;

/// How a share went.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareReport {
    recipients: Vec<Option<ApiError>>,
    items: Vec<Option<ApiError>>,
    is_dry_run: bool,
    is_strict: bool,
}

/// The lines folded into a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareStatus {
    /// No element was refused.
    Success,
    /// Some elements were refused, perhaps all.
    Mixed,
    /// An element was refused and the request was strict: nothing was done.
    Aborted,
}

impl ShareReport {
    /// A report on `request`, one line per element in the request's order; `None` is a success.
    #[must_use]
    pub const fn new(request: &ShareRequest, recipients: Vec<Option<ApiError>>, items: Vec<Option<ApiError>>) -> Self {
        Self { recipients, items, is_dry_run: request.is_dry_run(), is_strict: request.is_strict() }
    }

    /// One line per recipient.
    #[must_use]
    pub fn recipients(&self) -> &[Option<ApiError>] {
        &self.recipients
    }

    /// One line per item.
    #[must_use]
    pub fn items(&self) -> &[Option<ApiError>] {
        &self.items
    }

    /// Whether only validation was asked for.
    #[must_use]
    pub const fn is_dry_run(&self) -> bool {
        self.is_dry_run
    }

    /// The lines folded into a word.
    #[must_use]
    pub fn status(&self) -> ShareStatus {
        let has_errors = self.recipients.iter().chain(&self.items).any(Option::is_some);
        match (has_errors, self.is_strict) {
            (false, _) => ShareStatus::Success,
            (true, true) => ShareStatus::Aborted,
            (true, false) => ShareStatus::Mixed,
        }
    }
}
