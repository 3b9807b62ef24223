//! The settings of a client.

use crate::{
    Client, Error, RetryPolicy,
    transport::{BaseUrl, Transport, default_http},
};
use reqwest::header::{HeaderValue, InvalidHeaderValue};
use secrecy::{ExposeSecret, SecretString};
use std::{fmt, time::Duration};

/// The settings of a client that is about to be made.
///
/// ```
/// use std::time::Duration;
/// use vouchsafe_client::{Client, RetryPolicy};
/// let client = Client::builder("https://share.example.org", "vsk_1")
///     .timeout(Duration::from_secs(5))
///     .retry(RetryPolicy::never())
///     .user_agent("my-app/1.0")
///     .build()?;
/// # let _ = client;
/// # Ok::<(), vouchsafe_client::Error>(())
/// ```
#[must_use = "it does nothing before `build`"]
pub struct ClientBuilder {
    base_url: String,
    token: SecretString,
    timeout: Duration,
    retry: RetryPolicy,
    user_agent: String,
    max_answer_bytes: usize,
    is_direct: bool,
    http: Option<reqwest::Client>,
}

impl ClientBuilder {
    pub(crate) fn new(base_url: &str, token: SecretString) -> Self {
        Self {
            base_url: base_url.to_owned(),
            token,
            timeout: Duration::from_secs(30),
            retry: RetryPolicy::default(),
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
            max_answer_bytes: 64 * 1024 * 1024,
            is_direct: false,
            http: None,
        }
    }

    /// How long one attempt may take, from connecting to the last byte of the answer. 30 seconds when not said.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often a call that failed in passing is sent again. See [`RetryPolicy`] for what is never sent again.
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// What `User-Agent` says. `vouchsafe-client/<version>` when not said.
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.user_agent = text.into();
        self
    }

    /// The largest answer that is read, in bytes, so that no server can fill the memory. 64 MiB when not said.
    pub const fn max_answer_bytes(mut self, limit: usize) -> Self {
        self.max_answer_bytes = limit;
        self
    }

    /// Connects directly, also when the environment names a proxy (`HTTP_PROXY`, `HTTPS_PROXY`).
    pub const fn no_proxy(mut self) -> Self {
        self.is_direct = true;
        self
    }

    /// The HTTP client to use, with its own proxies, certificates and limits on connections.
    ///
    /// Let it follow no redirects and make no retries of its own: otherwise a grant may be sent twice. Timeout, token
    /// and `User-Agent` are still those of this builder.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// Unless an HTTP client was given, this makes `ring` the process's provider of cryptography for rustls, if there
    /// is none yet; a provider that is already installed stays.
    ///
    /// # Errors
    /// [`Error::BaseUrl`], [`Error::Header`] or [`Error::Setup`].
    pub fn build(self) -> Result<Client, Error> {
        let base_url = BaseUrl::parse(&self.base_url)?;
        let unusable = |name: &'static str| move |_: InvalidHeaderValue| Error::Header(name);
        let token = HeaderValue::from_str(self.token.expose_secret()).map_err(unusable("Authorization"))?;
        if token.is_empty() {
            return Err(Error::Header("Authorization"));
        }
        let user_agent = HeaderValue::from_str(&self.user_agent).map_err(unusable("User-Agent"))?;
        Ok(Client::over(Transport {
            base_url,
            token: self.token,
            http: self.http.map_or_else(|| default_http(self.is_direct), Ok)?,
            timeout: self.timeout,
            retry: self.retry,
            user_agent,
            max_answer_bytes: self.max_answer_bytes,
        }))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        BaseUrlError, Client, Error, GrantFilter,
        stub::{Reply, Stub, TOKEN},
    };
    use reqwest::header::{HeaderMap, HeaderValue};

    #[test]
    fn neither_a_client_nor_what_it_makes_prints_the_token() {
        let builder = Client::builder("http://127.0.0.1:9", TOKEN);
        assert!(!format!("{builder:?}").contains(TOKEN));
        let client = builder.build().unwrap();
        let pages = client.grants(&GrantFilter::default());
        let printed = format!("{client:?} {client:#?} {pages:?}");
        assert!(printed.contains("http://127.0.0.1:9") && !printed.contains(TOKEN), "{printed}");
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_refused() {
        for token in ["", "a\nb", "a\0b"] {
            assert!(matches!(Client::new("http://host", token), Err(Error::Header("Authorization"))), "{token:?}");
        }
        let odd = Client::builder("http://host", TOKEN).user_agent("a\r\nx-admin: 1").build();
        assert!(matches!(odd, Err(Error::Header("User-Agent"))));
    }

    #[test]
    fn a_base_url_that_is_none_is_refused_without_printing_its_password() {
        let error = Client::new("http://ann:hunter2@host", TOKEN).unwrap_err();
        assert!(matches!(error, Error::BaseUrl(BaseUrlError::Credentials)));
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }

    #[tokio::test]
    async fn an_http_client_of_ones_own_is_used_with_our_token() {
        let stub = Stub::replying([Reply::refusal(403, "forbidden")]).await;
        // Any client of ours installs what the other needs.
        stub.client();
        let headers = HeaderMap::from_iter([("x-mine".parse().unwrap(), HeaderValue::from_static("1"))]);
        let http = reqwest::Client::builder().no_proxy().default_headers(headers).build().unwrap();
        let client = stub.builder().http_client(http).build().unwrap();
        client.user("ann").await.unwrap_err();
        let seen = stub.requests().remove(0).headers;
        assert_eq!((seen["x-mine"].as_str(), seen["authorization"].as_str()), ("1", "Bearer vsk_secret"));
    }
}
