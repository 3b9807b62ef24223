//! `/v1/invites`: what was sent to addresses and not taken up yet.

use crate::{Client, Error, InviteId, Pages};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// What was sent to an address that nobody has proven to be his. It becomes grants when somebody does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// The username of who sent it.
    pub issuer: String,
    /// To which address, as it was typed.
    pub email: String,
    /// What it gives, as texts that can be read as [`Permission`](crate::Permission)s.
    pub permissions: Vec<String>,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// When it ends, together with its link.
    pub expires_at: DateTime<Utc>,
}

/// Which invites to list: those that all of these are true of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InviteFilter {
    /// Sent by the user of this name.
    pub issuer: Option<String>,
    /// To this address, however it is written.
    pub email: Option<String>,
}

impl Client {
    /// The open invites that the filter lets through. A user names himself as their issuer.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// use vouchsafe_client::InviteFilter;
    /// let to_zoe = InviteFilter { email: Some("zoe@example.org".into()), ..InviteFilter::default() };
    /// for invite in client.invites(&to_zoe).all().await? {
    ///     println!("{} offers {:?} until {}", invite.issuer, invite.permissions, invite.expires_at);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn invites(&self, filter: &InviteFilter) -> Pages<Invite> {
        let InviteFilter { issuer, email } = filter.clone();
        let all = [("issuer", issuer), ("email", email)];
        let query = all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        Pages::new(self, &["invites"], query)
    }

    /// Takes an open invite back. Its link is worth nothing any more.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// for invite in client.invites(&Default::default()).all().await? {
    ///     client.withdraw_invite(invite.id).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; after a retry, [`Refusal::earlier_outcome_unknown`](crate::Refusal::earlier_outcome_unknown).
    pub async fn withdraw_invite(&self, id: InviteId) -> Result<(), Error> {
        self.delete(&["invites", &id.to_string()]).await
    }
}

#[cfg(test)]
mod tests {
    use super::InviteFilter;
    use crate::stub::{ID, Stub};
    use serde_json::json;

    #[tokio::test]
    async fn invites_are_listed_and_withdrawn() {
        let invite = json!({
            "id": ID, "issuer": "ann", "email": "Zoe@x.org", "permissions": [format!("fs:{ID}:read")],
            "created_at": "2027-01-15T08:00:00.000000Z", "expires_at": "2027-02-15T08:00:00.000000Z",
        });
        let stub = Stub::answering([(200, json!({ "items": [invite], "cursor": null })), (200, json!({}))]).await;
        let filter = InviteFilter { issuer: Some("ann".into()), email: Some("zoe+a@x.org".into()) };
        let found = stub.client().invites(&filter).all().await.unwrap().remove(0);
        assert_eq!((found.issuer.as_str(), found.email.as_str(), found.permissions.len()), ("ann", "Zoe@x.org", 1));
        assert!(found.created_at < found.expires_at);
        stub.client().withdraw_invite(found.id).await.unwrap();
        stub.saw(&[
            ("GET /v1/invites?issuer=ann&email=zoe%2Ba%40x.org", json!(null)),
            (&format!("DELETE /v1/invites/{ID}"), json!(null)),
        ]);
    }
}
