//! Two processes on one database: what one of them has answered counts at the very next check of the other.

use super::{
    estate::{Estate, setting},
    lane::Dice,
};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};
use vouchsafe_tests::Wire;
use vouchsafe_types::EntryId;

const GROUP: &str = "00000000-0000-0000-0000-00000000cafe";

/// The two nodes as one client sees them, and what lies on them.
struct Pair<'e> {
    estate: &'e Estate,
    wires: [Wire; 2],
    file: String,
    shared: String,
    dice: Dice,
    /// Grants that will expire: when, whose, and on what.
    expiring: VecDeque<(DateTime<Utc>, String)>,
    checks: usize,
}

#[expect(clippy::disallowed_methods, reason = "the processes read the real clock too")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

impl<'e> Pair<'e> {
    fn new(estate: &'e Estate, addresses: [&str; 2]) -> Self {
        let mut pair = Self {
            estate,
            wires: addresses.map(Wire::new),
            file: EntryId::mint().to_string(),
            shared: EntryId::mint().to_string(),
            dice: Dice(77),
            expiring: VecDeque::new(),
            checks: 0,
        };
        for name in ["ann", "bob", "eve"] {
            estate.put_user(&mut pair.wires[0], name);
        }
        let entry = |path: &str, kind: &str| json!({ "path": path, "kind": kind, "create_parents": true });
        let (file, shared) = (format!("/v1/entries/{}", pair.file), format!("/v1/entries/{}", pair.shared));
        pair.on(0, "PUT", &file, &entry("/ann/mine/a.txt", "file"));
        pair.on(0, "PUT", &shared, &entry("/ann/shared", "dir"));
        pair.members(0, &[]);
        let (to_eve, to_group) = (json!({ "user": "eve" }), json!({ "group": GROUP }));
        pair.give(0, "ann", &to_eve, &format!("fs:{}:read", pair.shared), &Value::Null);
        pair.give(0, "ann", &to_group, &format!("fs:{}:read", pair.file), &Value::Null);
        pair
    }

    fn on(&mut self, node: usize, method: &str, path: &str, body: &Value) -> Value {
        self.estate.host(&mut self.wires[node], method, path, body).body
    }

    fn members(&mut self, node: usize, members: &[&str]) {
        let body = json!({ "owner": "ann", "name": "friends", "members": members });
        self.on(node, "PUT", &format!("/v1/groups/{GROUP}"), &body);
    }

    fn give(&mut self, node: usize, issuer: &str, holder: &Value, permission: &str, expires_at: &Value) -> String {
        let body = json!({ "issuer": issuer, "holder": holder, "permission": permission, "expires_at": expires_at });
        self.on(node, "POST", "/v1/grants", &body)["id"].as_str().unwrap().to_owned()
    }

    fn moves(&mut self, node: usize, path: &str) {
        self.on(node, "POST", &format!("/v1/entries/{}/move", self.file), &json!({ "path": path }));
    }

    /// The other node, asked at once, must say so.
    fn is(&mut self, asked: usize, user: &str, level: &str, expected: bool, why: &str) {
        let permission = format!("fs:{}:{level}", self.file);
        self.checks += 1;
        assert_eq!(self.estate.may(&mut self.wires[asked], user, &permission), expected, "stale: {why}");
    }

