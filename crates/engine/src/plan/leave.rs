use super::{Changes, Revocation, RevokeMode};
use crate::{
    check::Engine,
    scan::Scanner,
    source::{GrantIndex, GrantSource, Limits, Located, Moment, Place, Subject},
};
use std::collections::BTreeSet;
use vouchsafe_types::{Access, Capabilities, Grant, GrantId, Holder, Resource, UserId};

/// The origin of a deny that its holder wrote himself, by leaving. He may lift it again.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// world.row(ann, Holder::Everyone, "fs:/ann:read");
/// assert!(world.leave(bob, "/ann"));
/// let own: Vec<&Grant> = world.source.grants.iter().filter(|row| row.holder == Holder::User(bob)).collect();
/// assert!(own[0].is_deny() && own[0].origin == plan::LEFT);
/// ```
pub const LEFT: &str = "left";

impl<S: GrantIndex> Engine<S> {
    /// The changes by which a person leaves a resource: his own rows there go, with what hangs on them. If he would
    /// still reach it, through a group, everyone or from above, a deny of his own is written; likewise if something
    /// there gives him nothing now and may do so later. `None` when it is his by itself, or he has nothing there.
    ///
    /// A restriction that others wrote for him stays, below a deny of his own, which is his to lift: an exact row where
    /// he would still reach the resource without it, or something below could give him more, and one that gives less
    /// than [`Access::Read`] in any case. What a rule gives him without a grant, no deny takes from him.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, MemorySource, Moment, plan::LEFT};
    /// use vouchsafe_types::{Access, Resource};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// let team = source.add_group([bob]);
    /// source.add_grant(ann, team, home, Access::Read);
    /// let own = source.add_grant(ann, bob, home, Access::Write).clone();
    ///
    /// let (engine, home, now) = (Engine::default(), Resource::Entry(home), Moment::UNIX_EPOCH);
    /// let Ok(Some(changes)) = engine.plan_leave(&mut source, bob, &home, now) else { panic!("there is something") };
    /// assert_eq!(changes.delete, [own]);
    /// assert!(changes.insert[0].is_deny() && changes.insert[0].origin == LEFT, "he would read through the team");
    /// assert_eq!(engine.plan_leave(&mut source, ann, &home, now), Ok(None));
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn plan_leave(
        &self,
        source: &mut S,
        user: UserId,
        resource: &Resource,
        now: Moment,
    ) -> Result<Option<Changes>, S::Error> {
        let located = source.place(resource)?;
        let Located::At(place) = &located else { return Ok(None) };
        let held = source.grants_to(&Holder::User(user), resource)?;
        let issuers: Vec<UserId> = held.iter().filter(|g| !g.is_deny()).map(|g| g.issuer).collect();
        let is_exact = |g: &Grant| g.exact && !g.is_expired(now);
        // What others wrote to keep him from reading, or from a copy, is no access that could be given up; nor is what
        // may keep him from more below, where it comes before what groups and everyone have.
        let (reading, has_below) = (Access::Read.capabilities(), has_below(place));
        let stays = |g: &Grant| g.is_deny() || (is_exact(g) && (has_below || !g.capabilities.covers(reading)));
        let (kept, mut own): (Vec<Grant>, Vec<Grant>) = held.into_iter().partition(stays);
        let has_left = kept.iter().any(|g| g.origin == LEFT);
        let is_restricted = kept.iter().any(|g| !g.is_deny());
        let mut changes = self.without(source, own.clone(), now)?;
        let scanner = Scanner::new(source, self.implies(), Limits::NONE, place, now);
        let scan = scanner.scan(vec![(Subject::User(user), true)])?;
        let Some(node) = scan.asked.first().and_then(|at| scan.nodes.get(*at)) else { return Ok(None) };
        if !node.implied.is_empty() {
            return Ok(None);
        }
        // What falls with his own rows lets nobody in.
        let fallen: BTreeSet<GrantId> = changes.delete.iter().map(|g| g.id).collect();
        let others = others(source, user, resource, &fallen, now)?;
        let is_left = !others.is_empty() && (!node.value.is_empty() || !own.is_empty());
        if has_left {
            // They are below his own deny already.
            own.retain(|g| !is_exact(g));
            changes = self.without(source, own, now)?;
        } else if is_left || is_restricted {
            // Nobody is the issuer of a row to himself; somebody else gave what remains.
            let givers = issuers.into_iter().chain(place.owner).chain(others.iter().map(|grant| grant.issuer));
            let Some(issuer) = givers.into_iter().find(|issuer| *issuer != user) else { return Ok(None) };
            own.retain(|g| !is_exact(g));
            changes = self.without(source, own, now)?;
            changes.insert.push(deny(issuer, user, resource, now));
        }
        Ok((!changes.is_empty()).then_some(changes))
    }

