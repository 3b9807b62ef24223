//! A small world for the tests of this face, and short words to ask it things.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use vouchsafe_flows::Settings;
use vouchsafe_tests::{Person, World};

pub(super) const PREFIX: &str = "/public/rest/v2";
pub(super) const TEAM: &str = "3f0c9b52-6f2b-4c0e-9a34-6f3d0e2c7b11";

/// ann, bob, carol and eve, who have nothing but their homes.
pub(super) struct Desk {
    pub(super) world: World,
    pub(super) ann: Person,
    pub(super) bob: Person,
    pub(super) carol: Person,
    pub(super) eve: Person,
}

/// The header of a name and a password.
pub(super) fn basic(name: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{password}")))
}

/// A refusal whose text is in a list.
pub(super) fn no(status: u16, text: &str) -> (u16, Value) {
    (status, json!({ "status": "error", "data": [text] }))
}

/// A refusal whose text stands alone.
pub(super) fn plain_no(text: &str) -> (u16, Value) {
    (400, json!({ "status": "error", "data": text }))
}

pub(super) fn done() -> (u16, Value) {
    (200, json!({ "status": "success" }))
}

impl Desk {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let world = World::with(|settings| {
            settings.are_limits_on = false;
            change(settings);
        });
        let [ann, bob, carol, eve] = ["ann", "bob", "carol", "eve"].map(|name| world.person(name));
        Self { world, ann, bob, carol, eve }
    }

    /// One request with this `Authorization`, if any, and a JSON body.
    pub(super) async fn ask(&self, authorization: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
        let mut headers = vec![("content-type", "application/json")];
        if !authorization.is_empty() {
            headers.push(("authorization", authorization));
        }
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let (status, _, body) = self.world.probe(method, &format!("{PREFIX}{path}"), &headers, &text).await;
        (status, body)
    }

    /// One request of a person's, by the password of an application of his.
    pub(super) async fn call(&self, who: &Person, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.ask(&basic(&who.name, &who.token), method, path, body).await
    }

    pub(super) async fn get(&self, who: &Person, path: &str) -> (u16, Value) {
        self.call(who, "GET", path, Value::Null).await
    }

    pub(super) async fn delete(&self, who: &Person, path: &str) -> (u16, Value) {
        self.call(who, "DELETE", path, Value::Null).await
    }

    /// What a request gives that must succeed.
    pub(super) async fn item(&self, who: &Person, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(who, method, path, body.clone()).await;
        assert_eq!((status, &answer["status"]), (200, &json!("success")), "{method} {path} {body}: {answer}");
        answer["item"].clone()
    }

    /// The list that a request gives that must succeed.
    pub(super) async fn list(&self, who: &Person, path: &str) -> Vec<Value> {
        let (status, answer) = self.get(who, path).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer["data"].as_array().unwrap().clone()
    }

    /// A new folder; -1 is the top.
    pub(super) async fn folder(&self, who: &Person, title: &str, parent: i64) -> i64 {
        let made = self.item(who, "POST", "/folder", json!({ "title": title, "parent_folder": parent })).await;
        made["id"].as_i64().unwrap()
    }

    /// Shares a folder with a person. Gives the number of the share.
    pub(super) async fn share(&self, who: &Person, folder: i64, with: &Person, write: bool, share: bool) -> i64 {
        let body = json!({ "participant": with.name, "type": 0, "canWrite": write, "canShare": share });
        self.item(who, "POST", &format!("/folder/{folder}/shares"), body).await["id"].as_i64().unwrap()
    }

    /// Shares a folder with the team. Gives the number of the share.
    pub(super) async fn share_with_team(&self, who: &Person, folder: i64) -> i64 {
        let body = json!({ "participant": "team", "type": 1 });
        self.item(who, "POST", &format!("/folder/{folder}/shares"), body).await["id"].as_i64().unwrap()
    }

    /// Makes these people the team, which is eve's.
    pub(super) async fn team(&self, members: &[&Person]) {
        let members: Vec<&str> = members.iter().map(|who| who.name.as_str()).collect();
        let body = json!({ "owner": "eve", "name": "team", "members": members });
        assert!(self.world.v1("PUT", &format!("/v1/groups/{TEAM}"), body).await.status < 300);
    }

    /// Whether somebody may read a folder.
    pub(super) async fn reads(&self, who: &Person, folder: i64) -> bool {
        let (status, answer) = self.get(who, &format!("/folder/{folder}")).await;
        if status != 200 {
            assert_eq!((status, answer), no(400, "Could not find folder"));
        }
        status == 200
    }

    /// The numbers and titles of what is at the top of somebody's tree.
    pub(super) async fn top(&self, who: &Person) -> Vec<(i64, String)> {
        let pair = |item: &Value| (item["id"].as_i64().unwrap(), item["title"].as_str().unwrap().to_owned());
        self.list(who, "/folder?layers=0").await.iter().map(pair).collect()
    }
}
