use super::{Changes, Edit, LEFT, Refusal, lasts, may_give, may_give_these, may_revoke};
use crate::{
    check::Engine,
    decision::Holding,
    source::{GrantSource, Moment},
};
use chrono::{DateTime, Utc};
use vouchsafe_types::{Actor, Capabilities, Grant, Holder, Permission, UserId};

/// What a grant shall say from now on; its issuer, if he may, its holder and its resource stay.
///
/// ```
/// use vouchsafe_engine::{plan::NewTerms, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let row = world.row(ann, bob, "fs:/ann:write").clone();
/// let ends = Some(world.now + TimeDelta::days(7));
/// let Resource::Entry(home) = row.resource else { panic!("a directory") };
/// let terms = NewTerms { permission: format!("fs:{home}:read").parse().unwrap(), is_exact: false, expires_at: ends };
/// let Ok(Ok(changes)) = world.engine.plan_edit(&mut world.source, &row, &terms, Some(ann), world.now) else {
///     panic!("she is the owner")
/// };
/// world.source.apply(&changes);
/// assert_eq!((world.access(bob, "/ann"), world.source.grants[0].expires_at), (Access::Read, ends));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTerms {
    /// What it gives, about the grant's own resource; [`Ask::Nothing`](vouchsafe_types::Ask::Nothing), together with
    /// `is_exact`, is a deny.
    pub permission: Permission,
    /// Whether it silences what is less specific.
    pub is_exact: bool,
    /// Until when; `None` for good.
    pub expires_at: Option<DateTime<Utc>>,
}

impl<S: GrantSource> Engine<S> {
    /// The changes that give a grant new terms, for `editor`, or for a host application that answers for everything.
    ///
    /// Who may revoke a grant may lower it. For anything else the editor has to be somebody who may give the new terms
    /// himself; or what is new in them, where the issuer gives all of it and the row is not exact and lasts no longer.
    /// The issuer stays while he may give them; otherwise the editor becomes the issuer. Nobody becomes the issuer of a
    /// row to himself, and a deny that somebody wrote by leaving is not edited. The text by which the grant is described
    /// says what it gives already, also where that is more than the text can say.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, MemorySource, Moment, plan::{NewTerms, Refusal}};
    /// use vouchsafe_types::Access;
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// source.add_grant(ann, bob, home, Access::Manage);
    /// let row = source.add_grant(bob, eve, home, Access::Read).clone();
    /// let mut edit = |text: String, editor| {
    ///     let terms = NewTerms { permission: text.parse().unwrap(), is_exact: false, expires_at: None };
    ///     let Ok(planned) = Engine::default().plan_edit(&mut source, &row, &terms, Some(editor), Moment::UNIX_EPOCH);
    ///     planned.map(|changes| changes.update[0].after.issuer)
    /// };
    /// assert_eq!(edit(format!("fs:{home}:write"), ann), Ok(bob), "he may give it, too");
    /// assert_eq!(edit(format!("manage:fs:{home}"), ann), Ok(ann), "a manager makes no managers");
    /// assert_eq!(edit(format!("fs:{home}:see"), eve), Ok(bob), "lowering one's own");
    /// assert_eq!(edit(format!("fs:{home}:write"), eve), Err(Refusal::ToSelf));
    /// ```
    ///
    /// # Errors
    /// The outer error is the source's own; the inner one says why it is refused.
    pub fn plan_edit(
        &self,
        source: &mut S,
        grant: &Grant,
        terms: &NewTerms,
        editor: Option<UserId>,
        now: Moment,
    ) -> Result<Result<Changes, Refusal>, S::Error> {
        let is_shown = is_shown(grant, &terms.permission);
        let capabilities = if is_shown { grant.capabilities } else { terms.permission.granted() };
        let after = Grant { capabilities, exact: terms.is_exact, expires_at: terms.expires_at, ..grant.clone() };
        if is_nothing_new(grant, &after) {
            return Ok(Ok(Changes::default()));
        }
        let editor = self.with_holding(source, grant, editor, now)?;
        if is_shown {
            return self.plan_after(source, grant, after, editor, now);
        }
        let may = |has: &Holding| may_give(has, &terms.permission, terms.is_exact);
        self.plan_change(source, grant, after, &may, editor, now)
    }

    /// The same for new capabilities that no permission text says. Whether the grant is exact stays. A row that says this
    /// already, and whose issuer cannot give it any more, becomes that of an editor who may give it: who only writes back
    /// what he was shown does not ask.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, MemorySource, Moment};
    /// use vouchsafe_types::{Access, Capability};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// let row = source.add_grant(ann, bob, home, Access::Read).clone();
    /// let more = row.capabilities | Capability::Share.into();
    /// let Ok(planned) = Engine::default().plan_set(&mut source, &row, (more, None), Some(ann), Moment::UNIX_EPOCH);
    /// assert_eq!(planned.map(|changes| changes.update[0].after.capabilities), Ok(more));
    /// ```
    ///
    /// # Errors
    /// The outer error is the source's own; the inner one says why it is refused.
    pub fn plan_set(
        &self,
        source: &mut S,
        grant: &Grant,
        (capabilities, expires_at): (Capabilities, Option<DateTime<Utc>>),
        editor: Option<UserId>,
        now: Moment,
    ) -> Result<Result<Changes, Refusal>, S::Error> {
        let after = Grant { capabilities, expires_at, ..grant.clone() };
        let editor = self.with_holding(source, grant, editor, now)?;
        self.plan_after(source, grant, after, editor, now)
    }

