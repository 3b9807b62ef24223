//! How the tests speak to this face.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_flows::UserChange;
use vouchsafe_tests::{Answer, Person, World};
use vouchsafe_types::EntryId;

pub const EVERYONE: &str = "c5cc67d1-c3e8-43c0-a3ad-3928ae3e5b5e";
pub const DEFAULT_LINK: &str = "d77bd6af-828b-41f5-84ed-7ffe2565b13a";

/// The id of somebody, by which one shares with him.
pub fn guid(world: &World, who: &Person) -> String {
    world.vouchsafe.user(&who.name).unwrap().id.to_string()
}

/// The number of an entry.
pub async fn number(world: &World, entry: EntryId) -> i64 {
    world.v1("GET", &format!("/v1/entries/{entry}"), json!({})).await.body["id"].as_i64().unwrap()
}

/// A file with its number.
pub async fn file(world: &World, path: &str) -> (EntryId, i64) {
    let entry = world.file(path);
    (entry, number(world, entry).await)
}

/// A directory with its number.
pub async fn dir(world: &World, path: &str) -> (EntryId, i64) {
    let entry = world.dir(path);
    (entry, number(world, entry).await)
}

/// A group of ann's.
pub async fn group(world: &World, name: &str, members: &[&Person]) -> String {
    let id = vouchsafe_types::GroupId::mint().to_string();
    let members: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let body = json!({ "owner": "ann", "name": name, "members": members });
    assert_eq!(world.v1("PUT", &format!("/v1/groups/{id}"), body).await.status, 201);
    id
}

/// A call below `/api/2.0/files/`.
pub async fn call(world: &World, who: &Person, method: &str, path: &str, body: Value) -> Answer {
    world.call(method, &format!("/api/2.0/files/{path}"), &who.token, body).await
}

/// One share of a file.
pub async fn share(world: &World, who: &Person, file: i64, with: &str, access: impl Into<Value>) -> Answer {
    let body = json!({ "share": [{ "ShareTo": with, "Access": access.into() }] });
    call(world, who, "PUT", &format!("file/{file}/share"), body).await
}

/// One share of a folder.
pub async fn share_folder(world: &World, who: &Person, folder: i64, with: &str, access: i64) -> Answer {
    let body = json!({ "share": [{ "ShareTo": with, "Access": access }] });
    call(world, who, "PUT", &format!("folder/{folder}/share"), body).await
}

/// Names and accesses of the records in an answer, but for links.
pub fn shown(answer: &Answer) -> BTreeMap<String, i64> {
    assert!(answer.status < 300, "{answer:?}");
    let records = answer.body["response"].as_array().unwrap().iter();
    let people = records.filter(|record| record["sharedTo"]["shareLink"].is_null());
    let pair = |record: &Value| {
        let name = record["sharedTo"]["displayName"].as_str().or(record["sharedTo"]["name"].as_str());
        (name.unwrap().to_owned(), record["access"].as_i64().unwrap())
    };
    people.map(pair).collect()
}

/// What is shown on a file to somebody.
pub async fn list(world: &World, who: &Person, file: i64) -> BTreeMap<String, i64> {
    shown(&call(world, who, "GET", &format!("file/{file}/share"), json!({})).await)
}

/// These names and accesses.
pub fn these<const N: usize>(pairs: [(&str, i64); N]) -> BTreeMap<String, i64> {
    pairs.into_iter().map(|(name, access)| (name.to_owned(), access)).collect()
}

/// The refusal of a call, in the words of its envelope.
pub fn refusal(answer: &Answer) -> (u16, String, i64) {
    let body = &answer.body;
    assert_eq!((&body["status"], &body["statusCode"]), (&json!(1), &json!(answer.status)), "{answer:?}");
    assert_eq!((&body["response"], &body["count"], &body["error"]["data"]), (&Value::Null, &Value::Null, &json!({})));
    let error = &body["error"];
    (answer.status, error["message"].as_str().unwrap().to_owned(), error["hresult"].as_i64().unwrap())
}

/// The refusal of who may not do something, or asks about what there is not.
pub fn no_permission() -> (u16, String, i64) {
    (403, "You don't have enough permission to perform the operation".to_owned(), -2_146_233_078)
}

/// Gives somebody a password.
pub fn set_password(world: &World, who: &Person, password: &str) {
    let change = UserChange { password: Some(password.to_owned()), ..UserChange::default() };
    world.vouchsafe.put_user(&who.name.parse().unwrap(), &change).unwrap();
}

/// The address and the access of a link in an answer.
pub fn link(answer: &Answer, id: &str) -> Option<(String, i64)> {
    let records = answer.body["response"].as_array().unwrap();
    let found = records.iter().find(|record| record["sharedTo"]["id"] == json!(id))?;
    Some((found["sharedTo"]["shareLink"].as_str().unwrap().to_owned(), found["access"].as_i64().unwrap()))
}

/// The answer about who has what on a file.
pub async fn shares(world: &World, who: &Person, file: i64) -> Answer {
    call(world, who, "GET", &format!("file/{file}/share"), json!({})).await
}

/// The key at the end of an address.
pub fn key(url: &str) -> String {
    url.rsplit_once("doc=").unwrap().1.to_owned()
}

/// What somebody without an account may do with a link: the value, or the status of the refusal.
pub async fn opens(world: &World, file: i64, key: &str) -> i64 {
    let answer = world.raw("GET", &format!("/api/2.0/files/file/{file}?doc={key}"), "", "", "").await;
    answer.body["response"]["access"].as_i64().unwrap_or_else(|| i64::from(answer.status))
}

/// Switches the default link of a file.
pub async fn switch(world: &World, who: &Person, file: i64, access: impl Into<Value>) -> Answer {
    call(world, who, "PUT", &format!("{file}/sharedlink"), json!({ "share": access.into() })).await
}

/// A link made from a template, with its options.
pub async fn additional(world: &World, who: &Person, file: i64, settings: Value) -> (String, String) {
    let template =
        call(world, who, "GET", &format!("{file}/sharedlink/template"), json!({})).await.body["response"].clone();
    let body = json!({"share": [{"ShareTo": template["id"], "Access": 2, "title": "For the board", "linkSettings": settings}]});
    let answer = call(world, who, "PUT", &format!("file/{file}/share"), body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let record = answer.body["response"][1].clone();
    let url = record["sharedTo"]["shareLink"].as_str().unwrap();
    (record["sharedTo"]["id"].as_str().unwrap().to_owned(), key(url))
}
