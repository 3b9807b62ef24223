//! `GET /v1/changes`: what changed, in the order of the revisions.

use crate::{AppUid, Client, Error, Open, Page, Pages, SiteId, UserId, open::words};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::time::Duration;

words! {
    /// What kind of thing changed.
    ChangeKind {
        /// A grant was made.
        Grant => "grant",
        /// What a grant gives, until when, or in whose name, was changed.
        GrantChanged => "grant_changed",
        /// A grant was taken away, or fell.
        Revoke => "revoke",
        /// Somebody came into a group.
        Join => "join",
        /// Somebody went out of a group.
        Leave => "leave",
        /// An address was invited.
        Invite => "invite",
        /// An invite was taken up, or dropped.
        Claim => "claim",
        /// An account was made or changed.
        User => "user",
        /// An account was deleted, with everything that was its own.
        UserDeleted => "user_deleted",
        /// A group was made or changed.
        Group => "group",
        /// A group was deleted.
        GroupDeleted => "group_deleted",
        /// An entry was made, or its content changed.
        Entry => "entry",
        /// An entry was moved, with everything below it.
        EntryMoved => "entry_moved",
        /// An entry was deleted, with everything below it.
        EntryDeleted => "entry_deleted",
        /// An app was made or changed.
        App => "app",
        /// An app was deleted.
        AppDeleted => "app_deleted",
        /// A site was made or changed.
        Site => "site",
        /// A site was deleted.
        SiteDeleted => "site_deleted",
    }
}

/// Something that changed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Changed {
    /// The revision that it came with. Several changes may have come with one.
    pub revision: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What it was.
    pub kind: Open<ChangeKind>,
    /// Who did it.
    pub actor: ChangeActor,
    /// What it was done to, as the server wrote it: ids under `entry`, `grant`, `user` and the like.
    pub effect: Map<String, Value>,
}

/// Who changed something, by ids.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ChangeActor {
    /// The user; also the one for whom something acted.
    pub user: Option<UserId>,
    /// The app that acted for the user.
    pub app: Option<AppUid>,
    /// The access token that acted for the user.
    pub token: Option<String>,
    /// The site that acted for the user.
    pub site: Option<SiteId>,
    /// The link through which it was done.
    pub link: Option<String>,
    /// The name of the host application's service key.
    pub service: Option<String>,
}

impl Client {
    /// What changed after a revision, in the order of the revisions, those of one revision never torn apart. For the
    /// host application.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client, seen: i64) -> Result<(), vouchsafe_client::Error> {
    /// use vouchsafe_client::ChangeKind;
    /// for change in client.changes(seen).all().await? {
    ///     if change.kind == ChangeKind::Revoke {
    ///         println!("{} lost something on {:?}", change.effect["holder"], change.effect.get("entry"));
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn changes(&self, after: i64) -> Pages<Changed> {
        Pages::new(self, &["changes"], Vec::new()).paged_by("after").after(after.to_string())
    }

    /// The same, as one page; when nothing has changed, as soon as something does, or without any after this time, in
    /// whole seconds and at most 60. That long may be waited longer than the
    /// [timeout](crate::ClientBuilder::timeout).
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// use std::time::Duration;
    /// let mut seen = 0;
    /// loop {
    ///     for change in client.wait_for_changes(seen, Duration::from_secs(60)).await?.items {
    ///         println!("{} {}", change.revision, change.kind);
    ///         seen = change.revision;
    ///     }
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn wait_for_changes(&self, after: i64, at_most: Duration) -> Result<Page<Changed>, Error> {
        let query = [("after", after.to_string()), ("wait", at_most.as_secs().to_string())];
        self.wait(&["changes"], &query, at_most).await
    }
}

#[cfg(test)]
mod tests {
    use super::ChangeKind;
    use crate::{
        Error, Open,
        stub::{ID, Reply, Stub},
    };
    use serde_json::{Value, json};
    use std::time::Duration;

    fn change(revision: i64, kind: &str, actor: Value) -> Value {
        let effect = json!({ "entry": ID });
        json!({ "revision": revision, "at": "2027-01-15T08:00:00.000000Z", "kind": kind, "actor": actor, "effect": effect })
    }

    #[tokio::test]
    async fn changes_are_followed_by_the_last_revision() {
        let first = [change(8, "grant", json!({ "user": ID, "app": "app-1" }))];
        let rest = [change(9, "teleport", json!({ "service": "host" }))];
        let stub = Stub::answering([
            (200, json!({ "items": first, "cursor": "8", "revision": 9 })),
            (200, json!({ "items": rest, "cursor": null, "revision": 9 })),
        ])
        .await;
        let found = stub.client().changes(7).limit(1).all().await.unwrap();
        let [grant, odd] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((grant.revision, &grant.kind), (8, &Open::Known(ChangeKind::Grant)));
        assert_eq!((grant.actor.user, grant.actor.app.as_ref().unwrap().as_str()), (ID.parse().ok(), "app-1"));
        assert_eq!((odd.kind.as_str(), odd.actor.service.as_deref()), ("teleport", Some("host")));
        assert_eq!(odd.effect["entry"], ID);
        let call = |after: u32| format!("GET /v1/changes?limit=1&after={after}");
        stub.saw(&[(&call(7), json!(null)), (&call(8), json!(null))]);
    }

    #[tokio::test]
    async fn who_waits_for_changes_is_not_cut_off_by_the_timeout_of_other_calls() {
        let empty = Reply::json(200, &json!({ "items": [], "cursor": null, "revision": 7 }));
        let stub = Stub::replying([empty, Reply::Silence]).await;
        let client = stub.builder().timeout(Duration::from_millis(25)).build().unwrap();
        let page = client.wait_for_changes(7, Duration::from_millis(60_999)).await.unwrap();
        assert_eq!((page.items.len(), page.revision), (0, Some(7)));
        stub.saw(&[("GET /v1/changes?after=7&wait=60", json!(null))]);
        let waiting = client.wait_for_changes(7, Duration::from_secs(60));
        assert!(tokio::time::timeout(Duration::from_millis(250), waiting).await.is_err(), "it is waiting still");
        assert!(matches!(client.changes(7).page().await, Err(Error::Transport(_))));
    }
}
