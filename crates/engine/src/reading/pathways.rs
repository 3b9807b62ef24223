use super::{Finding, Path};
use crate::solve::{Gift, Node, RESERVED, Ranks, Scan};
use vouchsafe_types::{Capabilities, Capability, Permission};

/// The most findings in one reading; further pathways are left out, the decision is not affected.
const MAX_FINDINGS: usize = 1_000;
/// The most findings of the shortest pathways, which are shown although others had to be left out.
const MAX_SHORTEST: usize = 10_000;
/// How deep readings lie in each other; what is behind is left out.
const MAX_DEPTH: usize = 50;

/// That a node has a capability.
type Atom = (usize, Capability);

/// Reads the pathways out of a solved scan.
pub(super) struct Reader<'a> {
    scan: &'a Scan,
    ranks: Vec<Ranks>,
    asked: &'a Permission,
    /// What is being explained: nothing is a reason for itself.
    chain: Vec<Atom>,
    found: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(scan: &'a mut Scan, asked: &'a Permission) -> Self {
        let ranks = scan.ranked();
        Self { scan, ranks, asked, chain: Vec::new(), found: 0 }
    }

    /// The pathways of the asking subject to everything that is demanded.
    pub(super) fn read(&mut self, demanded: Capabilities) -> Vec<Finding> {
        let Some(asked) = self.scan.asked.first().copied() else { return Vec::new() };
        let mut findings = Vec::new();
        for capability in demanded.iter() {
            add(&mut findings, self.pathways((asked, capability)));
        }
        findings
    }

    /// Every way in which the atom comes about, the shortest first.
    fn pathways(&mut self, atom: Atom) -> Vec<Finding> {
        let scan = self.scan;
        let (at, capability) = atom;
        let Some(node) = scan.nodes.get(at) else { return Vec::new() };
        let mut findings = Vec::new();
        if let Some(by) = node.implied_by.filter(|_| node.implied.has(capability)) {
            let holder = node.subject.person();
            findings.push(Finding::Implied { permission: self.asked.clone(), by, holder });
        } else {
            self.chain.push(atom);
            for (i, gift) in self.by_length(node, capability).into_iter().enumerate() {
                findings.extend(self.path(node, gift, capability, i == 0));
            }
            self.chain.pop();
        }
        self.add_person(node, capability, &mut findings);
        findings
    }

    /// What acts for a person needs that he has it, too; a gift of his own shows that already.
    fn add_person(&mut self, node: &Node, capability: Capability, findings: &mut Vec<Finding>) {
        let is_given = findings.iter().any(Finding::is_terminal);
        let is_shown = node.gifts.iter().any(|g| g.is_own && self.scan.given(g).has(capability));
        if let (Some(person), true, false) = (node.person, is_given, is_shown) {
            add(findings, self.pathways((person, capability)));
        }
    }

    /// The gifts that would give a capability; those that need the fewest steps come first.
    fn by_length<'n>(&self, node: &'n Node, capability: Capability) -> Vec<&'n Gift> {
        let rank = |(at, capability): Atom| self.ranks.get(at).map_or(u32::MAX, |ranks| ranks.of(capability));
        let longest = |gift: &Gift| needs(gift, capability).into_iter().map(rank).max().unwrap_or(u32::MAX);
        let mut gifts: Vec<&Gift> = node.gifts.iter().filter(|g| g.grant.capabilities.has(capability)).collect();
        gifts.sort_by_key(|gift| longest(gift));
        gifts
    }

    /// The pathway through a gift; `None` when it leads in a circle, or there were enough already.
    fn path(&mut self, node: &Node, gift: &Gift, capability: Capability, is_shortest: bool) -> Option<Finding> {
        let needs = needs(gift, capability);
        let most = if is_shortest { MAX_SHORTEST } else { MAX_FINDINGS };
        if self.found >= most || needs.iter().any(|atom| self.chain.contains(atom)) {
            return None;
        }
        self.found += 1;
        let is_given = self.scan.given(gift).has(capability);
        let (mut reading, mut is_proven) = (Vec::new(), true);
        if self.chain.len() < MAX_DEPTH {
            for need in needs {
                let behind = self.pathways(need);
                is_proven &= behind.iter().any(Finding::is_terminal);
                add(&mut reading, behind);
            }
        }
        if is_given && !is_proven {
            return None;
        }
        let grant = &gift.grant;
        Some(Finding::Path(Path {
            via: (&grant.holder).into(),
            grant: grant.id,
            resource: grant.resource.clone(),
            permission: Permission::describing(&grant.resource, grant.capabilities),
            holder: node.subject.person(),
            issuer: grant.issuer,
            has_terminal: is_given,
            reading,
        }))
    }
}

/// What must be so for a gift to give a capability.
fn needs(gift: &Gift, capability: Capability) -> Vec<Atom> {
    let mut needs = vec![(gift.here, capability)];
    if !gift.is_own {
        let authority = [Some(Capability::Share), RESERVED.has(capability).then_some(Capability::Delegate)];
        needs.extend(
            authority.into_iter().flatten().map(|c| (gift.there, c)).filter(|need| *need != (gift.here, capability)),
        );
    }
    needs
}

/// Adds what is not there yet.
fn add(findings: &mut Vec<Finding>, more: Vec<Finding>) {
    for finding in more {
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
}
