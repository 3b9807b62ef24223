//! The client.

use crate::{ClientBuilder, Error, transport::Transport};
use secrecy::SecretString;
use std::{fmt, sync::Arc};

/// A client of one server. Cloning is cheap; all clones share their connections.
///
/// All calls need a Tokio runtime. Dropping the future of a call gives it up; what becomes of a request that was
/// already sent is then not known.
///
/// Use `https` for every server on another machine: the token travels with each request.
///
/// ```no_run
/// use vouchsafe_client::{Actor, Client, EntryChange, EntryId, Error, Holder, NewGrant, Question};
///
/// # async fn example(service_key: &str) -> Result<(), Error> {
/// let client = Client::new("http://127.0.0.1:4100", service_key)?;
///
/// let plan = EntryId::mint();
/// client.put_entry(plan, &EntryChange::file("/alice/plan.txt")).await?;
/// client.give(&NewGrant::new("alice", Holder::user("bob"), format!("fs:{plan}:read"))).await?;
///
/// let may = client.check(&Question::new(Actor::user("bob"), format!("fs:{plan}:read"))).await?;
/// assert!(may.allowed);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    transport: Arc<Transport>,
}

impl Client {
    /// A client with the usual settings, for the server at `base_url`: its origin, and perhaps a path that `/v1` lies
    /// below. `token` is a service key (`vsk_…`) or the token of a user.
    ///
    /// ```
    /// use vouchsafe_client::{BaseUrlError, Client, Error};
    /// assert!(Client::new("https://share.example.org", "vsk_1").is_ok());
    /// assert!(matches!(Client::new("share.example.org", "vsk_1"), Err(Error::BaseUrl(BaseUrlError::Unreadable(_)))));
    /// ```
    ///
    /// # Errors
    /// [`Error::BaseUrl`], [`Error::Header`] or [`Error::Setup`].
    pub fn new(base_url: &str, token: impl Into<SecretString>) -> Result<Self, Error> {
        Self::builder(base_url, token).build()
    }

    /// A client with other settings.
    pub fn builder(base_url: &str, token: impl Into<SecretString>) -> ClientBuilder {
        ClientBuilder::new(base_url, token.into())
    }

    pub(crate) fn over(transport: Transport) -> Self {
        Self { transport: Arc::new(transport) }
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.transport.fmt(f)
    }
}
