//! Webhooks: what changed, as signed JSON to a URL of the operator's.

use crate::transport::TransportError;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, redirect::Policy};
use rustls::crypto::ring;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{fmt::Write, time::Duration};
use vouchsafe_store::Message;

/// How long a receiver may take, from the connection to the status of its answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Carries `t=<unix seconds>,v1=<hex>`.
pub(crate) const SIGNATURE: &str = "X-Vouchsafe-Signature";
/// Carries the id of the event: the same on every attempt, so that duplicates can be told.
pub(crate) const EVENT: &str = "X-Vouchsafe-Event";

/// Sends events, signed with a secret that the receiver knows.
pub struct Webhook {
    client: Client,
    secret: SecretString,
}

impl Webhook {
    /// A sender that signs with `secret`. Connects to nothing yet.
    ///
    /// # Errors
    /// [`TransportError::Webhook`] when TLS cannot be set up.
    pub fn new(secret: SecretString) -> Result<Self, TransportError> {
        // Another part of the process may have chosen already: any choice is fine.
        let _ = ring::default_provider().install_default();
        let client = Client::builder().timeout(PATIENCE).redirect(Policy::none()).no_proxy().build();
        let client = client.map_err(|error| TransportError::Webhook(error.to_string()))?;
        Ok(Self { client, secret })
    }

    /// Sends one event. A receiver that answers with anything but success gets it again later.
    ///
    /// # Errors
    /// [`TransportError`] when it was not taken, or when nobody can say whether it was.
    pub async fn send(&self, message: &Message, sent_at: i64) -> Result<(), TransportError> {
        let mut event = json!({ "id": message.id });
        if let (Value::Object(event), Value::Object(payload)) = (&mut event, &message.payload) {
            event.extend(payload.clone());
        }
        let body = event.to_string();
        let request = self
            .client
            .post(&message.recipient)
            .header("Content-Type", "application/json")
            .header(EVENT, message.id.to_string())
            .header(SIGNATURE, self.signature(sent_at, &body)?)
            .body(body);
        // The error may repeat the URL, and the URL may be a secret.
        let answer = request.send().await.map_err(|error| failed(&error))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(TransportError::Webhook(format!("answered with {}", status.as_u16()))),
        }
    }

    /// HMAC-SHA256 over the time, a full stop and the body: a copy that is sent later shows its age.
    fn signature(&self, sent_at: i64, body: &str) -> Result<String, TransportError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.expose_secret().as_bytes())
            .map_err(|error| TransportError::Webhook(error.to_string()))?;
        mac.update(format!("{sent_at}.{body}").as_bytes());
        let mut text = format!("t={sent_at},v1=");
        for byte in mac.finalize().into_bytes() {
            write!(text, "{byte:02x}").map_err(|error| TransportError::Webhook(error.to_string()))?;
        }
        Ok(text)
    }
}

fn failed(error: &reqwest::Error) -> TransportError {
    let what = match () {
        () if error.is_timeout() => "timed out",
        () if error.is_connect() => "no connection",
        () if error.is_builder() => "no URL",
        () => "broken off",
    };
    TransportError::Webhook(what.to_owned())
}

#[cfg(test)]
mod tests;
