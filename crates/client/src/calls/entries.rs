//! `/v1/entries/{uuid}`: files and directories.

use crate::{Client, EntryId, Error, Open, Saved, open::words};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

words! {
    /// What an entry is; fixed when it is made.
    EntryKind {
        /// A file.
        File => "file",
        /// A directory.
        Dir => "dir",
    }
}

/// A file or directory.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// Its number, never reused.
    pub id: i64,
    /// Its id, never reused.
    pub uuid: EntryId,
    /// Where it lies. A user sees an entry of somebody else's under `/<owner>/<uuid>/<name>`.
    pub path: String,
    /// The last part of its path.
    pub name: String,
    /// What it is called where a name may be any text.
    pub title: Option<String>,
    /// What it is.
    pub kind: Open<EntryKind>,
    /// The username of its owner.
    pub owner: String,
    /// The directory it lies in; `None` for a home.
    pub parent: Option<EntryId>,
    /// Its size in bytes; 0 for a directory.
    pub size: u64,
    /// Its MIME type, if known.
    pub content_type: Option<String>,
    /// When it was made known to the server.
    pub created: DateTime<Utc>,
    /// When its content changed last.
    pub modified: DateTime<Utc>,
    /// The container it was made in (Züs).
    pub allocation_id: String,
    /// What Züs finds it by; fixed at creation.
    pub lookup_hash: String,
}

/// What is said about an entry.
///
/// ```
/// use vouchsafe_client::EntryChange;
/// let change = EntryChange { size: Some(12), create_parents: true, ..EntryChange::file("/ann/d/plan.txt") };
/// assert_eq!(change.path, "/ann/d/plan.txt");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryChange {
    /// Where it lies, below somebody's home. An entry that is there already has this path: [`Client::move_entry`]
    /// moves it.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// The username of whom the tree must belong to, as a check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its size in bytes, below 2⁶³. Left out, it is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Its MIME type, at most 255 bytes. Left out, it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// When its content changed last. When not said: now, if anything else changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<DateTime<Utc>>,
    /// Whether missing directories above it are made, too.
    pub create_parents: bool,
}

impl EntryChange {
    /// A file at this path.
    ///
    /// ```
    /// use vouchsafe_client::{EntryChange, EntryKind};
    /// assert_eq!(EntryChange::file("/ann/plan.txt").kind, EntryKind::File);
    /// ```
    #[must_use]
    pub fn file(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            kind: EntryKind::File,
            owner: None,
            size: None,
            content_type: None,
            modified: None,
            create_parents: false,
        }
    }

    /// A directory at this path.
    ///
    /// ```
    /// use vouchsafe_client::{EntryChange, EntryKind};
    /// assert_eq!(EntryChange::dir("/ann/work").kind, EntryKind::Dir);
    /// ```
    #[must_use]
    pub fn dir(path: impl Into<String>) -> Self {
        Self { kind: EntryKind::Dir, ..Self::file(path) }
    }
}

impl Client {
    /// Makes an entry known, or says what has changed about it.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// use vouchsafe_client::{EntryChange, EntryId};
    /// let plan = EntryChange { size: Some(12), create_parents: true, ..EntryChange::file("/ann/work/plan.txt") };
    /// let saved = client.put_entry(EntryId::mint(), &plan).await?;
    /// println!("{} is entry {}", saved.path, saved.uuid);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `conflict` when the entry is there at another path, or is of the other kind.
    pub async fn put_entry(&self, uuid: EntryId, change: &EntryChange) -> Result<Saved<Entry>, Error> {
        self.put(&["entries", &uuid.to_string()], change).await
    }

    /// An entry that the caller may see.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let plan = vouchsafe_client::EntryId::mint();
    /// let entry = client.entry(plan).await?;
    /// println!("{} belongs to {}", entry.path, entry.owner);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `subject_does_not_exist` when there is none.
    pub async fn entry(&self, uuid: EntryId) -> Result<Entry, Error> {
        self.get(&["entries", &uuid.to_string()], &[]).await
    }

    /// Deletes an entry with everything below it.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let plan = vouchsafe_client::EntryId::mint();
    /// client.delete_entry(plan).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; after a retry, [`Refusal::earlier_outcome_unknown`](crate::Refusal::earlier_outcome_unknown).
    pub async fn delete_entry(&self, uuid: EntryId) -> Result<(), Error> {
        self.delete(&["entries", &uuid.to_string()]).await
    }

    /// Moves an entry with everything below it to another path. Never sent twice.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let plan = vouchsafe_client::EntryId::mint();
    /// let moved = client.move_entry(plan, "/ann/archive/plan.txt").await?;
    /// assert_eq!(moved.uuid, plan, "who was given it still has it");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]. After [`Error::Transport`], [`Client::entry`] tells where it lies.
    pub async fn move_entry(&self, uuid: EntryId, path: &str) -> Result<Entry, Error> {
        let to = To { path };
        Ok(self.do_once(&["entries", &uuid.to_string(), "move"], &to).await?.value)
    }
}

#[derive(Serialize)]
struct To<'a> {
    path: &'a str,
}

#[cfg(test)]
mod tests {
    use super::{EntryChange, EntryKind};
    use crate::{
        Entry, Open,
        stub::{ID, Stub, entry},
    };
    use serde_json::json;

    #[tokio::test]
    async fn an_entry_is_put_read_moved_and_deleted() {
        let stub = Stub::answering([(201, entry()), (200, entry()), (200, entry()), (200, json!({}))]).await;
        let (client, uuid) = (stub.client(), ID.parse().unwrap());
        let change = EntryChange {
            size: Some(3),
            modified: Some("2027-01-15T08:00:00.5Z".parse().unwrap()),
            ..EntryChange::dir("/ann/d")
        };
        let saved = client.put_entry(uuid, &change).await.unwrap();
        assert!(saved.is_new);
        assert_eq!((saved.id, saved.uuid, saved.size, saved.title.as_deref()), (7, uuid, 12, None));
        assert_eq!((&saved.kind, saved.path.as_str()), (&Open::Known(EntryKind::File), "/ann/a.txt"));
        assert_eq!(client.entry(uuid).await.unwrap(), saved.value);
        assert_eq!(client.move_entry(uuid, "/ann/b c").await.unwrap(), saved.value);
        client.delete_entry(uuid).await.unwrap();
        let path = format!("/v1/entries/{ID}");
        let body = json!({
            "path": "/ann/d", "kind": "dir", "size": 3, "modified": "2027-01-15T08:00:00.500Z", "create_parents": false,
        });
        stub.saw(&[
            (&format!("PUT {path}"), body),
            (&format!("GET {path}"), json!(null)),
            (&format!("POST {path}/move"), json!({ "path": "/ann/b c" })),
            (&format!("DELETE {path}"), json!(null)),
        ]);
    }

    #[test]
    fn a_kind_of_the_future_is_no_error() {
        let mut view = entry();
        view["kind"] = json!("link");
        let read: Entry = serde_json::from_value(view).unwrap();
        assert_eq!(read.kind, Open::Other("link".into()));
    }
}
