//! What is somebody else's is shown under its id, `/<owner>/<uuid>/<name>`, and that path is taken back everywhere.

use super::desk::Desk;
use serde_json::{Value, json};
use vouchsafe_types::EntryId;

/// bob manages the directory `d` of ann's, and has no other word for it than the one he was shown.
async fn shown() -> (Desk, EntryId, String) {
    let desk = Desk::new().await;
    let dir = desk.world.store().read(|tx| tx.find_entry_at(&"/ann/d".parse_path())).unwrap().unwrap().uuid;
    desk.grant(&desk.ann, &desk.bob, "manage:fs:/ann/d").await;
    let seen = desk.world.call("GET", &format!("/v1/entries/{dir}"), &desk.bob.token, Value::Null).await;
    let path = seen.body["path"].as_str().unwrap().to_owned();
    assert_eq!(path, format!("/ann/{dir}/d"));
    (desk, dir, path)
}

trait Path {
    fn parse_path(&self) -> vouchsafe_types::EntryPath;
}

impl Path for str {
    fn parse_path(&self) -> vouchsafe_types::EntryPath {
        vouchsafe_types::EntryPath::strict(self).unwrap()
    }
}

#[actix_web::test]
async fn a_path_under_an_id_is_taken_back_by_every_route() {
    let (desk, dir, path) = shown().await;
    let file = format!("{path}/a.txt");
    let read = format!("fs:{file}:read");
    assert!(desk.holds(&desk.bob.token, &read).await && desk.holds(&desk.ann.token, &read).await);
    desk.grant(&desk.bob, &desk.eve, &read).await;
    assert!(desk.holds(&desk.eve.token, &format!("fs:{}:read", desk.file)).await);
    let ask = json!({ "user": "eve", "resource": file });
    let stat = desk.post("/acl/stat-user-user", &desk.bob, ask).await;
    let key = format!("/ann/{}/a.txt", desk.file);
    assert_eq!(stat.body["permissions"][&key], json!([format!("fs:{}:read", desk.file)]), "{}", stat.body);
    desk.revoke(&desk.bob, &desk.eve, &format!("fs:{key}:read")).await;
    assert!(!desk.holds(&desk.eve.token, &format!("fs:{}:read", desk.file)).await);

    assert_eq!(desk.bob.gives(&desk.world, &file, "write", "eve").await.body["status"], "success");
    let item = json!({ "path": key, "username": "eve", "access_level": "write" });
    desk.done("/share/item-by-username", &desk.bob, item).await;
    let set = json!({ "user": "eve", "resource": key, "mode": "list" });
    desk.done("/acl/set-user-user", &desk.bob, set).await;
    assert!(!desk.holds(&desk.eve.token, &format!("fs:{key}:read")).await);
    assert!(desk.holds(&desk.eve.token, &format!("fs:{key}:list")).await);
    let app = json!({ "path": key, "app": "app-1", "mode": "read" });
    assert_eq!(desk.post("/auth/check-app-acl", &desk.bob, app).await.body, json!({ "allowed": false }));
    let own = json!({ "app_uid": "app-1", "permission": format!("fs:{key}:read") });
    desk.done("/auth/grant-user-app", &desk.bob, own).await;
    let token = json!({ "permissions": [format!("fs:{key}:read")] });
    assert_eq!(desk.post("/auth/create-access-token", &desk.bob, token).await.status, 200);

    let user = |body: Value| (desk.bob.token.clone(), body);
    let (token, body) = user(json!({ "actor": { "user": "bob" }, "permission": read }));
    assert_eq!(desk.world.call("POST", "/v1/check", &token, body).await.body["allowed"], true);
    let body = json!({ "holder": { "user": "eve" }, "permission": read });
    assert!(matches!(desk.world.call("POST", "/v1/grants", &desk.bob.token, body).await.status, 200 | 201));
    let new = EntryId::mint();
    let put = |path: String| json!({ "path": path, "kind": "file", "size": 3 });
    let entry = format!("/v1/entries/{new}");
    let made = desk.world.call("PUT", &entry, &desk.bob.token, put(format!("{path}/n.txt"))).await;
    assert_eq!((made.status, &made.body["path"]), (201, &json!(format!("/ann/{new}/n.txt"))), "{}", made.body);
    let echoed = desk.world.call("PUT", &entry, &desk.bob.token, put(format!("/ann/{new}/n.txt"))).await;
    assert_eq!(echoed.status, 200, "what was shown is no other place: {}", echoed.body);
    let wrong = desk.world.call("PUT", &entry, &desk.bob.token, put(format!("/ann/{dir}/d"))).await;
    assert_eq!(wrong.refusal(), (409, "conflict"));
    let to = json!({ "path": format!("{path}/m.txt") });
    assert_eq!(desk.world.call("POST", &format!("{entry}/move"), &desk.bob.token, to).await.status, 200);
    assert_eq!(desk.world.v1("GET", &entry, Value::Null).await.body["path"], "/ann/d/m.txt");
}

