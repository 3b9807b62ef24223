//! An answer, read within a limit.

use crate::{Error, Refusal, refusal::Head};
use reqwest::{
    Response,
    header::{CONTENT_TYPE, ETAG, HeaderMap, RETRY_AFTER},
};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The answer to a call that went well.
pub(crate) struct Answer {
    status: u16,
    request_id: Option<String>,
    tag: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    /// Reads an answer of at most `limit` bytes.
    pub(super) async fn read(mut response: Response, limit: usize) -> Result<Self, Error> {
        let head = head(&response);
        let tag = text_of(response.headers(), ETAG.as_str()).map(str::to_owned);
        let body = read_body(&mut response, limit).await;
        if !response.status().is_success() {
            // The status says enough: a refusal whose text is too long or breaks off is still a refusal.
            let body = body.unwrap_or_default();
            return Err(Box::new(Refusal::read(head, &body)).into());
        }
        Ok(Self { status: head.status, request_id: head.request_id, tag, body: body? })
    }

    /// What the answer says.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|cause| Error::Decode {
            status: self.status,
            request_id: self.request_id,
            cause,
        })
    }

    /// The entity tag of what it tells, with its quotes.
    pub(crate) fn tag(&self) -> Option<String> {
        self.tag.clone()
    }

    /// Whether the server says that it has made something new.
    pub(crate) const fn is_new(&self) -> bool {
        self.status == 201
    }
}

/// The bytes of a body. What the server announces is believed only if it is too much.
async fn read_body(response: &mut Response, limit: usize) -> Result<Vec<u8>, Error> {
    let too_large = Error::TooLarge { status: response.status().as_u16(), limit };
    let announced = response.content_length().unwrap_or_default();
    if usize::try_from(announced).map_or(true, |announced| announced > limit) {
        return Err(too_large);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Error::Transport)? {
        if chunk.len() > limit.saturating_sub(body.len()) {
            return Err(too_large);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn head(response: &Response) -> Head {
    let (status, headers) = (response.status(), response.headers());
    let kind = text_of(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    Head {
        status: status.as_u16(),
        reason: status.canonical_reason().unwrap_or("no reason given"),
        request_id: text_of(headers, "x-request-id").map(str::to_owned),
        retry_after: text_of(headers, RETRY_AFTER.as_str()).and_then(seconds),
        is_text: kind.trim_start().to_ascii_lowercase().starts_with("text/plain"),
    }
}

fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// `Retry-After` in whole seconds; its other form, a date, is passed over.
fn seconds(text: &str) -> Option<Duration> {
    text.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use crate::{
        Error,
        stub::{Reply, Stub},
    };

    fn plain(status: u16, kind: &str, body: &[u8]) -> Reply {
        Reply::Answer(
            status,
            vec![("content-type", kind.to_owned()), ("x-request-id", "r-2".to_owned())],
            body.to_vec(),
        )
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_whether_it_is_announced_or_not() {
        for reply in [plain(200, "application/json", &[b' '; 101]), Reply::Endless] {
            let stub = Stub::replying([reply]).await;
            let client = stub.builder().max_answer_bytes(100).build().unwrap();
            let error = client.user("ann").await.unwrap_err();
            assert!(matches!(error, Error::TooLarge { status: 200, limit: 100 }), "{error:?}");
            assert_eq!(stub.requests().len(), 1);
        }
    }

    #[tokio::test]
    async fn a_body_just_within_the_limit_is_read() {
        let body = br#"{"allowed":true,"revision":1}"#;
        let stub = Stub::replying([plain(200, "application/json", body)]).await;
        let client = stub.builder().max_answer_bytes(body.len()).build().unwrap();
        let question = crate::Question::new(crate::Actor::user("bob"), "fs:/ann:read");
        assert!(client.check(&question).await.unwrap().allowed);
    }

    #[tokio::test]
    async fn a_refusal_stays_one_whatever_its_body_is() {
        for (kind, body, message) in [
            ("text/plain; charset=utf-8", b"Too many requests.".as_slice(), "Too many requests."),
            ("text/html", b"<h1>Busy</h1>", "Conflict"),
            ("application/json", b"{\"code\":", "Conflict"),
            ("text/plain", [b'x'; 1_000].as_slice(), "Conflict"),
        ] {
            let stub = Stub::replying([plain(409, kind, body)]).await;
            let client = stub.builder().max_answer_bytes(100).build().unwrap();
            let error = client.user("ann").await.unwrap_err();
            let refusal = error.refusal().unwrap();
            assert_eq!((refusal.status, refusal.code.as_str(), refusal.message.as_str()), (409, "http_409", message));
            assert_eq!(refusal.request_id.as_deref(), Some("r-2"));
        }
    }

    #[tokio::test]
    async fn a_success_that_cannot_be_read_is_an_error_with_its_status_and_reference() {
        for body in [b"<html>welcome to the hotel</html>".as_slice(), b"", b"[]", b"{}", b"{\"username\":7}"] {
            let stub = Stub::replying([plain(201, "text/html", body)]).await;
            let error = stub.client().user("ann").await.unwrap_err();
            let Error::Decode { status: 201, request_id, .. } = &error else { panic!("{error:?}") };
            assert_eq!((request_id.as_deref(), error.status()), (Some("r-2"), Some(201)));
            assert_eq!(stub.requests().len(), 1);
        }
        let stub = Stub::replying([plain(200, "text/html", b"<html>")]).await;
        assert!(matches!(stub.client().delete_user("ann").await, Err(Error::Decode { .. })));
    }
}
