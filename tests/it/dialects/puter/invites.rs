//! Invites that are still open when something changes: what was taken away does not come back by one.

use super::desk::Desk;
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_flows::Invite;
use vouchsafe_tests::{Answer, Person, World};
use vouchsafe_types::{Clock, EntryId};

const ZOE: &str = "zoe@example.org";
const READ: &str = "fs:/ann/d/a.txt:read";
const WRITE: &str = "fs:/ann/d/a.txt:write";
const REVOKE: &str = "/auth/revoke-user-user";

impl Desk {
    /// Invites the address that zoe will have proven, and gives the id of the invite.
    async fn invite(&self, who: &Person, path: &str, access: &str) -> String {
        let before = self.open();
        assert_eq!(who.gives(&self.world, path, access, ZOE).await.body["status"], "success");
        let new = self.open().into_iter().find(|invite| before.iter().all(|old| old.id != invite.id));
        new.unwrap().id.to_string()
    }

    /// The open invites to that address.
    fn open(&self) -> Vec<Invite> {
        self.world.store().read(|tx| tx.list_invites(ZOE, self.world.clock.now())).unwrap()
    }

    async fn apply(&self, who: &Person, uid: &str) -> Answer {
        self.post("/sharelink/apply", who, json!({ "uid": uid })).await
    }

    /// A grant through `/v1`, in somebody's name.
    async fn v1_grant(&self, issuer: &str, holder: Value, permission: &str, is_exact: bool) -> String {
        let body = json!({ "issuer": issuer, "holder": holder, "permission": permission, "exact": is_exact });
        let answer = self.world.v1("POST", "/v1/grants", body).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.body);
        answer.body["id"].as_str().unwrap().to_owned()
    }

    fn lines_of(&self, action: &str) -> Vec<(Option<EntryId>, String, String)> {
        let of = self.audit().into_iter().filter(|line| line.action == action);
        of.map(|line| (line.entry, line.permission.unwrap_or_default(), line.reason.unwrap_or_default())).collect()
    }
}

#[actix_web::test]
async fn who_was_shut_out_does_not_let_himself_in_by_an_older_invite() {
    for (what, access, issuer) in [("none", "read", "ann"), ("read", "write", "ann"), ("none", "read", "dan")] {
        let desk = Desk::new().await;
        let (zoe, _) = (desk.world.person("zoe"), desk.world.person("dan"));
        let user = |name: &str| json!({ "user": name });
        desk.v1_grant("ann", user("dan"), &format!("fs:{}", desk.file), false).await;
        let invited = desk.invited_before_it_is_proven(&zoe, "/ann/d/a.txt", access).await;
        desk.v1_grant("ann", json!({ "everyone": true }), WRITE, false).await;
        let deny = desk.v1_grant(issuer, user("zoe"), &format!("fs:{}:{what}", desk.file), true).await;
        desk.world.vouchsafe.confirm_user("zoe").unwrap();
        assert_eq!(desk.apply(&zoe, &invited).await.refusal(), (422, "share_expired"), "{what} by {issuer}");
        assert!(!desk.holds(&zoe.token, WRITE).await, "{what} by {issuer}");
        assert_eq!(desk.holds(&zoe.token, READ).await, what == "read");
        let kept = desk.world.v1("GET", &format!("/v1/grants/{deny}"), Value::Null).await;
        assert_eq!((kept.status, &kept.body["exact"]), (200, &json!(true)), "the row stands as it was");
        let lines = desk.lines_of("claim");
        assert_eq!(lines.len(), 1, "what gave nothing leaves a trace");
        assert_eq!((lines[0].0, lines[0].2.ends_with(": could not be given")), (Some(desk.file), true));
    }
}

