use crate::memory::MemorySource;
use vouchsafe_types::{Access, Capabilities, Capability, EntryId, Grant, Holder, UserId};

/// A world that somebody built to be hard to decide about.
///
/// ```
/// use vouchsafe_engine::{Engine, Moment, worlds::Graph};
/// use vouchsafe_types::{Access, Resource};
/// let mut graph = Graph::chain(3);
/// let on = Resource::Entry(graph.deepest());
/// let mut access = |at: usize| {
///     let who = graph.people[at].into();
///     let Ok(held) = Engine::default().holding(&mut graph.source, &who, &on, Moment::UNIX_EPOCH);
///     Access::nearest(held.capabilities)
/// };
/// assert_eq!((access(0), access(2)), (Access::Full, Access::Full));
/// ```
#[derive(Clone, Debug)]
pub struct Graph {
    /// What is stored.
    pub source: MemorySource,
    /// Who owns the only tree.
    pub owner: UserId,
    /// The others.
    pub people: Vec<UserId>,
    /// The directories, each in the one before; the first is the root.
    pub levels: Vec<EntryId>,
}

impl Graph {
    /// So many people, and so many directories in each other.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Graph;
    /// let graph = Graph::new(2, 3);
    /// assert_eq!((graph.people.len(), graph.levels.len(), graph.source.grants.len()), (2, 3, 0));
    /// ```
    #[must_use]
    pub fn new(people: usize, levels: usize) -> Self {
        let mut source = MemorySource::default();
        let owner = source.add_user();
        let people = (0..people).map(|_| source.add_user()).collect();
        let mut all = vec![source.add_root(owner, "p0")];
        for level in 1..levels {
            all.push(source.add_entry(all[level - 1], &format!("d{level}"), false));
        }
        Self { source, owner, people, levels: all }
    }

    /// The deepest directory.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Graph;
    /// let graph = Graph::new(1, 3);
    /// assert_eq!(graph.source.chain(graph.deepest()).len(), 3);
    /// ```
    #[must_use]
    pub fn deepest(&self) -> EntryId {
        self.levels[self.levels.len() - 1]
    }

    fn give(&mut self, issuer: UserId, holder: UserId, on: EntryId) -> &mut Grant {
        self.source.add_grant(issuer, Holder::User(holder), on, Access::Full)
    }

    /// The owner gives to the first, he to the second, and so on.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Graph;
    /// let graph = Graph::chain(3);
    /// let issuers: Vec<_> = graph.source.grants.iter().map(|grant| grant.issuer).collect();
    /// assert_eq!(issuers, [graph.owner, graph.people[0], graph.people[1]]);
    /// ```
    #[must_use]
    pub fn chain(length: usize) -> Self {
        let mut graph = Self::new(length, 1);
        let mut issuer = graph.owner;
        for at in 0..length {
            let holder = graph.people[at];
            graph.give(issuer, holder, graph.levels[0]);
            issuer = holder;
        }
        graph
    }

    /// The owner gives to the first, and he to each of the others.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Graph;
    /// let graph = Graph::fan(5);
    /// assert_eq!(graph.source.grants.iter().filter(|grant| grant.issuer == graph.people[0]).count(), 5);
    /// ```
    #[must_use]
    pub fn fan(width: usize) -> Self {
        let mut graph = Self::new(width + 1, 1);
        let (root, first) = (graph.levels[0], graph.people[0]);
        graph.give(graph.owner, first, root);
        for at in 1..=width {
            graph.give(first, graph.people[at], root);
        }
        graph
    }

    /// Everybody gives to everybody; with `is_rooted`, the owner to the first, too.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Graph;
    /// assert_eq!(Graph::complete(4, false).source.grants.len(), 12);
    /// assert_eq!(Graph::complete(4, true).source.grants.len(), 13);
    /// ```
    #[must_use]
    pub fn complete(size: usize, is_rooted: bool) -> Self {
        let mut graph = Self::new(size, 1);
        let (root, people) = (graph.levels[0], graph.people.clone());
        for issuer in &people {
            for holder in people.iter().filter(|holder| *holder != issuer) {
                graph.give(*issuer, *holder, root);
            }
        }
        if is_rooted {
            graph.give(graph.owner, people[0], root);
        }
        graph
    }

    /// A circle of givers; with `is_rooted`, the owner gives to one of them.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, Moment, worlds::Graph};
    /// use vouchsafe_types::{Access, Resource};
    /// let mut graph = Graph::cycle(3, false);
    /// let on = Resource::Entry(graph.deepest());
    /// let mut access = |at: usize| {
    ///     let who = graph.people[at].into();
    ///     let Ok(held) = Engine::default().holding(&mut graph.source, &who, &on, Moment::UNIX_EPOCH);
    ///     Access::nearest(held.capabilities)
    /// };
    /// assert_eq!(access(0), Access::None, "a circle proves nothing");
    /// ```
    #[must_use]
    pub fn cycle(length: usize, is_rooted: bool) -> Self {
        let mut graph = Self::new(length, 1);
        let (root, people) = (graph.levels[0], graph.people.clone());
        for at in 0..length {
            graph.give(people[at], people[(at + 1) % length], root);
        }
        if is_rooted {
            graph.give(graph.owner, people[0], root);
        }
        graph
    }

