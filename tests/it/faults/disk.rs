//! A disk that is full, and one that cannot be written to. On PostgreSQL the disk is not ours, and the tests say so.

use super::{
    estate::Estate,
    storm::{Manner, storm},
};
use serde_json::{Value, json};
use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use vouchsafe_store::testing::TestDatabase;
use vouchsafe_tests::{Served, Wire, is_root, launch, run, serve_as};

/// A directory, on a small file system of its own where root may make one.
struct SmallDisk {
    directory: TempDir,
    is_mounted: bool,
}

impl SmallDisk {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let is_mounted = is_root() && mount(&["-t", "tmpfs", "-o", "size=3m", "tmpfs"], directory.path());
        Self { directory, is_mounted }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if self.is_mounted {
            let _ = Command::new("umount").arg("-l").arg(self.directory.path()).status();
        }
    }
}

fn mount(options: &[&str], at: &Path) -> bool {
    Command::new("mount").args(options).arg(at).output().is_ok_and(|output| output.status.success())
}

fn is_not_ours(test: &str) -> bool {
    if TestDatabase::is_postgres() {
        eprintln!("SKIPPED {test}: the disk is the PostgreSQL server's");
    }
    TestDatabase::is_postgres()
}

/// Waits until a change is, or is not, put off.
fn wait_until(key: &str, address: &str, is_put_off: bool) {
    let mut wire = Wire::new(address);
    let end = Instant::now() + Duration::from_secs(60);
    for n in 0.. {
        // Something large, so that the disk is soon full.
        let body = json!({ "owner": "read0", "name": "x".repeat(200), "members": [] });
        let group = uuid::Uuid::from_u128(0xd15c_0000 + n);
        let reply = wire.call("PUT", &format!("/v1/groups/{group}"), key, &body).unwrap();
        assert!(reply.is_done() || reply.is_put_off(), "{reply:?}");
        if reply.is_put_off() == is_put_off {
            return;
        }
        assert!(Instant::now() < end, "put off: {}", !is_put_off);
        thread::sleep(Duration::from_millis(2));
    }
}

/// While nothing can be written everything can be read, and afterwards all is as it was answered.
fn fills_up(estate: &mut Estate, served: &Served, give_room: impl FnOnce()) {
    let (address, key) = (served.address.clone(), estate.key.clone());
    let check = json!({ "actor": { "user": "own0" }, "permission": format!("fs:{}:read", estate.lanes[0].files[0]) });
    let (done, ()) = storm(estate, &address, Manner::MayPutOff, |tally| {
        wait_until(&key, &address, true);
        let mut wire = Wire::new(&address);
        assert_eq!(wire.call("POST", "/v1/check", &key, &check).unwrap().body["allowed"], true);
        assert_eq!(wire.call("GET", "/livez", "", &Value::Null).unwrap().status, 200);
        give_room();
        wait_until(&key, &address, false);
        let (before, end) = (tally.done(), Instant::now() + Duration::from_secs(60));
        while tally.done() < before + 5 {
            assert!(Instant::now() < end, "the service does not go on");
            thread::sleep(Duration::from_millis(20));
        }
    });
    assert!(done > 0);
    estate.settle(served, true);
}

#[test]
fn a_full_disk_puts_changes_off_and_loses_none() {
    if is_not_ours("a_full_disk_puts_changes_off_and_loses_none") {
        return;
    }
    let disk = SmallDisk::new();
    let (place, is_mounted) = (disk.directory.path().to_owned(), disk.is_mounted);
    let url = format!("sqlite://{}", place.join("vouchsafe.db").display());
    let mut estate = Estate::on(place.clone(), Box::new(disk), url);
    if is_mounted {
        let served = estate.serve();
        fills_up(&mut estate, &served, || assert!(mount(&["-o", "remount,size=64m"], &place)));
    } else {
        eprintln!("no small disk can be mounted here: a limit on the size of files stands in for it");
        let served = serve_as("trap '' XFSZ; ulimit -S -f 1800", estate.path(), &estate.environment());
        let process = format!("--pid={}", served.child.id());
        fills_up(&mut estate, &served, || {
            assert!(Command::new("prlimit").args([&process, "--fsize=unlimited:"]).status().unwrap().success());
        });
    }
    estate.is_sound();
}

#[test]
fn a_directory_that_cannot_be_written_to_is_named_in_one_line() {
    if is_not_ours("a_directory_that_cannot_be_written_to_is_named_in_one_line") {
        return;
    }
    let disk = SmallDisk::new();
    let place = disk.directory.path();
    assert!(run(place, &[], &["user", "add", "ann", "--email", "ann@example.org"]).status.success());
    if disk.is_mounted {
        assert!(mount(&["-o", "remount,ro"], place));
    } else if is_root() {
        eprintln!("SKIPPED: root writes everywhere, and no disk can be mounted here");
        return;
    } else {
        set_mode(place, 0o500);
    }
    for arguments in [&["serve"][..], &["user", "list"], &["backup", "x.db"]] {
        let output = Command::new(launch())
            .args(arguments)
            .current_dir(place)
            .env_clear()
            .envs([("VOUCHSAFE_DATA_DIR", place.as_os_str()), ("VOUCHSAFE_LISTEN", "127.0.0.1:0".as_ref())])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
        assert!(said.contains(&*place.to_string_lossy()), "{arguments:?}: {said}");
    }
    if !disk.is_mounted {
        set_mode(place, 0o700);
    }
}

fn set_mode(place: &Path, mode: u32) {
    std::fs::set_permissions(place, std::fs::Permissions::from_mode(mode)).unwrap();
}
