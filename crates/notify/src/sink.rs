//! A small SMTP server for tests: takes mails, refuses recipients, or falls silent.

use std::{
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpSocket, TcpStream},
};

/// What the server does once it hears of the recipient.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Takes,
    Refuses,
    FallsSilent,
}

pub(crate) struct Sink {
    pub(crate) url: String,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Sink {
    pub(crate) async fn new(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let taken = Arc::new(Mutex::new(Vec::new()));
        let mails = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, manner, Arc::clone(&mails)));
            }
        });
        Self { url, taken }
    }

    /// The mails so far, with their headers.
    pub(crate) fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }
}

/// An address where nobody listens. It is held, so that no test beside gets it to listen there.
pub(crate) fn dead_address() -> SocketAddr {
    static DEAD: LazyLock<TcpSocket> = LazyLock::new(|| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        socket
    });
    DEAD.local_addr().unwrap()
}

/// That address, for mail.
pub(crate) fn dead_url() -> String {
    format!("smtp://{}", dead_address())
}

/// A header of a mail.
pub(crate) fn header<'m>(mail: &'m str, name: &str) -> &'m str {
    let start = format!("{name}: ");
    mail.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_else(|| panic!("no {name} in {mail}"))
}

async fn converse(stream: TcpStream, manner: Manner, taken: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 sink\r\n").await.ok()?;
    while let Some(line) = lines.next_line().await.ok()? {
        let answer = match line.split([' ', ':']).next()? {
            "EHLO" => "250-sink\r\n250 8BITMIME\r\n".to_owned(),
            "RCPT" if manner == Manner::Refuses => format!("550 no {line} here, said t0ken\r\n"),
            "RCPT" if manner == Manner::FallsSilent => std::future::pending().await,
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    mail.push_str(&line);
                    mail.push('\n');
                }
                taken.lock().unwrap().push(mail);
                "250 taken\r\n".to_owned()
            }
            _ => "250 ok\r\n".to_owned(),
        };
        write.write_all(answer.as_bytes()).await.ok()?;
    }
    Some(())
}
