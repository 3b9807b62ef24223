//! What can go wrong with a call.

use crate::{BaseUrlError, Refusal};

/// Why a call gave no answer.
///
/// A refusal by the server is [`Error::Refused`], with everything that it said. What happened to a call that ended in
/// [`Error::Transport`], [`Error::Decode`] or [`Error::TooLarge`] is not known: it may have been carried out.
///
/// ```no_run
/// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
/// match client.user("bob").await {
///     Ok(user) => println!("{} is here since {}", user.username, user.created_at),
///     Err(error) if error.code() == Some("user_does_not_exist") => println!("nobody of that name"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The base URL cannot be used.
    #[error("the base URL cannot be used: {0}")]
    BaseUrl(#[from] BaseUrlError),
    /// The token or the user agent is empty, or one of them or a tag has characters that cannot stand in this header.
    #[error("what was given for `{0}` cannot stand in a header")]
    Header(&'static str),
    /// The HTTP client cannot be set up: for example, the system has no certificates.
    #[error("the HTTP client cannot be set up")]
    Setup(#[source] reqwest::Error),
    /// A name that cannot stand in the path of a URL: it is empty, `.` or `..`. Nothing was sent.
    #[error("`{0}` cannot stand in the path of a URL")]
    Segment(String),
    /// The request cannot be written as JSON. Nothing was sent.
    #[error("the request cannot be written as JSON")]
    Encode(#[source] serde_json::Error),
    /// The server was not reached, did not answer in time, or its answer broke off.
    #[error("no whole answer from the server")]
    Transport(#[source] reqwest::Error),
    /// The server refused.
    #[error(transparent)]
    Refused(#[from] Box<Refusal>),
    /// The server says that it went well, in words that this client does not understand.
    #[error("the answer with status {status} cannot be read")]
    Decode {
        /// The HTTP status.
        status: u16,
        /// The reference of the request, by which the server's log can be searched.
        request_id: Option<String>,
        /// What is wrong with the answer.
        #[source]
        cause: serde_json::Error,
    },
    /// The answer is larger than this client reads.
    #[error("the answer with status {status} is larger than {limit} bytes")]
    TooLarge {
        /// The HTTP status.
        status: u16,
        /// The limit, in bytes: see [`ClientBuilder::max_answer_bytes`](crate::ClientBuilder::max_answer_bytes).
        limit: usize,
    },
}

impl Error {
    /// An answer of the right form that makes no sense.
    pub(crate) fn senseless(what: &str) -> Self {
        Self::Decode { status: 200, request_id: None, cause: serde::de::Error::custom(what) }
    }

    /// The refusal, if the server answered with one.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let id = vouchsafe_client::GrantId::mint();
    /// use vouchsafe_client::RevokeMode;
    /// if let Err(error) = client.revoke(id, RevokeMode::Restrict).await {
    ///     let hanging = error.refusal().map(|refusal| refusal.dependants());
    ///     println!("{} grants hang on it", hanging.unwrap_or_default().len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The code of the refusal, if it is one.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// if client.user("bob").await.is_err_and(|error| error.code() == Some("user_does_not_exist")) {
    ///     println!("nobody of that name");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.refusal().map(|refusal| refusal.code.as_str())
    }

    /// The HTTP status, if there was an answer.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// if client.user("bob").await.is_err_and(|error| error.status() == Some(429)) {
    ///     println!("too many requests, also after waiting");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            Self::Decode { status, .. } | Self::TooLarge { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether the call took too long.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// if client.user("bob").await.is_err_and(|error| error.is_timeout()) {
    ///     println!("the server is slow today");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Transport(cause) if cause.is_timeout())
    }
}
