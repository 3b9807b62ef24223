//! Grants that go because something they hang on goes, each with its audit event.
//!
//! The database would delete most of them by itself, but without a word.

use crate::{Because, Entry, StoreError, WriteTx};
use serde_json::Value;
use vouchsafe_engine::plan::Changes;
use vouchsafe_types::{AppUid, Grant, GroupId, Resource, UserId};

impl WriteTx<'_> {
    /// Deletes the grants on an entry and everything below it, with an audit event each; with `issuer`, only what that
    /// person gave. Takes time in proportion to what lies below.
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
        grants.retain(|grant| issuer.is_none_or(|issuer| grant.issuer == issuer));
        self.retire(grants, because)
    }

    pub(crate) fn retire_grants_of_user(&mut self, user: UserId, because: Because<'_>) -> Result<(), StoreError> {
        let given = self.list_grants_given_by(user)?;
        self.retire(given, because)?;
        // Holders are no foreign keys: without this a row would be kept for nobody.
        let held = self.list_grants_held_by(user)?;
        self.retire(held, because)
    }

    pub(crate) fn retire_grants_of_group(&mut self, group: GroupId, because: Because<'_>) -> Result<(), StoreError> {
        let grants = self.list_grants_held_by_group(group)?;
        self.retire(grants, because)
    }

    /// What an app has, and what others have on it: a later app of the same uid is another one.
    pub(crate) fn retire_grants_of_app(&mut self, app: &AppUid, because: Because<'_>) -> Result<(), StoreError> {
        let held = self.list_grants_held_by_app(app)?;
        self.retire(held, because)?;
        self.retire_grants_on_name(&Resource::App(app.clone()), because)
    }

    pub(crate) fn retire_grants_on_name(
        &mut self,
        resource: &Resource,
        because: Because<'_>,
    ) -> Result<(), StoreError> {
        let grants = self.list_grants_on_name(resource)?;
        self.retire(grants, because)
    }

    fn retire(&mut self, delete: Vec<Grant>, because: Because<'_>) -> Result<(), StoreError> {
        self.apply(&Changes { insert: None, delete }, &Value::Null, because)
    }
}

#[cfg(test)]
mod tests;
