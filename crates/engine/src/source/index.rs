use super::GrantSource;
use vouchsafe_types::{Grant, GrantId, Holder, Resource, UserId};

/// Storage that can also be asked for lists: what revoking and "who has access" need beyond deciding.
pub trait GrantIndex: GrantSource {
    /// The grants on `resource` or on what lies below it, given by somebody whom `holder` reaches: the person, the
    /// members of the group, anybody for everyone; nobody for apps, tokens and links.
    ///
    /// # Errors
    /// When storage cannot answer; likewise below.
    fn dependants(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, Self::Error>;

    /// Who has grants on `resource` or on what is above it, expired ones included: each holder once, in the order
    /// of [`Holder`], those after `after`, at most `limit`.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn holders(
        &mut self,
        resource: &Resource,
        after: Option<&Holder>,
        limit: usize,
    ) -> Result<Vec<Holder>, Self::Error>;

    /// The users whom `holder` reaches, each once, in an order that stays, those after `after`, at most `limit`.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn reached(&mut self, holder: &Holder, after: Option<UserId>, limit: usize) -> Result<Vec<UserId>, Self::Error>;

    /// The grant with this id.
    ///
    /// # Errors
    /// When storage cannot answer.
    fn grant(&mut self, id: GrantId) -> Result<Option<Grant>, Self::Error>;
}
