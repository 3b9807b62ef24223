//! Actors by resources by actions, as a table that is checked in.

use serde_json::json;
use std::{fmt::Write, fs, path::Path};
use vouchsafe_tests::World;

const ASKS: [&str; 10] = ["see", "list", "read", "download", "comment", "edit", "write", "delete", "share", "manage"];

/// The table as text: a row per actor and resource, a mark per action.
async fn table() -> String {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (dan, zed) = (world.person("dan"), world.person("zed"));
    world.file("/ann/d/inner/a.txt");
    world.file("/ann/d/b.txt");
    ann.gives(&world, "/ann/d", "read", "bob").await;
    ann.gives(&world, "/ann/d/inner", "write", "eve").await;
    ann.gives(&world, "/ann/d", "manage", "dan").await;
    dan.gives(&world, "/ann/d/inner/a.txt", "write", "bob").await;
    world.v1("PUT", "/v1/apps/app-1", json!({ "name": "editor", "owner": "ann", "protected": true })).await;
    let app = json!({ "recipients": "bob", "shares": { "$": "app-share", "uid": "app-1" } });
    world.call("POST", "/share", &ann.token, app).await;
    let mut text = format!("{:5} {:22} {}\n", "who", "where", ASKS.join(" "));
    for who in [&ann, &bob, &eve, &dan, &zed] {
        for path in ["/ann", "/ann/d", "/ann/d/inner", "/ann/d/inner/a.txt", "/ann/d/b.txt"] {
            write!(text, "{:5} {path:22}", who.name).unwrap();
            for ask in ASKS {
                let permission = if ask == "manage" { format!("manage:fs:{path}") } else { format!("fs:{path}:{ask}") };
                let mark = if world.may(who, &permission) { "x" } else { "-" };
                write!(text, " {mark:^width$}", width = ask.len()).unwrap();
            }
            text.push('\n');
        }
        for permission in ["app:editor:access", "manage:app:editor:access"] {
            let mark = if world.may(who, permission) { "x" } else { "-" };
            writeln!(text, "{:5} {permission:26} {mark}", who.name).unwrap();
        }
    }
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[actix_web::test]
async fn who_may_do_what_is_this_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/permission/matrix.golden");
    let got = table().await;
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &got).unwrap();
    }
    assert_eq!(got, fs::read_to_string(&path).unwrap_or_default(), "run `make bless` and read the diff");
}
