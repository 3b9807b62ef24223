use super::*;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

const ALICE: &str = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

/// The worked example of zus.md 2.
fn example() -> Value {
    json!({
        "client_id": "57fb4facf94b9e3e268453289d0f7e3bfb326fce6b69636bd591c54848a4a192",
        "owner_id": "25dc6af5b9ab0ab034fa8eafd6109105572b6a1f69f53cedae843ecdd74561e1",
        "allocation_id": "9eb9d3268590f4ebc5f9c3fbf31bed57ede80d1a102b039270504ef5b1481fe7",
        "file_path_hash": "847d5349aff1dba94d24f5a246330e3a73b16739e3ed38049ac27953d6a35d57",
        "actual_file_hash": "7f23e6ca181cc91d57245809edb1097a1f14ed011e4a9520a8dd10aa3ef82789",
        "file_name": "report.pdf", "reference_type": "f", "expiration": 0, "timestamp": 1_749_038_400,
        "encrypted": true,
        "signature": "f4b8f97a4585bcb810bb10b8467d5b5d85429fe2ae49aa6f457b0277a4e5509d\
                      e514c554b3abb66b73505b8087c78ec40f68dcd4dfe090ce4ced67d2b14fe609",
    })
}

fn read(ticket: &Value) -> Result<Ticket, TicketFault> {
    Ticket::read(&BASE64_STANDARD.encode(ticket.to_string()), now())
}

fn with(key: &str, value: Value) -> Value {
    let mut ticket = example();
    ticket[key] = value;
    ticket
}

#[test]
fn the_worked_example_verifies_and_nothing_of_it_can_be_changed() {
    let key: ClientKey = ALICE.parse().unwrap();
    let ticket = read(&example()).unwrap();
    assert_eq!(hex::encode(ticket.digest()), "528a4cb2e2b0446fd2181c8aaed9ae8b19937c008a9a974e639b961b1a694676");
    assert!(ticket.is_signed_by(&key));
    for (name, value) in [
        ("client_id", json!("")),
        ("owner_id", json!("x")),
        ("allocation_id", json!("x")),
        ("file_path_hash", json!("x")),
        ("actual_file_hash", json!("x")),
        ("file_name", json!("x")),
        ("reference_type", json!("d")),
        ("expiration", json!(4_000_000_000_i64)),
        ("timestamp", json!(1)),
        ("re_encryption_key", json!("x")),
        ("encrypted", json!(false)),
        ("signature", json!("")),
        ("signature", json!("00".repeat(64))),
    ] {
        assert!(!read(&with(name, value)).unwrap().is_signed_by(&key), "{name}");
    }
    let bob: ClientKey = "29acbae141bccaf0b22e1a94d34d0bc7361e526d0bfe12c89794bc9322966dd7".parse().unwrap();
    assert!(!ticket.is_signed_by(&bob));
}

#[test]
fn a_signature_that_was_bent_is_refused() {
    let key: ClientKey = ALICE.parse().unwrap();
    let signature = example()["signature"].as_str().unwrap().to_owned();
    // S + L says the same to who does not look; L is the order of the group.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut bytes = hex::decode(&signature).unwrap();
    let mut carry = 0_u16;
    for (byte, add) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    for bent in [hex::encode(&bytes), signature.chars().skip(2).collect(), format!("{signature}00"), "zz".repeat(64)] {
        assert!(!read(&with("signature", json!(bent))).unwrap().is_signed_by(&key), "{bent}");
    }
}

#[test]
fn bytes_that_are_no_base64_are_named_by_their_index() {
    for (text, at) in [
        ("abc", 0),
        ("invalid_ticket", 7),
        ("abcdefg", 4),
        ("abcde===", 5),
        ("ab=c", 2),
        ("ab=", 3),
        ("a===", 1),
        ("=", 0),
        ("abcd=", 4),
        ("YQ==x", 4),
        ("YWI=YWI=", 4),
        ("YR==", 2),
        ("YWJ=", 3),
        ("ab-_", 2),
        ("ab d", 2),
        ("\u{e9}bcd", 0),
    ] {
        assert_eq!(Ticket::read(text, now()), Err(TicketFault::Encoding(at)), "{text}");
    }
    assert_eq!(decode(b"YW\r\nI="), Ok(b"ab".to_vec()));
    assert_eq!(decode(b"YQ=\n=\n"), Ok(b"a".to_vec()));
}

#[test]
fn the_checks_come_in_order() {
    let text = |text: &str| Ticket::read(&BASE64_STANDARD.encode(text), now());
    assert_eq!(Ticket::read("", now()), Err(TicketFault::Missing(vec!["AuthTicket"])));
    assert_eq!(Ticket::read(&"A".repeat(1024 * 1024), now()), Err(TicketFault::TooLong));
    for no_object in ["x", "null", "5", "[]", "[\"a\",\"b\",\"c\",\"d\"]", "{", "{}x", "{\"owner_id\":\"a\\u0000\"}"] {
        assert_eq!(text(no_object), Err(TicketFault::Malformed), "{no_object}");
    }
    for (key, wrong) in
        [("owner_id", json!(5)), ("expiration", json!("x")), ("timestamp", json!(1.5)), ("encrypted", json!(1))]
    {
        assert_eq!(read(&with(key, wrong)), Err(TicketFault::Malformed), "{key}");
    }
    assert_eq!(text("{}"), Err(TicketFault::Incomplete));
    assert_eq!(read(&with("file_path_hash", Value::Null)), Err(TicketFault::Incomplete));
    assert_eq!(read(&with("owner_id", json!("x".repeat(129)))), Err(TicketFault::TooLong));
    assert_eq!(read(&with("reference_type", json!("x"))), Err(TicketFault::ReferenceType));
    for (expiration, is_over) in [(0, false), (1, true), (1_800_000_000, true), (1_800_000_001, false), (-5, false)] {
        assert_eq!(read(&with("expiration", json!(expiration))) == Err(TicketFault::Expired), is_over, "{expiration}");
    }
    let mut early = with("expiration", json!(1_800_000_009));
    early["timestamp"] = json!(1_800_000_010);
    assert_eq!(read(&early), Err(TicketFault::Expired), "it ends before it begins");
    let few = json!({ "owner_id": "a", "file_path_hash": "b", "new_field": [{}] });
    assert!(read(&few).is_ok_and(|ticket| !ticket.is_private() && ticket.ends_at().is_none()));
    assert_eq!(read(&with("expiration", json!(i64::MAX))).unwrap().ends_at(), None);
}
