use crate::load::answer;
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};
use vouchsafe_flows::{ActsAs, EntryChange, EntryKind, Settings, Store, UserChange, Vouchsafe};
use vouchsafe_types::{Access, Actor, Email, EntryId, EntryPath, FixedClock, Grant, GrantId, Holder, Resource, UserId};

/// Owners, readers, and the depth at which the shared directories lie.
const OWNERS: usize = 10;
const READERS: usize = 1_000;
const DEPTH: usize = 8;
/// Files in each shared directory.
const FILES: usize = 10;

/// A database with so many grants, and what to ask it.
pub struct World {
    key: String,
    token: String,
    readers: Vec<String>,
    files: Vec<EntryId>,
}

/// A database in a directory.
pub fn file_url(path: &Path) -> String {
    format!("sqlite://{}", path.join("vouchsafe.db").display())
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

impl World {
    /// Fills a fresh database: each grant gives one reader one directory at depth 9; questions are about files in them.
    pub fn new(url: &str, grants: usize) -> Self {
        let store = Arc::new(Store::open(url, 2).unwrap());
        store.migrate().unwrap();
        let settings = Settings::new("http://bench".into(), "s".repeat(32).into());
        // A token outlives the real clock's distance to this one.
        let vouchsafe = Vouchsafe::new(Arc::clone(&store), Arc::new(FixedClock::new(now())), settings);
        let host = Actor::Service { name: "bench".into() };
        let user = |name: String| {
            let email = Email::parse(&format!("{name}@example.org")).ok();
            let change = UserChange { email, email_confirmed: Some(true), ..UserChange::default() };
            vouchsafe.add_user(&name.parse().unwrap(), &change).unwrap().id
        };
        let owners: Vec<UserId> = (0..OWNERS).map(|i| user(format!("owner{i}"))).collect();
        let ids: Vec<UserId> = (0..READERS).map(|i| user(format!("reader{i}"))).collect();
        let directories = (grants / READERS).clamp(1, 1_000);
        let put = |path: String, kind| {
            let uuid = EntryId::mint();
            let path = EntryPath::strict(&path).unwrap();
            let change = EntryChange {
                path,
                kind,
                owner: None,
                size_bytes: 1,
                content_type: None,
                modified_at: None,
                create_parents: true,
            };
            vouchsafe.put_entry(&host, uuid, &change).unwrap();
            uuid
        };
        let deep: String = (1..DEPTH).map(|i| format!("/level{i}")).collect();
        let mut shared = Vec::new();
        let mut files = Vec::new();
        for i in 0..directories {
            let directory = format!("/owner{}{deep}/dir{i}", i % OWNERS);
            shared.push((put(directory.clone(), EntryKind::Dir), owners[i % OWNERS]));
            files.extend((0..FILES).map(|f| put(format!("{directory}/file{f}"), EntryKind::File)));
        }
        let pairs: Vec<(usize, usize)> = (0..grants).map(|n| (n % directories, n / directories)).collect();
        for chunk in pairs.chunks(5_000) {
            store
                .write("bench", |tx| {
                    for (directory, reader) in chunk {
                        let (entry, issuer) = shared[*directory];
                        tx.insert_grant(&grant(issuer, ids[reader % READERS], entry), &serde_json::Value::Null)?;
                    }
                    Ok::<_, vouchsafe_flows::StoreError>(())
                })
                .unwrap();
        }
        let key = vouchsafe.add_service_key("bench").unwrap();
        let token = vouchsafe.issue_token("owner0", ActsAs::Person, TimeDelta::days(3_650)).unwrap();
        put("/owner0/shared.txt".into(), EntryKind::File);
        Self { key, token, readers: (0..READERS).map(|i| format!("reader{i}")).collect(), files }
    }

    /// A question about one of a few pairs of reader and file.
    pub fn question(&self, n: usize) -> String {
        let (reader, file) = (&self.readers[n % READERS], &self.files[n % self.files.len()]);
        format!(r#"{{"actor":{{"user":"{reader}"}},"permission":"fs:{file}:read"}}"#)
    }

    /// A question that was never asked before, as far as there are so many pairs.
    pub fn fresh_question(&self, n: usize) -> String {
        let ask = ["see", "list", "read", "download", "comment", "fill", "review", "filter", "edit", "write"];
        let (reader, rest) = (&self.readers[n % READERS], n / READERS);
        let (file, rest) = (&self.files[rest % self.files.len()], rest / self.files.len());
        let level = ask[rest % ask.len()];
        format!(r#"{{"actor":{{"user":"{reader}"}},"permission":"fs:{file}:{level}"}}"#)
    }

    /// A request to `/v1`.
    pub fn post(&self, route: &str, body: &str) -> Vec<u8> {
        request(route, &self.key, body)
    }

    /// A share of one file with one reader; each raises or repeats what he has.
    pub fn share(&self, n: usize) -> Vec<u8> {
        let (reader, file) = (&self.readers[n % READERS], &self.files[(n / READERS) % self.files.len()]);
        let access = if n.is_multiple_of(2) { "read" } else { "write" };
        let body = format!(
            r#"{{"recipients":["{reader}"],"shares":[{{"$":"fs-share","path":"{file}","access":"{access}"}}]}}"#
        );
        request("/share", &self.token, &body)
    }
}

pub fn request(route: &str, token: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {route} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

pub fn get(route: &str, token: &str) -> Vec<u8> {
    format!("GET {route} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
}

fn grant(issuer: UserId, reader: UserId, entry: EntryId) -> Grant {
    Grant {
        id: GrantId::mint(),
        issuer,
        holder: Holder::User(reader),
        resource: Resource::Entry(entry),
        capabilities: Access::Read.capabilities(),
        exact: false,
        expires_at: None,
        created_at: now(),
        origin: "bench".into(),
    }
}

/// The release binary, serving.
pub struct Server {
    child: Child,
    pub address: String,
}

impl Server {
    /// Starts it over a directory and waits until it listens.
    pub fn start(path: &Path) -> Self {
        Self::start_on(path, &file_url(path))
    }

    /// The same, with its data elsewhere.
    pub fn start_on(path: &Path, url: &str) -> Self {
        let binary = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/vouchsafe");
        let mut child = Command::new(binary)
            .arg("serve")
            .current_dir(path)
            .envs([("VOUCHSAFE_LISTEN", "127.0.0.1:0"), ("VOUCHSAFE_BENCH", "on"), ("VOUCHSAFE_RATE_LIMITS", "off")])
            .env("VOUCHSAFE_DATA_DIR", path)
            .env("VOUCHSAFE_DATABASE_URL", url)
            .env("VOUCHSAFE_LOG", "vouchsafe=info,warn")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.split("listening on http://").nth(1)?.to_owned())).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// The whole answer to one request.
    pub fn ask(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(request).unwrap();
        answer(&mut BufReader::new(stream))
    }

    /// Its resident memory now.
    pub fn resident_mb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
