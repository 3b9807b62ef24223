use super::Via;
use crate::{
    access::AccessQuery,
    check::Engine,
    decision::{Bound, Holding},
    plan::needed_to_give,
    resolve::heard,
    solve::Scan,
    source::{GrantIndex, GrantSource, Located, Moment, Place, SpokenRow, Subject},
};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_types::{Capabilities, Capability, Grant, GrantId, Holder, Permission, Resource, UserId};

/// What would have to be done before a refused question could be allowed: see
/// [`Engine::explain`](crate::Engine::explain).
///
/// The steps named are the nearest to who asks; behind them there may be more.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let ended = world.row(ann, bob, "fs:/ann:write");
/// ended.expires_at = Some(Moment::UNIX_EPOCH);
/// let ended = ended.clone();
/// let told = world.explain(bob, "fs:/ann:read");
/// let Some(Finding::Missing(missing)) = told.reading.last() else { panic!("a missing step") };
/// assert_eq!((missing.holder, missing.issuer), (Some(bob), Some(ann)));
/// assert_eq!(missing.grant, Some((ended.id, ended.resource)));
/// let (gives, _) = missing.gives.as_ref().unwrap();
/// assert!(gives.has(Capability::Write), "more than was asked for");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What is in the way.
    pub reason: MissingReason,
    /// What is missing there, as text.
    pub permission: Permission,
    /// Who lacks it; nobody for what no person stands behind.
    pub holder: Option<UserId>,
    /// The grant that gives nothing now, and what it stands on.
    pub grant: Option<(GrantId, Resource)>,
    /// Who gave that grant.
    pub issuer: Option<UserId>,
    /// What that grant would give, and how it would reach who lacks it.
    pub gives: Option<(Capabilities, Via)>,
    /// Who could give what is missing, the owner first: looked for among him and those whose rows speak here, at most
    /// 20; [`Engine::name_who_could_grant`] looks among everybody. Empty unless the reason is
    /// [`MissingReason::NotGranted`].
    pub could_grant: Vec<UserId>,
}

/// What is in the way.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let mut why = |world: &mut Sandbox| match world.explain(bob, "fs:/ann:read").reading.pop() {
///     Some(Finding::Missing(missing)) => Some(missing.reason),
///     _ => None,
/// };
/// assert_eq!(why(&mut world), Some(MissingReason::NotGranted));
/// world.row(ann, Holder::Everyone, "fs:/ann:read");
/// let deny = world.give_exact(ann, bob, "fs:/ann:none").unwrap();
/// assert_eq!(why(&mut world), Some(MissingReason::Silenced { by: deny.id }));
/// world.revoke(&deny, RevokeMode::Cascade);
/// assert_eq!(why(&mut world), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingReason {
    /// Nobody gave it.
    NotGranted,
    /// The grant has ended.
    Expired {
        /// When.
        at: Moment,
    },
    /// The grant is silenced; without a grant, whatever would be given is.
    Silenced {
        /// By this exact row.
        by: GrantId,
    },
    /// Its owner keeps it back there from everybody else.
    KeptBack,
    /// The account of the person, or of the issuer of the grant, is not active.
    Suspended,
    /// The question did not end within its limits.
    OverLimit {
        /// Which one.
        bound: Bound,
    },
}

/// The most steps that are named, and the most people who could grant one.
const MAX_STEPS: usize = 20;
/// How many people are followed at most, and how many are asked about whom the question did not meet.
const MAX_PEOPLE: usize = 200;

/// How many pages of those who have access are looked through.
const MAX_PAGES: usize = 20;

