//! What lists, rehearsals and cursors do not tell to users.

use super::routes::state;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use vouchsafe_flows::ActsAs;
use vouchsafe_tests::{Answer, Person, World};
use vouchsafe_types::EntryId;

const TEAM: uuid::Uuid = uuid::Uuid::from_u128(9);

/// ann owns `/ann/d/a.txt`; the team is eve's, and bob and dan are in it.
struct Desk {
    world: World,
    ann: Person,
    bob: Person,
    eve: Person,
    dir: EntryId,
    file: EntryId,
}

impl Desk {
    async fn new() -> Self {
        let world = World::new();
        let (ann, bob, eve) = world.people();
        world.person("dan");
        let (dir, file) = (world.dir("/ann/d"), world.file("/ann/d/a.txt"));
        let team = json!({ "owner": "eve", "name": "t", "members": ["bob", "dan"] });
        world.v1("PUT", &format!("/v1/groups/{TEAM}"), team).await;
        Self { world, ann, bob, eve, dir, file }
    }

    async fn gives(&self, issuer: &str, holder: Value, permission: String) -> String {
        let body = json!({ "issuer": issuer, "holder": holder, "permission": permission });
        let made = self.world.v1("POST", "/v1/grants", body).await;
        made.body["id"].as_str().unwrap().to_owned()
    }

    async fn access(&self, who: &str, entry: EntryId, query: &str) -> Answer {
        self.world.call("GET", &format!("/v1/entries/{entry}/access?{query}"), who, Value::Null).await
    }

    async fn asks(&self, who: &str, change: Value) -> Answer {
        let before = state(&self.world).await;
        let answer = self.world.call("POST", "/v1/what-if", who, json!({ "change": change })).await;
        assert_eq!(state(&self.world).await, before, "something was written");
        answer
    }
}

fn people(answer: &Answer) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = answer.body["items"].as_array().unwrap().iter();
    let mut all: Vec<_> = items.map(|i| (text(&i["subject"]["user"]), text(&i["access"]))).collect();
    all.retain(|(name, _)| !name.is_empty());
    all.sort();
    all
}

fn lines(list: &Value) -> Vec<String> {
    let line = |d: &Value| format!("{}: {} → {}", d["user"], d["before"], d["after"]).replace('"', "");
    let mut lines: Vec<String> = list.as_array().unwrap().iter().map(line).collect();
    lines.sort();
    lines
}

#[actix_web::test]
async fn a_forged_cursor_lists_nobody_of_a_group() {
    let desk = Desk::new().await;
    desk.gives("ann", json!({ "user": "bob" }), format!("fs:{}:read", desk.file)).await;
    let uuid = |id: EntryId| id.to_string();
    let zero = uuid(EntryId::from(uuid::Uuid::nil()));
    for seen in [json!("n"), json!({ "u": zero })] {
        for holder in [json!({ "g": TEAM }), json!("e"), json!({ "u": TEAM })] {
            let place = json!({ "h": [holder, seen] }).to_string();
            let forged = BASE64_URL_SAFE_NO_PAD.encode(place);
            let own = desk.access(&desk.ann.token, desk.file, &format!("limit=1&cursor={forged}")).await;
            assert_eq!(own.status, 200, "{}", own.body);
            let cursor = own.body["cursor"].as_str().map(|text| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap());
            let cursor: Value = cursor.map_or(Value::Null, |bytes| serde_json::from_slice(&bytes).unwrap());
            // Nothing in it but places of holders that have grants here, or the end.
            assert!(cursor["h"][1] != json!({ "u": zero }) && !cursor.to_string().contains("\"u\":{"), "{cursor}");
            assert!(cursor.is_null() || cursor["h"][1] == "a", "{cursor}");
            let names: Vec<String> = people(&own).into_iter().map(|(name, _)| name).collect();
            assert!(names.iter().all(|name| name == "bob"), "{names:?}");
        }
    }
}

#[actix_web::test]
async fn who_is_in_anothers_group_is_not_told_by_what_he_has() {
    let desk = Desk::new().await;
    desk.gives("ann", json!({ "user": "bob" }), format!("fs:{}:see", desk.file)).await;
    desk.gives("ann", json!({ "group": TEAM }), format!("fs:{}:write", desk.file)).await;
    let told = |name: &str, access: &str| (name.to_owned(), access.to_owned());
    let anns = desk.access(&desk.ann.token, desk.file, "").await;
    assert_eq!(people(&anns), [told("ann", "owner"), told("bob", "see")], "not that bob may write, too");
    let items = anns.body["items"].as_array().unwrap();
    assert!(items.iter().any(|i| i["subject"]["group"] == json!(TEAM) && i["access"] == "write"), "the group is told");
    let of_bob = items.iter().find(|i| i["subject"]["user"] == "bob").unwrap();
    assert_eq!(of_bob["via"].as_array().unwrap().len(), 1, "{of_bob}");
    let all = desk.access(&desk.world.key, desk.file, "").await;
    assert_eq!(people(&all), [told("ann", "owner"), told("bob", "write"), told("dan", "write")]);
    // The owner of the group may know, and everybody what he has himself.
    desk.gives("ann", json!({ "user": "eve" }), format!("manage:fs:{}", desk.file)).await;
    assert!(people(&desk.access(&desk.eve.token, desk.file, "").await).contains(&told("dan", "write")));
    let bobs = desk.gives("ann", json!({ "user": "bob" }), format!("manage:fs:{}:see", desk.file)).await;
    assert!(people(&desk.access(&desk.bob.token, desk.file, "").await).contains(&told("bob", "manage")));
    desk.world.v1("DELETE", &format!("/v1/grants/{bobs}"), Value::Null).await;
}

