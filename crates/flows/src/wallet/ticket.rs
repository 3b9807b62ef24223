//! Auth tickets (zus.md 2): what an owner says that somebody may read, in base64 of JSON.

use super::ClientKey;
use crate::{Fault, Vouchsafe};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer};
use sha3::{Digest, Sha3_256};
use vouchsafe_store::{DatedTicket, User, WriteTx};
use vouchsafe_types::error::TicketFault;

/// The longest ticket, in bytes of base64.
const MAX_BYTES: usize = 16 * 1024;
/// The longest id or hash, in characters.
const MAX_ID_CHARS: usize = 128;
/// Later than this is never: not every database counts further.
const LAST_SECOND: i64 = 253_402_300_799;
/// How far an owner's clock may be ahead of ours, in seconds.
const MAX_AHEAD: i64 = 2;

/// Whether a text is longer than an id or hash may be.
pub(crate) fn is_too_long(id: &str) -> bool {
    id.chars().nth(MAX_ID_CHARS).is_some()
}

/// What a ticket says. Nothing of it is proven by that.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ticket {
    /// For whom; empty for anybody.
    #[serde(deserialize_with = "given")]
    pub(crate) client_id: String,
    #[serde(deserialize_with = "given")]
    pub(crate) owner_id: String,
    #[serde(deserialize_with = "given")]
    allocation_id: String,
    /// The lookup hash of what is shared.
    #[serde(deserialize_with = "given")]
    pub(crate) file_path_hash: String,
    #[serde(deserialize_with = "given")]
    actual_file_hash: String,
    #[serde(deserialize_with = "given")]
    pub(crate) file_name: String,
    #[serde(deserialize_with = "given")]
    reference_type: String,
    #[serde(deserialize_with = "given")]
    expiration: i64,
    #[serde(deserialize_with = "given")]
    timestamp: i64,
    #[serde(deserialize_with = "given")]
    re_encryption_key: String,
    #[serde(deserialize_with = "given")]
    encrypted: bool,
    #[serde(deserialize_with = "given")]
    signature: String,
}

/// A field that is `null` counts as absent, as where tickets come from.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(field: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(field).map(Option::unwrap_or_default)
}

impl Ticket {
    /// Reads a ticket that has not ended.
    ///
    /// # Errors
    /// The first of the checks 1 to 6 of zus.md 2.1 that it does not pass.
    pub(crate) fn read(text: &str, now: DateTime<Utc>) -> Result<Self, TicketFault> {
        let ticket = Self::parse(text)?;
        let has_ended = ticket.expiration < ticket.timestamp || ticket.expiration <= now.timestamp();
        if ticket.expiration > 0 && has_ended { Err(TicketFault::Expired) } else { Ok(ticket) }
    }

    /// Reads a ticket, whether or not it has ended.
    ///
    /// # Errors
    /// The first of the checks 1 to 5 that it does not pass.
    pub(crate) fn parse(text: &str) -> Result<Self, TicketFault> {
        if text.is_empty() {
            return Err(TicketFault::Missing(vec!["AuthTicket"]));
        }
        if text.len() > MAX_BYTES {
            return Err(TicketFault::TooLong);
        }
        let json = decode(text.as_bytes())?;
        // Without this look, a list of the right values would pass for an object.
        let is_object = json.trim_ascii_start().first() == Some(&b'{');
        let ticket = serde_json::from_slice::<Self>(&json).ok().filter(|_| is_object);
        let ticket = ticket.filter(|ticket| !ticket.texts().iter().any(|text| text.contains('\0')));
        let ticket = ticket.ok_or(TicketFault::Malformed)?;
        if ticket.owner_id.is_empty() || ticket.file_path_hash.is_empty() {
            return Err(TicketFault::Incomplete);
        }
        if [&ticket.owner_id, &ticket.client_id, &ticket.file_path_hash].iter().any(|id| is_too_long(id)) {
            return Err(TicketFault::TooLong);
        }
        if !matches!(ticket.reference_type.as_str(), "" | "f" | "d") {
            return Err(TicketFault::ReferenceType);
        }
        Ok(ticket)
    }

    fn texts(&self) -> [&str; 9] {
        [
            &self.client_id,
            &self.owner_id,
            &self.allocation_id,
            &self.file_path_hash,
            &self.actual_file_hash,
            &self.file_name,
            &self.reference_type,
            &self.re_encryption_key,
            &self.signature,
        ]
    }

    /// Whether it is for one client only.
    pub(crate) const fn is_private(&self) -> bool {
        !self.client_id.is_empty()
    }

    /// When what it gives ends; `None` for never.
    pub(crate) fn ends_at(&self) -> Option<DateTime<Utc>> {
        let seconds = Some(self.expiration).filter(|seconds| (1..=LAST_SECOND).contains(seconds));
        seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0))
    }

    /// When its owner says that he issued it; very long ago when he says nothing sensible.
    pub(crate) fn issued_at(&self) -> DateTime<Utc> {
        let seconds = Some(self.timestamp).filter(|seconds| (0..=LAST_SECOND).contains(seconds));
        seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)).unwrap_or(DateTime::UNIX_EPOCH)
    }

    pub(crate) const fn is_from_the_future(&self, now: DateTime<Utc>) -> bool {
        self.timestamp > now.timestamp().saturating_add(MAX_AHEAD)
    }

    /// Whether `key` signed all of it. The signed values are joined by `:`; only one of them may hold that character
    /// itself, or the same text could be cut into other values than those that were signed.
    pub(crate) fn is_signed_by(&self, key: &ClientKey) -> bool {
        let signed = [
            &self.allocation_id,
            &self.client_id,
            &self.owner_id,
            &self.file_path_hash,
            &self.re_encryption_key,
            &self.actual_file_hash,
        ];
        let is_unambiguous = !signed.iter().any(|value| value.contains(':'));
        is_unambiguous && key.verify(&self.digest(), &self.signature).is_ok()
    }

    fn digest(&self) -> [u8; 32] {
        let (expiration, timestamp) = (self.expiration.to_string(), self.timestamp.to_string());
        let payload = [
            self.allocation_id.as_str(),
            &self.client_id,
            &self.owner_id,
            &self.file_path_hash,
            &self.file_name,
            &self.reference_type,
            &self.re_encryption_key,
            &expiration,
            &timestamp,
            &self.actual_file_hash,
            if self.encrypted { "true" } else { "false" },
        ];
        Sha3_256::digest(payload.join(":")).into()
    }
}

