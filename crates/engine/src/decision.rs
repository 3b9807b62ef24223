//! The answer.

use crate::source::Moment;
use vouchsafe_types::Capabilities;

/// Which bound a decision ran into: one of the [`Limits`](crate::Limits), or the depth that storage looks down to.
///
/// ```
/// use vouchsafe_engine::{Bound, Limits, sandbox::*};
///
/// let (mut world, [ann, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
/// world.row(ann, bob, "manage:fs:/ann");
/// world.row(bob, eve, "fs:/ann:read");
/// world.engine = Engine::default().with_limits(Limits { users: 1, ..Limits::default() });
/// let held = world.explain(eve, "fs:/ann:read").decision.holding;
/// assert_eq!(held.bound, Some(Bound::Users), "bob stands behind her");
/// ```
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
    ///
    /// ```
    /// use std::collections::BTreeSet;
    /// use vouchsafe_engine::Bound;
    /// let names: BTreeSet<&str> = Bound::ALL.into_iter().map(Bound::name).collect();
    /// assert_eq!(names.len(), Bound::ALL.len(), "each has a name of its own");
    /// ```
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
    ///
    /// ```
    /// use vouchsafe_engine::Holding;
    /// use vouchsafe_types::{Access, Capabilities, Capability};
    /// let held = Holding { capabilities: Access::Write.capabilities(), ..Holding::NOTHING };
    /// assert!(held.allows(Access::Read.capabilities()) && !held.allows(Capability::Delete.into()));
    /// assert!(!held.allows(Capabilities::NONE));
    /// ```
    #[must_use]
    pub const fn allows(&self, demanded: Capabilities) -> bool {
        !demanded.is_empty() && self.capabilities.covers(demanded)
    }

    /// Whether this was computed from rows that still stand at `now`. Says nothing about what was written since.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    ///
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let tomorrow = world.now + TimeDelta::days(1);
    /// world.row(ann, bob, "fs:/ann:read").expires_at = Some(tomorrow);
    /// let held = world.explain(bob, "fs:/ann:read").decision.holding;
    /// assert!(held.is_valid(world.now) && !held.is_valid(tomorrow), "what is kept of it ends with the row");
    /// ```
    #[must_use]
    pub fn is_valid(&self, now: Moment) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// Whether an actor holds a permission: see [`Engine::check`](crate::Engine::check).
///
/// ```
/// use vouchsafe_engine::{Decision, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// world.row(ann, bob, "fs:/ann:write");
/// let asked = "fs:/ann:delete".parse().unwrap();
/// let Ok(Decision { allowed, holding }) =
///     world.engine.check(&mut world.source, &bob.into(), &asked, world.now);
/// assert_eq!((allowed, Access::nearest(holding.capabilities)), (false, Access::Write));
/// ```
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