    /// The changes that take these away, with what hangs on them.
    fn without(&self, source: &mut S, own: Vec<Grant>, now: Moment) -> Result<Changes, S::Error> {
        Ok(match self.plan_revoke(source, own, RevokeMode::Cascade, now)? {
            Revocation::Planned(changes) => changes,
            Revocation::Depended(_) => Changes::default(),
        })
    }
}

fn has_below(place: &Place) -> bool {
    match place.resource {
        Resource::Entry(_) => !place.is_file,
        Resource::Named(_) => true,
        Resource::App(_) | Resource::Site(_) => false,
    }
}

/// What others gave that speaks for him there without what falls, whether or not it gives him anything now: who
/// gave it may sleep, and what silences it may end. His own gifts give him nothing that he has not.
fn others<S: GrantSource>(
    source: &mut S,
    user: UserId,
    resource: &Resource,
    fallen: &BTreeSet<GrantId>,
    now: Moment,
) -> Result<Vec<Grant>, S::Error> {
    let rows = source.rows(resource, &Subject::User(user), usize::MAX)?;
    let speaks = |g: &Grant| !g.is_expired(now) && !g.capabilities.is_empty();
    let is_others = |g: &Grant| speaks(g) && g.issuer != user && !fallen.contains(&g.id);
    Ok(rows.into_iter().map(|row| row.grant).filter(is_others).collect())
}