/// A ticket that may be kept, and what we know of whose it is.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) ticket: Ticket,
    /// Whose it says it is.
    pub(crate) owner: User,
    /// Whether he signed it, and not in the future.
    pub(crate) is_signed: bool,
    /// Since when it counts.
    pub(crate) since: DateTime<Utc>,
}

impl Vouchsafe {
    /// Reads a ticket and finds the owner it names. What he signed is kept in mind where its time is yet to come.
    ///
    /// # Errors
    /// The first of the checks 1 to 7 of zus.md 2.1 that it does not pass.
    pub(crate) fn read_ticket(&self, tx: &mut WriteTx<'_>, text: &str, now: DateTime<Utc>) -> Result<Accepted, Fault> {
        let ticket = Ticket::read(text, now)?;
        let (owner, key) = tx.find_client(&ticket.owner_id)?.ok_or(TicketFault::OwnerNotFound)?;
        let key = key.and_then(|key| key.parse::<ClientKey>().ok());
        let is_by_owner = key.is_some_and(|key| ticket.is_signed_by(&key));
        let is_signed = is_by_owner && !ticket.is_from_the_future(now);
        let since = match is_by_owner {
            true => counts_since(tx, &ticket, &owner, now)?,
            false => ticket.issued_at(),
        };
        Ok(Accepted { ticket, owner, is_signed, since })
    }

    /// The same for one that shall give something: if tickets are verified, check 8 comes last.
    ///
    /// # Errors
    /// The first of the checks of zus.md 2.1 that it does not pass.
    pub(crate) fn accept_ticket(
        &self,
        tx: &mut WriteTx<'_>,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<Accepted, Fault> {
        let accepted = self.read_ticket(tx, text, now)?;
        if !self.settings.zus.are_tickets_verified || accepted.is_signed {
            return Ok(accepted);
        }
        let is_ahead = accepted.ticket.is_from_the_future(now);
        Err(if is_ahead { TicketFault::Future } else { TicketFault::Signature }.into())
    }
}

/// Since when what an owner signed counts: the time that it says; for a public ticket that was ever shown to us before
/// that time, the first time it was, or its own less what his clock may be ahead. Else it would outlast what he does about
/// it in between. Whoever has it chooses how its text is written, but not its time.
fn counts_since(
    tx: &mut WriteTx<'_>,
    ticket: &Ticket,
    owner: &User,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Fault> {
    let issued_at = ticket.issued_at();
    if ticket.is_private() {
        return Ok(issued_at);
    }
    let dated = DatedTicket { owner: owner.id, lookup_hash: ticket.file_path_hash.clone(), issued_at };
    if issued_at > now {
        let seen_at = now.min(issued_at - TimeDelta::seconds(MAX_AHEAD));
        return Ok(tx.keep_early_ticket(&dated, seen_at)?);
    }
    Ok(tx.find_early_ticket(&dated)?.unwrap_or(issued_at))
}

/// Decodes base64 as Go's strict standard encoding does, so that the index of what is wrong is the same: that of the
/// first foreign byte, or that of the last group when the text ends inside it. Line ends are passed over.
fn decode(text: &[u8]) -> Result<Vec<u8>, TicketFault> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut group = Vec::with_capacity(4);
    let mut rest = text.iter().copied().enumerate().filter(|(_, byte)| !matches!(byte, b'\r' | b'\n'));
    while let Some((at, byte)) = rest.next() {
        match sextet(byte) {
            Some(value) => group.push(value),
            None if byte == b'=' && group.len() >= 2 => {
                if group.len() == 2 {
                    match rest.next() {
                        Some((_, b'=')) => {}
                        Some(_) => return Err(TicketFault::Encoding(at)),
                        None => return Err(TicketFault::Encoding(text.len())),
                    }
                }
                if let Some((after, _)) = rest.next() {
                    return Err(TicketFault::Encoding(after));
                }
                return if flush(&group, &mut bytes) == 0 { Ok(bytes) } else { Err(TicketFault::Encoding(at)) };
            }
            None => return Err(TicketFault::Encoding(at)),
        }
        if group.len() == 4 {
            flush(&group, &mut bytes);
            group.clear();
        }
    }
    if group.is_empty() { Ok(bytes) } else { Err(TicketFault::Encoding(text.len() - group.len())) }
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Writes the whole bytes of a group. Gives the bits that are left over.
fn flush(group: &[u8], bytes: &mut Vec<u8>) -> u32 {
    let (mut bits, mut count) = (0_u32, 0_u32);
    for value in group {
        bits = (bits << 6) | u32::from(*value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count).to_le_bytes()[0]);
            bits &= (1 << count) - 1;
        }
    }
    bits
}

#[cfg(test)]
mod tests;
