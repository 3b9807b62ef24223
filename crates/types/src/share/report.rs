//! What a person who shared is told: one line per recipient and per item.

use super::ShareRequest;
use crate::error::ApiError;

/// How a share went.
///
/// ```
/// use serde_json::json;
/// use vouchsafe_types::{error::ApiError, share::{ShareReport, ShareRequest, ShareStatus}};
///
/// let body = json!({"recipients": ["bob", "eve"], "paths": "/ann/a", "mode": "best-effort"});
/// let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
/// let nobody = ApiError::UserDoesNotExist { username: "eve".into() };
/// let report = ShareReport::new(&request, vec![None, Some(nobody)], vec![None]);
/// assert_eq!(report.status(), ShareStatus::Mixed);
/// # Ok::<(), ApiError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ShareReport {
    recipients: Vec<Option<ApiError>>,
    items: Vec<Option<ApiError>>,
    is_dry_run: bool,
    is_strict: bool,
}

/// The lines folded into a word: see [`ShareReport::status`].
///
/// ```
/// use vouchsafe_types::share::ShareStatus;
///
/// const fn word(status: ShareStatus) -> &'static str {
///     match status {
///         ShareStatus::Success => "success",
///         ShareStatus::Mixed => "mixed",
///         ShareStatus::Aborted => "aborted",
///     }
/// }
/// assert_eq!(word(ShareStatus::Mixed), "mixed");
/// ```
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
    ///
    /// ```
    /// # use serde_json::json;
    /// # use vouchsafe_types::{error::ApiError, share::{ShareReport, ShareRequest, ShareStatus}};
    /// # let body = json!({"recipients": ["bob", "eve"], "paths": "/ann/a", "dry_run": true});
    /// # let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
    /// let report = ShareReport::new(&request, vec![None, Some(ApiError::CannotShareWithSelf {})], vec![None]);
    /// assert_eq!((report.recipients().len(), report.items().len()), (2, 1));
    /// # Ok::<(), ApiError>(())
    /// ```
    #[must_use]
    pub const fn new(request: &ShareRequest, recipients: Vec<Option<ApiError>>, items: Vec<Option<ApiError>>) -> Self {
        Self { recipients, items, is_dry_run: request.is_dry_run(), is_strict: request.is_strict() }
    }

    /// One line per recipient.
    ///
    /// ```
    /// # use serde_json::json;
    /// # use vouchsafe_types::{error::ApiError, share::{ShareReport, ShareRequest, ShareStatus}};
    /// # let body = json!({"recipients": ["bob", "eve"], "paths": "/ann/a", "dry_run": true});
    /// # let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
    /// let nobody = ApiError::UserDoesNotExist { username: "eve".into() };
    /// let report = ShareReport::new(&request, vec![None, Some(nobody.clone())], vec![None]);
    /// assert_eq!(report.recipients(), [None, Some(nobody)]);
    /// # Ok::<(), ApiError>(())
    /// ```
    #[must_use]
    pub fn recipients(&self) -> &[Option<ApiError>] {
        &self.recipients
    }

    /// One line per item.
    ///
    /// ```
    /// # use serde_json::json;
    /// # use vouchsafe_types::{error::ApiError, share::{ShareReport, ShareRequest, ShareStatus}};
    /// # let body = json!({"recipients": ["bob", "eve"], "paths": "/ann/a", "dry_run": true});
    /// # let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
    /// let report = ShareReport::new(&request, vec![None, None], vec![Some(ApiError::SubjectDoesNotExist {})]);
    /// assert_eq!(report.items(), [Some(ApiError::SubjectDoesNotExist {})]);
    /// # Ok::<(), ApiError>(())
    /// ```
    #[must_use]
    pub fn items(&self) -> &[Option<ApiError>] {
        &self.items
    }

    /// Whether only validation was asked for.
    ///
    /// ```
    /// # use serde_json::json;
    /// # use vouchsafe_types::{error::ApiError, share::{ShareReport, ShareRequest, ShareStatus}};
    /// # let body = json!({"recipients": ["bob", "eve"], "paths": "/ann/a", "dry_run": true});
    /// # let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
    /// assert!(ShareReport::new(&request, vec![None, None], vec![None]).is_dry_run(), "the request said so");
    /// # Ok::<(), ApiError>(())
    /// ```
    #[must_use]
    pub const fn is_dry_run(&self) -> bool {
        self.is_dry_run
    }

    /// The lines folded into a word.
    ///
    /// ```
    /// # use serde_json::json;
    /// # use vouchsafe_types::{error::ApiError, share::{ShareReport, ShareRequest, ShareStatus}};
    /// # let body = json!({"recipients": ["bob", "eve"], "paths": "/ann/a", "dry_run": true});
    /// # let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 100)?;
    /// let status = |item| ShareReport::new(&request, vec![None, None], vec![item]).status();
    /// assert_eq!(status(None), ShareStatus::Success);
    /// assert_eq!(status(Some(ApiError::SubjectDoesNotExist {})), ShareStatus::Mixed);
    /// # Ok::<(), ApiError>(())
    /// ```
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report(mode: &str, is_dry_run: bool, is_recipient_wrong: bool, is_item_wrong: bool) -> ShareReport {
        let body = json!({"mode": mode, "dry_run": is_dry_run, "recipients": "bob", "paths": "/ann/a"});
        let request = ShareRequest::parse(body.as_object().unwrap(), &"ann".parse().unwrap(), 1).unwrap();
        let line = |is_wrong: bool| vec![is_wrong.then_some(ApiError::SubjectDoesNotExist {})];
        ShareReport::new(&request, line(is_recipient_wrong), line(is_item_wrong))
    }

    #[test]
    fn any_error_makes_it_mixed_or_in_a_strict_request_aborted() {
        for (is_recipient_wrong, is_item_wrong) in [(true, false), (false, true), (true, true)] {
            for is_dry_run in [false, true] {
                let status = |mode| report(mode, is_dry_run, is_recipient_wrong, is_item_wrong).status();
                assert_eq!(status("best-effort"), ShareStatus::Mixed);
                assert_eq!(status("strict"), ShareStatus::Aborted);
            }
        }
    }

    #[test]
    fn without_errors_it_is_a_success_in_every_mode() {
        for mode in ["strict", "best-effort", ""] {
            assert_eq!(report(mode, false, false, false).status(), ShareStatus::Success);
            assert_eq!(report(mode, true, false, false).status(), ShareStatus::Success);
        }
    }

    #[test]
    fn it_keeps_its_lines_and_whether_it_was_a_dry_run() {
        let report = report("strict", true, true, false);
        assert_eq!(report.recipients(), [Some(ApiError::SubjectDoesNotExist {})]);
        assert_eq!(report.items(), [None]);
        assert!(report.is_dry_run());
    }
}
