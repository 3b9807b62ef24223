//! Anti-CSRF tokens: opaque, good for an hour. No node has to remember those of another.

use crate::{Vouchsafe, secrets};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;

/// Sets them apart from all else that is signed with the secret.
const PURPOSE: &[u8] = b"csrf token\0";
const SECONDS: i64 = 3600;
/// The bytes that are signed: the time, and what is random.
const SAID: usize = 8 + 32;
/// How far the clock of the node that issued one may be ahead of ours, in seconds.
const MAX_AHEAD: i64 = 60;

impl Vouchsafe {
    /// A new token: the time, 32 bytes at random, and the start of their authentication code.
    #[must_use]
    pub fn issue_csrf_token(&self) -> String {
        let mut bytes = self.now().timestamp().to_be_bytes().to_vec();
        bytes.extend(secrets::random_bytes());
        let code = self.csrf_code(&bytes);
        bytes.extend(code.into_iter().take(16));
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Whether a token is one of ours and not too old.
    pub(crate) fn is_csrf_token(&self, text: &str) -> bool {
        let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(text) else { return false };
        let Some((said, code)) = bytes.split_at_checked(SAID) else { return false };
        let Some(at) = said.first_chunk::<8>().map(|time| i64::from_be_bytes(*time)) else { return false };
        let age = self.now().timestamp().saturating_sub(at);
        let expected: Vec<u8> = self.csrf_code(said).into_iter().take(16).collect();
        subtle::ConstantTimeEq::ct_eq(code, expected.as_slice()).into() && (-MAX_AHEAD..SECONDS).contains(&age)
    }

    fn csrf_code(&self, said: &[u8]) -> Vec<u8> {
        let secret = self.settings.secret.expose_secret().as_bytes();
        // A key of any length will do.
        Hmac::<Sha256>::new_from_slice(secret).map_or_else(
            |_| Vec::new(),
            |mut mac| {
                mac.update(PURPOSE);
                mac.update(said);
                mac.finalize().into_bytes().to_vec()
            },
        )
    }
}
