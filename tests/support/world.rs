use crate::Answer;
use actix_web::{
    http::{Method, header},
    test as web_test,
    web::Data,
};
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use vouchsafe_engine::Engine;
use vouchsafe_flows::{
    ActsAs, Asked, Check, EntryChange, EntryKind, NotificationFilter, NotificationOrder, Settings, Store, StoreError,
    UserChange, Vouchsafe,
};
use vouchsafe_http::{AppState, Options, Recovery, app};
use vouchsafe_store::testing::TestDatabase;
use vouchsafe_types::{Actor, Clock, Email, EntryId, EntryPath, FixedClock, Username};

/// A service with its own database and a clock that stands still; no network.
pub struct World {
    /// The use cases.
    pub vouchsafe: Vouchsafe,
    /// The clock.
    pub clock: Arc<FixedClock>,
    /// A key for `/v1`.
    pub key: String,
    pub(crate) state: Data<AppState>,
    served: Arc<Store>,
    db: TestDatabase,
}

/// Somebody with an account and a token.
#[derive(Debug, Clone)]
pub struct Person {
    /// His name.
    pub name: String,
    /// His token.
    pub token: String,
}

impl World {
    /// An empty world. Request limits are off.
    pub fn new() -> Self {
        Self::with(|settings| settings.are_limits_on = false)
    }

