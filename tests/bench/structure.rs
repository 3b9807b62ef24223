//! Chains, cascades and lists: what grows with the structure of the grants, and what must not.

use crate::{
    directory,
    load::{Load, Rate},
    world::{Server, file_url, get, request},
};
use chrono::{DateTime, Utc};
use std::{path::Path, sync::Arc, time::Instant};
use vouchsafe_flows::{EntryChange, EntryKind, NewEntry, Settings, Store, StoreError, User, UserChange, Vouchsafe};
use vouchsafe_types::{Access, Actor, EntryId, EntryPath, FixedClock, Grant, GrantId, Holder, Resource, UserId};

const CLIENTS: usize = 32;
/// Links of the chain that is compared with a direct grant.
const LINKS: usize = 5;
/// How many people the head of the cascade gives to, and each of them.
const FAN: usize = 100;

struct Place {
    store: Arc<Store>,
    vouchsafe: Vouchsafe,
    key: String,
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

impl Place {
    fn new(path: &Path) -> Self {
        let store = Arc::new(Store::open(&file_url(path), 2).unwrap());
        store.migrate().unwrap();
        let settings = Settings::new("http://bench".into(), "s".repeat(32).into());
        let vouchsafe = Vouchsafe::new(Arc::clone(&store), Arc::new(FixedClock::new(now())), settings);
        let key = vouchsafe.add_service_key("bench").unwrap();
        Self { store, vouchsafe, key }
    }

    fn user(&self, name: &str) -> UserId {
        self.vouchsafe.add_user(&name.parse().unwrap(), &UserChange::default()).unwrap().id
    }

    /// So many people without homes: nobody looks for them there.
    fn people(&self, count: usize) -> Vec<UserId> {
        let people: Vec<User> =
            (0..count).map(|i| User::new(UserId::mint(), format!("p{i}").parse().unwrap(), now())).collect();
        let written = self.store.write("bench", |tx| people.iter().try_for_each(|user| tx.insert_user(user)));
        written.unwrap();
        people.iter().map(|user| user.id).collect()
    }

    /// So many files in the home of `owner`.
    fn files(&self, owner: UserId, count: usize) -> Vec<EntryId> {
        let home = self.store.read(|tx| Ok::<_, StoreError>(tx.find_home(owner)?.unwrap().id)).unwrap();
        self.files_in(home, count)
    }

    /// So many files in a directory.
    fn files_in(&self, parent: i64, count: usize) -> Vec<EntryId> {
        let files: Vec<EntryId> = (0..count).map(|_| EntryId::mint()).collect();
        let written: Result<(), StoreError> = self.store.write("bench", |tx| {
            files.iter().enumerate().try_for_each(|(i, uuid)| {
                let (name, hash) = (format!("file{i}"), uuid.to_string());
                let new = NewEntry {
                    uuid: *uuid,
                    parent: Some(parent),
                    owner: None,
                    name: &name,
                    is_dir: false,
                    size_bytes: 1,
                    content_type: None,
                    created_at: now(),
                    modified_at: now(),
                    allocation_id: "a",
                    lookup_hash: &hash,
                };
                tx.insert_entry(&new).map(|_| ())
            })
        });
        written.unwrap();
        files
    }

    fn home(&self, owner: UserId) -> EntryId {
        self.store.read(|tx| Ok::<_, StoreError>(tx.find_home(owner)?.unwrap().uuid)).unwrap()
    }

