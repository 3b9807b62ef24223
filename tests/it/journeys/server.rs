//! The server: demo, health, signals, and commands beside it.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};
use vouchsafe_tests::{Served, run, serve};

fn request(served: &Served, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(&served.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let length = body.len();
    write!(stream, "{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
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
fn health_and_request_ids() {
    let data = tempfile::tempdir().unwrap();
    let served = serve(data.path(), &[("VOUCHSAFE_LOG_FORMAT", "json")], &["serve"]);
    for path in ["/livez", "/readyz", "/version"] {
        let answer = request(&served, &format!("GET {path} HTTP/1.1\r\nX-Request-Id: abc-1"), "");
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
fn both_signals_drain_and_end_with_0() {
    for signal in ["-TERM", "-INT"] {
        let data = tempfile::tempdir().unwrap();
        let mut served = serve(data.path(), &[], &["serve"]);
        Command::new("kill").args([signal, &served.child.id().to_string()]).status().unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
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
