//! `/metrics`: what a Prometheus server reads.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_store::MessageFilter;
use vouchsafe_tests::World;
use vouchsafe_types::Clock;

async fn scrape(world: &World) -> String {
    let answer = world.call("GET", "/metrics", "", Value::Null).await;
    assert_eq!((answer.status, answer.content_type.as_str()), (200, "text/plain; version=0.0.4"));
    answer.body.as_str().unwrap().to_owned()
}

/// The value of a line; 0 without one.
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0.0, |number| number.parse().unwrap())
}

#[actix_web::test]
async fn requests_are_counted_by_route_method_and_status_and_never_by_what_was_sent() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.v1("GET", "/v1/users/ann", Value::Null).await;
    world.v1("GET", "/v1/users/nobody", Value::Null).await;
    world.call("GET", "/v1/users/ann", "no-token", Value::Null).await;
    world.call("GET", "/no/such/secret-path?secret-query", &ann.token, Value::Null).await;
    world.call("SECRET-METHOD", "/v1/users/ann", &ann.token, Value::Null).await;
    world.call("PUT", "/livez", "", Value::Null).await;
    let text = scrape(&world).await;
    let requests = |route: &str, method: &str, status: u16| {
        let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
        value(&text, &format!("vouchsafe_http_requests_total{{{labels}}}"))
    };
    let users = "/v1/users/{username}";
    assert_eq!((requests(users, "GET", 200), requests(users, "GET", 422)), (1.0, 1.0), "{text}");
    assert_eq!((requests(users, "GET", 401), requests(users, "OTHER", 405)), (1.0, 1.0), "{text}");
    assert_eq!((requests("(none)", "GET", 404), requests("/livez", "PUT", 405)), (1.0, 1.0), "{text}");
    let seconds = "vouchsafe_http_request_duration_seconds";
    let labels = format!("method=\"GET\",route=\"{users}\"");
    assert_eq!(value(&text, &format!("{seconds}_count{{{labels}}}")), 3.0, "{text}");
    assert_eq!(value(&text, &format!("{seconds}_bucket{{{labels},le=\"+Inf\"}}")), 3.0, "{text}");
    for secret in ["/ann", "nobody", "secret", "SECRET", "no-token", &ann.token] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    // What was asked for metrics is counted, too, once it is answered.
    assert!(scrape(&world).await.contains("method=\"GET\",route=\"/metrics\",status=\"200\"} 1"));
}

#[actix_web::test]
async fn in_every_face_a_head_is_answered_like_a_get() {
    let world = World::new();
    let (ann, _, _) = world.people();
    let bearer = format!("Bearer {}", ann.token);
    for (path, accept, expected) in [
        ("/livez", "*/*", 200),
        ("/login", "text/html", 200),
        ("/shared", "text/html", 303),
        ("/whoami", "*/*", 200),
        ("/v1/users/ann", "*/*", 200),
        ("/public/rest/v2/folder", "*/*", 200),
        ("/api/2.0/files/@my", "*/*", 200),
        ("/v2/csrftoken", "*/*", 200),
        ("/nowhere", "*/*", 404),
        ("/share", "*/*", 405),
    ] {
        let headers = [("authorization", bearer.as_str()), ("accept", accept)];
        let (status, of_get, _) = world.probe("GET", path, &headers, "").await;
        let (head, of_head, body) = world.probe("HEAD", path, &headers, "").await;
        assert_eq!(body, "", "{path}");
        assert_eq!((status, head), (expected, expected), "{path}");
        let kind = |headers: &[(String, String)]| headers.iter().find(|(name, _)| name == "content-type").cloned();
        assert_eq!(kind(&of_get), kind(&of_head), "{path}");
    }
}

#[actix_web::test]
async fn mails_that_wait_and_grants_that_fell_are_counted() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    world.file("/ann/a.txt");
    let text = scrape(&world).await;
    assert!(text.contains("vouchsafe_decisions_refused_at_bound_total{bound=\"users\"} 0"), "{text}");
    assert_eq!((value(&text, "vouchsafe_outbox_messages"), value(&text, "vouchsafe_grants_fallen_total")), (0.0, 0.0));
    ann.gives(&world, "/ann/a.txt", "manage", "bob").await;
    bob.gives(&world, "/ann/a.txt", "read", "eve").await;
    let grants = world.v1("GET", "/v1/grants?issuer=ann", Value::Null).await;
    let path = format!("/v1/grants/{}", grants.body["items"][0]["id"].as_str().unwrap());
    let imagined = json!({ "change": { "revoke": { "grant": grants.body["items"][0]["id"] } } });
    world.v1("POST", "/v1/what-if", imagined).await;
    assert_eq!(value(&scrape(&world).await, "vouchsafe_grants_fallen_total"), 0.0, "only imagined");
    assert_eq!(world.v1("DELETE", &path, Value::Null).await.body["removed"].as_array().unwrap().len(), 2);
    let text = scrape(&world).await;
    assert_eq!(value(&text, "vouchsafe_grants_fallen_total"), 1.0, "{text}");
    assert_eq!(value(&text, "vouchsafe_outbox_messages"), 2.0, "{text}");
}

#[actix_web::test]
async fn what_went_out_is_swept_away_after_thirty_days_and_what_waits_is_not() {
    let world = World::new();
    let (ann, _, _) = world.people();
    world.file("/ann/a.txt");
    for holder in ["bob", "eve"] {
        ann.gives(&world, "/ann/a.txt", "read", holder).await;
    }
    let seqs = || {
        let listed = world.store().read(|tx| tx.list_messages(MessageFilter::All, i64::MAX, 10)).unwrap();
        listed.into_iter().map(|message| message.seq).collect::<Vec<_>>()
    };
    let [waits, sent] = seqs()[..] else { panic!("{:?}", seqs()) };
    let now = world.clock.now();
    world.store().write("test", |tx| tx.mark_delivered(sent, now)).unwrap();
    for (days, left) in [(29, vec![waits, sent]), (2, vec![waits])] {
        world.clock.advance(TimeDelta::days(days));
        world.vouchsafe.sweep().unwrap();
        assert_eq!(seqs(), left);
    }
}
