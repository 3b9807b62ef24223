//! Which dialect a path belongs to, so that every refusal is printed in the form of the face that was called.

/// A wire face, as far as the form of its errors goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// `{message, ...fields, code}`.
    Puter,
    /// Puter's share links: the same with `"$": "api:error"`.
    ShareLink,
    /// `{error}`: a text, or `{code, msg}`.
    Zus,
    /// `/v1` and operations: `heyputer:api/APIError` with the right HTTP status.
    Native,
}

impl Face {
    /// The face a path belongs to. A path that belongs to none is answered like Puter's.
    #[must_use]
    pub fn of(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("v1") => Self::Native,
            Some("v2") => Self::Zus,
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
        let paths = ["/v1/check", "/v1", "/v1x/check", "/sharelink/check", "/v2/sharereq", "/share", "/", ""];
        let faces = paths.map(Face::of);
        let puter = Face::Puter;
        assert_eq!(faces, [Face::Native, Face::Native, puter, Face::ShareLink, Face::Zus, puter, puter, puter]);
    }
}
