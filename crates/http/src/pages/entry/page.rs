//! The page of an entry.

use super::{
    super::{
        group_names::{Names, with_default_groups},
        picture,
        shared::lists,
        visit::Visit,
        words,
    },
    people,
};
use crate::error::Rejection;
use actix_web::{HttpResponse, http::StatusCode, web};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vouchsafe_engine::{
    Finding,
    reading::{Path, Via},
};
use vouchsafe_flows::{
    AccessList, Asked, Check, EntryWithPath, Explained, Fault, GrantPage, GrantQuery, GroupsOfPerson, HolderName,
    Offer, Vouchsafe,
};
use vouchsafe_types::{
    Actor, Capabilities, Capability, DefaultGroup, EntryId, GrantId, GroupId, Username, error::ApiError,
};

/// How many people, and how many grants, are shown.
const MOST: usize = 200;

/// What is known about an entry by who looks at it.
pub(super) struct Look {
    me: Actor,
    pub(super) entry: EntryWithPath,
    pub(super) has: Capabilities,
    pub(super) all: Option<(AccessList, GrantPage)>,
    /// Of the grants on it, those that he may take away.
    pub(super) revocable: BTreeSet<GrantId>,
    pub(super) groups: Names,
    offers: Vec<Offer>,
    why: Explained,
    who: Option<Username>,
}

/// `/entry/{uuid}`; with `?who=` why somebody else has access.
pub(in super::super) async fn page(visit: Visit, uuid: web::Path<String>) -> Result<HttpResponse, Rejection> {
    let _turn = visit.turn().await?;
    let Ok(uuid) = uuid.parse::<EntryId>() else { return Err(ApiError::SubjectDoesNotExist {}.into()) };
    show(&visit, uuid, Value::Null, None).await
}

/// The page, after something was shared from it: with what was typed, what came of it, or what was wrong.
pub(super) async fn show(
    visit: &Visit,
    uuid: EntryId,
    shared: Value,
    problem: Option<&Rejection>,
) -> Result<HttpResponse, Rejection> {
    let own = visit.person()?.user.username.clone();
    let who = visit.parsed::<Username>("who").filter(|who| *who != own);
    let look = visit.run(move |vouchsafe, actor| look(vouchsafe, actor, uuid, who)).await;
    let look = match look {
        Ok(look) => look,
        // What is not there and what may not be seen are one page.
        Err(Rejection::Refused(ApiError::SubjectDoesNotExist {})) => {
            let page = json!({ "uuid": uuid, "is_confirmed": visit.person()?.user.email_confirmed });
            return visit.answer(StatusCode::NOT_FOUND, "ask", "Nothing to see here", page);
        }
        Err(other) => return Err(other),
    };
    let may_share = look.has.has(Capability::Share);
    let is_owner = look.entry.owner == own.as_str();
    let (who, is_me) = (look.who.as_ref().unwrap_or(&own), look.who.is_none());
    let page = json!({
        "entry": lists::entry(&look.entry),
        "path": is_owner.then(|| look.entry.path.clone()),
        "is_owner": is_owner,
        "may_share": may_share,
        "may_manage": look.has.has(Capability::Delegate),
        "may_ask_more": !look.has.has(Capability::Write),
        "can": words::can(look.has),
        "people": people::people(&look, own.as_str()),
        "offers": look.offers.iter().map(lists::offer).collect::<Vec<_>>(),
        "asleep": people::asleep(&look),
        "is_cut": look.all.as_ref().is_some_and(|(access, grants)| access.next.is_some() || grants.next.is_some()),
        "picture": picture::picture(&look.why, (who, is_me), &look.entry.owner, &look.groups),
        "who": who.as_str(),
        "is_me": is_me,
        "senders": if is_me { senders(&look) } else { Vec::new() },
        "shared": shared,
        "problem": problem.map(words::refusal),
    });
    let status = problem.map_or(StatusCode::OK, actix_web::ResponseError::status_code);
    visit.answer(status, "entry", &look.entry.entry.name, page)
}

