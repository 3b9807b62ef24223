//! Where mails go: to an SMTP server, or into files.

use crate::template::Rendered;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{AsyncSmtpTransportBuilder, Error as SmtpError, PoolConfig},
};
use std::{path::PathBuf, time::Duration};
use tokio::time::timeout;
use vouchsafe_store::Message as Queued;

/// How long an SMTP server may take to be reached.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an SMTP server may take for one mail, from the connection to its last answer.
const SMTP_TIMEOUT: Duration = Duration::from_secs(30);

/// Where mails go.
pub enum Transport {
    /// One `.eml` file per message; the same message overwrites its file.
    File {
        /// The directory; made when it is missing.
        directory: PathBuf,
        /// Who sends.
        from: Mailbox,
    },
    /// An SMTP server; every mail has a connection of its own.
    Smtp {
        /// Where it is and how it is spoken to.
        server: AsyncSmtpTransportBuilder,
        /// How long it may take for one mail.
        patience: Duration,
        /// Who sends.
        from: Mailbox,
    },
}

/// Why a mail did not go out. Holds no address and no link.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The sender or the recipient is no address, or the URL names no transport.
    #[error("cannot be used: {0}")]
    Address(&'static str),
    /// The message cannot be put together.
    #[error("the message cannot be built")]
    Build(#[source] lettre::error::Error),
    /// The file cannot be written.
    #[error("cannot write the mail file: {0}")]
    File(#[from] std::io::Error),
    /// The server refused or was away.
    #[error("smtp: {0}")]
    Smtp(String),
    /// The receiver of an event refused or was away.
    #[error("webhook: {0}")]
    Webhook(String),
}

impl TransportError {
    /// Whether the same message may succeed later.
    pub(crate) const fn may_pass(&self) -> bool {
        match self {
            Self::Address(_) | Self::Build(_) => false,
            Self::File(_) | Self::Smtp(_) | Self::Webhook(_) => true,
        }
    }
}

impl Transport {
    /// The transport of a URL: `file://<directory>`, `smtp://…` or `smtps://…`. Connects to nothing yet.
    ///
    /// # Errors
    /// [`TransportError::Address`] when the URL or the sender cannot be used.
    pub fn new(url: &str, from: &str) -> Result<Self, TransportError> {
        let from = from.parse().ok().ok_or(TransportError::Address("mail_from"))?;
        if let Some(directory) = url.strip_prefix("file://").filter(|directory| !directory.is_empty()) {
            return Ok(Self::File { directory: directory.into(), from });
        }
        // The error may repeat the password.
        let server =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(url).ok().ok_or(TransportError::Address("mail_url"))?;
        // A connection that was left in the middle of a mail must not carry the next one, so none is kept.
        let server = server.timeout(Some(CONNECT_TIMEOUT)).pool_config(PoolConfig::new().max_size(0));
        Ok(Self::Smtp { server, patience: SMTP_TIMEOUT, from })
    }

    /// Sends one message; the same message has the same `Message-ID` however often it is sent.
    ///
    /// # Errors
    /// [`TransportError`] when it did not go out, or when nobody can say whether it did.
    pub async fn send(&self, queued: &Queued, mail: &Rendered) -> Result<(), TransportError> {
        match self {
            Self::File { directory, from } => {
                let bytes = message(from, queued, mail)?.formatted();
                tokio::fs::create_dir_all(directory).await?;
                let target = directory.join(format!("{}.eml", queued.id));
                let part = directory.join(format!(".{}.part", queued.id));
                tokio::fs::write(&part, bytes).await?;
                Ok(tokio::fs::rename(&part, &target).await?)
            }
            Self::Smtp { server, patience, from } => {
                let message = message(from, queued, mail)?;
                // Built here because it needs a runtime, which the place that reads the settings has not.
                let server = server.clone().build::<Tokio1Executor>();
                // lettre's own limit ends with the connection: a server that falls silent would hold us for ever.
                match timeout(*patience, server.send(message)).await {
                    Ok(sent) => sent.map(|_| ()).map_err(|e| failed(&e)),
                    Err(_) => Err(TransportError::Smtp("timed out".to_owned())),
                }
            }
        }
    }
}

/// What went wrong, without the server's words: they may repeat the address.
fn failed(error: &SmtpError) -> TransportError {
    let what = match () {
        () if error.is_timeout() => "timed out",
        () if error.is_permanent() => "refused for good",
        () if error.is_transient() => "refused for now",
        () if error.is_tls() => "TLS failed",
        () if error.is_client() => "the server lacks what the mail needs",
        () if error.is_response() => "the answer makes no sense",
        () => "no connection",
    };
    TransportError::Smtp(error.status().map_or_else(|| what.to_owned(), |code| format!("{what}, {code}")))
}

fn message(from: &Mailbox, queued: &Queued, mail: &Rendered) -> Result<Message, TransportError> {
    let to = queued.recipient.parse().ok().ok_or(TransportError::Address("recipient"))?;
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(&mail.subject)
        .message_id(Some(format!("<{}@{}>", queued.id, from.email.domain())))
        .date(queued.created_at.into())
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
        .map_err(TransportError::Build)
}

#[cfg(test)]
mod tests;
