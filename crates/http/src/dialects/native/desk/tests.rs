use crate::{AppState, Options, Recovery, app, error::Rejection};
use actix_web::{http::Method, test as web_test, web::Data};
use chrono::{DateTime, TimeDelta};
use futures_util::FutureExt;
use serde_json::{Value, json};
use std::sync::Arc;
use vouchsafe_flows::{ActsAs, Settings, Store, UserChange, Vouchsafe};
use vouchsafe_store::testing::TestDatabase;
use vouchsafe_types::{FixedClock, UserId};

/// An id that nothing has.
const ID: &str = "00000000-0000-4000-8000-000000000001";

type Ask<'a> = (&'a str, &'a str, &'a Value);

/// A service with ann and the host application.
struct Rig {
    state: Data<AppState>,
    ann: UserId,
    token: String,
    key: String,
    /// Kept while the service is there.
    _db: TestDatabase,
}

impl Rig {
    fn new(are_limits_on: bool) -> Self {
        let db = TestDatabase::new();
        let clock = Arc::new(FixedClock::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap()));
        let mut settings = Settings::new("http://vouchsafe.test".into(), "s".repeat(32).into());
        settings.are_limits_on = are_limits_on;
        let options = Options {
            version: "0".into(),
            commit: "none".into(),
            database: "sqlite".into(),
            ready: Arc::new(|| Ok(())),
            trusted_proxies: 0,
            recovery: Recovery::Never,
            is_bench: false,
        };
        let vouchsafe = Vouchsafe::new(Arc::new(Store::open(&db.url(), 2).unwrap()), clock, settings);
        let ann = vouchsafe.put_user(&"ann".parse().unwrap(), &UserChange::default()).unwrap().0.id;
        let token = vouchsafe.issue_token("ann", ActsAs::Person, TimeDelta::days(1)).unwrap();
        let key = vouchsafe.add_service_key("host").unwrap();
        Self { state: Data::new(AppState::new(vouchsafe, options)), ann, token, key, _db: db }
    }

    /// The status of an answer; the last that is done before it is asked for is `before`.
    async fn call(&self, (method, path, body): Ask<'_>, token: &str, before: impl FnOnce()) -> u16 {
        let service = web_test::init_service(app(self.state.clone())).await;
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let bearer = ("authorization", format!("Bearer {token}"));
        let request = web_test::TestRequest::default().method(method).uri(path).insert_header(bearer).set_json(body);
        before();
        web_test::call_service(&service, request.to_request()).await.status().as_u16()
    }

    async fn anns(&self, ask: Ask<'_>) -> u16 {
        self.call(ask, &self.token, || {}).await
    }

    async fn hosts(&self, ask: Ask<'_>) -> u16 {
        self.call(ask, &self.key, || {}).await
    }

    /// How often ann is answered until it is too often.
    async fn answers(&self, ask: Ask<'_>) -> usize {
        let mut count = 0;
        while self.anns(ask).await != 429 {
            count += 1;
            assert!(count < 600, "{ask:?} weighs as little as a simple question");
        }
        count
    }

    /// Whether ann, who has no questions left, is told to come again: soon, for there is a new one every moment.
    async fn is_too_often(&self, ask: Ask<'_>) -> bool {
        for _ in 0..50 {
            let limits = &self.state.limits;
            if self.call(ask, &self.token, || while limits.read(self.ann, 1).is_ok() {}).await == 429 {
                return true;
            }
        }
        false
    }
}

fn check() -> Value {
    json!({ "actor": { "user": "ann" }, "permission": "fs:/ann:read" })
}

fn batch(count: usize) -> Value {
    json!({ "checks": vec![check(); count] })
}

