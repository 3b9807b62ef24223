use super::GrantSource;
use vouchsafe_types::{Grant, GrantId, Holder, Resource, UserId};

/// Storage that can also be asked for lists: what revoking and "who has access" need beyond deciding.
///
/// ```
/// use std::convert::Infallible;
/// use vouchsafe_engine::{Engine, GrantIndex, GrantSource, Moment, plan::{Changes, Revocation, RevokeMode}};
/// # use vouchsafe_engine::{Located, Place, SpokenRow, Subject};
/// use vouchsafe_types::{Access, EntryId, Grant, GrantId, Holder, Resource, UserId};
///
/// /// One note of one owner, which people share with each other.
/// struct Note {
///     owner: UserId,
///     grants: Vec<Grant>,
/// }
///
/// # impl GrantSource for Note {
/// #     type Error = Infallible;
/// #     fn place(&mut self, resource: &Resource) -> Result<Located, Infallible> {
/// #         Ok(Located::At(Place::new(resource.clone(), Some(self.owner), true)))
/// #     }
/// #     fn rows(&mut self, on: &Resource, subject: &Subject, limit: usize) -> Result<Vec<SpokenRow>, Infallible> {
/// #         let Subject::User(user) = subject else { return Ok(Vec::new()) };
/// #         let grants = self.grants_to(&Holder::User(*user), on)?.into_iter().take(limit.saturating_add(1));
/// #         Ok(grants.map(|grant| SpokenRow { grant, distance: 0, is_issuer_active: true }).collect())
/// #     }
/// #     fn grants_to(&mut self, holder: &Holder, on: &Resource) -> Result<Vec<Grant>, Infallible> {
/// #         let fits = |grant: &&Grant| grant.holder == *holder && grant.resource == *on;
/// #         Ok(self.grants.iter().filter(fits).cloned().collect())
/// #     }
/// #     fn is_active(&mut self, _: UserId) -> Result<bool, Infallible> {
/// #         Ok(true)
/// #     }
/// # }
/// // `impl GrantSource for Note` as shown there, and:
/// impl GrantIndex for Note {
///     fn dependants(&mut self, holder: &Holder, _: &Resource) -> Result<Vec<Grant>, Infallible> {
///         Ok(self.grants.iter().filter(|grant| *holder == Holder::User(grant.issuer)).cloned().collect())
///     }
///
///     fn holders(&mut self, _: &Resource, after: Option<&Holder>, limit: usize) -> Result<Vec<Holder>, Infallible> {
///         let mut all: Vec<Holder> = self.grants.iter().map(|grant| grant.holder.clone()).collect();
///         all.sort();
///         all.dedup();
///         Ok(all.into_iter().filter(|holder| after.is_none_or(|after| holder > after)).take(limit).collect())
///     }
///
///     fn reached(&mut self, holder: &Holder, after: Option<UserId>, _: usize) -> Result<Vec<UserId>, Infallible> {
///         let Holder::User(user) = holder else { return Ok(Vec::new()) };
///         Ok(Some(*user).filter(|user| after.is_none_or(|after| *user > after)).into_iter().collect())
///     }
///
///     fn grant(&mut self, id: GrantId) -> Result<Option<Grant>, Infallible> {
///         Ok(self.grants.iter().find(|grant| grant.id == id).cloned())
///     }
/// }
///
/// let (ann, bob, eve, on) = (UserId::mint(), UserId::mint(), UserId::mint(), Resource::Entry(EntryId::mint()));
/// let grant = |issuer, holder, access: Access| Grant {
///     id: GrantId::mint(),
///     issuer,
///     holder: Holder::User(holder),
///     resource: on.clone(),
///     capabilities: access.capabilities(),
///     exact: false,
///     expires_at: None,
///     created_at: Moment::UNIX_EPOCH,
///     origin: "notes".into(),
/// };
/// let (first, second) = (grant(ann, bob, Access::Manage), grant(bob, eve, Access::Read));
/// let mut note = Note { owner: ann, grants: vec![first.clone(), second.clone()] };
///
/// let Ok(planned) =
///     Engine::default().plan_revoke(&mut note, vec![first.clone()], RevokeMode::Cascade, Moment::UNIX_EPOCH);
/// assert_eq!(planned, Revocation::Planned(Changes { delete: vec![first, second], ..Changes::default() }));
/// ```
pub trait GrantIndex: GrantSource {
    /// The grants on `resource` or on what lies below it, given by somebody whom `holder` reaches: the person, the
    /// members of the group, anybody for everyone; nobody for apps, tokens and links.
    ///
    /// These are the grants that can lose their authority when one to `holder` on `resource` goes. More of them cost
    /// time; one that is missing outlives its authority, and lies dormant.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
    /// let first = world.row(ann, bob, "manage:fs:/ann").clone();
    /// let second = world.row(bob, eve, "fs:/ann:read").clone();
    /// assert_eq!(world.source.dependants(&bob.into(), &first.resource), Ok(vec![second]));
    /// ```
    ///
    /// # Errors
    /// When storage cannot answer; likewise below.
    fn dependants(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, Self::Error>;

    /// Who has grants on `resource` or on what is above it, expired ones included: each holder once, in the order
    /// of [`Holder`], those after `after`, at most `limit`.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let home = world.row(ann, bob, "fs:/ann:read").resource.clone();
    /// world.row(ann, Holder::Everyone, "fs:/ann:see");
    /// let Ok(first) = world.source.holders(&home, None, 1);
    /// assert_eq!(first, [Holder::User(bob)]);
    /// assert_eq!(world.source.holders(&home, first.last(), 9), Ok(vec![Holder::Everyone]));
    /// ```
    ///
    /// # Errors
    /// When storage cannot answer.
    fn holders(
        &mut self,
        resource: &Resource,
        after: Option<&Holder>,
        limit: usize,
    ) -> Result<Vec<Holder>, Self::Error>;

    /// The users whom `holder` reaches, each once, in an order that stays, those after `after`, at most `limit`. Those
    /// who are not active may be among them.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let team = Holder::Group(world.source.add_group([ann, bob]));
    /// let Ok(all) = world.source.reached(&team, None, 10);
    /// assert_eq!(all.len(), 2);
    /// assert_eq!(world.source.reached(&team, Some(all[0]), 10), Ok(vec![all[1]]), "the next page");
    /// ```
    ///
    /// # Errors
    /// When storage cannot answer.
    fn reached(&mut self, holder: &Holder, after: Option<UserId>, limit: usize) -> Result<Vec<UserId>, Self::Error>;

    /// The grant with this id.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let grant = world.row(ann, bob, "fs:/ann:read").clone();
    /// assert_eq!(world.source.grant(grant.id), Ok(Some(grant)));
    /// ```
    ///
    /// # Errors
    /// When storage cannot answer.
    fn grant(&mut self, id: GrantId) -> Result<Option<Grant>, Self::Error>;
}
