use super::*;
use crate::MemorySource;
use vouchsafe_types::{Access, Ask, Capability, EntryId};

struct World {
    source: MemorySource,
    home: EntryId,
    people: [UserId; 4],
}

/// ann's home; bob manages it, dan has everything on it, eve reads it from bob.
fn world() -> (World, Grant) {
    let mut source = MemorySource::default();
    let people @ [ann, bob, eve, dan] = [(); 4].map(|()| source.add_user());
    let home = source.add_root(ann, "ann");
    source.add_grant(ann, bob, home, Access::Manage);
    source.add_grant(ann, dan, home, Access::Full);
    let row = source.add_grant(bob, eve, home, Access::Read).clone();
    (World { source, home, people }, row)
}

impl World {
    fn edit(&mut self, row: &Grant, what: &str, is_exact: bool, editor: Option<usize>) -> Result<Grant, Refusal> {
        let permission = what.replace('U', &self.home.to_string()).parse().unwrap();
        self.to(row, &NewTerms { permission, is_exact, expires_at: None }, editor)
    }

    fn to(&mut self, row: &Grant, terms: &NewTerms, editor: Option<usize>) -> Result<Grant, Refusal> {
        let editor = editor.map(|i| self.people[i]);
        let planned = Engine::default().plan_edit(&mut self.source, row, terms, editor, Moment::UNIX_EPOCH);
        planned.unwrap().map(|changes| match changes.update.as_slice() {
            [edit] => edit.after.clone(),
            _ => row.clone(),
        })
    }
}

const ANN: Option<usize> = Some(0);
const BOB: Option<usize> = Some(1);
const EVE: Option<usize> = Some(2);
const DAN: Option<usize> = Some(3);

#[test]
fn the_issuer_stays_while_he_may_give_it_and_else_the_editor_answers_for_it() {
    let (mut world, row) = world();
    let [ann, bob, _, dan] = world.people;
    for (what, is_exact, editor, issuer) in [
        ("fs:U:write", false, BOB, bob),
        ("fs:U:write", false, None, bob),
        ("fs:U:write", false, DAN, bob),
        ("fs:U:see", false, EVE, bob),
        ("manage:fs:U", false, DAN, dan),
        ("fs:U:none", true, ANN, ann),
        ("fs:U:read", true, DAN, dan),
    ] {
        let edited = world.edit(&row, what, is_exact, editor).unwrap();
        assert_eq!((edited.id, edited.issuer, edited.exact), (row.id, issuer, is_exact), "{what} {editor:?}");
    }
}

#[test]
fn who_sets_what_its_issuer_cannot_give_any_more_answers_for_it_and_who_writes_it_back_does_not() {
    let (mut world, row) = world();
    let [ann, bob, _, dan] = world.people;
    let mut row = Grant { exact: true, capabilities: Access::Full.capabilities(), ..row };
    let mut set = |row: &Grant, editor: UserId| {
        let (full, now) = (Access::Full.capabilities(), Moment::UNIX_EPOCH);
        let has = Engine::default().holding(&mut world.source, &Actor::User(editor), &row.resource, now).unwrap();
        let planned = Engine::default().plan_exact(&mut world.source, row, full, (editor, has), now).unwrap();
        let terms = (full, row.expires_at);
        let same = Engine::default().plan_set(&mut world.source, row, terms, Some(editor), now).unwrap();
        assert_eq!(planned, same);
        planned.map(|changes| changes.update.first().map(|edit| edit.after.issuer))
    };
    assert_eq!((set(&row, dan), set(&row, ann)), (Ok(Some(dan)), Ok(Some(ann))));
    assert_eq!(set(&row, bob), Ok(None), "he cannot give it either");
    row.issuer = dan;
    assert_eq!(set(&row, ann), Ok(None), "he still may");
    let manages = Grant { issuer: bob, exact: false, capabilities: Access::Manage.capabilities(), ..row };
    assert_eq!(world.edit(&manages, "manage:fs:U", false, ANN), Ok(manages), "written back");
}

#[test]
fn the_text_by_which_a_row_is_shown_keeps_what_no_text_says() {
    let (mut world, mut row) = world();
    let comment = Permission::on(row.resource.clone(), Ask::One(Capability::Comment));
    row.capabilities = comment.granted() | Capability::Fill.into();
    world.source.grants[2] = row.clone();
    let shown = Permission::describing(&row.resource, row.capabilities);
    assert!(shown.granted() != row.capabilities, "{shown} says less");
    let ends = DateTime::from_timestamp(1_900_000_000, 0);
    let terms = |permission| NewTerms { permission, is_exact: false, expires_at: ends };
    let kept = world.to(&row, &terms(shown), BOB).unwrap();
    assert_eq!((kept.capabilities, kept.expires_at), (row.capabilities, ends));
    let read = Permission::on(row.resource.clone(), Ask::One(Capability::Read));
    assert_eq!(world.to(&row, &terms(read.clone()), BOB).unwrap().capabilities, read.granted());
}

