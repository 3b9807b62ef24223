//! Walks grants: collects what an answer depends on, from the asking subject outwards and no further.

use crate::{
    decision::Bound,
    imply::ImplyRule,
    resolve::heard,
    solve::{Dependant, Gift, NOBODY, Node, Scan},
    source::{GrantSource, Limits, Moment, Place, SpokenRow, Subject},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vouchsafe_types::{Capabilities, Grant, GrantId, Holder, Restrictions, UserId};

/// What would be different if something planned were written: the walk then takes every account for active and nothing
/// for kept back, because an account that is asleep has not lost its authority.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edits {
    /// Grants that would be gone.
    pub(crate) removed: BTreeSet<GrantId>,
    /// Grants that would have another issuer.
    pub(crate) reissued: BTreeMap<GrantId, UserId>,
}

impl Edits {
    /// The issuer of a grant once the edits are made.
    pub(crate) fn issuer_of(&self, grant: &Grant) -> UserId {
        self.reissued.get(&grant.id).copied().unwrap_or(grant.issuer)
    }

    fn applied(&self, mut row: SpokenRow) -> Option<SpokenRow> {
        row.grant.issuer = self.issuer_of(&row.grant);
        row.is_issuer_active = true;
        (!self.removed.contains(&row.grant.id)).then_some(row)
    }
}

/// One question to the engine, and how far it may go for the answer.
pub(crate) struct Scanner<'a, S: GrantSource> {
    source: &'a mut S,
    rules: &'a [Box<dyn ImplyRule<S>>],
    limits: Limits,
    place: &'a Place,
    now: Moment,
    edits: Option<&'a Edits>,
    scan: Scan,
    index: HashMap<(Subject, u32), usize>,
    rows: HashMap<Subject, Vec<SpokenRow>>,
    /// Unknowns whose dependencies are not collected yet.
    open: Vec<usize>,
    row_count: usize,
    step_count: usize,
}

/// Why a walk ends early.
enum Stop<E> {
    Bound(Bound),
    Source(E),
}

impl<E> From<E> for Stop<E> {
    fn from(error: E) -> Self {
        Self::Source(error)
    }
}

impl<'a, S: GrantSource> Scanner<'a, S> {
    pub(crate) fn new(
        source: &'a mut S,
        rules: &'a [Box<dyn ImplyRule<S>>],
        limits: Limits,
        place: &'a Place,
        now: Moment,
    ) -> Self {
        Self {
            source,
            rules,
            limits,
            place,
            now,
            edits: None,
            scan: Scan::default(),
            index: HashMap::new(),
            rows: HashMap::new(),
            open: Vec::new(),
            row_count: 0,
            step_count: 0,
        }
    }

    /// As if these edits were made.
    pub(crate) const fn with_edits(mut self, edits: &'a Edits) -> Self {
        self.edits = Some(edits);
        self
    }

    /// What each of `subjects` has on the place, if it is active, with the way it came about. What they depend on
    /// together is asked once.
    pub(crate) fn scan(mut self, subjects: Vec<(Subject, bool)>) -> Result<Scan, S::Error> {
        for (subject, is_active) in subjects {
            let at = if is_active { self.unknown(subject, 0) } else { NOBODY };
            self.scan.asked.push(at);
        }
        // What is kept back now is no authority that is lost: see [`Edits`].
        self.scan.restrictions = if self.edits.is_none() { self.place.restrictions } else { Restrictions::NONE };
        match self.walk() {
            Ok(()) => self.scan.solve(),
            Err(Stop::Bound(bound)) => self.scan.bound = Some(bound),
            Err(Stop::Source(error)) => return Err(error),
        }
        Ok(self.scan)
    }

    fn walk(&mut self) -> Result<(), Stop<S::Error>> {
        while let Some(at) = self.open.pop() {
            let Some((subject, distance)) = self.scan.nodes.get(at).map(|n| (n.subject.clone(), n.distance)) else {
                continue;
            };
            self.step()?;
            self.imply(at, &subject, distance)?;
            if let (Some(person), false) = (subject.person(), matches!(subject, Subject::User(_))) {
                let person = self.depend(Dependant::Helper(at), Subject::User(person), distance)?;
                self.change(at, |node| node.person = Some(person));
            }
            if self.scan.nodes.get(at).is_some_and(|n| n.implied == Capabilities::ALL) {
                continue;
            }
            for (grant, level) in self.heard(&subject, distance)? {
                let gift = self.gift(at, &subject, distance, grant, level)?;
                self.change(at, |node| node.gifts.push(gift));
            }
        }
        Ok(())
    }

