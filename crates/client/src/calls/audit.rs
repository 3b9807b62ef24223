//! `GET /v1/audit`: who did what to which grant, and when.

use super::Holder;
use crate::{AppUid, Client, EntryId, GrantId, Pages};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

/// One line of the history, to which lines are only ever added.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AuditRecord {
    /// Its number; later records have higher ones.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done: `grant`, `revoke`, …
    pub action: String,
    /// Who did it.
    pub actor: AuditActor,
    /// In which request.
    pub request_id: Option<String>,
    /// On which entry.
    pub entry: Option<EntryId>,
    /// To which grant.
    pub grant: Option<GrantId>,
    /// The username of whose name the grant is given in.
    pub issuer: Option<String>,
    /// Who has or had the grant.
    pub holder: Option<Holder>,
    /// What it gives, as text.
    pub permission: Option<String>,
    /// How it was before, as the server wrote it.
    pub before: Option<Value>,
    /// How it was afterwards, as the server wrote it.
    pub after: Option<Value>,
    /// Why.
    pub reason: Option<String>,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct AuditActor {
    /// The name of the user.
    pub user: Option<String>,
    /// The app that acted for the user.
    pub app: Option<AppUid>,
    /// The name of the host application's service key.
    pub service: Option<String>,
}

/// Which records to list: those that all of these are true of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// About this entry.
    pub entry: Option<EntryId>,
    /// That concern the user of this name.
    pub user: Option<String>,
}

impl Client {
    /// Audit records, oldest first. [`Pages::after`] takes the number of a record, too, to go on from there later.
    ///
    /// ```no_run
    /// # use vouchsafe_client::{AuditFilter, Client, EntryId, Error};
    /// # async fn example(client: Client, entry: EntryId) -> Result<(), Error> {
    /// let about = AuditFilter { entry: Some(entry), ..AuditFilter::default() };
    /// for record in client.audit(&about).after("1200").all().await? {
    ///     println!("{} {} {:?}", record.at, record.action, record.actor);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn audit(&self, filter: &AuditFilter) -> Pages<AuditRecord> {
        let entry = filter.entry.map(|entry| ("entry", entry.to_string()));
        let user = filter.user.clone().map(|user| ("user", user));
        Pages::new(self, &["audit"], entry.into_iter().chain(user).collect()).paged_by("after")
    }
}

#[cfg(test)]
mod tests {
    use super::AuditFilter;
    use crate::{
        Holder,
        stub::{ID, Stub},
    };
    use serde_json::json;

    #[tokio::test]
    async fn the_audit_is_walked_by_the_number_of_the_last_record() {
        let full = json!({
            "id": 41, "at": "2027-01-15T08:00:00.000000Z", "action": "grant",
            "actor": { "user": "ann", "app": "app-1" },
            "request_id": "r-1", "entry": ID, "grant": ID, "issuer": "ann", "holder": { "group": ID },
            "permission": format!("fs:{ID}:read"), "before": null, "after": "read", "reason": "shared",
        });
        let bare = json!({
            "id": 42, "at": "2027-01-15T08:00:00.000000Z", "action": "teleport", "actor": { "service": "host" },
        });
        let stub = Stub::answering([
            (200, json!({ "items": [full], "cursor": 41 })),
            (200, json!({ "items": [bare], "cursor": null })),
        ])
        .await;
        let filter = AuditFilter { entry: ID.parse().ok(), user: Some("ann".into()) };
        let records = stub.client().audit(&filter).limit(1).after("7").all().await.unwrap();
        let [full, bare] = records.as_slice() else { panic!("{records:?}") };
        assert_eq!((full.id, full.actor.app.as_ref().unwrap().as_str()), (41, "app-1"));
        assert_eq!((&full.holder, &full.after), (&Some(Holder::Group(ID.parse().unwrap())), &Some(json!("read"))));
        assert_eq!((bare.action.as_str(), bare.actor.service.as_deref()), ("teleport", Some("host")));
        assert_eq!((&bare.holder, &bare.request_id), (&None, &None));
        let call = |after: u32| format!("GET /v1/audit?entry={ID}&user=ann&limit=1&after={after}");
        stub.saw(&[(&call(7), json!(null)), (&call(41), json!(null))]);
    }
}
