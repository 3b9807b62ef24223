//! Who calls: signatures, tokens, anti-CSRF tokens, and requests that are taken once.

use super::wallet::{HASH, Wallet, bent, encode, error, key, sha3};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_flows::ActsAs;
use vouchsafe_tests::{Answer, World};

const LIST: &str = "/v2/shareinfo/shared?share_info_type=private";

fn invalid(message: &str) -> Value {
    json!({ "error": { "code": "invalid_header", "msg": message } })
}

/// The headers of the worked example, letter by letter.
fn example() -> Vec<(&'static str, String)> {
    [
        ("X-App-Client-ID", "25dc6af5b9ab0ab034fa8eafd6109105572b6a1f69f53cedae843ecdd74561e1"),
        ("X-App-Client-Key", "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"),
        ("X-App-User-ID", "alice"),
        (
            "X-App-Client-Signature",
            "d6bdf8acaaa445d39ec9220a160ed628968db2176debdf0816a9816a681fa2ee\
             e1f9116f9da400b9af1dbdf81c04a03fb3d0463975247f269dfb3c79024ff30e",
        ),
        ("X-App-Timestamp", "123456789"),
        ("X-App-Type", "vult"),
        ("X-App-ID-Token", "*"),
        ("X-CSRF-TOKEN", "test_csrf_token"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

/// The example with one header changed; without it when the value is empty.
fn with(name: &str, value: &str) -> Vec<(&'static str, String)> {
    let mut headers = example();
    headers.retain_mut(|(known, old)| {
        if *known == name {
            *old = value.to_owned();
        }
        !old.is_empty()
    });
    headers
}

async fn asks(world: &World, headers: &[(&str, String)]) -> Answer {
    world.with_headers(headers, "GET", LIST, "").await
}

/// What a refused caller gets, to whatever he sends.
async fn refused(world: &World, headers: &[(&'static str, String)]) -> Answer {
    let answer = asks(world, headers).await;
    let mut sent = headers.to_vec();
    sent.push(("Content-Type", "application/json".to_owned()));
    let owner = example()[0].1.clone();
    let ticket = encode(&json!({ "owner_id": owner, "client_id": owner, "file_path_hash": HASH }));
    let share = json!({ "auth_ticket": ticket }).to_string();
    let post = world.with_headers(&sent, "POST", "/v2/shareinfo", share).await;
    assert_eq!((post.status, &post.body), (answer.status, &answer.body));
    answer
}

#[actix_web::test]
async fn the_worked_examples_are_let_in_as_they_stand() {
    let world = World::new();
    let (alice, bob) = (Wallet::new(&world, "alice", 0).await, Wallet::new(&world, "bob", 0x20).await);
    assert_eq!(asks(&world, &example()).await.status, 200);
    assert_eq!(
        (bob.id().as_str(), bob.headers()[3].1.as_str()),
        (
            "57fb4facf94b9e3e268453289d0f7e3bfb326fce6b69636bd591c54848a4a192",
            "cdf440cdfa5e886dd7f13e200fa5b3ea5a3cd4103e8184384f127ad2a8965a37\
             8f68a00543ba86e11d78836226c341d6c500742cad3d95c08f1ef5f43ed6c10f"
        )
    );
    assert_eq!(asks(&world, &bob.headers()).await.status, 200);
    let mut older = with("X-App-User-ID", "");
    older.push(("X-App-Phone-Number", "alice".into()));
    assert_eq!(asks(&world, &older).await.status, 200, "the older name of the header");
    let lower: Vec<(&str, String)> =
        example().into_iter().map(|(name, value)| (&*name.to_lowercase().leak(), value)).collect();
    assert_eq!(asks(&world, &lower).await.status, 200);
    assert_eq!(alice.headers()[3], example()[3]);
}

#[actix_web::test]
async fn every_header_that_is_absent_is_named_in_order() {
    let world = World::new();
    Wallet::new(&world, "alice", 0).await;
    let all = "Invalid header parameter. [{ClientID  required } {PublicKey  required } {Timestamp  required } \
        {AppType  required } {UserID  required } {Signature  required }]";
    assert_eq!(asks(&world, &[]).await.body, invalid(all));
    for (name, word) in [
        ("X-App-Client-ID", "ClientID"),
        ("X-App-Client-Key", "PublicKey"),
        ("X-App-Timestamp", "Timestamp"),
        ("X-App-Type", "AppType"),
        ("X-App-User-ID", "UserID"),
        ("X-App-Client-Signature", "Signature"),
    ] {
        let answer = refused(&world, &with(name, "")).await;
        let expected = invalid(&format!("Invalid header parameter. [{{{word}  required }}]"));
        assert_eq!((answer.status, &answer.body), (400, &expected));
        assert_eq!(answer.content_type, "application/json");
        let answer = refused(&world, &with(name, "\u{e9}")).await;
        assert_eq!((answer.status, answer.body), (400, invalid("Invalid header parameter.")), "{name}");
    }
    assert_eq!(asks(&world, &example()).await.body["data"], json!([]), "nothing was written");
    for name in ["X-App-ID-Token", "X-CSRF-TOKEN"] {
        assert_eq!(asks(&world, &with(name, "")).await.status, 200, "{name}");
    }
}

#[actix_web::test]
async fn a_header_that_is_wrong_or_another_ones_lets_nobody_in() {
    let world = World::new();
    let (alice, bob) = (Wallet::new(&world, "alice", 0).await, Wallet::new(&world, "bob", 0x20).await);
    let before = world.counts();
    let signature = example()[3].1.clone();
    let unknown = format!("{}:{}:{}", alice.id(), "nobody", alice.public_key());
    let malformed = "Invalid header parameter.";
    let signs = |user: &str| alice.sign(sha3(format!("{}:{user}:{}", alice.id(), alice.public_key())));
    let long = "a".repeat(10_000);
    for (name, value, expected) in [
        ("X-App-Timestamp", "soon", malformed),
        ("X-App-Timestamp", "1.5", malformed),
        ("X-App-Timestamp", "+123456789", malformed),
        ("X-App-Timestamp", "99999999999999999999", malformed),
        ("X-App-Type", "Vult", malformed),
        ("X-App-Type", "other", malformed),
        ("X-App-Client-ID", &bob.id(), "Invalid signature."),
        ("X-App-Client-ID", &alice.id().to_uppercase(), "Invalid signature."),
        ("X-App-Client-ID", &long, "Invalid signature."),
        ("X-App-Client-Key", &bob.public_key(), "Invalid signature."),
        ("X-App-Client-Key", "zz", "Invalid signature."),
        ("X-App-Client-Key", &long, "Invalid signature."),
        ("X-App-Client-Signature", "zz", "Invalid signature."),
        ("X-App-Client-Signature", &signature[2..], "Invalid signature."),
        ("X-App-Client-Signature", &format!("{signature}00"), "Invalid signature."),
        ("X-App-Client-Signature", &bob.headers()[3].1, "Invalid signature."),
        ("X-App-Client-Signature", &bent(&signature), "Invalid signature."),
        ("X-App-Client-Signature", &"00".repeat(64), "Invalid signature."),
        ("X-App-Client-Signature", &alice.sign(sha3(unknown)), "Invalid signature."),
        ("X-App-User-ID", "bob", "Invalid signature."),
        ("X-App-User-ID", "nobody", "Invalid signature."),
    ] {
        let answer = refused(&world, &with(name, value)).await;
        assert_eq!((answer.status, answer.body), (400, invalid(expected)), "{name}: {value:.80}");
    }
    for user in ["bob", "nobody", "Alice"] {
        let mut headers = with("X-App-User-ID", user);
        headers[3].1 = signs(user);
        assert_eq!(error(&refused(&world, &headers).await), (400, "404: User not found"), "{user}");
    }
    assert_eq!(asks(&world, &example()).await.body["data"], json!([]), "nothing was written");
    world.vouchsafe.suspend_user("alice", true).unwrap();
    assert_eq!(error(&asks(&world, &example()).await), (400, "404: User not found"));
    assert_eq!(world.counts(), before);
}

#[actix_web::test]
async fn a_key_of_the_peers_other_scheme_is_unsupported_unless_signatures_are_trusted() {
    let headers = |id: String, key: &str| {
        let mut headers = with("X-App-Client-Key", key);
        headers[0].1 = id;
        headers[3].1 = "00".repeat(32);
        headers
    };
    let key = "ab".repeat(64);
    let id = hex::encode(sha3(hex::decode(&key).unwrap()));
    for (is_trusted, status) in [(false, 400), (true, 200)] {
        let world = World::with(|settings| settings.zus.are_signatures_trusted = is_trusted);
        world.person("alice");
        world.v1("PUT", "/v1/users/alice", json!({ "client_keys": [key] })).await;
        let answer = asks(&world, &headers(id.clone(), &key)).await;
        assert_eq!(answer.status, status);
        if !is_trusted {
            assert_eq!(answer.body, invalid("Unsupported signature scheme."));
        }
        let other = asks(&world, &headers(sha3("x").map(|b| format!("{b:02x}")).concat(), &key)).await;
        assert_eq!(other.body, invalid("Invalid signature."), "trusted or not");
    }
}

#[actix_web::test]
async fn keys_are_registered_replaced_and_belong_to_one_user() {
    let world = World::new();
    let (alice, bob) = (Wallet::new(&world, "alice", 0).await, world.person("bob"));
    let put = |name: &str, keys: Value| {
        let (world, path) = (&world, format!("/v1/users/{name}"));
        async move { world.v1("PUT", &path, json!({ "client_keys": keys })).await }
    };
    let taken = put("bob", json!([alice.public_key()])).await;
    assert_eq!(taken.refusal(), (409, "conflict"));
    for keys in [json!("x"), json!([5]), json!(["zz"]), json!(["ab"]), json!(["00".repeat(32)]), json!(vec!["x"; 101])]
    {
        assert_eq!(put("bob", keys.clone()).await.status, 400, "{keys}");
    }
    let second = hex::encode(key(0x40).verifying_key().as_bytes());
    let both = put("alice", json!([alice.public_key(), second.to_uppercase(), second])).await;
    assert_eq!(both.body["client_keys"], json!([alice.public_key(), second]));
    assert_eq!(world.v1("PUT", "/v1/users/alice", json!({})).await.body["client_keys"], both.body["client_keys"]);
    assert_eq!(asks(&world, &example()).await.status, 200);
    assert_eq!(put("alice", json!([second])).await.status, 200);
    assert_eq!(error(&asks(&world, &example()).await), (400, "404: User not found"));
    assert_eq!(put("bob", json!([alice.public_key()])).await.status, 200, "it is free now");
    let user = world.call("GET", "/v1/users/bob", &bob.token, Value::Null).await;
    assert_eq!(user.body["client_ids"], json!([alice.id()]));
    world.vouchsafe.delete_user("bob").unwrap();
    assert_eq!(put("alice", json!([alice.public_key()])).await.status, 200);
}

#[actix_web::test]
async fn a_token_is_enough_and_names_its_own_client_ids_only() {
    let world = World::new();
    let (alice, carol) = (Wallet::new(&world, "alice", 0).await, world.person("carol"));
    let plain = |name: &str| world.vouchsafe.user(name).unwrap().id.as_uuid().simple().to_string();
    let bearer = |token: &str, more: &[(&'static str, &str)]| {
        let mut headers = vec![("Authorization", format!("Bearer {token}"))];
        headers.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        headers
    };
    assert_eq!(asks(&world, &bearer(&carol.token, &[])).await.status, 200);
    for own in [alice.id(), plain("alice")] {
        let headers = bearer(&alice.person.token, &[("X-App-Client-ID", &own), ("X-App-Type", "bolt")]);
        assert_eq!(asks(&world, &headers).await.status, 200, "{own}");
    }
    for other in [alice.id(), plain("alice"), "nobody".into()] {
        let answer = asks(&world, &bearer(&carol.token, &[("X-App-Client-ID", &other)])).await;
        assert_eq!((answer.status, answer.body), (400, invalid("Invalid signature.")), "{other}");
    }
    let wrong_app = asks(&world, &bearer(&carol.token, &[("X-App-Type", "other")])).await;
    assert_eq!((wrong_app.status, wrong_app.body), (400, invalid("Invalid header parameter.")));
    world.v1("PUT", "/v1/apps/app-1", json!({ "name": "editor", "owner": "alice" })).await;
    let issue = |acts_as| world.vouchsafe.issue_token("carol", acts_as, TimeDelta::days(1)).unwrap();
    for acting in [issue(ActsAs::AccessToken), issue(ActsAs::App("app-1".parse().unwrap()))] {
        let refused = asks(&world, &bearer(&acting, &[])).await;
        assert!(error(&refused).1.starts_with("unauthorized:") && refused.status == 400, "{}", refused.body);
    }
    let unauthorized = json!({ "error": { "code": "unauthorized", "msg": "Invalid token." } });
    for token in ["", "nope", world.key.as_str()] {
        let mut headers = example();
        headers.extend(bearer(token, &[]));
        let answer = asks(&world, &headers).await;
        assert_eq!((answer.status, answer.body), (401, unauthorized.clone()), "not even with a signature: {token}");
    }
    world.clock.advance(TimeDelta::days(2));
    assert_eq!(asks(&world, &bearer(&carol.token, &[])).await.status, 401);
}

#[actix_web::test]
async fn anti_csrf_tokens_last_an_hour_where_they_are_required() {
    let world = World::with(|settings| settings.zus.is_csrf_required = true);
    let (alice, other) = (Wallet::new(&world, "alice", 0).await, World::new());
    let issue = async |world: &World| {
        let answer = world.with_headers(&[], "GET", "/v2/csrftoken", "").await;
        assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/json"));
        answer.body["csrf_token"].as_str().unwrap().to_owned()
    };
    let (token, again) = (issue(&world).await, issue(&world).await);
    assert!(token.len() == 75 && token != again);
    assert_eq!(asks(&world, &with("X-CSRF-TOKEN", &token)).await.status, 200);
    assert_eq!(asks(&world, &with("X-CSRF-TOKEN", &token)).await.status, 200, "it may be used again");
    let forged = format!("{}{}", &token[..74], if token.ends_with('A') { 'E' } else { 'A' });
    for wrong in ["", "test_csrf_token", forged.as_str(), &token[..72]] {
        let answer = asks(&world, &with("X-CSRF-TOKEN", wrong)).await;
        assert_eq!((answer.status, answer.body), (400, invalid("Invalid csrf token.")), "{wrong}");
    }
    let mut stranger = with("X-App-User-ID", "nobody");
    stranger[3].1 = alice.sign(sha3(format!("{}:nobody:{}", alice.id(), alice.public_key())));
    assert_eq!(error(&asks(&world, &stranger).await), (400, "404: User not found"), "who calls comes first");
    let bearer = [("Authorization", format!("Bearer {}", alice.person.token))];
    assert_eq!(asks(&world, &bearer).await.status, 200, "a token is no cookie");
    world.clock.advance(TimeDelta::seconds(-60));
    assert_eq!(asks(&world, &with("X-CSRF-TOKEN", &token)).await.status, 200, "another node's clock may lag");
    world.clock.advance(TimeDelta::seconds(3660));
    assert_eq!(asks(&world, &with("X-CSRF-TOKEN", &token)).await.status, 400);
    assert_eq!(issue(&other).await.len(), 75);
}

#[actix_web::test]
async fn a_request_that_is_signed_by_itself_is_taken_once() {
    let world = World::with(|settings| settings.zus.is_replay_refused = true);
    let (alice, bob) = (Wallet::new(&world, "alice", 0).await, Wallet::new(&world, "bob", 0x20).await);
    let now = 1_800_000_000_i64;
    let body = json!({ "auth_ticket": encode(&alice.ticket(&bob.id(), HASH)) }).to_string();
    let made = |at: i64, nonce: &str, body: &str| {
        let hash = hex::encode(sha3(body));
        let text = format!("ZUS-REQ-1\nPOST\n/v2/shareinfo\n\n{at}\n{nonce}\n{}\n{hash}", alice.id());
        let mut headers = alice.headers();
        headers[4].1 = at.to_string();
        headers.extend([
            ("X-App-Nonce", nonce.to_owned()),
            ("X-App-Request-Signature", alice.sign(sha3(text))),
            ("Content-Type", "application/json".to_owned()),
        ]);
        headers
    };
    let post = async |headers: &[(&str, String)], body: &str| {
        world.with_headers(headers, "POST", "/v2/shareinfo", body.to_owned()).await
    };
    let missing = "Invalid header parameter. [{Nonce  required } {RequestSignature  required }]";
    assert_eq!(post(&alice.headers(), &body).await.body, invalid(missing));
    let first = made(now, "n-1", &body);
    for (headers, sent, expected) in [
        (made(now - 301, "n-2", &body), body.as_str(), "Stale request."),
        (made(now + 301, "n-2", &body), &body, "Stale request."),
        (made(now, "n 2", &body), &body, "Invalid header parameter."),
        (made(now, &"n".repeat(65), &body), &body, "Invalid header parameter."),
        (first.clone(), "{}", "Invalid signature."),
    ] {
        let answer = post(&headers, sent).await;
        assert_eq!((answer.status, answer.body), (400, invalid(expected)));
    }
    assert_eq!(post(&first, &body).await.status, 201, "what was refused used no nonce up");
    assert_eq!(post(&first, &body).await.body, invalid("Replayed request."));
    assert_eq!(post(&made(now + 300, "n-3", &body), &body).await.status, 201);
    world.clock.advance(TimeDelta::seconds(599));
    assert_eq!(post(&made(now + 300, "n-3", &body), &body).await.body, invalid("Replayed request."));
    assert_eq!(post(&made(now + 599, "n-1", &body), &body).await.body, invalid("Replayed request."));
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(post(&made(now + 600, "n-1", &body), &body).await.status, 201);
    let query = {
        let text = format!(
            "ZUS-REQ-1\nGET\n/v2/shareinfo/shared\nshare_info_type=private\n{}\nn-9\n{}\n{}",
            now + 600,
            alice.id(),
            "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"
        );
        let mut headers = alice.headers();
        headers[4].1 = (now + 600).to_string();
        headers.extend([("X-App-Nonce", "n-9".to_owned()), ("X-App-Request-Signature", alice.sign(sha3(text)))]);
        headers
    };
    assert_eq!(asks(&world, &query).await.status, 200);
}
