//! Who is blocked brings nothing, and does not learn of it.

use super::forms::actor;
use serde_json::json;
use vouchsafe_tests::World;

#[actix_web::test]
async fn a_blocked_share_is_reported_as_done_and_gives_nothing() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let file = world.file("/ann/a.txt");
    let read = format!("fs:{file}:read");
    let (bobs, anns) = (actor(&world, "bob"), actor(&world, "ann"));
    for all in [false, true] {
        let set = |is_on| match all {
            true => world.vouchsafe.block_all(&bobs, is_on),
            false => world.vouchsafe.block(&bobs, "ann", is_on).map(|_| ()),
        };
        set(true).unwrap();
        let before = world.counts();
        for with in ["bob", "bob@example.org"] {
            let answer = ann.shares(&world, "/ann/a.txt", with).await;
            assert_eq!((answer.status, &answer.body["status"]), (200, &json!("success")));
        }
        let body = json!({ "path": "/ann/a.txt", "username": "bob", "access_level": "read" });
        assert_eq!(world.call("POST", "/share/item-by-username", &ann.token, body).await.status, 200);
        assert_eq!(world.counts(), before, "no grant, no notice, no mail");
        assert!(!world.may(&bob, &read));
        set(false).unwrap();
    }
    world.vouchsafe.block(&anns, "bob", true).unwrap();
    world.vouchsafe.ask_for_access(&bobs, file, vouchsafe_types::share::ShareAccess::Read, "").unwrap();
    assert!(world.vouchsafe.list_asks(&anns).unwrap().is_empty(), "a blocked request reaches nobody either");
    ann.shares(&world, "/ann/a.txt", "bob").await;
    assert!(world.may(&bob, &read), "unblocked, it counts again");
    world.vouchsafe.block(&bobs, "ann", true).unwrap();
    assert!(world.may(&bob, &read), "what he has stays");
}

#[actix_web::test]
async fn one_blocks_others_who_are_there() {
    let world = World::new();
    world.people();
    let bob = actor(&world, "bob");
    let code = |name: &str| match world.vouchsafe.block(&bob, name, true) {
        Err(vouchsafe_flows::Fault::Api(error)) => error.code(),
        _ => "",
    };
    assert_eq!((code("bob"), code("nobody"), code("ann")), ("cannot_block_self", "user_does_not_exist", ""));
    assert!(!world.vouchsafe.block(&bob, "ann", true).unwrap(), "a second time is nothing new");
    assert_eq!(world.vouchsafe.list_blocks(&bob).unwrap().people.len(), 1);
}
