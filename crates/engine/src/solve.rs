//! The smallest answer that fits for everybody at once.
//!
//! Every unknown starts at nothing and grows until nothing changes. A cycle proves nothing by itself and breaks nothing
//! either.

use crate::{
    decision::{Bound, Holding},
    source::{Moment, Subject},
};
use std::collections::BTreeMap;
use vouchsafe_types::{Capabilities, Capability, Grant, Restrictions};

/// Handed on only by an issuer who has `delegate`.
pub(crate) const RESERVED: Capabilities = Capabilities::SHARING;

/// What of `capabilities` somebody can hand on who has `authority` where the row stands.
pub(crate) fn handed_on(capabilities: Capabilities, authority: Capabilities) -> Capabilities {
    match (authority.has(Capability::Share), authority.has(Capability::Delegate)) {
        (true, true) => capabilities,
        (true, false) => capabilities - RESERVED,
        (false, _) => Capabilities::NONE,
    }
}

/// Stands for the node of a subject that counts for nothing.
pub(crate) const NOBODY: usize = usize::MAX;

/// A row that is heard, and the unknowns it depends on.
pub(crate) struct Gift {
    pub(crate) grant: Grant,
    /// What the issuer has on the entry asked about: cuts the gift.
    pub(crate) here: usize,
    /// What the issuer has on the row's own entry: makes it live.
    pub(crate) there: usize,
    /// A person's gift to what acts for himself needs no authority: it never exceeds him.
    pub(crate) is_own: bool,
}

/// What one subject has on the entry `distance` above the asked one.
pub(crate) struct Node {
    pub(crate) distance: u32,
    pub(crate) subject: Subject,
    pub(crate) implied: Capabilities,
    pub(crate) implied_by: Option<&'static str>,
    /// For an app or token: what its person has, which it never exceeds.
    pub(crate) person: Option<usize>,
    pub(crate) gifts: Vec<Gift>,
    pub(crate) dependants: Vec<Dependant>,
    /// What it has, were its person to have everything.
    given: Capabilities,
    pub(crate) value: Capabilities,
}

/// What has to be looked at again when a node has grown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dependant {
    /// This gift, of this node.
    Gift(usize, usize),
    /// This node, of what acts for the person.
    Helper(usize),
}

impl Node {
    /// A node of which nothing is known yet.
    pub(crate) const fn unknown(subject: Subject, distance: u32) -> Self {
        Self {
            distance,
            subject,
            implied: Capabilities::NONE,
            implied_by: None,
            person: None,
            gifts: Vec::new(),
            dependants: Vec::new(),
            given: Capabilities::NONE,
            value: Capabilities::NONE,
        }
    }
}

/// The dependencies of one question, solved.
#[derive(Default)]
pub(crate) struct Scan {
    pub(crate) nodes: Vec<Node>,
    /// The nodes of the asking subjects, in their order.
    pub(crate) asked: Vec<usize>,
    pub(crate) until: Option<Moment>,
    pub(crate) bound: Option<Bound>,
    /// What is kept back on the asked entry itself.
    pub(crate) restrictions: Restrictions,
}

impl Scan {
    /// The answer about what there is not: nothing for each of so many subjects.
    pub(crate) fn absent(subjects: usize) -> Self {
        Self { asked: vec![NOBODY; subjects], ..Self::default() }
    }

    /// The answer about what lies too deep to be looked at.
    pub(crate) fn too_deep(subjects: usize) -> Self {
        Self { bound: Some(Bound::Depth), ..Self::absent(subjects) }
    }

    /// What each of the asking subjects has, in their order.
    pub(crate) fn holdings(&self) -> impl Iterator<Item = Holding> {
        self.asked.iter().map(|at| match self.bound {
            Some(bound) => Holding { bound: Some(bound), ..Holding::NOTHING },
            None => Holding { capabilities: self.value(*at), until: self.until, bound: None },
        })
    }

    /// What the first of the asking subjects has.
    pub(crate) fn holding(&self) -> Holding {
        self.holdings().next().unwrap_or(Holding::NOTHING)
    }

