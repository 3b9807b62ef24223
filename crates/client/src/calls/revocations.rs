//! `DELETE /v1/grants/{id}`: taking away.

use super::Grant;
use crate::{Client, Error, GrantId, open::words};
use serde::Deserialize;

words! {
    /// What becomes of the grants that hang on one that is revoked: those that its holder could give because of it.
    RevokeMode {
        /// They fall with it: what happens when nothing is said.
        Cascade => "cascade",
        /// They stay, and who revokes becomes their issuer.
        Promote => "promote",
        /// While there are any, nothing is revoked.
        Restrict => "restrict",
    }
}

/// What a revocation took away.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Revoked {
    /// Every grant that is gone, the one that was named among them.
    pub removed: Vec<Grant>,
    /// The state without them: see [`Question::at_least`](crate::Question::at_least).
    pub revision: i64,
}

impl Client {
    /// Revokes a grant.
    ///
    /// ```no_run
    /// # use vouchsafe_client::{Client, Error, GrantId, RevokeMode};
    /// # async fn example(client: Client, id: GrantId) -> Result<(), Error> {
    /// match client.revoke(id, RevokeMode::Restrict).await {
    ///     Err(Error::Refused(refusal)) if refusal.code == "conflict" => {
    ///         println!("{} others hang on it", refusal.dependants().len());
    ///     }
    ///     other => println!("{} grants are gone", other?.removed.len()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `conflict` with [`Refusal::dependants`](crate::Refusal::dependants) from
    /// [`RevokeMode::Restrict`]; after a retry,
    /// [`Refusal::earlier_outcome_unknown`](crate::Refusal::earlier_outcome_unknown): the grant is then perhaps gone
    /// through this very call, and what fell with it is found in the [audit](Client::audit).
    pub async fn revoke(&self, id: GrantId, mode: RevokeMode) -> Result<Revoked, Error> {
        self.take_away(id, mode, None).await
    }

    /// The same, if the grant still has this [tag](crate::Tagged::tag).
    ///
    /// ```no_run
    /// # use vouchsafe_client::{Client, Error, GrantId, RevokeMode};
    /// # async fn example(client: Client, id: GrantId) -> Result<(), Error> {
    /// let seen = client.grant(id).await?;
    /// client.revoke_if(id, RevokeMode::Cascade, seen.tag.as_deref().unwrap_or("*")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Client::revoke`]; `precondition_failed`.
    pub async fn revoke_if(&self, id: GrantId, mode: RevokeMode, tag: &str) -> Result<Revoked, Error> {
        self.take_away(id, mode, Some(tag)).await
    }

    async fn take_away(&self, id: GrantId, mode: RevokeMode, tag: Option<&str>) -> Result<Revoked, Error> {
        let mode = crate::Word::text(mode).to_owned();
        self.remove(&["grants", &id.to_string()], &[("mode", mode)], tag).await
    }
}

#[cfg(test)]
mod tests {
    use super::RevokeMode;
    use crate::{
        Error,
        stub::{ID, Stub, grant},
    };
    use serde_json::json;

    #[tokio::test]
    async fn a_revocation_lists_what_fell() {
        let stub = Stub::answering([(200, json!({ "removed": [grant(), grant()], "revision": 9 }))]).await;
        for mode in [RevokeMode::Cascade, RevokeMode::Promote] {
            let revoked = stub.client().revoke(ID.parse().unwrap(), mode).await.unwrap();
            assert_eq!((revoked.removed.len(), revoked.revision), (2, 9));
        }
        let call = |mode: &str| format!("DELETE /v1/grants/{ID}?mode={mode}");
        stub.saw(&[(&call("cascade"), json!(null)), (&call("promote"), json!(null))]);
    }

    #[tokio::test]
    async fn a_restricted_revocation_names_what_hangs_on_the_grant() {
        let body = json!({
            "$": "heyputer:api/APIError", "code": "conflict", "status": 409, "dependants": [grant()],
            "message": "The request conflicts with the current state.",
        });
        let stub = Stub::answering([(409, body)]).await;
        let refused = stub.client().revoke(ID.parse().unwrap(), RevokeMode::Restrict).await;
        let Err(Error::Refused(refusal)) = refused else { panic!("{refused:?}") };
        assert_eq!((refusal.status, refusal.code.as_str()), (409, "conflict"));
        assert_eq!(refusal.dependants()[0].id, ID.parse().unwrap());
        assert!(!refusal.earlier_outcome_unknown);
    }
}
