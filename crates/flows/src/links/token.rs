//! The token of a link, which is shown again whenever it is asked for, and yet kept as a hash only.

use crate::{Fault, Settings};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;
use vouchsafe_types::LinkId;

/// Keeps these tokens apart from everything else that the secret of the server is used for.
const PURPOSE: &[u8] = b"link";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// So many of them hold 128 bits.
const LENGTH: usize = 22;

/// The token of a link: 128 bits that follow from its id and the secret of the server, as 22 of `[0-9A-Za-z]`.
pub(super) fn token_of(settings: &Settings, link: LinkId) -> Result<String, Fault> {
    let mac = Hmac::<Sha256>::new_from_slice(settings.secret.expose_secret().as_bytes());
    let mut mac = mac.map_err(|error| Fault::Internal(format!("the token of a link: {error}")))?;
    mac.update(PURPOSE);
    mac.update(link.as_uuid().as_bytes());
    let digest = mac.finalize().into_bytes();
    let number = digest.iter().take(16).fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    Ok(digits(number))
}

fn digits(mut number: u128) -> String {
    let mut text = Vec::with_capacity(LENGTH);
    for _ in 0..LENGTH {
        let digit = usize::try_from(number % 62).unwrap_or_default();
        text.push(DIGITS.get(digit).copied().map_or('0', char::from));
        number /= 62;
    }
    text.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_follows_from_the_link_and_the_secret_and_differs_with_either() {
        let settings = |secret: &str| Settings::new(String::new(), secret.repeat(32).into());
        let (one, other) = (LinkId::mint(), LinkId::mint());
        let token = token_of(&settings("a"), one).unwrap();
        assert_eq!(token, token_of(&settings("a"), one).unwrap());
        assert_ne!(token, token_of(&settings("a"), other).unwrap());
        assert_ne!(token, token_of(&settings("b"), one).unwrap());
        assert!(token.len() == LENGTH && token.bytes().all(|c| c.is_ascii_alphanumeric()), "{token}");
    }

    #[test]
    fn digits_keep_all_128_bits() {
        assert_eq!(digits(0), "0".repeat(LENGTH));
        assert_eq!(digits(61), format!("{}z", "0".repeat(LENGTH - 1)));
        assert_ne!(digits(u128::MAX), digits(u128::MAX >> 1));
        assert!(62_f64.powi(22) > 2_f64.powi(128));
    }
}
