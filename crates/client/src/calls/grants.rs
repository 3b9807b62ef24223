//! `/v1/grants`: giving, and what was given.

use super::{Holder, HolderFilter};
use crate::{Access, Capability, Client, EntryId, Error, GrantId, Open, Pages, Saved, Tagged, open::words};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

words! {
    /// Why a grant gives nothing now.
    WhyNot {
        /// Its time is over.
        Expired => "expired",
        /// Its issuer may not give this any more: something before it in the chain was cut.
        IssuerLostAuthority => "issuer_lost_authority",
        /// A more specific grant, or a deny, stands in its way.
        Silenced => "silenced",
        /// Its issuer or its holder is suspended.
        Suspended => "suspended",
        /// It was revoked: this is how it was.
        Revoked => "revoked",
    }
}

/// A grant: what an issuer gave to a holder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Grant {
    /// Its id, never reused.
    pub id: GrantId,
    /// The username of who gave it.
    pub issuer: String,
    /// Who has it.
    pub holder: Holder,
    /// The file or directory it is about, if it is about one.
    pub entry: Option<EntryId>,
    /// What it gives, as text that can be read as a [`Permission`](crate::Permission).
    pub permission: String,
    /// The largest named set of capabilities that it covers.
    pub access: Open<Access>,
    /// What it gives, one by one. Nothing, together with `exact`, is a deny.
    pub capabilities: Vec<Open<Capability>>,
    /// Whether it silences what is less specific.
    pub exact: bool,
    /// From when on it gives nothing; `None` is never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Through which face it was made: `v1`, `puter`, …
    pub origin: String,
    /// Whether it gives something now.
    pub live: bool,
    /// Why it does not.
    pub why_not: Option<Open<WhyNot>>,
}

/// What is to be given.
///
/// ```
/// use vouchsafe_client::{Holder, NewGrant};
/// let until = "2030-01-01T00:00:00Z".parse().ok();
/// let grant = NewGrant {
///     expires_at: until,
///     ..NewGrant::new("ann", Holder::user("bob"), "fs:/ann/plan.txt:read")
/// };
/// assert!(!grant.exact);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewGrant {
    /// The username of who gives it.
    pub issuer: String,
    /// Who gets it: a user, a group, an app, or everyone.
    pub holder: Holder,
    /// What is given, as text: `fs:<uuid>:read`, `manage:fs:<uuid>`, `app:uid#<uid>:access`, …
    pub permission: String,
    /// From when on it gives nothing; `None` is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it silences what is less specific. `fs:<uuid>:none` that is exact is a deny.
    #[serde(skip_serializing_if = "is_false")]
    pub exact: bool,
}

impl NewGrant {
    /// `issuer` gives `permission`, a [`Permission`](crate::Permission) or its text, to `holder`.
    ///
    /// ```
    /// use vouchsafe_client::{Holder, NewGrant};
    /// let deny = NewGrant { exact: true, ..NewGrant::new("ann", Holder::Everyone, "fs:/ann/pay:none") };
    /// assert_eq!((deny.issuer.as_str(), deny.expires_at), ("ann", None));
    /// ```
    #[must_use]
    pub fn new(issuer: impl Into<String>, holder: Holder, permission: impl ToString) -> Self {
        Self { issuer: issuer.into(), holder, permission: permission.to_string(), expires_at: None, exact: false }
    }
}

/// Which grants to list: those that all of these are true of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantFilter {
    /// On this entry.
    pub entry: Option<EntryId>,
    /// Given by the user of this name.
    pub issuer: Option<String>,
    /// Given to this holder.
    pub holder: Option<HolderFilter>,
    /// That concern the user of this name.
    pub user: Option<String>,
}

impl GrantFilter {
    fn query(&self) -> Vec<(&'static str, String)> {
        let Self { entry, issuer, holder, user } = self;
        let all = [
            ("entry", entry.map(|entry| entry.to_string())),
            ("issuer", issuer.clone()),
            ("holder", holder.as_ref().map(ToString::to_string)),
            ("user", user.clone()),
        ];
        all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }
}

impl Client {
    /// Gives something, or changes what the issuer gave to the holder there before. Never sent twice.
    ///
    /// A user gives in his own name only. The answer says whether the grant is new.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// use vouchsafe_client::{Holder, NewGrant};
    /// let grant = NewGrant::new("ann", Holder::user("bob"), "fs:/ann/plan.txt:read");
    /// match client.give(&grant).await {
    ///     Ok(given) => println!("grant {}", given.id),
    ///     Err(error) if error.code() == Some("permission_denied") => println!("ann may not give that"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]. After [`Error::Transport`] the grant may have been made: [`Client::grants`] tells.
    pub async fn give(&self, grant: &NewGrant) -> Result<Saved<Grant>, Error> {
        self.do_once(&["grants"], grant).await
    }

