//! Backups: taken while a server runs, restored while none does, and deciding as the original does.

use super::{
    estate::Estate,
    storm::{Manner, storm},
};
use serde_json::{Value, json};
use std::{path::Path, process::Output, thread, time::Duration};
use vouchsafe_store::testing::TestDatabase;
use vouchsafe_tests::{Cluster, Served, Wire, run};

fn said(output: &Output) -> String {
    let texts = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    texts.concat().trim().to_owned()
}

fn ok(estate: &Estate, data: &Path, arguments: &[&str]) -> String {
    let output = run(data, &on(estate, data), arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", said(&output));
    assert_eq!(said(&output).lines().count(), 1, "{}", said(&output));
    said(&output)
}

fn refused(estate: &Estate, data: &Path, arguments: &[&str], why: &str) {
    let output = run(data, &on(estate, data), arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", said(&output));
    assert!(said(&output).contains(why), "{arguments:?}: {}", said(&output));
}

/// The settings of an estate, for a database in another directory.
fn on<'e>(estate: &'e Estate, data: &Path) -> Vec<(&'e str, &'e str)> {
    let is_at_home = data == estate.path();
    estate.environment().into_iter().filter(|(name, _)| is_at_home || *name != "VOUCHSAFE_DATABASE_URL").collect()
}

/// A thousand questions: everybody about everything, and what nobody has.
fn questions(estate: &Estate) -> Vec<Value> {
    let files: Vec<&String> = estate.lanes.iter().flat_map(|lane| &lane.files).collect();
    let people = ["read0", "read1", "read2", "own0", "own1", "claim0", "claim1", "nobody"];
    let levels = ["see", "read", "write", "share", "delete", "delegate", "list"];
    (0..1_000)
        .map(|n| {
            let (file, who, level) = (files[n % files.len()], people[(n / 7) % people.len()], levels[n % levels.len()]);
            json!({ "actor": { "user": who }, "permission": format!("fs:{file}:{level}") })
        })
        .collect()
}

fn answers(estate: &Estate, served: &Served) -> (Value, usize) {
    let body = json!({ "checks": questions(estate) });
    let results =
        estate.host(&mut Wire::new(&served.address), "POST", "/v1/check/batch", &body).body["results"].clone();
    let allowed = results.as_array().unwrap().iter().filter(|result| result["allowed"] == true).count();
    assert_eq!(results.as_array().unwrap().len(), 1_000);
    (results, allowed)
}

#[test]
fn a_restored_backup_decides_as_the_original_does() {
    if TestDatabase::is_postgres() {
        return is_left_to_the_tools_of_the_server();
    }
    let mut estate = Estate::new();
    let home = estate.path().to_owned();
    let served = estate.serve();
    let address = served.address.clone();
    let during = home.join("during.db");
    let estate_command = |estate: &Estate, file: &Path| ok(estate, &home, &["backup", file.to_str().unwrap()]);
    let environment: Vec<(String, String)> =
        estate.environment().iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    storm(&mut estate, &address, Manner::Sure, |_| {
        thread::sleep(Duration::from_millis(400));
        let environment: Vec<(&str, &str)> = environment.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let output = run(&home, &environment, &["backup", during.to_str().unwrap()]);
        assert!(output.status.success(), "{}", said(&output));
        thread::sleep(Duration::from_millis(200));
    });
    let after = home.join("after.db");
    assert!(estate_command(&estate, &after).starts_with("backed up into "));
    refused(&estate, &home, &["backup", after.to_str().unwrap()], "exists already");
    refused(&estate, &home, &["restore", after.to_str().unwrap(), "--replace"], "stop it first");
    let (original, allowed) = answers(&estate, &served);
    assert!(allowed > 50 && allowed < 950, "{allowed} of 1,000 are allowed");

    for file in [&during, &after] {
        let elsewhere = tempfile::tempdir().unwrap();
        let arguments = ["restore", file.to_str().unwrap(), "--verify"];
        assert!(ok(&estate, elsewhere.path(), &arguments).ends_with("whole, and 1000 decisions agree"));
        refused(&estate, elsewhere.path(), &arguments, "say `--replace`");
        ok(&estate, elsewhere.path(), &["restore", file.to_str().unwrap(), "--verify", "--replace"]);
        assert!(elsewhere.path().join("vouchsafe.db.replaced").exists());
        let copy = vouchsafe_tests::serve(elsewhere.path(), &on(&estate, elsewhere.path()), &["serve"]);
        if file == &after {
            assert_eq!(answers(&estate, &copy).0, original);
        }
    }
    let left: Vec<_> = std::fs::read_dir(&home).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains(".part")), "{left:?}");
}

#[test]
fn what_is_no_backup_is_refused_and_the_database_stays() {
    if TestDatabase::is_postgres() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let at = |name: &str| data.path().join(name).to_str().unwrap().to_owned();
    assert!(run(data.path(), &[], &["user", "add", "ann", "--email", "ann@example.org"]).status.success());
    assert!(run(data.path(), &[], &["backup", &at("good.db")]).status.success());
    std::fs::write(at("text.db"), "no database at all, only some text that is long enough to be looked at").unwrap();
    let whole = std::fs::read(at("good.db")).unwrap();
    std::fs::write(at("half.db"), &whole[..whole.len() / 2]).unwrap();
    for file in ["missing.db", "text.db", "half.db"] {
        let output = run(data.path(), &[], &["restore", &at(file), "--replace"]);
        assert_eq!(output.status.code(), Some(1), "{file}: {}", said(&output));
        assert!(said(&output).contains(file), "{}", said(&output));
        let users = run(data.path(), &[], &["user", "list"]);
        assert!(said(&users).contains("ann"), "{file}: {}", said(&users));
    }
}

/// On PostgreSQL the commands say whose work it is; and as the documentation has it, it works.
fn is_left_to_the_tools_of_the_server() {
    let cluster = Cluster::new().unwrap();
    let data = tempfile::tempdir().unwrap();
    let path = data.path().to_owned();
    let mut estate = Estate::on(path.clone(), Box::new(data), cluster.url());
    refused(&estate, &path, &["backup", "x"], "pg_dump");
    refused(&estate, &path, &["restore", "x"], "pg_restore");
    let served = estate.serve();
    let address = served.address.clone();
    storm(&mut estate, &address, Manner::Sure, |_| thread::sleep(Duration::from_millis(600)));
    let dumped =
        cluster.command("pg_dump").args(["--format=custom", "--file=dump", "--dbname", &cluster.url()]).output();
    assert!(dumped.as_ref().unwrap().status.success(), "{}", said(&dumped.unwrap()));
    cluster.sql("CREATE DATABASE copy");
    let copy_url = cluster.url().replace("///postgres", "///copy");
    let restored =
        cluster.command("pg_restore").args(["--exit-on-error", "--dbname", &copy_url, "dump"]).output().unwrap();
    assert!(restored.status.success(), "{}", said(&restored));
    let mut environment = estate.environment();
    environment.push(("VOUCHSAFE_DATABASE_URL", &copy_url));
    let copy = vouchsafe_tests::serve(&path, &environment, &["serve"]);
    let (original, allowed) = answers(&estate, &served);
    assert!(allowed > 50);
    assert_eq!(answers(&estate, &copy).0, original);
}
