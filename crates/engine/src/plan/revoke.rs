use super::{Changes, Edit, needed_to_give};
use crate::{
    check::Engine,
    scan::{Edits, Scanner},
    source::{GrantIndex, Limits, Located, Moment, Subject},
};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_types::{Capabilities, Capability, Grant, GrantId, Holder, Resource, UserId};

/// What becomes of the grants that hang on a grant that is revoked: see
/// [`Engine::plan_revoke`](crate::Engine::plan_revoke).
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
/// let first = world.give(ann, bob, "manage:fs:/ann").unwrap();
/// world.give(bob, eve, "fs:/ann:read").unwrap();
/// assert!(world.revoke(&first, RevokeMode::Restrict).is_empty(), "eve's depends on it");
/// assert_eq!(world.revoke(&first, RevokeMode::Promote(ann)).len(), 1);
/// assert!(world.may(eve, "fs:/ann:read"), "ann gives it now");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeMode {
    /// They fall with it.
    Cascade,
    /// This person takes them over, as far as he may give what they give; the others fall.
    Promote(UserId),
    /// Nothing is revoked while there are any.
    Restrict,
}

/// What came of planning to revoke.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let grant = world.give(ann, bob, "fs:/ann:read").unwrap();
/// let Ok(outcome) =
///     world.engine.plan_revoke(&mut world.source, vec![grant.clone()], RevokeMode::Restrict, world.now);
/// let Revocation::Planned(changes) = outcome else { panic!("nothing depends on it") };
/// assert_eq!(changes.delete, [grant]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a plan changes nothing until it is written"]
pub enum Revocation {
    /// What to write.
    Planned(Changes),
    /// [`RevokeMode::Restrict`], and these would fall.
    Depended(Vec<Grant>),
}

/// A grant behind the revoked ones: it may lose its authority with them.
struct Candidate {
    grant: Grant,
    /// How many grants lie between it and a revoked one.
    level: usize,
}

impl<S: GrantIndex> Engine<S> {
    /// The changes that revoke `targets`: every grant falls whose issuer had `share` on its resource before, whether or
    /// not his account is active, and has it no more without them.
    ///
    /// Denies stay: they give nothing, and need no living issuer. Grants to what acts for their issuer himself stay, too.
    /// Looks at everything behind the targets, without bounds.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, MemorySource, Moment, plan::{Revocation, RevokeMode}};
    /// use vouchsafe_types::Access;
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// let first = source.add_grant(ann, bob, home, Access::Manage).clone();
    /// let second = source.add_grant(bob, eve, home, Access::Read).clone();
    ///
    /// let mut plan = |mode| {
    ///     Engine::default().plan_revoke(&mut source, vec![first.clone()], mode, Moment::UNIX_EPOCH).unwrap()
    /// };
    /// assert_eq!(plan(RevokeMode::Restrict), Revocation::Depended(vec![second.clone()]));
    ///
    /// let Revocation::Planned(changes) = plan(RevokeMode::Cascade) else { panic!("a plan") };
    /// assert_eq!(changes.delete, [first.clone(), second.clone()]);
    ///
    /// let Revocation::Planned(changes) = plan(RevokeMode::Promote(ann)) else { panic!("a plan") };
    /// assert_eq!((changes.delete, changes.update[0].after.issuer), (vec![first.clone()], ann));
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn plan_revoke(
        &self,
        source: &mut S,
        targets: Vec<Grant>,
        mode: RevokeMode,
        now: Moment,
    ) -> Result<Revocation, S::Error> {
        let candidates = behind(source, &targets)?;
        let mut edits = Edits { removed: targets.iter().map(|g| g.id).collect(), ..Edits::default() };
        let mut changes = Changes { delete: targets, ..Changes::default() };
        let mut fallen = self.fallen(source, &candidates, &edits, now)?;
        match mode {
            RevokeMode::Restrict if !fallen.is_empty() => {
                return Ok(Revocation::Depended(fallen.into_iter().map(|c| c.grant.clone()).collect()));
            }
            RevokeMode::Restrict | RevokeMode::Cascade => {}
            RevokeMode::Promote(by) => {
                // Nearest first: what hangs on a promoted grant may stand again with it.
                while let Some(level) = fallen.iter().map(|c| c.level).min() {
                    for candidate in fallen.iter().filter(|c| c.level == level) {
                        self.promote(source, by, &candidate.grant, &mut edits, now)?;
                    }
                    fallen = self.fallen(source, &candidates, &edits, now)?;
                }
                let with_issuer = |c: &Candidate| {
                    let issuer = *edits.reissued.get(&c.grant.id)?;
                    Some(Edit { before: c.grant.clone(), after: Grant { issuer, ..c.grant.clone() } })
                };
                changes.update.extend(candidates.iter().filter_map(with_issuer));
                fallen = candidates.iter().filter(|c| edits.removed.contains(&c.grant.id)).collect();
            }
        }
        changes.delete.extend(fallen.into_iter().map(|c| c.grant.clone()));
        Ok(Revocation::Planned(changes))
    }

