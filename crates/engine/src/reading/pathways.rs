use super::{
    Finding,
    shortest::Shortest,
    told::{MAX_DEPTH, MAX_FINDINGS, Told},
};
use crate::solve::{Gift, Node, RESERVED, Ranks, Scan};
use std::{cmp::Reverse, collections::HashMap, rc::Rc};
use vouchsafe_types::{Capabilities, Capability, Permission};

/// The most gifts looked at before what there is counts as too much to be told.
const MAX_LOOKED_AT: usize = 4_000;

/// That a node has a capability.
pub(super) type Atom = (usize, Capability);

/// Reads the pathways out of a solved scan.
pub(super) struct Reader<'a> {
    pub(super) scan: &'a Scan,
    ranks: Vec<Ranks>,
    asked: &'a Permission,
    /// What is being explained: nothing is a reason for itself.
    chain: Vec<Atom>,
    /// What was told about an atom at a depth, where it does not depend on what is being explained.
    known: HashMap<(Atom, usize), Told>,
    /// The first place in the chain at which an explanation led in a circle.
    circle: Option<usize>,
    /// The gifts that would give a capability, in their order.
    orders: HashMap<Atom, Rc<[&'a Gift]>>,
    looked_at: usize,
    /// Whether there was too much to tell all of it.
    is_cut: bool,
    /// Whether something lies too deep to be told.
    is_shortened: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(scan: &'a mut Scan, asked: &'a Permission) -> Self {
        let ranks = scan.ranked();
        Self {
            scan,
            ranks,
            asked,
            chain: Vec::new(),
            known: HashMap::new(),
            circle: None,
            orders: HashMap::new(),
            looked_at: 0,
            is_cut: false,
            is_shortened: false,
        }
    }

    /// The pathways of the asking subject to everything that is demanded. If all of them are too many: each grant of
    /// his, as far as there is room, with the shortest way behind it.
    pub(super) fn read(&mut self, demanded: Capabilities) -> Vec<Finding> {
        let Some(asked) = self.scan.asked.first().copied() else { return Vec::new() };
        let mut told = Told::default();
        for capability in demanded.iter() {
            let more = self.pathways((asked, capability));
            self.is_cut |= !told.add(more, MAX_FINDINGS);
        }
        if self.is_cut { Shortest::new(self).read(asked, demanded) } else { told.into_findings() }
    }

    /// Whether something had to be left out of what was read.
    pub(super) const fn is_cut(&self) -> bool {
        self.is_cut || self.is_shortened
    }

    /// Every way in which the atom comes about, the shortest first.
    fn pathways(&mut self, atom: Atom) -> Told {
        let key = (atom, self.chain.len());
        if let Some(told) = self.known.get(&key) {
            return told.clone();
        }
        let outer = self.circle.take();
        let told = self.explained(atom);
        // What led in a circle from further out would not do so elsewhere.
        let is_closed = self.circle.is_none_or(|at| at >= key.1);
        if is_closed && !self.is_cut {
            self.known.insert(key, told.clone());
        }
        self.circle = if is_closed { outer } else { self.circle.into_iter().chain(outer).min() };
        told
    }

    fn explained(&mut self, atom: Atom) -> Told {
        let (scan, (at, capability)) = (self.scan, atom);
        let Some(node) = scan.nodes.get(at) else { return Told::default() };
        let mut told = self.implied(node, capability).unwrap_or_default();
        if !told.is_terminal() && !scan.keeps_back(node, capability) {
            self.chain.push(atom);
            for gift in self.by_length(atom).iter() {
                if let Some(path) = self.path(node, gift, capability) {
                    self.is_cut |= !told.add(path, MAX_FINDINGS);
                }
                if self.is_cut {
                    break;
                }
            }
            self.chain.pop();
        }
        if let Some(person) = self.person_behind(node, capability, &told) {
            let more = self.pathways((person, capability));
            self.is_cut |= !told.add(more, MAX_FINDINGS);
        }
        told
    }

    /// That nobody had to grant it.
    pub(super) fn implied(&self, node: &Node, capability: Capability) -> Option<Told> {
        let by = node.implied_by.filter(|_| node.implied.has(capability))?;
        Some(Told::one(Finding::Implied { permission: self.asked.clone(), by, holder: node.subject.person() }))
    }

    /// What acts for a person needs that he has it, too; a gift of his own shows that already.
    pub(super) fn person_behind(&self, node: &Node, capability: Capability, told: &Told) -> Option<usize> {
        let is_shown = || node.gifts.iter().any(|g| g.is_own && self.scan.given(g).has(capability));
        node.person.filter(|_| told.is_terminal() && !is_shown())
    }

    /// The gifts that would give a capability; those that need the fewest steps come first.
    pub(super) fn by_length(&mut self, atom: Atom) -> Rc<[&'a Gift]> {
        let (ranks, (at, capability)) = (&self.ranks, atom);
        let rank = |(at, capability): Atom| ranks.get(at).map_or(u32::MAX, |ranks| ranks.of(capability));
        let longest = |gift: &Gift| needs(gift, capability).into_iter().map(rank).max().unwrap_or(u32::MAX);
        let all = self.scan.nodes.get(at).map_or(&[][..], |node| node.gifts.as_slice());
        let order = self.orders.entry(atom).or_insert_with(|| {
            let mut gifts: Vec<&Gift> = all.iter().filter(|gift| gift.grant.capabilities.has(capability)).collect();
            // Of two equally short ones the larger: what else is needed may come with it.
            gifts.sort_by_cached_key(|gift| (longest(gift), Reverse(gift.grant.capabilities.len())));
            gifts.into()
        });
        Rc::clone(order)
    }

    /// The pathway through a gift; `None` when it leads in a circle, or there were enough already.
    fn path(&mut self, node: &Node, gift: &Gift, capability: Capability) -> Option<Told> {
        self.looked_at += 1;
        self.is_cut |= self.looked_at > MAX_LOOKED_AT;
        let needs = needs(gift, capability);
        if let Some(at) = needs.iter().filter_map(|need| self.chain.iter().position(|atom| atom == need)).min() {
            self.circle = self.circle.into_iter().chain([at]).min();
            return None;
        }
        let is_given = self.scan.given(gift).has(capability);
        let (mut behind, mut is_proven) = (Told::default(), true);
        self.is_shortened |= self.chain.len() >= MAX_DEPTH;
        if self.chain.len() < MAX_DEPTH {
            for need in needs {
                let more = if self.is_cut { Told::default() } else { self.pathways(need) };
                is_proven &= more.is_terminal();
                self.is_cut |= !behind.add(more, MAX_FINDINGS);
            }
        }
        (is_proven || !is_given).then(|| Told::path(node, gift, is_given, behind))
    }
}

/// What must be so for a gift to give a capability.
pub(super) fn needs(gift: &Gift, capability: Capability) -> Vec<Atom> {
    let mut needs = vec![(gift.here, capability)];
    if !gift.is_own {
        let authority = [Some(Capability::Share), RESERVED.has(capability).then_some(Capability::Delegate)];
        needs.extend(
            authority.into_iter().flatten().map(|c| (gift.there, c)).filter(|need| *need != (gift.here, capability)),
        );
    }
    needs
}
