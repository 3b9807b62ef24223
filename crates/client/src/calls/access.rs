//! Who can do what where: `/v1/entries/{uuid}/access` and `/v1/users/{username}/entries`.

use super::{Entry, Holder};
use crate::{Access, Capability, Client, EntryId, Error, GrantId, GroupId, Open, Pages};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;

/// What one subject can do with an entry now.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct AccessLine {
    /// Whom the line is about.
    pub subject: Holder,
    /// The largest named set of capabilities that the subject has.
    pub access: Open<Access>,
    /// What the subject can do, one by one.
    pub capabilities: Vec<Open<Capability>>,
    /// Through which grants. The owner needs none.
    pub via: Vec<ViaGrant>,
}

/// A grant through which somebody can do something.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ViaGrant {
    /// The grant.
    pub grant_id: GrantId,
    /// The username of who gave it.
    pub issuer: String,
    /// The entry it stands on; `None` when the asker may not see that one.
    pub entry: Option<EntryId>,
    /// Whether that is a directory above the one that was asked about.
    pub inherited: bool,
    /// The group through which it reaches the subject.
    pub group: Option<GroupId>,
    /// Whether it reaches the subject as one of everyone.
    #[serde(default)]
    pub everyone: bool,
}

/// An entry that was shared with a user.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct SharedEntry {
    /// The entry.
    pub entry: Entry,
    /// The largest named set of capabilities that the user has there.
    pub access: Open<Access>,
    /// What the user can do there, one by one.
    pub capabilities: Vec<Open<Capability>>,
}

impl Client {
    /// Who can do what with an entry, directly or inherited, its owner included. Only what works now.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let plan = vouchsafe_client::EntryId::mint();
    /// for line in client.entry_access(plan).all().await? {
    ///     println!("{:?} has {} through {} grants", line.subject, line.access.as_str(), line.via.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn entry_access(&self, uuid: EntryId) -> Pages<AccessLine> {
        Pages::new(self, &["entries", &uuid.to_string(), "access"], Vec::new())
    }

    /// Who could do what with an entry at a time in the past: for whom its audit is told.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let plan = vouchsafe_client::EntryId::mint();
    /// let new_year = "2027-01-01T00:00:00Z".parse().unwrap();
    /// println!("{} could reach it then", client.entry_access_at(plan, new_year).all().await?.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn entry_access_at(&self, uuid: EntryId, at: DateTime<Utc>) -> Pages<AccessLine> {
        let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
        Pages::new(self, &["entries", &uuid.to_string(), "access"], vec![("at", at)])
    }

    /// Gives up what the caller was given on an entry. Never sent twice.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let plan = vouchsafe_client::EntryId::mint();
    /// client.leave(plan).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `subject_does_not_exist` when there is nothing to give up, `cannot_revoke_owner` for one's own.
    pub async fn leave(&self, uuid: EntryId) -> Result<(), Error> {
        let path = ["entries", &uuid.to_string(), "leave"];
        self.do_once::<serde::de::IgnoredAny>(&path, &serde_json::json!({})).await.map(|_| ())
    }

    /// The entries that are shared with a user, at least with this access. [`Page::complete`](crate::Page::complete)
    /// says whether all of them are on the list.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// use vouchsafe_client::Access;
    /// let mut pages = client.user_entries("bob", Access::Write).limit(100);
    /// while let Some(page) = pages.next_page().await? {
    ///     page.items.iter().for_each(|shared| println!("{}", shared.entry.path));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn user_entries(&self, username: &str, access: Access) -> Pages<SharedEntry> {
        Pages::new(self, &["users", username, "entries"], vec![("access", access.name().to_owned())])
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Access, Capability, Error, Holder, Open,
        stub::{ID, Stub, entry},
    };
    use serde_json::json;

    #[tokio::test]
    async fn an_access_list_says_who_and_through_what() {
        let via = json!([
            { "grant_id": ID, "issuer": "ann", "entry": ID, "inherited": false },
            { "grant_id": ID, "issuer": "ann", "entry": ID, "inherited": true, "group": ID },
            { "grant_id": ID, "issuer": "ann", "entry": null, "inherited": true, "everyone": true },
        ]);
        let page = json!({
            "items": [
                { "subject": { "user": "ann" }, "access": "owner", "capabilities": ["see", "manage"], "via": [] },
                { "subject": { "link": ID }, "access": "read", "capabilities": ["see", "list"], "via": via },
            ],
            "cursor": null, "revision": 7,
        });
        let stub = Stub::answering([(200, page)]).await;
        let page = stub.client().entry_access(ID.parse().unwrap()).page().await.unwrap();
        assert_eq!((page.revision, page.complete, page.cursor), (Some(7), None, None));
        let [owner, link] = page.items.as_slice() else { panic!("{:?}", page.items) };
        assert_eq!((&owner.subject, &owner.access), (&Holder::user("ann"), &Open::Known(Access::Owner)));
        assert_eq!(owner.capabilities, [Capability::See, Capability::Manage]);
        assert_eq!((&link.subject, link.via[0].group), (&Holder::Link(ID.into()), None));
        assert!(link.via[1].inherited && link.via[1].group == ID.parse().ok());
        assert!(link.via[2].everyone && !link.via[1].everyone);
        stub.saw(&[(&format!("GET /v1/entries/{ID}/access"), json!(null))]);
    }

    #[tokio::test]
    async fn the_past_is_asked_for_by_its_moment() {
        let page = json!({ "items": [], "cursor": null, "revision": 7 });
        let stub = Stub::answering([(200, page)]).await;
        let at = "2027-01-15T09:00:00+01:00".parse().unwrap();
        stub.client().entry_access_at(ID.parse().unwrap(), at).page().await.unwrap();
        let path = format!("GET /v1/entries/{ID}/access?at=2027-01-15T08%3A00%3A00.000000Z");
        stub.saw(&[(&path, json!(null))]);
    }

    #[tokio::test]
    async fn what_is_shared_with_a_user_comes_with_the_entries() {
        let item = json!({ "entry": entry(), "access": "read", "capabilities": ["see", "list", "read", "download"] });
        let page = json!({ "items": [item], "cursor": null, "complete": true, "revision": 7 });
        let stub = Stub::answering([(200, page)]).await;
        let page = stub.client().user_entries("j/örg", Access::Read).page().await.unwrap();
        assert_eq!((page.complete, page.items[0].entry.path.as_str()), (Some(true), "/ann/a.txt"));
        assert_eq!(page.items[0].access, Access::Read);
        let odd = stub.client().user_entries("..", Access::Read).page().await;
        assert!(matches!(odd, Err(Error::Segment(_))));
        stub.saw(&[("GET /v1/users/j%2F%C3%B6rg/entries?access=read", json!(null))]);
    }
}
