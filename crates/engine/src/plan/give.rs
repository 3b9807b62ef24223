use super::{Changes, Edit, LEFT, Refusal};
use crate::{
    check::Engine,
    source::{GrantSource, Moment},
};
use chrono::{DateTime, Utc};
use vouchsafe_types::{Actor, Capabilities, Capability, Grant, GrantId, Holder, Resource, UserId};

/// What is to be given to whom. [`Wish::new`] fills in what is usual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Who gives.
    pub issuer: UserId,
    /// Who receives.
    pub holder: Holder,
    /// On what.
    pub resource: Resource,
    /// What; nothing, together with `is_exact`, is a deny.
    pub capabilities: Capabilities,
    /// Whether it silences what is less specific.
    pub is_exact: bool,
    /// Until when; `None` for good.
    pub expires_at: Option<DateTime<Utc>>,
    /// Through which face.
    pub origin: &'static str,
    /// Whether what the issuer gave the holder there before may be lowered by this.
    pub may_lower: bool,
    /// Whether the holder himself asked for it: then a deny that he wrote by leaving is no hindrance.
    pub is_accepted: bool,
}

/// What fulfils a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The grant that fulfils it, once the changes are written.
    pub grant: Grant,
    /// What to write; nothing when it is there already.
    pub changes: Changes,
}

impl Wish {
    /// That `issuer` gives `holder` so much on `resource`, for good and as an ordinary row, without lowering anything.
    ///
    /// ```
    /// use vouchsafe_engine::plan::Wish;
    /// use vouchsafe_types::{Access, Capabilities, EntryId, Resource, UserId};
    ///
    /// let (ann, bob, file) = (UserId::mint(), UserId::mint(), Resource::Entry(EntryId::mint()));
    /// let read = Wish::new(ann, bob, file.clone(), Access::Read, "wiki");
    /// let deny = Wish { is_exact: true, ..Wish::new(ann, bob, file, Capabilities::NONE, "wiki") };
    /// assert!(!read.is_exact && deny.is_exact);
    /// ```
    #[must_use]
    pub fn new(
        issuer: UserId,
        holder: impl Into<Holder>,
        resource: impl Into<Resource>,
        capabilities: impl Into<Capabilities>,
        origin: &'static str,
    ) -> Self {
        Self {
            issuer,
            holder: holder.into(),
            resource: resource.into(),
            capabilities: capabilities.into(),
            is_exact: false,
            expires_at: None,
            origin,
            may_lower: false,
            is_accepted: false,
        }
    }
}