    /// What a node has: what came of the gifts, but for what is kept back on the asked entry.
    pub(crate) fn value(&self, node: usize) -> Capabilities {
        self.nodes.get(node).map_or(Capabilities::NONE, |n| self.left_of(n))
    }

    pub(crate) fn left_of(&self, node: &Node) -> Capabilities {
        match node.person {
            // Whom it acts for is restricted, or the owner; it never exceeds him.
            Some(_) => node.value,
            None if node.distance > 0 => node.value,
            None => node.implied | self.restrictions.cut(node.value),
        }
    }

    /// What a gift gives, with what is known so far.
    pub(crate) fn given(&self, gift: &Gift) -> Capabilities {
        let cut = gift.grant.capabilities & self.value(gift.here);
        if gift.is_own { cut } else { handed_on(cut, self.value(gift.there)) }
    }

    /// Whether a node was given a capability that its owner keeps back there.
    pub(crate) fn keeps_back(&self, node: &Node, capability: Capability) -> bool {
        node.value.has(capability) && !self.left_of(node).has(capability)
    }

    fn compute(&self, node: &Node) -> Capabilities {
        let given = node.gifts.iter().fold(node.implied, |sum, gift| sum | self.given(gift));
        node.person.map_or(given, |person| given & self.value(person))
    }

    /// Every gift is looked at again only when what it needs has grown, which no node does more often than there are
    /// capabilities: takes time in proportion to the dependencies.
    pub(crate) fn solve(&mut self) {
        let mut grown = Vec::new();
        for (at, node) in self.nodes.iter_mut().enumerate() {
            node.given = node.implied;
            if node.person.is_none() {
                node.value = node.given;
            }
            if !node.value.is_empty() {
                grown.push(at);
            }
        }
        while let Some(at) = grown.pop() {
            let dependants =
                self.nodes.get_mut(at).map(|node| std::mem::take(&mut node.dependants)).unwrap_or_default();
            grown.extend(dependants.iter().filter_map(|dependant| self.look_again(*dependant)));
            if let Some(node) = self.nodes.get_mut(at) {
                node.dependants = dependants;
            }
        }
    }

    /// Gives the node if it has grown.
    fn look_again(&mut self, dependant: Dependant) -> Option<usize> {
        let (at, more) = match dependant {
            Dependant::Gift(at, gift) => (at, self.given(self.nodes.get(at)?.gifts.get(gift)?)),
            Dependant::Helper(at) => (at, Capabilities::NONE),
        };
        let person = self.nodes.get(at)?.person.map_or(Capabilities::ALL, |person| self.value(person));
        let node = self.nodes.get_mut(at)?;
        node.given = node.given | more;
        let value = node.given & person;
        let has_grown = value != node.value;
        node.value = value;
        has_grown.then_some(at)
    }

    /// Solves anew, in rounds: in which round each node first had each capability. What a gift needs to give a
    /// capability was there in an earlier round, so following the ranks downwards never goes in a circle.
    pub(crate) fn ranked(&mut self) -> Vec<Ranks> {
        let mut ranks = vec![Ranks::default(); self.nodes.len()];
        self.nodes.iter_mut().for_each(|node| node.value = Capabilities::NONE);
        for round in 1.. {
            let values: Vec<Capabilities> = self.nodes.iter().map(|node| self.compute(node)).collect();
            let mut has_grown = false;
            for ((node, ranks), value) in self.nodes.iter_mut().zip(&mut ranks).zip(values) {
                for capability in (value - node.value).iter() {
                    has_grown = true;
                    ranks.0.insert(capability, round);
                }
                node.value = value;
            }
            if !has_grown {
                break;
            }
        }
        ranks
    }
}

/// In which round of solving a node first had each of its capabilities.
#[derive(Clone, Default)]
pub(crate) struct Ranks(BTreeMap<Capability, u32>);

impl Ranks {
    /// The round; the last of all for a capability that the node has not.
    pub(crate) fn of(&self, capability: Capability) -> u32 {
        self.0.get(&capability).copied().unwrap_or(u32::MAX)
    }
}
