//! One call: sent once, or as often as is safe, until there is an answer.

use super::{BaseUrl, answer::Answer};
use crate::{Error, RetryPolicy};
use reqwest::{
    Method, Url,
    header::{ACCEPT, CONTENT_TYPE, HeaderValue, IF_MATCH, USER_AGENT},
};
use secrecy::{ExposeSecret, SecretString};
use std::{fmt, time::Duration};
use tokio::time::{Instant, sleep};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What all calls of a client have in common.
pub(crate) struct Transport {
    pub(crate) base_url: BaseUrl,
    pub(crate) token: SecretString,
    pub(crate) http: reqwest::Client,
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) user_agent: HeaderValue,
    pub(crate) max_answer_bytes: usize,
}

/// One call, as it goes over the wire.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Vec<u8>>,
    /// The entity tag of what it is meant for; anything else is left alone.
    pub(crate) if_match: Option<HeaderValue>,
    /// How long the server holds the answer back by intent.
    pub(crate) held_back: Duration,
    /// Whether sending it twice has the same effect as sending it once.
    pub(crate) is_repeatable: bool,
}

impl Transport {
    /// Carries out a call; gives the answer that says that it went well.
    pub(crate) async fn exchange(&self, call: &Call) -> Result<Answer, Error> {
        let (began, mut retries, mut is_in_doubt) = (Instant::now(), 0, false);
        loop {
            let mut error = match self.attempt(call).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let may_repeat = call.is_repeatable && passes(&error);
            let asked = error.refusal().and_then(|refusal| refusal.retry_after);
            let chance = rand::random_range(0..=1_000);
            match self.retry.pause(retries, asked, began.elapsed(), chance) {
                Some(pause) if may_repeat => {
                    is_in_doubt |= !was_not_done(&error);
                    retries = retries.saturating_add(1);
                    sleep(pause).await;
                }
                Some(_) | None => {
                    if let Error::Refused(refusal) = &mut error {
                        refusal.earlier_outcome_unknown = is_in_doubt;
                    }
                    return Err(error);
                }
            }
        }
    }

    async fn attempt(&self, call: &Call) -> Result<Answer, Error> {
        let mut request = self
            .http
            .request(call.method.clone(), call.url.clone())
            .timeout(self.timeout.saturating_add(call.held_back))
            .bearer_auth(self.token.expose_secret())
            .header(USER_AGENT, &self.user_agent)
            .header(ACCEPT, JSON);
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, JSON).body(body.clone());
        }
        if let Some(tag) = &call.if_match {
            request = request.header(IF_MATCH, tag);
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
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// Whether a failure may be over the next time.
fn passes(error: &Error) -> bool {
    match error {
        Error::Transport(cause) => !cause.is_builder() && !cause.is_redirect(),
        Error::Refused(refusal) => matches!(refusal.status, 429 | 502 | 503 | 504),
        _ => false,
    }
}

/// Whether it is certain that a failed attempt had no effect.
fn was_not_done(error: &Error) -> bool {
    match error {
        Error::Transport(cause) => cause.is_connect(),
        Error::Refused(refusal) => refusal.status == 429,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