impl<S: GrantSource> Engine<S> {
    /// The changes that fulfil a wish whose authority was checked with [`super::may_give`].
    ///
    /// One row per issuer, holder and resource: what is already covered changes nothing, else the row is changed in
    /// place. Only what was given for another length of time, and is not lowered, stays a row of its own: giving `read`
    /// for good makes nothing last of a `write` that ends tomorrow. Exact rows that the holder has there and that would
    /// silence the wish are lifted by who gave them, by the owner and by who has `manage`.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, MemorySource, Moment, plan::{Refusal, Wish}};
    /// use vouchsafe_types::{Access, Capabilities};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
    ///
    /// let Ok(Ok(given)) = engine.plan_give(&mut source, &Wish::new(ann, bob, home, Access::Read, "example"), now)
    ///     else { panic!("a plan") };
    /// assert_eq!(given.changes.insert, [given.grant.clone()]);
    /// source.apply(&given.changes);
    ///
    /// let Ok(Ok(more)) = engine.plan_give(&mut source, &Wish::new(ann, bob, home, Access::Write, "example"), now)
    ///     else { panic!("a plan") };
    /// assert_eq!(more.changes.update[0].before, given.grant);
    /// source.apply(&more.changes);
    ///
    /// let Ok(Ok(less)) = engine.plan_give(&mut source, &Wish::new(ann, bob, home, Access::See, "example"), now)
    ///     else { panic!("a plan") };
    /// assert!(less.changes.is_empty() && less.grant == more.grant, "sharing again lowers nothing");
    ///
    /// // To set an access, say that it may be lowered.
    /// let set = Wish { may_lower: true, ..Wish::new(ann, bob, home, Capabilities::NONE, "example") };
    /// assert!(engine.plan_give(&mut source, &set, now).is_ok_and(|planned| planned.is_ok()));
    /// assert_eq!(
    ///     engine.plan_give(&mut source, &Wish::new(ann, ann, home, Access::Read, "example"), now),
    ///     Ok(Err(Refusal::ToSelf))
    /// );
    /// ```
    ///
    /// # Errors
    /// The outer error is the source's own; the inner one says why it is refused.
    pub fn plan_give(&self, source: &mut S, wish: &Wish, now: Moment) -> Result<Result<Given, Refusal>, S::Error> {
        if wish.holder == Holder::User(wish.issuer) {
            return Ok(Err(Refusal::ToSelf));
        }
        let held = source.grants_to(&wish.holder, &wish.resource)?;
        // A deny that the holder wrote by leaving is his decision, whoever it names as issuer.
        let is_mine = |g: &Grant| g.issuer == wish.issuer && g.origin != LEFT;
        let (mine, others): (Vec<Grant>, Vec<Grant>) = held.into_iter().partition(is_mine);
        let in_the_way: Vec<Grant> = others.into_iter().filter(|g| silences(g, wish, now)).collect();
        let is_liftable = |g: &Grant| wish.is_accepted && g.origin == LEFT;
        if !in_the_way.iter().all(is_liftable) {
            let issuer = self.holding(source, &Actor::User(wish.issuer), &wish.resource, now)?;
            if !issuer.capabilities.has(Capability::Manage) {
                return Ok(Err(Refusal::Denied));
            }
        }
        let mut given = fulfil(wish, mine, now);
        given.changes.delete.extend(in_the_way);
        Ok(Ok(given))
    }
}

/// Whether an exact row of the holder's would keep him from what is wished.
fn silences(grant: &Grant, wish: &Wish, now: Moment) -> bool {
    grant.exact && !grant.is_expired(now) && !grant.capabilities.covers(wish.capabilities)
}

/// The issuer's rows become one that fulfils the wish, apart from those for another length of time.
fn fulfil(wish: &Wish, mine: Vec<Grant>, now: Moment) -> Given {
    let (mut living, mut delete): (Vec<Grant>, Vec<Grant>) = mine.into_iter().partition(|g| !g.is_expired(now));
    let is_raise = !wish.may_lower && !wish.is_exact;
    let outlasts = |g: &Grant| g.expires_at.is_none_or(|at| wish.expires_at.is_some_and(|wished| at >= wished));
    let stands = |g: &Grant| {
        let is_more = is_raise && !g.is_deny() && g.capabilities.covers(wish.capabilities) && outlasts(g);
        is_more || (g.capabilities == wish.capabilities && g.exact == wish.is_exact && g.expires_at == wish.expires_at)
    };
    let found = living.iter().position(stands).map(|at| living.remove(at));
    // Merged into one, what is given for a while would last as long as what is given for good, or the other way round.
    let is_apart = |g: &Grant| {
        let is_included = wish.capabilities.covers(g.capabilities) && !outlasts(g);
        let is_in_the_way = g.exact && !g.capabilities.covers(wish.capabilities);
        is_raise && g.expires_at != wish.expires_at && !is_included && !is_in_the_way
    };
    living.retain(|g| !is_apart(g));
    if let Some(grant) = found {
        delete.append(&mut living);
        return Given { grant, changes: Changes { delete, ..Changes::default() } };
    }
    let kept = living.iter().filter(|g| is_raise && outlasts(g));
    let capabilities = kept.fold(wish.capabilities, |sum, g| sum | g.capabilities);
    let exact = wish.is_exact || (is_raise && living.iter().any(|g| g.exact && !g.is_deny()));
    let first = living.pop();
    delete.append(&mut living);
    let mut changes = Changes { delete, ..Changes::default() };
    let grant = match first {
        Some(before) => {
            let after = Grant { capabilities, exact, expires_at: wish.expires_at, ..before.clone() };
            changes.update.push(Edit { before, after: after.clone() });
            after
        }
        None => {
            let fresh = Grant { capabilities, exact, ..fresh(wish, now) };
            changes.insert.push(fresh.clone());
            fresh
        }
    };
    Given { grant, changes }
}

