//! What nobody granted, and whose word counts on files (puter.md 6.6 and 6.7): first what is one's own, then an app, a
//! site or a token, each as far as its person.

use super::desk::{Desk, NOBODY};
use serde_json::{Value, json};
use vouchsafe_flows::ActsAs;
use vouchsafe_tests::Person;

async fn uuid(desk: &Desk, who: &Person) -> String {
    let me = desk.world.call("GET", "/whoami", &who.token, Value::Null).await;
    me.body["uuid"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn everybody_has_what_is_named_after_him_and_gives_it_on() {
    let desk = Desk::new().await;
    let (ann, bob) = (uuid(&desk, &desk.ann).await, uuid(&desk, &desk.bob).await);
    let families = ["user:{}:email:read", "apps-of-user:{}", "apps-of-user:{}:write", "subdomains-of-user:{}:read"];
    for family in families {
        let (own, others) = (family.replace("{}", &ann), family.replace("{}", &bob));
        assert!(desk.holds(&desk.ann.token, &own).await && !desk.holds(&desk.ann.token, &others).await, "{family}");
        desk.grant(&desk.ann, &desk.bob, &own).await;
        assert!(desk.holds(&desk.bob.token, &own).await, "{family}");
        desk.revoke(&desk.ann, &desk.bob, &own).await;
        assert!(!desk.holds(&desk.bob.token, &own).await, "{family}");
        let to_eve = json!({ "target_username": "eve", "permission": others });
        desk.refused("/auth/grant-user-user", &desk.ann, to_eve, (403, "permission_denied")).await;
    }
}

#[actix_web::test]
async fn an_owner_may_do_everything_and_let_others_give_it() {
    let desk = Desk::new().await;
    for (permission, stranger) in [
        ("fs:/ann/d/a.txt", false),
        ("fs:/ann/d/a.txt:write", false),
        ("manage:fs:/ann/d/a.txt", false),
        ("manage:fs:/ann/d/a.txt:read", false),
        ("manage:manage:fs:/ann/d/a.txt", false),
        ("app:hidden:access", false),
        ("manage:app:hidden:access", false),
    ] {
        assert!(desk.holds(&desk.ann.token, permission).await, "{permission}");
        assert_eq!(desk.holds(&desk.bob.token, permission).await, stranger, "{permission}");
    }
}

#[actix_web::test]
async fn a_level_is_held_by_whoever_holds_a_wider_one() {
    let levels = ["see", "list", "read", "write"];
    let desk = Desk::new().await;
    for (most, given) in levels.iter().enumerate() {
        desk.grant(&desk.ann, &desk.bob, &format!("fs:/ann/d:{given}")).await;
        for (i, asked) in levels.iter().enumerate() {
            let permission = format!("fs:{}:{asked}", desk.file);
            assert_eq!(desk.holds(&desk.bob.token, &permission).await, i <= most, "{asked} by {given}, from above");
        }
        assert!(!desk.holds(&desk.bob.token, &format!("manage:fs:{}:see", desk.file)).await);
        desk.revoke(&desk.ann, &desk.bob, "fs:/ann/d:see").await;
    }
    desk.grant(&desk.ann, &desk.bob, "manage:fs:/ann/d").await;
    for asked in levels {
        assert!(desk.holds(&desk.bob.token, &format!("fs:{}:{asked}", desk.file)).await, "{asked} by manage");
        assert!(desk.holds(&desk.bob.token, &format!("manage:fs:{}:{asked}", desk.file)).await, "{asked}");
    }
    assert!(!desk.holds(&desk.bob.token, &format!("manage:manage:fs:{}", desk.file)).await, "and makes no managers");
}

#[actix_web::test]
async fn an_app_has_its_own_data_in_every_home_that_its_person_reaches() {
    let desk = Desk::new().await;
    let (own, anns) = (desk.world.file("/bob/AppData/app-1/s"), desk.world.file("/ann/AppData/app-1/s"));
    let other = desk.world.file("/bob/AppData/app-2/s");
    let app = desk.app(&desk.bob, "app-1");
    let write = |id| format!("fs:{id}:write");
    assert!(desk.holds(&app, &write(own)).await && !desk.holds(&app, &write(other)).await);
    assert!(!desk.holds(&app, &write(anns)).await, "its person cannot");
    desk.grant(&desk.ann, &desk.bob, "fs:/ann/AppData/app-1:write").await;
    assert!(desk.holds(&app, &write(anns)).await, "shared data");
    assert!(!desk.holds(&app, "fs:/bob/AppData:see").await && !desk.holds(&app, "fs:/bob:see").await);
    desk.grant(&desk.ann, &desk.bob, "fs:/ann/d/a.txt:read").await;
    assert!(!desk.holds(&app, "fs:/ann/d/a.txt:read").await, "what its person has is not its own");
}

#[actix_web::test]
async fn a_site_reads_what_it_serves_and_a_token_what_it_was_given() {
    let desk = Desk::new().await;
    let root = desk.world.dir("/ann/pages");
    desk.world.file("/ann/pages/index.html");
    let site = "00000000-0000-4000-8000-00000000517e";
    let blog = json!({ "name": "blog", "owner": "ann", "root": root });
    assert_eq!(desk.world.v1("PUT", &format!("/v1/sites/{site}"), blog).await.status, 201);
    let page = desk.token(&desk.ann, ActsAs::Site(site.parse().unwrap()));
    let made = json!({ "permissions": ["fs:/ann/d:read"] });
    let token =
        desk.post("/auth/create-access-token", &desk.ann, made).await.body["token"].as_str().unwrap().to_owned();
    for (permission, by_page, by_token) in [
        ("fs:/ann/pages/index.html:read", true, false),
        ("fs:/ann/pages:list", true, false),
        ("fs:/ann/pages/index.html:write", false, false),
        ("fs:/ann/d/a.txt:read", false, true),
        ("fs:/ann/d/a.txt:write", false, false),
        ("fs:/:read", true, true),
        ("fs:/ann:see", false, false),
    ] {
        assert_eq!(desk.holds(&page, permission).await, by_page, "{permission} by the site");
        assert_eq!(desk.holds(&token, permission).await, by_token, "{permission} by the token");
    }
}

#[actix_web::test]
async fn what_one_cannot_see_is_missing_and_what_one_sees_forbidden() {
    let desk = Desk::new().await;
    let get = |token: &str, id: String| {
        let (world, token, path) = (&desk.world, token.to_owned(), format!("/v1/entries/{id}"));
        async move { world.call("GET", &path, &token, Value::Null).await.refusal() == (404, "subject_does_not_exist") }
    };
    for id in [desk.file.to_string(), NOBODY.to_owned()] {
        assert!(get(&desk.bob.token, id).await);
    }
    desk.grant(&desk.ann, &desk.bob, "fs:/ann/d/a.txt:see").await;
    assert!(!get(&desk.bob.token, desk.file.to_string()).await);
    let put = json!({ "path": format!("/ann/{}/a.txt", desk.file), "kind": "file" });
    let path = format!("/v1/entries/{}", desk.file);
    assert_eq!(desk.world.call("PUT", &path, &desk.bob.token, put).await.refusal(), (403, "forbidden"));
    let public = desk.world.file("/ann/Public/p.txt");
    assert!(!desk.holds(&desk.bob.token, &format!("fs:{public}:see")).await, "there are no public folders");
}
