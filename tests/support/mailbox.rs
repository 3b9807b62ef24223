use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// An SMTP server that takes everything and keeps it.
pub struct Mailbox {
    /// What goes into `VOUCHSAFE_MAIL_URL`.
    pub url: String,
    mails: Arc<Mutex<Vec<Mail>>>,
}

/// A mail as it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its `Message-ID`.
    pub id: String,
    /// Who it is to.
    pub to: String,
    /// The token of the share link in it, if there is one.
    pub share_token: Option<String>,
}

impl Mailbox {
    /// A server on a port of its own, for as long as the process lives.
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let mails = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&mails);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || converse(stream, &kept));
            }
        });
        Self { url, mails }
    }

    /// Every mail so far, those that came twice twice.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

impl Default for Mailbox {
    fn default() -> Self {
        Self::new()
    }
}

fn converse(stream: TcpStream, kept: &Mutex<Vec<Mail>>) -> Option<()> {
    let mut write = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    write.write_all(b"220 mailbox\r\n").ok()?;
    while let Some(Ok(line)) = lines.next() {
        let answer: &[u8] = match line.split([' ', ':']).next()? {
            "EHLO" => b"250-mailbox\r\n250 8BITMIME\r\n",
            "DATA" => {
                write.write_all(b"354 go on\r\n").ok()?;
                let mut text = Vec::new();
                loop {
                    // What breaks off before its end was not taken.
                    let line = lines.next()?.ok()?;
                    if line == "." {
                        break;
                    }
                    text.push(line);
                }
                kept.lock().unwrap().push(read(&text));
                b"250 taken\r\n"
            }
            _ => b"250 ok\r\n",
        };
        write.write_all(answer).ok()?;
    }
    Some(())
}

fn read(lines: &[String]) -> Mail {
    let header = |name: &str| {
        let found = lines.iter().find_map(|line| line.strip_prefix(name));
        found.unwrap_or_default().trim_matches([' ', '<', '>']).to_owned()
    };
    // Quoted-printable breaks lines after `=`, and writes that sign as `=3D`.
    let text = lines.join("\n").replace("=\n", "").replace("=3D", "=");
    let share_token = text
        .split("share_token=")
        .nth(1)
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect());
    Mail { id: header("Message-ID:"), to: header("To:"), share_token }
}
