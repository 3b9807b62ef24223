//! Administrators act, auditors read, others stay out.

use vouchsafe_flows::UserChange;
use vouchsafe_tests::{Person, Visitor, World};

const PAGES: [&str; 5] = ["/admin", "/admin/users", "/admin/shares", "/admin/audit", "/admin/outbox"];

fn with_role(world: &World, name: &str, is_admin: bool) -> Person {
    let person = world.person(name);
    let change = UserChange { is_admin: Some(is_admin), is_auditor: Some(!is_admin), ..UserChange::default() };
    world.vouchsafe.put_user(&name.parse().unwrap(), &change).unwrap();
    person
}

#[actix_web::test]
async fn who_may_read_and_who_may_act() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (admin, auditor) = (with_role(&world, "root", true), with_role(&world, "auditor", false));
    world.file("/ann/secret-name.txt");
    ann.shares(&world, "/ann/secret-name.txt", "new@example.org").await;
    ann.shares(&world, "/ann/secret-name.txt", "bob").await;
    for path in PAGES {
        assert_eq!(Visitor::of(&world, &bob).get(path).await.status, 403, "{path}");
        for reader in [&admin, &auditor] {
            let shown = Visitor::of(&world, reader).get(path).await;
            assert_eq!(shown.status, 200, "{path}");
            assert!(!shown.text.contains("secret-name") && !shown.text.contains("share_token"), "{path}");
        }
    }
    for (who, status) in [(&bob, 403), (&auditor, 403), (&admin, 303)] {
        let mut visitor = Visitor::of(&world, who);
        visitor.get("/shared").await;
        let shown = visitor.post("/admin/users", &[("name", "eve"), ("suspend", "on")]).await;
        assert_eq!(shown.status, status, "{}", who.name);
        assert_eq!(world.vouchsafe.user("eve").unwrap().is_suspended, status == 303, "{}", who.name);
    }
    let mut visitor = Visitor::of(&world, &admin);
    visitor.get("/admin/users").await;
    assert_eq!(visitor.post("/admin/users", &[("name", "root"), ("suspend", "on")]).await.status, 403, "not himself");
}

#[actix_web::test]
async fn a_message_that_was_given_up_is_tried_again() {
    let world = World::new();
    let ann = world.person("ann");
    let (admin, auditor) = (with_role(&world, "root", true), with_role(&world, "auditor", false));
    world.file("/ann/a.txt");
    ann.shares(&world, "/ann/a.txt", "new@example.org").await;
    let now = vouchsafe_types::Clock::now(world.clock.as_ref());
    let due = || world.store().read(|tx| tx.list_due_messages(now, 10)).unwrap();
    let message = due().pop().unwrap();
    world.store().write("test", |tx| tx.mark_failed(message.seq, "no", None, now)).unwrap();
    assert!(due().is_empty());
    let id = message.id.to_string();
    for (who, status) in [(&auditor, 403), (&admin, 303)] {
        let mut visitor = Visitor::of(&world, who);
        visitor.get("/admin/outbox").await;
        assert_eq!(visitor.post("/admin/outbox", &[("id", &id)]).await.status, status);
        assert_eq!(due().len(), usize::from(status == 303));
    }
}

#[actix_web::test]
async fn a_filter_that_cannot_be_read_is_named() {
    let world = World::new();
    let admin = with_role(&world, "root", true);
    for path in
        ["/admin/shares?entry=x", "/admin/shares?holder=group:x", "/admin/shares?issuer=nobody", "/admin/audit?entry=x"]
    {
        let shown = Visitor::of(&world, &admin).get(path).await;
        assert!(shown.status == 200 && shown.text.contains("role=\"alert\""), "{path}");
    }
}
