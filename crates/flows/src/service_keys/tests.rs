use crate::testing::{Refused, World};
use vouchsafe_types::Actor;

#[test]
fn a_key_works_until_it_is_revoked_also_from_memory() {
    let world = World::new();
    let key = world.vouchsafe.add_service_key("host").unwrap();
    assert!(key.starts_with("vsk_"), "{key}");
    let host = Actor::Service { name: "host".to_owned() };
    for _ in 0..2 {
        assert_eq!(world.vouchsafe.authenticate_service(&key).unwrap(), host);
    }
    world.vouchsafe.revoke_service_key("host").unwrap();
    assert_eq!(world.vouchsafe.authenticate_service(&key).code(), "token_auth_failed");
    assert_eq!(world.vouchsafe.revoke_service_key("host").code(), "entity_not_found");
    assert_ne!(world.vouchsafe.add_service_key("host").unwrap(), key, "the name is free, the key is new");
}

#[test]
fn only_the_very_key_is_accepted() {
    let world = World::new();
    let key = world.vouchsafe.add_service_key("host").unwrap();
    for wrong in ["", "vsk_", key.trim_start_matches("vsk_"), &format!("{key} "), &key.to_uppercase()] {
        assert_eq!(world.vouchsafe.authenticate_service(wrong).code(), "token_auth_failed", "{wrong:?}");
    }
    assert_eq!(world.vouchsafe.authenticate(&key).code(), "token_auth_failed", "it stands for no user");
}

#[test]
fn names_of_keys_are_legal_and_unique() {
    let world = World::new();
    world.vouchsafe.add_service_key("host").unwrap();
    assert_eq!(world.vouchsafe.add_service_key("host").code(), "conflict");
    for name in ["", "a\nb", &"x".repeat(65)] {
        assert_eq!(world.vouchsafe.add_service_key(name).code(), "field_invalid", "{name:?}");
    }
    let names: Vec<_> = world.vouchsafe.service_keys().unwrap().into_iter().map(|key| key.name).collect();
    assert_eq!(names, ["host"]);
}