#[test]
fn nobody_edits_more_than_he_may_give() {
    let (mut world, row) = world();
    let refused = |what: &str, home: EntryId| {
        Err(Refusal::NotAllowed { permission: what.replace('U', &home.to_string()).parse().unwrap() })
    };
    let home = world.home;
    assert_eq!(world.edit(&row, "manage:fs:U", false, BOB), refused("manage:fs:U", home));
    assert_eq!(world.edit(&row, "manage:fs:U", false, None), refused("manage:fs:U", home), "the issuer may not");
    assert_eq!(world.edit(&row, "fs:U:read", true, BOB), refused("fs:U:read", home), "exact needs manage");
    assert_eq!(world.edit(&row, "fs:U:write", false, EVE), Err(Refusal::ToSelf));
    let of_dan = world.source.grants[1].clone();
    assert_eq!(world.edit(&of_dan, "fs:U:see", false, BOB), Err(Refusal::Denied));
    assert_eq!(world.edit(&of_dan, "fs:U:see", false, DAN).map(|g| g.issuer), Ok(world.people[0]));
}

#[test]
fn who_may_not_give_what_is_kept_adds_what_he_may_give_to_it() {
    let (mut world, _) = world();
    let [ann, _, eve, _] = world.people;
    let kim = world.source.add_user();
    world.source.add_grant(ann, kim, world.home, Access::Read).capabilities =
        Access::Read.capabilities() | Capabilities::SHARING;
    let row = world.source.add_grant(ann, eve, world.home, Access::Write).clone();
    let write = row.capabilities;
    let later = Moment::UNIX_EPOCH + chrono::TimeDelta::days(1);
    let mut set = |row: &Grant, capabilities, expires_at| {
        let terms = (capabilities, expires_at);
        let planned = Engine::default().plan_set(&mut world.source, row, terms, Some(kim), Moment::UNIX_EPOCH);
        planned.unwrap().map(|changes| (changes.update[0].after.issuer, changes.update[0].after.capabilities))
    };
    let more = write | Capability::Share.into();
    assert_eq!(set(&row, more, None), Ok((ann, more)));
    let other = Access::Read.capabilities() | Capability::Share.into();
    assert_eq!(set(&row, other, Some(later)), Ok((ann, other)), "all of it is his to give");
    let is_refused = |outcome| matches!(outcome, Err(Refusal::NotAllowed { .. }));
    let reading = Grant { capabilities: Access::Read.capabilities(), ..row.clone() };
    assert!(is_refused(set(&reading, more, None)), "writing is new there");
    assert!(is_refused(set(&Grant { expires_at: Some(later), ..row.clone() }, more, None)), "nor is it prolonged");
    assert!(is_refused(set(&Grant { exact: true, ..row.clone() }, more, None)), "an exact row is raised as a whole");
    assert!(is_refused(set(&Grant { issuer: eve, ..row }, more, None)), "its issuer cannot give that");
}

#[test]
fn an_exact_row_is_not_lifted_by_letting_it_end() {
    let (mut world, mut row) = world();
    (row.issuer, row.exact, row.capabilities) = (world.people[3], true, Capabilities::NONE);
    world.source.grants[2] = row.clone();
    let permission = format!("fs:{}:none", world.home).parse().unwrap();
    let soon = NewTerms { permission, is_exact: true, expires_at: Some(DateTime::from_timestamp(1, 0).unwrap()) };
    assert_eq!(world.to(&row, &soon, EVE), Err(Refusal::Denied));
    assert_eq!(world.to(&row, &soon, BOB), Err(Refusal::Denied));
    assert_eq!(world.to(&row, &soon, DAN).map(|g| g.expires_at), Ok(soon.expires_at));
    // Once dan may only share, he may still say less, and not let it end.
    world.source.grants[1].capabilities = Access::Manage.capabilities();
    assert!(matches!(world.to(&row, &soon, DAN), Err(Refusal::NotAllowed { .. })));
    let same = NewTerms { expires_at: None, ..soon };
    assert_eq!(world.to(&row, &same, DAN), Ok(row));
}

#[test]
fn what_somebody_wrote_by_leaving_is_not_edited() {
    let (mut world, mut row) = world();
    (row.exact, row.capabilities) = (true, Capabilities::NONE);
    LEFT.clone_into(&mut row.origin);
    for editor in [None, ANN, EVE] {
        assert_eq!(world.edit(&row, "fs:U:write", false, editor), Err(Refusal::Denied));
    }
}

#[test]
fn an_end_stays_between_gifts_and_not_between_a_gift_and_a_deny_but_for_a_links() {
    let (mut world, row) = world();
    let (ann, ends) = (world.people[0], Some(Moment::UNIX_EPOCH + chrono::TimeDelta::days(1)));
    let link = Holder::Link(vouchsafe_types::LinkId::mint());
    let (read, comment, nothing) = (Access::Read.capabilities(), Access::Comment.capabilities(), Capabilities::NONE);
    for (before, after, stays) in
        [(read, comment, true), (comment, read, true), (read, nothing, false), (nothing, read, false)]
    {
        for (holder, stays) in [(row.holder.clone(), stays), (link.clone(), true)] {
            let row = Grant { holder, capabilities: before, exact: true, expires_at: ends, ..row.clone() };
            let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
            let has = engine.holding(&mut world.source, &Actor::User(ann), &row.resource, now).unwrap();
            let planned = engine.plan_exact(&mut world.source, &row, after, (ann, has), now).unwrap().unwrap();
            assert_eq!(planned.update[0].after.expires_at, ends.filter(|_| stays), "{before:?} {after:?}");
        }
    }
}
