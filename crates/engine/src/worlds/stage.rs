use super::{check::Trouble, world::World};
use crate::{
    memory::MemorySource,
    plan::Changes,
    source::{GrantIndex, Moment},
};
use std::fmt::Debug;
use vouchsafe_types::{EntryId, Grant, GroupId, UserId};

/// A second storage in which the same happens as in memory.
///
/// ```
/// use vouchsafe_engine::{MemorySource, Moment, worlds::{Deed, Event, Stage, Story, Trouble, World, live}};
/// use vouchsafe_types::Grant;
///
/// /// Only counts what happens.
/// struct Count(usize);
///
/// impl Stage for Count {
///     type Source = MemorySource;
///
///     fn begin(&mut self, _: &World) -> Result<(), Trouble> {
///         Ok(())
///     }
///
///     fn tell(&mut self, _: &Event<'_>, _: Moment) -> Result<(), Trouble> {
///         self.0 += 1;
///         Ok(())
///     }
///
///     fn grants(&mut self) -> Result<Vec<Grant>, Trouble> {
///         Ok(Vec::new())
///     }
///
///     fn source(&mut self) -> Option<&mut MemorySource> {
///         None
///     }
/// }
///
/// let mut count = Count(0);
/// let story = Story { deeds: vec![Deed::Suspend(0), Deed::Suspend(0)], ..Story::random(1) };
/// assert_eq!(live(&story, &mut count), Ok(()));
/// assert_eq!(count.0, 2, "suspended, and restored");
/// ```
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
///
/// ```
/// use vouchsafe_engine::worlds::Event;
/// use vouchsafe_types::{GroupId, UserId};
///
/// let (team, bob) = (GroupId::mint(), UserId::mint());
/// let said = match Event::Member(team, bob, true) {
///     Event::Member(.., true) => "he joins",
///     Event::Member(.., false) => "he leaves",
///     _ => "something else",
/// };
/// assert_eq!(said, "he joins");
/// ```
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
///
/// ```
/// use vouchsafe_engine::worlds::{Alone, Stage};
/// assert!(Alone.source().is_none(), "there is only memory");
/// ```
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
