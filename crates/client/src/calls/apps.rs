//! `/v1/apps/{uid}`: applications that can be shared, and that act for users.

use crate::{AppUid, Client, Error, Saved};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An app.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct App {
    /// Its uid.
    pub uid: AppUid,
    /// Its name, which no other app has.
    pub name: String,
    /// The username of its owner.
    pub owner: String,
    /// Whether only those may open it to whom it was given.
    pub protected: bool,
    /// What else is known of it; `shared_appdata: true` shares its data directory with it.
    pub metadata: Map<String, Value>,
    /// Where it starts.
    pub index_url: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// What is said about an app.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AppChange {
    /// Its name, 1 to 255 bytes.
    pub name: String,
    /// The username of its owner.
    pub owner: String,
    /// Whether only those may open it to whom it was given; left out, it stays as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected: Option<bool>,
    /// What else is known of it. It replaces what was there, also when it is empty.
    pub metadata: Map<String, Value>,
    /// Where it starts. Left out, it is taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_url: Option<String>,
}

impl AppChange {
    /// An app of this owner and name.
    ///
    /// ```
    /// use vouchsafe_client::AppChange;
    /// assert_eq!(AppChange::new("ann", "editor").protected, None, "as it was before");
    /// ```
    #[must_use]
    pub fn new(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { name: name.into(), owner: owner.into(), protected: None, metadata: Map::new(), index_url: None }
    }
}

impl Client {
    /// Makes an app known, or says what has changed about it.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// use vouchsafe_client::AppChange;
    /// let change = AppChange { protected: Some(true), ..AppChange::new("ann", "editor") };
    /// let editor = client.put_app(&"app-editor".parse().unwrap(), &change).await?;
    /// println!("made at {}", editor.created_at);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `conflict` when another app has the name.
    pub async fn put_app(&self, uid: &AppUid, change: &AppChange) -> Result<Saved<App>, Error> {
        self.put(&["apps", uid.as_str()], change).await
    }

    /// An app that the caller may see.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// let editor = client.app(&"app-editor".parse().unwrap()).await?;
    /// println!("{} starts at {:?}", editor.name, editor.index_url);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `entity_not_found` when there is none.
    pub async fn app(&self, uid: &AppUid) -> Result<App, Error> {
        self.get(&["apps", uid.as_str()], &[]).await
    }

    /// Deletes an app with the grants on it and those it has.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// client.delete_app(&"app-editor".parse().unwrap()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; after a retry, [`Refusal::earlier_outcome_unknown`](crate::Refusal::earlier_outcome_unknown).
    pub async fn delete_app(&self, uid: &AppUid) -> Result<(), Error> {
        self.delete(&["apps", uid.as_str()]).await
    }
}

#[cfg(test)]
mod tests {
    use super::AppChange;
    use crate::{AppUid, Error, stub::Stub};
    use serde_json::json;

    #[tokio::test]
    async fn an_app_is_put_read_and_deleted() {
        let view = json!({
            "uid": "app-1", "name": "editor", "owner": "ann", "protected": true,
            "metadata": { "shared_appdata": true }, "index_url": null, "created_at": "2027-01-15T08:00:00.000000Z",
        });
        let stub = Stub::answering([(201, view.clone()), (200, view), (200, json!({}))]).await;
        let (client, uid) = (stub.client(), "app-1".parse().unwrap());
        let change = AppChange { protected: Some(true), ..AppChange::new("ann", "editor") };
        let saved = client.put_app(&uid, &change).await.unwrap();
        assert!(saved.is_new && saved.protected);
        assert_eq!((&saved.uid, saved.metadata.get("shared_appdata")), (&uid, Some(&json!(true))));
        assert_eq!(client.app(&uid).await.unwrap(), saved.value);
        client.delete_app(&uid).await.unwrap();
        stub.saw(&[
            ("PUT /v1/apps/app-1", json!({ "name": "editor", "owner": "ann", "protected": true, "metadata": {} })),
            ("GET /v1/apps/app-1", json!(null)),
            ("DELETE /v1/apps/app-1", json!(null)),
        ]);
    }

    #[tokio::test]
    async fn a_uid_of_dots_is_never_sent() {
        let stub = Stub::answering([(200, json!({}))]).await;
        let dots: AppUid = "..".parse().unwrap();
        assert!(matches!(stub.client().delete_app(&dots).await, Err(Error::Segment(odd)) if odd == ".."));
        stub.saw(&[]);
    }
}
