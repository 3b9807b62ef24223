//! Graphs that somebody built to be hard to decide about, over memory. The tests of the store have them, too.

use super::Graph;
use crate::{
    Bound, Engine, Finding, Holding, MemorySource,
    access::AccessQuery,
    plan::{Revocation, RevokeMode},
    reading::Missing,
    source::{GrantIndex, GrantSource, Located, Moment, SpokenRow, Subject},
};
use std::convert::Infallible;
use vouchsafe_types::{Access, Actor, Ask, Capability, Grant, GrantId, Holder, Permission, Resource, UserId};

fn now() -> Moment {
    chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

/// Findings at all levels together, and the number of levels.
fn extent(reading: &[Finding]) -> (usize, usize) {
    reading.iter().fold((0, 0), |(count, depth), finding| match finding {
        Finding::Path(path) => {
            let (more, below) = extent(&path.reading);
            (count + more + 1, depth.max(below + 1))
        }
        Finding::Implied { .. } | Finding::Rewrite { .. } | Finding::Explode { .. } | Finding::Missing(_) => {
            (count + 1, depth.max(1))
        }
    })
}

impl Graph {
    /// What somebody has on the deepest entry. Explains every kind of question about it on the way.
    fn has(&mut self, user: UserId) -> Holding {
        let on = Resource::Entry(self.deepest());
        for (ask, manage) in [(Ask::One(Capability::Read), 0), (Ask::One(Capability::Delegate), 2), (Ask::Whole, 0)] {
            let permission = Permission { manage, ..Permission::on(on.clone(), ask) };
            self.explained(user, &permission);
        }
        Engine::default().holding(&mut self.source, &Actor::User(user), &on, now()).unwrap()
    }

    fn explained(&mut self, user: UserId, permission: &Permission) {
        let actor = Actor::User(user);
        let told = Engine::default().explain(&mut self.source, &actor, permission, now()).unwrap();
        let (findings, levels) = extent(&told.reading);
        // One for the rewrite, one for the explosion, and twenty missing steps.
        assert!(findings <= 1_000 + 22 && levels <= 51, "{findings} findings in {levels} levels");
        let is_terminal = told.reading.iter().any(Finding::is_terminal);
        assert!(is_terminal || !told.decision.allowed, "an allowed question without a pathway");
        let verdict = told.verify(&mut self.source, &actor, permission, now()).unwrap();
        // What had to be left out proves nothing.
        assert!(verdict == Ok(()) || !told.is_complete, "{verdict:?}: {findings} findings in {levels} levels");
    }
}

fn is_over(holding: &Holding, bound: Bound) -> bool {
    holding.capabilities.is_empty() && holding.bound == Some(bound)
}

#[test]
fn a_chain_of_10_000_is_decided_up_to_the_bound_and_denied_beyond() {
    let mut graph = Graph::chain(10_000);
    let full = Access::Full.capabilities();
    for at in [0, 10, 100, 900] {
        let who = graph.people[at];
        assert_eq!(graph.has(who).capabilities, full, "{at}");
    }
    for at in [1_000, 5_000, 9_999] {
        let who = graph.people[at];
        assert!(is_over(&graph.has(who), Bound::Users), "{at}");
    }
}

#[test]
fn a_complete_graph_is_decided_up_to_the_bound_and_denied_beyond() {
    for (is_rooted, has) in [(true, Access::Full), (false, Access::None)] {
        let mut graph = Graph::complete(140, is_rooted);
        for at in [0, 139] {
            let who = graph.people[at];
            assert_eq!(graph.has(who).capabilities, has.capabilities(), "{at}");
        }
    }
    let mut larger = Graph::complete(200, true);
    for at in [0, 199] {
        let who = larger.people[at];
        assert!(is_over(&larger.has(who), Bound::Rows), "{at}");
    }
}

#[test]
fn who_is_in_10_000_groups_has_what_they_have() {
    let mut graph = Graph::groups(10_000);
    let who = graph.people[0];
    assert_eq!(graph.has(who).capabilities, Access::Read.capabilities());
}

#[test]
fn too_many_rows_for_one_person_deny_him_and_nobody_else() {
    let mut graph = Graph::rows(30_000);
    let (who, other) = (graph.people[0], graph.source.add_user());
    assert!(is_over(&graph.has(who), Bound::Rows));
    assert_eq!(graph.has(other), Holding::NOTHING);
    let mut graph = Graph::rows(19_000);
    let who = graph.people[0];
    assert_eq!(graph.has(who).capabilities, Access::Full.capabilities());
}

#[test]
fn a_cycle_of_any_length_proves_nothing_and_breaks_nothing() {
    for length in 2..=50 {
        for (is_rooted, has) in [(true, Access::Full), (false, Access::None)] {
            let mut graph = Graph::cycle(length, is_rooted);
            for at in [0, length / 2, length - 1] {
                let who = graph.people[at];
                assert_eq!(graph.has(who).capabilities, has.capabilities(), "{length}: {at}");
            }
        }
    }
}

#[test]
fn exact_rows_on_every_level_are_decided() {
    let mut graph = Graph::exact_levels(1_000);
    let who = graph.people[0];
    let has = graph.has(who).capabilities;
    assert!(has.has(Capability::Read) && !has.has(Capability::Write), "{has:?}");
}

#[test]
fn two_who_give_each_other_on_every_level_are_decided_or_denied_in_time() {
    let mut graph = Graph::ladder(100);
    let who = graph.people[1];
    assert_eq!(graph.has(who).capabilities, Access::Full.capabilities());
    let mut graph = Graph::ladder(1_000);
    let who = graph.people[1];
    assert!(is_over(&graph.has(who), Bound::Steps));
}

#[test]
fn a_proof_of_which_every_step_needs_two_others_is_told_as_far_as_there_is_room() {
    for steps in [3, 12, 40] {
        let mut graph = Graph::braid(steps);
        let who = graph.people[steps * 2 - 1];
        assert_eq!(graph.has(who).capabilities, Access::Full.capabilities());
    }
}

#[test]
fn revoking_the_head_of_a_long_chain_or_a_wide_fan_takes_everything_behind_it() {
    for mut graph in [Graph::chain(2_000), Graph::fan(2_000)] {
        let head = graph.source.grants.iter().find(|grant| grant.issuer == graph.owner).unwrap().clone();
        let planned = Engine::default().plan_revoke(&mut graph.source, vec![head], RevokeMode::Cascade, now()).unwrap();
        let Revocation::Planned(changes) = planned else { panic!("a plan") };
        assert_eq!(changes.delete.len(), graph.source.grants.len());
        graph.source.apply(&changes);
        let last = graph.people[graph.people.len() - 1];
        assert_eq!(graph.has(last), Holding::NOTHING);
    }
}

/// A source that counts how often the rows of somebody were read.
struct Counted<'a>(&'a mut MemorySource, usize);

