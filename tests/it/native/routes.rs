//! Every route of the native face, for the tests that try them all.

use serde_json::{Value, json};
use vouchsafe_tests::{Answer, World};

/// An id that nothing has.
pub(super) const ID: &str = "00000000-0000-4000-8000-000000000001";

/// A route with a body.
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: String,
    /// A body with every field, all of them right.
    pub(super) good: Value,
    /// JSON pointers to the fields that must be there.
    pub(super) required: &'static [&'static str],
}

/// Every route with a body.
pub(super) fn with_bodies() -> Vec<Route> {
    let route = |method, path: String, required, good| Route { method, path, good, required };
    let check = json!({ "actor": { "user": "ann", "app": "app-9" }, "permission": "fs:/ann:read", "at_least": 0 });
    let token = json!({ "actor": { "token": "t" }, "permission": "fs:/ann:read" });
    let batch = json!({ "checks": [check, token], "at_least": 0 });
    let in_batch = &["/checks", "/checks/0/actor", "/checks/0/permission", "/checks/1/actor"];
    let user = json!({ "uuid": ID, "email": "zoe@x.org", "email_confirmed": true, "display_name": "Zoe",
        "client_keys": ["03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"] });
    let entry = json!({ "path": "/ann/x", "kind": "dir", "owner": "ann", "size": 0, "content_type": "a/b",
        "modified": "2026-01-01T00:00:00Z", "create_parents": false });
    let app = json!({ "name": "n", "owner": "ann", "protected": true, "metadata": {}, "index_url": "u" });
    let site = json!({ "name": "n", "owner": "ann", "associated_app_uid": "app-9", "root": ID, "protected": true });
    let group = json!({ "owner": "ann", "name": "g", "members": [] });
    let grant = json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": "fs:/ann:read",
        "expires_at": "2099-01-01T00:00:00Z", "exact": false });
    let what_if = |change: Value| json!({ "change": change });
    let mut app_grant = grant.clone();
    app_grant["holder"] = json!({ "app": "app-9", "user": "ann" });
    let moved = json!({ "move": { "entry": ID, "path": "/ann/y" } });
    let edit = json!({ "group_edit": { "group": ID, "add": ["ann"], "remove": ["bob"] } });
    vec![
        route("PUT", "/v1/users/zoe".into(), &[], user),
        route("PUT", format!("/v1/groups/{ID}"), &["/owner", "/name"], group),
        route("PUT", format!("/v1/entries/{ID}"), &["/path", "/kind"], entry),
        route("POST", format!("/v1/entries/{ID}/move"), &["/path"], json!({ "path": "/ann/y" })),
        route("PUT", "/v1/apps/app-9".into(), &["/name", "/owner"], app),
        route("PUT", format!("/v1/sites/{ID}"), &["/name", "/owner"], site),
        route("POST", "/v1/check".into(), &["/actor", "/permission"], check.clone()),
        route("POST", "/v1/check/batch".into(), in_batch, batch),
        route("POST", "/v1/explain".into(), &["/actor", "/permission"], check),
        route("POST", "/v1/grants".into(), &["/issuer", "/holder", "/permission"], grant.clone()),
        route("POST", "/v1/grants".into(), &["/holder"], app_grant),
        route(
            "POST",
            "/v1/what-if".into(),
            &["/change", "/change/share/permission"],
            what_if(json!({ "share": grant })),
        ),
        route(
            "POST",
            "/v1/what-if".into(),
            &["/change/revoke/grant"],
            what_if(json!({ "revoke": { "grant": ID, "mode": "cascade" } })),
        ),
        route("POST", "/v1/what-if".into(), &["/change/move/entry", "/change/move/path"], what_if(moved)),
        route("POST", "/v1/what-if".into(), &["/change/delete/entry"], what_if(json!({ "delete": { "entry": ID } }))),
        route("POST", "/v1/what-if".into(), &["/change/group_edit/group"], what_if(edit)),
    ]
}

/// Every path that can be read and deleted.
pub(super) fn things() -> Vec<String> {
    let by_id = ["groups", "entries", "sites"].map(|kind| format!("/v1/{kind}/{ID}"));
    by_id.into_iter().chain(["/v1/users/ann".into(), "/v1/apps/app-9".into()]).collect()
}

/// The revision with the numbers of grants, notifications and mails: equal when nothing was written.
pub(super) async fn state(world: &World) -> (i64, (i64, usize, usize)) {
    let body = json!({ "actor": { "user": "ann" }, "permission": "fs:/ann:read" });
    let revision = world.v1("POST", "/v1/check", body).await.body["revision"].as_i64().unwrap();
    (revision, world.counts())
}

/// A refusal in the form of this face, with its own status in it.
pub(super) fn assert_refused(what: &str, answer: &Answer) {
    assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.body);
    assert_eq!(answer.body["$"], "heyputer:api/APIError", "{what}: {}", answer.body);
    assert_eq!(answer.body["status"], answer.status, "{what}");
    assert!(answer.body["message"].is_string() && answer.body["code"].is_string(), "{what}");
}
