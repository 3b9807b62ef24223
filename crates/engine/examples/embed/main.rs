//! A wiki with spaces and pages that decides by the engine, over data of its own.
//!
//! | File | Shows |
//! |---|---|
//! | `wiki.rs` | data that knows nothing of the engine: numbers for keys, shares for grants |
//! | `source.rs` | how it answers the engine: `GrantSource` and `GrantIndex` |
//! | `rules.rs` | names of its own (`page:plans:prices:read`), and spaces that everybody reads |
//! | `desk.rs` | to decide, explain, list, share and take back |
//!
//! `cargo run --package vouchsafe-engine --example embed` tells a story; the tests are at the end of this file.

mod desk;
mod rules;
mod source;
mod wiki;

use desk::{Desk, Trouble};
use std::io::{self, Write};
use wiki::{Audience, Number, Wiki};

/// Who and what there is.
struct Cast {
    ann: Number,
    bob: Number,
    eve: Number,
    joe: Number,
    sales: Number,
    prices: Number,
}

/// ann owns an open space, `handbook`, and another one, `plans`, with a page about prices.
fn scene() -> (Desk, Cast) {
    let mut wiki = Wiki::default();
    let [ann, bob, eve, joe] = ["ann", "bob", "eve", "joe"].map(|name| wiki.add_person(name));
    let sales = wiki.add_team("sales", [eve]);
    let handbook = wiki.add_space("handbook", ann, true);
    wiki.add_page("travel", handbook);
    let plans = wiki.add_space("plans", ann, false);
    let prices = wiki.add_page("prices", plans);
    (Desk::new(wiki), Cast { ann, bob, eve, joe, sales, prices })
}