impl Desk {
    /// An invite to an address that its owner proves only later.
    async fn invited_before_it_is_proven(&self, who: &Person, path: &str, access: &str) -> String {
        let change = vouchsafe_flows::UserChange { email_confirmed: Some(false), ..Default::default() };
        self.world.vouchsafe.put_user(&who.name.parse().unwrap(), &change).unwrap();
        self.invite(&self.ann, path, access).await
    }
}

#[actix_web::test]
async fn a_deny_above_that_is_younger_than_the_invite_bars_it_and_an_older_one_does_not() {
    for (is_older, code) in [(false, (422, "share_expired")), (true, (200, ""))] {
        let desk = Desk::new().await;
        let zoe = desk.world.person("zoe");
        let mut invited = String::new();
        if !is_older {
            invited = desk.invited_before_it_is_proven(&zoe, "/ann/d/a.txt", "read").await;
            desk.world.clock.advance(TimeDelta::seconds(1));
        }
        desk.v1_grant("ann", json!({ "user": "zoe" }), "fs:/ann/d:none", true).await;
        if is_older {
            desk.world.clock.advance(TimeDelta::seconds(1));
            invited = desk.invited_before_it_is_proven(&zoe, "/ann/d/a.txt", "read").await;
        }
        desk.world.vouchsafe.confirm_user("zoe").unwrap();
        assert_eq!(desk.apply(&zoe, &invited).await.refusal(), code);
        assert_eq!(desk.holds(&zoe.token, READ).await, is_older);
    }
}

#[actix_web::test]
async fn a_row_that_is_made_a_deny_bars_what_was_sent_before_and_so_does_a_groups() {
    for (how, code) in [("edited", (422, "share_expired")), ("group", (422, "share_expired")), ("before", (200, ""))] {
        let desk = Desk::new().await;
        let zoe = desk.world.person("zoe");
        let group = desk.group(&desk.ann, &[&zoe]).await;
        let shut = async || desk.v1_grant("ann", json!({ "group": group }), "fs:/ann/d/a.txt:none", true).await;
        let mut row = String::new();
        match how {
            "edited" => row = desk.v1_grant("ann", json!({ "user": "zoe" }), "fs:/ann/d:read", false).await,
            "before" => row = shut().await,
            _ => {}
        }
        desk.world.clock.advance(TimeDelta::seconds(1));
        let invited = desk.invited_before_it_is_proven(&zoe, "/ann/d/a.txt", "read").await;
        desk.world.clock.advance(TimeDelta::seconds(1));
        match how {
            "edited" => {
                let deny = json!({ "permission": "fs:/ann/d:none", "exact": true });
                let path = format!("/v1/grants/{row}");
                assert_eq!(desk.world.call("PUT", &path, &desk.ann.token, deny).await.status, 200);
            }
            "group" => row = shut().await,
            _ => {}
        }
        desk.world.vouchsafe.confirm_user("zoe").unwrap();
        assert_eq!(desk.apply(&zoe, &invited).await.refusal(), code, "{how} {row}");
        assert_eq!(desk.holds(&zoe.token, READ).await, how == "before", "{how}");
    }
}

#[actix_web::test]
async fn who_left_comes_back_by_an_invite_and_not_by_leaving_again() {
    let desk = Desk::new().await;
    let zoe = desk.world.person("zoe");
    let invited = desk.invited_before_it_is_proven(&zoe, "/ann/d/a.txt", "read").await;
    desk.world.vouchsafe.confirm_user("zoe").unwrap();
    let group = desk.group(&desk.ann, &[&zoe]).await;
    desk.done("/auth/grant-user-group", &desk.ann, json!({ "group_uid": group, "permission": READ })).await;
    for _ in 0..3 {
        desk.revoke(&zoe, &zoe, READ).await;
        assert!(!desk.holds(&zoe.token, READ).await, "she stays away");
    }
    desk.revoke(&desk.ann, &zoe, READ).await;
    assert!(!desk.holds(&zoe.token, READ).await, "nor does the owner let her in by revoking");
    assert_eq!(desk.open().len(), 0, "he revoked what he had sent her, too");
    let again = desk.invited_before_it_is_proven(&zoe, "/ann/d/a.txt", "read").await;
    desk.world.vouchsafe.confirm_user("zoe").unwrap();
    assert_eq!(desk.apply(&zoe, &invited).await.refusal(), (422, "share_expired"));
    assert_eq!(desk.apply(&zoe, &again).await.status, 200);
    assert!(desk.holds(&zoe.token, READ).await);
}

