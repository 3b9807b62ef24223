//! The server: demo, health, signals, and commands beside it.

use serde_json::Value;
use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};
use vouchsafe_tests::{Served, run, serve};

fn request(served: &Served, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(&served.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let length = body.len();
    let sent = format!("{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(sent.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_three_lines_of_the_demo_work_when_pasted() {
    let data = tempfile::tempdir().unwrap();
    let served = serve(data.path(), &[], &["demo"]);
    let curls: Vec<&String> = served.stdout.iter().filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(curls.len(), 3, "{:?}", served.stdout);
    let wanted = ["\"status\":\"success\"", "\"allowed\":true", "\"allowed\":true"];
    for (line, wanted) in curls.iter().zip(wanted) {
        let output = Command::new("sh").args(["-c", line]).output().unwrap();
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(answer.contains(wanted), "{line}\n{answer}");
    }
    let denied = run(data.path(), &[], &["check", "mallory", "fs:/alice/Documents/plan.txt:read"]);
    assert_eq!(String::from_utf8_lossy(&denied.stdout), "deny\n");
}

#[test]
fn the_demo_has_a_share_of_each_kind_and_a_second_start_makes_none_twice() {
    let data = tempfile::tempdir().unwrap();
    let served = serve(data.path(), &[], &["demo"]);
    let first = kinds_of_shares(&served);
    let one = |what: &str| first.iter().filter(|kind| kind.as_str() == what).count();
    for what in [
        "grant to user by puter",
        "grant to group by bookmarks",
        "grant to link by bookmarks",
        "grant to link by onlyoffice",
        "grant to user by zus",
        "app share",
        "invite",
        "ticket",
        "request in zus",
    ] {
        assert!(one(what) > 0, "{what}: {first:?}");
    }
    served.kill();
    assert_eq!(kinds_of_shares(&serve(data.path(), &[], &["demo"])), first);
    // What an operator has switched off is left out.
    let other = tempfile::tempdir().unwrap();
    let strict = [("VOUCHSAFE_PUBLIC_LINKS", "off"), ("VOUCHSAFE_ZUS_TICKET", "strict")];
    let found = kinds_of_shares(&serve(other.path(), &strict, &["demo"]));
    assert!(!found.iter().any(|kind| kind.contains("link") || kind == "ticket"), "{found:?}");
    assert!(found.contains(&"app share".to_owned()), "{found:?}");
}

/// What there is of shares in the demo, in words.
fn kinds_of_shares(served: &Served) -> Vec<String> {
    let said = |of: &str| {
        let line = served.stdout.iter().find_map(|line| line.strip_prefix(of)).unwrap();
        line.trim().to_owned()
    };
    let get = |path: &str, token: &str| -> Value {
        let answer = request(served, &format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {token}"), "");
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {answer}"))
    };
    let (key, alice, bob) = (said("service key:"), said("token of alice:"), said("token of bob:"));
    let mut kinds = Vec::new();
    for grant in get("/v1/grants?issuer=alice&limit=1000", &key)["items"].as_array().unwrap() {
        let holder = grant["holder"].as_object().unwrap().keys().next().unwrap();
        kinds.push(match grant["permission"].as_str().unwrap().starts_with("app:") {
            true => "app share".to_owned(),
            false => format!("grant to {holder} by {}", grant["origin"].as_str().unwrap()),
        });
    }
    let count = |list: &Value| list.as_array().map_or(0, Vec::len);
    let invites = get("/v1/invites?issuer=alice", &key)["items"].clone();
    kinds.extend(vec!["invite".to_owned(); count(&invites)]);
    let tickets = get("/v2/shareinfo/received?shareInfoType=private", &bob)["data"].clone();
    kinds.extend(vec!["ticket".to_owned(); count(&tickets)]);
    let asked = get("/v2/sharereq/received", &alice)["data"].clone();
    kinds.extend(vec!["request in zus".to_owned(); count(&asked)]);
    kinds.sort();
    kinds
}

#[test]
fn health_and_request_ids() {
    let data = tempfile::tempdir().unwrap();
    let served = serve(data.path(), &[("VOUCHSAFE_LOG_FORMAT", "json")], &["serve"]);
    for path in ["/livez", "/readyz", "/version"] {
        let ask = || request(&served, &format!("GET {path} HTTP/1.1\r\nX-Request-Id: abc-1"), "");
        // On a busy machine the first connection to the database may take longer than `/readyz` waits.
        let answer = (0..10).map(|_| ask()).find(|answer| !answer.starts_with("HTTP/1.1 503")).unwrap_or_default();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.to_lowercase().contains("x-request-id: abc-1"), "{answer}");
    }
    let head = request(&served, "HEAD /livez HTTP/1.1", "");
    assert!(head.starts_with("HTTP/1.1 200") && head.to_lowercase().contains("content-type: "), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "a head has no body: {head}");
    let odd = request(&served, "GET /livez HTTP/1.1\r\nX-Request-Id: a b\"c", "");
    assert!(!odd.contains("a b\"c"), "{odd}");
}

#[test]
fn what_is_too_long_to_be_read_is_refused_before_it_reaches_anybody() {
    let data = tempfile::tempdir().unwrap();
    let served = serve(data.path(), &[], &["serve"]);
    let key = String::from_utf8(run(data.path(), &[], &["service-key", "add", "host"]).stdout).unwrap();
    let put = |name: &str, query: &str, more: &str| {
        let head = format!("PUT /v1/users/{name}{query} HTTP/1.1\r\nAuthorization: Bearer {}", key.trim());
        let rest = "Content-Type: application/json\r\nHost: x\r\nConnection: close\r\nContent-Length: 2";
        let request = format!("{head}{more}\r\n{rest}\r\n\r\n{{}}");
        let mut stream = TcpStream::connect(&served.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // Who is refused while he speaks may be cut off, and his answer with him.
        let mut answer = Vec::new();
        let _ = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_end(&mut answer));
        String::from_utf8(answer).unwrap()
    };
    let long = "a".repeat(66_000);
    for (query, more) in [(format!("?{long}"), String::new()), (String::new(), format!("\r\nX-Long: {long}{long}"))] {
        let answer = put("eve", &query, &more);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    assert!(put("ann", "", "").starts_with("HTTP/1.1 201"), "and the next one is served");
    let users = String::from_utf8(run(data.path(), &[], &["user", "list"]).stdout).unwrap();
    assert!(users.contains("\"ann\"") && !users.contains("\"eve\""), "{users}");
}

#[test]
fn a_command_beside_the_server_counts_at_the_very_next_check() {
    let data = tempfile::tempdir().unwrap();
    let served = serve(data.path(), &[], &["serve"]);
    let out =
        |arguments: &[&str]| String::from_utf8(run(data.path(), &[], arguments).stdout).unwrap().trim().to_owned();
    out(&["user", "add", "ann", "--email", "ann@x.org", "--confirmed"]);
    let key = out(&["service-key", "add", "host"]);
    let head = format!("POST /v1/check HTTP/1.1\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json");
    let check = || request(&served, &head, r#"{"actor":{"user":"ann"},"permission":"fs:/ann:read"}"#);
    for _ in 0..3 {
        assert!(check().contains("\"allowed\":true"));
        out(&["user", "suspend", "ann"]);
        assert!(check().contains("\"allowed\":false"));
        out(&["user", "restore", "ann"]);
    }
    out(&["service-key", "revoke", "host"]);
    assert!(check().starts_with("HTTP/1.1 401"));
}

#[test]
fn both_signals_answer_who_waits_and_end_with_0() {
    for signal in ["-TERM", "-INT"] {
        let data = tempfile::tempdir().unwrap();
        let mut served = serve(data.path(), &[("VOUCHSAFE_WORKERS", "1")], &["serve"]);
        let key = String::from_utf8(run(data.path(), &[], &["service-key", "add", "host"]).stdout).unwrap();
        let mut waiting = TcpStream::connect(&served.address).unwrap();
        waiting.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let asked = "GET /v1/changes?after=1000000&wait=60 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer";
        waiting.write_all(format!("{asked} {}\r\n\r\n", key.trim()).as_bytes()).unwrap();
        // The one worker has taken it by the time it has answered these.
        (0..3).for_each(|_| drop(request(&served, "GET /livez HTTP/1.1", "")));
        served.signal(signal);
        let mut answer = String::new();
        waiting.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"items\":[]"), "{signal}: {answer:?}");
        let deadline = Instant::now() + Duration::from_secs(60);
        let status = loop {
            match served.child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(50)),
                None => panic!("{signal}: still running"),
            }
        };
        assert_eq!(status.code(), Some(0), "{signal}");
    }
}
