//! The answer.

use crate::source::Moment;
use vouchsafe_types::Capabilities;

/// Which bound a decision ran into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// Too many rows.
    Rows,
    /// Too many people behind one another.
    Users,
    /// Too many dependencies.
    Steps,
    /// Too deep in its tree.
    Depth,
}

/// What an actor may do on a resource, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Holding {
    /// What he may do.
    pub capabilities: Capabilities,
    /// Until when this holds if nothing is written: the next expiry among the rows looked at.
    pub until: Option<Moment>,
    /// The bound that was hit, if any; the capabilities are then empty.
    pub bound: Option<Bound>,
}

impl Holding {
    /// Nothing, and nothing that could end it.
    pub const NOTHING: Self = Self { capabilities: Capabilities::NONE, until: None, bound: None };

    /// Whether `demanded` is held. An empty demand is never met: there is nothing to hold.
    #[must_use]
    pub const fn allows(&self, demanded: Capabilities) -> bool {
        !demanded.is_empty() && self.capabilities.covers(demanded)
    }

    /// Whether this was computed from rows that still stand at `now`.
    #[must_use]
    pub fn is_valid(&self, now: Moment) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

impl Decision {
    /// No, for somebody or something that there is not.
    pub const REFUSED: Self = Self { allowed: false, holding: Holding::NOTHING };
}

/// Whether an actor holds a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Decision {
    /// The answer.
    pub allowed: bool,
    /// What the actor holds on the resource.
    pub holding: Holding,
}