    /// An empty world with other settings.
    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let db = TestDatabase::new();
        let clock = Arc::new(FixedClock::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap()));
        let mut settings = Settings::new("http://vouchsafe.test".into(), "s".repeat(32).into());
        settings.is_signup_open = true;
        change(&mut settings);
        let (vouchsafe, state, served) = started(&db, &clock, settings);
        let key = vouchsafe.add_service_key("tests").unwrap();
        Self { vouchsafe, clock, key, state, served, db }
    }

    /// The same world, after its operator has changed the settings and started the service again.
    #[must_use]
    pub fn started_again(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.vouchsafe.settings().clone();
        change(&mut settings);
        let (vouchsafe, state, served) = started(&self.db, &self.clock, settings);
        Self { vouchsafe, state, served, ..self }
    }

    /// The database, to look behind the service.
    pub fn store(&self) -> &Store {
        &self.db.store
    }

    /// How often the service has read somebody's rows about something, to decide.
    pub fn rows_asked(&self) -> u64 {
        self.served.rows_asked()
    }

    /// Runs a statement behind the service's back.
    pub fn run(&self, sql: &str) {
        self.db.run(sql);
    }

    /// Another service over the same database, with nothing in its memory.
    pub fn beside(&self) -> Vouchsafe {
        let store = Arc::new(Store::open(&self.db.url(), 2).unwrap().with_patience(Duration::MAX));
        Vouchsafe::new(store, Arc::clone(&self.clock) as _, self.vouchsafe.settings().clone())
    }

    /// A new account with a proven address `<name>@example.org`.
    pub fn person(&self, name: &str) -> Person {
        self.user(name, true)
    }

    /// A new account whose address is not proven.
    pub fn unproven(&self, name: &str) -> Person {
        self.user(name, false)
    }

    fn user(&self, name: &str, is_confirmed: bool) -> Person {
        let username: Username = name.parse().unwrap();
        let change = UserChange {
            email: Email::parse(&format!("{name}@example.org")).ok(),
            email_confirmed: Some(is_confirmed),
            ..UserChange::default()
        };
        self.vouchsafe.add_user(&username, &change).unwrap();
        let token = self.vouchsafe.issue_token(name, ActsAs::Person, TimeDelta::days(1)).unwrap();
        Person { name: name.into(), token }
    }

    /// ann, bob and eve.
    pub fn people(&self) -> (Person, Person, Person) {
        (self.person("ann"), self.person("bob"), self.person("eve"))
    }

    /// A file, with the directories above it.
    pub fn file(&self, path: &str) -> EntryId {
        self.entry(path, EntryKind::File)
    }

    /// A directory, with those above it.
    pub fn dir(&self, path: &str) -> EntryId {
        self.entry(path, EntryKind::Dir)
    }

    fn entry(&self, path: &str, kind: EntryKind) -> EntryId {
        let uuid = EntryId::mint();
        let change = EntryChange {
            path: EntryPath::strict(path).unwrap(),
            kind,
            owner: None,
            size_bytes: 12,
            content_type: Some("text/plain".into()),
            modified_at: None,
            create_parents: true,
        };
        self.vouchsafe.put_entry(&Actor::Service { name: "tests".into() }, uuid, &change).unwrap();
        uuid
    }

    /// Whether somebody holds a permission, by the engine. The reading of the decision is verified against the rows.
    pub fn may(&self, who: &Person, permission: &str) -> bool {
        let asked = Asked::Person { username: who.name.parse().unwrap(), app: None };
        let check = Check { asked, permission: permission.into() };
        let allowed = self.vouchsafe.check(&check, None).unwrap().allowed == [true];
        let verified: Result<(), StoreError> = self.db.store.read(|tx| {
            let (user, now) = (tx.find_user_by_name(&who.name)?, self.clock.now());
            let (Some(user), Ok(asked)) = (user, permission.parse()) else { return Ok(()) };
            let actor = Actor::User(user.id);
            let told = Engine::default().explain(tx, &actor, &asked, now)?;
            assert_eq!(told.decision.allowed, allowed, "{permission}: {told:?}");
            let verdict = told.verify(tx, &actor, &asked, now)?;
            assert!(verdict.is_ok() || !told.is_complete, "{permission}: {verdict:?}: {told:?}");
            Ok(())
        });
        verified.unwrap();
        allowed
    }

    /// One request with a bearer token.
    pub async fn call(&self, method: &str, path: &str, token: &str, body: Value) -> Answer {
        let request = web_test::TestRequest::default()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path)
            .insert_header((header::AUTHORIZATION, format!("Bearer {token}")))
            .set_json(body);
        self.send(request).await
    }

    /// One request with a bearer token, if there is one, and another header.
    pub async fn with_header(
        &self,
        (name, value): (&str, &str),
        method: &str,
        path: &str,
        token: &str,
        body: Value,
    ) -> Answer {
        let mut request = web_test::TestRequest::default()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path)
            .insert_header((name, header::HeaderValue::from_bytes(value.as_bytes()).unwrap()))
            .set_json(body);
        if !token.is_empty() {
            request = request.insert_header((header::AUTHORIZATION, format!("Bearer {token}")));
        }
        self.send(request).await
    }

    /// One request to `/v1` with the service key.
    pub async fn v1(&self, method: &str, path: &str, body: Value) -> Answer {
        self.call(method, path, &self.key, body).await
    }

    /// One request with a body of any kind.
    pub async fn raw(&self, method: &str, path: &str, token: &str, kind: &str, body: impl Into<Vec<u8>>) -> Answer {
        let mut request = web_test::TestRequest::default()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path)
            .set_payload(body.into());
        if !token.is_empty() {
            request = request.insert_header((header::AUTHORIZATION, format!("Bearer {token}")));
        }
        if !kind.is_empty() {
            request = request.insert_header((header::CONTENT_TYPE, kind));
        }
        self.send(request).await
    }

    /// One request with these headers and this body, as it is. Gives status, headers and body.
    pub async fn probe(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, Vec<(String, String)>, Value) {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = web_test::TestRequest::default().method(method).uri(path).set_payload(body.to_owned());
        for header in headers {
            request = request.insert_header(*header);
        }
        let service = web_test::init_service(app(self.state.clone())).await;
        let response = web_test::call_service(&service, request.to_request()).await;
        let status = response.status().as_u16();
        let text = |value: &header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let bytes = web_test::read_body(response).await;
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&bytes).into_owned()));
        (status, headers, body)
    }

    /// One request with these headers and no others.
    pub async fn with_headers(
        &self,
        headers: &[(&str, String)],
        method: &str,
        path: &str,
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let mut request = web_test::TestRequest::default()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path)
            .set_payload(body.into());
        for (name, value) in headers {
            request = request.insert_header((*name, header::HeaderValue::from_bytes(value.as_bytes()).unwrap()));
        }
        self.send(request).await
    }

    async fn send(&self, request: web_test::TestRequest) -> Answer {
        let service = web_test::init_service(app(self.state.clone())).await;
        let response = web_test::call_service(&service, request.to_request()).await;
        let status = response.status().as_u16();
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let content_type = kind.to_owned();
        let text_of = |name| response.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let (etag, retry_after) = (text_of(header::ETAG), text_of(header::RETRY_AFTER));
        let safety = format!("{} {}", text_of(header::CACHE_CONTROL), text_of(header::X_CONTENT_TYPE_OPTIONS));
        let is_replayed = response.headers().contains_key("idempotent-replayed");
        let bytes = web_test::read_body(response).await;
        let text = || Value::from(String::from_utf8_lossy(&bytes).into_owned());
        Answer {
            status,
            body: serde_json::from_slice(&bytes).unwrap_or_else(|_| text()),
            content_type,
            is_replayed,
            retry_after,
            safety,
            etag,
        }
    }

    /// How many grants, notifications and mails there are: to see that nothing was written.
    pub fn counts(&self) -> (i64, usize, usize) {
        let now = DateTime::from_timestamp(4_000_000_000, 0).unwrap();
        let all = (NotificationFilter::All, NotificationOrder::OldestFirst);
        self.db
            .store
            .read(|tx| {
                let mails = tx.list_due_messages(now, 10_000)?.len();
                let mut notices = 0;
                for user in tx.list_users(None, 1_000)? {
                    notices += tx.list_notifications(user.id, all, 0, 10_000)?.len();
                }
                Ok::<_, vouchsafe_flows::StoreError>((tx.count_grants()?, notices, mails))
            })
            .unwrap()
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl Person {
    /// Shares one path with one recipient, reading.
    pub async fn shares(&self, world: &World, path: &str, with: &str) -> Answer {
        let body = json!({ "recipients": with, "shares": { "$": "fs-share", "path": path } });
        world.call("POST", "/share", &self.token, body).await
    }

    /// Shares one path with one recipient, with an access.
    pub async fn gives(&self, world: &World, path: &str, access: &str, with: &str) -> Answer {
        let body = json!({ "recipients": with, "shares": { "$": "fs-share", "path": path, "access": access } });
        world.call("POST", "/share", &self.token, body).await
    }
}

fn started(db: &TestDatabase, clock: &Arc<FixedClock>, settings: Settings) -> (Vouchsafe, Data<AppState>, Arc<Store>) {
    let store = Arc::new(Store::open(&db.url(), 4).unwrap().with_patience(Duration::MAX));
    let vouchsafe = Vouchsafe::new(Arc::clone(&store), Arc::clone(clock) as _, settings);
    let options = Options {
        version: "0".into(),
        commit: "none".into(),
        database: "sqlite".into(),
        ready: Arc::new(|| Ok(())),
        trusted_proxies: 1,
        recovery: Recovery::Never,
        is_bench: false,
    };
    let state = Data::new(AppState::new(vouchsafe.clone(), options));
    (vouchsafe, state, store)
}