/// How somebody takes back, or lowers, what he gave zoe on the file.
#[derive(Clone, Copy, Debug)]
enum By {
    Name,
    Address,
    Id,
    Mode,
    Edit,
    Set,
}

#[actix_web::test]
async fn what_was_revoked_does_not_come_back_by_an_open_invite() {
    for by in [By::Name, By::Address, By::Id, By::Mode, By::Edit, By::Set] {
        let desk = Desk::new().await;
        let zoe = desk.world.person("zoe");
        desk.world.file("/ann/b.txt");
        let invited = desk.invited_before_it_is_proven(&zoe, "/ann/d/a.txt", "write").await;
        let other = desk.invite(&desk.ann, "/ann/b.txt", "read").await;
        desk.world.vouchsafe.confirm_user("zoe").unwrap();
        let user = json!({ "user": "zoe" });
        let given = desk.v1_grant("ann", user.clone(), &format!("fs:{}:write", desk.file), false).await;
        assert_eq!(desk.open().len(), 2, "what was given includes what was sent: there is nothing to strike");
        let (revoke, mode) = (json!({ "permission": READ }), json!({ "user": "zoe", "resource": "/ann/d/a.txt" }));
        let with = |body: &Value, key: &str, value: &str| {
            let mut body = body.clone();
            body[key] = json!(value);
            body
        };
        let by_id = format!("/v1/grants/{given}");
        let read = json!({ "permission": format!("fs:{}:read", desk.file), "expires_at": null, "exact": false });
        match by {
            By::Name => desk.done(REVOKE, &desk.ann, with(&revoke, "target_username", "zoe")).await,
            By::Address => desk.done(REVOKE, &desk.ann, with(&revoke, "target_username", "ZOE@Example.org")).await,
            By::Id => assert_eq!(desk.world.call("DELETE", &by_id, &desk.ann.token, Value::Null).await.status, 200),
            By::Mode => desk.done("/acl/set-user-user", &desk.ann, with(&mode, "mode", "read")).await,
            By::Edit => assert_eq!(desk.world.call("PUT", &by_id, &desk.ann.token, read).await.status, 200),
            By::Set => {
                desk.v1_grant("ann", user, READ, false).await;
            }
        }
        assert_eq!(desk.apply(&zoe, &invited).await.refusal(), (422, "share_expired"), "{by:?}");
        assert!(!desk.holds(&zoe.token, WRITE).await, "{by:?}");
        assert_eq!(desk.apply(&zoe, &other).await.status, 200, "{by:?}: what is about something else stands");
        assert!(desk.lines_of("claim").iter().any(|line| line.0 == Some(desk.file) && line.2.ends_with("withdrawn")));
    }
}