/// Tells what happens, step by step.
fn story() -> Result<String, Trouble> {
    let (mut desk, Cast { ann, bob, eve, joe, sales, prices }) = scene();
    let mut told = Vec::new();
    let ask = |desk: &mut Desk, told: &mut Vec<String>, name: &str, who, text: &str| {
        let answer = if desk.may(who, text)? { "yes" } else { "no" };
        told.push(format!("May {name} `{text}`? {answer}"));
        told.extend(desk.why(who, text)?);
        Ok::<_, Trouble>(())
    };

    let first = desk.share(ann, Audience::Person(bob), "manage:page:plans")?;
    let second = desk.share(bob, Audience::Team(sales), "page:plans:prices:read")?;
    told.push(format!("ann lets bob manage the plans: share {first}"));
    told.push(format!("bob lets sales read the prices: share {second}"));
    ask(&mut desk, &mut told, "eve", eve, "page:plans:prices:read")?;
    ask(&mut desk, &mut told, "joe", joe, "page:plans:prices:read")?;
    ask(&mut desk, &mut told, "joe", joe, "page:handbook:travel:read")?;
    told.push("Who can do what on the prices:".to_owned());
    told.extend(desk.who(prices)?);
    let gone: Vec<String> = desk.take_back(ann, first)?.iter().map(Number::to_string).collect();
    told.push(format!("ann takes share {first} back; gone are {}", gone.join(" and ")));
    ask(&mut desk, &mut told, "eve", eve, "page:plans:prices:read")?;
    told.push(String::new());
    Ok(told.join("\n"))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Ok(io::stdout().write_all(story()?.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_engine::{Moment, plan::Refusal};
    use wiki::{Leaf, MAX_DEPTH, WikiError};

    #[test]
    fn the_story_is_told_like_this() {
        let told = "\
ann lets bob manage the plans: share 10
bob lets sales read the prices: share 11
May eve `page:plans:prices:read`? yes
  because of share 11, given by bob
    because of share 10, given by ann
      the rule `is-owner` says so
May joe `page:plans:prices:read`? no
  missing: nobody shared it with joe; ann could
May joe `page:handbook:travel:read`? yes
  the rule `open-space` says so
Who can do what on the prices:
  ann: owner
  bob: manage by share 10
  sales: read by share 11
  eve: read by share 11
ann takes share 10 back; gone are 10 and 11
May eve `page:plans:prices:read`? no
  missing: nobody shared it with eve; ann could
";
        assert_eq!(story().unwrap(), told);
    }

    #[test]
    fn names_of_pages_stand_for_pages_and_unknown_names_for_nothing() {
        let (mut desk, Cast { ann, prices, .. }) = scene();
        for text in ["page:plans", "page:plans:prices:write", "manage:page:plans:prices", "manage:manage:page:plans"] {
            assert_eq!(desk.may(ann, text), Ok(true), "{text}");
        }
        for text in ["page", "page:prices:read", "page:plans:costs:read", "page:plans:prices:fly", "space:plans:read"] {
            assert_eq!(desk.may(ann, text), Ok(false), "{text}");
        }
        assert_eq!(desk.may(ann, &format!("fs:{}:read", wiki::id_of::<vouchsafe_types::EntryId>(prices))), Ok(true));
    }

    #[test]
    fn everybody_with_an_account_reads_an_open_space_and_writes_nothing_there() {
        let (mut desk, Cast { joe, .. }) = scene();
        assert_eq!(desk.may(joe, "page:handbook:read"), Ok(true));
        assert_eq!(desk.may(joe, "page:handbook:travel:write"), Ok(false));
        assert_eq!(desk.may(joe, "page:plans:read"), Ok(false));
        desk.wiki.people.get_mut(&joe).unwrap().is_locked = true;
        assert_eq!(desk.may(joe, "page:handbook:read"), Ok(false));
    }

    #[test]
    fn one_shares_what_one_has_and_learns_nothing_of_what_one_cannot_see() {
        let (mut desk, Cast { ann, bob, eve, joe, .. }) = scene();
        desk.share(ann, Audience::Person(bob), "manage:page:plans:read").unwrap();
        let more = desk.share(bob, Audience::Person(eve), "page:plans:write");
        assert!(matches!(more, Err(Trouble::Refused(Refusal::NotAllowed { .. }))));
        for unseen in ["page:plans:prices:read", "page:nothing:read"] {
            let refused = desk.share(joe, Audience::Person(eve), unseen);
            assert_eq!(refused, Err(Trouble::Refused(Refusal::NotVisible)));
        }
        desk.share(bob, Audience::Everybody, "page:plans:read").unwrap();
        assert_eq!(desk.may(joe, "page:plans:prices:read"), Ok(true));
    }

    #[test]
    fn sharing_again_changes_the_share_and_makes_no_second_one() {
        let (mut desk, Cast { ann, bob, .. }) = scene();
        let first = desk.share(ann, Audience::Person(bob), "page:plans:read").unwrap();
        assert_eq!(desk.share(ann, Audience::Person(bob), "page:plans:write"), Ok(first));
        assert_eq!((desk.wiki.shares.len(), desk.may(bob, "page:plans:prices:write")), (1, Ok(true)));
    }

    #[test]
    fn a_share_is_taken_back_by_who_gave_it_or_has_it_and_by_no_other() {
        let (mut desk, Cast { ann, bob, joe, .. }) = scene();
        let share = desk.share(ann, Audience::Person(bob), "page:plans:read").unwrap();
        assert_eq!(desk.take_back(joe, share), Err(Trouble::NotYours));
        assert_eq!(desk.take_back(bob, share), Ok(vec![share]));
        assert_eq!(desk.take_back(ann, share), Err(Trouble::NotYours));
    }

    #[test]
    fn what_a_locked_account_shared_gives_nothing_until_it_is_unlocked() {
        let (mut desk, Cast { ann, bob, eve, sales, .. }) = scene();
        desk.share(ann, Audience::Person(bob), "manage:page:plans").unwrap();
        desk.share(bob, Audience::Team(sales), "page:plans:read").unwrap();
        for (is_locked, may) in [(true, false), (false, true)] {
            desk.wiki.people.get_mut(&bob).unwrap().is_locked = is_locked;
            assert_eq!(desk.may(eve, "page:plans:prices:read"), Ok(may));
        }
    }

    #[test]
    fn a_page_that_hangs_nowhere_is_an_error_and_no_answer() {
        let (mut desk, Cast { ann, prices, .. }) = scene();
        let lost = desk.wiki.add_page("lost", prices);
        desk.wiki.leaves.remove(&prices);
        let asked = format!("fs:{}:read", wiki::id_of::<vouchsafe_types::EntryId>(lost));
        assert_eq!(desk.may(ann, &asked), Err(Trouble::Wiki(WikiError::LostPage(lost))));
    }

    #[test]
    fn what_lies_too_deep_is_refused_to_its_owner_too() {
        let (mut desk, Cast { ann, prices, .. }) = scene();
        let (mut at, mut name) = (prices, "page:plans:prices".to_owned());
        for _ in 0..MAX_DEPTH {
            assert_eq!(desk.may(ann, &format!("{name}:read")), Ok(true));
            at = desk.wiki.add_page("p", at);
            name.push_str(":p");
        }
        assert!(matches!(desk.wiki.leaves.get(&at), Some(Leaf::Page { .. })));
        assert_eq!(desk.may(ann, &format!("fs:{}:read", wiki::id_of::<vouchsafe_types::EntryId>(at))), Ok(false));
    }

    #[test]
    fn a_share_ends_when_it_is_said_to() {
        let (mut desk, Cast { ann, bob, .. }) = scene();
        let share = desk.share(ann, Audience::Person(bob), "page:plans:read").unwrap();
        desk.wiki.shares.get_mut(&share).unwrap().until = Some(Moment::MAX_UTC);
        assert_eq!(desk.may(bob, "page:plans:read"), Ok(true));
        desk.now = Moment::MAX_UTC;
        assert_eq!(desk.may(bob, "page:plans:read"), Ok(false));
        assert_eq!(desk.why(bob, "page:plans:read").unwrap(), ["  missing: what bob had has ended"]);
    }
}
