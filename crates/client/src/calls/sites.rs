//! `/v1/sites/{uuid}`: subdomains.

use crate::{AppUid, Client, EntryId, Error, Saved, SiteId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A subdomain that serves a directory or belongs to an app.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Site {
    /// Its id.
    pub uuid: SiteId,
    /// Its name, which no other site has.
    pub name: String,
    /// The username of its owner.
    pub owner: String,
    /// The app it belongs to.
    pub associated_app_uid: Option<AppUid>,
    /// The directory it serves.
    pub root: Option<EntryId>,
    /// Whether only those may open it to whom it was given.
    pub protected: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// What is said about a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SiteChange {
    /// Its name, 1 to 255 bytes.
    pub name: String,
    /// The username of its owner.
    pub owner: String,
    /// The app it belongs to. Left out, it belongs to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub associated_app_uid: Option<AppUid>,
    /// The directory it serves. Left out, it serves none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<EntryId>,
    /// Whether only those may open it to whom it was given; left out, it stays as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected: Option<bool>,
}

impl SiteChange {
    /// A site of this owner and name.
    ///
    /// ```
    /// use vouchsafe_client::SiteChange;
    /// assert_eq!(SiteChange::new("ann", "blog").root, None, "it serves nothing");
    /// ```
    #[must_use]
    pub fn new(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { name: name.into(), owner: owner.into(), associated_app_uid: None, root: None, protected: None }
    }
}

impl Client {
    /// Makes a site known, or says what has changed about it.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let pages = vouchsafe_client::EntryId::mint();
    /// use vouchsafe_client::{SiteChange, SiteId};
    /// let change = SiteChange { root: Some(pages), ..SiteChange::new("ann", "blog") };
    /// client.put_site(SiteId::mint(), &change).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `conflict` when another site has the name.
    pub async fn put_site(&self, uuid: SiteId, change: &SiteChange) -> Result<Saved<Site>, Error> {
        self.put(&["sites", &uuid.to_string()], change).await
    }

    /// A site that the caller may see.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let blog = vouchsafe_client::SiteId::mint();
    /// println!("it serves {:?}", client.site(blog).await?.root);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `entity_not_found` when there is none.
    pub async fn site(&self, uuid: SiteId) -> Result<Site, Error> {
        self.get(&["sites", &uuid.to_string()], &[]).await
    }

    /// Deletes a site with the grants on it.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let blog = vouchsafe_client::SiteId::mint();
    /// client.delete_site(blog).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; after a retry, [`Refusal::earlier_outcome_unknown`](crate::Refusal::earlier_outcome_unknown).
    pub async fn delete_site(&self, uuid: SiteId) -> Result<(), Error> {
        self.delete(&["sites", &uuid.to_string()]).await
    }
}

#[cfg(test)]
mod tests {
    use super::SiteChange;
    use crate::stub::{ID, Stub};
    use serde_json::json;

    #[tokio::test]
    async fn a_site_is_put_read_and_deleted() {
        let view = json!({
            "uuid": ID, "name": "blog", "owner": "ann", "associated_app_uid": "app-1", "root": null,
            "protected": false, "created_at": "2027-01-15T08:00:00.000000Z",
        });
        let stub = Stub::answering([(201, view.clone()), (200, view), (200, json!({}))]).await;
        let (client, uuid) = (stub.client(), ID.parse().unwrap());
        let change = SiteChange { associated_app_uid: "app-1".parse().ok(), ..SiteChange::new("ann", "blog") };
        let saved = client.put_site(uuid, &change).await.unwrap();
        assert_eq!((saved.uuid, saved.root, &saved.associated_app_uid), (uuid, None, &"app-1".parse().ok()));
        assert_eq!(client.site(uuid).await.unwrap(), saved.value);
        client.delete_site(uuid).await.unwrap();
        let path = format!("/v1/sites/{ID}");
        stub.saw(&[
            (&format!("PUT {path}"), json!({ "name": "blog", "owner": "ann", "associated_app_uid": "app-1" })),
            (&format!("GET {path}"), json!(null)),
            (&format!("DELETE {path}"), json!(null)),
        ]);
    }
}