impl GrantSource for Counted<'_> {
    type Error = Infallible;

    fn place(&mut self, resource: &Resource) -> Result<Located, Infallible> {
        self.0.place(resource)
    }

    fn rows(&mut self, resource: &Resource, subject: &Subject, limit: usize) -> Result<Vec<SpokenRow>, Infallible> {
        self.1 += 1;
        self.0.rows(resource, subject, limit)
    }

    fn grants_to(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, Infallible> {
        self.0.grants_to(holder, resource)
    }

    fn is_active(&mut self, user: UserId) -> Result<bool, Infallible> {
        self.0.is_active(user)
    }
}

impl GrantIndex for Counted<'_> {
    fn dependants(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, Infallible> {
        self.0.dependants(holder, resource)
    }

    fn holders(
        &mut self,
        resource: &Resource,
        after: Option<&Holder>,
        limit: usize,
    ) -> Result<Vec<Holder>, Infallible> {
        self.0.holders(resource, after, limit)
    }

    fn reached(&mut self, holder: &Holder, after: Option<UserId>, limit: usize) -> Result<Vec<UserId>, Infallible> {
        self.0.reached(holder, after, limit)
    }

    fn grant(&mut self, id: GrantId) -> Result<Option<Grant>, Infallible> {
        self.0.grant(id)
    }
}

fn missing(finding: &mut Finding) -> Option<&mut Missing> {
    match finding {
        Finding::Missing(missing) => Some(missing),
        _ => None,
    }
}

#[test]
fn those_who_have_access_and_those_who_could_grant_it_are_found_without_a_scan_for_each_of_them() {
    for is_rooted in [true, false] {
        let mut graph = Graph::complete(100, is_rooted);
        let on = Resource::Entry(graph.deepest());
        let stranger = graph.source.add_user();
        let permission = Permission::on(on.clone(), Ask::One(Capability::Read));
        let mut source = Counted(&mut graph.source, 0);
        let listed = Engine::default().who_has_access(&mut source, &on, &AccessQuery::all(200), now()).unwrap();
        assert_eq!(listed.items.len(), if is_rooted { 101 } else { 1 });
        assert!(source.1 <= 101, "{} reads", source.1);

        source.1 = 0;
        let actor = Actor::User(graph.people[0]);
        let asked = if is_rooted { Actor::User(stranger) } else { actor };
        let mut told = Engine::default().explain(&mut source, &asked, &permission, now()).unwrap();
        let mut lacking: Vec<_> = told.reading.iter_mut().filter_map(missing).collect();
        assert!(!lacking.is_empty());
        let query = AccessQuery::all(100);
        Engine::default().name_who_could_grant(&mut source, &mut lacking, &on, &query, now()).unwrap();
        assert!(source.1 <= 500, "{} reads", source.1);
    }
}
