//! The two lists: what was shared with me, and what I shared.

use super::super::{
    consequences::{Consequences, Question},
    form::Form,
    group_names::{self, Names},
    link, render,
    visit::Visit,
    words,
};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::{Value, json};
use vouchsafe_engine::plan::LEFT;
use vouchsafe_flows::{
    Change, EntryWithPath, HolderName, IfMatch, Mode, Offer, OverviewPage, Received, ReceivedApp, Sent,
};
use vouchsafe_types::{AppUid, Capability, EntryId, GrantId, InviteId, Resource, error::ApiError};

/// How many rows a page has.
const PAGE: u32 = 25;

/// What was shared with me.
pub(in super::super) async fn with_me(visit: Visit) -> Result<HttpResponse, Rejection> {
    let _turn = visit.turn().await?;
    let (search, after) = (visit.param("q").to_owned(), visit.parsed("after").unwrap_or(0));
    let wanted = search.clone();
    let is_first = after == 0;
    let (page, groups, apps, offers, asks) = visit
        .run(move |vouchsafe, actor| {
            let page = vouchsafe.received(actor, &wanted, after, PAGE)?;
            let (apps, offers) = match is_first {
                true => (vouchsafe.received_apps(actor, &wanted)?, found(vouchsafe.offers_waiting(actor)?, &wanted)),
                false => (Vec::new(), Vec::new()),
            };
            let through = page.items.iter().flat_map(|found| &found.groups).copied().collect();
            let groups = group_names::with_default_groups(vouchsafe.names_of_groups(actor, &through)?);
            Ok((page, groups, apps, offers, vouchsafe.count_asks(actor)?))
        })
        .await?;
    let is_bare = page.items.is_empty() && apps.is_empty() && offers.is_empty();
    let offers: Vec<Value> = offers.iter().map(offer).collect();
    let apps: Vec<Value> = apps.iter().map(app).collect();
    let view = json!({
        "tab": { "with_me": true, "by_me": false, "requests": false, "notices": false, "blocks": false },
        "waiting": badge(asks),
        "items": page.items.iter().map(|found| received(found, &groups)).collect::<Vec<_>>(),
        // What is there already has a heading of its own only beside what waits.
        "is_parted": !offers.is_empty() && page.items.len() + apps.len() > 0,
        "apps": apps,
        "offers": offers,
        "is_empty": is_bare && is_whole(&page, after),
        "is_blank": is_bare && !is_whole(&page, after),
        "search": search,
        "next": page.next,
        "is_later_page": after != 0,
    });
    visit.page("with_me", "Shared with me", view)
}

/// How many wait, on the tab: nothing without any, and no more than are counted.
pub(super) fn badge(count: usize) -> Option<String> {
    match count {
        0 => None,
        1..=99 => Some(count.to_string()),
        _ => Some("99+".to_owned()),
    }
}

/// Whether a page is all there is. One that is empty and not all says so: rows that are not shown leave room.
pub(super) const fn is_whole<T>(page: &OverviewPage<T>, after: i64) -> bool {
    page.next.is_none() && after == 0
}