impl<S: GrantIndex> Engine<S> {
    /// Who could give what each of `missing` lacks on `resource`: of all who have access there and may be told, the
    /// first 20, the owner first. Those who have access are looked through once, 20 pages of them at most.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, Finding, MemorySource, Moment, access::AccessQuery};
    /// use vouchsafe_types::{Access, Actor, Permission};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// source.add_grant(ann, bob, home, Access::Manage);
    ///
    /// let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
    /// let asked: Permission = "fs:/ann:read".parse()?;
    /// let Ok(mut told) = engine.explain(&mut source, &Actor::User(eve), &asked, now);
    /// let Some(Finding::Missing(missing)) = told.reading.last_mut() else { panic!("a missing step") };
    /// assert_eq!(missing.could_grant, [ann], "eve has nothing to do with bob");
    /// let query = AccessQuery::all(100);
    /// let Ok(()) = engine.name_who_could_grant(&mut source, &mut [&mut *missing], &home.into(), &query, now);
    /// assert_eq!(missing.could_grant, [ann, bob]);
    /// # Ok::<(), vouchsafe_types::PermissionError>(())
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn name_who_could_grant(
        &self,
        source: &mut S,
        missing: &mut [&mut Missing],
        resource: &Resource,
        query: &AccessQuery<'_>,
        now: Moment,
    ) -> Result<(), S::Error> {
        missing.iter_mut().for_each(|step| step.could_grant.clear());
        let mut after = None;
        for _ in 0..MAX_PAGES {
            if missing.iter().all(|step| step.could_grant.len() >= MAX_STEPS) {
                break;
            }
            let query = AccessQuery { after: after.as_ref(), ..*query };
            let page = self.who_has_access(source, resource, &query, now)?;
            for reach in page.items {
                let Holder::User(user) = reach.holder else { continue };
                if !source.is_active(user)? {
                    continue;
                }
                for step in missing.iter_mut().filter(|step| step.can_be_given_by(user, reach.capabilities)) {
                    step.could_grant.push(user);
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        Ok(())
    }
}

impl Missing {
    /// Whether somebody else who has this much could give it, and there is room for his name.
    fn can_be_given_by(&self, user: UserId, has: Capabilities) -> bool {
        let needed = needed_to_give(self.permission.granted());
        self.holder != Some(user) && has.covers(needed) && self.could_grant.len() < MAX_STEPS
    }
}

/// One search, from the actor outwards.
pub(super) struct Search<'a, S: GrantSource> {
    engine: &'a Engine<S>,
    source: &'a mut S,
    located: &'a Located,
    wanted: &'a Permission,
    now: Moment,
    /// What is known of everybody from the answer itself.
    known: BTreeMap<Subject, Capabilities>,
    /// How many people may still be asked about.
    left: usize,
}

/// Somebody who lacks something, and what.
struct Lack {
    subject: Subject,
    capabilities: Capabilities,
    permission: Permission,
}

impl<'a, S: GrantSource> Search<'a, S> {
    pub(super) fn new(
        engine: &'a Engine<S>,
        source: &'a mut S,
        (located, scan): (&'a Located, &Scan),
        wanted: &'a Permission,
        now: Moment,
    ) -> Self {
        let here = scan.nodes.iter().filter(|node| node.distance == 0);
        let known = here.map(|node| (node.subject.clone(), scan.left_of(node))).collect();
        Self { engine, source, located, wanted, now, known, left: MAX_PEOPLE }
    }

    /// The missing steps that lie nearest to the asking subject.
    pub(super) fn nearest(mut self, subject: Subject, holding: &Holding) -> Result<Vec<Missing>, S::Error> {
        if let Some(bound) = holding.bound {
            return Ok(vec![self.step(&subject, self.wanted, MissingReason::OverLimit { bound }, None)]);
        }
        let Located::At(place) = self.located else { return Ok(Vec::new()) };
        let first = self.first(subject, holding)?;
        if let Some(person) = first.subject.person()
            && !self.source.is_active(person)?
        {
            return Ok(vec![self.step(&first.subject, self.wanted, MissingReason::Suspended, None)]);
        }
        self.outwards(first, place)
    }

    /// What somebody has on the place; nothing for whom there is no more room to ask.
    fn holding(&mut self, subject: &Subject) -> Result<Capabilities, S::Error> {
        if let Some(has) = self.known.get(subject) {
            return Ok(*has);
        }
        let Some(left) = self.left.checked_sub(1) else { return Ok(Capabilities::NONE) };
        self.left = left;
        let scan = self.engine.scan(self.source, [subject.clone()], self.located, self.now)?;
        let has = scan.holding().capabilities;
        self.known.insert(subject.clone(), has);
        Ok(has)
    }

    /// Whether it is the person who lacks it, or only what acts for him.
    fn first(&mut self, subject: Subject, holding: &Holding) -> Result<Lack, S::Error> {
        let demanded = self.wanted.demanded();
        let person = subject.person().map(Subject::User).filter(|person| *person != subject);
        if let Some(person) = person {
            let has = self.holding(&person)?;
            if !has.covers(demanded) {
                return Ok(Lack { subject: person, capabilities: demanded - has, permission: self.wanted.clone() });
            }
        }
        let capabilities = demanded - holding.capabilities;
        Ok(Lack { subject, capabilities, permission: self.wanted.clone() })
    }

    /// From lack to lack: who would give it lacks it himself, or is kept from giving it.
    fn outwards(&mut self, first: Lack, place: &Place) -> Result<Vec<Missing>, S::Error> {
        let mut seen = BTreeSet::from([first.subject.clone()]);
        let mut front = vec![first];
        loop {
            let (mut broken, mut behind) = (Vec::new(), Vec::new());
            for lack in &front {
                let with_it = self.holding(&lack.subject)? | lack.capabilities;
                if !place.restrictions.cut(with_it).covers(lack.capabilities) {
                    broken.push(self.step(&lack.subject, &lack.permission, MissingReason::KeptBack, None));
                    continue;
                }
                let rows = self.source.rows(&place.resource, &lack.subject, self.engine.limits().rows)?;
                let silence = Silence::new(&rows, place, self.now);
                for row in rows.iter().filter(|row| row.grant.capabilities.intersects(lack.capabilities)) {
                    match silence.why_not(row) {
                        Some(reason) => {
                            broken.push(self.step(&lack.subject, &lack.permission, reason, Some(&row.grant)));
                        }
                        None if seen.insert(Subject::User(row.grant.issuer)) => {
                            behind.extend(self.issuer_lack(lack, &row.grant)?);
                        }
                        None => {}
                    }
                }
            }
            if !broken.is_empty() {
                broken.truncate(MAX_STEPS);
                return Ok(broken);
            }
            if behind.is_empty() || seen.len() > MAX_PEOPLE {
                return front.into_iter().take(MAX_STEPS).map(|lack| self.not_granted(&lack, place)).collect();
            }
            front = behind;
        }
    }

    /// What the issuer of a row would need to give what is lacking.
    fn issuer_lack(&mut self, lack: &Lack, grant: &Grant) -> Result<Option<Lack>, S::Error> {
        let subject = Subject::User(grant.issuer);
        let has = self.holding(&subject)?;
        let capabilities = (lack.capabilities | Capability::Share.into()) - has;
        let permission = self.wanted.to_manage();
        Ok((!capabilities.is_empty()).then_some(Lack { subject, capabilities, permission }))
    }

    /// That nobody gave it; or that it would be in vain.
    fn not_granted(&mut self, lack: &Lack, place: &Place) -> Result<Missing, S::Error> {
        let needed = needed_to_give(lack.permission.granted());
        let rows = self.source.rows(&place.resource, &lack.subject, self.engine.limits().rows)?;
        let silences_all = |row: &&SpokenRow| row.distance == 0 && row.grant.holder.rank() == 0;
        if let Some(row) = exact(&rows, self.now).find(silences_all) {
            let reason = MissingReason::Silenced { by: row.grant.id };
            return Ok(self.step(&lack.subject, &lack.permission, reason, None));
        }
        let mut could_grant: Vec<UserId> = Vec::new();
        let mut seen: BTreeSet<UserId> = lack.subject.person().into_iter().collect();
        for person in place.owner.into_iter().chain(rows.iter().map(|row| row.grant.issuer)) {
            if could_grant.len() >= MAX_STEPS {
                break;
            }
            if seen.insert(person) && self.holding(&Subject::User(person))?.covers(needed) {
                could_grant.push(person);
            }
        }
        Ok(Missing { could_grant, ..self.step(&lack.subject, &lack.permission, MissingReason::NotGranted, None) })
    }

    fn step(&self, subject: &Subject, what: &Permission, reason: MissingReason, grant: Option<&Grant>) -> Missing {
        Missing {
            reason,
            permission: what.clone(),
            holder: subject.person(),
            grant: grant.map(|g| (g.id, g.resource.clone())),
            issuer: grant.map(|g| g.issuer),
            gives: grant.map(|g| (g.capabilities, Via::from(&g.holder))),
            could_grant: Vec::new(),
        }
    }
}

/// Which of somebody's rows are heard, and what silences the others.
struct Silence<'r> {
    rows: &'r [SpokenRow],
    heard: Vec<&'r SpokenRow>,
    now: Moment,
}

fn exact(rows: &[SpokenRow], now: Moment) -> impl Iterator<Item = &SpokenRow> {
    rows.iter().filter(move |row| row.grant.exact && !row.grant.is_expired(now))
}

impl<'r> Silence<'r> {
    fn new(rows: &'r [SpokenRow], place: &Place, now: Moment) -> Self {
        Self { rows, heard: heard(rows, 0, place.is_file, now), now }
    }

    /// What keeps a row from giving, apart from what its issuer has.
    fn why_not(&self, row: &SpokenRow) -> Option<MissingReason> {
        if let Some(at) = row.grant.expires_at.filter(|at| *at <= self.now) {
            return Some(MissingReason::Expired { at });
        }
        if !self.heard.iter().any(|heard| heard.grant.id == row.grant.id) {
            return self.silenced_by(row).map(|by| MissingReason::Silenced { by });
        }
        (!row.is_issuer_active).then_some(MissingReason::Suspended)
    }

    /// The exact row that silences another row: the one that governs, if it does.
    fn silenced_by(&self, row: &SpokenRow) -> Option<GrantId> {
        let does = |by: &&SpokenRow| {
            row.grant.exact || by.distance <= row.distance && by.grant.holder.rank() <= row.grant.holder.rank()
        };
        let governing = self.heard.iter().copied().filter(|row| row.grant.exact);
        governing.chain(exact(self.rows, self.now)).find(does).map(|by| by.grant.id)
    }
}

#[cfg(test)]
mod tests;
