//! Lists that come page by page.

use crate::{Client, Error};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;
use std::marker::PhantomData;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next page begins, or `None` on the last one: see [`Pages::after`].
    #[serde(default, deserialize_with = "cursor")]
    pub cursor: Option<String>,
    /// The state that the page was read from, if the list says so.
    #[serde(default)]
    pub revision: Option<i64>,
    /// Whether nothing was left out of the list as a whole, if the list says so.
    #[serde(default)]
    pub complete: Option<bool>,
}

/// A list that is read page by page. Nothing is sent before the first page is asked for.
///
/// The list is not frozen: what is added or taken away while it is read may or may not be seen.
///
/// ```no_run
/// # use vouchsafe_client::{Client, Error, GrantFilter};
/// # async fn example(client: Client) -> Result<(), Error> {
/// let by_alice = GrantFilter { issuer: Some("alice".into()), ..GrantFilter::default() };
///
/// let first = client.grants(&by_alice).limit(20).page().await?;
/// println!("{} grants, and then {:?}", first.items.len(), first.cursor);
///
/// let mut pages = client.grants(&by_alice);
/// while let Some(page) = pages.next_page().await? {
///     page.items.iter().for_each(|grant| println!("{}", grant.permission));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before a page is asked for"]
pub struct Pages<T> {
    client: Client,
    path: Vec<String>,
    query: Vec<(&'static str, String)>,
    /// What the list calls the place where a page begins.
    cursor_key: &'static str,
    cursor: Option<String>,
    is_over: bool,
    items: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(client: &Client, path: &[&str], query: Vec<(&'static str, String)>) -> Self {
        Self {
            client: client.clone(),
            path: path.iter().map(|segment| (*segment).to_owned()).collect(),
            query,
            cursor_key: "cursor",
            cursor: None,
            is_over: false,
            items: PhantomData,
        }
    }

    /// The same list, whose pages begin after what `key` names.
    pub(crate) fn paged_by(mut self, key: &'static str) -> Self {
        self.cursor_key = key;
        self
    }

    /// How many items a page has at most, 1 to 1000. The server's choice when not said.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// let page = client.grants(&Default::default()).limit(20).page().await?;
    /// assert!(page.items.len() <= 20);
    /// # Ok(())
    /// # }
    /// ```
    pub fn limit(mut self, items: u16) -> Self {
        self.query.push(("limit", items.to_string()));
        self
    }

    /// Begins where a page ended: `cursor` is [`Page::cursor`] of a list with the same filter.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// let first = client.grants(&Default::default()).page().await?;
    /// if let Some(cursor) = first.cursor {
    ///     let second = client.grants(&Default::default()).after(cursor).page().await?;
    ///     println!("{} more", second.items.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// One page: the first, or the one [after](Self::after) a cursor.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// let first = client.grants(&Default::default()).page().await?;
    /// println!("{} grants, and more: {}", first.items.len(), first.cursor.is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn page(self) -> Result<Page<T>, Error> {
        self.read().await
    }

    /// The next page, or `None` after the last one. After an error it may be asked for again.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// let mut pages = client.grants(&Default::default());
    /// while let Some(page) = pages.next_page().await? {
    ///     page.items.iter().for_each(|grant| println!("{}", grant.permission));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn next_page(&mut self) -> Result<Option<Page<T>>, Error> {
        if self.is_over {
            return Ok(None);
        }
        let page = self.read().await?;
        if page.cursor.is_some() && page.cursor == self.cursor {
            return Err(Error::senseless("the cursor stays where it was"));
        }
        self.is_over = page.cursor.is_none();
        self.cursor.clone_from(&page.cursor);
        Ok(Some(page))
    }

    /// All items of all pages that are left. The whole list is in memory then; walk a long one page by page.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// let grants = client.grants(&Default::default()).all().await?;
    /// println!("{} grants", grants.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]. What was read before the error is lost.
    pub async fn all(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(page) = self.next_page().await? {
            all.extend(page.items);
        }
        Ok(all)
    }

    async fn read(&self) -> Result<Page<T>, Error> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let mut query = self.query.clone();
        query.extend(self.cursor.clone().map(|cursor| (self.cursor_key, cursor)));
        self.client.get(&path, &query).await
    }
}

/// A cursor is text; that of the audit is the number of a record.
fn cursor<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Option::deserialize(from)? {
        None => None,
        Some(Value::String(text)) => Some(text),
        Some(other) => Some(other.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        Error, Grant, GrantFilter, Page,
        stub::{Reply, Stub, grant},
    };
    use serde_json::{Value, json};

    fn page(cursor: Value) -> Reply {
        Reply::json(200, &json!({ "items": [grant()], "cursor": cursor }))
    }

    fn calls(stub: &Stub) -> Vec<String> {
        stub.requests().into_iter().map(|request| request.call).collect()
    }

    #[tokio::test]
    async fn all_pages_are_walked_in_order_and_then_no_more() {
        let stub = Stub::replying([page(json!("a")), page(json!("b")), page(Value::Null)]).await;
        let mut pages = stub.client().grants(&GrantFilter::default()).limit(1);
        let mut cursors = Vec::new();
        while let Some(page) = pages.next_page().await.unwrap() {
            cursors.push(page.cursor);
        }
        assert_eq!(cursors, [Some("a".into()), Some("b".into()), None]);
        assert!(pages.next_page().await.unwrap().is_none());
        let expected = ["limit=1", "limit=1&cursor=a", "limit=1&cursor=b"].map(|q| format!("GET /v1/grants?{q}"));
        assert_eq!(calls(&stub), expected);
    }

    #[tokio::test]
    async fn all_items_come_as_one_list_and_an_empty_list_is_one() {
        let stub = Stub::replying([page(json!("a")), page(Value::Null)]).await;
        assert_eq!(stub.client().grants(&GrantFilter::default()).all().await.unwrap().len(), 2);
        let stub = Stub::answering([(200, json!({ "items": [] }))]).await;
        assert!(stub.client().grants(&GrantFilter::default()).all().await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_page_that_failed_can_be_asked_for_again() {
        let stub = Stub::replying([page(json!("a")), Reply::refusal(500, "internal_error"), page(Value::Null)]).await;
        let mut pages = stub.client().grants(&GrantFilter::default());
        pages.next_page().await.unwrap();
        assert_eq!(pages.next_page().await.unwrap_err().code(), Some("internal_error"));
        assert!(pages.next_page().await.unwrap().is_some());
        assert_eq!(calls(&stub), ["", "?cursor=a", "?cursor=a"].map(|query| format!("GET /v1/grants{query}")));
    }

    #[tokio::test]
    async fn a_cursor_that_does_not_move_is_not_followed_for_ever() {
        let stub = Stub::replying([page(json!("a"))]).await;
        let all = stub.client().grants(&GrantFilter::default()).all().await;
        assert!(matches!(all, Err(Error::Decode { .. })));
        assert_eq!(stub.requests().len(), 2);
    }

    #[test]
    fn a_cursor_is_text_or_a_number() {
        for (cursor, expected) in [(json!("a"), Some("a")), (json!(41), Some("41")), (Value::Null, None)] {
            let page: Page<Grant> = serde_json::from_value(json!({ "items": [], "cursor": cursor })).unwrap();
            assert_eq!(page.cursor.as_deref(), expected);
        }
    }
}