    /// The first person is in so many groups, each of which was given something.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Graph;
    /// let graph = Graph::groups(10);
    /// assert!(graph.source.groups.values().all(|members| members.contains(&graph.people[0])));
    /// assert_eq!(graph.source.grants.len(), 10);
    /// ```
    #[must_use]
    pub fn groups(count: usize) -> Self {
        let mut graph = Self::new(1, 1);
        for _ in 0..count {
            let group = graph.source.add_group([graph.people[0]]);
            graph.source.add_grant(graph.owner, Holder::Group(group), graph.levels[0], Access::Read);
        }
        graph
    }

    /// So many rows for the first person on one entry.
    ///
    /// ```
    /// use vouchsafe_engine::{Bound, Engine, Limits, Moment, worlds::Graph};
    /// let mut graph = Graph::rows(10);
    /// let (who, on) = (graph.people[0].into(), graph.deepest().into());
    /// let engine = Engine::default().with_limits(Limits { rows: 9, ..Limits::default() });
    /// let Ok(held) = engine.holding(&mut graph.source, &who, &on, Moment::UNIX_EPOCH);
    /// assert_eq!(held.bound, Some(Bound::Rows));
    /// ```
    #[must_use]
    pub fn rows(count: usize) -> Self {
        let mut graph = Self::new(1, 1);
        for _ in 0..count {
            graph.give(graph.owner, graph.people[0], graph.levels[0]);
        }
        graph
    }

    /// On every level exact rows for the first person, for a group of his and for everyone, and ordinary ones as well.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Graph;
    /// let graph = Graph::exact_levels(4);
    /// assert_eq!(graph.source.grants.iter().filter(|grant| grant.exact).count(), 4 * 3);
    /// ```
    #[must_use]
    pub fn exact_levels(levels: usize) -> Self {
        let mut graph = Self::new(2, levels);
        let (owner, first, second) = (graph.owner, graph.people[0], graph.people[1]);
        let group = graph.source.add_group([first]);
        let root = graph.levels[0];
        graph.give(owner, second, root);
        let read_and_share = Access::Read.capabilities() | Capabilities::from(Capability::Share);
        for at in graph.levels.clone() {
            for holder in [Holder::User(first), Holder::Group(group), Holder::Everyone] {
                graph.source.add_grant(second, holder.clone(), at, read_and_share).exact = true;
                graph.source.add_grant(owner, holder, at, Access::Full);
            }
        }
        graph
    }

    /// Two who give each other everything on every level: what each has there depends on all levels above.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, Moment, worlds::Graph};
    /// use vouchsafe_types::{Access, Resource};
    /// let mut graph = Graph::ladder(3);
    /// let on = Resource::Entry(graph.deepest());
    /// let mut access = |at: usize| {
    ///     let who = graph.people[at].into();
    ///     let Ok(held) = Engine::default().holding(&mut graph.source, &who, &on, Moment::UNIX_EPOCH);
    ///     Access::nearest(held.capabilities)
    /// };
    /// assert_eq!((access(0), access(1)), (Access::Full, Access::Full));
    /// ```
    #[must_use]
    pub fn ladder(levels: usize) -> Self {
        let mut graph = Self::new(2, levels);
        let (owner, first, second) = (graph.owner, graph.people[0], graph.people[1]);
        graph.give(owner, first, graph.levels[0]);
        for at in graph.levels.clone() {
            graph.give(first, second, at);
            graph.give(second, first, at);
        }
        graph
    }

    /// So many steps; at each, one of two givers hands on everything but `share`, the other everything but `delegate`.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, Moment, worlds::Graph};
    /// use vouchsafe_types::{Access, Resource};
    /// let mut graph = Graph::braid(3);
    /// let on = Resource::Entry(graph.deepest());
    /// let mut access = |at: usize| {
    ///     let who = graph.people[at].into();
    ///     let Ok(held) = Engine::default().holding(&mut graph.source, &who, &on, Moment::UNIX_EPOCH);
    ///     Access::nearest(held.capabilities)
    /// };
    /// assert_eq!((access(4), access(5)), (Access::Full, Access::Full), "together they have all of it");
    /// ```
    #[must_use]
    pub fn braid(steps: usize) -> Self {
        let mut graph = Self::new(steps * 2, 1);
        let root = graph.levels[0];
        let ways = [Capability::Share, Capability::Delegate].map(|one| Access::Full.capabilities() - one.into());
        let mut before = [graph.owner, graph.owner];
        for step in 0..steps {
            let next = [graph.people[step * 2], graph.people[step * 2 + 1]];
            for holder in next {
                for (issuer, capabilities) in before.into_iter().zip(ways) {
                    graph.source.add_grant(issuer, Holder::User(holder), root, capabilities);
                }
            }
            before = next;
        }
        graph
    }
}
