use super::{
    Finding,
    pathways::{Atom, Reader, needs},
    told::{MAX_DEPTH, MAX_FINDINGS, Told},
};
use crate::solve::Gift;
use std::collections::HashMap;
use vouchsafe_types::{Capabilities, Capability, UserId};

/// The shortest way to each atom, for questions of which the whole story is too long.
///
/// What a gift needs was there before what it gives, so following the shortest ways never leads in a circle.
pub(super) struct Shortest<'r, 'a> {
    reader: &'r mut Reader<'a>,
    known: HashMap<(Atom, usize), Told>,
    /// How many levels are told.
    levels: usize,
    /// Whether that is too much.
    is_over: bool,
}

impl<'r, 'a> Shortest<'r, 'a> {
    pub(super) fn new(reader: &'r mut Reader<'a>) -> Self {
        Self { reader, known: HashMap::new(), levels: MAX_DEPTH, is_over: false }
    }

    /// The shortest way to everything that is demanded, as many levels of it as there is room for; and then the other
    /// grants of the asking subject with the shortest way behind each, as far as there is room.
    pub(super) fn read(&mut self, asked: usize, demanded: Capabilities) -> Vec<Finding> {
        let mut told = self.ways(asked, demanded);
        while self.is_over && self.levels > 1 {
            self.levels -= self.levels.div_ceil(4);
            (self.is_over, self.known) = (false, HashMap::new());
            told = self.ways(asked, demanded);
        }
        let Some(node) = self.reader.scan.nodes.get(asked) else { return told.into_findings() };
        let scan = self.reader.scan;
        for capability in demanded.iter().filter(|capability| !scan.keeps_back(node, *capability)) {
            for gift in self.reader.by_length((asked, capability)).iter().take(MAX_FINDINGS) {
                let path = self.path(asked, gift, capability, 1);
                let is_new = node.subject.person().is_none_or(|person| !path.leads_back_to(person));
                if is_new && !told.add(path, MAX_FINDINGS) {
                    return told.into_findings();
                }
            }
        }
        told.into_findings()
    }

    fn ways(&mut self, asked: usize, demanded: Capabilities) -> Told {
        let mut told = Told::default();
        for capability in demanded.iter() {
            let way = self.at((asked, capability), 1);
            self.is_over |= !told.add(way, MAX_FINDINGS);
        }
        told
    }

    fn at(&mut self, atom: Atom, depth: usize) -> Told {
        if let Some(told) = self.known.get(&(atom, depth)) {
            return told.clone();
        }
        let told = self.way(atom, depth);
        self.known.insert((atom, depth), told.clone());
        told
    }

    fn way(&mut self, atom: Atom, depth: usize) -> Told {
        let (scan, (at, capability)) = (self.reader.scan, atom);
        let Some(node) = scan.nodes.get(at).filter(|node| scan.left_of(node).has(capability)) else {
            return Told::default();
        };
        let mut told = match (self.reader.implied(node, capability), self.reader.by_length(atom).first()) {
            (Some(implied), _) => implied,
            (None, Some(gift)) => self.path(at, gift, capability, depth),
            (None, None) => Told::default(),
        };
        if let Some(person) = self.reader.person_behind(node, capability, &told) {
            let way = self.at((person, capability), depth);
            self.is_over |= !told.add(way, MAX_FINDINGS);
        }
        told
    }

    /// The pathway through a gift, with the shortest way to each thing it needs.
    fn path(&mut self, at: usize, gift: &Gift, capability: Capability, depth: usize) -> Told {
        let scan = self.reader.scan;
        let Some(node) = scan.nodes.get(at) else { return Told::default() };
        let mut behind = Told::default();
        if depth < self.levels {
            for need in needs(gift, capability) {
                let more = self.at(need, depth + 1);
                self.is_over |= !behind.add(more, MAX_FINDINGS - 1);
            }
        }
        Told::path(node, gift, scan.given(gift).has(capability), behind)
    }
}

impl Told {
    /// Whether a person stands behind his own grants: no reason for anything.
    fn leads_back_to(&self, person: UserId) -> bool {
        fn is_his(findings: &[Finding], person: UserId) -> bool {
            findings.iter().any(|finding| match finding {
                Finding::Path(path) => path.holder == Some(person) || is_his(&path.reading, person),
                Finding::Implied { .. } | Finding::Rewrite { .. } | Finding::Explode { .. } | Finding::Missing(_) => {
                    false
                }
            })
        }
        let mut behind = self.findings().filter_map(|f| if let Finding::Path(path) = f { Some(path) } else { None });
        behind.any(|path| is_his(&path.reading, person))
    }
}
