//! Which dialect a path belongs to, so that every refusal is printed in the form of the face that was called.

/// A wire face, as far as the form of its errors goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// `{message, ...fields, code}`.
    Puter,
    /// Puter's share links: the same with `"$": "api:error"`.
    ShareLink,
    /// `{"status": "error", "data": [text]}`.
    Bookmarks,
    /// `/v1` and operations: `heyputer:api/APIError` with the right HTTP status.
    Native,
}

/// Where the Bookmarks face is mounted.
const BOOKMARKS: [&str; 3] =
    ["/public/rest/v2", "/index.php/apps/bookmarks/public/rest/v2", "/apps/bookmarks/public/rest/v2"];

/// Whether this is what follows a prefix of whole segments.
fn is_whole(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

impl Face {
    /// The face a path belongs to. A path that belongs to none is answered like Puter's.
    #[must_use]
    pub fn of(path: &str) -> Self {
        if BOOKMARKS.iter().any(|prefix| path.strip_prefix(prefix).is_some_and(is_whole)) {
            return Self::Bookmarks;
        }
        match path.split('/').nth(1) {
            Some("v1") => Self::Native,
            Some("sharelink") => Self::ShareLink,
            Some(_) | None => Self::Puter,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Face;

    #[test]
    fn a_face_is_told_by_the_whole_first_segment() {
        let paths = ["/v1/check", "/v1", "/v1x/check", "/sharelink/check", "/share", "/", ""];
        let faces = paths.map(Face::of);
        assert_eq!(Face::of("/apps/bookmarks/public/rest/v2/nowhere"), Face::Bookmarks);
        assert_eq!(Face::of("/public/rest/v20"), Face::Puter);
        let puter = Face::Puter;
        assert_eq!(faces, [Face::Native, Face::Native, puter, Face::ShareLink, puter, puter, puter]);
    }
}
