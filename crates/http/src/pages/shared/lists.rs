//! The two lists: what was shared with me, and what I shared.

use super::super::{
    entry::people::{self, Names},
    form::Form,
    link, render,
    visit::Visit,
    words,
};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::{Value, json};
use vouchsafe_flows::{EntryWithPath, HolderName, Offer, Received, Sent};
use vouchsafe_types::{EntryId, InviteId, Resource, error::ApiError};

/// How many rows a page has.
const PAGE: usize = 25;

/// What was shared with me.
pub(in super::super) async fn with_me(visit: Visit) -> Result<HttpResponse, Rejection> {
    let _turn = visit.turn().await?;
    let (search, after) = (visit.param("q").to_owned(), visit.parsed("after").unwrap_or(0));
    let wanted = search.clone();
    let is_first = after == 0 && search.is_empty();
    let (page, groups, apps, offers, asks) = visit
        .run(move |vouchsafe, actor| {
            let page = vouchsafe.received(actor, &wanted, after, PAGE)?;
            let (apps, offers) = match is_first {
                true => (vouchsafe.received_apps(actor)?, vouchsafe.offers_waiting(actor)?),
                false => (Vec::new(), Vec::new()),
            };
            let through = page.items.iter().flat_map(|found| &found.groups).copied().collect();
            let groups = people::with_default_groups(vouchsafe.names_of_groups(actor, &through)?);
            Ok((page, groups, apps, offers, vouchsafe.list_asks(actor)?.len()))
        })
        .await?;
    let offers: Vec<Value> = offers.iter().map(offer).collect();
    let apps: Vec<Value> = apps.iter().map(|(name, sender)| json!({ "name": name, "sender": sender })).collect();
    let view = json!({
        "tab": { "with_me": true, "by_me": false, "requests": false, "notices": false, "blocks": false },
        "waiting": asks,
        "items": page.items.iter().map(|found| received(found, &groups)).collect::<Vec<_>>(),
        "apps": apps,
        "offers": offers,
        "is_empty": page.items.is_empty() && apps.is_empty() && offers.is_empty(),
        "search": search,
        "next": page.next,
        "is_later_page": after != 0,
    });
    visit.page("with_me", "Shared with me", view)
}

/// What waits to be accepted.
pub(in super::super) fn offer(found: &Offer) -> Value {
    json!({
        "id": found.id,
        "sender": found.sender,
        "email": found.email,
        "until": found.grants_end_at.map(words::moment),
        "message": found.message,
        "items": link::items(found),
        "ends": words::moment(found.expires_at),
    })
}

/// What is said of an entry in a list.
pub(in super::super) fn entry(found: &EntryWithPath) -> Value {
    json!({
        "uuid": found.entry.uuid,
        "name": found.entry.name,
        "kind": if found.entry.is_dir { "Folder" } else { "File" },
        "is_dir": found.entry.is_dir,
        "owner": found.owner,
    })
}

fn received(found: &Received, names: &Names) -> Value {
    let groups: Vec<String> = found.groups.iter().map(|group| people::group_name(*group, names)).collect();
    json!({
        "entry": entry(&found.entry),
        "can": words::can(found.capabilities),
        "senders": found.senders,
        "groups": groups.join(", "),
        "since": found.since.map(words::moment),
        "until": found.until.map(words::moment),
    })
}

/// What I shared.
pub(in super::super) async fn by_me(visit: Visit) -> Result<HttpResponse, Rejection> {
    let _turn = visit.turn().await?;
    let (search, after) = (visit.param("q").to_owned(), visit.parsed("after").unwrap_or(0));
    let wanted = search.clone();
    let is_first = after == 0 && search.is_empty();
    let (page, groups, offers, asks) = visit
        .run(move |vouchsafe, actor| {
            let offers = if is_first { vouchsafe.offers_sent(actor)? } else { Vec::new() };
            let page = vouchsafe.sent(actor, &wanted, after, PAGE)?;
            let groups = people::names_of_groups(vouchsafe, actor, page.items.iter().map(|sent| &sent.grant.holder))?;
            Ok((page, groups, offers, vouchsafe.list_asks(actor)?.len()))
        })
        .await?;
    let view = json!({
        "tab": { "with_me": false, "by_me": true, "requests": false, "notices": false, "blocks": false },
        "waiting": asks,
        "items": page.items.iter().map(|found| sent(found, &groups)).collect::<Vec<_>>(),
        "offers": offers.iter().map(offer).collect::<Vec<_>>(),
        "is_empty": page.items.is_empty() && offers.is_empty(),
        "search": search,
        "next": page.next,
        "is_later_page": after != 0,
    });
    visit.page("by_me", "Shared by me", view)
}

fn sent(found: &Sent, groups: &Names) -> Value {
    let grant = &found.grant.grant;
    json!({
        "entry": found.entry.as_ref().map(entry),
        "name": found.name,
        "holder": people::holder(&found.grant.holder, groups),
        "can": match &grant.resource {
            _ if grant.is_deny() => "not reach it",
            Resource::App(_) => "open it",
            _ => words::can(grant.capabilities),
        },
        "since": words::moment(grant.created_at),
        "until": grant.expires_at.map(words::moment),
        "asleep": found.grant.why_not.map(words::asleep),
    })
}

/// Who holds something, in words.
pub(in super::super) fn holder(name: &HolderName) -> String {
    match name {
        HolderName::User(name) => name.clone(),
        HolderName::Group(id) => format!("the group {id}"),
        HolderName::Everyone => "everyone".to_owned(),
        HolderName::App { app, user: Some(user) } => format!("the app {} for {user}", app.as_str()),
        HolderName::App { app, user: None } => format!("the app {} for all its users", app.as_str()),
        HolderName::Token(_) => "an access token".to_owned(),
        HolderName::Link(_) => "whoever has a public link".to_owned(),
    }
}

/// Takes an offer back.
pub(in super::super) async fn withdraw(form: Form) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    visit.limits().grant(visit.person()?.user.id)?;
    let missing = || ApiError::EntityNotFound { identifier: "invite".into() };
    let id: InviteId = form.text("invite").parse().ok().ok_or_else(missing)?;
    visit.run(move |vouchsafe, actor| vouchsafe.withdraw_invite(actor, id)).await?;
    Ok(render::see_other("/shared/by-me?done=withdrawn"))
}

/// Leaves something that was shared.
pub(in super::super) async fn leave(form: Form) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    visit.limits().grant(visit.person()?.user.id)?;
    let entry: EntryId = form.text("entry").parse().ok().ok_or(ApiError::SubjectDoesNotExist {})?;
    visit.run(move |vouchsafe, actor| vouchsafe.leave(actor, entry)).await?;
    Ok(render::see_other("/shared?done=left"))
}
