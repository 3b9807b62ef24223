//! `/v1/users/{username}`: the accounts.

use crate::{Client, Error, Saved, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The name: 1 to 64 ASCII letters, digits and `_`.
    pub username: String,
    /// The id, never reused.
    pub uuid: UserId,
    /// The e-mail address as it was typed; an app that acts for the user does not get it.
    pub email: Option<String>,
    /// Whether the address is proven to be the user's.
    pub email_confirmed: bool,
    /// What the user is called.
    pub display_name: Option<String>,
    /// The public keys, in hex, by which the account signs in the Züs face.
    #[serde(default)]
    pub client_keys: Vec<String>,
    /// What the Züs face calls the account under each of them.
    #[serde(default)]
    pub client_ids: Vec<String>,
    /// Whether the account is suspended: it may do nothing, and what it gave gives nothing.
    pub suspended: bool,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

/// What is said about an account. What is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UserChange {
    /// The id of a new account; the server chooses one when it is left out. Fixed afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uuid: Option<UserId>,
    /// The e-mail address. A new one is not proven, unless `email_confirmed` says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the address is proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_confirmed: Option<bool>,
    /// What the user is called, 1 to 255 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Public keys in hex that replace all by which the account signs in the Züs face, at most 100; a key belongs to
    /// one account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_keys: Option<Vec<String>>,
}

impl Client {
    /// Makes an account with its home directory `/<username>`, or changes it. For service keys only.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// use vouchsafe_client::UserChange;
    /// let change = UserChange { email: Some("bob@example.org".into()), ..UserChange::default() };
    /// let saved = client.put_user("bob", &change).await?;
    /// println!("{} is {}", saved.username, if saved.is_new { "new" } else { "known" });
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn put_user(&self, username: &str, change: &UserChange) -> Result<Saved<User>, Error> {
        self.put(&["users", username], change).await
    }

    /// An account: any for a service key, one's own for a user.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// if client.user("bob").await?.suspended {
    ///     println!("what bob gave gives nothing now");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `user_does_not_exist` when there is none.
    pub async fn user(&self, username: &str) -> Result<User, Error> {
        self.get(&["users", username], &[]).await
    }

    /// Deletes an account with everything that is its own. For service keys only.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// client.delete_user("bob").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; after a retry, [`Refusal::earlier_outcome_unknown`](crate::Refusal::earlier_outcome_unknown).
    pub async fn delete_user(&self, username: &str) -> Result<(), Error> {
        self.delete(&["users", username]).await
    }
}

#[cfg(test)]
mod tests {
    use super::UserChange;
    use crate::stub::Stub;
    use serde_json::json;

    #[tokio::test]
    async fn an_account_is_put_read_and_deleted() {
        let view = json!({
            "username": "ann", "uuid": "5f4b2e0e-8a8e-4d0c-9a3e-2b8f0d6f4c11", "email": "Ann@x.org",
            "email_confirmed": true, "display_name": null, "suspended": false,
            "client_keys": ["03a1"], "client_ids": ["c1"],
            "created_at": "2027-01-15T08:00:00.000000Z", "colour": "a field of the future",
        });
        let stub = Stub::answering([(201, view.clone()), (200, view), (200, json!({}))]).await;
        let client_keys = Some(vec!["03a1".to_owned()]);
        let change = UserChange { email: Some("Ann@x.org".into()), client_keys, ..UserChange::default() };
        let saved = stub.client().put_user("ann", &change).await.unwrap();
        assert!(saved.is_new && saved.email_confirmed);
        assert_eq!((saved.username.as_str(), saved.email.as_deref()), ("ann", Some("Ann@x.org")));
        assert_eq!((&saved.client_keys, &saved.client_ids), (&vec!["03a1".into()], &vec!["c1".into()]));
        assert_eq!((saved.created_at.timestamp(), &saved.display_name), (1_800_000_000, &None));
        assert_eq!(stub.client().user("ann").await.unwrap(), saved.value);
        stub.client().delete_user("ann").await.unwrap();
        let body = json!({ "email": "Ann@x.org", "client_keys": ["03a1"] });
        stub.saw(&[
            ("PUT /v1/users/ann", body),
            ("GET /v1/users/ann", json!(null)),
            ("DELETE /v1/users/ann", json!(null)),
        ]);
    }
}
