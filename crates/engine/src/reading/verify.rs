//! Checks a reading against the rows, without the scan: another program for the same rule, which follows only what
//! the reading claims.

use super::{Explanation, Finding, Path, Via};
use crate::source::{GrantIndex, Located, Moment, SpokenRow, Subject};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_types::{Access, Actor, Capabilities, Capability, Grant, GrantId, Permission, Resource, Target, UserId};

/// What is wrong with a reading: see [`Explanation::verify`].
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// world.row(ann, bob, "fs:/ann:read");
/// let (actor, asked) = (Actor::User(bob), "fs:/ann:read".parse().unwrap());
/// let told = world.explain(bob, "fs:/ann:read");
/// world.source.grants[0].capabilities = Access::See.capabilities(); // the row is another one now
/// let verdict = told.verify(&mut world.source, &actor, &asked, world.now);
/// assert_eq!(verdict, Ok(Err(Flaw::OtherGrant(world.source.grants[0].id))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It rewrites a name into something else than what the name stands for.
    #[error("`{0}` does not stand for what the reading says")]
    WrongRewrite(Permission),
    /// It names a rule that does not hold, or that is unknown here.
    #[error("the rule `{0}` does not give this")]
    RuleDoesNotHold(&'static str),
    /// It names a grant that there is not.
    #[error("there is no grant {0}")]
    NoSuchGrant(GrantId),
    /// It says something else about a grant than its row does.
    #[error("grant {0} is not as the reading says")]
    OtherGrant(GrantId),
    /// It says that a grant leads to an owner, and what it shows does not prove that.
    #[error("grant {0} does not lead to an owner")]
    NotProven(GrantId),
    /// What it shows proves less than it allows, or enough for what it denies.
    #[error("the findings do not prove the decision")]
    WrongDecision,
    /// It denies what the rows give.
    #[error("the rows give what is denied")]
    WrongDenial,
    /// A missing step is there after all, or is not as the reading says.
    #[error("the step that is said to be missing is not")]
    NotMissing,
}

/// The most rows of one person that are looked at.
const MAX_ROWS: usize = 100_000;

impl Explanation {
    /// Whether the findings are true, and prove the decision: at least what is demanded for an allowed question, not
    /// all of it for a denied one. Knows the rules of this crate; a finding by a rule of one's own is a flaw here.
    ///
    /// A denial is worked out anew from the rows, all of them that play a part. A reading that had to leave something out
    /// may prove too little. That a limit was hit is taken at its word.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, MemorySource, Moment, reading::Flaw};
    /// use vouchsafe_types::{Access, Actor, Permission};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// source.add_grant(ann, bob, home, Access::Read);
    ///
    /// let (actor, asked, now) = (Actor::User(bob), "fs:/ann:read".parse::<Permission>()?, Moment::UNIX_EPOCH);
    /// let Ok(mut told) = Engine::default().explain(&mut source, &actor, &asked, now);
    /// assert_eq!(told.verify(&mut source, &actor, &asked, now), Ok(Ok(())));
    ///
    /// told.reading.pop(); // without its only pathway
    /// assert_eq!(told.verify(&mut source, &actor, &asked, now), Ok(Err(Flaw::WrongDecision)));
    /// # Ok::<(), vouchsafe_types::PermissionError>(())
    /// ```
    ///
    /// # Errors
    /// The outer error is the source's own; the inner one is the first flaw found.
    pub fn verify<S: GrantIndex>(
        &self,
        source: &mut S,
        actor: &Actor,
        permission: &Permission,
        now: Moment,
    ) -> Result<Result<(), Flaw>, S::Error> {
        let (claimed, shown, proven) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        let mut verifier = Verifier { source, now, asked: permission.clone(), claimed, shown, proven };
        match verifier.explanation(self, actor, permission) {
            Ok(()) => Ok(Ok(())),
            Err(Stop::Flaw(flaw)) => Ok(Err(flaw)),
            Err(Stop::Source(error)) => Err(error),
        }
    }
}

pub(super) struct Verifier<'a, S: GrantIndex> {
    pub(super) source: &'a mut S,
    pub(super) now: Moment,
    /// What was asked, once names are resolved.
    pub(super) asked: Permission,
    /// The grants that are said to lead to an owner.
    claimed: BTreeSet<GrantId>,
    /// Those that do: on the asked resource, or where somebody behind them needs it.
    shown: BTreeSet<GrantId>,
    /// What was proven already. Every level of a reading is asked for what it proves here and where its grant stands:
    /// without this, each would double the work of the next.
    proven: BTreeMap<Claim, Capabilities>,
}

/// That findings, known by where they lie, prove something for somebody on something.
type Claim = (*const Finding, usize, Subject, Resource);

pub(super) enum Stop<E> {
    Flaw(Flaw),
    Source(E),
}

impl<E> From<E> for Stop<E> {
    fn from(error: E) -> Self {
        Self::Source(error)
    }
}

pub(super) fn flawed<T, E>(flaw: Flaw) -> Result<T, Stop<E>> {
    Err(Stop::Flaw(flaw))
}

