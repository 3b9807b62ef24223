//! Share links: every row of their tables.

use serde_json::{Value, json};
use vouchsafe_flows::ActsAs;
use vouchsafe_tests::{Answer, Person, World, assert_golden};
use vouchsafe_types::Actor;

struct Desk {
    world: World,
    ann: Person,
    token: String,
    uid: String,
}

impl Desk {
    /// ann has invited `zoe@example.org` to a file and to an app.
    async fn new() -> Self {
        let world = World::new();
        let ann = world.person("ann");
        world.file("/ann/a.txt");
        world.v1("PUT", "/v1/apps/app-1", json!({ "name": "editor", "owner": "ann", "protected": true })).await;
        let shares = json!([{ "$": "fs-share", "path": "/ann/a.txt" }, { "$": "app-share", "uid": "app-1" }]);
        let body = json!({ "recipients": "Zoe@Example.org", "shares": shares });
        world.call("POST", "/share", &ann.token, body).await;
        let now = chrono::DateTime::from_timestamp(1_900_000_000, 0).unwrap();
        let mails = world.store().read(|tx| tx.list_due_messages(now, 10)).unwrap();
        let link = mails[0].payload["link"].as_str().unwrap().to_owned();
        let token = link.strip_prefix("http://vouchsafe.test?share_token=").unwrap().to_owned();
        let mut desk = Self { world, ann, token, uid: String::new() };
        desk.uid = desk.check(json!({ "token": desk.token })).await.body["uid"].as_str().unwrap().to_owned();
        desk
    }

    async fn check(&self, body: Value) -> Answer {
        self.world.raw("POST", "/sharelink/check", "", "application/json", body.to_string()).await
    }

    async fn apply(&self, who: &Person) -> Answer {
        self.world.call("POST", "/sharelink/apply", &who.token, json!({ "uid": self.uid })).await
    }

    async fn request(&self, who: &Person) -> Answer {
        self.world.call("POST", "/sharelink/request", &who.token, json!({ "uid": self.uid })).await
    }
}

fn is_refused(answer: &Answer, refusal: (u16, &str)) {
    assert_eq!((answer.refusal(), &answer.body["$"]), (refusal, &json!("api:error")), "{}", answer.body);
    assert!(answer.body["message"].is_string() && answer.body.get("status").is_none(), "{}", answer.body);
}

#[actix_web::test]
async fn a_token_is_checked_without_a_session_and_not_consumed() {
    let desk = Desk::new().await;
    for _ in 0..2 {
        let answer = desk.check(json!({ "token": desk.token })).await;
        assert_eq!(
            (answer.status, &answer.body["$"], &answer.body["email"]),
            (200, &json!("api:share"), &json!("Zoe@Example.org"))
        );
    }
    assert_golden("dialects/puter/golden/sharelink_token_missing", &desk.check(json!({})).await);
    for falsy in [Value::Null, json!(false), json!(""), json!(0), json!(0.0)] {
        is_refused(&desk.check(json!({ "token": falsy })).await, (400, "field_missing"));
    }
    let good = json!({ "token": desk.token }).to_string();
    let shown = desk.world.raw("POST", "/sharelink/check", "no session", "text/plain;actually=json", good).await;
    let text = shown.body.to_string().replace(&desk.uid, "836671d4-ac5d-4bd3-bc0a-ec357e0d8f02");
    let fixed = Answer { body: serde_json::from_str(&text).unwrap(), ..shown };
    assert_golden("dialects/puter/golden/sharelink_checked", &fixed);
    let forged = format!("{}x", desk.token);
    for token in [json!("nonsense"), json!(5), json!(forged), json!(desk.ann.token), json!([])] {
        let answer = desk.check(json!({ "token": token })).await;
        assert_eq!((answer.refusal(), &answer.body["$"]), ((400, "invalid_token"), &json!("api:error")), "{token}");
    }
    desk.world.clock.advance(chrono::TimeDelta::days(14));
    assert_eq!(desk.check(json!({ "token": desk.token })).await.refusal(), (400, "invalid_token"));
}

#[actix_web::test]
async fn only_the_proven_owner_of_the_address_applies_it_and_once() {
    let desk = Desk::new().await;
    let (zoe, bob) = (desk.world.unproven("zoe"), desk.world.person("bob"));
    assert_eq!(desk.apply(&zoe).await.refusal(), (422, "email_must_be_confirmed"));
    assert_golden("dialects/puter/golden/sharelink_other_user", &desk.apply(&bob).await);
    for body in [json!({}), json!({ "uid": 5 }), json!({ "uid": "" })] {
        let answer = desk.world.call("POST", "/sharelink/apply", &bob.token, body).await;
        assert_eq!((answer.refusal(), &answer.body["key"]), ((400, "field_missing"), &json!("uid")));
    }
    assert_eq!(
        desk.world.raw("POST", "/sharelink/apply", "", "application/json", "{}").await.refusal(),
        (401, "token_missing")
    );
    desk.world.vouchsafe.confirm_user("zoe").unwrap();
    assert!(!desk.world.may(&zoe, "fs:/ann/a.txt:read"), "the operator's word applies nothing by itself");
    assert_golden("dialects/puter/golden/sharelink_applied", &desk.apply(&zoe).await);
    assert!(desk.world.may(&zoe, "fs:/ann/a.txt:read") && desk.world.may(&zoe, "app:editor:access"));
    assert_eq!(desk.apply(&zoe).await.refusal(), (422, "share_expired"));
    assert_eq!(desk.check(json!({ "token": desk.token })).await.refusal(), (400, "invalid_token"));
}

