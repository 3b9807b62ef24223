use super::filling::{because, host};
use crate::{AuditFilter, StoreError, fixture::now, testing::TestDatabase};
use vouchsafe_engine::{Bound, Engine, Finding, Holding, worlds::Graph};
use vouchsafe_types::{Access, Actor, Ask, Capability, Permission, Resource, UserId};

/// A graph in a database of its own.
struct Stored {
    graph: Graph,
    db: TestDatabase,
}

impl Stored {
    fn new(graph: Graph) -> Self {
        let db = TestDatabase::new();
        db.writes(|tx| tx.fill(&graph.source, graph.owner));
        Self { graph, db }
    }

    fn person(&self, at: usize) -> UserId {
        self.graph.people[at]
    }

    /// What somebody has on the deepest entry. Explains it on the way.
    fn has(&self, user: UserId) -> Holding {
        let on = Resource::Entry(self.graph.deepest());
        let permission = Permission::on(on.clone(), Ask::One(Capability::Read));
        let actor = Actor::User(user);
        let holding = self.db.store.read(|tx| {
            let engine = Engine::default();
            let told = engine.explain(tx, &actor, &permission, now())?;
            let is_terminal = told.reading.iter().any(Finding::is_terminal);
            assert_eq!(is_terminal, told.decision.allowed);
            engine.holding(tx, &actor, &on, now())
        });
        holding.map_err(|error: StoreError| error).unwrap()
    }

    fn is_over(&self, user: UserId, bound: Bound) -> bool {
        let holding = self.has(user);
        holding.capabilities.is_empty() && holding.bound == Some(bound)
    }

    /// Revokes what the owner gave, in one transaction. Gives how many grants went.
    fn revoke_head(&self) -> i64 {
        let before = self.db.count_grants();
        let host = host();
        self.db.writes(|tx| {
            let head = tx.list_grants_given_by(self.graph.owner)?;
            tx.revoke(head, because(&host))
        });
        before - self.db.count_grants()
    }
}

#[test]
fn a_chain_of_10_000_is_decided_up_to_the_bound_and_falls_in_one_transaction() {
    let stored = Stored::new(Graph::chain(10_000));
    assert_eq!(stored.has(stored.person(900)).capabilities, Access::Full.capabilities());
    assert!(stored.is_over(stored.person(9_999), Bound::Users));
    let before = stored.db.store.versions(None).unwrap().revision;
    assert_eq!(stored.revoke_head(), 10_000);
    assert_eq!(stored.db.store.versions(None).unwrap().revision, before + 1);
    for at in [0, 900, 9_999] {
        assert_eq!(stored.has(stored.person(at)), Holding::NOTHING, "{at}");
    }
    let audited = stored.db.store.read(|tx| tx.list_audit(AuditFilter::default(), 0, 100_000)).unwrap();
    assert_eq!(audited.len(), 10_000, "each with its audit event");
}

#[test]
fn a_fan_of_10_000_falls_in_one_transaction() {
    let stored = Stored::new(Graph::fan(10_000));
    assert_eq!(stored.has(stored.person(10_000)).capabilities, Access::Full.capabilities());
    assert_eq!(stored.revoke_head(), 10_001);
    for at in [0, 1, 10_000] {
        assert_eq!(stored.has(stored.person(at)), Holding::NOTHING, "{at}");
    }
}

#[test]
fn a_complete_graph_is_decided_up_to_the_bound_and_denied_beyond() {
    for (is_rooted, has) in [(true, Access::Full), (false, Access::None)] {
        let stored = Stored::new(Graph::complete(140, is_rooted));
        assert_eq!(stored.has(stored.person(139)).capabilities, has.capabilities());
    }
    let larger = Stored::new(Graph::complete(200, true));
    assert!(larger.is_over(larger.person(199), Bound::Rows));
}

#[test]
fn who_is_in_10_000_groups_has_what_they_have() {
    let stored = Stored::new(Graph::groups(10_000));
    assert_eq!(stored.has(stored.person(0)).capabilities, Access::Read.capabilities());
}

#[test]
fn too_many_rows_for_one_person_deny_him() {
    let stored = Stored::new(Graph::rows(30_000));
    assert!(stored.is_over(stored.person(0), Bound::Rows));
}

#[test]
fn a_cycle_proves_nothing_and_breaks_nothing() {
    for length in [2, 3, 25, 50] {
        for (is_rooted, has) in [(true, Access::Full), (false, Access::None)] {
            let stored = Stored::new(Graph::cycle(length, is_rooted));
            assert_eq!(stored.has(stored.person(length / 2)).capabilities, has.capabilities(), "{length}");
        }
    }
}

#[test]
fn exact_rows_on_every_level_are_decided() {
    let stored = Stored::new(Graph::exact_levels(900));
    let has = stored.has(stored.person(0)).capabilities;
    assert!(has.has(Capability::Read) && !has.has(Capability::Write), "{has:?}");
}

#[test]
fn two_who_give_each_other_on_every_level_are_decided_or_denied_in_time() {
    let stored = Stored::new(Graph::ladder(100));
    assert_eq!(stored.has(stored.person(1)).capabilities, Access::Full.capabilities());
    let deeper = Stored::new(Graph::ladder(900));
    assert!(deeper.is_over(deeper.person(1), Bound::Steps));
}

#[test]
fn what_is_pushed_down_10_000_levels_is_denied_and_comes_up_again() {
    let stored = Stored::new(Graph::new(1, 1));
    let (owner, bob) = (stored.graph.owner, stored.person(0));
    let home = stored.db.store.read(|tx| tx.find_home(owner)).unwrap().unwrap();
    let leaf = stored.db.file(&home, "leaf");
    let ann = stored.db.store.read(|tx| tx.find_user(owner)).unwrap().unwrap();
    stored.db.grant(&ann, vouchsafe_types::Holder::User(bob), Resource::Entry(leaf.uuid));
    let host = host();
    let mut top = leaf.clone();
    stored.db.writes(|tx| {
        for nth in 0..10_000 {
            let above = tx.add(Some(home.id), None, &nth.to_string(), true)?;
            tx.move_entry(&top, &above, &"below".parse().unwrap())?;
            top = above;
        }
        Ok(())
    });
    let holding = |user| {
        let on = Resource::Entry(leaf.uuid);
        stored.db.store.read(|tx| Engine::default().holding(tx, &Actor::User(user), &on, now())).unwrap()
    };
    for user in [owner, bob] {
        assert_eq!((holding(user).capabilities.is_empty(), holding(user).bound), (true, Some(Bound::Depth)));
    }
    assert_eq!(stored.db.store.refused_at(Bound::Depth), 4, "each is counted");
    assert_eq!(stored.db.store.read(|tx| tx.find_entry(leaf.uuid)).unwrap(), None);
    // What lies below goes with what lies above, however deep.
    stored.db.writes(|tx| {
        tx.retire_grants_below(&top, None, because(&host))?;
        tx.delete_entry(&top)
    });
    assert_eq!(stored.db.count_grants(), 0);
    let left = stored.db.store.read(|tx| tx.uuid_of(leaf.id)).unwrap();
    assert_eq!(left, None);
}
