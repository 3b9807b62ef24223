//! People, as far as one must know of them to share with them.

use super::target::person;
use crate::{Fault, Vouchsafe};
use vouchsafe_store::User;
use vouchsafe_types::{Actor, error::ApiError};

impl Vouchsafe {
    /// Accounts that are not suspended, by name: `count` of them after the first `start`, and how many there are.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn people(&self, actor: &Actor, start: usize, count: usize) -> Result<(Vec<User>, usize), Fault> {
        person(actor)?;
        let (skip, limit) = (i64::try_from(start).unwrap_or(i64::MAX), i64::try_from(count).unwrap_or(i64::MAX));
        self.read(|tx| {
            let total = usize::try_from(tx.count_people()?).unwrap_or(usize::MAX);
            Ok((tx.list_people(skip, limit)?, total))
        })
    }

    /// The caller's own account.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn me(&self, actor: &Actor) -> Result<User, Fault> {
        let caller = person(actor)?;
        self.read(|tx| Ok(tx.find_user(caller)?.ok_or(ApiError::Forbidden {})?))
    }
}