#[actix_web::test]
async fn a_rehearsal_does_not_tell_who_is_in_a_group() {
    let desk = Desk::new().await;
    desk.gives("ann", json!({ "user": "bob" }), format!("fs:{}:see", desk.file)).await;
    let grant = desk.gives("ann", json!({ "group": TEAM }), format!("fs:{}:write", desk.file)).await;
    let revoke = json!({ "revoke": { "grant": grant } });
    let own = desk.asks(&desk.ann.token, revoke.clone()).await;
    assert_eq!((lines(&own.body["losses"]), &own.body["complete"]), (Vec::new(), &json!(false)), "{}", own.body);
    let all = desk.asks(&desk.world.key, revoke).await;
    assert_eq!(lines(&all.body["losses"]), ["bob: write → see", "dan: write → none"]);
    assert_eq!(all.body["complete"], true);
}

#[actix_web::test]
async fn a_rehearsal_tells_of_others_only_where_one_may_share() {
    let desk = Desk::new().await;
    desk.gives("ann", json!({ "user": "bob" }), format!("fs:{}:delete", desk.dir)).await;
    desk.gives("ann", json!({ "user": "dan" }), format!("fs:{}:read", desk.file)).await;
    let delete = json!({ "delete": { "entry": desk.file } });
    assert_eq!(desk.access(&desk.bob.token, desk.file, "").await.refusal(), (403, "forbidden"));
    let bobs = desk.asks(&desk.bob.token, delete.clone()).await;
    assert_eq!(bobs.status, 200, "{}", bobs.body);
    let names = |answer: &Answer| {
        let all = lines(&answer.body["losses"]).into_iter();
        all.map(|line| line.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((names(&bobs), &bobs.body["complete"]), (vec!["bob".to_owned()], &json!(false)), "himself only");
    let anns = desk.asks(&desk.ann.token, delete.clone()).await;
    assert_eq!((names(&anns), &anns.body["complete"]), (vec!["ann".into(), "bob".into(), "dan".into()], &json!(true)));
    // What is hidden from him below is not named: he is held out of the file by a deny.
    let deny = json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": format!("fs:{}:none", desk.file),
        "exact": true });
    desk.world.v1("POST", "/v1/grants", deny).await;
    let dir = desk.asks(&desk.bob.token, json!({ "delete": { "entry": desk.dir } })).await;
    assert!(!dir.body.to_string().contains(&desk.file.to_string()), "{}", dir.body);
    assert_eq!(dir.body["complete"], false);
    // An app is told about its person.
    desk.world.v1("PUT", "/v1/apps/app-1", json!({ "name": "a", "owner": "ann" })).await;
    let app =
        desk.world.vouchsafe.issue_token("ann", ActsAs::App("app-1".parse().unwrap()), chrono::TimeDelta::days(1));
    desk.gives("ann", json!({ "app": "app-1", "user": "ann" }), format!("fs:{}:delete", desk.file)).await;
    let apps = desk.asks(&app.unwrap(), delete).await;
    assert_eq!((apps.status, names(&apps)), (200, vec!["ann".to_owned()]), "{}", apps.body);
}

#[actix_web::test]
async fn a_rehearsal_that_may_not_be_made_tells_nothing() {
    let desk = Desk::new().await;
    let grant = desk.gives("ann", json!({ "user": "bob" }), format!("fs:{}:read", desk.file)).await;
    let none = uuid::Uuid::from_u128(1);
    let unknown_group = uuid::Uuid::from_u128(2);
    let stranger = desk.world.person("kim").token;
    for (there, missing) in [
        (json!({ "delete": { "entry": desk.file } }), json!({ "delete": { "entry": none } })),
        (json!({ "revoke": { "grant": grant } }), json!({ "revoke": { "grant": none } })),
        (json!({ "group_edit": { "group": TEAM } }), json!({ "group_edit": { "group": unknown_group } })),
    ] {
        let (found, absent) = (desk.asks(&stranger, there.clone()).await, desk.asks(&stranger, missing).await);
        assert_eq!(found.refusal(), absent.refusal(), "{there}");
    }
    let bobs = desk.asks(&desk.bob.token, json!({ "group_edit": { "group": TEAM } })).await;
    assert_eq!(bobs.refusal(), (403, "forbidden"), "he is in it, so he knows that it is there");
}

