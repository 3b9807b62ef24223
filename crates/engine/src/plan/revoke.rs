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

/// After so many rounds whatever has no authority falls, whoever may have silenced it: bounds the work.
const MAX_ROUNDS: usize = 32;

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
    /// Denies stay: they give nothing, and need no living issuer. Grants to what acts for their issuer himself stay,
    /// too. Looks at everything behind the targets, without bounds.
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
        match mode {
            RevokeMode::Restrict | RevokeMode::Cascade => self.fell(source, &candidates, &mut edits, now)?,
            RevokeMode::Promote(by) => {
                self.promote_all(source, by, &candidates, &mut edits, now)?;
                let with_issuer = |c: &Candidate| {
                    let issuer = *edits.reissued.get(&c.grant.id)?;
                    Some(Edit { before: c.grant.clone(), after: Grant { issuer, ..c.grant.clone() } })
                };
                changes.update.extend(candidates.iter().filter_map(with_issuer));
            }
        }
        let is_removed = |c: &Candidate| edits.removed.contains(&c.grant.id);
        let fallen: Vec<Grant> = candidates.into_iter().filter(is_removed).map(|c| c.grant).collect();
        if mode == RevokeMode::Restrict && !fallen.is_empty() {
            return Ok(Revocation::Depended(fallen));
        }
        changes.delete.extend(fallen);
        Ok(Revocation::Planned(changes))
    }

    /// Removes what falls. An exact row that falls silences nobody any more, and who was silenced by it may have
    /// authority after all: so exact rows fall first, the nearest before the others.
    fn fell(&self, source: &mut S, candidates: &[Candidate], edits: &mut Edits, now: Moment) -> Result<(), S::Error> {
        for round in 0.. {
            let fallen = self.fallen(source, candidates, edits, now)?;
            let exact: Vec<&Candidate> = fallen.iter().copied().filter(|c| c.grant.exact).collect();
            let Some(nearest) = exact.iter().map(|c| c.level).min() else {
                edits.remove(fallen);
                break;
            };
            let mut all = edits.clone();
            all.remove(exact.iter().copied());
            // Mostly nobody has authority even when none of them is there.
            let is_settled = self.lost(source, fallen.iter().copied(), &all, now)?.len() == fallen.len();
            if is_settled || round >= MAX_ROUNDS {
                all.remove(fallen);
                *edits = all;
                break;
            }
            edits.remove(exact.into_iter().filter(|c| c.level == nearest));
        }
        Ok(())
    }

    /// Those that are still there, had authority before the edits and have none with them.
    fn fallen<'c>(
        &self,
        source: &mut S,
        candidates: &'c [Candidate],
        edits: &Edits,
        now: Moment,
    ) -> Result<Vec<&'c Candidate>, S::Error> {
        self.lost(source, candidates.iter().filter(|c| !edits.removed.contains(&c.grant.id)), edits, now)
    }

    /// Those of `candidates` that had authority before the edits and have none with them.
    fn lost<'c>(
        &self,
        source: &mut S,
        candidates: impl Iterator<Item = &'c Candidate>,
        edits: &Edits,
        now: Moment,
    ) -> Result<Vec<&'c Candidate>, S::Error> {
        let mut by_resource: BTreeMap<&Resource, Vec<&Candidate>> = BTreeMap::new();
        for candidate in candidates {
            by_resource.entry(&candidate.grant.resource).or_default().push(candidate);
        }
        let mut all_lost = Vec::new();
        for (resource, group) in by_resource {
            let located = source.place(resource)?;
            let before: Vec<UserId> = group.iter().map(|c| c.grant.issuer).collect();
            let after: Vec<UserId> = group.iter().map(|c| edits.issuer_of(&c.grant)).collect();
            let had = self.were_all_active(source, &before, &located, &Edits::default(), now)?;
            let has = self.were_all_active(source, &after, &located, edits, now)?;
            let shares = |has: Capabilities| has.has(Capability::Share);
            let both = had.into_iter().map(shares).zip(has.into_iter().map(shares));
            let lost = group.into_iter().zip(both).filter(|(_, (had, has))| *had && !*has);
            all_lost.extend(lost.map(|(candidate, _)| candidate));
        }
        Ok(all_lost)
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

    /// Reissues what would fall, in the name of `by` as far as he may give it, and removes the rest. Nearest first:
    /// what hangs on a promoted grant may stand again with it. Exact rows before the others, whose issuers they may
    /// silence.
    fn promote_all(
        &self,
        source: &mut S,
        by: UserId,
        candidates: &[Candidate],
        edits: &mut Edits,
        now: Moment,
    ) -> Result<(), S::Error> {
        // What cannot be taken over, and is still there as long as an exact row may fall that silences its issuer.
        let mut given_up = BTreeSet::new();
        loop {
            let fallen = self.fallen(source, candidates, edits, now)?;
            let open = fallen.iter().filter(|c| !given_up.contains(&c.grant.id));
            let Some(nearest) = open.clone().map(|c| (c.level, !c.grant.exact)).min() else {
                edits.remove(fallen);
                return Ok(());
            };
            for candidate in open.filter(|c| (c.level, !c.grant.exact) == nearest).copied().collect::<Vec<_>>() {
                if self.may_promote(source, by, &candidate.grant, edits, now)? {
                    edits.reissued.insert(candidate.grant.id, by);
                } else if candidate.grant.exact {
                    edits.removed.insert(candidate.grant.id);
                    given_up.clear();
                } else {
                    given_up.insert(candidate.grant.id);
                }
            }
        }
    }

    /// Whether `by` may take a grant over. An owner whose account is asleep may, too: what he gives then sleeps until
    /// he is back.
    fn may_promote(
        &self,
        source: &mut S,
        by: UserId,
        grant: &Grant,
        edits: &Edits,
        now: Moment,
    ) -> Result<bool, S::Error> {
        let located = source.place(&grant.resource)?;
        let has = self.were_all_active(source, &[by], &located, edits, now)?.pop().unwrap_or(Capabilities::NONE);
        let may = has.covers(needed_to_give(grant.capabilities)) && (!grant.exact || has.has(Capability::Manage));
        Ok(may && grant.holder != Holder::User(by) && edits.issuer_of(grant) != by)
    }
}

