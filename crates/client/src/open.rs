//! Words of the server, of which there may be new ones.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use vouchsafe_types::{Access, Capability};

/// A word out of a list that may grow: a newer server's word is kept, and is no error.
///
/// ```
/// use vouchsafe_client::{Access, Open};
/// let words: Vec<Open<Access>> = serde_json::from_str(r#"["read", "teleport"]"#)?;
/// assert_eq!(words[0], Access::Read);
/// assert_eq!((words[1].known(), words[1].as_str()), (None, "teleport"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Open<T> {
    /// A word that this client knows.
    Known(T),
    /// Another one, as the server wrote it.
    Other(String),
}

/// A list of words, each with the text that stands for it in JSON.
pub trait Word: Copy + PartialEq + 'static {
    /// Every word that this client knows.
    const KNOWN: &'static [Self];

    /// The text in JSON.
    fn text(self) -> &'static str;
}

impl<T: Word> Open<T> {
    /// The word, if this client knows it.
    ///
    /// ```
    /// use vouchsafe_client::{Access, Open};
    /// assert_eq!(Open::Known(Access::Read).known(), Some(Access::Read));
    /// assert_eq!(Open::<Access>::Other("fly".into()).known(), None);
    /// ```
    #[must_use]
    pub const fn known(&self) -> Option<T> {
        match self {
            Self::Known(word) => Some(*word),
            Self::Other(_) => None,
        }
    }

    /// The word as text.
    ///
    /// ```
    /// use vouchsafe_client::{Access, Open};
    /// assert_eq!(Open::Known(Access::Read).as_str(), "read");
    /// assert_eq!(Open::<Access>::Other("fly".into()).as_str(), "fly");
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(word) => word.text(),
            Self::Other(text) => text,
        }
    }
}

impl<T: Word> From<T> for Open<T> {
    fn from(word: T) -> Self {
        Self::Known(word)
    }
}

impl<T: Word> PartialEq<T> for Open<T> {
    fn eq(&self, word: &T) -> bool {
        self.known() == Some(*word)
    }
}

impl<T: Word> fmt::Display for Open<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<'de, T: Word> Deserialize<'de> for Open<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let known = T::KNOWN.iter().find(|word| word.text() == text);
        Ok(known.map_or(Self::Other(text), |word| Self::Known(*word)))
    }
}

impl<T: Word> Serialize for Open<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl Word for Access {
    const KNOWN: &'static [Self] = &Self::ALL;

    fn text(self) -> &'static str {
        self.name()
    }
}

impl Word for Capability {
    const KNOWN: &'static [Self] = &Self::ALL;

    fn text(self) -> &'static str {
        self.name()
    }
}

/// An enum of words, written once with their texts.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident => $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$word_doc])* $word,)+ }

        impl crate::Word for $name {
            const KNOWN: &'static [Self] = &[$(Self::$word,)+];

            fn text(self) -> &'static str {
                match self { $(Self::$word => $text,)+ }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(crate::Word::text(*self))
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    use super::{Open, Word};
    use serde_json::json;
    use vouchsafe_types::{Access, Capability};

    fn survives<T: Word + std::fmt::Debug>() {
        for word in T::KNOWN {
            let read: Open<T> = serde_json::from_value(json!(word.text())).unwrap();
            assert_eq!((&read, read.known()), (&Open::Known(*word), Some(*word)));
            assert_eq!(json!(read), json!(word.text()));
        }
    }

    #[test]
    fn every_known_word_survives_a_round_trip() {
        survives::<Access>();
        survives::<Capability>();
        survives::<crate::ChangeKind>();
        survives::<crate::EntryKind>();
        survives::<crate::RevokeMode>();
        survives::<crate::Via>();
        survives::<crate::WhyNot>();
    }

    #[test]
    fn an_unknown_word_is_kept_as_it_was() {
        let read: Open<Access> = serde_json::from_value(json!("teleport")).unwrap();
        assert_eq!(read, Open::Other("teleport".into()));
        assert_eq!((json!(read), read.to_string()), (json!("teleport"), "teleport".into()));
        assert!(serde_json::from_value::<Open<Access>>(json!(7)).is_err());
    }
}