#[actix_web::test]
async fn every_call_of_a_user_spends_of_his_questions_and_none_of_the_host() {
    let rig = Rig::new(true);
    let (none, grant) = (Value::Null, json!({ "permission": "fs:/ann:read" }));
    let (entry, thing) = (json!({ "path": "/ann/x", "kind": "file" }), json!({ "name": "n", "owner": "ann" }));
    let given = json!({ "holder": { "everyone": true }, "permission": "fs:/ann:read" });
    let at = |kind: &str, tail: &str| format!("/v1/{kind}/{ID}{tail}");
    for (method, path, body) in [
        ("POST", "/v1/check".to_owned(), &check()),
        ("POST", "/v1/check/batch".to_owned(), &batch(2)),
        ("POST", "/v1/explain".to_owned(), &check()),
        ("POST", "/v1/what-if".to_owned(), &json!({ "change": { "delete": { "entry": ID } } })),
        ("GET", "/v1/users/ann".to_owned(), &none),
        ("GET", "/v1/users/ann/entries".to_owned(), &none),
        ("PUT", at("entries", ""), &entry),
        ("GET", at("entries", ""), &none),
        ("GET", at("entries", "/access"), &none),
        ("POST", at("entries", "/move"), &json!({ "path": "/ann/y" })),
        ("POST", at("entries", "/leave"), &none),
        ("DELETE", at("entries", ""), &none),
        ("PUT", at("groups", ""), &thing),
        ("GET", at("groups", ""), &none),
        ("DELETE", at("groups", ""), &none),
        ("PUT", "/v1/apps/app-1".to_owned(), &thing),
        ("GET", "/v1/apps/app-1".to_owned(), &none),
        ("DELETE", "/v1/apps/app-1".to_owned(), &none),
        ("PUT", at("sites", ""), &thing),
        ("GET", at("sites", ""), &none),
        ("DELETE", at("sites", ""), &none),
        ("POST", "/v1/grants".to_owned(), &given),
        ("GET", "/v1/grants?issuer=ann".to_owned(), &none),
        ("GET", at("grants", ""), &none),
        ("PUT", at("grants", ""), &grant),
        ("DELETE", at("grants", ""), &none),
        ("GET", "/v1/invites?issuer=ann".to_owned(), &none),
        ("DELETE", at("invites", ""), &none),
        ("GET", "/v1/audit?user=ann".to_owned(), &none),
    ] {
        let ask = (method, path.as_str(), body);
        assert!(rig.is_too_often(ask).await, "{method} {path}");
        assert_ne!(rig.hosts(ask).await, 429, "{method} {path}, by the host");
    }
}

#[actix_web::test]
async fn every_call_of_the_puter_face_spends_of_the_questions_of_who_makes_it() {
    let rig = Rig::new(true);
    let none = json!({});
    for (method, path) in [
        ("GET", "/whoami"),
        ("GET", "/group/public-groups"),
        ("GET", "/group/list"),
        ("GET", "/auth/list-permissions"),
        ("POST", "/share"),
        ("POST", "/share/item-by-username"),
        ("POST", "/sharelink/apply"),
        ("POST", "/sharelink/request"),
        ("POST", "/auth/grant-user-user"),
        ("POST", "/auth/revoke-user-group"),
        ("POST", "/auth/create-access-token"),
        ("POST", "/auth/check-permissions"),
        ("POST", "/auth/check-app-acl"),
        ("POST", "/acl/stat-user-user"),
        ("POST", "/group/create"),
        ("POST", "/send-confirm-email"),
        ("POST", "/confirm-email"),
        ("POST", "/drivers/call"),
        ("POST", "/notif/mark-read"),
    ] {
        assert!(rig.is_too_often((method, path, &none)).await, "{method} {path}");
    }
}

#[actix_web::test]
async fn a_list_an_explanation_and_a_batch_weigh_more_than_a_question() {
    for (ask, at_least) in [
        (("POST", "/v1/explain", &check()), 60),
        (("GET", "/v1/audit?user=ann", &Value::Null), 60),
        (("POST", "/v1/check/batch", &batch(1_000)), 28),
    ] {
        let count = Rig::new(true).answers(ask).await;
        assert!(count >= at_least, "{}: {count}", ask.1);
    }
}

#[actix_web::test]
async fn what_keeps_the_database_busy_waits_for_its_turn_and_the_host_does_not() {
    let rig = Rig::new(false);
    // Every turn is taken, and every place of those who wait.
    let (mut turns, mut places) = (Vec::new(), Vec::new());
    loop {
        let mut place = Box::pin(rig.state.limits.turn(rig.ann));
        match (&mut place).now_or_never() {
            Some(Ok(turn)) => turns.push(turn),
            None => places.push(place),
            Some(Err(refused)) => break assert!(matches!(refused, Rejection::Throttled { .. })),
        }
    }
    let (check, batch, none) = (check(), batch(1), Value::Null);
    let what_if = json!({ "change": { "delete": { "entry": ID } } });
    let (access, group) = (format!("/v1/entries/{ID}/access"), format!("/v1/groups/{ID}"));
    for ask in [
        ("POST", "/v1/explain", &check),
        ("POST", "/v1/check/batch", &batch),
        ("POST", "/v1/what-if", &what_if),
        ("GET", "/v1/grants?issuer=ann", &none),
        ("GET", "/v1/invites?issuer=ann", &none),
        ("GET", "/v1/audit?user=ann", &none),
        ("GET", "/v1/users/ann/entries", &none),
        ("GET", &access, &none),
        ("GET", &group, &none),
    ] {
        assert_eq!(rig.anns(ask).await, 429, "{ask:?}");
        assert_ne!(rig.hosts(ask).await, 429, "{ask:?}, by the host");
    }
    assert_eq!(rig.anns(("POST", "/v1/check", &check)).await, 200, "a simple question waits for nobody");
    assert_eq!(rig.anns(("GET", "/v1/users/ann", &none)).await, 200);
    drop((turns, places));
    assert_eq!(rig.anns(("POST", "/v1/explain", &check)).await, 200);
}
