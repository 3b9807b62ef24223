//! Lists say exactly what checks say.

use super::town::{NAMES, Town, host};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_flows::{Check, Fault, GrantQuery, HolderName, Vouchsafe};
use vouchsafe_types::{Access, Capabilities, Capability, EntryId, Holder, Resource};

/// How often something happens in each town.
const STEPS: usize = 40;

fn allowed(vouchsafe: &Vouchsafe, name: &str, entry: EntryId, capability: Capability) -> bool {
    let asked = vouchsafe_flows::Asked::Person { username: name.parse().unwrap(), app: None };
    let check = Check { asked, permission: format!("fs:{entry}:{}", capability.name()) };
    vouchsafe.check(&check, None).unwrap().allowed[0]
}

/// What somebody may do on an entry, by one check for each thing; those that no permission names are left out.
fn by_checks(vouchsafe: &Vouchsafe, name: &str, entry: EntryId) -> Capabilities {
    let has = |capability: &Capability| allowed(vouchsafe, name, entry, *capability);
    let named = Capability::ALL.into_iter().filter(|c| !matches!(c, Capability::Delegate | Capability::Manage));
    named.filter(has).fold(Capabilities::NONE, |sum, one| sum | one.into())
}

fn named(capabilities: Capabilities) -> Capabilities {
    capabilities - Capabilities::of(&[Capability::Delegate, Capability::Manage])
}

/// Every page of the entries given to somebody.
fn given(vouchsafe: &Vouchsafe, name: &str, access: Access, limit: usize) -> BTreeMap<EntryId, Capabilities> {
    let (mut all, mut after) = (BTreeMap::new(), 0);
    loop {
        let page = vouchsafe.entries_given_to(&host(), name, access, after, limit).unwrap();
        assert!(page.items.len() <= limit);
        for (found, has) in page.items {
            assert_eq!(all.insert(found.entry.uuid, has), None, "listed twice in pages of {limit}");
        }
        match page.next {
            Some(next) => after = next,
            None => return all,
        }
    }
}

/// Every page of those who have access to an entry.
fn reachable(vouchsafe: &Vouchsafe, entry: EntryId, limit: usize) -> BTreeMap<String, Capabilities> {
    let (mut all, mut after) = (BTreeMap::new(), None);
    loop {
        let page = vouchsafe.who_has_access(&host(), entry, after.as_ref(), limit).unwrap();
        assert!(page.items.len() <= limit);
        for item in page.items {
            if let HolderName::User(name) = item.subject {
                assert_eq!(all.insert(name, item.capabilities), None, "listed twice in pages of {limit}");
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

#[test]
fn lists_are_what_checks_say_whatever_the_size_of_a_page() {
    for seed in 20..23 {
        let mut town = Town::new(seed);
        let vouchsafe = town.vouchsafe();
        for _ in 0..STEPS {
            match town.something_happens(&vouchsafe) {
                Ok(()) | Err(Fault::Api(_)) => {}
                Err(trouble) => panic!("{trouble}"),
            }
            let limit = town.dice.between(1, 4);
            entries_are_what_checks_say(&town, &vouchsafe, limit);
            people_are_who_checks_say(&town, &vouchsafe, limit);
        }
    }
}

fn entries_are_what_checks_say(town: &Town, vouchsafe: &Vouchsafe, limit: usize) {
    let all = vouchsafe.list_grants(&host(), &GrantQuery { limit: 1_000, ..GrantQuery::default() }).unwrap().items;
    for name in NAMES {
        let user = vouchsafe.user(name).unwrap().id;
        let stands_on = |grant: &vouchsafe_types::Grant| match (&grant.holder, &grant.resource) {
            (Holder::App { .. } | Holder::Token(_) | Holder::Link(_), _) => None,
            (Holder::User(held), _) if *held != user => None,
            (_, Resource::Entry(entry)) => Some(*entry),
            (_, _) => None,
        };
        let entries: BTreeSet<EntryId> = all.iter().filter_map(|view| stands_on(&view.grant)).collect();
        for access in [Access::See, Access::Read, Access::Write] {
            let listed = given(vouchsafe, name, access, limit);
            for entry in &entries {
                let has = by_checks(vouchsafe, name, *entry);
                let owner = town.world.vouchsafe.entry(&host(), *entry).map(|found| found.owner);
                let is_own = owner.is_ok_and(|owner| owner == name);
                let is_given =
                    !is_own && has.covers(access.capabilities()) && is_spoken_to(vouchsafe, &all, name, *entry);
                let found = listed.get(entry).copied().map(named);
                assert_eq!(found, is_given.then_some(has), "{name}, {access:?}, in pages of {limit}");
            }
        }
    }
}

/// Whether a grant on the entry itself reaches somebody.
fn is_spoken_to(vouchsafe: &Vouchsafe, all: &[vouchsafe_flows::GrantView], name: &str, entry: EntryId) -> bool {
    let user = vouchsafe.user(name).unwrap();
    all.iter().filter(|view| view.grant.resource == Resource::Entry(entry)).any(|view| match &view.grant.holder {
        Holder::User(held) => *held == user.id,
        Holder::Everyone => true,
        Holder::Group(group) => match vouchsafe_types::DefaultGroup::find(*group) {
            Some(default) => default.has(user.email_confirmed),
            None => vouchsafe.group(&host(), *group, None, 100).unwrap().members.iter().any(|member| member == name),
        },
        Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => false,
    })
}

fn people_are_who_checks_say(town: &Town, vouchsafe: &Vouchsafe, limit: usize) {
    for entry in &town.entries {
        let Ok(found) = vouchsafe.entry(&host(), *entry) else { continue };
        let listed = reachable(vouchsafe, *entry, limit);
        for name in NAMES {
            let has = by_checks(vouchsafe, name, *entry);
            // The owner is named although his account may be asleep.
            let right = if found.owner == name { named(Capabilities::ALL) } else { has };
            let got = listed.get(name).copied().map_or(Capabilities::NONE, named);
            assert_eq!(got, right, "{name} in pages of {limit}");
        }
    }
}

#[test]
fn a_reading_of_a_use_case_is_a_proof() {
    for seed in 40..42 {
        let mut town = Town::new(seed);
        let vouchsafe = town.vouchsafe();
        for _ in 0..STEPS {
            let _ = town.something_happens(&vouchsafe);
            for _ in 0..10 {
                let check = Check { asked: town.asked(), permission: town.permission() };
                let told = vouchsafe.explain(&host(), &check, None).unwrap();
                let decided = vouchsafe.check(&check, None).unwrap().allowed[0];
                assert_eq!(told.explanation.decision.allowed, decided, "{check:?}");
                let (vouchsafe_flows::Asked::Actor(actor), Ok(asked)) = (&check.asked, check.permission.parse()) else {
                    continue;
                };
                let now = vouchsafe_types::Clock::now(&*town.world.clock);
                let verdict = town.world.store().read(|tx| told.explanation.verify(tx, actor, &asked, now)).unwrap();
                assert_eq!(verdict, Ok(()), "{check:?}: {told:?}");
            }
        }
    }
}
