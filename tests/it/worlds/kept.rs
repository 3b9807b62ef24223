//! Decisions are kept in memory: never longer than they are true.

use super::town::{Town, host};
use chrono::TimeDelta;
use std::sync::atomic::{AtomicBool, Ordering};
use vouchsafe_flows::{Check, Fault, GrantWish, HolderName, Vouchsafe};
use vouchsafe_tests::{Person, World};
use vouchsafe_types::Clock;

/// How often something happens in each town.
const STEPS: usize = 80;
/// How many questions are asked again and again.
const QUESTIONS: usize = 20;

fn allowed(vouchsafe: &Vouchsafe, question: &Check) -> bool {
    vouchsafe.check(question, None).unwrap().allowed[0]
}

/// A question is about somebody who may be gone by now, so the questions are drawn anew now and then.
fn questions(town: &mut Town) -> Vec<Check> {
    (0..QUESTIONS).map(|_| Check { asked: town.asked(), permission: town.permission() }).collect()
}

#[test]
fn what_is_kept_is_never_stale_whoever_wrote_and_whoever_asks() {
    let mut answers = [0, 0];
    for seed in 0..4 {
        let mut town = Town::new(seed);
        let (here, there) = (town.vouchsafe(), town.world.beside());
        let mut asked = questions(&mut town);
        for step in 0..STEPS {
            let through = if town.dice.one_in(2) { &here } else { &there };
            match town.something_happens(through) {
                Ok(()) | Err(Fault::Api(_)) => {}
                Err(trouble) => panic!("{trouble}"),
            }
            if step % 50 == 49 {
                asked = questions(&mut town);
            }
            let fresh = town.world.beside();
            for question in &asked {
                let right = allowed(&fresh, question);
                answers[usize::from(right)] += 1;
                for (which, vouchsafe) in [("here", &here), ("there", &there), ("again", &here)] {
                    assert_eq!(allowed(vouchsafe, question), right, "{which}, {question:?}, {seed}: {step}");
                }
            }
            let together = there.check_batch(&asked, None).unwrap().allowed;
            let singly: Vec<bool> = asked.iter().map(|question| allowed(&fresh, question)).collect();
            assert_eq!(together, singly, "a batch, {seed}: {step}");
        }
    }
    assert!(answers[1] > answers[0] / 20, "hardly anything is ever allowed: {answers:?}");
}

#[test]
fn what_is_kept_is_not_stale_while_others_ask_the_same() {
    let mut town = Town::new(7);
    let (here, there) = (town.vouchsafe(), town.world.beside());
    let asked = questions(&mut town);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for vouchsafe in [&here, &there] {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    for question in &asked {
                        allowed(vouchsafe, question);
                    }
                }
            });
        }
        for step in 0..STEPS {
            let _ = town.something_happens(&here);
            let fresh = town.world.beside();
            for question in &asked {
                let right = allowed(&fresh, question);
                let got = [allowed(&here, question), allowed(&there, question)];
                if got != [right, right] {
                    is_over.store(true, Ordering::Relaxed);
                    panic!("{got:?} instead of {right}: {question:?}, {step}");
                }
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn what_is_kept_ends_with_the_grants_it_rests_on_and_when_the_clock_is_set_back() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    world.file("/ann/d/a.txt");
    let (begun, second) = (world.clock.now(), TimeDelta::seconds(1));
    let give = |holder: &Person, permission: &str, is_exact, expires_at| {
        let (issuer, holder) = (Some(ann.name.clone()), HolderName::User(holder.name.clone()));
        let wish = GrantWish { issuer, holder, permission: permission.into(), expires_at, is_exact };
        world.vouchsafe.grant(&host(), &wish).unwrap();
    };
    give(&bob, "fs:/ann/d:read", false, None);
    give(&bob, "fs:/ann/d/a.txt:none", true, Some(begun + second));
    give(&eve, "fs:/ann/d:read", false, Some(begun + second));
    let may = || [&bob, &eve].map(|who| world.may(who, "fs:/ann/d/a.txt:read"));
    assert_eq!(may(), [false, true]);
    world.clock.advance(second);
    assert_eq!(may(), [true, false], "the deny and the grant have ended");
    world.clock.advance(-second);
    assert_eq!(may(), [false, true], "they have not ended yet");
}