#[actix_web::test]
async fn what_the_issuer_can_no_longer_give_is_dropped() {
    let desk = Desk::new().await;
    let zoe = desk.world.person("zoe");
    let file = desk
        .world
        .v1("POST", "/v1/explain", json!({ "actor": { "user": "ann" }, "permission": "fs:/ann/a.txt:read" }))
        .await;
    let uuid = file.body["reading"][0]["to"].as_str().unwrap().split(':').nth(1).unwrap().to_owned();
    desk.world.person("bob");
    desk.world.v1("POST", &format!("/v1/entries/{uuid}/move"), json!({ "path": "/bob/a.txt" })).await;
    assert_eq!(desk.apply(&zoe).await.status, 200);
    assert!(!desk.world.may(&zoe, &format!("fs:{uuid}:read")) && desk.world.may(&zoe, "app:editor:access"));
}

#[actix_web::test]
async fn when_nothing_is_left_the_share_is_gone() {
    let desk = Desk::new().await;
    let zoe = desk.world.person("zoe");
    desk.world.vouchsafe.suspend_user("ann", true).unwrap();
    assert_eq!(desk.apply(&zoe).await.refusal(), (422, "share_expired"));
    desk.world.vouchsafe.suspend_user("ann", false).unwrap();
    assert_eq!(desk.apply(&zoe).await.refusal(), (422, "share_expired"));
    assert_eq!(desk.world.counts().0, 0);
}

