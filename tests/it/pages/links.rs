//! What a share link shows to whom.

use super::forms::actor;
use chrono::TimeDelta;
use vouchsafe_tests::{Visitor, World};

/// The token of the link that was mailed last.
fn mailed(world: &World) -> String {
    let late = vouchsafe_flows_now(world);
    let mails = world.store().read(|tx| tx.list_due_messages(late, 100)).unwrap();
    let invite = mails.iter().rev().find(|mail| mail.template == "share_by_email").unwrap();
    invite.payload["link"].as_str().unwrap().split("share_token=").nth(1).unwrap().to_owned()
}

fn vouchsafe_flows_now(world: &World) -> chrono::DateTime<chrono::Utc> {
    vouchsafe_types::Clock::now(world.clock.as_ref()) + TimeDelta::days(1)
}

#[actix_web::test]
async fn the_next_step_depends_on_who_looks() {
    let world = World::new();
    let (ann, _, eve) = world.people();
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "zoe@example.org").await;
    let path = format!("/?share_token={}", mailed(&world));
    let mut stranger = Visitor::new(&world);
    let shown = stranger.get(&path).await;
    assert!(shown.text.contains("zoe@example.org") && shown.text.contains("a.txt") && shown.text.contains("Sign in"));
    assert!(!shown.text.contains("/ann/a.txt"), "nobody is shown a path that is not his");
    assert!(Visitor::of(&world, &ann).get(&path).await.text.contains("You sent this"));
    let mut other = Visitor::of(&world, &eve);
    assert!(other.get(&path).await.text.contains("Ask ann for access"));
    let token = path.split('=').nth(1).unwrap().to_owned();
    let asked = other.post("/link/ask", &[("share_token", &token)]).await;
    assert_eq!(asked.location(), "/shared?done=asked");
    assert_eq!(world.vouchsafe.list_asks(&actor(&world, "ann")).unwrap().len(), 1);
    assert_eq!(other.post("/link/accept", &[("share_token", &token)]).await.status, 422);
    let zoe = world.unproven("zoe");
    assert!(Visitor::of(&world, &zoe).get(&path).await.text.contains("confirm your address"));
    world.vouchsafe.confirm_user("zoe").unwrap();
    let mut invited = Visitor::of(&world, &zoe);
    assert!(invited.get(&path).await.text.contains(">Accept<"));
    let accepted = invited.post("/link/accept", &[("share_token", &token)]).await;
    assert_eq!(accepted.location(), "/shared?done=accepted");
    assert!(world.may(&zoe, "fs:/ann/a.txt:read"));
    let again = invited.post("/link/accept", &[("share_token", &token)]).await;
    assert_eq!(again.status, 422);
}

#[actix_web::test]
async fn a_link_that_leads_nowhere_says_why() {
    let world = World::new();
    let ann = world.person("ann");
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "zoe@example.org").await;
    let path = format!("/?share_token={}", mailed(&world));
    assert!(Visitor::new(&world).get(&format!("{path}x")).await.text.contains("This link does not work"));
    world.vouchsafe.suspend_user("ann", true).unwrap();
    assert!(Visitor::new(&world).get(&path).await.text.contains("This was withdrawn"));
    world.clock.advance(TimeDelta::days(15));
    assert!(Visitor::new(&world).get(&path).await.text.contains("This link has ended"));
}