    /// The changes by which `editor`, who has `has` there, or had it when he began, makes a grant an exact one of these
    /// capabilities; of his own row the exactness stays. Until when it lasts stays, too; but a deny that was a gift, and
    /// a gift that was a deny, is for good, unless it is a link's. Who may do that, and whose the row is afterwards: see
    /// [`Engine::plan_set`].
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let row = world.row(ann, bob, "fs:/ann:write").clone();
    /// let review = Access::Review.capabilities();
    /// let Ok(has) = world.engine.holding(&mut world.source, &Actor::User(ann), &row.resource, world.now);
    /// let Ok(Ok(changes)) = world.engine.plan_exact(&mut world.source, &row, review, (ann, has), world.now) else {
    ///     panic!("she is the owner")
    /// };
    /// let after = &changes.update[0].after;
    /// assert!(after.exact && after.capabilities == review);
    /// ```
    ///
    /// # Errors
    /// The outer error is the source's own; the inner one says why it is refused.
    pub fn plan_exact(
        &self,
        source: &mut S,
        grant: &Grant,
        capabilities: Capabilities,
        (editor, has): (UserId, Holding),
        now: Moment,
    ) -> Result<Result<Changes, Refusal>, S::Error> {
        let exact = grant.exact || grant.holder != Holder::User(editor);
        // Nothing opens because what it took the place of was to end, nor ends because that was to open. A link that is
        // switched off keeps its end for when it is on again.
        let is_other = grant.is_deny() != capabilities.is_empty() && !matches!(grant.holder, Holder::Link(_));
        let expires_at = grant.expires_at.filter(|_| !is_other);
        let after = Grant { capabilities, exact, expires_at, ..grant.clone() };
        self.plan_after(source, grant, after, Some((editor, has)), now)
    }

    /// An editor, with what he has now where the grant stands.
    fn with_holding(
        &self,
        source: &mut S,
        grant: &Grant,
        editor: Option<UserId>,
        now: Moment,
    ) -> Result<Option<(UserId, Holding)>, S::Error> {
        let Some(editor) = editor else { return Ok(None) };
        Ok(Some((editor, self.holding(source, &Actor::User(editor), &grant.resource, now)?)))
    }

    fn plan_after(
        &self,
        source: &mut S,
        grant: &Grant,
        after: Grant,
        editor: Option<(UserId, Holding)>,
        now: Moment,
    ) -> Result<Result<Changes, Refusal>, S::Error> {
        let (capabilities, is_exact) = (after.capabilities, after.exact);
        let permission = Permission::describing(&grant.resource, capabilities);
        let may = |has: &Holding| match may_give_these(has, capabilities, is_exact) {
            true => Ok(()),
            false => Err(Refusal::NotAllowed { permission: permission.clone() }),
        };
        self.plan_change(source, grant, after, &may, editor, now)
    }

    /// The change of a grant into `after`, whose issuer is still open; `may` says who may give that.
    fn plan_change(
        &self,
        source: &mut S,
        grant: &Grant,
        after: Grant,
        may: &dyn Fn(&Holding) -> Result<(), Refusal>,
        asked: Option<(UserId, Holding)>,
        now: Moment,
    ) -> Result<Result<Changes, Refusal>, S::Error> {
        let may_edit = asked.is_none_or(|(editor, has)| may_revoke(&has, editor, grant));
        if grant.origin == LEFT || !may_edit {
            return Ok(Err(Refusal::Denied));
        }
        let stays = may(&self.holding(source, &Actor::User(grant.issuer), &grant.resource, now)?);
        let is_lower = is_lower(grant, &after);
        let issuer = match asked {
            None => if is_lower { Ok(()) } else { stays }.map(|()| grant.issuer),
            Some((editor, _)) if grant.holder == Holder::User(editor) => {
                if is_lower {
                    Ok(grant.issuer)
                } else {
                    Err(Refusal::ToSelf)
                }
            }
            Some((editor, has)) => match may(&has) {
                Ok(()) => Ok(if stays.is_ok() { grant.issuer } else { editor }),
                // Who may not give it may still say less, or add what he may give to what its issuer gives.
                Err(_) if is_lower || (stays.is_ok() && may_add(&has, grant, &after)) => Ok(grant.issuer),
                Err(refusal) => Err(refusal),
            },
        };
        Ok(issuer.map(|issuer| {
            let edit = Edit { before: grant.clone(), after: Grant { issuer, ..after } };
            let update = if edit.before == edit.after { Vec::new() } else { vec![edit] };
            Changes { update, ..Changes::default() }
        }))
    }
}

/// Whether this is how what a row gives is shown.
fn is_shown(grant: &Grant, permission: &Permission) -> bool {
    // As texts: of a name there is only one, whatever is held on it.
    Permission::describing(&grant.resource, grant.capabilities).to_string() == permission.to_string()
}

/// Whether new terms are the old ones, of a grant that can be edited: to write those back changes nothing.
fn is_nothing_new(before: &Grant, after: &Grant) -> bool {
    before == after && before.origin != LEFT
}

/// Whether somebody may give what a row says more, where nothing else is raised.
fn may_add(has: &Holding, before: &Grant, after: &Grant) -> bool {
    let is_plain = !before.exact && !after.exact && lasts(before.expires_at, after.expires_at);
    is_plain && may_give_these(has, after.capabilities - before.capabilities, false)
}

/// Whether less is given, and nothing silenced or unsilenced. An exact row that ends sooner silences for less long.
fn is_lower(before: &Grant, after: &Grant) -> bool {
    before.capabilities.covers(after.capabilities)
        && before.exact == after.exact
        && (before.expires_at == after.expires_at || (!before.exact && lasts(before.expires_at, after.expires_at)))
}

#[cfg(test)]
mod tests;
