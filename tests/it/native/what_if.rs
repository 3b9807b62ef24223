//! What a change would do: the same as doing it, and nothing written.

use super::routes::state;
use serde_json::{Value, json};
use vouchsafe_tests::{Answer, Person, World};
use vouchsafe_types::EntryId;

struct Desk {
    world: World,
    ann: Person,
    dir: EntryId,
    file: EntryId,
    /// ann's grant to bob, who manages the directory.
    bobs: String,
}

const GROUP: uuid::Uuid = uuid::Uuid::from_u128(9);

impl Desk {
    /// ann owns a directory with a file; bob manages it and gave eve the file.
    async fn new() -> Self {
        let world = World::new();
        let (ann, _, _) = world.people();
        world.person("dan");
        let (dir, file) = (world.dir("/ann/d"), world.file("/ann/d/a.txt"));
        world.dir("/ann/other");
        let group = json!({ "owner": "ann", "name": "g", "members": ["dan"] });
        world.v1("PUT", &format!("/v1/groups/{GROUP}"), group).await;
        let give = async |issuer: &str, to: &str, permission: String| {
            let body = json!({ "issuer": issuer, "holder": { "user": to }, "permission": permission });
            world.v1("POST", "/v1/grants", body).await.body["id"].as_str().unwrap().to_owned()
        };
        let bobs = give("ann", "bob", format!("manage:fs:{dir}")).await;
        give("bob", "eve", format!("fs:{file}:read")).await;
        Self { world, ann, dir, file, bobs }
    }

    async fn asks(&self, change: Value) -> Answer {
        let before = state(&self.world).await;
        let answer = self.world.v1("POST", "/v1/what-if", json!({ "change": change })).await;
        assert_eq!(state(&self.world).await, before, "something was written");
        answer
    }

    fn name(&self, entry: &Value) -> &'static str {
        match entry.as_str() {
            Some(id) if id == self.dir.to_string() => "dir",
            Some(id) if id == self.file.to_string() => "file",
            _ => "?",
        }
    }

    fn lines(&self, list: &Value) -> Vec<String> {
        let line = |d: &Value| {
            let text = |key: &str| d[key].as_str().unwrap_or_default().to_owned();
            format!("{} {}: {} → {}", text("user"), self.name(&d["entry"]), text("before"), text("after"))
        };
        let mut lines: Vec<String> = list.as_array().unwrap().iter().map(line).collect();
        lines.sort();
        lines
    }
}

#[actix_web::test]
async fn a_share_gains() {
    let desk = Desk::new().await;
    let share = json!({ "issuer": "ann", "holder": { "group": GROUP }, "permission": format!("fs:{}:read", desk.dir) });
    let outcome = desk.asks(json!({ "share": share })).await;
    assert_eq!(outcome.status, 200, "{}", outcome.body);
    assert_eq!(desk.lines(&outcome.body["gains"]), ["dan dir: none → read", "dan file: none → read"]);
    assert_eq!(outcome.body["gains"][0]["capabilities"], json!(["see", "list", "read", "download"]));
    assert_eq!((&outcome.body["losses"], &outcome.body["complete"]), (&json!([]), &json!(true)));
}

#[actix_web::test]
async fn a_revoke_loses_with_everybody_behind_it() {
    let desk = Desk::new().await;
    let lost = ["bob dir: manage → none", "bob file: manage → none", "eve file: read → none"];
    let outcome = desk.asks(json!({ "revoke": { "grant": desk.bobs } })).await;
    assert_eq!(
        (desk.lines(&outcome.body["losses"]), &outcome.body["gains"]),
        (lost.map(str::to_owned).to_vec(), &json!([]))
    );
    let promoted = desk.asks(json!({ "revoke": { "grant": desk.bobs, "mode": "promote" } })).await;
    assert_eq!(desk.lines(&promoted.body["losses"]), &lost[..2]);
    let restricted = desk.asks(json!({ "revoke": { "grant": desk.bobs, "mode": "restrict" } })).await;
    assert_eq!(restricted.refusal(), (409, "conflict"));
    let gone = desk.world.v1("DELETE", &format!("/v1/grants/{}", desk.bobs), Value::Null).await;
    assert_eq!(gone.status, 200);
    let after = desk.world.v1("GET", &format!("/v1/entries/{}/access", desk.file), Value::Null).await;
    assert_eq!(after.body["items"].as_array().unwrap().len(), 1, "just as it was foretold");
}

#[actix_web::test]
async fn a_move_a_deletion_and_a_group_edit_are_foretold() {
    let desk = Desk::new().await;
    let moved = desk.asks(json!({ "move": { "entry": desk.file, "path": "/ann/other/a.txt" } })).await;
    let lost = ["bob file: manage → none", "eve file: read → none"];
    assert_eq!(desk.lines(&moved.body["losses"]), lost, "the file leaves what bob manages, and eve had it from him");
    let deleted = desk.asks(json!({ "delete": { "entry": desk.file } })).await;
    assert_eq!(desk.lines(&deleted.body["losses"]), ["ann file: owner → none", lost[0], lost[1]]);
    let body = json!({ "issuer": "ann", "holder": { "group": GROUP }, "permission": format!("fs:{}:see", desk.dir) });
    desk.world.v1("POST", "/v1/grants", body).await;
    let edited = desk.asks(json!({ "group_edit": { "group": GROUP, "add": ["eve"], "remove": ["dan"] } })).await;
    assert_eq!(desk.lines(&edited.body["gains"]), ["eve dir: none → see"]);
    assert_eq!(desk.lines(&edited.body["losses"]), ["dan dir: see → none", "dan file: see → none"]);
}

