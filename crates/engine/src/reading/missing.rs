use crate::{
    check::Engine,
    decision::{Bound, Holding},
    resolve::heard,
    source::{GrantSource, Located, Moment, Place, SpokenRow, Subject},
};
use std::collections::BTreeSet;
use vouchsafe_types::{Actor, Capabilities, Capability, Grant, GrantId, Permission, Resource, UserId};

/// What would have to be done before a refused question could be allowed: see
/// [`Engine::explain`](crate::Engine::explain).
///
/// The steps named are the nearest to who asks; behind them there may be more.
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
    /// Who could give what is missing, the owner first: looked for among him and those whose rows speak here, at most
    /// 20. Empty unless the reason is [`MissingReason::NotGranted`].
    pub could_grant: Vec<UserId>,
}

/// What is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingReason {
    /// Nobody gave it.
    NotGranted,
    /// The grant has ended.
    Expired {
        /// When.
        at: Moment,
    },
    /// The grant is silenced.
    Silenced {
        /// By this exact row.
        by: GrantId,
    },
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
/// How many people are asked about at most.
const MAX_PEOPLE: usize = 200;

/// One search, from the actor outwards.
pub(super) struct Search<'a, S: GrantSource> {
    pub(super) engine: &'a Engine<S>,
    pub(super) source: &'a mut S,
    pub(super) located: &'a Located,
    pub(super) wanted: &'a Permission,
    pub(super) now: Moment,
}

/// Somebody who lacks something, and what.
struct Lack {
    subject: Subject,
    capabilities: Capabilities,
    permission: Permission,
}

impl<S: GrantSource> Search<'_, S> {
    /// The missing steps that lie nearest to the asking subject.
    pub(super) fn nearest(mut self, subject: Subject, holding: &Holding) -> Result<Vec<Missing>, S::Error> {
        if let Some(bound) = holding.bound {
            return Ok(vec![self.step(&subject, self.wanted, MissingReason::OverLimit { bound }, None)]);
        }
        let Located::At(place) = self.located else { return Ok(Vec::new()) };
        let first = self.first(subject, holding, place)?;
        if let Some(person) = first.subject.person()
            && !self.source.is_active(person)?
        {
            return Ok(vec![self.step(&first.subject, self.wanted, MissingReason::Suspended, None)]);
        }
        self.outwards(first, place)
    }

    /// Whether it is the person who lacks it, or only what acts for him.
    fn first(&mut self, subject: Subject, holding: &Holding, place: &Place) -> Result<Lack, S::Error> {
        let demanded = self.wanted.demanded();
        let person = subject.person().map(Subject::User).filter(|person| *person != subject);
        if let Some(person) = person {
            let has = self.engine.holding_of(self.source, person.clone(), &place.resource, self.now)?.capabilities;
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
                let rows = self.source.rows(&place.resource, &lack.subject, self.engine.limits().rows)?;
                for row in rows.iter().filter(|row| row.grant.capabilities.intersects(lack.capabilities)) {
                    match self.why_not(row, &rows, place) {
                        Some(reason) => {
                            broken.push(self.step(&lack.subject, &lack.permission, reason, Some(&row.grant)))
                        }
                        None if seen.insert(Subject::User(row.grant.issuer)) => {
                            behind.extend(self.issuer_lack(lack, &row.grant, place)?);
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

    /// What keeps a row from giving, apart from what its issuer has.
    fn why_not(&self, row: &SpokenRow, rows: &[SpokenRow], place: &Place) -> Option<MissingReason> {
        if let Some(at) = row.grant.expires_at.filter(|at| *at <= self.now) {
            return Some(MissingReason::Expired { at });
        }
        let heard = heard(rows, 0, place.is_file, self.now);
        if heard.iter().all(|h| h.grant.id != row.grant.id) {
            let exact = |r: &&SpokenRow| r.grant.exact && !r.grant.is_expired(self.now);
            let governing = heard.into_iter().find(exact).or_else(|| rows.iter().find(exact));
            return governing.map(|by| MissingReason::Silenced { by: by.grant.id });
        }
        (!row.is_issuer_active).then_some(MissingReason::Suspended)
    }

    /// What the issuer of a row would need to give what is lacking.
    fn issuer_lack(&mut self, lack: &Lack, grant: &Grant, place: &Place) -> Result<Option<Lack>, S::Error> {
        let subject = Subject::User(grant.issuer);
        let has = self.engine.holding_of(self.source, subject.clone(), &place.resource, self.now)?.capabilities;
        let capabilities = (lack.capabilities | Capability::Share.into()) - has;
        let permission = self.wanted.to_manage();
        Ok((!capabilities.is_empty()).then_some(Lack { subject, capabilities, permission }))
    }

    fn not_granted(&mut self, lack: &Lack, place: &Place) -> Result<Missing, S::Error> {
        let needed = lack.permission.to_manage().demanded() | lack.permission.granted();
        let rows = self.source.rows(&place.resource, &lack.subject, self.engine.limits().rows)?;
        let mut could_grant: Vec<UserId> = Vec::new();
        for person in place.owner.into_iter().chain(rows.iter().map(|row| row.grant.issuer)) {
            if could_grant.len() >= MAX_STEPS || could_grant.contains(&person) {
                continue;
            }
            let has = self.engine.holding(self.source, &Actor::User(person), &place.resource, self.now)?;
            if has.capabilities.covers(needed) && lack.subject.person() != Some(person) {
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
            could_grant: Vec::new(),
        }
    }
}
