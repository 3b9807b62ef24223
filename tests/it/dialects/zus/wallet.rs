//! Clients that sign, and the tickets they make.

use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use sha3::{Digest, Sha3_256};
use vouchsafe_tests::{Answer, Person, World};
use vouchsafe_types::EntryId;

/// The lookup hash of the worked example.
pub(super) const HASH: &str = "847d5349aff1dba94d24f5a246330e3a73b16739e3ed38049ac27953d6a35d57";

/// Somebody with an account and a signature key.
#[derive(Clone)]
pub(super) struct Wallet {
    pub(super) name: String,
    pub(super) person: Person,
    key: SigningKey,
}

/// The body of a request, in the formats that clients use.
#[derive(Clone, Copy, Debug)]
pub(super) enum Format {
    Json,
    Form,
    Multipart,
}

/// The three of them.
pub(super) const FORMATS: [Format; 3] = [Format::Json, Format::Form, Format::Multipart];

/// A key from the seed that counts up from `first`.
pub(super) fn key(first: u8) -> SigningKey {
    let mut seed = [first; 32];
    seed.iter_mut().zip(0..).for_each(|(byte, step)| *byte += step);
    SigningKey::from_bytes(&seed)
}

pub(super) fn sha3(text: impl AsRef<[u8]>) -> [u8; 32] {
    Sha3_256::digest(text).into()
}

pub(super) fn encode(ticket: &Value) -> String {
    BASE64_STANDARD.encode(ticket.to_string())
}

/// A text as it stands in a query or form.
pub(super) fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// S of the signature plus the order of the group: it says the same, and was not made by the signer.
pub(super) fn bent(signature: &str) -> String {
    let mut bytes = hex::decode(signature).unwrap();
    let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut carry = 0_u16;
    for (byte, add) in bytes[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    hex::encode(bytes)
}

impl Wallet {
    /// A new account of this name with the key of this seed.
    pub(super) async fn new(world: &World, name: &str, first: u8) -> Self {
        let wallet = Self { name: name.into(), person: world.person(name), key: key(first) };
        let keys = json!({ "client_keys": [wallet.public_key()] });
        let answer = world.v1("PUT", &format!("/v1/users/{name}"), keys).await;
        assert_eq!((answer.status, &answer.body["client_ids"]), (200, &json!([wallet.id()])), "{}", answer.body);
        wallet
    }

    pub(super) fn public_key(&self) -> String {
        hex::encode(self.key.verifying_key().as_bytes())
    }

    pub(super) fn id(&self) -> String {
        hex::encode(sha3(self.key.verifying_key().as_bytes()))
    }

    /// The same person with the key of another seed.
    pub(super) fn with_key(&self, first: u8) -> Self {
        Self { name: self.name.clone(), person: self.person.clone(), key: key(first) }
    }

    /// The signature over a digest, in hex.
    pub(super) fn sign(&self, digest: [u8; 32]) -> String {
        hex::encode(self.key.sign(&digest).to_bytes())
    }

    /// The headers of every request.
    pub(super) fn headers(&self) -> Vec<(&'static str, String)> {
        let identity = format!("{}:{}:{}", self.id(), self.name, self.public_key());
        vec![
            ("X-App-Client-ID", self.id()),
            ("X-App-Client-Key", self.public_key()),
            ("X-App-User-ID", self.name.clone()),
            ("X-App-Client-Signature", self.sign(sha3(identity))),
            ("X-App-Timestamp", "123456789".into()),
            ("X-App-Type", "vult".into()),
        ]
    }

    /// The headers, in another kind of app.
    pub(super) fn headers_in(&self, app: &str) -> Vec<(&'static str, String)> {
        self.headers().into_iter().map(|(name, v)| (name, if name == "X-App-Type" { app.into() } else { v })).collect()
    }

    pub(super) async fn get(&self, world: &World, path: &str) -> Answer {
        world.with_headers(&self.headers(), "GET", path, "").await
    }

    pub(super) async fn delete(&self, world: &World, path: &str) -> Answer {
        world.with_headers(&self.headers(), "DELETE", path, "").await
    }

    pub(super) async fn send(&self, world: &World, method: &str, path: &str, body: &Value) -> Answer {
        self.send_as(world, Format::Json, method, path, body).await
    }

    pub(super) async fn send_as(
        &self,
        world: &World,
        format: Format,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Answer {
        let (kind, bytes) = written(format, body);
        let mut headers = self.headers();
        headers.push(("Content-Type", kind));
        world.with_headers(&headers, method, path, bytes).await
    }

    /// Posts a ticket.
    pub(super) async fn posts(&self, world: &World, ticket: &Value) -> Answer {
        self.send(world, "POST", "/v2/shareinfo", &json!({ "auth_ticket": encode(ticket) })).await
    }

    /// What is shared by, or with, this one.
    pub(super) async fn list(&self, world: &World, side: &str, kind: &str) -> Vec<Value> {
        let answer = self.get(world, &format!("/v2/shareinfo/{side}?share_info_type={kind}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["data"].as_array().unwrap().clone()
    }

    /// A ticket of his for a client id, or for anybody when it is empty, signed.
    pub(super) fn ticket(&self, client_id: &str, hash: &str) -> Value {
        self.signed(json!({
            "client_id": client_id, "owner_id": self.id(), "allocation_id": "a".repeat(64),
            "file_path_hash": hash, "actual_file_hash": "b", "file_name": "report.pdf", "reference_type": "f",
            "expiration": 0, "timestamp": 1_749_038_400, "encrypted": false,
        }))
    }

    /// The same ticket, signed by this one.
    pub(super) fn signed(&self, mut ticket: Value) -> Value {
        let text = |key: &str| match &ticket[key] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let names = [
            "allocation_id",
            "client_id",
            "owner_id",
            "file_path_hash",
            "file_name",
            "reference_type",
            "re_encryption_key",
            "expiration",
            "timestamp",
            "actual_file_hash",
            "encrypted",
        ];
        let signature = self.sign(sha3(names.map(text).join(":")));
        ticket["signature"] = signature.into();
        ticket
    }
}

/// Content type and bytes of a body.
pub(super) fn written(format: Format, body: &Value) -> (String, Vec<u8>) {
    let pairs: Vec<(String, String)> = body
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    match format {
        Format::Json => ("application/json".into(), body.to_string().into_bytes()),
        Format::Form => {
            let form: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
            ("application/x-www-form-urlencoded".into(), form.join("&").into_bytes())
        }
        Format::Multipart => {
            let part = |(name, value): &(String, String)| {
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            };
            let form: String = pairs.iter().map(part).collect();
            ("multipart/form-data; boundary=edge".into(), format!("{form}--edge--\r\n").into_bytes())
        }
    }
}

/// The lookup hash of an entry, as the host application is told it.
pub(super) async fn hash_of(world: &World, entry: EntryId) -> String {
    let answer = world.v1("GET", &format!("/v1/entries/{entry}"), Value::Null).await;
    answer.body["lookup_hash"].as_str().unwrap().to_owned()
}

/// What is wrong, when it is a text.
pub(super) fn error(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.body["error"].as_str().unwrap_or_default())
}