/// The offers of these that fit a search: by what is offered, or by who offers it to whom.
fn found(offers: Vec<Offer>, search: &str) -> Vec<Offer> {
    let search = search.to_lowercase();
    let has = |text: &String| text.to_lowercase().contains(&search);
    let fits =
        |offer: &Offer| has(&offer.sender) || has(&offer.email) || offer.items.iter().any(|item| has(&item.name));
    offers.into_iter().filter(fits).collect()
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

fn app(found: &ReceivedApp) -> Value {
    json!({ "name": found.name, "senders": found.senders, "uid": found.uid })
}

fn received(found: &Received, names: &Names) -> Value {
    let groups: Vec<String> = found.groups.iter().map(|group| group_names::group_name(*group, names)).collect();
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
    // Either list goes on by itself; both begin on the first page.
    let invited: Option<u32> = visit.parsed("invited");
    let is_first = after == 0 && invited.is_none();
    let (page, groups, offers, asks) = visit
        .run(move |vouchsafe, actor| {
            let offers = match after {
                0 => vouchsafe.offers_sent(actor, &wanted, None, (invited.unwrap_or(0), PAGE))?,
                _ => OverviewPage::default(),
            };
            let page = match invited {
                None => vouchsafe.sent(actor, &wanted, after, PAGE)?,
                Some(_) => OverviewPage::default(),
            };
            let groups =
                group_names::names_of_groups(vouchsafe, actor, page.items.iter().map(|sent| &sent.grant.holder))?;
            Ok((page, groups, offers, vouchsafe.count_asks(actor)?))
        })
        .await?;
    let is_bare = page.items.is_empty() && offers.items.is_empty();
    let is_all = is_first && page.next.is_none() && offers.next.is_none();
    let view = json!({
        "tab": { "with_me": false, "by_me": true, "requests": false, "notices": false, "blocks": false },
        "waiting": badge(asks),
        "items": page.items.iter().map(|found| sent(found, &groups)).collect::<Vec<_>>(),
        "offers": offers.items.iter().map(offer).collect::<Vec<_>>(),
        "more_offers": offers.next,
        "is_parted": !offers.items.is_empty() && !page.items.is_empty(),
        "is_empty": is_bare && is_all,
        "is_blank": is_bare && !is_all,
        "search": search,
        "next": page.next,
        "is_later_page": !is_first,
    });
    visit.page("by_me", "Shared by me", view)
}

fn sent(found: &Sent, groups: &Names) -> Value {
    let grant = &found.grant.grant;
    let (kind, what) = kind(found);
    json!({
        "kind": kind,
        "what": what,
        "is_app": matches!(grant.resource, Resource::App(_)),
        "entry": found.entry.as_ref().map(entry),
        "name": found.name,
        "grant": grant.id,
        "seen": found.grant.tag(),
        "holder": group_names::holder(&found.grant.holder, groups),
        "is_left": grant.origin == LEFT,
        "can": match &grant.resource {
            _ if grant.is_deny() => "not reach it".to_owned(),
            Resource::App(_) => "open it".to_owned(),
            _ => words::can(grant.capabilities),
        },
        "since": words::moment(grant.created_at),
        "until": grant.expires_at.map(words::moment),
        "asleep": found.grant.why_not.map(words::asleep),
    })
}

/// What something is that was given, on its own and within a sentence.
fn kind(found: &Sent) -> (&'static str, &'static str) {
    match (&found.grant.grant.resource, &found.entry) {
        (Resource::App(_), _) => ("App", "app"),
        (Resource::Site(_), _) => ("Site", "site"),
        (Resource::Named(_), _) => ("Permission", "permission"),
        (Resource::Entry(_), Some(found)) if found.entry.is_dir => ("Folder", "folder"),
        (Resource::Entry(_), Some(_)) => ("File", "file"),
        // Not even that is told of what he does not see.
        (Resource::Entry(_), None) => ("File or folder", "file or folder"),
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

/// Takes away a grant on what has no page of its own: an app, a site, or a name.
pub(in super::super) async fn revoke(form: Form) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    visit.limits().grant(visit.person()?.user.id)?;
    let missing = || ApiError::EntityNotFound { identifier: "grant".into() };
    let id: GrantId = form.text("grant").parse().ok().ok_or_else(missing)?;
    let seen = IfMatch(Some(vec![form.text("seen")]));
    visit.run(move |vouchsafe, actor| vouchsafe.revoke(actor, id, Mode::Cascade, &seen)).await?;
    Ok(render::see_other("/shared/by-me?done=revoked"))
}

/// Who else would lose what, if anybody would and this was not told yet.
async fn question(form: &Form, uuid: EntryId) -> Result<Option<HttpResponse>, Rejection> {
    let visit = &form.visit;
    let who = HolderName::User(visit.person()?.user.username.to_string());
    let me = who.clone();
    let told = visit
        .run(move |vouchsafe, actor| {
            let (entry, has) = vouchsafe.look_at_entry(actor, uuid)?;
            // Only who has given something can take it along.
            if !vouchsafe.may_have_given(actor, &me, uuid)? {
                return Ok(None);
            }
            let told = Consequences::of(vouchsafe, actor, &Change::Leave { resource: uuid.into() })?;
            Ok(Some((entry, told, has.has(Capability::Share))))
        })
        .await;
    let (entry, told, may_take) = match told {
        Ok(Some(told)) => told,
        Ok(None) => return Ok(None),
        // To leave is refused in its own words; and what gives him nothing now gives nobody anything through him.
        Err(Rejection::Refused(_)) => return Ok(None),
        Err(other) => return Err(other),
    };
    if !told.are_to_be_told(form, &who, may_take) {
        return Ok(None);
    }
    let fields = vec![("entry", uuid.to_string())];
    let question = Question { action: "/shared/leave".to_owned(), fields, entry: &entry, becomes: None };
    question.ask(visit, &told).map(Some)
}

/// Leaves something that was shared.
pub(in super::super) async fn leave(form: Form) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    visit.limits().grant(visit.person()?.user.id)?;
    let app = Some(form.text("app")).filter(|uid| !uid.is_empty());
    let left: Option<Resource> = match app {
        Some(uid) => uid.parse::<AppUid>().ok().map(Resource::from),
        None => form.text("entry").parse::<EntryId>().ok().map(Resource::from),
    };
    let left = left.ok_or(ApiError::SubjectDoesNotExist {})?;
    let _turn = visit.turn().await?;
    if let Resource::Entry(uuid) = left
        && let Some(question) = question(&form, uuid).await?
    {
        return Ok(question);
    }
    visit.run(move |vouchsafe, actor| vouchsafe.leave(actor, left)).await?;
    Ok(render::see_other("/shared?done=left"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tab_counts_to_ninety_nine() {
        let said = [0, 1, 99, 100].map(super::badge);
        assert_eq!(said.each_ref().map(Option::as_deref), [None, Some("1"), Some("99"), Some("99+")]);
    }
}
