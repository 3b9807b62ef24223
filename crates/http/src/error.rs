//! Refusals on the wire: one value, printed in the form of the face that was called.

use crate::{
    dialects::{bookmarks, onlyoffice, zus},
    face::Face,
    state::WasRepeated,
};
use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use serde_json::{Value, json};
use std::fmt;
use vouchsafe_flows::{Fault, StoreError};
use vouchsafe_types::error::ApiError;

/// When to come again, in seconds, after a use case has refused for being asked too often: 20 in an hour are one in
/// three minutes.
const QUOTA_PAUSE: u64 = 180;

/// Why a request was not done.
#[derive(Debug)]
pub enum Rejection {
    /// A refusal from the catalogue.
    Refused(ApiError),
    /// Too many requests; try again after so many seconds.
    Throttled {
        /// Whole seconds, at least 1.
        retry_after: u64,
    },
    /// Storage does not answer now. The text is for the log.
    Unavailable(String),
    /// The same request is done already, or is being done, under its key.
    Repeated,
    /// Our own trouble. The text is for the log; the client gets a reference.
    Internal(String),
}

impl From<ApiError> for Rejection {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl From<Fault> for Rejection {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Api(error) => Self::Refused(error),
            Fault::Repeated => Self::Repeated,
            Fault::Store(StoreError::Unavailable(cause) | StoreError::Contended(cause)) => Self::Unavailable(cause),
            Fault::Store(other) => Self::Internal(other.to_string()),
            Fault::Internal(cause) => Self::Internal(cause),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => f.write_str(error.code()),
            Self::Throttled { .. } => f.write_str("too_many_requests"),
            Self::Repeated => f.write_str("conflict"),
            Self::Unavailable(cause) | Self::Internal(cause) => f.write_str(cause),
        }
    }
}

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Refused(error) => StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Repeated => StatusCode::CONFLICT,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The form of the Puter face; the middleware in `print.rs` knows the request and prints it anew for the others.
    fn error_response(&self) -> HttpResponse {
        self.print(Face::Puter)
    }
}

impl Rejection {
    /// The answer in the form of `face`.
    pub(crate) fn print(&self, face: Face) -> HttpResponse {
        match face {
            Face::OnlyOffice => return onlyoffice::print(self),
            Face::Zus => return zus::print(self),
            Face::Puter | Face::ShareLink | Face::Native | Face::Bookmarks => {}
        }
        let mut answer = HttpResponse::build(self.status_code());
        if face == Face::Bookmarks {
            answer.content_type(bookmarks::KIND);
        }
        if let Some(seconds) = self.pause() {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        match self {
            Self::Refused(error) => {
                if face == Face::Bookmarks && error.status() == 401 {
                    answer.insert_header((header::WWW_AUTHENTICATE, BASIC));
                }
                answer.json(body_of(error, face))
            }
            Self::Throttled { .. } => match face {
                // The seed contract's own words, and not JSON.
                Face::Puter => answer.content_type("text/plain; charset=utf-8").body("Too many requests."),
                Face::ShareLink | Face::Native | Face::Bookmarks | Face::OnlyOffice | Face::Zus => {
                    answer.json(body_of(&ApiError::TooManyRequests {}, face))
                }
            },
            Self::Unavailable(_) => answer.json(body_of(&ApiError::Unavailable {}, face)),
            Self::Repeated => {
                let mut answer = answer.json(body_of(&ApiError::Conflict {}, face));
                answer.extensions_mut().insert(WasRepeated);
                answer
            }
            Self::Internal(_) => answer.json(internal_body(face)),
        }
    }

    /// In how many seconds to come again, where that helps.
    pub(crate) const fn pause(&self) -> Option<u64> {
        match self {
            Self::Throttled { retry_after } => Some(*retry_after),
            Self::Refused(ApiError::TooManyRequests {}) => Some(QUOTA_PAUSE),
            Self::Unavailable(_) => Some(1),
            Self::Refused(_) | Self::Repeated | Self::Internal(_) => None,
        }
    }

    /// Writes our own troubles to the log, with the reference that the client gets: the one place that does.
    pub(crate) fn report(&self, request_id: &str) {
        match self {
            Self::Internal(cause) => log::error!(request_id = request_id; "internal error: {cause:?}"),
            Self::Unavailable(cause) => log::warn!(request_id = request_id; "storage is unavailable: {cause:?}"),
            Self::Refused(_) | Self::Throttled { .. } | Self::Repeated => {}
        }
    }
}

/// What a client of the Bookmarks face is asked for.
const BASIC: &str = "Basic realm=\"Nextcloud Bookmarks\", charset=\"UTF-8\"";

/// The JSON of a refusal (puter.md 5.1).
fn body_of(error: &ApiError, face: Face) -> Value {
    match face {
        Face::Native | Face::OnlyOffice => error.embedded(),
        Face::Puter | Face::Zus => error.body(),
        Face::Bookmarks if error.status() == 401 => json!({"status": "error", "data": ["Please authenticate first"]}),
        Face::Bookmarks => json!({"status": "error", "data": [error.message()]}),
        Face::ShareLink => {
            let mut body = error.body();
            if let Value::Object(object) = &mut body {
                object.insert("$".to_owned(), json!("api:error"));
            }
            body
        }
    }
}

fn internal_body(face: Face) -> Value {
    let text = "Internal Server Error";
    match face {
        Face::Puter | Face::ShareLink | Face::Zus => json!({"error": text, "message": text, "code": "internal_error"}),
        Face::Bookmarks => json!({"status": "error", "data": ["Internal error"]}),
        Face::Native | Face::OnlyOffice => {
            json!({"$": "heyputer:api/APIError", "error": text, "message": text, "code": "internal_error", "status": 500})
        }
    }
}
