use super::{Changes, Edit, LEFT, Refusal};
use crate::{
    check::Engine,
    source::{GrantSource, Moment},
};
use chrono::{DateTime, Utc};
use vouchsafe_types::{Actor, Capabilities, Capability, Grant, GrantId, Holder, Resource, UserId};

/// What is to be given to whom.
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

impl<S: GrantSource> Engine<S> {
    /// The changes that fulfil a wish whose authority was checked with [`super::may_give`].
    ///
    /// One row per issuer, holder and resource: what is already covered changes nothing, else the row is changed in
    /// place. What ends at another time stays beside it: a share for a day makes nothing permanent that was there, nor the
    /// other way round. Exact rows that the holder has there and that would silence the wish are lifted by who gave them,
    /// by the owner and by who has `manage`.
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
        let mut in_the_way = Vec::new();
        for grant in others.into_iter().filter(|g| g.exact && !g.is_expired(now)) {
            // A row that nobody stands behind any more still silences, however much it says.
            let given = self.backed(source, &grant, now)?;
            if !given.covers(wish.capabilities) {
                in_the_way.push(grant);
            }
        }
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

/// The issuer's rows become what fulfils the wish.
fn fulfil(wish: &Wish, mine: Vec<Grant>, now: Moment) -> Given {
    let (living, expired): (Vec<Grant>, Vec<Grant>) = mine.into_iter().partition(|g| !g.is_expired(now));
    let mut given = if wish.may_lower || wish.is_exact { set(wish, living, now) } else { raised(wish, living, now) };
    given.changes.delete.extend(expired);
    given
}

/// One row that is exactly what is wished.
fn set(wish: &Wish, mut living: Vec<Grant>, now: Moment) -> Given {
    let is_it =
        |g: &Grant| (g.capabilities, g.exact, g.expires_at) == (wish.capabilities, wish.is_exact, wish.expires_at);
    if let Some(at) = living.iter().position(is_it) {
        let grant = living.remove(at);
        return Given { grant, changes: Changes { delete: living, ..Changes::default() } };
    }
    written(wish, living, (wish.capabilities, wish.is_exact, wish.expires_at), now)
}

/// At least what is wished, for as long as is wished, and nothing that was there for less or for longer.
fn raised(wish: &Wish, living: Vec<Grant>, now: Moment) -> Given {
    let is_enough = |g: &Grant| !g.is_deny() && g.capabilities.covers(wish.capabilities);
    let is_in_the_way = |g: &Grant| g.exact && !is_enough(g);
    let standing = living.iter().find(|g| is_enough(g) && lasts(g.expires_at, wish.expires_at)).cloned();
    if let Some(grant) = standing {
        let is_more = |g: &Grant| grant.capabilities.covers(g.capabilities) && lasts(grant.expires_at, g.expires_at);
        let goes = |g: &Grant| g.id != grant.id && (is_in_the_way(g) || (is_more(g) && !g.exact));
        let delete = living.into_iter().filter(goes).collect();
        return Given { grant, changes: Changes { delete, ..Changes::default() } };
    }
    let is_part = |g: &Grant| wish.capabilities.covers(g.capabilities) && lasts(wish.expires_at, g.expires_at);
    let becomes_one = |g: &Grant| is_in_the_way(g) || is_part(g) || g.expires_at == wish.expires_at;
    let kept: Vec<Grant> = living.into_iter().filter(becomes_one).collect();
    let capabilities = kept.iter().fold(wish.capabilities, |sum, g| sum | g.capabilities);
    let exact = kept.iter().any(|g| g.exact && !g.is_deny());
    // An exact row silences any other beside it: what it says goes into the one row, which ends with the first of them.
    let ends = kept.iter().filter(|g| !wish.capabilities.covers(g.capabilities)).filter_map(|g| g.expires_at);
    let expires_at = ends.chain(wish.expires_at).min();
    written(wish, kept, (capabilities, exact, expires_at), now)
}

/// Whether what ends then lasts at least as long as what ends at the other time.
fn lasts(ends: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> bool {
    ends.is_none_or(|ends| other.is_some_and(|other| ends >= other))
}

/// One of the rows, changed in place, or a new one; the others go.
fn written(
    wish: &Wish,
    mut rows: Vec<Grant>,
    (capabilities, exact, expires_at): (Capabilities, bool, Option<DateTime<Utc>>),
    now: Moment,
) -> Given {
    let before = rows.pop();
    let mut changes = Changes { delete: rows, ..Changes::default() };
    let grant = match before {
        Some(before) => {
            let after = Grant { capabilities, exact, expires_at, ..before.clone() };
            changes.update.push(Edit { before, after: after.clone() });
            after
        }
        None => {
            let grant = Grant {
                id: GrantId::mint(),
                issuer: wish.issuer,
                holder: wish.holder.clone(),
                resource: wish.resource.clone(),
                capabilities,
                exact,
                expires_at,
                created_at: now,
                origin: wish.origin.to_owned(),
            };
            changes.insert.push(grant.clone());
            grant
        }
    };
    Given { grant, changes }
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
    fn what_was_given_for_a_day_does_not_become_permanent_and_what_was_permanent_does_not_end() {
        let tomorrow = Some(now() + chrono::TimeDelta::days(1));
        for (first, ends, second, until) in
            [(Access::Write, tomorrow, Access::Read, None), (Access::Read, None, Access::Write, tomorrow)]
        {
            let mut world = world();
            for (access, expires_at) in [(first, ends), (second, until)] {
                let wish = Wish { expires_at, ..world.wish(access) };
                world.give(&wish).unwrap();
                world.give(&wish).unwrap();
            }
            let (bob, on) = (Actor::User(world.bob), Resource::Entry(world.file));
            let mut has = |at| Engine::default().holding(&mut world.source, &bob, &on, at).unwrap().capabilities;
            assert_eq!(has(now()), Access::Write.capabilities());
            assert_eq!(has(now() + chrono::TimeDelta::days(2)), Access::Read.capabilities());
        }
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

    #[test]
    fn an_exact_row_that_nobody_stands_behind_is_no_share_that_is_there_already() {
        let mut world = world();
        let carol = world.source.add_user();
        let carols = world.source.add_grant(carol, Holder::User(world.bob), world.file, Access::Write);
        carols.exact = true;
        let carols = carols.clone();
        let has = |world: &mut World| {
            let (bob, on) = (Actor::User(world.bob), Resource::Entry(world.file));
            Engine::default().holding(&mut world.source, &bob, &on, now()).unwrap().capabilities
        };
        let wish = world.wish(Access::Read);
        world.give(&wish).unwrap();
        assert_eq!(has(&mut world), Access::Read.capabilities());
        assert!(!world.source.grants.contains(&carols), "it would have silenced the share");
    }
}
