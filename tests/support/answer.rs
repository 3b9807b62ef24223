use serde_json::Value;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, if it was JSON; else its text as a JSON string.
    pub body: Value,
    /// The content type.
    pub content_type: String,
    /// Whether it is the answer that an earlier request got.
    pub is_replayed: bool,
    /// After how many seconds to come again; empty when that is not said.
    pub retry_after: String,
    /// `Cache-Control` and `X-Content-Type-Options`.
    pub safety: String,
    /// The entity tag, with its quotes; empty without one.
    pub etag: String,
}

impl Answer {
    /// The error code of the whole answer.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// Status and code together.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status, self.code())
    }

    /// The code of the line at `index` of a list in the body; empty for a success.
    pub fn line(&self, list: &str, index: usize) -> &str {
        self.body[list][index]["code"].as_str().unwrap_or_default()
    }
}