/// Authority is `share`, and is handed on with `delegate`: on a grant that gives neither, nothing hangs.
const AUTHORITY: Capabilities = Capabilities::of(&[Capability::Share, Capability::Delegate]);

/// Everything behind the targets, each once.
fn behind<S: GrantIndex>(source: &mut S, targets: &[Grant]) -> Result<Vec<Candidate>, S::Error> {
    let mut seen: BTreeSet<GrantId> = targets.iter().map(|g| g.id).collect();
    let mut found: Vec<Candidate> = Vec::new();
    let mut front: Vec<Grant> = targets.to_vec();
    let mut level = 0;
    while !front.is_empty() {
        let mut next = Vec::new();
        for grant in front.iter().filter(|grant| grant.capabilities.intersects(AUTHORITY)) {
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

impl Edits {
    fn remove<'c>(&mut self, candidates: impl IntoIterator<Item = &'c Candidate>) {
        self.removed.extend(candidates.into_iter().map(|candidate| candidate.grant.id));
    }
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
    fn what_an_exact_row_that_falls_had_silenced_keeps_what_hangs_on_it() {
        let mut source = MemorySource::default();
        let [ann, bob, carol, dave] = ["ann", "bob", "carol", "dave"].map(|name| source.add_person(name));
        let (above, file) = (source.add_path("/ann/d", false).unwrap(), source.add_path("/ann/d/f", true).unwrap());
        let to_bob = source.add_grant(ann, bob, file, Access::Full).clone();
        let to_carol = source.add_grant(ann, carol, above, Access::Full).clone();
        source.add_grant(bob, carol, file, Access::Full).exact = true;
        let to_dave = source.add_grant(carol, dave, file, Access::Read).clone();
        let (mode, now) = (RevokeMode::Cascade, chrono::DateTime::UNIX_EPOCH);
        let planned = Engine::default().plan_revoke(&mut source, vec![to_bob], mode, now).unwrap();
        let Revocation::Planned(changes) = planned else { panic!("a plan") };
        source.apply(&changes);
        assert_eq!(source.grants, [to_carol, to_dave]);
    }

    #[test]
    fn what_was_handed_on_with_a_delegate_that_goes_falls() {
        let mut source = MemorySource::default();
        let [ann, bob, carol, dave] = ["ann", "bob", "carol", "dave"].map(|name| source.add_person(name));
        let home = source.add_path("/ann", false).unwrap();
        let shares = source.add_grant(ann, bob, home, Access::Read).clone();
        let shares = Grant { capabilities: shares.capabilities | Capability::Share.into(), ..shares };
        source.grants[0] = shares.clone();
        let delegates = source.add_grant(ann, bob, home, Access::See).clone();
        let delegates = Grant { capabilities: Capability::Delegate.into(), ..delegates };
        source.grants[1] = delegates.clone();
        let handed_on = source.add_grant(bob, carol, home, Access::Full).clone();
        source.add_grant(carol, dave, home, Access::Read);
        let (mode, now) = (RevokeMode::Cascade, chrono::DateTime::UNIX_EPOCH);
        let planned = Engine::default().plan_revoke(&mut source, vec![delegates], mode, now).unwrap();
        let Revocation::Planned(changes) = planned else { panic!("a plan") };
        source.apply(&changes);
        assert_eq!(source.grants, [shares, handed_on], "what carol gave falls; bob may still share");
    }

    #[test]
    fn who_does_not_manage_takes_over_what_he_may_give_and_no_exact_row() {
        for is_exact in [false, true] {
            let mut source = MemorySource::default();
            let [ann, bob, eve, kim, dan] = [(); 5].map(|()| source.add_user());
            let home = source.add_root(ann, "ann");
            let target = source.add_grant(ann, Holder::User(bob), home, Access::Full).clone();
            source.add_grant(bob, Holder::User(eve), home, Access::Full);
            source.add_grant(eve, Holder::User(kim), home, Access::Read).exact = is_exact;
            source.add_grant(ann, Holder::User(dan), home, Access::Full).capabilities =
                Access::Full.capabilities() - Capability::Manage.into();
            let (mode, now) = (RevokeMode::Promote(dan), chrono::DateTime::UNIX_EPOCH);
            let planned = Engine::default().plan_revoke(&mut source, vec![target], mode, now).unwrap();
            let Revocation::Planned(changes) = planned else { panic!("a plan") };
            let taken_over = changes.update.iter().map(|edit| (edit.after.holder.clone(), edit.after.issuer));
            let expected = if is_exact { Vec::new() } else { vec![(Holder::User(kim), dan)] };
            assert_eq!((taken_over.collect::<Vec<_>>(), changes.delete.len()), (expected, 2 + usize::from(is_exact)));
        }
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
