//! Why a use case did not happen.

use vouchsafe_store::{StoreError, StoreFailure};
use vouchsafe_types::error::ApiError;

/// Why a use case did not happen. In either case nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A refusal that the caller may know about.
    #[error("refused: {}", .0.code())]
    Api(ApiError),
    /// The same request, under the same `Idempotency-Key`, is done already or is being done.
    #[error("the request was made before")]
    Repeated,
    /// Our own trouble: the caller gets a reference, the log gets the cause.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something that cannot fail did: hashing, signing, encoding.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl StoreFailure for Fault {
    fn of_store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Api(_) | Self::Repeated | Self::Internal(_) => None,
        }
    }
}
