use super::{Changes, Revocation, RevokeMode};
use crate::{
    check::Engine,
    scan::{Edits, Scanner},
    source::{GrantIndex, Limits, Located, Moment, Subject},
};
use vouchsafe_types::{Capabilities, Grant, GrantId, Holder, Resource, UserId};

/// The origin of a deny that its holder wrote himself, by leaving. He may lift it again.
pub const LEFT: &str = "left";

impl<S: GrantIndex> Engine<S> {
    /// The changes by which a person leaves a resource: his own rows there go, with what hangs on them. If he would
    /// still reach it, through a group, everyone or from above, a deny of his own is written. `None` when he owns it,
    /// or has nothing there.
    ///
    /// In that case an exact row of his stays below the deny: it may be a restriction, and the deny is his to lift. What
    /// a rule gives him without a grant, no deny takes from him.
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
        if place.owner == Some(user) {
            return Ok(None);
        }
        let held = source.grants_to(&Holder::User(user), resource)?;
        // Somebody else's deny stays: it is no access that could be given up.
        let mut own: Vec<Grant> = held.into_iter().filter(|g| !g.is_deny()).collect();
        let issuer = own.iter().map(|g| g.issuer).find(|issuer| *issuer != user).or(place.owner);
        let edits = Edits { removed: own.iter().map(|g| g.id).collect(), ..Edits::default() };
        let has_own = !own.is_empty();
        let scanner = Scanner::new(source, self.implies(), Limits::NONE, place, now).with_edits(&edits);
        let remains = !scanner.scan(vec![(Subject::User(user), true)])?.holding().capabilities.is_empty();
        if remains {
            own.retain(|grant| !grant.exact);
        }
        let mut changes = match self.plan_revoke(source, own, RevokeMode::Cascade, now)? {
            Revocation::Planned(changes) => changes,
            Revocation::Depended(_) => Changes::default(),
        };
        if remains {
            let issuer = match issuer {
                Some(issuer) => Some(issuer),
                None => self.somebody_who_gave(source, user, resource)?,
            };
            changes.insert.extend(issuer.map(|issuer| deny(issuer, user, resource, now)));
        }
        Ok((has_own || !changes.is_empty()).then_some(changes))
    }

    /// For what nobody owns: who gave something there, to a group or above it.
    fn somebody_who_gave(&self, source: &mut S, user: UserId, resource: &Resource) -> Result<Option<UserId>, S::Error> {
        let rows = source.rows(resource, &Subject::User(user), self.limits().rows)?;
        Ok(rows.iter().map(|row| row.grant.issuer).find(|issuer| *issuer != user))
    }
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
    use crate::{MemorySource, plan::may_revoke};
    use vouchsafe_types::{Access, Actor};

    #[test]
    fn leaving_is_no_way_out_of_a_restriction() {
        let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
        let mut source = MemorySource::default();
        let [ann, bob] = [source.add_user(), source.add_user()];
        let resource = Resource::Entry(source.add_root(ann, "ann"));
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
        let resource = Resource::Entry(source.add_root(ann, "ann"));
        let mut given = source.add_grant(ann, Holder::User(bob), resource.clone(), Access::Read).clone();
        given.exact = true;
        source.grants = vec![given.clone()];
        let left = Engine::default().plan_leave(&mut source, bob, &resource, Moment::UNIX_EPOCH).unwrap();
        assert_eq!(left, Some(Changes { delete: vec![given], ..Changes::default() }));
    }
}
