//! The Rust client against the real server: what it sends is understood there, and the answers here.

use futures_util::future::join;
use serde_json::json;
use std::{path::Path, time::Duration};
use vouchsafe_client::{
    Access, Actor, AppChange, AuditFilter, Change, ChangeKind, Client, EntryChange, EntryId, Error, GrantFilter,
    GrantTerms, GroupChange, GroupId, Holder, InviteFilter, NewGrant, Node, Question, RevokeMode, SiteChange, SiteId,
    UserChange,
};
use vouchsafe_tests::{Served, Wire, run, serve};

fn client(served: &Served, data: &Path) -> Client {
    let key = String::from_utf8(run(data, &[], &["service-key", "add", "host"]).stdout).unwrap();
    Client::builder(&format!("http://{}", served.address), key.trim()).no_proxy().build().unwrap()
}

#[actix_web::test]
async fn the_catalogue_is_kept_through_the_client() -> Result<(), Error> {
    let data = tempfile::tempdir().unwrap();
    let served = serve(data.path(), &[], &["serve"]);
    let client = client(&served, data.path());

    let change = UserChange { email: Some("Ann@x.org".into()), email_confirmed: Some(true), ..UserChange::default() };
    let ann = client.put_user("ann", &change).await?;
    assert!(ann.is_new && ann.email_confirmed);
    assert_eq!(client.user("ann").await?, ann.value);
    let key = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8".to_owned();
    let bob =
        client.put_user("bob", &UserChange { client_keys: Some(vec![key.clone()]), ..UserChange::default() }).await?;
    assert!(bob.is_new && bob.client_keys == [key] && bob.client_ids.len() == 1);

    let (team, app) = (GroupId::mint(), "app-1".parse().unwrap());
    let members = Some(vec!["bob".to_owned()]);
    let group = client.put_group(team, &GroupChange { members, ..GroupChange::new("ann", "team") }).await?;
    assert_eq!(client.group(team).await?, group.value);

    let (plan, site) = (EntryId::mint(), SiteId::mint());
    let change = EntryChange { size: Some(12), create_parents: true, ..EntryChange::file("/ann/a b/plan?.txt") };
    let entry = client.put_entry(plan, &change).await?;
    assert!(entry.is_new && !client.put_entry(plan, &change).await?.is_new);
    assert_eq!(client.entry(plan).await?, entry.value);
    assert_eq!(client.move_entry(plan, "/ann/plan.txt").await?.path, "/ann/plan.txt");

    let made = client.put_app(&app, &AppChange::new("ann", "editor")).await?;
    assert_eq!(client.app(&app).await?, made.value);
    let change =
        SiteChange { associated_app_uid: Some(app.clone()), root: entry.parent, ..SiteChange::new("ann", "blog") };
    let made = client.put_site(site, &change).await?;
    assert_eq!(client.site(site).await?, made.value);

    client.delete_site(site).await?;
    client.delete_app(&app).await?;
    client.delete_entry(plan).await?;
    client.delete_group(team).await?;
    client.delete_user("bob").await?;
    let gone = client.user("bob").await.unwrap_err();
    assert_eq!((gone.status(), gone.code()), (Some(422), Some("user_does_not_exist")));
    assert!(gone.refusal().unwrap().request_id.is_some());
    let odd = client.put_user("a b", &UserChange::default()).await.unwrap_err();
    assert_eq!(odd.refusal().unwrap().fields["key"], "username");
    Ok(())
}