#[actix_web::test]
async fn what_apps_and_everyone_would_get_is_not_looked_at() {
    let desk = Desk::new().await;
    desk.world.v1("PUT", "/v1/apps/app-1", json!({ "name": "a", "owner": "ann" })).await;
    let share = |holder: Value| {
        let permission = format!("fs:{}:read", desk.file);
        json!({ "share": { "issuer": "ann", "holder": holder, "permission": permission } })
    };
    let to_app = desk.asks(&desk.world.key, share(json!({ "app": "app-1" }))).await;
    assert_eq!(to_app.body["complete"], false);
    let to_all = desk.asks(&desk.world.key, share(json!({ "everyone": true }))).await;
    assert_eq!((lines(&to_all.body["gains"]).len(), &to_all.body["complete"]), (3, &json!(true)), "bob, eve, dan");
    let to_all = desk.asks(&desk.ann.token, share(json!({ "everyone": true }))).await;
    assert_eq!((lines(&to_all.body["gains"]).len(), &to_all.body["complete"]), (0, &json!(false)));
}

#[actix_web::test]
async fn a_hidden_app_is_like_none_to_whoever_shares_with_it() {
    let desk = Desk::new().await;
    desk.world.v1("PUT", "/v1/apps/hidden", json!({ "name": "h", "owner": "eve", "protected": true })).await;
    let share = async |who: &str, app: &str| {
        let body = json!({ "holder": { "app": app }, "permission": format!("fs:{}:read", desk.file) });
        let shared = desk.world.call("POST", "/v1/grants", who, body).await;
        let list = format!("/v1/grants?entry={}&holder=app:{app}", desk.file);
        let listed = desk.world.call("GET", &list, who, Value::Null).await;
        [shared, listed].map(|answer| (answer.status, answer.body.to_string().replace(app, "APP")))
    };
    let hidden = share(&desk.ann.token, "hidden").await;
    assert_eq!(hidden, share(&desk.ann.token, "nothing").await);
    assert_eq!(hidden.map(|(status, _)| status), [422, 422]);
}

#[actix_web::test]
async fn apps_and_tokens_are_not_told_where_an_entry_lies() {
    let desk = Desk::new().await;
    desk.world.v1("PUT", "/v1/apps/app-1", json!({ "name": "a", "owner": "ann" })).await;
    desk.gives("ann", json!({ "app": "app-1", "user": "ann" }), format!("fs:{}:read", desk.file)).await;
    let acts_as = ActsAs::App("app-1".parse().unwrap());
    let app = desk.world.vouchsafe.issue_token("ann", acts_as, chrono::TimeDelta::days(1)).unwrap();
    let entry = format!("/v1/entries/{}", desk.file);
    let seen = desk.world.call("GET", &entry, &app, Value::Null).await;
    let masked = format!("/ann/{}/a.txt", desk.file);
    assert_eq!((seen.status, &seen.body["path"], &seen.body["parent"]), (200, &json!(masked), &Value::Null));
    let own = desk.world.call("GET", &entry, &desk.ann.token, Value::Null).await;
    assert_eq!((&own.body["path"], &own.body["parent"]), (&json!("/ann/d/a.txt"), &json!(desk.dir)));
}

#[actix_web::test]
async fn users_spend_what_the_host_does_not() {
    let world = World::with(|_| ());
    let (ann, _, _) = world.people();
    let group = format!("/v1/groups/{TEAM}");
    let put = async |who: &str, i: usize| {
        world.call("PUT", &group, who, json!({ "owner": "ann", "name": format!("g{i}") })).await
    };
    let mut last = put(&ann.token, 0).await;
    for i in 0..400 {
        if last.status == 429 {
            break;
        }
        last = put(&ann.token, i).await;
    }
    assert_eq!(last.refusal(), (429, "too_many_requests"));
    let none = uuid::Uuid::from_u128(1);
    for (method, path, body) in [
        ("POST", "/v1/grants".to_owned(), json!({ "holder": { "user": "bob" }, "permission": "fs:/ann:read" })),
        ("PUT", format!("/v1/grants/{none}"), json!({ "permission": "fs:/ann:read" })),
        ("DELETE", format!("/v1/grants/{none}"), Value::Null),
        ("POST", format!("/v1/entries/{none}/leave"), Value::Null),
        ("POST", "/v1/what-if".to_owned(), json!({ "change": { "delete": { "entry": none } } })),
    ] {
        let mut answer = world.call(method, &path, &ann.token, body.clone()).await;
        for _ in 0..5 {
            if answer.status != 429 {
                answer = world.call(method, &path, &ann.token, body.clone()).await;
            }
        }
        assert_eq!(answer.status, 429, "{method} {path}");
    }
    for i in 0..130 {
        assert_eq!(put(&world.key, i).await.status, 200);
    }
}
