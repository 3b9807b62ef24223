//! From whom people take no shares. What they have already stays.

use crate::{Fault, Vouchsafe, accounts::find_by_name};
use chrono::{DateTime, Utc};
use vouchsafe_types::{Actor, UserId, error::ApiError};

/// Whom somebody takes no shares from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blocks {
    /// Whether he takes shares from nobody.
    pub all: bool,
    /// Those he has blocked by name, and when.
    pub people: Vec<(String, DateTime<Utc>)>,
}

impl Vouchsafe {
    /// Whom the caller takes no shares from.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn list_blocks(&self, actor: &Actor) -> Result<Blocks, Fault> {
        let user = own(actor)?;
        self.read(|tx| {
            let people = tx.list_blocks(user)?.into_iter().map(|(user, at)| (user.username.to_string(), at)).collect();
            Ok(Blocks { all: tx.blocks_all(user)?, people })
        })
    }

    /// Takes no shares from this person any more, or takes them again. Gives whether that is new.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `user_does_not_exist`; `cannot_block_self`.
    pub fn block(&self, actor: &Actor, sender: &str, is_on: bool) -> Result<bool, Fault> {
        let (user, now) = (own(actor)?, self.now());
        self.write("block", |tx| {
            let sender = find_by_name(tx, sender)?.id;
            if sender == user {
                return Err(ApiError::CannotBlockSelf {}.into());
            }
            Ok(if is_on { tx.insert_block(user, sender, now)? } else { tx.delete_block(user, sender)? })
        })
    }

    /// Takes shares from nobody, or from everybody who is not blocked by name.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn block_all(&self, actor: &Actor, is_on: bool) -> Result<(), Fault> {
        let (user, now) = (own(actor)?, self.now());
        self.write("block_all", |tx| Ok(tx.set_block_all(user, is_on, now)?))
    }
}

fn own(actor: &Actor) -> Result<UserId, ApiError> {
    let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}) };
    Ok(*user)
}
