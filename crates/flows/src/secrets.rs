//! Random tokens, their hashes, and passwords.

use crate::{Fault, service_keys::is_service_key};
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::{RngExt, rng};
use sha2::{Digest, Sha256};
use vouchsafe_store::TokenHash;

/// A fresh random text of 256 bits, which does not look like a service key: a person's would be taken for one.
pub(crate) fn random_token() -> String {
    loop {
        let token = BASE64_URL_SAFE_NO_PAD.encode(random_bytes());
        if !is_service_key(&token) {
            return token;
        }
    }
}

/// As much at random as a token.
pub(crate) fn random_bytes() -> [u8; 32] {
    rng().random()
}

/// A fresh code of six digits.
pub(crate) fn random_code() -> String {
    format!("{:06}", rng().random_range(0..1_000_000_u32))
}

/// What is stored instead of a random token: it has 256 bits of its own, so a plain hash is enough.
pub(crate) fn token_hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// The argon2id hash of a password, with its salt. Takes some 100 ms and 19 MiB.
pub(crate) fn password_hash(password: &str) -> Result<String, Fault> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|h| h.to_string()).map_err(|e| Fault::Internal(format!("hashing a password: {e}")))
}

/// Whether the password belongs to the hash.
pub(crate) fn is_password(password: &str, hash: &str) -> bool {
    Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
}

#[cfg(test)]
mod tests;