#[actix_web::test]
async fn the_owner_strikes_everybodys_invites_and_a_manager_his_own() {
    let desk = Desk::new().await;
    let zoe = desk.world.person("zoe");
    desk.grant(&desk.ann, &desk.bob, "manage:fs:/ann/d/a.txt").await;
    let of_ann = desk.invited_before_it_is_proven(&zoe, "/ann/d/a.txt", "read").await;
    let mask = format!("/ann/{}/a.txt", desk.file);
    desk.invite(&desk.bob, &mask, "write").await;
    desk.world.vouchsafe.confirm_user("zoe").unwrap();
    desk.revoke(&desk.bob, &zoe, READ).await;
    let left: Vec<String> = desk.open().into_iter().map(|invite| invite.id.to_string()).collect();
    assert_eq!(left, [of_ann]);
    desk.invited_before_it_is_proven(&zoe, "/ann/d/a.txt", "read").await;
    desk.invite(&desk.bob, &mask, "write").await;
    desk.revoke(&desk.ann, &zoe, READ).await;
    assert_eq!(desk.open().len(), 3, "an address that is not proven may be somebody else's");
    desk.world.vouchsafe.confirm_user("zoe").unwrap();
    desk.refused(
        REVOKE,
        &desk.eve,
        json!({ "target_username": "zoe", "permission": READ }),
        (404, "subject_does_not_exist"),
    )
    .await;
    desk.revoke(&desk.ann, &zoe, READ).await;
    assert_eq!(desk.open().len(), 0);
}

#[actix_web::test]
async fn an_address_that_is_nobodys_is_uninvited_and_the_answer_is_the_same_for_any_address() {
    let desk = Desk::new().await;
    desk.invite(&desk.ann, "/ann/d/a.txt", "read").await;
    for (address, left) in [("nobody@example.org", 1), (ZOE, 0), (ZOE, 0)] {
        desk.done(REVOKE, &desk.ann, json!({ "target_username": address, "permission": READ })).await;
        assert_eq!(desk.open().len(), left, "{address}");
    }
    let to = |whom: &str| json!({ "target_username": whom, "permission": READ });
    for whom in ["not@an address", ZOE] {
        desk.refused(REVOKE, &desk.bob, to(whom), (404, "subject_does_not_exist")).await;
    }
    desk.refused(REVOKE, &desk.ann, to("not@an address"), (422, "user_does_not_exist")).await;
}

#[actix_web::test]
async fn who_sent_an_invite_finds_it_and_takes_it_back() {
    let desk = Desk::new().await;
    desk.world.file("/ann/b.txt");
    let (first, second) =
        (desk.invite(&desk.ann, "/ann/d/a.txt", "read").await, desk.invite(&desk.ann, "/ann/b.txt", "write").await);
    let list = |token: &str, query: &str| {
        let (token, path) = (token.to_owned(), format!("/v1/invites{query}"));
        let world = &desk.world;
        async move { world.call("GET", &path, &token, Value::Null).await }
    };
    let ids = |answer: &Answer| -> Vec<String> {
        answer.body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let mut both = [first.clone(), second.clone()];
    both.sort();
    assert_eq!(ids(&list(&desk.ann.token, "").await), both);
    assert_eq!(ids(&list(&desk.world.key, "?issuer=ann&email=ZOE%40example.org").await), both);
    assert!(ids(&list(&desk.bob.token, "").await).is_empty());
    assert_eq!(list(&desk.bob.token, "?issuer=ann").await.refusal(), (403, "forbidden"));
    assert_eq!(list(&desk.app(&desk.ann, "app-1"), "").await.refusal(), (403, "forbidden"));
    assert_eq!(list(&desk.ann.token, "?email=x").await.refusal(), (400, "field_invalid"));
    assert!(ids(&list(&desk.world.key, "?email=x%40example.org").await).is_empty());
    let page = list(&desk.ann.token, "?limit=1").await;
    assert_eq!(ids(&page), both[..1]);
    let next = list(&desk.ann.token, &format!("?limit=1&cursor={}", page.body["cursor"].as_str().unwrap())).await;
    assert_eq!((ids(&next), &next.body["cursor"]), (both[1..].to_vec(), &Value::Null));
    let shown = &list(&desk.ann.token, "").await.body["items"][0];
    let keys: Vec<&String> = shown.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["created_at", "email", "expires_at", "id", "issuer", "permissions"]);

    let path = format!("/v1/invites/{first}");
    for token in [&desk.bob.token, &desk.app(&desk.ann, "app-1")] {
        assert_eq!(desk.world.call("DELETE", &path, token, Value::Null).await.refusal(), (422, "entity_not_found"));
    }
    assert_eq!(desk.world.call("DELETE", &path, &desk.ann.token, Value::Null).await.status, 200);
    assert_eq!(
        desk.world.call("DELETE", &path, &desk.ann.token, Value::Null).await.refusal(),
        (422, "entity_not_found")
    );
    assert_eq!(desk.world.v1("DELETE", &format!("/v1/invites/{second}"), Value::Null).await.status, 200);
    assert_eq!(desk.world.v1("DELETE", "/v1/invites/x", Value::Null).await.refusal(), (400, "field_invalid"));
    let zoe = desk.world.person("zoe");
    assert_eq!(desk.apply(&zoe, &first).await.refusal(), (422, "share_expired"));
    assert!(desk.lines_of("claim").iter().all(|line| line.2.ends_with("withdrawn")));
}

