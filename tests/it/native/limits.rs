//! What a user of `/v1` may ask, and how often. That every route spends of his questions is tested beside the desk of
//! that face.

use super::routes::ID;
use serde_json::{Value, json};
use vouchsafe_tests::World;

/// A route, and what to send there so that it is about a place.
type Route<'a> = (&'a str, &'a str, &'a dyn Fn(&str) -> Value);

/// Calls until it is too often.
async fn until_refused(world: &World, token: &str, (method, path, body): (&str, &str, &Value)) {
    for _ in 0..100 {
        let answer = world.call(method, path, token, body.clone()).await;
        if answer.status == 429 {
            assert!(!answer.retry_after.is_empty(), "{method} {path}");
            return;
        }
    }
    panic!("{method} {path}: never refused");
}

fn question(user: &str, permission: &str) -> Value {
    json!({ "actor": { "user": user }, "permission": permission })
}

#[actix_web::test]
async fn paths_of_one_batch_are_bounded_altogether_but_for_the_host() {
    let world = World::new();
    let ann = world.person("ann");
    let asks = |names: usize| {
        let deep = format!("fs:/ann{}:read", "/d".repeat(names - 1));
        json!({ "checks": vec![question("ann", &deep); 100] })
    };
    assert_eq!(world.call("POST", "/v1/check/batch", &ann.token, asks(200)).await.status, 200);
    let refused = world.call("POST", "/v1/check/batch", &ann.token, asks(201)).await;
    assert_eq!((refused.refusal(), &refused.body["key"]), ((400, "field_invalid"), &json!("checks")));
    assert_eq!(world.v1("POST", "/v1/check/batch", asks(201)).await.status, 200);
}

#[actix_web::test]
async fn who_tries_names_of_hidden_directories_is_stopped_wherever_a_path_may_stand() {
    let world = World::with(|_| {});
    let (_, bob, _) = world.people();
    let (file, dir, own) = (world.file("/ann/hidden/a.txt"), world.dir("/ann/hidden/in"), world.file("/bob/d/own.txt"));
    let give = async |what: String| {
        let body = json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": what });
        world.v1("POST", "/v1/grants", body).await.body["id"].as_str().unwrap().to_owned()
    };
    let grant = format!("/v1/grants/{}", give(format!("fs:{file}:read")).await);
    give(format!("fs:{dir}:write")).await;
    let read = |at: &str| format!("fs:{at}/a.txt:read");
    let share = |at: &str| json!({ "holder": { "user": "eve" }, "permission": read(at) });
    let what_if_shared = |at: &str| json!({ "change": { "share": share(at) } });
    let edit = |at: &str| json!({ "permission": read(at) });
    let put = |at: &str| json!({ "path": format!("{at}/in/n.txt"), "kind": "file" });
    let to = |at: &str| json!({ "path": format!("{at}/in/m.txt") });
    let what_if_moved = |at: &str| json!({ "change": { "move": { "entry": own, "path": format!("{at}/in/m.txt") } } });
    let (new, moved) = (format!("/v1/entries/{ID}"), format!("/v1/entries/{own}/move"));
    let routes: [Route<'_>; 6] = [
        ("POST", "/v1/grants", &share),
        ("PUT", &grant, &edit),
        ("POST", "/v1/what-if", &what_if_shared),
        ("POST", "/v1/what-if", &what_if_moved),
        ("PUT", &new, &put),
        ("POST", &moved, &to),
    ];
    let ask = async |method: &str, path: &str, body: Value| {
        let answer = world.call(method, path, &bob.token, body).await;
        (answer.status, answer.code().to_owned())
    };
    for (method, path, body) in routes {
        let (right, wrong) =
            (ask(method, path, body("/ann/hidden")).await, ask(method, path, body("/ann/guess")).await);
        assert!(right != wrong && right.0 != 429 && wrong.0 != 429, "{method} {path}: {right:?} {wrong:?}");
    }
    // Written with an escape it is a guess, too.
    for count in [900, 100, 10] {
        let guesses: Vec<String> = (0..count).map(|i| format!(r"fs:\/ann/guess{i}/a.txt:read")).collect();
        let asked = json!({ "permissions": guesses });
        until_refused(&world, &bob.token, ("POST", "/auth/check-permissions", &asked)).await;
    }
    let asks = |at: &str| question("bob", &read(at));
    let asked: [Route<'_>; 2] = [("POST", "/v1/check", &asks), ("POST", "/v1/explain", &asks)];
    for (method, path, body) in routes.into_iter().chain(asked) {
        until_refused(&world, &bob.token, (method, path, &body("/ann/guess"))).await;
        assert_ne!(ask(method, path, body("/bob/d")).await.0, 429, "{method} {path}: no other budget is used up");
    }
}
