//! Public keys of clients, their ids, and what is signed by them (zus.md 1.2).

use ed25519_dalek::{Signature, VerifyingKey};
use sha3::{Digest, Sha3_256};
use std::str::FromStr;
use vouchsafe_types::error::SignatureFault;

/// A public key: ed25519, which we verify, or the peer's BLS on BN254, which we know by its length and cannot verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientKey {
    bytes: Vec<u8>,
    /// `None` for BLS.
    ed25519: Option<VerifyingKey>,
}

/// The text is no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a public key in hex: 64 digits for ed25519, 128 for bls0chain")]
pub struct NoKey;

const ED25519_BYTES: usize = 32;
const BLS_BYTES: usize = 64;

impl ClientKey {
    /// The key in hex.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(&self.bytes)
    }

    /// The client id that it gives: the SHA3-256 of the key, in hex.
    #[must_use]
    pub fn client_id(&self) -> String {
        hex::encode(Sha3_256::digest(&self.bytes))
    }

    /// Whether this key signed a digest. Signatures that could be bent into others of the same are refused.
    ///
    /// # Errors
    /// [`SignatureFault::Unsupported`] for BLS, else [`SignatureFault::Invalid`].
    pub(crate) fn verify(&self, digest: &[u8; 32], signature: &str) -> Result<(), SignatureFault> {
        let Some(key) = &self.ed25519 else { return Err(SignatureFault::Unsupported) };
        let is_signed = hex::decode(signature)
            .ok()
            .and_then(|bytes| Signature::from_slice(&bytes).ok())
            .is_some_and(|signature| key.verify_strict(digest, &signature).is_ok());
        if is_signed { Ok(()) } else { Err(SignatureFault::Invalid) }
    }
}

impl FromStr for ClientKey {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let bytes = hex::decode(text).ok().ok_or(NoKey)?;
        let ed25519 = match bytes.len() {
            ED25519_BYTES => {
                let raw: [u8; ED25519_BYTES] = bytes.as_slice().try_into().ok().ok_or(NoKey)?;
                // A weak key verifies what nobody signed.
                let key = VerifyingKey::from_bytes(&raw).ok().filter(|key| !key.is_weak());
                Some(key.ok_or(NoKey)?)
            }
            BLS_BYTES => None,
            _ => return Err(NoKey),
        };
        Ok(Self { bytes, ed25519 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";

    #[test]
    fn the_client_id_is_that_of_the_worked_examples() {
        let bob = "29acbae141bccaf0b22e1a94d34d0bc7361e526d0bfe12c89794bc9322966dd7";
        for (key, id) in [
            (ALICE, "25dc6af5b9ab0ab034fa8eafd6109105572b6a1f69f53cedae843ecdd74561e1"),
            (bob, "57fb4facf94b9e3e268453289d0f7e3bfb326fce6b69636bd591c54848a4a192"),
        ] {
            assert_eq!(key.parse::<ClientKey>().unwrap().client_id(), id);
        }
    }

    #[test]
    fn what_is_no_key_is_none() {
        let weak = format!("01{}", "00".repeat(31));
        let off_the_curve = format!("02{}", "00".repeat(31));
        for text in ["", "zz", "03a1", weak.as_str(), off_the_curve.as_str(), ALICE.trim_start_matches("0")] {
            assert_eq!(text.parse::<ClientKey>(), Err(NoKey), "{text}");
        }
        let key: ClientKey = ALICE.to_uppercase().parse().unwrap();
        assert_eq!(key.to_hex(), ALICE);
    }

    #[test]
    fn a_bls_key_has_an_id_and_verifies_nothing() {
        let key: ClientKey = "ab".repeat(64).parse().unwrap();
        assert_eq!(key.client_id().len(), 64);
        assert_eq!(key.verify(&[0; 32], &"00".repeat(32)), Err(SignatureFault::Unsupported));
    }
}
