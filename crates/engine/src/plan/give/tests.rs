use super::*;
use crate::{MemorySource, Subject, reference::Reference};
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
    for (access, after) in [(Access::Read, Access::Read), (Access::Write, Access::Write), (Access::See, Access::Write)]
    {
        let wish = world.wish(access);
        world.give(&wish).unwrap();
        assert_eq!(world.accesses(), [after]);
    }
}

#[test]
fn what_was_taken_stays_apart_from_what_was_given_until_it_is_lowered() {
    let tomorrow = Some(now() + chrono::TimeDelta::days(1));
    for (first, second, count) in [
        ((Access::Read, TAKEN, None), (Access::Read, "x", None), 2),
        ((Access::Read, TAKEN, None), (Access::Write, "x", None), 2),
        ((Access::Read, "x", tomorrow), (Access::Read, TAKEN, None), 2),
        ((Access::Write, "x", None), (Access::Read, TAKEN, None), 1),
        ((Access::Read, TAKEN, tomorrow), (Access::Read, TAKEN, None), 1),
    ] {
        let mut world = world();
        for (access, origin, expires_at) in [first, second] {
            let wish = Wish { origin, expires_at, ..world.wish(access) };
            world.give(&wish).unwrap();
        }
        assert_eq!(world.source.grants.len(), count, "{first:?} {second:?}");
        let wish = Wish { may_lower: true, ..world.wish(Access::See) };
        world.give(&wish).unwrap();
        assert_eq!(world.accesses(), [Access::See], "{first:?} {second:?}");
        assert!(world.source.grants.iter().all(|grant| grant.origin != TAKEN));
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
fn an_exact_row_that_lasts_is_not_ended_by_a_share_that_ends() {
    let day = |days| Some(now() + chrono::TimeDelta::days(days));
    let held = (Access::See, true);
    for ((access, is_exact), lasts, outcome) in [
        (held, None, Err(Refusal::Held)),
        (held, day(2), Err(Refusal::Held)),
        (held, day(1), Ok(())),
        ((Access::Write, true), None, Ok(())),
        ((Access::None, true), None, Ok(())),
        ((Access::See, false), None, Ok(())),
    ] {
        let mut world = world();
        let team = world.source.add_group([world.bob]);
        world.source.add_grant(world.ann, Holder::Group(team), world.file, Access::Write);
        let wish = Wish { is_exact, expires_at: lasts, ..world.wish(access) };
        world.give(&wish).unwrap();
        let before = world.source.grants.clone();
        let wish = Wish { expires_at: day(1), ..world.wish(Access::Read) };
        assert_eq!(world.give(&wish), outcome, "{access:?} {is_exact} {lasts:?}");
        if outcome.is_err() {
            assert_eq!(world.source.grants, before);
            let set = Wish { may_lower: true, ..wish };
            world.give(&set).unwrap();
        }
    }
}

#[test]
fn what_takes_the_place_of_another_issuers_restriction_is_one_and_lasts_as_long() {
    let day = |days| Some(now() + chrono::TimeDelta::days(days));
    for has_before in [false, true] {
        for (lasts, ends, outcome) in
            [(None, day(1), Err(Refusal::Held)), (day(1), day(1), Ok(())), (day(1), None, Ok(())), (None, None, Ok(()))]
        {
            let mut world = world();
            let (bob, on) = (Subject::User(world.bob), Resource::Entry(world.file));
            let team = world.source.add_group([world.bob]);
            world.source.add_grant(world.ann, Holder::Group(team), world.file, Access::Write);
            let cat = world.source.add_user();
            world.source.add_grant(world.ann, cat, world.file, Access::Full);
            let held = world.source.add_grant(cat, world.bob, world.file, Access::See);
            (held.exact, held.expires_at) = (true, lasts);
            if has_before {
                world.source.add_grant(world.ann, world.bob, world.file, Access::Comment);
            }
            let wish = Wish { expires_at: ends, ..world.wish(Access::Read) };
            assert_eq!(world.give(&wish), outcome, "{lasts:?} {ends:?} {has_before}");
            let has = Reference::new(&world.source, now()).has(&bob, &on);
            let expected = if outcome.is_ok() { Access::Read } else { Access::See };
            let is_more = has_before && outcome.is_ok();
            assert!(!has.has(Capability::Write), "the team's writing stays silenced");
            assert!(has.covers(expected.capabilities()) && (is_more || has == expected.capabilities()), "{has:?}");
        }
    }
}

#[test]
fn a_share_that_ends_leaves_nobody_with_more_than_before_once_it_has_ended() {
    let days = [None, Some(1), Some(2)].map(|days| days.map(|days| now() + chrono::TimeDelta::days(days)));
    let later = now() + chrono::TimeDelta::days(3);
    for held in [Access::See, Access::Read, Access::Fill, Access::Write] {
        for (lasts, ends) in days.into_iter().flat_map(|lasts| days.map(|ends| (lasts, ends))) {
            let mut world = world();
            let team = world.source.add_group([world.bob]);
            world.source.add_grant(world.ann, Holder::Group(team), world.file, Access::Write);
            let wish = Wish { is_exact: true, expires_at: lasts, ..world.wish(held) };
            world.give(&wish).unwrap();
            let (bob, on) = (Subject::User(world.bob), Resource::Entry(world.file));
            let has = |world: &World| Reference::new(&world.source, later).has(&bob, &on);
            let before = has(&world);
            let wish = Wish { expires_at: ends, ..world.wish(Access::Comment) };
            if world.give(&wish).is_ok() && ends.is_some() {
                assert!(before.covers(has(&world)), "{held:?} until {lasts:?}, then a share until {ends:?}");
            }
        }
    }
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
    for (access, is_exact, after) in
        [(Access::Read, true, Access::Read), (Access::See, false, Access::Read), (Access::Write, false, Access::Write)]
    {
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
