//! `/v1/groups/{uid}`: sets of users.

use crate::{Client, Error, GroupId, Saved};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A group: a grant to it reaches whoever is a member.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Group {
    /// The id.
    pub uid: GroupId,
    /// The username of its owner.
    pub owner: String,
    /// The name, 1 to 255 bytes.
    pub name: String,
    /// The usernames of its members, at most 1,000; of a group that is not the caller's own, none.
    pub members: Vec<String>,
    /// Where the next members begin, when there are more: see [`Client::group_from`].
    #[serde(default)]
    pub cursor: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// What is said about a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupChange {
    /// The username of its owner.
    pub owner: String,
    /// The name, 1 to 255 bytes.
    pub name: String,
    /// Usernames that replace all members, at most 1,000; `None` leaves the members as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<String>>,
}

impl GroupChange {
    /// A group of this owner and name, whose members stay as they are.
    ///
    /// ```
    /// use vouchsafe_client::GroupChange;
    /// assert_eq!(GroupChange::new("ann", "family").members, None, "they stay as they are");
    /// ```
    #[must_use]
    pub fn new(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { owner: owner.into(), name: name.into(), members: None }
    }
}

impl Client {
    /// Makes a group, or changes it.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// use vouchsafe_client::{GroupChange, GroupId};
    /// let members = Some(vec!["bob".into(), "eve".into()]);
    /// client.put_group(GroupId::mint(), &GroupChange { members, ..GroupChange::new("ann", "family") }).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn put_group(&self, uid: GroupId, change: &GroupChange) -> Result<Saved<Group>, Error> {
        self.put(&["groups", &uid.to_string()], change).await
    }

    /// A group.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let family = vouchsafe_client::GroupId::mint();
    /// let group = client.group(family).await?;
    /// println!("{} of {}: {:?}", group.name, group.owner, group.members);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `entity_not_found` when there is none that the caller may see.
    pub async fn group(&self, uid: GroupId) -> Result<Group, Error> {
        self.get(&["groups", &uid.to_string()], &[]).await
    }

    /// A group, with its members from a [`Group::cursor`] on.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let crowd = vouchsafe_client::GroupId::mint();
    /// let mut page = client.group(crowd).await?;
    /// let mut count = page.members.len();
    /// while let Some(cursor) = page.cursor {
    ///     page = client.group_from(crowd, &cursor).await?;
    ///     count += page.members.len();
    /// }
    /// println!("{count} members");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `entity_not_found` when there is none that the caller may see.
    pub async fn group_from(&self, uid: GroupId, cursor: &str) -> Result<Group, Error> {
        self.get(&["groups", &uid.to_string()], &[("cursor", cursor.to_owned())]).await
    }

    /// Deletes a group with its memberships and grants.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let family = vouchsafe_client::GroupId::mint();
    /// client.delete_group(family).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; after a retry, [`Refusal::earlier_outcome_unknown`](crate::Refusal::earlier_outcome_unknown).
    pub async fn delete_group(&self, uid: GroupId) -> Result<(), Error> {
        self.delete(&["groups", &uid.to_string()]).await
    }
}

#[cfg(test)]
mod tests {
    use super::GroupChange;
    use crate::stub::{ID, Stub};
    use serde_json::json;

    #[tokio::test]
    async fn a_group_is_put_read_and_deleted() {
        let view = json!({
            "uid": ID, "owner": "ann", "name": "team", "members": ["bob", "eve"],
            "created_at": "2027-01-15T08:00:00.000000Z",
        });
        let stub = Stub::answering([(200, view.clone()), (200, view), (200, json!({}))]).await;
        let (client, uid) = (stub.client(), ID.parse().unwrap());
        let saved = client.put_group(uid, &GroupChange::new("ann", "team")).await.unwrap();
        assert!(!saved.is_new);
        assert_eq!((saved.uid, saved.members.len()), (uid, 2));
        assert_eq!(client.group(uid).await.unwrap(), saved.value);
        client.delete_group(uid).await.unwrap();
        let path = format!("/v1/groups/{ID}");
        stub.saw(&[
            (&format!("PUT {path}"), json!({ "owner": "ann", "name": "team" })),
            (&format!("GET {path}"), json!(null)),
            (&format!("DELETE {path}"), json!(null)),
        ]);
    }

    #[test]
    fn no_members_and_members_as_they_are_differ() {
        let change = GroupChange { members: Some(Vec::new()), ..GroupChange::new("ann", "team") };
        assert_eq!(json!(change), json!({ "owner": "ann", "name": "team", "members": [] }));
    }
}
