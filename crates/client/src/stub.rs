//! A server for the tests: it says what it was told to say, and remembers what it was asked.

use crate::{Client, ClientBuilder, RetryPolicy};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// An id for anything.
pub(crate) const ID: &str = "5f4b2e0e-8a8e-4d0c-9a3e-2b8f0d6f4c11";
/// What the clients of [`Stub::client`] show.
pub(crate) const TOKEN: &str = "vsk_secret";

/// What the server does with one request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reply {
    /// An answer with a status, headers and a body.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// A 200 that announces no length and never ends.
    Endless,
    /// A 200 that breaks off after half of its body.
    BrokenOff,
    /// The connection is closed without an answer.
    HangUp,
    /// There is never an answer.
    Silence,
}

impl Reply {
    /// A JSON answer.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        let kind = ("content-type", "application/json".to_owned());
        Self::Answer(status, vec![kind, ("x-request-id", "r-1".to_owned())], body.to_string().into_bytes())
    }

    /// A refusal with this code.
    pub(crate) fn refusal(status: u16, code: &str) -> Self {
        Self::json(status, &json!({ "$": "heyputer:api/APIError", "code": code, "message": "No.", "status": status }))
    }

    /// The same with one more header.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Answer(_, headers, _) = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }
}

/// What the server was asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Method and target: `GET /v1/users/ann`.
    pub(crate) call: String,
    /// The headers, by lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
    /// The body; null when there is none.
    pub(crate) body: Value,
}

/// A server on a free port of this machine.
pub(crate) struct Stub {
    url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Stub {
    /// A server that replies like this, one after the other; the last reply is repeated for ever.
    pub(crate) async fn replying(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), replies)
    }

    /// The same, where somebody listens already.
    pub(crate) fn on(listener: TcpListener, replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Vec<Reply> = replies.into_iter().collect();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let requests = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (requests, replies) = (Arc::clone(&requests), replies.clone());
                tokio::spawn(serve(socket, requests, replies));
            }
        });
        Self { url, seen }
    }

    /// A server that gives these JSON answers.
    pub(crate) async fn answering(answers: impl IntoIterator<Item = (u16, Value)>) -> Self {
        Self::replying(answers.into_iter().map(|(status, body)| Reply::json(status, &body))).await
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A client of it that does not wait long before it tries again.
    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// The same, before it is made.
    pub(crate) fn builder(&self) -> ClientBuilder {
        builder(&self.url)
    }

    /// What it was asked so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// Asserts that it was asked this, and nothing else.
    #[track_caller]
    pub(crate) fn saw(&self, expected: &[(&str, Value)]) {
        let seen: Vec<_> = self.requests().into_iter().map(|request| (request.call, request.body)).collect();
        let seen: Vec<_> = seen.iter().map(|(call, body)| (call.as_str(), body.clone())).collect();
        assert_eq!(seen, expected);
    }
}

/// A client that does not wait long, of whoever listens there.
pub(crate) fn builder(url: &str) -> ClientBuilder {
    let quick = RetryPolicy { first_delay: Duration::from_millis(1), ..RetryPolicy::default() };
    Client::builder(url, TOKEN).retry(quick).no_proxy()
}

/// Reads one request, remembers it, and replies.
async fn serve(socket: TcpStream, requests: Arc<Mutex<Vec<Request>>>, replies: Vec<Reply>) {
    let mut socket = BufReader::new(socket);
    let Some(request) = read(&mut socket).await else { return };
    let reply = {
        let mut requests = requests.lock().unwrap();
        requests.push(request);
        replies.get(requests.len() - 1).or(replies.last()).cloned().unwrap()
    };
    // A client that does not wait for the end is none of our trouble.
    let _ = write(&mut socket, reply).await;
}

async fn read(socket: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        socket.read_line(&mut line).await.ok().filter(|bytes| *bytes > 0)?;
        match line.trim_end() {
            "" => break,
            text => lines.push(text.to_owned()),
        }
    }
    let call = lines.first()?.strip_suffix(" HTTP/1.1")?.to_owned();
    let headers: BTreeMap<_, _> = lines.iter().filter_map(|line| line.split_once(": ")).map(owned).collect();
    let length = headers.get("content-length").map_or(0, |text| text.parse().unwrap());
    let mut body = vec![0; length];
    socket.read_exact(&mut body).await.ok()?;
    Some(Request { call, headers, body: serde_json::from_slice(&body).unwrap_or_default() })
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_ascii_lowercase(), value.to_owned())
}

async fn write(socket: &mut BufReader<TcpStream>, reply: Reply) -> std::io::Result<()> {
    match reply {
        Reply::Answer(status, headers, body) => {
            let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            socket.write_all(format!("{head}\r\n").as_bytes()).await?;
            socket.write_all(&body).await?;
            socket.flush().await
        }
        Reply::Endless => {
            socket.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await?;
            loop {
                socket.write_all(&[b' '; 4096]).await?;
            }
        }
        Reply::BrokenOff => {
            socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"username\"").await?;
            socket.flush().await
        }
        Reply::HangUp => Ok(()),
        Reply::Silence => std::future::pending().await,
    }
}

/// An entry, as the server shows it.
pub(crate) fn entry() -> Value {
    json!({
        "id": 7, "uuid": ID, "path": "/ann/a.txt", "name": "a.txt", "kind": "file", "owner": "ann", "parent": ID,
        "size": 12, "content_type": "text/plain", "created": "2027-01-15T08:00:00.000000Z",
        "modified": "2027-01-15T08:00:00.000000Z", "allocation_id": "5f4b2e0e8a8e4d0c9a3e2b8f0d6f4c11",
        "lookup_hash": "00ff",
    })
}

/// A grant, as the server shows it.
pub(crate) fn grant() -> Value {
    json!({
        "id": ID, "issuer": "ann", "holder": { "user": "bob" }, "entry": ID, "permission": format!("fs:{ID}:read"),
        "access": "read", "capabilities": ["see", "list", "read", "download"], "exact": false, "expires_at": null,
        "created_at": "2027-01-15T08:00:00.000000Z", "origin": "v1", "live": true,
    })
}
