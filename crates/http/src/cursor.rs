//! Places in lists, as the opaque text that stands for them.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use vouchsafe_flows::{AccessCursor, Progress};
use vouchsafe_types::{AppUid, GroupId, Holder, LinkId, SessionId, UserId};

/// A place as text.
pub(crate) fn cursor(place: Option<&impl Serialize>) -> Option<String> {
    Some(BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(place?).ok()?))
}

/// The place that a text stands for; `None` for what is no cursor.
pub(crate) fn place<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// A place in the list of those who can reach an entry, inside a cursor.
#[derive(Serialize, Deserialize)]
pub(crate) enum Place {
    #[serde(rename = "o")]
    Owner,
    #[serde(rename = "h")]
    Holder(At, Seen),
}

#[derive(Serialize, Deserialize)]
pub(crate) enum At {
    #[serde(rename = "u")]
    User(UserId),
    #[serde(rename = "g")]
    Group(GroupId),
    #[serde(rename = "e")]
    Everyone,
    #[serde(rename = "a")]
    App(Option<UserId>, AppUid),
    #[serde(rename = "t")]
    Token(SessionId),
    #[serde(rename = "l")]
    Link(LinkId),
}

#[derive(Serialize, Deserialize)]
pub(crate) enum Seen {
    #[serde(rename = "n")]
    None,
    #[serde(rename = "u")]
    UpTo(UserId),
    #[serde(rename = "a")]
    All,
}

impl From<AccessCursor> for Place {
    fn from(cursor: AccessCursor) -> Self {
        let AccessCursor::Holder { holder, members } = cursor else { return Self::Owner };
        let at = match holder {
            Holder::User(id) => At::User(id),
            Holder::Group(id) => At::Group(id),
            Holder::Everyone => At::Everyone,
            Holder::App { user, app } => At::App(user, app),
            Holder::Token(id) => At::Token(id),
            Holder::Link(id) => At::Link(id),
        };
        let seen = match members {
            Progress::None => Seen::None,
            Progress::UpTo(user) => Seen::UpTo(user),
            Progress::All => Seen::All,
        };
        Self::Holder(at, seen)
    }
}

impl From<Place> for AccessCursor {
    fn from(place: Place) -> Self {
        let Place::Holder(at, seen) = place else { return Self::Owner };
        let holder = match at {
            At::User(id) => Holder::User(id),
            At::Group(id) => Holder::Group(id),
            At::Everyone => Holder::Everyone,
            At::App(user, app) => Holder::App { user, app },
            At::Token(id) => Holder::Token(id),
            At::Link(id) => Holder::Link(id),
        };
        let members = match seen {
            Seen::None => Progress::None,
            Seen::UpTo(user) => Progress::UpTo(user),
            Seen::All => Progress::All,
        };
        Self::Holder { holder, members }
    }
}