#[actix_web::test]
async fn the_audit_has_a_line_for_each_thing_in_an_invite() {
    let desk = Desk::new().await;
    let other = desk.world.file("/ann/b.txt");
    let shares = json!([
        { "$": "fs-share", "path": "/ann/d/a.txt" }, { "$": "fs-share", "path": "/ann/b.txt" },
        { "$": "app-share", "uid": "app-2" },
    ]);
    desk.post("/share", &desk.ann, json!({ "recipients": ZOE, "shares": shares })).await;
    let uid = desk.open()[0].id.to_string();
    let sent: Vec<_> = desk.lines_of("invite").into_iter().map(|line| (line.0, line.1)).collect();
    let app = "app:uid#app-2:access".to_owned();
    let read = |id: EntryId| (Some(id), format!("fs:{id}:read"));
    assert_eq!(sent, [read(desk.file), read(other), (None, app.clone())]);
    desk.world.v1("DELETE", &format!("/v1/entries/{other}"), Value::Null).await;
    let zoe = desk.world.person("zoe");
    assert_eq!(desk.apply(&zoe, &uid).await.status, 200);
    let claimed = |what: &str| format!("invite {uid}: {what}");
    assert_eq!(
        desk.lines_of("claim"),
        [
            (Some(desk.file), read(desk.file).1, claimed("taken up")),
            (Some(other), read(other).1, claimed("could not be given")),
            (None, app, claimed("taken up")),
        ]
    );
    let line = desk.audit().into_iter().find(|line| line.action == "claim").unwrap();
    let zoe = desk.world.vouchsafe.user("zoe").unwrap().id;
    assert_eq!((line.holder_user, line.actor_user), (Some(zoe), Some(zoe)));
}

#[actix_web::test]
async fn a_mail_that_was_not_sent_is_not_counted_and_one_that_was_is_for_a_day() {
    let desk = Desk::over_with(|settings| settings.invites_per_day = 1).await;
    let share = |body: Value| desk.post("/share", &desk.ann, body);
    let item = json!({ "$": "fs-share", "path": "/ann/d/a.txt" });
    let strict = json!({ "recipients": [ZOE, "ghost"], "shares": item, "mode": "strict" });
    assert_eq!(share(strict).await.status, 218);
    let dry = json!({ "recipients": ZOE, "shares": item, "dry_run": true });
    assert_eq!(share(dry).await.status, 200);
    assert_eq!(share(json!({ "recipients": ZOE, "shares": [] })).await.status, 400);
    let two = share(json!({ "recipients": [ZOE, "yan@example.org"], "shares": item })).await;
    assert_eq!((two.line("recipients", 0), two.line("recipients", 1)), ("", "share_daily_limit_reached"));
    let uid = desk.open()[0].id;
    assert_eq!(desk.world.v1("DELETE", &format!("/v1/invites/{uid}"), Value::Null).await.status, 200);
    let again = share(json!({ "recipients": ZOE, "shares": item })).await;
    assert_eq!(again.line("recipients", 0), "share_daily_limit_reached", "the mail is out all the same");
    desk.world.clock.advance(TimeDelta::days(1) - TimeDelta::seconds(1));
    let ann = desk.world.vouchsafe.issue_token("ann", vouchsafe_flows::ActsAs::Person, TimeDelta::days(9)).unwrap();
    let ann = Person { token: ann, ..desk.ann.clone() };
    assert_eq!(ann.shares(&desk.world, "/ann/d/a.txt", ZOE).await.line("recipients", 0), "share_daily_limit_reached");
    desk.world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(ann.shares(&desk.world, "/ann/d/a.txt", ZOE).await.line("recipients", 0), "");
}

