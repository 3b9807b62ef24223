//! The wiki answers the engine.

use crate::wiki::{Audience, Leaf, Wiki, WikiError, id_of, leaf_of, number_of};
use std::collections::BTreeSet;
use vouchsafe_engine::{GrantIndex, GrantSource, Located, Place, SpokenRow, Subject};
use vouchsafe_types::{Grant, GrantId, Holder, Resource, UserId};

impl GrantSource for Wiki {
    type Error = WikiError;

    fn place(&mut self, resource: &Resource) -> Result<Located, WikiError> {
        // There are spaces and pages here, and nothing else.
        let Some(leaf) = leaf_of(resource).filter(|leaf| self.leaves.contains_key(leaf)) else {
            return Ok(Located::Absent);
        };
        let top = self.chain(leaf)?.last().and_then(|top| self.leaves.get(top));
        Ok(match top {
            Some(Leaf::Space { owner, .. }) => {
                // A page has pages below it, so it counts as a directory.
                Located::At(Place::new(resource.clone(), Some(id_of(*owner)), false))
            }
            Some(Leaf::Page { .. }) | None => Located::TooDeep,
        })
    }

    fn rows(&mut self, resource: &Resource, subject: &Subject, limit: usize) -> Result<Vec<SpokenRow>, WikiError> {
        let Some(leaf) = leaf_of(resource).filter(|leaf| self.leaves.contains_key(leaf)) else { return Ok(Vec::new()) };
        let speaks = |audience: Audience| match subject {
            Subject::User(user) => number_of(user.as_uuid()).is_some_and(|person| self.reaches(audience, person)),
            Subject::Group(_) => audience == Audience::Everybody || Some(audience.holder()) == subject.holder(),
            Subject::Everyone => audience == Audience::Everybody,
            Subject::App { .. } | Subject::Token { .. } | Subject::Site { .. } | Subject::Link(_) => false,
        };
        let mut rows = Vec::new();
        for (distance, level) in (0..).zip(self.chain(leaf)?) {
            let speaking = self.shares_on(level).filter(|share| speaks(share.with));
            rows.extend(speaking.map(|share| SpokenRow {
                grant: share.grant(),
                distance,
                is_issuer_active: self.people.get(&share.by).is_some_and(|person| !person.is_locked),
            }));
        }
        rows.truncate(limit.saturating_add(1));
        Ok(rows)
    }

    fn grants_to(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, WikiError> {
        let (Some(leaf), Some(audience)) = (leaf_of(resource), Audience::of(holder)) else { return Ok(Vec::new()) };
        Ok(self.shares_on(leaf).filter(|share| share.with == audience).map(|share| share.grant()).collect())
    }

    fn is_active(&mut self, user: UserId) -> Result<bool, WikiError> {
        let person = number_of(user.as_uuid()).and_then(|number| self.people.get(&number));
        Ok(person.is_some_and(|person| !person.is_locked))
    }
}

impl GrantIndex for Wiki {
    fn dependants(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, WikiError> {
        let (Some(leaf), Some(audience)) = (leaf_of(resource), Audience::of(holder)) else { return Ok(Vec::new()) };
        let mut grants = Vec::new();
        for share in self.shares.values().filter(|share| self.reaches(audience, share.by)) {
            if self.chain(share.on)?.contains(&leaf) {
                grants.push(share.grant());
            }
        }
        Ok(grants)
    }

    fn holders(&mut self, resource: &Resource, after: Option<&Holder>, limit: usize) -> Result<Vec<Holder>, WikiError> {
        let Some(leaf) = leaf_of(resource) else { return Ok(Vec::new()) };
        let mut all = BTreeSet::new();
        for level in self.chain(leaf)? {
            all.extend(self.shares_on(level).map(|share| share.with.holder()));
        }
        Ok(all.into_iter().filter(|holder| after.is_none_or(|after| holder > after)).take(limit).collect())
    }

    fn reached(&mut self, holder: &Holder, after: Option<UserId>, limit: usize) -> Result<Vec<UserId>, WikiError> {
        let Some(audience) = Audience::of(holder) else { return Ok(Vec::new()) };
        let all = self.people.keys().filter(|person| self.reaches(audience, **person)).map(|person| id_of(*person));
        Ok(all.filter(|user: &UserId| after.is_none_or(|after| *user > after)).take(limit).collect())
    }

    fn grant(&mut self, id: GrantId) -> Result<Option<Grant>, WikiError> {
        let found = self.number_of(id).and_then(|number| self.shares.get(&number));
        Ok(found.map(|share| share.grant()))
    }
}
