use super::{check::Trouble, world::World};
use crate::{
    memory::MemorySource,
    plan::Changes,
    source::{GrantIndex, Moment},
};
use std::fmt::Debug;
use vouchsafe_types::{EntryId, Grant, GroupId, UserId};

/// A second storage in which the same happens as in memory.
pub trait Stage {
    /// What the engine asks.
    type Source: GrantIndex<Error: Debug>;

    /// Writes the world in which a story begins.
    ///
    /// # Errors
    /// When storage refuses; likewise below.
    fn begin(&mut self, world: &World) -> Result<(), Trouble>;

    /// Writes what happens. What a storage removes by itself, it has to find itself.
    ///
    /// # Errors
    /// When storage refuses.
    fn tell(&mut self, event: &Event<'_>, now: Moment) -> Result<(), Trouble>;

    /// Every grant, in any order.
    ///
    /// # Errors
    /// When storage refuses.
    fn grants(&mut self) -> Result<Vec<Grant>, Trouble>;

    /// What can be compared only there, at every step.
    ///
    /// # Errors
    /// What is wrong.
    fn judge(&mut self, _: &World) -> Result<(), Trouble> {
        Ok(())
    }

    /// What the engine asks; nothing where there is only memory.
    fn source(&mut self) -> Option<&mut Self::Source>;
}

/// What happens.
#[derive(Debug)]
pub enum Event<'a> {
    /// Rows are written.
    Changes(&'a Changes),
    /// Somebody joins a group, or leaves it.
    Member(GroupId, UserId, bool),
    /// An account is active or not, and its address proven or not.
    Account(UserId, bool, bool),
    /// An entry is moved into another directory.
    Moved(EntryId, EntryId),
    /// An entry is deleted with what lies below it.
    Deleted(EntryId),
    /// A group is deleted.
    Disbanded(GroupId),
    /// A person is deleted.
    Vanished(UserId),
}

/// No second storage.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl Stage for Alone {
    type Source = MemorySource;

    fn begin(&mut self, _: &World) -> Result<(), Trouble> {
        Ok(())
    }

    fn tell(&mut self, _: &Event<'_>, _: Moment) -> Result<(), Trouble> {
        Ok(())
    }

    fn grants(&mut self) -> Result<Vec<Grant>, Trouble> {
        Ok(Vec::new())
    }

    fn source(&mut self) -> Option<&mut MemorySource> {
        None
    }
}