/// The deny that somebody writes himself by leaving; it names who let him in.
fn deny(issuer: UserId, user: UserId, resource: &Resource, now: Moment) -> Grant {
    Grant {
        id: GrantId::mint(),
        issuer,
        holder: Holder::User(user),
        resource: resource.clone(),
        capabilities: Capabilities::NONE,
        exact: true,
        expires_at: None,
        created_at: now,
        origin: LEFT.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        MemorySource,
        plan::{Wish, may_revoke},
    };
    use vouchsafe_types::{Actor, Name};

    #[test]
    fn leaving_is_no_way_out_of_a_restriction() {
        let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
        let mut source = MemorySource::default();
        let [ann, bob] = [source.add_user(), source.add_user()];
        let home = source.add_root(ann, "ann");
        let resource = Resource::Entry(source.add_entry(home, "a.txt", true));
        let group = source.add_group([bob]);
        source.add_grant(ann, Holder::Group(group), resource.clone(), Access::Write);
        source.add_grant(ann, Holder::User(bob), resource.clone(), Access::Read).exact = true;
        let has = |source: &mut MemorySource| {
            Access::nearest(engine.holding(source, &Actor::User(bob), &resource, now).unwrap().capabilities)
        };
        assert_eq!(has(&mut source), Access::Read);

        let left = engine.plan_leave(&mut source, bob, &resource, now).unwrap().unwrap();
        source.apply(&left);
        assert_eq!(has(&mut source), Access::None);
        assert_eq!(engine.plan_leave(&mut source, bob, &resource, now).unwrap(), None, "he is out already");

        let deny = left.insert.first().unwrap().clone();
        assert!(may_revoke(&crate::Holding::NOTHING, bob, &deny));
        source.apply(&Changes { delete: vec![deny], ..Changes::default() });
        assert_eq!(has(&mut source), Access::Read, "and not what the group has");
    }

    #[test]
    fn a_name_that_nobody_owns_is_left_like_anything_else() {
        let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
        let mut source = MemorySource::default();
        let [ann, bob] = [source.add_user(), source.add_user()];
        let on = |text: String| match text.parse::<vouchsafe_types::Permission>().unwrap().target {
            vouchsafe_types::Target::Resource(resource) => resource,
            _ => panic!("a name"),
        };
        let (apps, one) = (on(format!("apps-of-user:{ann}")), on(format!("apps-of-user:{ann}:read")));
        source.add_grant(ann, bob, apps.clone(), Access::Read);
        let has = |source: &mut MemorySource, on: &Resource| {
            !engine.holding(source, &Actor::User(bob), on, now).unwrap().capabilities.is_empty()
        };
        assert!(has(&mut source, &one));

        let left = engine.plan_leave(&mut source, bob, &one, now).unwrap().unwrap();
        source.apply(&left);
        assert!(!has(&mut source, &one) && has(&mut source, &apps));
        let left = engine.plan_leave(&mut source, bob, &apps, now).unwrap().unwrap();
        source.apply(&left);
        assert!(!has(&mut source, &apps));
        assert_eq!(engine.plan_leave(&mut source, ann, &apps, now), Ok(None), "what is named after her is hers");
    }

    #[test]
    fn an_exact_row_goes_when_nothing_would_be_left() {
        let mut source = MemorySource::default();
        let [ann, bob] = [source.add_user(), source.add_user()];
        let home = source.add_root(ann, "ann");
        let file = source.add_entry(home, "a.txt", true);
        source.add_grant(ann, Holder::User(bob), file, Access::Read).exact = true;
        let left = Engine::default().plan_leave(&mut source, bob, &file.into(), Moment::UNIX_EPOCH).unwrap();
        assert_eq!(left, Some(Changes { delete: source.grants, ..Changes::default() }));
    }

    #[test]
    fn who_leaves_a_directory_gets_no_more_below_it() {
        let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
        for others in [false, true] {
            let mut source = MemorySource::default();
            let [ann, bob] = [source.add_user(), source.add_user()];
            let home = source.add_root(ann, "ann");
            let below = source.add_entry(home, "below", false);
            let team = if others { Holder::Everyone } else { Holder::Group(source.add_group([bob])) };
            source.add_grant(ann, team, below, Access::Write).exact = true;
            source.add_grant(ann, Holder::User(bob), home, Access::Read).exact = true;
            let given = source.grants.clone();
            let left = engine.plan_leave(&mut source, bob, &home.into(), now).unwrap().unwrap();
            source.apply(&left);
            for entry in [home, below] {
                let has = engine.holding(&mut source, &Actor::User(bob), &entry.into(), now).unwrap();
                assert!(has.capabilities.is_empty(), "{:?}", has.capabilities);
            }
            assert_eq!(engine.plan_leave(&mut source, bob, &home.into(), now).unwrap(), None, "he is out already");
            let again = engine.plan_give(&mut source, &Wish::new(ann, bob, home, Access::Read, "test"), now);
            source.apply(&again.unwrap().unwrap().changes);
            assert_eq!(source.grants, given, "who restricted him lets him in again");
        }
    }

    #[test]
    fn what_sleeps_when_its_holder_leaves_does_not_let_him_in_when_it_awakes() {
        let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
        for what in ["the giver is suspended", "the giver has lost his authority", "the group is denied for a day"] {
            let mut source = MemorySource::default();
            let [ann, bob, dan] = [source.add_user(), source.add_user(), source.add_user()];
            let home = source.add_root(ann, "ann");
            let (team, staff) = (Holder::Group(source.add_group([bob])), source.add_group([dan]));
            source.add_grant(ann, Holder::Group(staff), home, Access::Full);
            source.add_grant(dan, team.clone(), home, Access::Write);
            source.add_grant(dan, Holder::User(bob), home, Access::Read);
            let members = source.groups.clone();
            match what {
                "the giver is suspended" => source.set_active(dan, false),
                "the giver has lost his authority" => source.groups.get_mut(&staff).unwrap().clear(),
                _ => {
                    let deny = source.add_grant(ann, team, home, Capabilities::NONE);
                    (deny.exact, deny.expires_at) = (true, Some(now + chrono::TimeDelta::days(1)));
                }
            }
            let left = engine.plan_leave(&mut source, bob, &home.into(), now).unwrap().unwrap();
            source.apply(&left);
            source.set_active(dan, true);
            source.groups = members;
            let later = now + chrono::TimeDelta::days(1);
            let has = engine.holding(&mut source, &Actor::User(bob), &home.into(), later).unwrap();
            assert!(has.capabilities.is_empty(), "{what}");
            assert_eq!(
                engine.plan_leave(&mut source, bob, &home.into(), now).unwrap(),
                None,
                "{what}: he is out already"
            );
        }
    }

    #[test]
    fn what_keeps_one_from_reading_stays_below_ones_own_deny_until_one_is_let_in_again() {
        let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
        let mut source = MemorySource::default();
        let [ann, bob] = [source.add_user(), source.add_user()];
        let home = source.add_root(ann, "ann");
        let resource = Resource::Entry(home);
        source.add_grant(ann, Holder::User(bob), home, Access::See).exact = true;
        let given = source.grants.clone();
        source.grants[0].capabilities =
            Access::Comment.capabilities() - Capabilities::of(&[vouchsafe_types::Capability::Download]);
        let left = engine.plan_leave(&mut source, bob, &resource, now).unwrap().unwrap();
        assert_eq!((left.delete.len(), left.insert.len()), (0, 1), "commenting without a copy is less than reading");
        source.grants.clone_from(&given);
        let left = engine.plan_leave(&mut source, bob, &resource, now).unwrap().unwrap();
        assert_eq!((left.delete.len(), left.insert.len()), (0, 1));
        source.apply(&left);
        assert!(engine.holding(&mut source, &Actor::User(bob), &resource, now).unwrap().capabilities.is_empty());
        assert_eq!(engine.plan_leave(&mut source, bob, &resource, now).unwrap(), None, "he is out already");

        let again = engine.plan_give(&mut source, &Wish::new(ann, bob, home, Access::See, "test"), now);
        source.apply(&again.unwrap().unwrap().changes);
        assert_eq!(source.grants, given);

        source.grants[0].expires_at = Some(now);
        let left = engine.plan_leave(&mut source, bob, &resource, now).unwrap();
        assert_eq!(left.map(|changes| changes.delete), Some(source.grants), "one that has ended restricts nothing");
    }

    #[test]
    fn no_deny_is_written_where_what_let_him_in_falls_with_him_and_none_of_others_goes() {
        let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
        let mut source = MemorySource::default();
        let [ann, bob, eve] = [source.add_user(), source.add_user(), source.add_user()];
        let home = source.add_root(ann, "ann");
        let team = source.add_group([bob]);
        source.add_grant(ann, bob, home, Access::Full);
        source.add_grant(bob, eve, home, Access::Full);
        source.add_grant(eve, Holder::Group(team), home, Access::Read);
        let left = engine.plan_leave(&mut source, bob, &home.into(), now).unwrap().unwrap();
        assert_eq!((left.delete.len(), left.insert.len()), (3, 0), "eve has no authority any more");

        source.grants.clear();
        let deny = source.add_grant(ann, bob, home, Capabilities::NONE);
        (deny.exact, deny.expires_at) = (true, Some(now));
        assert_eq!(engine.plan_leave(&mut source, bob, &home.into(), now).unwrap(), None, "a deny is not his to end");
    }

    #[test]
    fn what_has_a_name_and_no_owner_can_be_left() {
        let mut source = MemorySource::default();
        let (ann, bob, eve) = (source.add_user(), source.add_user(), source.add_user());
        let name = Name::new(["user", &ann.to_string(), "mail"].map(str::to_owned).to_vec()).unwrap();
        let mail = Resource::Named(name);
        source.add_grant(ann, Holder::User(bob), mail.clone(), Access::Read);
        source.add_grant(ann, Holder::Everyone, mail.clone(), Access::Read);
        let (engine, now) = (Engine::default(), chrono::DateTime::UNIX_EPOCH);
        for who in [bob, eve] {
            let changes = engine.plan_leave(&mut source, who, &mail, now).unwrap().unwrap();
            source.apply(&changes);
            assert!(engine.holding_of(&mut source, Subject::User(who), &mail, now).unwrap().capabilities.is_empty());
        }
        assert_eq!(engine.plan_leave(&mut source, ann, &mail, now), Ok(None), "what is named after her is hers");
    }

    #[test]
    fn who_leaves_is_kept_out_although_what_silenced_the_rest_falls_with_him() {
        let mut source = MemorySource::default();
        let (ann, bob, eve) = (source.add_user(), source.add_user(), source.add_user());
        let home = source.add_root(ann, "ann");
        let file = source.add_entry(home, "a.txt", true);
        source.add_grant(ann, Holder::Everyone, home, Access::Read);
        source.add_grant(ann, Holder::User(bob), file, Access::Full);
        source.add_grant(bob, Holder::User(eve), file, Access::Full);
        // Everyone shall see the file only; this rests on what bob has.
        source.add_grant(eve, Holder::Everyone, file, Access::See).exact = true;
        let (engine, now) = (Engine::default(), chrono::DateTime::UNIX_EPOCH);
        let changes = engine.plan_leave(&mut source, bob, &Resource::Entry(file), now).unwrap().unwrap();
        source.apply(&changes);
        let has = engine.holding_of(&mut source, Subject::User(bob), &Resource::Entry(file), now).unwrap();
        assert!(has.capabilities.is_empty(), "{:?}", has.capabilities);
    }
}