fn look(vouchsafe: &Vouchsafe, actor: &Actor, uuid: EntryId, who: Option<Username>) -> Result<Look, Fault> {
    let (entry, has) = vouchsafe.look_at_entry(actor, uuid)?;
    let all = match has.has(Capability::Share) {
        true => {
            let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
            let query = GrantQuery { entry: Some(uuid), limit, ..GrantQuery::default() };
            Some((vouchsafe.who_has_access(actor, uuid, None, MOST)?, vouchsafe.list_grants(actor, &query)?))
        }
        false => None,
    };
    let revocable = match &all {
        Some((_, grants)) => vouchsafe.revocable_on(actor, uuid, &grants.items)?,
        None => BTreeSet::new(),
    };
    let groups = vouchsafe.groups_of(actor)?;
    let who = who.filter(|who| all.as_ref().is_some_and(|all| is_listed(all, who)));
    let (asked, level) = match &who {
        Some(who) => (Asked::Person { username: who.clone(), app: None }, "read"),
        None => (Asked::Actor(actor.clone()), if has.has(Capability::Read) { "read" } else { "see" }),
    };
    let mut why = vouchsafe.explain(actor, &Check { asked, permission: format!("fs:{uuid}:{level}") }, None)?;
    if who.is_some() {
        let own: BTreeSet<GroupId> = groups.owned.iter().map(|owned| owned.group.id).collect();
        why.explanation.reading = told(why.explanation.reading, &own);
        why.explanation.decision.allowed = why.explanation.reading.iter().any(Finding::is_terminal);
    }
    let is_here = |offer: &Offer| offer.items.iter().any(|item| item.entry == Some(uuid));
    let mut offers = if all.is_some() { vouchsafe.offers_sent(actor)? } else { Vec::new() };
    offers.retain(is_here);
    Ok(Look { me: actor.clone(), entry, has, all, revocable, groups: group_names(groups), offers, why, who })
}

/// Whether the lists name somebody: who is in a group of somebody else's is not theirs to know who only share.
fn is_listed((access, grants): &(AccessList, GrantPage), who: &Username) -> bool {
    let is_him = |name: &HolderName| matches!(name, HolderName::User(name) if name == who.as_str());
    access.items.iter().any(|item| is_him(&item.subject)) || grants.items.iter().any(|view| is_him(&view.holder))
}

/// A reading without what would tell who is in a group of somebody else's.
fn told(reading: Vec<Finding>, own: &BTreeSet<GroupId>) -> Vec<Finding> {
    let is_told = |via: Via| match via {
        Via::Group(group) => own.contains(&group) || DefaultGroup::find(group).is_some(),
        Via::User | Via::Everyone | Via::UserApp | Via::DevApp | Via::AccessToken | Via::Link => true,
    };
    let one = |finding| match finding {
        Finding::Path(path) if !is_told(path.via) => None,
        Finding::Missing(missing) if missing.gives.as_ref().is_some_and(|(_, via)| !is_told(*via)) => None,
        Finding::Path(path) => Some(Finding::Path(Path { reading: told(path.reading, own), ..path })),
        other => Some(other),
    };
    reading.into_iter().filter_map(one).collect()
}

/// The groups that the caller may call by name.
fn group_names(groups: GroupsOfPerson) -> Names {
    let named = groups.owned.into_iter().map(|owned| owned.group).chain(groups.joined);
    with_default_groups(named.map(|group| (group.id, group.name)).collect())
}

/// Who gave it to the one who looks, in his own name: whom he may want to block.
fn senders(look: &Look) -> Vec<String> {
    let Actor::User(me) = look.me else { return Vec::new() };
    let to_me = look.why.explanation.reading.iter().filter_map(|finding| match finding {
        Finding::Path(path) if path.via == Via::User && path.holder == Some(me) && path.issuer != me => {
            look.why.usernames.get(&path.issuer).cloned()
        }
        _ => None,
    });
    to_me.collect::<BTreeSet<_>>().into_iter().collect()
}