    fn give(&self, rows: &[(UserId, UserId, EntryId, Access)]) -> Vec<GrantId> {
        let grants: Vec<Grant> = rows
            .iter()
            .map(|(issuer, holder, on, access)| Grant {
                id: GrantId::mint(),
                issuer: *issuer,
                holder: Holder::User(*holder),
                resource: Resource::Entry(*on),
                capabilities: access.capabilities(),
                exact: false,
                expires_at: None,
                created_at: now(),
                origin: "bench".into(),
            })
            .collect();
        for chunk in grants.chunks(5_000) {
            let empty = serde_json::json!({});
            let written = self.store.write("bench", |tx| chunk.iter().try_for_each(|g| tx.insert_grant(g, &empty)));
            written.unwrap();
        }
        grants.iter().map(|grant| grant.id).collect()
    }
}

fn rate(server: &Server, make: &(dyn Fn(usize) -> Vec<u8> + Sync)) -> Rate {
    Load { address: server.address.clone(), clients: CLIENTS, seconds: 4 }.run(make)
}

/// Checks through a chain of five links against checks of a direct grant, each question asked once.
pub fn chains(memory: &str) {
    let path = directory(memory, "chains");
    let place = Place::new(&path);
    let owner = place.user("owner");
    let (people, home, files) = (place.people(LINKS + 1), place.home(owner), place.files(owner, 20_000));
    let mut rows = vec![(owner, people[0], home, Access::Full), (owner, people[LINKS], home, Access::Full)];
    rows.extend((1..LINKS).map(|i| (people[i - 1], people[i], home, Access::Full)));
    place.give(&rows);
    let server = Server::start(&path);
    let asks = ["see", "list", "read", "download", "comment", "fill", "review", "filter", "edit", "write"];
    let question = |who: String| {
        let (files, key) = (&files, &place.key);
        move |n: usize| {
            let (file, ask) = (files[n % files.len()], asks[(n / files.len()) % asks.len()]);
            let body = format!(r#"{{"actor":{{"user":"{who}"}},"permission":"fs:{file}:{ask}"}}"#);
            request("/v1/check", key, &body)
        }
    };
    let direct = rate(&server, &question(format!("p{LINKS}")));
    let chained = rate(&server, &question(format!("p{}", LINKS - 1)));
    println!("\n| Cold check | Requests/s | Against direct |\n|---|---|---|");
    println!("| direct grant | {:.0} | 1.00 |", direct.per_second);
    let times = direct.per_second / chained.per_second;
    println!("| chain of {LINKS} links | {:.0} | {times:.2} times the work |", chained.per_second);
    drop(server);
    std::fs::remove_dir_all(path).unwrap();
}

/// Revoking the head of a cascade of 10,000 grants, and the very next check.
pub fn cascade(memory: &str) {
    let path = directory(memory, "cascade");
    let place = Place::new(&path);
    let owner = place.user("owner");
    let (people, home) = (place.people(FAN * FAN + 1), place.home(owner));
    let mut rows = vec![(owner, people[0], home, Access::Full)];
    for i in 1..=FAN {
        rows.push((people[0], people[i], home, Access::Full));
        let behind = (0..FAN - 1).map(|j| FAN + 1 + (i - 1) * (FAN - 1) + j);
        rows.extend(behind.map(|j| (people[i], people[j], home, Access::Read)));
    }
    let head = place.give(&rows)[0];
    let server = Server::start(&path);
    let last = people.len() - 1;
    let check = format!(r#"{{"actor":{{"user":"p{last}"}},"permission":"fs:{home}:read"}}"#);
    let is_allowed = || server.ask(&request("/v1/check", &place.key, &check)).contains(r#""allowed":true"#);
    assert!(is_allowed());
    let start = Instant::now();
    let answer = server.ask(&delete(&format!("/v1/grants/{head}"), &place.key));
    let took = start.elapsed();
    assert!(!is_allowed(), "the very next check");
    let fell = answer.matches(r#""id":"#).count();
    assert_eq!(fell, rows.len());
    println!("\n| Cascade | Grants | Time | Per grant |\n|---|---|---|---|");
    println!(
        "| revoke its head | {fell} | {:.2} s | {:.0} µs |",
        took.as_secs_f64(),
        took.as_secs_f64() * 1e6 / fell as f64
    );
    drop(server);
    std::fs::remove_dir_all(path).unwrap();
}

/// The first page of what was given to somebody, of few and of many entries.
pub fn lists(memory: &str) {
    println!("\n| Entries given | First page of 100 | Requests/s | Ratio |\n|---|---|---|---|");
    let mut few: Option<f64> = None;
    for count in [1_000, 100_000] {
        let path = directory(memory, &format!("lists-{count}"));
        let place = Place::new(&path);
        let owner = place.user("owner");
        let (people, files) = (place.people(1), place.files(owner, count));
        place.give(&files.iter().map(|file| (owner, people[0], *file, Access::Read)).collect::<Vec<_>>());
        let server = Server::start(&path);
        let first = rate(&server, &|_| get("/v1/users/p0/entries?access=read&limit=100", &place.key));
        let ratio = first.per_second / *few.get_or_insert(first.per_second);
        println!("| {count} | GET /v1/users/p0/entries | {:.0} | {ratio:.2} |", first.per_second);
        drop(server);
        std::fs::remove_dir_all(path).unwrap();
    }
}

/// Moving a directory with one file below it, and with very many.
pub fn moves(memory: &str) {
    println!("\n| Below the directory | POST /v1/entries/{{uuid}}/move | Per move | Ratio |\n|---|---|---|---|");
    let mut few: Option<f64> = None;
    for count in [1, 100_000] {
        let path = directory(memory, &format!("moves-{count}"));
        let place = Place::new(&path);
        let owner = place.user("owner");
        let host = Actor::Service { name: "bench".into() };
        let put = |path: &str| {
            let (uuid, path) = (EntryId::mint(), EntryPath::strict(path).unwrap());
            let change = EntryChange {
                path,
                kind: EntryKind::Dir,
                owner: None,
                size_bytes: 0,
                content_type: None,
                modified_at: None,
                create_parents: true,
            };
            place.vouchsafe.put_entry(&host, uuid, &change).unwrap();
            uuid
        };
        let (_, _, moved) = (put("/owner/a"), put("/owner/b"), put("/owner/a/moved"));
        let number = place.store.read(|tx| Ok::<_, StoreError>(tx.find_entry(moved)?.unwrap().id)).unwrap();
        place.files_in(number, count);
        place.give(&[(owner, place.people(1)[0], moved, Access::Read)]);
        let server = Server::start(&path);
        let load = Load { address: server.address.clone(), clients: 1, seconds: 4 };
        let rate = load.run(&|n| {
            let to = if n % 2 == 0 { "b" } else { "a" };
            request(&format!("/v1/entries/{moved}/move"), &place.key, &format!(r#"{{"path":"/owner/{to}/moved"}}"#))
        });
        let ratio = *few.get_or_insert(rate.per_second) / rate.per_second;
        println!("| {count} | {:.0} /s | {:.2} ms | {ratio:.2} |", rate.per_second, 1e3 / rate.per_second);
        drop(server);
        std::fs::remove_dir_all(path).unwrap();
    }
}

fn delete(route: &str, key: &str) -> Vec<u8> {
    format!("DELETE {route} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n")
        .into_bytes()
}