    fn imply(&mut self, at: usize, subject: &Subject, distance: u32) -> Result<(), Stop<S::Error>> {
        for rule in self.rules {
            let implied = rule.implied(self.source, subject, self.place, distance)?;
            self.change(at, |node| {
                if !implied.is_empty() {
                    node.implied_by.get_or_insert(rule.id());
                }
                node.implied = node.implied | implied;
            });
        }
        Ok(())
    }

    /// The rows heard there that can give something, whatever their issuers may do.
    fn heard(&mut self, subject: &Subject, distance: u32) -> Result<Vec<(Grant, u32)>, Stop<S::Error>> {
        self.load(subject)?;
        let rows = self.rows.get(subject).map_or(&[][..], Vec::as_slice);
        let is_file = self.place.is_file && distance == 0;
        let gives = |row: &&SpokenRow| row.is_issuer_active && !row.grant.capabilities.is_empty();
        let heard = heard(rows, distance, is_file, self.now);
        Ok(heard.into_iter().filter(gives).map(|r| (r.grant.clone(), r.distance)).collect())
    }

    fn load(&mut self, subject: &Subject) -> Result<(), Stop<S::Error>> {
        if self.rows.contains_key(subject) {
            return Ok(());
        }
        if self.rows.len() >= self.limits.users {
            return Err(Stop::Bound(Bound::Users));
        }
        let left = self.limits.rows.saturating_sub(self.row_count);
        let mut rows = self.source.rows(&self.place.resource, subject, left)?;
        if rows.len() > left {
            return Err(Stop::Bound(Bound::Rows));
        }
        if let Some(edits) = self.edits {
            rows = rows.into_iter().filter_map(|row| edits.applied(row)).collect();
        }
        self.row_count += rows.len();
        let expiries = rows.iter().filter(|r| !r.grant.is_expired(self.now)).filter_map(|r| r.grant.expires_at);
        self.scan.until = expiries.chain(self.scan.until).min();
        self.rows.insert(subject.clone(), rows);
        Ok(())
    }

    fn gift(
        &mut self,
        at: usize,
        subject: &Subject,
        distance: u32,
        grant: Grant,
        level: u32,
    ) -> Result<Gift, Stop<S::Error>> {
        let issuer = Subject::User(grant.issuer);
        let nth = self.scan.nodes.get(at).map_or(0, |node| node.gifts.len());
        let here = self.depend(Dependant::Gift(at, nth), issuer.clone(), distance)?;
        let there = if level == distance { here } else { self.depend(Dependant::Gift(at, nth), issuer, level)? };
        let to_helper = matches!(grant.holder, Holder::App { user: Some(_), .. } | Holder::Token(_));
        let is_own = to_helper && subject.person() == Some(grant.issuer);
        Ok(Gift { grant, here, there, is_own })
    }

    /// Notes that something depends on what `subject` has `distance` above.
    fn depend(&mut self, what: Dependant, subject: Subject, distance: u32) -> Result<usize, Stop<S::Error>> {
        self.step()?;
        let on = self.unknown(subject, distance);
        self.change(on, |node| node.dependants.push(what));
        Ok(on)
    }

    fn unknown(&mut self, subject: Subject, distance: u32) -> usize {
        let key = (subject, distance);
        if let Some(&at) = self.index.get(&key) {
            return at;
        }
        let at = self.scan.nodes.len();
        self.scan.nodes.push(Node::unknown(key.0.clone(), distance));
        self.index.insert(key, at);
        self.open.push(at);
        at
    }

    fn change(&mut self, at: usize, f: impl FnOnce(&mut Node)) {
        if let Some(node) = self.scan.nodes.get_mut(at) {
            f(node);
        }
    }

    fn step(&mut self) -> Result<(), Stop<S::Error>> {
        self.step_count += 1;
        if self.step_count > self.limits.steps { Err(Stop::Bound(Bound::Steps)) } else { Ok(()) }
    }
}
