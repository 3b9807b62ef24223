//! `POST /v1/what-if`: who would gain and lose what by a change, before it is made.

use super::{NewGrant, RevokeMode};
use crate::{Access, Capability, Client, EntryId, Error, GrantId, GroupId, Open};
use serde::{Deserialize, Serialize};

/// A change that could be made.
///
/// ```
/// use vouchsafe_client::{Change, EntryId};
/// let entry = EntryId::mint();
/// let change = Change::Move { entry, path: "/ann/archive/plan.txt".into() };
/// # let _ = change;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change {
    /// As [`Client::give`].
    Share(NewGrant),
    /// As [`Client::revoke`].
    Revoke {
        /// The grant.
        grant: GrantId,
        /// What becomes of the grants that hang on it; [`RevokeMode::Cascade`] when not said.
        #[serde(skip_serializing_if = "Option::is_none")]
        mode: Option<RevokeMode>,
    },
    /// As [`Client::move_entry`].
    Move {
        /// The entry.
        entry: EntryId,
        /// Where it would lie.
        path: String,
    },
    /// As [`Client::delete_entry`].
    Delete {
        /// The entry.
        entry: EntryId,
    },
    /// Members come and go.
    GroupEdit {
        /// The group.
        group: GroupId,
        /// The usernames of those who would join.
        add: Vec<String>,
        /// The usernames of those who would leave.
        remove: Vec<String>,
    },
}

/// What a change would do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Consequences {
    /// Who would be able to do more.
    pub gains: Vec<Difference>,
    /// Who would be able to do less.
    pub losses: Vec<Difference>,
    /// Whether these are all. A very large change is not followed to its end, and only what people may do with entries
    /// is told: nothing of apps and sites.
    pub complete: bool,
    /// The state that the change was tried on.
    pub revision: i64,
}

/// What a change would do to one user on one entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Difference {
    /// The name of the user.
    pub user: String,
    /// The entry.
    pub entry: EntryId,
    /// The access without the change.
    pub before: Open<Access>,
    /// The access with it.
    pub after: Open<Access>,
    /// The capabilities that are gained, or lost.
    pub capabilities: Vec<Open<Capability>>,
}

#[derive(Serialize)]
struct Body<'a> {
    change: &'a Change,
}

impl Client {
    /// Who would gain and who would lose what by a change. Writes nothing.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let plan = vouchsafe_client::EntryId::mint();
    /// use vouchsafe_client::Change;
    /// let foretold = client.what_if(&Change::Delete { entry: plan }).await?;
    /// foretold.losses.iter().for_each(|loss| println!("{} would lose {}", loss.user, loss.before.as_str()));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]: also everything for which the change itself would be refused.
    pub async fn what_if(&self, change: &Change) -> Result<Consequences, Error> {
        self.ask(&["what-if"], &Body { change }).await
    }
}

#[cfg(test)]
mod tests {
    use super::Change;
    use crate::{
        Access, Capability, Holder, NewGrant, RevokeMode,
        stub::{ID, Stub},
    };
    use serde_json::json;

    #[tokio::test]
    async fn a_change_is_tried_and_its_consequences_read() {
        let gain =
            json!({ "user": "bob", "entry": ID, "before": "none", "after": "read", "capabilities": ["see", "read"] });
        let stub =
            Stub::answering([(200, json!({ "gains": [gain], "losses": [], "complete": false, "revision": 7 }))]).await;
        let told = stub.client().what_if(&Change::Delete { entry: ID.parse().unwrap() }).await.unwrap();
        assert_eq!((told.losses.len(), told.complete, told.revision), (0, false, 7));
        assert_eq!((told.gains[0].user.as_str(), told.gains[0].entry), ("bob", ID.parse().unwrap()));
        assert!(told.gains[0].before == Access::None && told.gains[0].after == Access::Read);
        assert_eq!(told.gains[0].capabilities, [Capability::See, Capability::Read]);
        stub.saw(&[("POST /v1/what-if", json!({ "change": { "delete": { "entry": ID } } }))]);
    }

    #[test]
    fn every_change_is_written_as_the_server_reads_it() {
        let grant = ID.parse().unwrap();
        let share = NewGrant::new("ann", Holder::user("bob"), "fs:/ann:read");
        for (change, body) in [
            (
                Change::Share(share),
                json!({ "share": { "issuer": "ann", "holder": { "user": "bob" }, "permission": "fs:/ann:read" } }),
            ),
            (Change::Revoke { grant, mode: None }, json!({ "revoke": { "grant": ID } })),
            (
                Change::Revoke { grant, mode: Some(RevokeMode::Promote) },
                json!({ "revoke": { "grant": ID, "mode": "promote" } }),
            ),
            (
                Change::Move { entry: ID.parse().unwrap(), path: "/ann/b".into() },
                json!({ "move": { "entry": ID, "path": "/ann/b" } }),
            ),
            (
                Change::GroupEdit { group: ID.parse().unwrap(), add: vec!["bob".into()], remove: vec![] },
                json!({ "group_edit": { "group": ID, "add": ["bob"], "remove": [] } }),
            ),
        ] {
            assert_eq!(json!(change), body);
        }
    }
}