impl<S: GrantIndex> Verifier<'_, S> {
    fn explanation(&mut self, told: &Explanation, actor: &Actor, asked: &Permission) -> Result<(), Stop<S::Error>> {
        let resolved = self.resolved(told, asked)?;
        self.asked = resolved.clone();
        let proven = match (&resolved.target, Subject::of_actor(actor)) {
            (Target::Resource(resource), Some(subject)) => self.proof(&told.reading, &subject, resource)?,
            _ => Capabilities::NONE,
        };
        if let Some(unproven) = self.claimed.difference(&self.shown).next() {
            return flawed(Flaw::NotProven(*unproven));
        }
        let demanded = resolved.demanded();
        let is_enough = !demanded.is_empty() && proven.covers(demanded);
        if is_enough != told.decision.allowed {
            return flawed(Flaw::WrongDecision);
        }
        match (&resolved.target, Subject::of_actor(actor)) {
            (Target::Resource(resource), Some(subject)) if told.decision.holding.bound.is_none() => {
                self.refusal(told, &subject, resource)
            }
            _ => Ok(()),
        }
    }

    /// The permission that the reading says is meant, if the names are right.
    fn resolved(&mut self, told: &Explanation, asked: &Permission) -> Result<Permission, Stop<S::Error>> {
        let rewritten = told.reading.iter().find_map(|finding| match finding {
            Finding::Rewrite { from, to } if from == asked => Some(to),
            _ => None,
        });
        let Some(to) = rewritten else { return Ok(asked.clone()) };
        let stands_for = match &asked.target {
            Target::EntryPath(path) => self.source.entry_at(path)?.map(Resource::Entry),
            Target::AppName(name) => self.source.app_named(name)?.map(Resource::App),
            Target::SiteName(name) => self.source.site_named(name)?.map(Resource::Site),
            Target::AppData(app) => self.source.app_data(app)?.map(Resource::Entry),
            Target::Resource(_) => None,
        };
        match stands_for {
            Some(resource) if asked.about(resource.clone()) == *to => Ok(to.clone()),
            _ => flawed(Flaw::WrongRewrite(asked.clone())),
        }
    }

    /// What the findings prove that `subject` has on `on`.
    fn proof(
        &mut self,
        findings: &[Finding],
        subject: &Subject,
        on: &Resource,
    ) -> Result<Capabilities, Stop<S::Error>> {
        let claim = (findings.as_ptr(), findings.len(), subject.clone(), on.clone());
        if let Some(proven) = self.proven.get(&claim) {
            return Ok(*proven);
        }
        let proven = self.proven_anew(findings, subject, on)?;
        self.proven.insert(claim, proven);
        Ok(proven)
    }

    fn proven_anew(
        &mut self,
        findings: &[Finding],
        subject: &Subject,
        on: &Resource,
    ) -> Result<Capabilities, Stop<S::Error>> {
        if let Some(person) = subject.person()
            && !self.source.is_active(person)?
        {
            return Ok(Capabilities::NONE);
        }
        let heard = self.heard(subject, on)?;
        let (mut given, mut of_person) = (Capabilities::NONE, Capabilities::NONE);
        for finding in findings {
            match finding {
                Finding::Implied { by, holder, permission } if *holder == subject.person() => {
                    if *permission != self.asked {
                        return flawed(Flaw::RuleDoesNotHold(by));
                    }
                    let (own, persons) = self.implied(by, subject, on)?;
                    (given, of_person) = (given | own, of_person | persons);
                }
                Finding::Path(path) => {
                    let row = heard.iter().find(|row| row.grant.id == path.grant);
                    let (gives, of_maker) = self.path(path, row, subject, on)?;
                    (given, of_person) = (given | gives, of_person | of_maker);
                }
                _ => {}
            }
        }
        match subject.person().filter(|person| *subject != Subject::User(*person)) {
            Some(person) => Ok(given & (of_person | self.proof(findings, &Subject::User(person), on)?)),
            None => self.cut(given, subject, on),
        }
    }

    /// What the owner of the place leaves of what somebody else was given.
    fn cut(&mut self, given: Capabilities, subject: &Subject, on: &Resource) -> Result<Capabilities, Stop<S::Error>> {
        let Located::At(place) = self.source.place(on)? else { return Ok(Capabilities::NONE) };
        let is_owner = subject.person().is_some() && subject.person() == place.owner;
        Ok(if is_owner { given } else { place.restrictions.cut(given) })
    }

    /// What a pathway proves: what its grant gives and, for a gift to what acts for the issuer, what he has himself.
    fn path(
        &mut self,
        path: &Path,
        row: Option<&SpokenRow>,
        subject: &Subject,
        on: &Resource,
    ) -> Result<(Capabilities, Capabilities), Stop<S::Error>> {
        if path.has_terminal {
            self.claimed.insert(path.grant);
        }
        let nothing = (Capabilities::NONE, Capabilities::NONE);
        let Some(row) = row else { return Ok(nothing) };
        let grant = &row.grant;
        if path.holder != subject.person() || !self.is_as_told(path, grant)? {
            return flawed(Flaw::OtherGrant(grant.id));
        }
        let issuer = Subject::User(grant.issuer);
        let here = self.proof(&path.reading, &issuer, on)?;
        let there = self.proof(&path.reading, &issuer, &grant.resource)?;
        let is_own = is_own(grant, subject);
        let kept_back = Capabilities::of(&[Capability::Share, Capability::Manage, Capability::Delegate]);
        let gives = match (is_own, there.has(Capability::Share), there.has(Capability::Delegate)) {
            (true, _, _) | (false, true, true) => grant.capabilities & here,
            (false, true, false) => (grant.capabilities & here) - kept_back,
            (false, false, _) => Capabilities::NONE,
        };
        if gives.is_empty() || !row.is_issuer_active || !path.has_terminal {
            return Ok(nothing);
        }
        self.shown.insert(grant.id);
        Ok((gives, if is_own { here } else { Capabilities::NONE }))
    }

    fn is_as_told(&mut self, path: &Path, grant: &Grant) -> Result<bool, S::Error> {
        Ok(path.issuer == grant.issuer
            && path.resource == grant.resource
            && path.via == Via::from(&grant.holder)
            && path.capabilities == grant.capabilities
            && self.source.grant(grant.id)?.as_ref() == Some(grant))
    }

    /// The subject's rows that speak on `on` and are not silenced there.
    pub(super) fn heard(&mut self, subject: &Subject, on: &Resource) -> Result<Vec<SpokenRow>, Stop<S::Error>> {
        let Located::At(place) = self.source.place(on)? else { return Ok(Vec::new()) };
        let mut rows = self.source.rows(on, subject, MAX_ROWS)?;
        rows.retain(|row| !row.grant.is_expired(self.now));
        let strength = |row: &SpokenRow| {
            let inherited = place.is_file && row.distance > 0;
            (inherited, row.grant.holder.rank(), row.distance, 100 - restriction(row.grant.capabilities))
        };
        let exact: Vec<SpokenRow> = rows.iter().filter(|row| row.grant.exact).cloned().collect();
        let strongest = exact.iter().map(|row| (strength(row), row.grant.capabilities.len())).min();
        rows.retain(|row| match row.grant.exact {
            true => Some((strength(row), row.grant.capabilities.len())) == strongest,
            false => {
                !exact.iter().any(|x| x.distance <= row.distance && x.grant.holder.rank() <= row.grant.holder.rank())
            }
        });
        Ok(rows)
    }

    /// What a rule gives the subject itself, and what it gives the person behind it.
    pub(super) fn implied(
        &mut self,
        by: &'static str,
        subject: &Subject,
        on: &Resource,
    ) -> Result<(Capabilities, Capabilities), Stop<S::Error>> {
        let Located::At(place) = self.source.place(on)? else { return Ok((Capabilities::NONE, Capabilities::NONE)) };
        let all_if = |holds: bool| if holds { Capabilities::ALL } else { Capabilities::NONE };
        let of_self = match (by, subject, on) {
            ("is-owner", _, _) => all_if(place.owner.is_some() && place.owner == subject.person()),
            ("user-set-own", _, Resource::Named(name)) => all_if(is_named_after(name.components(), subject.person())),
            ("own-app", Subject::App { app, .. }, Resource::App(asked)) if app == asked => Access::Read.capabilities(),
            ("app-data", Subject::App { app, .. }, Resource::Entry(e)) => all_if(self.source.is_in_app_data(*e, app)?),
            ("in-site", Subject::Site { site, user }, Resource::Entry(e)) => {
                all_if(self.source.is_in_site(*e, *site, *user)?)
                    & Capabilities::of(&[Capability::See, Capability::List, Capability::Read])
            }
            ("user-set-own" | "own-app" | "app-data" | "in-site", _, _) => Capabilities::NONE,
            _ => return flawed(Flaw::RuleDoesNotHold(by)),
        };
        let is_persons = matches!(by, "is-owner" | "user-set-own");
        let is_person = matches!(subject, Subject::User(_));
        Ok(match (is_persons, is_person) {
            (true, true) => (of_self, of_self),
            (true, false) => (Capabilities::NONE, of_self),
            (false, _) => (of_self, Capabilities::NONE),
        })
    }
}

pub(super) fn is_own(grant: &Grant, subject: &Subject) -> bool {
    let via = Via::from(&grant.holder);
    matches!(via, Via::UserApp | Via::AccessToken) && subject.person() == Some(grant.issuer)
}

fn is_named_after(name: &[String], person: Option<UserId>) -> bool {
    let [family, whom, ..] = name else { return false };
    let is_personal = ["user", "apps-of-user", "subdomains-of-user"].contains(&family.as_str());
    is_personal && person.is_some_and(|person| *whom == person.to_string())
}

/// ONLYOFFICE's order of values, from the least restrictive to the most.
fn restriction(capabilities: Capabilities) -> usize {
    const ORDER: [Access; 8] = [
        Access::Write,
        Access::Filter,
        Access::Review,
        Access::Fill,
        Access::Comment,
        Access::Read,
        Access::List,
        Access::See,
    ];
    ORDER.iter().position(|access| capabilities.covers(access.capabilities())).unwrap_or(ORDER.len())
}
