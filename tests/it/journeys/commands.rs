//! The command line.

use serde_json::Value;
use std::{path::Path, process::Output};
use vouchsafe_store::testing::pretend_to_be_newer;
use vouchsafe_tests::{database_url, run};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().to_owned()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn ok(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, &[], arguments);
    assert_eq!(code(&output), 0, "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn accounts_tokens_keys_and_checks() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let added: Value =
        serde_json::from_str(&ok(data, &["user", "add", "ann", "--email", "Ann@x.org", "--confirmed"])).unwrap();
    assert_eq!(
        (&added["username"], &added["email"], &added["email_confirmed"]),
        (&"ann".into(), &"Ann@x.org".into(), &true.into())
    );
    ok(data, &["user", "add", "bob", "--email", "bob@x.org"]);
    assert_eq!(ok(data, &["user", "list"]).lines().count(), 2);
    assert_eq!(ok(data, &["check", "ann", "fs:/ann:write"]), "allow");
    let denied = run(data, &[], &["check", "bob", "fs:/ann:see"]);
    assert_eq!((code(&denied), text(&denied.stdout), text(&denied.stderr)), (1, "deny".into(), String::new()));
    let reading: Value = serde_json::from_str(&ok(data, &["explain", "ann", "fs:/ann:read"])).unwrap();
    assert_eq!(reading["allowed"], true);
    assert_eq!(ok(data, &["token", "issue", "ann", "--ttl", "1h"]).lines().count(), 1);
    assert!(ok(data, &["service-key", "add", "host"]).starts_with("vsk_"));
    assert_eq!(code(&run(data, &[], &["service-key", "add", "host"])), 1);
    assert!(ok(data, &["service-key", "list"]).contains("host"));
    ok(data, &["service-key", "revoke", "host"]);
    ok(data, &["user", "suspend", "ann"]);
    assert_eq!(text(&run(data, &[], &["check", "ann", "fs:/ann:read"]).stdout), "deny");
    ok(data, &["user", "restore", "ann"]);
    ok(data, &["user", "confirm", "bob"]);
    ok(data, &["user", "delete", "bob"]);
    assert_eq!(ok(data, &["user", "list"]).lines().count(), 1);
    assert_eq!(ok(data, &["migrate"]), "");
}

#[test]
fn what_is_wrong_gets_one_line_and_its_exit_code() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    for (environment, arguments, exit, named) in [
        (&[("VOUCHSAFE_COLOUR", "red")][..], &["config", "check"][..], 2, "colour: unknown key"),
        (&[("VOUCHSAFE_SECRET", "short")], &["serve"], 2, "secret: shorter than 32 bytes"),
        (&[("VOUCHSAFE_LISTEN", "here")], &["serve"], 2, "listen:"),
        (&[("VOUCHSAFE_DATA_DIR", "/dev/null/x")], &["serve", "--listen", "127.0.0.1:0"], 1, "data_dir: /dev/null/x"),
        (&[], &["user", "confirm", "ghost"], 1, "The user `ghost` does not exist."),
        (&[], &["user", "add", "not a name", "--email", "x@x.org"], 2, "username"),
        (&[], &["user", "add", "x", "--email", "nowhere"], 2, "--email"),
        (&[], &["token", "issue", "x", "--ttl", "soon"], 2, "length of time"),
        (&[], &["fly"], 2, "fly"),
    ] {
        let output = run(data, environment, arguments);
        let line = text(&output.stderr);
        assert_eq!(code(&output), exit, "{arguments:?}: {line}");
        assert!(line.contains(named), "{arguments:?}: {line}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_dry_run_names_what_would_be_migrated_and_writes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let pending = ok(data.path(), &["migrate", "--dry-run"]);
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
    assert_eq!(ok(data.path(), &["migrate"]), pending);
    assert_eq!(ok(data.path(), &["migrate", "--dry-run"]), "");
}

#[test]
fn a_database_that_a_newer_program_has_migrated_is_served_to_nobody() {
    let data = tempfile::tempdir().unwrap();
    ok(data.path(), &["migrate"]);
    pretend_to_be_newer(&database_url(data.path()));
    for arguments in
        [&["serve", "--listen", "127.0.0.1:0"][..], &["user", "list"], &["migrate"], &["migrate", "--dry-run"]]
    {
        let output = run(data.path(), &[], arguments);
        let line = text(&output.stderr);
        assert_eq!(code(&output), 1, "{arguments:?}: {line}");
        assert!(line.lines().count() == 1 && line.contains("older than the database"), "{arguments:?}: {line}");
    }
}

#[test]
fn a_port_in_use_is_named_and_nothing_is_half_written() {
    let data = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(data.path(), &[("VOUCHSAFE_LISTEN", &address)], &["serve"]);
    assert_eq!(code(&output), 1);
    assert!(text(&output.stderr).contains(&format!("listen: {address}")), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
}

#[test]
fn the_configuration_in_force_is_printed_without_secrets() {
    let data = tempfile::tempdir().unwrap();
    let secret = "0123456789abcdef0123456789abcdef";
    let output = run(data.path(), &[("VOUCHSAFE_SECRET", secret), ("VOUCHSAFE_SIGNUP", "open")], &["config", "check"]);
    let lines = text(&output.stdout);
    assert!(lines.contains("signup = open") && lines.contains("secret = ********"), "{lines}");
    assert!(!lines.contains(secret));
}