impl Desk {
    async fn over_with(change: impl FnOnce(&mut vouchsafe_flows::Settings)) -> Self {
        Self::over(World::with(change)).await
    }
}

#[actix_web::test]
async fn who_sent_an_invite_does_not_ask_himself_for_it() {
    let desk = Desk::new().await;
    let uid = desk.invite(&desk.ann, "/ann/d/a.txt", "read").await;
    let body = json!({ "uid": uid });
    let answer = desk.refused("/sharelink/request", &desk.ann, body, (422, "no_need_to_request")).await;
    assert_eq!(answer.body["$"], "api:error");
    assert_eq!(desk.post("/sharelink/request", &desk.bob, json!({ "uid": uid })).await.status, 200);
}

#[actix_web::test]
async fn what_has_ended_is_swept_away_and_nothing_else() {
    let desk = Desk::new().await;
    for length in ["1h", "30d"] {
        let body = json!({ "permissions": [READ, "fs:/ann:see"], "expiresIn": length });
        assert_eq!(desk.post("/auth/create-access-token", &desk.ann, body).await.status, 200);
    }
    desk.invite(&desk.ann, "/ann/d/a.txt", "read").await;
    assert_eq!((desk.world.vouchsafe.sweep().unwrap(), desk.world.counts().0), (0, 4));
    desk.world.clock.advance(TimeDelta::hours(1));
    assert_eq!((desk.world.vouchsafe.sweep().unwrap(), desk.world.counts().0), (1, 2), "the grants go with the token");
    assert_eq!(desk.audit().pop().unwrap().actor_service.as_deref(), Some("vouchsafe"));
    desk.world.clock.advance(TimeDelta::days(14));
    assert!(desk.world.vouchsafe.sweep().unwrap() > 0);
    assert_eq!(desk.world.counts().0, 2);
    assert!(desk.lines_of("claim").iter().any(|line| line.2.ends_with(": expired")));
    assert_eq!(desk.world.vouchsafe.sweep().unwrap(), 0);
}

#[actix_web::test]
async fn who_leaves_what_held_him_to_less_takes_up_no_more_by_an_older_invite() {
    for (access, answer) in [("write", (422, "share_expired")), ("read", (200, ""))] {
        let desk = Desk::new().await;
        let (zoe, _) = (desk.world.person("zoe"), desk.world.person("dan"));
        desk.v1_grant("ann", json!({ "user": "dan" }), &format!("fs:{}", desk.file), false).await;
        let invited = desk.invited_before_it_is_proven(&zoe, "/ann/d/a.txt", access).await;
        desk.world.vouchsafe.confirm_user("zoe").unwrap();
        desk.v1_grant("dan", json!({ "user": "zoe" }), READ, true).await;
        let leave = format!("/v1/entries/{}/leave", desk.file);
        assert_eq!(desk.world.call("POST", &leave, &zoe.token, Value::Null).await.status, 200);
        assert!(!desk.holds(&zoe.token, READ).await);
        assert_eq!(desk.apply(&zoe, &invited).await.refusal(), answer, "{access}");
        assert!(!desk.holds(&zoe.token, WRITE).await && desk.holds(&zoe.token, READ).await == (access == "read"));
    }
}
