//! Grants that go because something they hang on goes, each with its audit event.
//!
//! The database would delete most of them by itself, but without a word.

use crate::{Because, Entry, StoreError, WriteTx};
use vouchsafe_engine::{
    Engine, Located, Place,
    plan::{Changes, Edit, Revocation, RevokeMode},
};
use vouchsafe_types::{AppUid, Grant, GroupId, Resource, UserId};

impl WriteTx<'_> {
    /// Revokes grants, and with them every grant that loses its last authority; each with an audit event.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn revoke(&mut self, targets: Vec<Grant>, because: Because<'_>) -> Result<(), StoreError> {
        if targets.is_empty() {
            return Ok(());
        }
        let count = targets.len();
        match Engine::default().plan_revoke(&mut **self, targets, RevokeMode::Cascade, because.at)? {
            Revocation::Planned(changes) => {
                self.count_fallen(changes.delete.len().saturating_sub(count));
                self.apply(&changes, None, because)
            }
            Revocation::Depended(_) => Ok(()),
        }
    }

    /// Revokes the grants on an entry and everything below it; with `issuer`, only what that person gave, and what hangs
    /// on it. Takes time in proportion to what lies below.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn retire_grants_below(
        &mut self,
        of: &Entry,
        issuer: Option<UserId>,
        because: Because<'_>,
    ) -> Result<(), StoreError> {
        let mut grants = self.list_grants_below(of.id)?;
        match issuer {
            // What hangs on a grant stands where it does, or below: it is among them.
            None => self.apply(&Changes { delete: grants, ..Changes::default() }, None, because),
            Some(issuer) => {
                grants.retain(|grant| grant.issuer == issuer);
                self.revoke(grants, because)
            }
        }
    }

    pub(crate) fn retire_grants_of_user(&mut self, user: UserId, because: Because<'_>) -> Result<(), StoreError> {
        // Holders are no foreign keys: without this a row would be kept for nobody.
        let held = self.list_grants_held_by(user)?;
        self.revoke(held, because)?;
        self.hand_over_denies(user, because)?;
        let given = self.list_grants_given_by(user)?;
        self.revoke(given, because)
    }

    /// A deny outlives the person who wrote it: whose entry it is answers for it from now on.
    fn hand_over_denies(&mut self, from: UserId, because: Because<'_>) -> Result<(), StoreError> {
        let mut changes = Changes::default();
        for before in self.list_grants_given_by(from)?.into_iter().filter(Grant::is_deny) {
            if let (Located::At(Place { owner: Some(issuer), .. }), _) = self.located(&before.resource)?
                && issuer != from
            {
                changes.update.push(Edit { after: Grant { issuer, ..before.clone() }, before });
            }
        }
        self.apply(&changes, None, because)
    }

    pub(crate) fn retire_grants_of_group(&mut self, group: GroupId, because: Because<'_>) -> Result<(), StoreError> {
        let grants = self.list_grants_held_by_group(group)?;
        self.revoke(grants, because)
    }

    /// What an app has, and what others have on it: a later app of the same uid is another one.
    pub(crate) fn retire_grants_of_app(&mut self, app: &AppUid, because: Because<'_>) -> Result<(), StoreError> {
        let held = self.list_grants_held_by_app(app)?;
        self.revoke(held, because)?;
        self.retire_grants_on_name(&Resource::App(app.clone()), because)
    }

    pub(crate) fn retire_grants_on_name(
        &mut self,
        resource: &Resource,
        because: Because<'_>,
    ) -> Result<(), StoreError> {
        let grants = self.list_grants_on_name(resource)?;
        self.revoke(grants, because)
    }
}

#[cfg(test)]
mod tests;
