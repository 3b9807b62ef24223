//! Identifiers. They are minted here and nowhere else.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The text is no id.
///
/// ```
/// use vouchsafe_types::{EntryId, id::NotAnId};
/// assert_eq!("plan.txt".parse::<EntryId>(), Err(NotAnId));
/// assert_eq!(NotAnId.to_string(), "a UUID");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a UUID")]
pub struct NotAnId;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        ///
        /// ```
        #[doc = concat!("use vouchsafe_types::{", stringify!($name), ", id::NotAnId};")]
        ///
        #[doc = concat!("let id: ", stringify!($name), " = \"5f4b2e0e-8a8e-4d0c-9a3e-2b8f0d6f4c11\".parse()?;")]
        /// assert_eq!(id.to_string(), "5f4b2e0e-8a8e-4d0c-9a3e-2b8f0d6f4c11");
        #[doc = concat!("assert_ne!(", stringify!($name), "::mint(), id);")]
        /// # Ok::<(), NotAnId>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, never given out before (random, version 4).
            ///
            /// ```
            #[doc = concat!("use vouchsafe_types::", stringify!($name), ";")]
            ///
            #[doc = concat!("let id = ", stringify!($name), "::mint();")]
            /// assert_eq!(id.to_string().parse(), Ok(id), "36 characters with hyphens");
            #[doc = concat!("assert_eq!(", stringify!($name), "::from(id.as_uuid()), id);")]
            /// ```
            #[must_use]
            #[expect(clippy::disallowed_methods, reason = "ids are minted in this file")]
            pub fn mint() -> Self {
                Self(Uuid::new_v4())
            }

            /// The id as a plain UUID.
            ///
            /// ```
            #[doc = concat!("use vouchsafe_types::", stringify!($name), ";")]
            #[doc = concat!("let id = ", stringify!($name), "::mint();")]
            /// assert_eq!(id.as_uuid().hyphenated().to_string(), id.to_string());
            /// ```
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.parse().map(Self).map_err(|_: uuid::Error| NotAnId)
            }
        }
    )+ };
}

uuid_id! {
    /// A person who can hold and give grants.
    UserId,
    /// A set of users; a grant to it reaches every current member.
    GroupId,
    /// A file or directory.
    EntryId,
    /// A subdomain that serves a directory or belongs to an app.
    SiteId,
    /// One row in the table of grants.
    GrantId,
    /// A share link or public token that holds a grant.
    LinkId,
    /// An invite: what an address without a confirmed account will receive.
    InviteId,
    /// One notification row.
    NotificationId,
    /// One message in the outbox; part of its Message-ID, so that duplicates can be told.
    MessageId,
    /// One request, as named in `X-Request-Id` and in the audit.
    RequestId,
    /// A request for access that waits for an answer.
    AskId,
    /// A bearer token that acts for a user.
    SessionId,
}

/// The identifier of an app: opaque text given by its host, 1 to 128 characters of `[A-Za-z0-9._-]`.
///
/// ```
/// use vouchsafe_types::{AppUid, id::AppUidError};
///
/// let editor: AppUid = "app-5f4b2e0e".parse()?;
/// assert_eq!(editor.as_str(), "app-5f4b2e0e");
/// assert_eq!("no spaces".parse::<AppUid>(), Err(AppUidError));
/// # Ok::<(), AppUidError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AppUid(String);

/// Why a text is no [`AppUid`].
///
/// ```
/// use vouchsafe_types::{AppUid, id::AppUidError};
/// for text in ["", "a b", "app#1", &"a".repeat(AppUid::MAX_CHARS + 1)] {
///     assert_eq!(text.parse::<AppUid>(), Err(AppUidError));
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an app uid is 1 to 128 characters of `A-Z a-z 0-9 . _ -`")]
pub struct AppUidError;

impl AppUid {
    /// The longest uid, in characters.
    ///
    /// ```
    /// use vouchsafe_types::AppUid;
    /// assert!("a".repeat(AppUid::MAX_CHARS).parse::<AppUid>().is_ok());
    /// ```
    pub const MAX_CHARS: usize = 128;

    /// The uid as text.
    ///
    /// ```
    /// use vouchsafe_types::AppUid;
    /// let editor: AppUid = "editor".parse()?;
    /// assert_eq!(editor.as_str(), editor.to_string());
    /// # Ok::<(), vouchsafe_types::id::AppUidError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AppUid {
    type Error = AppUidError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let fits = !text.is_empty() && text.len() <= Self::MAX_CHARS;
        if fits && text.chars().all(legal) { Ok(Self(text)) } else { Err(AppUidError) }
    }
}

impl From<AppUid> for String {
    fn from(uid: AppUid) -> Self {
        uid.0
    }
}

impl FromStr for AppUid {
    type Err = AppUidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl fmt::Display for AppUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
