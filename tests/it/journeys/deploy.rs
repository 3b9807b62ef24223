//! What stands around the binary.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

fn place(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn the_proxy_sends_a_request_to_the_other_node_when_one_is_gone() {
    let text = fs::read_to_string(place("deploy/Caddyfile")).unwrap();
    let has = |setting: &str| text.lines().any(|line| line.trim().split(' ').next() == Some(setting));
    for setting in ["health_uri", "lb_try_duration", "fail_duration"] {
        assert!(has(setting), "{setting}");
    }
}

#[test]
fn a_postgresql_for_tests_goes_when_its_script_is_killed_and_leaves_nothing() {
    let Some(bin) = std::env::var_os("VOUCHSAFE_TEST_PG_BIN") else {
        eprintln!("SKIPPED a_postgresql_for_tests_goes: no PostgreSQL in this run, see scripts/with-postgres.sh");
        return;
    };
    for is_killed in [true, false] {
        let mut script = Command::new(place("scripts/with-postgres.sh"))
            .args(["sh", "-c", "echo \"$VOUCHSAFE_TEST_PG_URL\"; cat"])
            .env_remove("VOUCHSAFE_TEST_PG_URL")
            .env("PG_BINDIR", &bin)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let directory = Path::new(url.split("host=").nth(1).unwrap().split('&').next().unwrap()).to_owned();
        let pid = fs::read_to_string(directory.join("data/postmaster.pid")).unwrap();
        let server = Path::new("/proc").join(pid.lines().next().unwrap());
        assert!(server.exists());
        let command = script.stdin.take();
        if is_killed {
            script.kill().unwrap();
        } else {
            drop(command);
        }
        let status = script.wait().unwrap();
        assert_eq!(status.success(), !is_killed);
        let end = Instant::now() + Duration::from_secs(120);
        while is_killed && (directory.exists() || server.exists()) {
            assert!(Instant::now() < end, "{} is left", directory.display());
            thread::sleep(Duration::from_millis(50));
        }
        assert!(!directory.exists() && !server.exists(), "{} is left", directory.display());
    }
}
