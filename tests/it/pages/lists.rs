//! The two lists, and what is left and taken away there.

use super::entry::{grant, hidden};
use serde_json::json;
use vouchsafe_tests::{Visitor, World};

#[actix_web::test]
async fn an_app_is_given_up_and_taken_away_from_the_lists() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let app = json!({ "name": "<i>editor", "owner": "ann", "protected": true });
    world.v1("PUT", "/v1/apps/app-1", app).await;
    for who in ["bob", "eve"] {
        grant(&world, "ann", json!({ "user": who }), "app:uid#app-1:access".to_owned(), None).await;
    }
    let may = |who| world.may(who, "app:uid#app-1:access");
    let fields = |page: &str, at: usize| {
        let form = page.split("action=\"/shared/revoke\"").nth(at).unwrap().to_owned();
        [hidden(&form, "grant"), hidden(&form, "seen")]
    };
    grant(&world, "ann", json!({ "everyone": true }), "app:uid#app-1:access".to_owned(), None).await;
    let mut giving = Visitor::of(&world, &ann);
    let shown = giving.get("/shared/by-me").await.text;
    assert!(shown.contains("&lt;i&gt;editor") && !shown.contains("<i>editor"));
    let [theirs, seen] = fields(&shown, 2);
    let [all, tag] = fields(&shown, 3);
    let mut receiving = Visitor::of(&world, &bob);
    let found = receiving.get("/shared?q=EDIT").await.text;
    assert!(found.contains("&lt;i&gt;editor") && !receiving.get("/shared?q=zz").await.text.contains("editor"));
    let app = hidden(found.split("action=\"/shared/leave\"").nth(1).unwrap(), "app");
    let refused = receiving.post("/shared/revoke", &[("grant", &theirs), ("seen", &seen)]).await;
    assert!((400..500).contains(&refused.status) && may(&eve), "another's is not his to give up");
    let left = receiving.post("/shared/leave", &[("app", &app)]).await;
    assert_eq!((left.location(), may(&bob)), ("/shared?done=left", false), "what everyone has, too");
    let refused = giving.post("/shared/revoke", &[("grant", &all), ("seen", "old")]).await;
    assert!(refused.status == 412 && may(&eve), "{}", refused.status);
    for (id, seen, may_still) in [(&theirs, &seen, true), (&all, &tag, false)] {
        let taken = giving.post("/shared/revoke", &[("grant", id), ("seen", seen)]).await;
        assert_eq!((taken.location(), may(&eve)), ("/shared/by-me?done=revoked", may_still));
    }
}

#[actix_web::test]
async fn an_app_that_the_host_gave_exactly_is_left_like_any_other() {
    let world = World::new();
    let (_, bob, _) = world.people();
    world.v1("PUT", "/v1/apps/app-1", json!({ "name": "editor", "owner": "ann", "protected": true })).await;
    let permission = "app:uid#app-1:access";
    let body = json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": permission, "exact": true });
    assert_eq!(world.v1("POST", "/v1/grants", body).await.status, 201);
    let mut leaving = Visitor::of(&world, &bob);
    let app = hidden(&leaving.get("/shared").await.text, "app");
    assert_eq!(leaving.post("/shared/leave", &[("app", &app)]).await.location(), "/shared?done=left");
    assert!(!world.may(&bob, permission) && leaving.post("/shared/leave", &[("app", &app)]).await.status >= 400);
}

#[actix_web::test]
async fn who_does_not_see_what_he_gave_any_more_may_take_it_away_and_learns_no_new_name() {
    let world = World::new();
    let (_, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let own =
        grant(&world, "ann", json!({ "user": "bob" }), format!("manage:fs:{file}"), Some("2027-01-16T00:00:00Z")).await;
    let given = grant(&world, "bob", json!({ "user": "eve" }), format!("fs:{file}:read"), None).await;
    world.clock.advance(chrono::TimeDelta::hours(17));
    let moved = world.v1("POST", &format!("/v1/entries/{file}/move"), json!({ "path": "/ann/layoffs.txt" })).await;
    assert_eq!(moved.status, 200, "{own}");
    let mut giving = Visitor::of(&world, &bob);
    assert!(!giving.get("/shared/by-me?q=layoffs").await.text.contains("/shared/revoke"));
    let shown = giving.get("/shared/by-me").await.text;
    assert!(shown.contains("something you cannot see any more") && !shown.contains("layoffs"), "{shown}");
    assert!(!shown.contains(&format!("/entry/{file}")));
    let seen = hidden(&shown, "seen");
    let taken = giving.post("/shared/revoke", &[("grant", &given), ("seen", &seen)]).await;
    assert_eq!(taken.location(), "/shared/by-me?done=revoked");
}