#[actix_web::test]
async fn somebody_else_asks_the_sender_once_a_day() {
    let desk = Desk::new().await;
    let (bob, zoe) = (desk.world.person("bob"), desk.world.person("zoe"));
    for _ in 0..3 {
        assert_golden("dialects/puter/golden/sharelink_requested", &desk.request(&bob).await);
    }
    assert_eq!(desk.world.counts().1, 1);
    desk.world.clock.advance(chrono::TimeDelta::days(1));
    let bob = Person {
        token: desk.world.vouchsafe.issue_token("bob", ActsAs::Person, chrono::TimeDelta::days(1)).unwrap(),
        ..bob
    };
    assert_eq!(desk.request(&bob).await.status, 200);
    assert_eq!(desk.world.counts().1, 2);
    let zoe = Person {
        token: desk.world.vouchsafe.issue_token("zoe", ActsAs::Person, chrono::TimeDelta::days(1)).unwrap(),
        ..zoe
    };
    assert_golden("dialects/puter/golden/sharelink_no_need", &desk.request(&zoe).await);
    let list = json!({ "interface": "puter-notifications", "method": "select" });
    let ann = desk.world.vouchsafe.issue_token("ann", ActsAs::Person, chrono::TimeDelta::days(1)).unwrap();
    let value = desk.world.call("POST", "/drivers/call", &ann, list).await.body["result"][0]["value"].clone();
    assert_eq!(value["title"], "User bob is trying to open a share you sent to Zoe@Example.org");
    assert_eq!(value["template"], "user-requesting-share");
    assert_eq!(value["fields"]["permissions"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn who_was_answered_asks_again_the_same_day_and_the_sender_is_told_once() {
    let desk = Desk::new().await;
    let bob = desk.world.person("bob");
    let ann = Actor::User(desk.world.vouchsafe.user("ann").unwrap().id);
    let waiting = || desk.world.vouchsafe.list_asks(&ann).unwrap();
    let answer = |is_given| {
        for ask in waiting() {
            desk.world.vouchsafe.answer_ask(&ann, ask.id, is_given, None).unwrap();
        }
    };
    desk.request(&bob).await;
    let asked = waiting().len();
    answer(false);
    let told = desk.world.counts().1;
    for _ in 0..2 {
        desk.request(&bob).await;
        assert_eq!((waiting().len(), desk.world.counts().1), (asked, told));
    }
    answer(true);
    let told = desk.world.counts().1;
    desk.request(&bob).await;
    assert_eq!((waiting().len(), desk.world.counts().1), (0, told), "he has it");
}

#[actix_web::test]
async fn what_is_no_share_is_expired_before_anything_is_said_about_the_caller() {
    let desk = Desk::new().await;
    let (new, bob) = (desk.world.unproven("new"), desk.world.person("bob"));
    for route in ["/sharelink/apply", "/sharelink/request"] {
        for who in [&new, &bob, &desk.ann] {
            for uid in ["00000000-0000-4000-8000-000000000000", "no uid", "a\u{0}b", desk.token.as_str()] {
                let answer = desk.world.call("POST", route, &who.token, json!({ "uid": uid })).await;
                is_refused(&answer, (422, "share_expired"));
                assert_eq!(answer.body["message"], "This share is expired.");
            }
            for uid in [Value::Null, json!(5), json!(""), json!([]), json!({}), json!(true)] {
                let answer = desk.world.call("POST", route, &who.token, json!({ "uid": uid })).await;
                is_refused(&answer, (400, "field_missing"));
            }
        }
        for (kind, body) in [("application/json", "[]"), ("application/json", "{"), ("text/xml", "<a/>")] {
            let answer = desk.world.raw("POST", route, &bob.token, kind, body).await;
            assert!(matches!(answer.status, 400 | 415) && answer.body["$"] == "api:error", "{}", answer.body);
        }
        assert_eq!(desk.world.raw("GET", route, &bob.token, "", "").await.refusal(), (405, "method_not_allowed"));
    }
    assert_eq!(desk.world.counts(), (0, 0, 1), "the mail of the invite");
}

#[actix_web::test]
async fn nobody_without_a_session_of_his_own_applies_or_asks() {
    let desk = Desk::new().await;
    let zoe = desk.world.person("zoe");
    let token = |acts_as| desk.world.vouchsafe.issue_token("zoe", acts_as, chrono::TimeDelta::days(1)).unwrap();
    for acting in [token(ActsAs::App("app-1".parse().unwrap())), token(ActsAs::AccessToken)] {
        let zoe = Person { token: acting, ..zoe.clone() };
        is_refused(&desk.apply(&zoe).await, (403, "forbidden"));
        is_refused(&desk.request(&zoe).await, (403, "forbidden"));
    }
    for route in ["/sharelink/apply", "/sharelink/request"] {
        let body = json!({ "uid": desk.uid }).to_string();
        is_refused(&desk.world.raw("POST", route, "", "application/json", body.clone()).await, (401, "token_missing"));
        is_refused(&desk.world.raw("POST", route, "x", "application/json", body).await, (401, "token_auth_failed"));
    }
    assert_eq!(desk.apply(&zoe).await.status, 200, "the share was not touched by any of them");
}

#[actix_web::test]
async fn a_share_goes_with_its_issuer() {
    let desk = Desk::new().await;
    let (zoe, bob) = (desk.world.person("zoe"), desk.world.person("bob"));
    desk.world.vouchsafe.delete_user("ann").unwrap();
    is_refused(&desk.check(json!({ "token": desk.token })).await, (400, "invalid_token"));
    is_refused(&desk.apply(&zoe).await, (422, "share_expired"));
    is_refused(&desk.request(&bob).await, (422, "share_expired"));
}

#[actix_web::test]
async fn the_address_is_compared_without_case_and_must_be_proven() {
    let desk = Desk::new().await;
    let zoe = desk.world.unproven("ZOE");
    is_refused(&desk.apply(&zoe).await, (422, "email_must_be_confirmed"));
    assert_eq!(desk.apply(&zoe).await.body["message"], "Email must be confirmed to apply a share.");
    assert_eq!(desk.request(&zoe).await.status, 200, "who has not proven the address may ask like anybody else");
    desk.world.vouchsafe.confirm_user("ZOE").unwrap();
    is_refused(&desk.request(&zoe).await, (422, "no_need_to_request"));
    assert_eq!(desk.apply(&zoe).await.status, 200);
    assert!(desk.world.may(&zoe, "fs:/ann/a.txt:read"));
}

#[actix_web::test]
async fn each_who_asks_is_told_of_once_and_may_then_be_given_it() {
    let desk = Desk::new().await;
    let (bob, eve) = (desk.world.person("bob"), desk.world.person("eve"));
    for who in [&bob, &eve, &bob, &eve] {
        assert_eq!(desk.request(who).await.body, json!({ "$": "api:status-report", "status": "success" }));
    }
    assert_eq!(desk.world.counts().1, 2);
    desk.ann.shares(&desk.world, "/ann/a.txt", "bob").await;
    assert!(desk.world.may(&bob, "fs:/ann/a.txt:read") && !desk.world.may(&eve, "fs:/ann/a.txt:read"));
}

#[actix_web::test]
async fn an_applied_share_lowers_nothing() {
    let desk = Desk::new().await;
    let zoe = desk.world.person("zoe");
    desk.ann.gives(&desk.world, "/ann/a.txt", "write", "zoe").await;
    assert_eq!(desk.apply(&zoe).await.status, 200);
    assert!(desk.world.may(&zoe, "fs:/ann/a.txt:write"));
    assert_eq!(desk.world.counts().0, 2, "one row for the file and one for the app");
}

#[actix_web::test]
async fn of_two_who_apply_at_once_one_does() {
    let desk = Desk::new().await;
    desk.world.person("zoe");
    let (zoe, id) = (desk.world.vouchsafe.user("zoe").unwrap().id, desk.uid.parse().unwrap());
    let apply = || desk.world.vouchsafe.apply_share_link(&Actor::User(zoe), id).is_ok();
    let applied = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(apply)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|done| *done).count()
    });
    assert_eq!((applied, desk.world.counts().0), (1, 2));
}
