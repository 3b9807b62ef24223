use serde_json::Value;
use std::{
    io::{self, BufRead, BufReader, Error, ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// A client on a real socket, which does nothing twice: whoever gets no answer does not know what became of it.
pub struct Wire {
    address: String,
    stream: Option<BufReader<TcpStream>>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body; null when it is no JSON.
    pub body: Value,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
}

impl Reply {
    /// Whether it was done.
    pub fn is_done(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the service said that it cannot do it now, and when to come again.
    pub fn is_put_off(&self) -> bool {
        self.status == 503 && self.retry_after.is_some()
    }
}

impl Wire {
    /// A client of the server at this address. It connects when it first asks.
    pub fn new(address: &str) -> Self {
        Self { address: address.to_owned(), stream: None }
    }

    /// Asks, and waits at most 30 s for the answer.
    ///
    /// # Errors
    /// When there is none. The next question goes over a new connection.
    pub fn call(&mut self, method: &str, path: &str, token: &str, body: &Value) -> io::Result<Reply> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(&self.address)?,
        };
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: tests\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{text}",
            text.len()
        );
        stream.get_mut().write_all(request.as_bytes())?;
        let (reply, stays_open) = answer(&mut stream)?;
        self.stream = stays_open.then_some(stream);
        Ok(reply)
    }
}

fn connect(address: &str) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    Ok(BufReader::new(stream))
}

fn answer(stream: &mut BufReader<TcpStream>) -> io::Result<(Reply, bool)> {
    let status = line(stream)?.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| Error::from(ErrorKind::UnexpectedEof))?;
    let (mut length, mut retry_after, mut stays_open) = (0, None, true);
    loop {
        let header = line(stream)?.to_ascii_lowercase();
        let Some((name, value)) = header.split_once(": ") else { break };
        match name {
            "content-length" => length = value.parse().unwrap_or(0),
            "retry-after" => retry_after = value.parse().ok(),
            "connection" => stays_open = value != "close",
            _ => {}
        }
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    Ok((Reply { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null), retry_after }, stays_open))
}

fn line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut text = String::new();
    if stream.read_line(&mut text)? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(text.trim_end().to_owned())
}
