//! The smallest answer that fits for everybody at once.
//!
//! Every unknown starts at nothing and grows until nothing changes. A cycle proves nothing by itself and breaks nothing
//! either.

use crate::{
    decision::{Bound, Holding},
    source::{Moment, Subject},
};
use vouchsafe_types::{Capabilities, Capability, Grant};

/// Handed on only by an issuer who has `delegate`.
const RESERVED: Capabilities = Capabilities::of(&[Capability::Share, Capability::Manage, Capability::Delegate]);

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
    pub(crate) dependants: Vec<usize>,
    pub(crate) value: Capabilities,
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
            value: Capabilities::NONE,
        }
    }
}

/// The dependencies of one question, solved.
#[derive(Default)]
pub(crate) struct Scan {
    pub(crate) nodes: Vec<Node>,
    pub(crate) until: Option<Moment>,
    pub(crate) bound: Option<Bound>,
}

impl Scan {
    /// The node of the asking subject.
    pub(crate) fn asked(&self) -> Option<&Node> {
        self.nodes.first()
    }

    /// What the asking subject has.
    pub(crate) fn holding(&self) -> Holding {
        let capabilities = self.asked().map_or(Capabilities::NONE, |n| n.value);
        match self.bound {
            Some(bound) => Holding { bound: Some(bound), ..Holding::NOTHING },
            None => Holding { capabilities, until: self.until, bound: None },
        }
    }

    fn value(&self, node: usize) -> Capabilities {
        self.nodes.get(node).map_or(Capabilities::NONE, |n| n.value)
    }

    /// What a gift gives, with what is known so far.
    pub(crate) fn given(&self, gift: &Gift) -> Capabilities {
        let cut = gift.grant.capabilities & self.value(gift.here);
        let there = self.value(gift.there);
        match (gift.is_own, there.has(Capability::Share), there.has(Capability::Delegate)) {
            (true, _, _) | (false, true, true) => cut,
            (false, true, false) => cut - RESERVED,
            (false, false, _) => Capabilities::NONE,
        }
    }

    /// The issuer's node behind a gift, on the entry asked about.
    pub(crate) fn issuer(&self, gift: &Gift) -> Option<&Node> {
        self.nodes.get(gift.here)
    }

    fn compute(&self, node: &Node) -> Capabilities {
        let given = node.gifts.iter().fold(node.implied, |sum, gift| sum | self.given(gift));
        node.person.map_or(given, |person| given & self.value(person))
    }

    pub(crate) fn solve(&mut self) {
        let mut queue: Vec<usize> = (0..self.nodes.len()).collect();
        while let Some(at) = queue.pop() {
            let Some(node) = self.nodes.get(at) else { continue };
            let value = self.compute(node);
            if let Some(node) = self.nodes.get_mut(at).filter(|n| n.value != value) {
                node.value = value;
                queue.extend(node.dependants.iter().copied());
            }
        }
    }
}
