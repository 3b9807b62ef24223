//! The answer.

use crate::source::Moment;
use vouchsafe_types::Capabilities;

/// Which bound a decision ran into: one of the [`Limits`](crate::Limits), or the depth that storage looks down to.
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

impl Bound {
    /// Every bound.
    pub const ALL: [Self; 4] = [Self::Rows, Self::Users, Self::Steps, Self::Depth];

    /// The name in logs and metrics.
    ///
    /// ```
    /// let names = vouchsafe_engine::Bound::ALL.map(|bound| bound.name());
    /// assert_eq!(names, ["rows", "users", "steps", "depth"]);
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Users => "users",
            Self::Steps => "steps",
            Self::Depth => "depth",
        }
    }
}

/// What an actor may do on a resource, at one moment.
///
/// ```
/// use vouchsafe_engine::{Holding, Moment};
/// use vouchsafe_types::{Access, Capabilities, Capability};
///
/// let held = Holding { capabilities: Access::Read.capabilities(), until: Some(Moment::MAX_UTC), bound: None };
/// assert!(held.allows(Capability::Download.into()) && !held.allows(Capability::Write.into()));
/// assert!(!held.allows(Capabilities::NONE), "there is nothing to hold");
/// assert!(held.is_valid(Moment::UNIX_EPOCH) && !held.is_valid(Moment::MAX_UTC));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Holding {
    /// What he may do.
    pub capabilities: Capabilities,
    /// Until when this holds if nothing is written: the next expiry among the rows looked at; `None` is for good.
    pub until: Option<Moment>,
    /// The bound that was hit, if any; the capabilities are then empty.
    pub bound: Option<Bound>,
}

impl Holding {
    /// Nothing, and nothing that could end it.
    ///
    /// ```
    /// use vouchsafe_engine::Holding;
    /// assert!(!Holding::NOTHING.allows(vouchsafe_types::Capability::See.into()));
    /// ```
    pub const NOTHING: Self = Self { capabilities: Capabilities::NONE, until: None, bound: None };

    /// Whether `demanded` is held. An empty demand is never met: there is nothing to hold.
    #[must_use]
    pub const fn allows(&self, demanded: Capabilities) -> bool {
        !demanded.is_empty() && self.capabilities.covers(demanded)
    }

    /// Whether this was computed from rows that still stand at `now`. Says nothing about what was written since.
    #[must_use]
    pub fn is_valid(&self, now: Moment) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// Whether an actor holds a permission: see [`Engine::check`](crate::Engine::check).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Decision {
    /// The answer.
    pub allowed: bool,
    /// What the actor holds on the resource.
    pub holding: Holding,
}

impl Decision {
    /// No, for somebody or something that there is not.
    ///
    /// ```
    /// assert!(!vouchsafe_engine::Decision::REFUSED.allowed);
    /// ```
    pub const REFUSED: Self = Self { allowed: false, holding: Holding::NOTHING };
}