    /// Those that had authority before the edits and have none with them.
    fn fallen<'c>(
        &self,
        source: &mut S,
        candidates: &'c [Candidate],
        edits: &Edits,
        now: Moment,
    ) -> Result<Vec<&'c Candidate>, S::Error> {
        let mut by_resource: BTreeMap<&Resource, Vec<&Candidate>> = BTreeMap::new();
        for candidate in candidates.iter().filter(|c| !edits.removed.contains(&c.grant.id)) {
            by_resource.entry(&candidate.grant.resource).or_default().push(candidate);
        }
        let mut fallen = Vec::new();
        for (resource, group) in by_resource {
            let located = source.place(resource)?;
            let before: Vec<UserId> = group.iter().map(|c| c.grant.issuer).collect();
            let after: Vec<UserId> = group.iter().map(|c| edits.issuer_of(&c.grant)).collect();
            let had = self.were_all_active(source, &before, &located, &Edits::default(), now)?;
            let has = self.were_all_active(source, &after, &located, edits, now)?;
            let shares = |has: Capabilities| has.has(Capability::Share);
            let both = had.into_iter().map(shares).zip(has.into_iter().map(shares));
            let lost = group.into_iter().zip(both).filter(|(_, (had, has))| *had && !*has);
            fallen.extend(lost.map(|(candidate, _)| candidate));
        }
        Ok(fallen)
    }

    /// What each of `people` has there, were every account active.
    fn were_all_active(
        &self,
        source: &mut S,
        people: &[UserId],
        located: &Located,
        edits: &Edits,
        now: Moment,
    ) -> Result<Vec<Capabilities>, S::Error> {
        let Located::At(place) = located else { return Ok(vec![Capabilities::NONE; people.len()]) };
        let subjects = people.iter().map(|person| (Subject::User(*person), true)).collect();
        let scanner = Scanner::new(source, self.implies(), Limits::NONE, place, now).with_edits(edits);
        Ok(scanner.scan(subjects)?.holdings().map(|held| held.capabilities).collect())
    }

    /// Reissues a grant in the name of `by` if he may give it, else lets it fall. An owner whose account is asleep takes
    /// over, too: what he gives then sleeps until he is back.
    fn promote(
        &self,
        source: &mut S,
        by: UserId,
        grant: &Grant,
        edits: &mut Edits,
        now: Moment,
    ) -> Result<(), S::Error> {
        let located = source.place(&grant.resource)?;
        let has = self.were_all_active(source, &[by], &located, edits, now)?.pop().unwrap_or(Capabilities::NONE);
        let may = has.covers(needed_to_give(grant.capabilities)) && (!grant.exact || has.has(Capability::Manage));
        if may && grant.holder != Holder::User(by) && edits.issuer_of(grant) != by {
            edits.reissued.insert(grant.id, by);
        } else {
            edits.removed.insert(grant.id);
        }
        Ok(())
    }
}

/// Everything behind the targets, each once. Nothing hangs on a grant that gives no `share`: it carries no authority.
fn behind<S: GrantIndex>(source: &mut S, targets: &[Grant]) -> Result<Vec<Candidate>, S::Error> {
    let mut seen: BTreeSet<GrantId> = targets.iter().map(|g| g.id).collect();
    let mut found: Vec<Candidate> = Vec::new();
    let mut front: Vec<Grant> = targets.to_vec();
    let mut level = 0;
    while !front.is_empty() {
        let mut next = Vec::new();
        for grant in front.iter().filter(|grant| grant.capabilities.has(Capability::Share)) {
            for dependant in source.dependants(&grant.holder, &grant.resource)? {
                if seen.insert(dependant.id) {
                    next.push(dependant);
                }
            }
        }
        found.extend(next.iter().filter(|g| can_fall(g)).map(|grant| Candidate { grant: grant.clone(), level }));
        front = next;
        level += 1;
    }
    Ok(found)
}

fn can_fall(grant: &Grant) -> bool {
    let is_to_own_helper = matches!(grant.holder, Holder::Token(_)) || grant.holder.is_app_of(grant.issuer);
    !grant.is_deny() && !is_to_own_helper
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemorySource;
    use vouchsafe_types::Access;

    #[test]
    fn an_owner_whose_account_is_asleep_takes_over_what_hangs_on_a_grant() {
        let mut source = MemorySource::default();
        let (ann, bob, eve) = (source.add_user(), source.add_user(), source.add_user());
        let home = source.add_root(ann, "ann");
        let to_bob = source.add_grant(ann, bob, home, Access::Full).clone();
        let to_eve = source.add_grant(bob, eve, home, Access::Read).clone();
        source.set_active(ann, false);
        let (mode, now) = (RevokeMode::Promote(ann), chrono::DateTime::UNIX_EPOCH);
        let planned = Engine::default().plan_revoke(&mut source, vec![to_bob.clone()], mode, now).unwrap();
        let Revocation::Planned(changes) = planned else { panic!("a plan") };
        assert_eq!(changes.delete, [to_bob]);
        assert_eq!(changes.update[0].after, Grant { issuer: ann, ..to_eve });
    }

    #[test]
    fn what_was_given_to_anothers_app_falls_and_what_was_given_to_ones_own_stays() {
        let mut source = MemorySource::default();
        let (ann, bob, eve) = (source.add_user(), source.add_user(), source.add_user());
        let home = source.add_root(ann, "ann");
        let app = |user| Holder::App { app: "app-1".parse().unwrap(), user: Some(user) };
        let to_bob = source.add_grant(ann, Holder::User(bob), home, Access::Full).clone();
        let to_eves_app = source.add_grant(bob, app(eve), home, Access::Read).clone();
        let to_his_app = source.add_grant(bob, app(bob), home, Access::Read).clone();
        let (mode, now) = (RevokeMode::Cascade, chrono::DateTime::UNIX_EPOCH);
        let planned = Engine::default().plan_revoke(&mut source, vec![to_bob.clone()], mode, now).unwrap();
        let Revocation::Planned(changes) = planned else { panic!("a plan") };
        assert_eq!(changes.delete, [to_bob, to_eves_app]);
        source.apply(&changes);
        assert_eq!(source.grants, [to_his_app]);
    }
}