#[actix_web::test]
async fn checks_batches_and_readings_come_through_the_client() -> Result<(), Error> {
    let data = tempfile::tempdir().unwrap();
    let served = serve(data.path(), &[], &["serve"]);
    let client = client(&served, data.path());
    client.put_user("ann", &UserChange::default()).await?;

    let asks = ["ann", "ghost"].map(|name| Question::new(Actor::user(name), "fs:/ann:read"));
    let own = client.check(&asks[0]).await?;
    assert!(own.allowed);
    let batch = client.check_batch(&asks).await?;
    assert_eq!(batch.results.iter().map(|verdict| verdict.allowed).collect::<Vec<_>>(), [true, false]);
    let told = client.explain(&asks[0]).await?;
    assert!(matches!(told.reading.as_slice(), [Node::Rewrite { .. }, .., Node::Time { .. }]), "{:?}", told.reading);
    assert!(told.reading.iter().any(|node| matches!(node, Node::Option { by, .. } if by == "is-owner")));
    let early = Question { at_least: Some(own.revision + 1_000), ..asks[0].clone() };
    assert_eq!(client.check(&early).await.unwrap_err().code(), Some("conflict"));
    Ok(())
}

#[actix_web::test]
async fn grants_access_audit_and_what_if_come_through_the_client() -> Result<(), Error> {
    let data = tempfile::tempdir().unwrap();
    let served = serve(data.path(), &[], &["serve"]);
    let client = client(&served, data.path());
    for name in ["ann", "bob", "eve"] {
        client.put_user(name, &UserChange::default()).await?;
    }
    let (team, plan) = (GroupId::mint(), EntryId::mint());
    client
        .put_group(team, &GroupChange { members: Some(vec!["eve".into()]), ..GroupChange::new("ann", "team") })
        .await?;
    client.put_entry(plan, &EntryChange::file("/ann/plan.txt")).await?;
    let share = NewGrant::new("ann", Holder::user("bob"), format!("manage:fs:{plan}"));

    // A real server looks ahead for a second: on a busy machine it may have to be asked again.
    let mut foretold = client.what_if(&Change::Share(share.clone())).await?;
    for _ in 0..9 {
        if !foretold.complete {
            foretold = client.what_if(&Change::Share(share.clone())).await?;
        }
    }
    assert_eq!((foretold.gains.len(), foretold.losses.len(), foretold.complete), (1, 0, true));
    let bobs = client.give(&share).await?;
    assert!(bobs.is_new && bobs.live && bobs.entry == Some(plan));
    let teams = client.give(&NewGrant::new("bob", Holder::Group(team), format!("fs:{plan}:read"))).await?;
    assert_eq!(client.grant(bobs.id).await?.value, bobs.value);

    let on_plan = GrantFilter { entry: Some(plan), ..GrantFilter::default() };
    assert_eq!(client.grants(&on_plan).limit(1).all().await?.len(), 2);
    let who = client.entry_access(plan).limit(2).all().await?;
    let subjects: Vec<&Holder> = who.iter().map(|line| &line.subject).collect();
    assert!(subjects.contains(&&Holder::user("eve")) && subjects.contains(&&Holder::Group(team)), "{subjects:?}");
    assert_eq!(who.len(), 4);
    let eves = client.user_entries("eve", Access::Read).page().await?;
    assert_eq!((eves.items.len(), eves.items[0].entry.uuid), (1, plan));

    let told = client.explain(&Question::new(Actor::user("eve"), format!("fs:{plan}:write"))).await?;
    assert!(
        told.reading
            .iter()
            .any(|node| matches!(node, Node::Missing { could_grant, .. } if could_grant.contains(&"ann".into())))
    );
    let restricted = client.revoke(bobs.id, RevokeMode::Restrict).await.unwrap_err();
    assert_eq!((restricted.code(), restricted.refusal().unwrap().dependants().len()), (Some("conflict"), 1));
    let gone = client.revoke(bobs.id, RevokeMode::Cascade).await?;
    assert_eq!(gone.removed.iter().map(|grant| grant.id).collect::<Vec<_>>(), [bobs.id, teams.id]);
    let check =
        Question { at_least: Some(gone.revision), ..Question::new(Actor::user("eve"), format!("fs:{plan}:read")) };
    assert!(!client.check(&check).await?.allowed);
    let history = client.audit(&AuditFilter { entry: Some(plan), user: None }).limit(3).all().await?;
    let actions: Vec<&str> = history.iter().map(|line| line.action.as_str()).collect();
    assert_eq!(actions, ["grant", "grant", "revoke", "revoke"]);
    Ok(())
}

