//! Requests that are signed by themselves, and taken once.

use super::{Caller, ClientKey};
use crate::{Fault, Vouchsafe};
use chrono::TimeDelta;
use sha3::{Digest, Sha3_256};
use vouchsafe_types::error::SignatureFault;

/// How far the time of a request may be from ours, in seconds.
const MAX_AGE: u64 = 300;
/// How long a nonce stays used, in seconds: both ways around the time of a request.
const KEPT: i64 = 600;

/// What of a request is signed.
#[derive(Debug, Clone)]
pub struct RequestProof {
    /// The method, in capitals.
    pub method: String,
    /// The path, as sent.
    pub path: String,
    /// The query, as sent; empty without one.
    pub query: String,
    /// The time in its header, as sent.
    pub timestamp: String,
    /// The nonce: 1 to 64 of `[A-Za-z0-9_-]`.
    pub nonce: String,
    /// The bytes of the body.
    pub body: Vec<u8>,
    /// The signature over all of it, in hex.
    pub signature: String,
}

impl RequestProof {
    fn digest(&self, client_id: &str) -> [u8; 32] {
        let body = hex::encode(Sha3_256::digest(&self.body));
        let lines =
            ["ZUS-REQ-1", &self.method, &self.path, &self.query, &self.timestamp, &self.nonce, client_id, &body];
        Sha3_256::digest(lines.join("\n")).into()
    }
}

impl Vouchsafe {
    /// Takes a request of `caller`, who has `key`, once.
    ///
    /// # Errors
    /// `invalid_header` when it is stale, not signed by the key, or was made before.
    pub fn take_once(&self, caller: &Caller, key: &ClientKey, proof: &RequestProof) -> Result<(), Fault> {
        let now = self.now();
        let is_nonce = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let is_well_formed = (1..=64).contains(&proof.nonce.len()) && proof.nonce.bytes().all(is_nonce);
        let time = proof.timestamp.parse::<i64>().ok().filter(|_| is_well_formed);
        let time = time.ok_or(SignatureFault::Malformed)?;
        if now.timestamp().abs_diff(time) > MAX_AGE {
            return Err(SignatureFault::Stale.into());
        }
        key.verify(&proof.digest(&caller.client_id), &proof.signature)?;
        let kept = TimeDelta::seconds(KEPT);
        let is_free = self.write("take_once", |tx| Ok(tx.take_nonce(&caller.client_id, &proof.nonce, now, kept)?))?;
        if is_free { Ok(()) } else { Err(SignatureFault::Replayed.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_is_signed() {
        let key: ClientKey = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8".parse().unwrap();
        let proof = RequestProof {
            method: "PUT".into(),
            path: "/v2/sharereq".into(),
            query: String::new(),
            timestamp: "1749038400".into(),
            nonce: "n-0001".into(),
            body: br#"{"id":"12","status":"approved"}"#.to_vec(),
            signature: "09b149d9da7509203be0625dfdffe04d79d0766bcc34388d634105631340aff4\
                        d66fc55e89331a55df822f45d46dfd8048a16e7af21b90f9e55a1008594b2e08"
                .into(),
        };
        let digest = proof.digest(&key.client_id());
        assert_eq!(hex::encode(digest), "a027abb7c7b8ca459008c29acf4cbb62a26137ab806ea16d24707896c69acaf8");
        assert_eq!(key.verify(&digest, &proof.signature), Ok(()));
        let empty = RequestProof { body: Vec::new(), ..proof };
        assert_ne!(empty.digest(&key.client_id()), digest);
    }
}
