use crate::{
    UserChange,
    sharing::invite::ShareToken,
    testing::{Refused, World},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use vouchsafe_types::{Email, InviteId, share::ShareRequest};

const SECRET: &[u8] = b"a secret of at least thirty-two bytes";

/// A world in which ann has invited somebody, and the token of the link.
fn invited() -> (World, String) {
    let world = World::new();
    let (ann, actor) = world.person("ann");
    let change = UserChange {
        email: Email::parse("ann@example.org").ok(),
        email_confirmed: Some(true),
        ..UserChange::default()
    };
    world.vouchsafe.put_user(&ann.username, &change).unwrap();
    let body = json!({ "recipients": "zoe@example.org", "shares": { "$": "fs-share", "path": "/ann" } });
    let request = ShareRequest::parse(body.as_object().unwrap(), &ann.username, 100).unwrap();
    world.vouchsafe.share(&actor, &request).unwrap();
    let link = world.take_mails().pop().unwrap().payload["link"].as_str().unwrap().to_owned();
    let token = link.strip_prefix("http://vouchsafe.test?share_token=").unwrap().to_owned();
    (world, token)
}

fn payload(token: &str) -> ShareToken {
    let middle = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(middle).unwrap()).unwrap()
}

fn signed(payload: &impl serde::Serialize, algorithm: Algorithm, secret: &[u8]) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), payload, &EncodingKey::from_secret(secret)).unwrap()
}

#[test]
fn only_our_own_token_of_a_share_passes_for_one() {
    let (world, token) = invited();
    let ours = payload(&token);
    assert_eq!(world.vouchsafe.check_share_link(&token).unwrap().id, ours.uid);
    assert!(world.vouchsafe.check_share_link(&signed(&ours, Algorithm::HS256, SECRET)).is_ok());
    let without_end: Value = {
        let mut all = serde_json::to_value(&ours).unwrap();
        all.as_object_mut().unwrap().remove("exp");
        all
    };
    let unsigned = |header: &str| {
        let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.", encode(header), encode(&serde_json::to_string(&ours).unwrap()))
    };
    for forged in [
        signed(&ours, Algorithm::HS256, b"another secret of at least thirty-two bytes"),
        signed(&ours, Algorithm::HS512, SECRET),
        signed(&ShareToken { kind: "token:session".to_owned(), ..ours.clone() }, Algorithm::HS256, SECRET),
        signed(&ShareToken { exp: ours.iat - 1, ..ours.clone() }, Algorithm::HS256, SECRET),
        signed(&ShareToken { uid: InviteId::mint(), ..ours.clone() }, Algorithm::HS256, SECRET),
        signed(&without_end, Algorithm::HS256, SECRET),
        signed(&json!({}), Algorithm::HS256, SECRET),
        unsigned(r#"{"alg":"none"}"#),
        unsigned(r#"{"alg":"HS256"}"#),
        "..".to_owned(),
        String::new(),
    ] {
        assert_eq!(world.vouchsafe.check_share_link(&forged).code(), "invalid_token", "{forged}");
    }
}

#[test]
fn a_token_and_its_share_end_together() {
    let (world, token) = invited();
    let (_, bob) = world.person("bob");
    let id = payload(&token).uid;
    world.wait(TimeDelta::days(14) - TimeDelta::seconds(1));
    assert!(world.vouchsafe.check_share_link(&token).is_ok());
    assert_eq!(world.vouchsafe.apply_share_link(&bob, id).code(), "email_must_be_confirmed");
    world.wait(TimeDelta::seconds(1));
    assert_eq!(world.vouchsafe.check_share_link(&token).code(), "invalid_token");
    assert_eq!(world.vouchsafe.apply_share_link(&bob, id).code(), "share_expired");
    assert_eq!(world.vouchsafe.request_share_link(&bob, id).code(), "share_expired");
}
