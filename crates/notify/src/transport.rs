//! Where mails go: to an SMTP server, or into files.

use crate::template::Rendered;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
};
use std::{path::PathBuf, time::Duration};
use vouchsafe_store::Message as Queued;

/// How long an SMTP server may take for one mail.
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
    /// An SMTP server.
    Smtp {
        /// The connection pool.
        server: AsyncSmtpTransport<Tokio1Executor>,
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
    Smtp(&'static str),
}

impl Transport {
    /// The transport of a URL: `file://<directory>`, `smtp://…` or `smtps://…`.
    ///
    /// # Errors
    /// [`TransportError::Address`] when the URL or the sender cannot be used.
    pub fn new(url: &str, from: &str) -> Result<Self, TransportError> {
        let from = from.parse().ok().ok_or(TransportError::Address("mail_from"))?;
        if let Some(directory) = url.strip_prefix("file://") {
            return Ok(Self::File { directory: directory.into(), from });
        }
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|e| failed(&e))?;
        Ok(Self::Smtp { server: server.timeout(Some(SMTP_TIMEOUT)).build(), from })
    }

    /// Sends one message; the same message has the same `Message-ID` however often it is sent.
    ///
    /// # Errors
    /// [`TransportError`]: it may be tried again.
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
            Self::Smtp { server, from } => {
                let message = message(from, queued, mail)?;
                server.send(message).await.map(|_| ()).map_err(|e| failed(&e))
            }
        }
    }
}

/// What went wrong, without the server's words: they may repeat the address.
fn failed(error: &lettre::transport::smtp::Error) -> TransportError {
    let what = match () {
        () if error.is_timeout() => "timed out",
        () if error.is_permanent() => "refused for good",
        () if error.is_transient() => "refused for now",
        () if error.is_tls() => "TLS failed",
        () => "no connection",
    };
    TransportError::Smtp(what)
}

fn message(from: &Mailbox, queued: &Queued, mail: &Rendered) -> Result<Message, TransportError> {
    let to =
        queued.recipient.parse().ok().ok_or(TransportError::Address("recipient"))?;
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(&mail.subject)
        .message_id(Some(format!("<{}@vouchsafe>", queued.id)))
        .date(queued.created_at.into())
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
        .map_err(TransportError::Build)
}
