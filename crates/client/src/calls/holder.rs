//! Who has a grant, as JSON names them.

use crate::{AppUid, GroupId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::{Map, Value, json};
use std::fmt;

/// Who has a grant, or whom an access list speaks of.
///
/// ```
/// use vouchsafe_client::Holder;
/// assert_eq!(serde_json::to_string(&Holder::user("bob"))?, r#"{"user":"bob"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Holder {
    /// A user, by name.
    User(String),
    /// Every current member of a group.
    Group(GroupId),
    /// An app, acting for one user or (`None`) for any.
    App {
        /// The app.
        app: AppUid,
        /// The name of the user it acts for.
        user: Option<String>,
    },
    /// An access token. Only in answers.
    Token(String),
    /// Whoever presents a link. Only in answers.
    Link(String),
    /// Every active user.
    Everyone,
    /// Somebody of a kind that this client does not know, as the server wrote it. Only in answers.
    Other(Map<String, Value>),
}

impl Holder {
    /// A user, by name.
    ///
    /// ```
    /// use vouchsafe_client::Holder;
    /// assert_eq!(Holder::user("bob"), Holder::User("bob".into()));
    /// ```
    #[must_use]
    pub fn user(name: impl Into<String>) -> Self {
        Self::User(name.into())
    }

    /// An app, whomever it acts for.
    ///
    /// ```
    /// use vouchsafe_client::Holder;
    /// assert!(matches!(Holder::app("app-editor".parse().unwrap()), Holder::App { user: None, .. }));
    /// ```
    #[must_use]
    pub const fn app(app: AppUid) -> Self {
        Self::App { app, user: None }
    }
}

impl Serialize for Holder {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let object = match self {
            Self::User(name) => json!({ "user": name }),
            Self::Group(uid) => json!({ "group": uid }),
            Self::App { app, user: None } => json!({ "app": app }),
            Self::App { app, user: Some(user) } => json!({ "app": app, "user": user }),
            Self::Token(token) => json!({ "token": token }),
            Self::Link(link) => json!({ "link": link }),
            Self::Everyone => json!({ "everyone": true }),
            Self::Other(object) => json!(object),
        };
        object.serialize(to)
    }
}

/// The keys that this client knows.
#[derive(Deserialize)]
struct Keys {
    user: Option<String>,
    group: Option<GroupId>,
    app: Option<AppUid>,
    token: Option<String>,
    link: Option<String>,
    everyone: Option<bool>,
}

impl<'de> Deserialize<'de> for Holder {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let object = Map::deserialize(from)?;
        let keys = Keys::deserialize(Value::Object(object.clone())).map_err(D::Error::custom)?;
        Ok(match keys {
            Keys { app: Some(app), user, .. } => Self::App { app, user },
            Keys { user: Some(name), .. } => Self::User(name),
            Keys { group: Some(uid), .. } => Self::Group(uid),
            Keys { token: Some(token), .. } => Self::Token(token),
            Keys { link: Some(link), .. } => Self::Link(link),
            Keys { everyone: Some(true), .. } => Self::Everyone,
            _ => Self::Other(object),
        })
    }
}

/// The holders that a list of grants can be narrowed to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HolderFilter {
    /// The user of this name himself.
    User(String),
    /// The group itself, not its members.
    Group(GroupId),
    /// The app, whomever it acts for.
    App(AppUid),
    /// Everyone as such.
    Everyone,
}

impl fmt::Display for HolderFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => f.write_str(name),
            Self::Group(uid) => write!(f, "group:{uid}"),
            Self::App(uid) => write!(f, "app:{uid}"),
            Self::Everyone => f.write_str("everyone"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Holder;
    use crate::stub::ID;
    use serde_json::{Value, json};

    #[test]
    fn every_holder_reads_as_it_was_written() {
        let app = || "app-1".parse().unwrap();
        for (holder, object) in [
            (Holder::user("bob"), json!({ "user": "bob" })),
            (Holder::Group(ID.parse().unwrap()), json!({ "group": ID })),
            (Holder::app(app()), json!({ "app": "app-1" })),
            (Holder::App { app: app(), user: Some("bob".into()) }, json!({ "app": "app-1", "user": "bob" })),
            (Holder::Token("t".into()), json!({ "token": "t" })),
            (Holder::Link(ID.into()), json!({ "link": ID })),
            (Holder::Everyone, json!({ "everyone": true })),
        ] {
            assert_eq!(json!(holder), object);
            assert_eq!(serde_json::from_value::<Holder>(object).unwrap(), holder);
        }
    }

    #[test]
    fn a_holder_of_the_future_is_kept_and_one_without_sense_is_refused() {
        let read = |object: Value| serde_json::from_value::<Holder>(object);
        let device = json!({ "device": "tv" });
        assert_eq!(json!(read(device.clone()).unwrap()), device);
        assert_eq!(read(json!({ "user": "bob", "new": 1 })).unwrap(), Holder::user("bob"));
        assert_eq!(read(json!({ "app": "app-1", "user": null })).unwrap(), Holder::app("app-1".parse().unwrap()));
        assert!(matches!(read(json!({ "everyone": false })), Ok(Holder::Other(_))));
        assert!(read(json!({ "user": 7 })).is_err());
        assert!(read(json!("bob")).is_err());
    }
}