#[actix_web::test]
async fn edits_invites_and_changes_come_through_the_client() -> Result<(), Error> {
    let data = tempfile::tempdir().unwrap();
    let served = serve(data.path(), &[], &["serve"]);
    let client = client(&served, data.path());
    let proven = UserChange { email: Some("ann@x.org".into()), email_confirmed: Some(true), ..UserChange::default() };
    client.put_user("ann", &proven).await?;
    client.put_user("bob", &UserChange::default()).await?;
    let plan = EntryId::mint();
    client.put_entry(plan, &EntryChange::file("/ann/plan.txt")).await?;
    let start = client.check(&Question::new(Actor::user("ann"), "fs:/ann:read")).await?.revision;
    let given = client.give(&NewGrant::new("ann", Holder::user("bob"), format!("fs:{plan}:write"))).await?;

    let seen = client.grant(given.id).await?;
    let tag = seen.tag.as_deref().unwrap();
    let until = "2999-01-01T00:00:00Z".parse().ok();
    let terms = GrantTerms { expires_at: until, ..GrantTerms::new(format!("fs:{plan}:read")) };
    let edited = client.edit_grant_if(given.id, &terms, tag).await?;
    assert!(edited.access == Access::Read && edited.expires_at == until && edited.tag != seen.tag);
    let late = client.edit_grant_if(given.id, &terms, tag).await.unwrap_err();
    assert_eq!((late.status(), late.code()), (Some(412), Some("precondition_failed")));
    let late = client.revoke_if(given.id, RevokeMode::Cascade, tag).await.unwrap_err();
    assert_eq!(late.code(), Some("precondition_failed"));
    assert_eq!(client.edit_grant(given.id, &GrantTerms::new(format!("fs:{plan}:see"))).await?.expires_at, None);
    let tag = client.grant(given.id).await?.tag.unwrap();
    assert_eq!(client.revoke_if(given.id, RevokeMode::Cascade, &tag).await?.removed.len(), 1);

    let told = client.changes(start).limit(1).all().await?;
    let kinds: Vec<_> = told.iter().map(|change| change.kind.known()).collect();
    assert_eq!(
        kinds,
        [ChangeKind::Grant, ChangeKind::GrantChanged, ChangeKind::GrantChanged, ChangeKind::Revoke].map(Some)
    );
    assert!(told.iter().all(|change| change.actor.service.as_deref() == Some("host")));
    assert_eq!(told[0].effect["entry"], plan.to_string());
    let last = told[3].revision;
    let (a_minute, change) = (Duration::from_secs(60), UserChange::default());
    let both = join(client.wait_for_changes(last, a_minute), client.put_user("eve", &change));
    let (page, made) = both.await;
    assert!(made?.is_new);
    assert_eq!(page?.items[0].kind, ChangeKind::User);

    let token = String::from_utf8(run(data.path(), &[], &["token", "issue", "ann"]).stdout).unwrap();
    let share = json!({ "recipients": "new@x.org", "shares": { "$": "fs-share", "path": "/ann/plan.txt" } });
    assert_eq!(Wire::new(&served.address).call("POST", "/share", token.trim(), &share).unwrap().status, 200);
    let filter = InviteFilter { issuer: Some("ann".into()), email: Some("NEW@x.org".into()) };
    let invites = client.invites(&filter).all().await?;
    assert_eq!((invites.len(), invites[0].permissions.as_slice()), (1, &[format!("fs:{plan}:read")][..]));
    client.withdraw_invite(invites[0].id).await?;
    assert!(client.invites(&InviteFilter::default()).all().await?.is_empty());
    Ok(())
}
