//! One call, and its answer.

use super::{BaseUrl, answer::Answer};
use crate::Error;
use reqwest::{
    Method, Url,
    header::{ACCEPT, CONTENT_TYPE, HeaderValue, USER_AGENT},
};
use secrecy::{ExposeSecret, SecretString};
use std::{fmt, time::Duration};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What all calls of a client have in common.
pub(crate) struct Transport {
    pub(crate) base_url: BaseUrl,
    pub(crate) token: SecretString,
    pub(crate) http: reqwest::Client,
    pub(crate) timeout: Duration,
    pub(crate) user_agent: HeaderValue,
    pub(crate) max_answer_bytes: usize,
}

/// One call, as it goes over the wire.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Vec<u8>>,
}

impl Transport {
    /// Carries out a call; gives the answer that says that it went well.
    pub(crate) async fn exchange(&self, call: &Call) -> Result<Answer, Error> {
        let mut request = self
            .http
            .request(call.method.clone(), call.url.clone())
            .timeout(self.timeout)
            .bearer_auth(self.token.expose_secret())
            .header(USER_AGENT, &self.user_agent)
            .header(ACCEPT, JSON);
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, JSON).body(body.clone());
        }
        let response = request.send().await.map_err(Error::Transport)?;
        Answer::read(response, self.max_answer_bytes).await
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url.as_str())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
