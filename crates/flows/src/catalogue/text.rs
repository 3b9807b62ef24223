//! Names and other short texts that a host application gives.

use vouchsafe_types::error::ApiError;

/// The longest, in bytes.
const MAX_BYTES: usize = 255;

/// Refuses a text that is empty, too long, or that not every database can keep.
pub(super) fn check_text(key: &str, text: &str) -> Result<(), ApiError> {
    if text.is_empty() || text.len() > MAX_BYTES || text.chars().any(char::is_control) {
        return Err(ApiError::invalid(key, "1 to 255 bytes without control characters", None));
    }
    Ok(())
}