#[actix_web::test]
async fn what_is_about_no_entry_is_not_said_to_be_complete() {
    let desk = Desk::new().await;
    desk.world.v1("PUT", "/v1/apps/app-9", json!({ "name": "tool", "owner": "ann", "protected": true })).await;
    let edit = json!({ "group_edit": { "group": GROUP, "add": ["bob"] } });
    let share = |permission: String| json!({ "issuer": "ann", "holder": { "group": GROUP }, "permission": permission });
    let app = "app:uid#app-9:access".to_owned();
    let on_dir = desk.world.v1("POST", "/v1/grants", share(format!("fs:{}:read", desk.dir))).await;
    assert_eq!(desk.asks(edit.clone()).await.body["complete"], true);
    let foretold = desk.asks(json!({ "share": share(app.clone()) })).await;
    assert_eq!((&foretold.body["gains"], &foretold.body["complete"]), (&json!([]), &json!(false)));
    let grant = desk.world.v1("POST", "/v1/grants", share(app.clone())).await.body["id"].clone();
    let foretold = desk.asks(json!({ "revoke": { "grant": grant } })).await;
    assert_eq!((&foretold.body["losses"], &foretold.body["complete"]), (&json!([]), &json!(false)));
    let on_dir = desk.asks(json!({ "revoke": { "grant": on_dir.body["id"] } })).await;
    assert_eq!(on_dir.body["complete"], true, "it is about an entry, whatever else the group has");
    assert_eq!(desk.asks(edit).await.body["complete"], false);
}

#[actix_web::test]
async fn what_would_be_refused_is_refused_in_the_same_words() {
    let desk = Desk::new().await;
    let none = uuid::Uuid::from_u128(1);
    let share = |issuer: &str, to: &str, permission: String| json!({ "share": { "issuer": issuer, "holder": { "user": to }, "permission": permission } });
    for (change, refusal) in [
        (share("eve", "dan", format!("fs:{}:read", desk.file)), (403, "permission_denied")),
        (share("dan", "eve", format!("fs:{}:read", desk.file)), (404, "subject_does_not_exist")),
        (share("ann", "ghost", format!("fs:{}:read", desk.file)), (422, "user_does_not_exist")),
        (json!({ "revoke": { "grant": none } }), (422, "entity_not_found")),
        (json!({ "revoke": { "grant": none, "mode": "x" } }), (400, "field_invalid")),
        (json!({ "move": { "entry": none, "path": "/ann/x" } }), (404, "subject_does_not_exist")),
        (json!({ "move": { "entry": desk.dir, "path": "/ann/d/x" } }), (422, "cannot_move_item_into_itself")),
        (json!({ "move": { "entry": desk.dir, "path": "x" } }), (400, "field_invalid")),
        (json!({ "delete": { "entry": none } }), (404, "subject_does_not_exist")),
        (json!({ "group_edit": { "group": none, "add": [] } }), (422, "entity_not_found")),
        (json!({ "fly": {} }), (400, "fields_invalid")),
        (json!({ "delete": { "entry": none }, "move": {} }), (400, "field_invalid")),
    ] {
        assert_eq!(desk.asks(change.clone()).await.refusal(), refusal, "{change}");
    }
    let own = json!({ "change": { "delete": { "entry": desk.file } } });
    let eve =
        desk.world.vouchsafe.issue_token("eve", vouchsafe_flows::ActsAs::Person, chrono::TimeDelta::days(1)).unwrap();
    assert_eq!(desk.world.call("POST", "/v1/what-if", &eve, own.clone()).await.refusal(), (403, "forbidden"));
    assert_eq!(desk.world.call("POST", "/v1/what-if", &desk.ann.token, own).await.status, 200);
}

#[actix_web::test]
async fn thinking_of_a_change_weighs_as_much_as_a_list() {
    let world = World::with(|settings| settings.are_limits_on = true);
    let ann = world.person("ann");
    let body = json!({ "change": { "delete": { "entry": world.file("/ann/a.txt") } } });
    let mut told = 0;
    let refused = loop {
        let answer = world.call("POST", "/v1/what-if", &ann.token, body.clone()).await;
        if answer.status != 200 {
            break answer;
        }
        told += 1;
        assert!(told < 110, "before the changes that one may make are used up");
    };
    assert!(told >= 60 && !refused.retry_after.is_empty(), "{told}");
    assert_eq!(refused.refusal(), (429, "too_many_requests"));
    assert_eq!(world.v1("POST", "/v1/what-if", body).await.status, 200, "the host application may go on");
}
