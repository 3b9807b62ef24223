use super::*;
use crate::accounts::NOBODYS_HASH;
use std::collections::HashSet;

#[test]
fn a_password_belongs_to_its_own_hash_only() {
    let hash = password_hash("correct horse").unwrap();
    assert!(hash.starts_with("$argon2id$"), "{hash}");
    assert!(is_password("correct horse", &hash));
    assert!(!is_password("correct horse ", &hash) && !is_password("", &hash));
    assert_ne!(hash, password_hash("correct horse").unwrap(), "each has its own salt");
}

#[test]
fn nobodys_hash_is_really_computed_and_as_dear_as_a_real_one() {
    let error = Argon2::default().verify_password(b"correct horse", NOBODYS_HASH).unwrap_err();
    assert_eq!(error, argon2::password_hash::Error::PasswordInvalid, "not a hash that cannot be read");
    let cost = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(cost(NOBODYS_HASH), cost(&password_hash("correct horse").unwrap()));
}

#[test]
fn tokens_have_256_bits_and_differ() {
    let tokens: HashSet<String> = (0..100).map(|_| random_token()).collect();
    assert_eq!(tokens.len(), 100);
    assert!(tokens.iter().all(|t| BASE64_URL_SAFE_NO_PAD.decode(t).unwrap().len() == 32));
}

#[test]
fn codes_have_six_digits_also_the_small_ones() {
    let codes: Vec<String> = (0..1_000).map(|_| random_code()).collect();
    assert!(codes.iter().all(|c| c.len() == 6 && c.chars().all(|d| d.is_ascii_digit())));
    assert!(codes.iter().any(|c| c.starts_with('0')), "one of 1,000 is below 100,000");
}
