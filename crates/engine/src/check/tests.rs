use super::*;
use crate::{Bound, MemorySource};
use vouchsafe_types::{Access, Ask, Capabilities, Capability, Grant, GrantId, Holder, UserId};

fn now() -> Moment {
    chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn grant(issuer: UserId, holder: Holder, resource: Resource, capabilities: Capabilities) -> Grant {
    let (id, created_at) = (GrantId::mint(), now());
    Grant {
        id,
        issuer,
        holder,
        resource,
        capabilities,
        exact: false,
        expires_at: None,
        created_at,
        origin: "test".into(),
    }
}

/// An owner, his tree's root, and so many more people.
fn people(count: usize) -> (MemorySource, UserId, Resource, Vec<UserId>) {
    let mut source = MemorySource::default();
    let owner = source.add_user();
    let root = Resource::Entry(source.add_root(owner, "root"));
    let others = (0..count).map(|_| source.add_user()).collect();
    (source, owner, root, others)
}

fn holding(source: &mut MemorySource, user: UserId, resource: &Resource) -> Holding {
    Engine::default().holding(source, &Actor::User(user), resource, now()).unwrap()
}

#[test]
fn a_chain_works_while_every_link_stands_and_never_widens() {
    let (mut source, owner, root, others) = people(3);
    let full = Access::Full.capabilities();
    source.grants.push(grant(owner, Holder::User(others[0]), root.clone(), Access::Manage.capabilities()));
    source.grants.push(grant(others[0], Holder::User(others[1]), root.clone(), full));
    source.grants.push(grant(others[1], Holder::User(others[2]), root.clone(), full));
    assert_eq!(holding(&mut source, others[1], &root).capabilities, Access::Write.capabilities());
    assert!(holding(&mut source, others[2], &root).capabilities.is_empty(), "share was not handed on");
    source.grants.remove(0);
    assert!(holding(&mut source, others[1], &root).capabilities.is_empty());
}

#[test]
fn two_who_grant_each_other_have_nothing_by_it() {
    let (mut source, _, root, others) = people(2);
    let full = Access::Full.capabilities();
    source.grants.push(grant(others[0], Holder::User(others[1]), root.clone(), full));
    source.grants.push(grant(others[1], Holder::User(others[0]), root.clone(), full));
    assert!(holding(&mut source, others[0], &root).capabilities.is_empty());
}

#[test]
fn what_does_not_end_within_the_limits_is_denied_and_says_so() {
    let (mut source, owner, root, others) = people(1_100);
    let full = Access::Full.capabilities();
    let mut issuer = owner;
    for holder in &others {
        source.grants.push(grant(issuer, Holder::User(*holder), root.clone(), full));
        issuer = *holder;
    }
    assert_eq!(holding(&mut source, others[100], &root).capabilities, full);
    let last = holding(&mut source, others[1_099], &root);
    assert_eq!((last.capabilities, last.bound), (Capabilities::NONE, Some(Bound::Users)));
}

#[test]
fn an_app_has_what_its_user_has_and_it_was_given() {
    let (mut source, owner, root, _) = people(0);
    let app: vouchsafe_types::AppUid = "app-1".parse().unwrap();
    let actor = Actor::App { app: app.clone(), user: owner };
    let engine = Engine::default();
    assert!(engine.holding(&mut source, &actor, &root, now()).unwrap().capabilities.is_empty());
    let read = Access::Read.capabilities();
    source.grants.push(grant(owner, Holder::App { app, user: Some(owner) }, root.clone(), read));
    assert_eq!(engine.holding(&mut source, &actor, &root, now()).unwrap().capabilities, read);
    source.users.insert(owner, false);
    assert!(engine.holding(&mut source, &actor, &root, now()).unwrap().capabilities.is_empty());
}

#[test]
fn an_expired_grant_gives_nothing_and_says_until_when_it_held() {
    let (mut source, owner, root, others) = people(1);
    let ends = now() + chrono::TimeDelta::seconds(5);
    let timed = grant(owner, Holder::User(others[0]), root.clone(), Access::Read.capabilities());
    source.grants.push(Grant { expires_at: Some(ends), ..timed });
    let held = holding(&mut source, others[0], &root);
    assert_eq!((held.capabilities, held.until), (Access::Read.capabilities(), Some(ends)));
    assert!(held.is_valid(now()) && !held.is_valid(ends));
    let later = Engine::default().holding(&mut source, &Actor::User(others[0]), &root, ends).unwrap();
    assert!(later.capabilities.is_empty());
}

#[test]
fn a_holding_ends_with_the_first_of_the_grants_behind_it_that_ends() {
    let (mut source, owner, root, others) = people(2);
    let at = |seconds| Some(now() + chrono::TimeDelta::seconds(seconds));
    let full = Access::Full.capabilities();
    for (issuer, holder, ends) in [(owner, others[0], 7), (others[0], others[1], 9), (owner, others[1], 8)] {
        let timed = grant(issuer, Holder::User(holder), root.clone(), full);
        source.grants.push(Grant { expires_at: at(ends), ..timed });
    }
    assert_eq!(holding(&mut source, others[1], &root).until, at(7));
    assert_eq!(holding(&mut source, owner, &root).until, None, "an owner needs no grant");
}

#[test]
fn what_a_rewrite_makes_of_a_question_is_what_is_demanded() {
    /// `erase` stands for deleting the entry.
    struct Erase(vouchsafe_types::EntryId);
    impl RewriteRule<MemorySource> for Erase {
        fn id(&self) -> &'static str {
            "erase"
        }
        fn rewrite(&self, _: &mut MemorySource, asked: &Permission) -> Result<Rewritten, std::convert::Infallible> {
            let is_it = asked.to_string() == "erase";
            let delete = Permission::on(Resource::Entry(self.0), Ask::One(Capability::Delete));
            Ok(if is_it { Rewritten::To(delete) } else { Rewritten::Same })
        }
    }
    let (mut source, owner, root, others) = people(1);
    let Resource::Entry(entry) = root else { return };
    source.grants.push(grant(owner, Holder::User(others[0]), root, Access::Write.capabilities()));
    let (engine, erase) = (Engine::default().with_rewrite(Erase(entry)), "erase".parse().unwrap());
    for (user, may) in [(owner, true), (others[0], false)] {
        let actor = Actor::User(user);
        let decision = engine.check(&mut source, &actor, &erase, now()).unwrap();
        assert_eq!(decision.allowed, may);
        assert_eq!(engine.explain(&mut source, &actor, &erase, now()).unwrap().decision, decision);
    }
}

#[test]
fn an_empty_demand_is_never_met() {
    let (mut source, owner, root, _) = people(0);
    let Resource::Entry(entry) = root else { return };
    let nothing = format!("fs:{entry}:none").parse().unwrap();
    assert!(!Engine::default().check(&mut source, &Actor::User(owner), &nothing, now()).unwrap().allowed);
}