    /// A grant that the caller may see, also one that gives nothing now; with its tag.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// # let id = vouchsafe_client::GrantId::mint();
    /// let grant = client.grant(id).await?;
    /// if !grant.live {
    ///     println!("it gives nothing: {:?}", grant.why_not);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn grant(&self, id: GrantId) -> Result<Tagged<Grant>, Error> {
        self.get_tagged(&["grants", &id.to_string()]).await
    }

    /// The grants that the caller may see and the filter lets through, also those that give nothing now.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// use vouchsafe_client::{GrantFilter, HolderFilter};
    /// let to_everyone = GrantFilter { holder: Some(HolderFilter::Everyone), ..GrantFilter::default() };
    /// for grant in client.grants(&to_everyone).all().await? {
    ///     println!("{} gave {}", grant.issuer, grant.permission);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn grants(&self, filter: &GrantFilter) -> Pages<Grant> {
        Pages::new(self, &["grants"], filter.query())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
pub(super) const fn is_false(flag: &bool) -> bool {
    !*flag
}

#[cfg(test)]
mod tests {
    use super::{GrantFilter, NewGrant, WhyNot};
    use crate::{
        Access, Capability, Grant, Holder, HolderFilter, Open,
        stub::{ID, Stub, grant},
    };
    use serde_json::json;

    #[tokio::test]
    async fn a_grant_is_given_and_read() {
        let stub = Stub::answering([(201, grant()), (200, grant()), (200, grant())]).await;
        let client = stub.client();
        let plain = NewGrant::new("ann", Holder::user("bob"), format!("fs:{ID}:read"));
        let saved = client.give(&plain).await.unwrap();
        assert!(saved.is_new && saved.live && !saved.exact);
        assert_eq!((saved.issuer.as_str(), &saved.holder), ("ann", &Holder::user("bob")));
        assert_eq!((&saved.access, saved.entry), (&Open::Known(Access::Read), ID.parse().ok()));
        assert!(saved.capabilities.contains(&Capability::Download.into()));
        let deny = NewGrant {
            exact: true,
            expires_at: "2030-01-01T00:00:00Z".parse().ok(),
            ..NewGrant::new("ann", Holder::Everyone, "fs:/ann:none")
        };
        assert!(!client.give(&deny).await.unwrap().is_new);
        assert_eq!(client.grant(saved.id).await.unwrap().value, saved.value);
        stub.saw(&[
            (
                "POST /v1/grants",
                json!({ "issuer": "ann", "holder": { "user": "bob" }, "permission": format!("fs:{ID}:read") }),
            ),
            (
                "POST /v1/grants",
                json!({
                    "issuer": "ann", "holder": { "everyone": true }, "permission": "fs:/ann:none",
                    "expires_at": "2030-01-01T00:00:00Z", "exact": true,
                }),
            ),
            (&format!("GET /v1/grants/{ID}"), json!(null)),
        ]);
    }

    #[test]
    fn a_grant_that_gives_nothing_says_why() {
        for (why_not, expected) in [
            ("expired", Open::Known(WhyNot::Expired)),
            ("issuer_lost_authority", Open::Known(WhyNot::IssuerLostAuthority)),
            ("silenced", Open::Known(WhyNot::Silenced)),
            ("suspended", Open::Known(WhyNot::Suspended)),
            ("bored", Open::Other("bored".into())),
        ] {
            let mut view = grant();
            view["live"] = json!(false);
            view["why_not"] = json!(why_not);
            view["entry"] = json!(null);
            view["expires_at"] = json!("2027-01-15T08:00:00.000000Z");
            let read: Grant = serde_json::from_value(view).unwrap();
            assert_eq!((read.live, read.why_not, read.entry), (false, Some(expected), None));
        }
    }

    #[tokio::test]
    async fn grants_are_listed_by_entry_issuer_holder_and_user() {
        let stub = Stub::answering([(200, json!({ "items": [grant()], "cursor": null }))]).await;
        let group = HolderFilter::Group(ID.parse().unwrap());
        for holder in
            [HolderFilter::User("bob".into()), group, HolderFilter::App("a".parse().unwrap()), HolderFilter::Everyone]
        {
            let filter = GrantFilter { holder: Some(holder), ..GrantFilter::default() };
            assert_eq!(stub.client().grants(&filter).page().await.unwrap().items.len(), 1);
        }
        let filter =
            GrantFilter { entry: ID.parse().ok(), issuer: Some("ann".into()), user: Some("bob".into()), holder: None };
        stub.client().grants(&filter).limit(5).after("a b").page().await.unwrap();
        let calls: Vec<_> = stub.requests().into_iter().map(|request| request.call).collect();
        assert_eq!(
            calls,
            [
                "GET /v1/grants?holder=bob",
                &format!("GET /v1/grants?holder=group%3A{ID}"),
                "GET /v1/grants?holder=app%3Aa",
                "GET /v1/grants?holder=everyone",
                &format!("GET /v1/grants?entry={ID}&issuer=ann&user=bob&limit=5&cursor=a+b"),
            ]
        );
    }
}
