//! Checks a refusal: whether the rows give what is denied, and whether what is said to be missing is.
//!
//! What somebody has is worked out in rounds over everybody who plays a part, from nothing, until nothing changes: the
//! slow and plain way, which shares no code with the scan.

use super::{
    Explanation, Finding, Missing, MissingReason, Via,
    verify::{Flaw, Stop, Verifier, flawed, is_own},
};
use crate::{
    plan::needed_to_give,
    source::{GrantIndex, Located, SpokenRow, Subject},
};
use std::collections::BTreeMap;
use vouchsafe_types::{Capabilities, Capability, Grant, GrantId, Resource, Restrictions};

/// The rules of this crate, by their names in readings.
const RULES: [&str; 5] = ["is-owner", "user-set-own", "own-app", "app-data", "in-site"];

/// That somebody has something on something.
type Unknown = (Subject, Resource);

/// What plays a part for one unknown, whatever the others are.
struct Facts {
    is_active: bool,
    implied: Capabilities,
    rows: Vec<SpokenRow>,
    /// What the owner keeps back there from everybody else.
    restrictions: Restrictions,
}

impl<S: GrantIndex> Verifier<'_, S> {
    /// Whether a decision denies rightly, and every step that it says is missing is.
    pub(super) fn refusal(&mut self, told: &Explanation, asker: &Subject, on: &Resource) -> Result<(), Stop<S::Error>> {
        let demanded = self.asked.demanded();
        if !told.decision.allowed && !demanded.is_empty() && self.has(asker, on)?.covers(demanded) {
            return flawed(Flaw::WrongDenial);
        }
        for finding in &told.reading {
            if let Finding::Missing(missing) = finding {
                self.missing(missing, asker, on)?;
            }
        }
        Ok(())
    }

    /// What a subject has.
    fn has(&mut self, subject: &Subject, on: &Resource) -> Result<Capabilities, Stop<S::Error>> {
        let asked = (subject.clone(), on.clone());
        let mut values = BTreeMap::from([(asked.clone(), Capabilities::NONE)]);
        let mut facts: BTreeMap<Unknown, Facts> = BTreeMap::new();
        loop {
            let before = values.clone();
            for unknown in before.keys() {
                if !facts.contains_key(unknown) {
                    let found = self.facts(unknown)?;
                    facts.insert(unknown.clone(), found);
                }
                if let Some(facts) = facts.get(unknown) {
                    let value = worth(facts, unknown, &mut values);
                    values.insert(unknown.clone(), value);
                }
            }
            if values == before {
                return Ok(values.get(&asked).copied().unwrap_or(Capabilities::NONE));
            }
        }
    }

    fn facts(&mut self, (subject, on): &Unknown) -> Result<Facts, Stop<S::Error>> {
        let is_active = match subject.person() {
            Some(person) => self.source.is_active(person)?,
            None => true,
        };
        let mut implied = Capabilities::NONE;
        for rule in RULES {
            implied = implied | self.implied(rule, subject, on)?.0;
        }
        let restrictions = match self.source.place(on)? {
            Located::At(place) => place.restrictions,
            Located::Absent | Located::TooDeep => Restrictions::NONE,
        };
        Ok(Facts { is_active, implied, rows: self.heard(subject, on)?, restrictions })
    }

    /// Whether a step that is said to be missing is.
    fn missing(&mut self, missing: &Missing, asker: &Subject, on: &Resource) -> Result<(), Stop<S::Error>> {
        let grant = match &missing.grant {
            Some((id, _)) => Some(self.source.grant(*id)?.ok_or(Stop::Flaw(Flaw::NoSuchGrant(*id)))?),
            None => None,
        };
        // The person, or what acts for him.
        let both = missing.holder.map(Subject::User).into_iter().chain([asker.clone()]);
        let meant: Vec<Subject> = both.filter(|subject| subject.person() == missing.holder).collect();
        if !self.is_as_it_is(missing, grant.as_ref(), &meant, on)? {
            return flawed(Flaw::NotMissing);
        }
        let is_missing = match (missing.reason, &grant) {
            (MissingReason::Expired { at }, Some(grant)) => grant.expires_at == Some(at) && at <= self.now,
            (MissingReason::Silenced { by }, _) => {
                self.is_silenced(grant.as_ref(), by, &meant, on)? && self.is_lacking(missing, &meant, on)?
            }
            (MissingReason::KeptBack, None) => {
                self.is_kept_back(missing, &meant, on)? && self.is_lacking(missing, &meant, on)?
            }
            (MissingReason::Suspended, Some(grant)) => !self.source.is_active(grant.issuer)?,
            (MissingReason::Suspended, None) => match missing.holder {
                Some(person) => !self.source.is_active(person)?,
                None => false,
            },
            (MissingReason::NotGranted, None) => self.is_lacking(missing, &meant, on)?,
            (MissingReason::OverLimit { .. }, None) => true,
            _ => false,
        };
        if is_missing { Ok(()) } else { flawed(Flaw::NotMissing) }
    }

    /// Whether what is said about a missing step is said of the right people and things.
    fn is_as_it_is(
        &mut self,
        missing: &Missing,
        grant: Option<&Grant>,
        meant: &[Subject],
        on: &Resource,
    ) -> Result<bool, Stop<S::Error>> {
        let asked = &self.asked;
        let is_about = missing.permission.target == asked.target
            && missing.permission.ask == asked.ask
            && missing.permission.manage >= asked.manage;
        let Some(grant) = grant else {
            return Ok(is_about && missing.grant.is_none() && missing.issuer.is_none() && missing.gives.is_none());
        };
        let gives = (grant.capabilities, Via::from(&grant.holder));
        let stands = missing.grant.as_ref().is_some_and(|(id, on)| *id == grant.id && *on == grant.resource);
        let mut speaks = false;
        for subject in meant {
            let rows = self.source.rows(on, subject, usize::MAX)?;
            speaks |= rows.iter().any(|row| row.grant.id == grant.id);
        }
        Ok(is_about
            && stands
            && speaks
            && missing.issuer == Some(grant.issuer)
            && missing.gives == Some(gives)
            && missing.could_grant.is_empty())
    }

    /// Whether somebody lacks what is said to be missing, and those who are named could give it.
    fn is_lacking(&mut self, missing: &Missing, meant: &[Subject], on: &Resource) -> Result<bool, Stop<S::Error>> {
        // To give everything takes everything, which no text with `manage:` demands.
        let (wanted, mut lacks) = (self.asked.demanded() | missing.permission.demanded(), false);
        for subject in meant {
            lacks |= !self.has(subject, on)?.covers(wanted);
        }
        let needed = needed_to_give(missing.permission.granted());
        for person in &missing.could_grant {
            lacks &= self.has(&Subject::User(*person), on)?.covers(needed);
        }
        Ok(lacks)
    }

    /// Whether an exact row silences a grant; without one, whatever could be given on the thing itself.
    fn is_silenced(
        &mut self,
        grant: Option<&Grant>,
        by: GrantId,
        meant: &[Subject],
        on: &Resource,
    ) -> Result<bool, Stop<S::Error>> {
        for subject in meant {
            let rows = self.source.rows(on, subject, usize::MAX)?;
            let now = self.now;
            let find = |id: GrantId| rows.iter().find(|row| row.grant.id == id && !row.grant.is_expired(now));
            let Some(by) = find(by).filter(|by| by.grant.exact) else { continue };
            let heard = self.heard(subject, on)?;
            let is_heard = |id: GrantId| heard.iter().any(|row| row.grant.id == id);
            let silences = match grant.and_then(|grant| find(grant.id)) {
                None if grant.is_none() => by.distance == 0 && by.grant.holder.rank() == 0,
                Some(row) if is_heard(row.grant.id) => false,
                Some(row) if row.grant.exact => is_heard(by.grant.id),
                Some(row) => by.distance <= row.distance && by.grant.holder.rank() <= row.grant.holder.rank(),
                None => false,
            };
            if silences {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the owner keeps back something of what is said to be missing.
    fn is_kept_back(&mut self, missing: &Missing, meant: &[Subject], on: &Resource) -> Result<bool, Stop<S::Error>> {
        let Located::At(place) = self.source.place(on)? else { return Ok(false) };
        let wanted = self.asked.demanded() | missing.permission.demanded();
        let mut is_kept_back = false;
        for subject in meant {
            let with_it = self.has(subject, on)? | wanted;
            is_kept_back |= !place.restrictions.cut(with_it).covers(wanted);
        }
        Ok(is_kept_back)
    }
}

/// What an unknown is worth, with what is known of the others so far; what it needs to know is asked for.
fn worth(facts: &Facts, (subject, on): &Unknown, values: &mut BTreeMap<Unknown, Capabilities>) -> Capabilities {
    let kept_back = Capabilities::of(&[Capability::Share, Capability::Manage, Capability::Delegate]);
    let mut value = |who: Subject, on: &Resource| *values.entry((who, on.clone())).or_insert(Capabilities::NONE);
    if !facts.is_active {
        return Capabilities::NONE;
    }
    let mut all = facts.implied;
    for row in facts.rows.iter().filter(|row| row.is_issuer_active) {
        let issuer = Subject::User(row.grant.issuer);
        let cut = row.grant.capabilities & value(issuer.clone(), on);
        let there = value(issuer, &row.grant.resource);
        all = all
            | match (is_own(&row.grant, subject), there.has(Capability::Share), there.has(Capability::Delegate)) {
                (true, _, _) | (false, true, true) => cut,
                (false, true, false) => cut - kept_back,
                (false, false, _) => Capabilities::NONE,
            };
    }
    match subject.person().filter(|person| *subject != Subject::User(*person)) {
        Some(person) => all & value(Subject::User(person), on),
        None => facts.implied | facts.restrictions.cut(all),
    }
}
