//! `PUT /v1/grants/{id}`: other terms for what was given.

use super::{Grant, grants::is_false};
use crate::{Client, Error, GrantId, Tagged};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// What a grant shall say. What it stands on, and who has it, stay as they are.
///
/// ```
/// use vouchsafe_client::GrantTerms;
/// let until = "2030-01-01T00:00:00Z".parse().ok();
/// let terms = GrantTerms { expires_at: until, ..GrantTerms::new("fs:/ann/plan.txt:read") };
/// assert!(!terms.exact);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantTerms {
    /// What is given, as text: about what the grant stands on already.
    pub permission: String,
    /// From when on it gives nothing; `None` is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it silences what is less specific.
    #[serde(skip_serializing_if = "is_false")]
    pub exact: bool,
}

impl GrantTerms {
    /// This permission, a [`Permission`](crate::Permission) or its text, for good.
    ///
    /// ```
    /// use vouchsafe_client::GrantTerms;
    /// assert_eq!(GrantTerms::new("fs:/ann/plan.txt:see").expires_at, None);
    /// ```
    #[must_use]
    pub fn new(permission: impl ToString) -> Self {
        Self { permission: permission.to_string(), expires_at: None, exact: false }
    }
}

impl Client {
    /// Gives a grant other terms, whatever they were.
    ///
    /// Its issuer stays while he may give them; otherwise the caller becomes its issuer.
    ///
    /// ```no_run
    /// # use vouchsafe_client::{Client, Error, GrantId, GrantTerms};
    /// # async fn example(client: Client, id: GrantId) -> Result<(), Error> {
    /// let edited = client.edit_grant(id, &GrantTerms::new("fs:/ann/plan.txt:see")).await?;
    /// println!("{} gives {}", edited.issuer, edited.permission);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `field_invalid` for a permission about something else.
    pub async fn edit_grant(&self, id: GrantId, terms: &GrantTerms) -> Result<Tagged<Grant>, Error> {
        self.put_if(&["grants", &id.to_string()], terms, None).await
    }

    /// The same, if the grant still has this [tag](Tagged::tag): of two who saw the same, one writes.
    ///
    /// ```no_run
    /// # use vouchsafe_client::{Client, Error, GrantId, GrantTerms};
    /// # async fn example(client: Client, id: GrantId) -> Result<(), Error> {
    /// let seen = client.grant(id).await?;
    /// let terms = GrantTerms { expires_at: seen.expires_at, ..GrantTerms::new("fs:/ann/plan.txt:see") };
    /// let tag = seen.tag.as_deref().unwrap_or("*");
    /// if client.edit_grant_if(id, &terms, tag).await.is_err_and(|e| e.code() == Some("precondition_failed")) {
    ///     println!("somebody else was faster: look again");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Client::edit_grant`]; `precondition_failed`, and after a retry
    /// [`Refusal::earlier_outcome_unknown`](crate::Refusal::earlier_outcome_unknown): then perhaps by this very call.
    pub async fn edit_grant_if(&self, id: GrantId, terms: &GrantTerms, tag: &str) -> Result<Tagged<Grant>, Error> {
        self.put_if(&["grants", &id.to_string()], terms, Some(tag)).await
    }
}

#[cfg(test)]
mod tests {
    use super::GrantTerms;
    use crate::{
        Error, RevokeMode,
        stub::{ID, Reply, Stub, grant},
    };
    use serde_json::json;

    #[tokio::test]
    async fn a_grant_is_edited_and_revoked_only_if_it_is_as_it_was_seen() {
        let tagged = Reply::json(200, &grant()).with("etag", "\"one\"");
        let gone = Reply::json(200, &json!({ "removed": [grant()], "revision": 9 }));
        let late = Reply::refusal(412, "precondition_failed");
        let stub = Stub::replying([tagged, Reply::json(200, &grant()), gone, late]).await;
        let (client, id) = (stub.client(), ID.parse().unwrap());
        let seen = client.grant(id).await.unwrap();
        assert_eq!((seen.tag.as_deref(), seen.issuer.as_str()), (Some("\"one\""), "ann"));
        let terms = GrantTerms { exact: true, ..GrantTerms::new("fs:/ann:see") };
        assert_eq!(client.edit_grant(id, &terms).await.unwrap().tag, None);
        client.revoke_if(id, RevokeMode::Cascade, "\"one\"").await.unwrap();
        let refused = client.edit_grant_if(id, &GrantTerms::new("fs:/ann:see"), "\"one\"").await.unwrap_err();
        assert_eq!((refused.status(), refused.code()), (Some(412), Some("precondition_failed")));
        let tags: Vec<_> = stub.requests().into_iter().map(|mut r| r.headers.remove("if-match")).collect();
        let one = || Some("\"one\"".to_owned());
        assert_eq!(tags, [None, None, one(), one()]);
        let path = format!("/v1/grants/{ID}");
        stub.saw(&[
            (&format!("GET {path}"), json!(null)),
            (&format!("PUT {path}"), json!({ "permission": "fs:/ann:see", "exact": true })),
            (&format!("DELETE {path}?mode=cascade"), json!(null)),
            (&format!("PUT {path}"), json!({ "permission": "fs:/ann:see" })),
        ]);
        let odd = client.edit_grant_if(id, &terms, "a\nb").await;
        assert!(matches!(odd, Err(Error::Header("If-Match"))));
    }
}
