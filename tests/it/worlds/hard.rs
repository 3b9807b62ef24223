//! What does not end within the limits is denied in every use case, counted, and said in the log.

use serde_json::{Value, json};
use std::sync::{Mutex, OnceLock, PoisonError};
use vouchsafe_engine::worlds::Graph;
use vouchsafe_flows::{ActsAs, Asked, Check, StoreError, User};
use vouchsafe_http::reading_view;
use vouchsafe_tests::{Person, World};
use vouchsafe_types::{Actor, UserId};

/// The bounds that the log has named.
fn logged() -> &'static Mutex<Vec<String>> {
    static LOGGED: OnceLock<Mutex<Vec<String>>> = OnceLock::new();
    LOGGED.get_or_init(|| {
        log::set_boxed_logger(Box::new(Listener)).unwrap();
        log::set_max_level(log::LevelFilter::Warn);
        Mutex::default()
    })
}

struct Listener;

impl log::Log for Listener {
    fn enabled(&self, about: &log::Metadata<'_>) -> bool {
        about.level() <= log::Level::Warn && about.target().starts_with("vouchsafe_store")
    }

    fn log(&self, record: &log::Record<'_>) {
        if let Some(bound) = record.key_values().get("bound".into()) {
            logged().lock().unwrap_or_else(PoisonError::into_inner).push(bound.to_string());
        }
    }

    fn flush(&self) {}
}

/// A graph behind the use cases; every person is called `u` and his place.
struct Hard {
    world: World,
    graph: Graph,
}

impl Hard {
    fn new(graph: Graph) -> Self {
        let world = World::new();
        world
            .store()
            .write("graph", |tx| {
                let mut add = |id: UserId, name: String| {
                    tx.insert_user(&User::new(id, name.parse().unwrap(), chrono::DateTime::UNIX_EPOCH))
                };
                add(graph.owner, "owner".into())?;
                graph.people.iter().enumerate().try_for_each(|(at, id)| add(*id, format!("u{at}")))?;
                let mut parent = None;
                for (level, uuid) in graph.levels.iter().enumerate() {
                    parent = Some(tx.insert_entry(&vouchsafe_store::NewEntry {
                        uuid: *uuid,
                        parent,
                        owner: parent.is_none().then_some(graph.owner),
                        name: &format!("d{level}"),
                        is_dir: true,
                        size_bytes: 0,
                        content_type: None,
                        created_at: chrono::DateTime::UNIX_EPOCH,
                        modified_at: chrono::DateTime::UNIX_EPOCH,
                        allocation_id: "a",
                        lookup_hash: &uuid.to_string(),
                    })?);
                }
                graph.source.grants.iter().try_for_each(|grant| tx.insert_grant(grant, &json!({})))
            })
            .map_err(|error: StoreError| error)
            .unwrap();
        Self { world, graph }
    }

    fn check(&self, at: usize) -> Check {
        let asked = Asked::Actor(Actor::User(self.graph.people[at]));
        Check { asked, permission: format!("fs:{}:read", self.graph.deepest()) }
    }

    fn may(&self, at: usize) -> bool {
        self.world.vouchsafe.check(&self.check(at), None).unwrap().allowed[0]
    }

    fn person(&self, at: usize) -> Person {
        let name = format!("u{at}");
        let token = self.world.vouchsafe.issue_token(&name, ActsAs::Person, chrono::TimeDelta::days(1)).unwrap();
        Person { name, token }
    }

    /// How many decisions were refused by now, at each bound.
    fn refused(&self) -> Vec<(&'static str, u64)> {
        let all = self.world.vouchsafe.bounded_decisions_by_bound();
        assert_eq!(all.iter().map(|(_, count)| count).sum::<u64>(), self.world.vouchsafe.bounded_decisions());
        all.into_iter().filter(|(_, count)| *count > 0).collect()
    }
}

#[test]
fn a_decision_over_a_bound_is_denied_counted_and_logged() {
    let before = logged().lock().unwrap_or_else(PoisonError::into_inner).len();
    for (graph, at, bound) in
        [(Graph::chain(1_100), 1_099, "users"), (Graph::rows(20_100), 0, "rows"), (Graph::ladder(400), 1, "steps")]
    {
        let hard = Hard::new(graph);
        assert!(!hard.may(at), "{bound}");
        assert_eq!(hard.refused(), [(bound, 1)]);
        let batch = vec![hard.check(at); 2];
        assert_eq!(hard.world.vouchsafe.check_batch(&batch, None).unwrap().allowed, [false, false]);
        assert_eq!(hard.refused(), [(bound, 3)], "what did not end is not kept");
        let told =
            hard.world.vouchsafe.explain(&Actor::Service { name: "host".into() }, &hard.check(at), None).unwrap();
        assert!(!told.explanation.decision.allowed);
        assert_eq!(hard.refused(), [(bound, 4)]);
        let names = logged().lock().unwrap_or_else(PoisonError::into_inner)[before..].to_vec();
        assert!(names.iter().any(|name| name == bound), "{bound} in {names:?}");
    }
}

#[actix_web::test]
async fn every_use_case_counts_what_it_refuses_at_a_bound() {
    let hard = Hard::new(Graph::chain(1_100));
    let (last, entry) = (hard.person(1_099), hard.graph.deepest());
    let calls = [
        ("GET", format!("/v1/entries/{entry}"), Value::Null),
        ("GET", format!("/v1/entries/{entry}/access"), Value::Null),
        (
            "POST",
            "/v1/grants".to_owned(),
            json!({ "holder": { "user": "u0" }, "permission": format!("fs:{entry}:read") }),
        ),
    ];
    for (nth, (method, path, body)) in calls.into_iter().enumerate() {
        let answer = hard.world.call(method, &path, &last.token, body).await;
        assert_eq!(answer.code(), "subject_does_not_exist", "{path}");
        assert!(hard.world.vouchsafe.bounded_decisions() > u64::try_from(nth).unwrap(), "{path}");
    }
    let metrics = hard.world.call("GET", "/metrics", "", Value::Null).await;
    let text = metrics.body.as_str().unwrap();
    assert!(text.contains("vouchsafe_decisions_refused_at_bound_total{bound=\"users\"}"), "{text}");
}

/// How deep the arrays and objects of a text lie in each other.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest, mut is_string, mut is_escaped) = (0_usize, 0, false, false);
    for c in text.chars() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_string => is_escaped = true,
            '"' => is_string = !is_string,
            '[' | '{' if !is_string => depth += 1,
            ']' | '}' if !is_string => depth -= 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[test]
fn the_json_of_any_reading_is_one_that_every_reader_takes() {
    let graphs = [
        (Graph::chain(900), 899),
        (Graph::complete(140, true), 139),
        (Graph::complete(140, false), 139),
        (Graph::cycle(50, true), 49),
        (Graph::ladder(100), 1),
        (Graph::braid(40), 79),
        (Graph::exact_levels(300), 0),
    ];
    for (graph, at) in graphs {
        let hard = Hard::new(graph);
        let host = Actor::Service { name: "host".into() };
        let told = hard.world.vouchsafe.explain(&host, &hard.check(at), None).unwrap();
        let text = serde_json::to_string(&json!({ "allowed": true, "reading": reading_view(&told) })).unwrap();
        assert!(nesting(&text) < 128, "{}", nesting(&text));
        assert!(serde_json::from_str::<Value>(&text).is_ok());
        assert!(text.len() < 2_000_000, "{} bytes", text.len());
    }
}