/// A row of nothing yet, as wished.
fn fresh(wish: &Wish, now: Moment) -> Grant {
    Grant {
        id: GrantId::mint(),
        issuer: wish.issuer,
        holder: wish.holder.clone(),
        resource: wish.resource.clone(),
        capabilities: Capabilities::NONE,
        exact: false,
        expires_at: wish.expires_at,
        created_at: now,
        origin: wish.origin.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemorySource;
    use vouchsafe_types::{Access, EntryId};

    struct World {
        source: MemorySource,
        ann: UserId,
        bob: UserId,
        file: EntryId,
    }

    fn now() -> Moment {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn world() -> World {
        let mut source = MemorySource::default();
        let (ann, bob) = (source.add_user(), source.add_user());
        let home = source.add_root(ann, "ann");
        let file = source.add_entry(home, "a.txt", true);
        World { source, ann, bob, file }
    }

    impl World {
        fn wish(&self, access: Access) -> Wish {
            Wish {
                issuer: self.ann,
                holder: Holder::User(self.bob),
                resource: Resource::Entry(self.file),
                capabilities: access.capabilities(),
                is_exact: false,
                expires_at: None,
                origin: "test",
                may_lower: false,
                is_accepted: false,
            }
        }

        fn give(&mut self, wish: &Wish) -> Result<(), Refusal> {
            let given = Engine::default().plan_give(&mut self.source, wish, now()).unwrap()?;
            self.source.apply(&given.changes);
            assert!(self.source.grants.contains(&given.grant));
            Ok(())
        }

        fn accesses(&self) -> Vec<Access> {
            self.source.grants.iter().map(|g| Access::nearest(g.capabilities)).collect()
        }

        fn deny_bob(&mut self) {
            let wish = self.wish(Access::None);
            self.give(&wish).unwrap();
            for grant in &mut self.source.grants {
                grant.exact = true;
            }
        }
    }

    #[test]
    fn sharing_again_raises_and_never_lowers() {
        let mut world = world();
        for (access, after) in
            [(Access::Read, Access::Read), (Access::Write, Access::Write), (Access::See, Access::Write)]
        {
            let wish = world.wish(access);
            world.give(&wish).unwrap();
            assert_eq!(world.accesses(), [after]);
        }
    }

    #[test]
    fn setting_a_mode_may_lower_and_leaves_one_row() {
        let mut world = world();
        for access in [Access::Manage, Access::Read] {
            let wish = Wish { may_lower: true, ..world.wish(access) };
            world.give(&wish).unwrap();
            assert_eq!(world.accesses(), [access]);
        }
    }

    #[test]
    fn a_share_for_good_replaces_one_that_ends() {
        let mut world = world();
        let ends = Some(now() + chrono::TimeDelta::days(1));
        let wish = Wish { expires_at: ends, ..world.wish(Access::Read) };
        world.give(&wish).unwrap();
        let wish = world.wish(Access::Read);
        world.give(&wish).unwrap();
        assert_eq!(world.source.grants.iter().map(|g| g.expires_at).collect::<Vec<_>>(), [None]);
    }

    #[test]
    fn the_owner_lifts_a_deny_and_a_stranger_to_it_may_not() {
        let mut world = world();
        world.deny_bob();
        let carol = world.source.add_user();
        let wish = Wish { issuer: carol, ..world.wish(Access::Read) };
        assert_eq!(world.give(&wish), Err(Refusal::Denied));
        let wish = world.wish(Access::Read);
        world.give(&wish).unwrap();
        assert_eq!(world.accesses(), [Access::Read]);
    }

    #[test]
    fn what_is_given_for_a_while_does_not_last_by_sharing_something_else_for_good() {
        let tomorrow = Some(now() + chrono::TimeDelta::days(1));
        let rows = |world: &World| {
            let mut all: Vec<_> =
                world.source.grants.iter().map(|g| (Access::nearest(g.capabilities).name(), g.expires_at)).collect();
            all.sort();
            all
        };
        let (read, write) = (("read", None), ("write", tomorrow));
        for order in [[read, write], [write, read]] {
            let mut world = world();
            for (access, expires_at) in order {
                let wish = Wish { expires_at, ..world.wish(access.parse().unwrap()) };
                world.give(&wish).unwrap();
            }
            assert_eq!(rows(&world), [read, write]);
            let again = world.wish(Access::Read);
            world.give(&again).unwrap();
            assert_eq!(rows(&world), [read, write], "sharing again lowers nothing");
            let more = world.wish(Access::Manage);
            world.give(&more).unwrap();
            assert_eq!(rows(&world), [("manage", None)], "what includes both replaces them");
        }
    }

    #[test]
    fn an_exact_row_that_ends_is_not_prolonged_by_a_share_for_good() {
        let mut world = world();
        let tomorrow = Some(now() + chrono::TimeDelta::days(1));
        let wish = Wish { is_exact: true, expires_at: tomorrow, ..world.wish(Access::Fill) };
        world.give(&wish).unwrap();
        let wish = world.wish(Access::Comment);
        world.give(&wish).unwrap();
        let given = &world.source.grants[0];
        assert_eq!((given.capabilities, given.expires_at), (Access::Comment.capabilities(), None));
        assert_eq!((given.exact, world.source.grants.len()), (true, 1));
    }

    #[test]
    fn a_row_that_is_changed_keeps_its_id_and_its_beginning() {
        let mut world = world();
        let wish = world.wish(Access::Read);
        world.give(&wish).unwrap();
        let before = world.source.grants[0].clone();
        let wish = Wish { origin: "other", ..world.wish(Access::Write) };
        world.give(&wish).unwrap();
        let after = Grant { capabilities: Access::Write.capabilities(), ..before };
        assert_eq!(world.source.grants, [after]);
    }

    #[test]
    fn an_exact_row_that_gives_more_stays_and_one_that_gives_less_is_raised() {
        let mut world = world();
        for (access, is_exact, after) in [
            (Access::Read, true, Access::Read),
            (Access::See, false, Access::Read),
            (Access::Write, false, Access::Write),
        ] {
            let wish = Wish { is_exact, ..world.wish(access) };
            world.give(&wish).unwrap();
            assert_eq!((world.accesses(), world.source.grants[0].exact), (vec![after], true));
        }
    }

    #[test]
    fn nobody_is_the_issuer_of_a_row_to_himself() {
        let mut world = world();
        let wish = Wish { holder: Holder::User(world.ann), ..world.wish(Access::Read) };
        assert_eq!(world.give(&wish), Err(Refusal::ToSelf));
    }

    #[test]
    fn a_deny_by_leaving_is_lifted_by_who_left_and_by_the_owner_only() {
        let carols = |world: &World, carol| Wish { issuer: carol, ..world.wish(Access::Read) };
        let mut world = world();
        let carol = world.source.add_user();
        world.deny_bob();
        world.source.grants[0].origin = LEFT.into();
        world.source.grants[0].issuer = carol;
        let wish = carols(&world, carol);
        assert_eq!(world.give(&wish), Err(Refusal::Denied), "not even by whom it names as issuer");
        let wish = Wish { is_accepted: true, ..carols(&world, carol) };
        world.give(&wish).unwrap();
        assert_eq!(world.accesses(), [Access::Read]);
    }
}
