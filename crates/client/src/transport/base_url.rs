//! Where the server is, and the addresses below.

use crate::Error;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

/// What is escaped in a segment of a path: all but the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Why a text is no base URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// It is no absolute URL at all.
    #[error("it is no absolute URL: {0}")]
    Unreadable(String),
    /// Its scheme is neither `http` nor `https`.
    #[error("its scheme is neither `http` nor `https`")]
    Scheme,
    /// It names a user or a password: the token alone says who calls.
    #[error("it holds a user name or a password")]
    Credentials,
    /// It goes on after the path.
    #[error("it has a query or a fragment")]
    Tail,
}

/// The origin of a server, perhaps with a path in front of `/v1`.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    /// The text as a base URL; a slash at its end makes no difference.
    pub(crate) fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text).map_err(|error| BaseUrlError::Unreadable(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            Err(BaseUrlError::Scheme)
        } else if !url.username().is_empty() || url.password().is_some() {
            Err(BaseUrlError::Credentials)
        } else if url.query().is_some() || url.fragment().is_some() {
            Err(BaseUrlError::Tail)
        } else {
            Ok(Self(url))
        }
    }

    /// The URL as text.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The address of `/v1/<segments>`, each segment escaped as a whole.
    ///
    /// Empty and dotted segments are refused: URLs resolve them away, so that the call would mean something else.
    pub(crate) fn at(&self, segments: &[&str], query: &[(&str, String)]) -> Result<Url, Error> {
        if let Some(odd) = segments.iter().find(|segment| matches!(**segment, "" | "." | "..")) {
            return Err(Error::Segment((*odd).to_owned()));
        }
        let mut path = format!("{}/v1", self.0.path().trim_end_matches('/'));
        for segment in segments {
            path.push('/');
            path.extend(utf8_percent_encode(segment, ESCAPED));
        }
        let mut url = self.0.clone();
        url.set_path(&path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::{BaseUrl, BaseUrlError};
    use crate::Error;

    fn at(base: &str, segments: &[&str]) -> String {
        BaseUrl::parse(base).unwrap().at(segments, &[]).unwrap().to_string()
    }

    #[test]
    fn a_base_url_may_lie_below_a_path_and_end_with_a_slash() {
        for base in ["http://host:4100", "http://host:4100/"] {
            assert_eq!(at(base, &["check"]), "http://host:4100/v1/check");
        }
        for base in ["https://host/share", "https://host/share/"] {
            assert_eq!(at(base, &["check", "batch"]), "https://host/share/v1/check/batch");
        }
    }

    #[test]
    fn what_is_no_base_url_is_told_apart() {
        for (text, expected) in [
            ("ftp://host", BaseUrlError::Scheme),
            ("file:///etc", BaseUrlError::Scheme),
            ("localhost:4100", BaseUrlError::Scheme),
            ("http://ann@host", BaseUrlError::Credentials),
            ("http://:secret@host", BaseUrlError::Credentials),
            ("http://host?x=1", BaseUrlError::Tail),
            ("http://host/#x", BaseUrlError::Tail),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap_err(), expected, "{text}");
        }
        for text in ["", "host", "/v1", "http://"] {
            assert!(matches!(BaseUrl::parse(text), Err(BaseUrlError::Unreadable(_))), "{text}");
        }
    }

    #[test]
    fn a_segment_never_becomes_a_piece_of_the_url() {
        for (segment, escaped) in [
            ("a b", "a%20b"),
            ("a/b", "a%2Fb"),
            ("a\\b", "a%5Cb"),
            ("a?b#c", "a%3Fb%23c"),
            ("%2e%2e", "%252e%252e"),
            ("a\nb\t", "a%0Ab%09"),
            ("jörg", "j%C3%B6rg"),
            ("...", "..."),
            ("A-1._~", "A-1._~"),
        ] {
            assert_eq!(at("http://host", &["users", segment]), format!("http://host/v1/users/{escaped}"));
        }
        for segment in ["", ".", ".."] {
            let refused = BaseUrl::parse("http://host").unwrap().at(&["users", segment], &[]);
            assert!(matches!(refused, Err(Error::Segment(odd)) if odd == segment), "{segment}");
        }
    }

    #[test]
    fn a_query_is_escaped() {
        let url = BaseUrl::parse("http://host").unwrap().at(&["grants"], &[("holder", "a&b=c d".to_owned())]);
        assert_eq!(url.unwrap().as_str(), "http://host/v1/grants?holder=a%26b%3Dc+d");
    }
}