#[actix_web::test]
async fn the_id_must_lie_in_that_home_and_the_name_be_its_name() {
    let (desk, dir, _) = shown().await;
    let bobs = desk.world.dir("/bob/d");
    for path in [
        format!("/ann/{dir}/e"),
        format!("/ann/{dir}"),
        format!("/bob/{dir}/d"),
        format!("/ann/{bobs}/d"),
        format!("/nobody/{dir}/d"),
        format!("/ann/{}/d", dir.to_string().replace('-', "")),
        format!("/ann/d/{}/a.txt", desk.file),
        format!("/ann/{dir}/d/b.txt"),
        format!("/ann/{dir}/d/../d"),
        format!("/ann/{}/d", EntryId::mint()),
    ] {
        assert!(!desk.holds(&desk.ann.token, &format!("fs:{path}:read")).await, "{path}");
        let answer = desk.ann.shares(&desk.world, &path, "eve").await;
        let code = if path.contains("..") { "field_invalid" } else { "subject_does_not_exist" };
        assert_eq!(answer.line("paths", 0), code, "{path}");
    }
    desk.world.v1("POST", &format!("/v1/entries/{dir}/move"), json!({ "path": "/ann/renamed" })).await;
    assert!(!desk.holds(&desk.ann.token, &format!("fs:/ann/{dir}/d:read")).await, "it has another name now");
    assert!(desk.holds(&desk.bob.token, &format!("fs:/ann/{dir}/renamed/a.txt:read")).await);
}

#[actix_web::test]
async fn who_may_not_see_it_finds_nothing_under_its_id() {
    let (desk, _, path) = shown().await;
    let permission = format!("fs:{path}:read");
    assert!(!desk.holds(&desk.eve.token, &permission).await);
    let body = json!({ "target_username": "bob", "permission": permission });
    desk.refused("/auth/grant-user-user", &desk.eve, body, (404, "subject_does_not_exist")).await;
    assert_eq!(desk.eve.shares(&desk.world, &path, "bob").await.line("paths", 0), "subject_does_not_exist");
}

#[actix_web::test]
async fn the_root_of_all_trees_is_read_by_everybody_and_given_by_nobody() {
    let desk = Desk::new().await;
    for (permission, held) in [
        ("fs:/:see", true),
        ("fs:/:list", true),
        ("fs:/:read", true),
        ("fs:/:write", false),
        ("fs:/", false),
        ("manage:fs:/:read", false),
    ] {
        assert_eq!(desk.holds(&desk.bob.token, permission).await, held, "{permission}");
    }
    for route in ["/auth/grant-user-user", "/auth/revoke-user-user"] {
        let body = json!({ "target_username": "bob", "permission": "fs:/:read" });
        desk.refused(route, &desk.ann, body, (403, "permission_denied")).await;
    }
    for (mode, allowed) in [("read", true), ("write", false)] {
        let body = json!({ "path": "/", "app": "app-1", "mode": mode });
        assert_eq!(desk.post("/auth/check-app-acl", &desk.bob, body).await.body["allowed"], allowed);
    }
    assert_eq!(desk.ann.shares(&desk.world, "/", "bob").await.line("paths", 0), "permission_denied");
}
