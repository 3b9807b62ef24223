use super::lane::Lane;
use serde_json::{Value, json};
use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};
use vouchsafe_flows::{Store, StoreError};
use vouchsafe_tests::{Mailbox, Reply, Served, Wire, database_url, run, serve};

/// How many people own something, each with a lane of his own in which nobody else changes anything.
const LANES: usize = 4;
/// Those whom they all give things to.
pub(super) const READERS: usize = 3;

/// A number that an environment variable sets for the long version of a test.
pub(super) fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap_or_else(|e| panic!("{name}: {e}")))
}

/// A database on which servers of the real binary start and end, and what must be true of it.
pub(super) struct Estate {
    data: PathBuf,
    /// What keeps the directory there.
    _place: Box<dyn Any + Send + Sync>,
    environment: Vec<(String, String)>,
    pub(super) url: String,
    pub(super) key: String,
    pub(super) mailbox: Mailbox,
    pub(super) lanes: Vec<Lane>,
}

impl Estate {
    /// On the database of the run.
    pub(super) fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let (path, url) = (data.path().to_owned(), database_url(data.path()));
        Self::on(path, Box::new(data), url)
    }

    /// In a directory that is there as long as `place` lives.
    pub(super) fn on(data: PathBuf, place: Box<dyn Any + Send + Sync>, url: String) -> Self {
        let mailbox = Mailbox::new();
        let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let environment = vec![
            set("VOUCHSAFE_MAIL_URL", &mailbox.url),
            set("VOUCHSAFE_MAIL_FROM", "Vouchsafe <no-reply@example.org>"),
            set("VOUCHSAFE_RATE_LIMITS", "off"),
            set("VOUCHSAFE_DATABASE_URL", &url),
            set("VOUCHSAFE_SECRET", "0123456789abcdef0123456789abcdef"),
        ];
        let mut estate = Self { data, _place: place, environment, url, key: String::new(), mailbox, lanes: Vec::new() };
        estate.key = estate.command(&["service-key", "add", "host"]);
        let served = estate.serve();
        let mut wire = Wire::new(&served.address);
        (0..READERS).for_each(|n| estate.put_user(&mut wire, &format!("read{n}")));
        estate.lanes = (0..LANES).map(|n| Lane::new(&estate, &mut wire, n)).collect();
        estate
    }

    pub(super) fn path(&self) -> &Path {
        &self.data
    }

    pub(super) fn environment(&self) -> Vec<(&str, &str)> {
        self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// What a command prints.
    pub(super) fn command(&self, arguments: &[&str]) -> String {
        let output = run(self.path(), &self.environment(), arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub(super) fn serve(&self) -> Served {
        serve(self.path(), &self.environment(), &["serve"])
    }

    /// As the host, in the quiet: it must be done.
    pub(super) fn host(&self, wire: &mut Wire, method: &str, path: &str, body: &Value) -> Reply {
        let reply = wire.call(method, path, &self.key, body).unwrap();
        assert!(reply.is_done(), "{method} {path} {body}: {reply:?}");
        reply
    }

    pub(super) fn put_user(&self, wire: &mut Wire, name: &str) {
        let body = json!({ "email": format!("{name}@example.org"), "email_confirmed": true });
        self.host(wire, "PUT", &format!("/v1/users/{name}"), &body);
    }

    pub(super) fn may(&self, wire: &mut Wire, user: &str, permission: &str) -> bool {
        let body = json!({ "actor": { "user": user }, "permission": permission });
        self.host(wire, "POST", "/v1/check", &body).body["allowed"] == true
    }

    /// Every page of a list.
    pub(super) fn all(&self, wire: &mut Wire, path: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.host(wire, "GET", &format!("{path}&limit=1000{cursor}"), &Value::Null).body;
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }

    /// Whether everything is as those who were answered were told, and nothing is half there. What nobody was told about
    /// is settled by this: it is there or it is not.
    pub(super) fn settle(&mut self, served: &Served, is_thorough: bool) {
        let mut wire = Wire::new(&served.address);
        // What a node that was killed had sent to a server may still be committed: whoever writes waits for that.
        self.put_user(&mut wire, "barrier");
        let mut lanes = std::mem::take(&mut self.lanes);
        for lane in &mut lanes {
            lane.settle(self, &mut wire, is_thorough);
        }
        self.lanes = lanes;
        if is_thorough {
            self.audit_tells_every_grant(&mut wire);
        }
    }

    /// The history of each file, followed from its first line, leads to the grants that are there.
    fn audit_tells_every_grant(&self, wire: &mut Wire) {
        for file in self.lanes.iter().flat_map(|lane| &lane.files) {
            let mut told = BTreeSet::new();
            for line in self.all(wire, &format!("/v1/audit?entry={file}")) {
                let grant = line["grant"].as_str().map(str::to_owned);
                match (line["action"].as_str(), grant) {
                    (Some("grant"), Some(grant)) => assert!(told.insert(grant), "{line}"),
                    (Some("revoke"), Some(grant)) => assert!(told.remove(&grant), "{line}"),
                    _ => {}
                }
            }
            let grants = self.all(wire, &format!("/v1/grants?entry={file}"));
            let there: BTreeSet<String> = grants.iter().map(|g| g["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(told, there, "the audit of {file}");
        }
    }

    /// Waits until every mail is out, and looks at what arrived.
    pub(super) fn every_mail_arrives(&mut self, served: &Served) {
        // What a node had claimed when it was killed would be tried again when its lease of two minutes is over.
        let store = Store::open(&self.url, 1).unwrap();
        store.write("test", |tx| tx.release_messages(None)).unwrap();
        let end = Instant::now() + Duration::from_secs(180);
        let far = chrono::DateTime::from_timestamp(4_000_000_000, 0).unwrap();
        while !store.read(|tx| Ok::<_, StoreError>(tx.list_due_messages(far, 1)?.is_empty())).unwrap() {
            assert!(Instant::now() < end, "the outbox is not empty");
            thread::sleep(Duration::from_millis(200));
        }
        let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for mail in self.mailbox.mails() {
            assert!(!mail.id.is_empty());
            ids.entry(mail.to).or_default().insert(mail.id);
        }
        let mut wire = Wire::new(&served.address);
        for lane in &self.lanes {
            lane.mails_fit(self, &mut wire, &ids);
        }
        for reader in 0..READERS {
            let shares: usize = self.lanes.iter().map(|lane| lane.shares_with(reader)).sum();
            let mails = ids.get(&format!("read{reader}@example.org")).map_or(0, BTreeSet::len);
            assert!(mails >= shares, "read{reader} was told of {mails} of {shares} shares");
        }
    }

    /// Nothing is wrong with the pages and the foreign keys of the database.
    pub(super) fn is_sound(&self) {
        assert_eq!(Store::open(&self.url, 1).unwrap().defects().unwrap(), Vec::<String>::new());
    }
}