    fn round(&mut self) {
        let (one, other) = if self.dice.roll(2) == 0 { (0, 1) } else { (1, 0) };
        match self.dice.roll(5) {
            0 => {
                let permission = format!("fs:{}:write", self.file);
                let grant = self.give(one, "ann", &json!({ "user": "bob" }), &permission, &Value::Null);
                self.is(other, "bob", "write", true, "a grant");
                self.on(one, "DELETE", &format!("/v1/grants/{grant}"), &Value::Null);
                self.is(other, "bob", "write", false, "a revocation");
            }
            1 => {
                self.members(one, &["bob"]);
                self.is(other, "bob", "read", true, "a member who came");
                self.members(one, &[]);
                self.is(other, "bob", "read", false, "a member who went");
            }
            2 => {
                self.moves(one, "/ann/shared/a.txt");
                self.is(other, "eve", "read", true, "a move into a shared directory");
                self.moves(one, "/ann/mine/a.txt");
                self.is(other, "eve", "read", false, "a move out of a shared directory");
            }
            3 => self.expire(one, other),
            _ => {
                self.moves(one, "/bob/a.txt");
                self.is(other, "ann", "see", false, "the owner who gave it away");
                self.is(other, "bob", "delete", true, "the owner who got it");
                self.moves(one, "/ann/mine/a.txt");
                self.is(other, "bob", "see", false, "the owner who gave it back");
                self.is(other, "ann", "delete", true, "the owner who got it back");
                // What its owner had given fell when he gave it away.
                let (group, read) = (json!({ "group": GROUP }), format!("fs:{}:read", self.file));
                self.give(one, "ann", &group, &read, &Value::Null);
            }
        }
        while self.expiring.front().is_some_and(|(at, _)| now() >= *at) {
            let (_, directory) = self.expiring.pop_front().unwrap();
            self.checks += 1;
            let permission = format!("fs:{directory}:see");
            assert!(!self.estate.may(&mut self.wires[other], "read0", &permission), "stale: an expired grant");
        }
    }

    /// A grant that ends in a moment, on a directory of its own: it is asked about until then, and after.
    fn expire(&mut self, one: usize, other: usize) {
        let directory = EntryId::mint().to_string();
        let body = json!({ "path": format!("/eve/{directory}"), "kind": "dir" });
        self.on(one, "PUT", &format!("/v1/entries/{directory}"), &body);
        let permission = format!("fs:{directory}:see");
        let mut ahead = TimeDelta::milliseconds(400);
        let ends = loop {
            let ends = (now() + ahead).trunc_subsecs(6);
            let body = json!({ "issuer": "eve", "holder": { "user": "read0" }, "permission": permission,
                "expires_at": ends.to_rfc3339() });
            let reply = self.wires[one].call("POST", "/v1/grants", &self.estate.key, &body).unwrap();
            if reply.is_done() {
                break ends;
            }
            assert!(now() >= ends, "it ended before it got there, or else: {reply:?}");
            ahead = ahead * 2;
        };
        self.checks += 1;
        let may = self.estate.may(&mut self.wires[other], "read0", &permission);
        assert!(may || now() >= ends, "stale: a grant that will end");
        self.expiring.push_back((ends, directory));
    }
}

/// Asks both nodes the same things again and again, so that they keep answers, and changes other things meanwhile.
fn load(estate: &Estate, file: &str, address: &str, is_over: &AtomicBool, seed: u64) {
    let (mut wire, mut dice) = (Wire::new(address), Dice(seed));
    while !is_over.load(Ordering::SeqCst) {
        let user = ["ann", "bob", "eve", "read0"][dice.roll(4)];
        let level = ["see", "read", "write", "delete"][dice.roll(4)];
        estate.may(&mut wire, user, &format!("fs:{file}:{level}"));
        if dice.roll(20) == 0 {
            let body = json!({ "path": format!("/read1/{}", EntryId::mint()), "kind": "file" });
            estate.host(&mut wire, "PUT", &format!("/v1/entries/{}", EntryId::mint()), &body);
        }
    }
}

#[test]
fn what_one_node_answered_counts_at_the_next_check_of_the_other() {
    let rounds = setting("VOUCHSAFE_TEST_ROUNDS", 150);
    let estate = Estate::new();
    let (one, other) = (estate.serve(), estate.serve());
    let mut pair = Pair::new(&estate, [&one.address, &other.address]);
    let (file, is_over) = (pair.file.clone(), AtomicBool::new(false));
    thread::scope(|scope| {
        for (seed, address) in [(1, &one.address), (2, &other.address), (3, &one.address), (4, &other.address)] {
            let (estate, file, is_over) = (&estate, &file, &is_over);
            scope.spawn(move || load(estate, file, address, is_over, seed));
        }
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            (0..rounds).for_each(|_| pair.round());
        }));
        is_over.store(true, Ordering::SeqCst);
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
    eprintln!("{rounds} rounds, {} checks on the other node, none stale", pair.checks);
}
