//! The page of an entry.

use super::{
    super::{
        group_names::{Names, with_default_groups},
        picture,
        shared::lists,
        visit::Visit,
        words,
    },
    people, share,
};
use crate::{
    cursor::{self, Place},
    error::Rejection,
};
use actix_web::{HttpResponse, ResponseError, http::StatusCode, web};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use vouchsafe_engine::{Finding, reading::Via};
use vouchsafe_flows::{
    AccessCursor, AccessItem, AccessList, Asked, Check, EntryWithPath, Explained, Fault, GrantPage, GrantQuery,
    GroupsOfPerson, HolderName, Offer, OverviewPage, Vouchsafe,
};
use vouchsafe_types::{Actor, Capabilities, Capability, EntryId, GrantId, Username, error::ApiError};

/// How many people, and how many grants, are looked at for one page.
const MOST: usize = 200;
/// How many invitations a page has.
const MOST_OFFERS: u32 = 50;

/// Where each list on the page begins, by the name of its parameter: each goes on by itself.
const LISTS: [&str; 3] = ["after", "invited", "asleep"];

/// Where the lists on the page begin.
struct Begins {
    people: Option<AccessCursor>,
    offers: u32,
    grants: i64,
}

impl Begins {
    /// As the address says; a list that it says nothing readable about begins at its beginning.
    fn of(visit: &Visit) -> Self {
        let [people, offers, grants] = LISTS;
        Self {
            people: cursor::place::<Place>(visit.param(people)).map(AccessCursor::from),
            offers: visit.parsed(offers).unwrap_or(0),
            grants: visit.parsed(grants).unwrap_or(0),
        }
    }
}

/// What the address says of where the lists begin, for a link to the same page.
fn here(visit: &Visit) -> String {
    let said = LISTS.into_iter().map(|name| (name, visit.param(name))).filter(|(_, place)| !place.is_empty());
    said.map(|(name, place)| format!("&{name}={}", words::encoded(place))).collect()
}

/// What was typed into the forms of the page, or came of it; null where nothing was.
#[derive(Default)]
pub(in super::super) struct Typed {
    /// Into the one that shares.
    pub(in super::super) shared: Value,
    /// Into the one that asks.
    pub(in super::super) asked: Value,
}

/// What is known about an entry by who looks at it.
pub(super) struct Look {
    me: Actor,
    /// Whether the list of people does not begin with the owner.
    is_later: bool,
    pub(super) entry: EntryWithPath,
    pub(super) has: Capabilities,
    /// Who can reach it, for who reads it.
    pub(super) access: Option<AccessList>,
    /// What stands on it, for who may share it.
    pub(super) grants: Option<GrantPage>,
    /// What he has himself, where that list leaves him out: he has it as one of many, or there are too many.
    pub(super) mine: Option<AccessItem>,
    /// Of the grants on it, those that he may take away.
    pub(super) revocable: BTreeSet<GrantId>,
    pub(super) groups: Names,
    offers: OverviewPage<Offer>,
    why: Explained,
    who: Option<Username>,
}

/// `/entry/{uuid}`; with `?who=` why somebody else has access.
pub(in super::super) async fn page(visit: Visit, uuid: web::Path<String>) -> Result<HttpResponse, Rejection> {
    let _turn = visit.turn().await?;
    let Ok(uuid) = uuid.parse::<EntryId>() else { return Err(ApiError::SubjectDoesNotExist {}.into()) };
    let shared = share::told(&visit, uuid).await?;
    show(&visit, uuid, Typed { shared, ..Typed::default() }, None).await
}

/// The page, after something was shared or asked for from it: with what was typed, what came of it, or what was wrong.
pub(in super::super) async fn show(
    visit: &Visit,
    uuid: EntryId,
    typed: Typed,
    problem: Option<&Rejection>,
) -> Result<HttpResponse, Rejection> {
    let own = visit.person()?.user.username.clone();
    let who = visit.parsed::<Username>("who").filter(|who| *who != own);
    let (me, begins) = (own.clone(), Begins::of(visit));
    match visit.run(move |vouchsafe, actor| look(vouchsafe, actor, uuid, (me, who), &begins)).await {
        Ok(look) => {
            visit.answer(problem, "entry", &look.entry.entry.name, seen(visit, &look, &own, (typed.shared, problem)))
        }
        // What is not there and what may not be seen are one page.
        Err(Rejection::Refused(ApiError::SubjectDoesNotExist {})) => {
            let page = json!({ "uuid": uuid, "asked": typed.asked, "problem": problem.map(words::refusal) });
            let status = problem.map_or(StatusCode::NOT_FOUND, ResponseError::status_code);
            visit.with_status(status, "ask", "Nothing to see here", page)
        }
        Err(other) => Err(other),
    }
}

fn seen(visit: &Visit, look: &Look, own: &Username, (shared, problem): (Value, Option<&Rejection>)) -> Value {
    let is_owner = look.entry.owner == own.as_str();
    let (who, is_me) = (look.who.as_ref().unwrap_or(own), look.who.is_none());
    let people = people::people(look, own.as_str());
    let more = look.access.as_ref().and_then(|access| access.next.clone()).map(Place::from);
    json!({
        "entry": lists::entry(&look.entry),
        "path": is_owner.then(|| look.entry.path.clone()),
        "is_owner": is_owner,
        "may_share": look.has.has(Capability::Share),
        "choices": share::choices(look, &shared),
        "may_ask_more": !look.has.has(Capability::Write),
        "can": words::can(look.has),
        "people": people,
        "offers": look.offers.items.iter().map(lists::offer).collect::<Vec<_>>(),
        "asleep": people::asleep(look),
        "here": here(visit),
        "more_people": cursor::cursor(more.as_ref()),
        "more_offers": look.offers.next,
        "more_asleep": look.grants.as_ref().and_then(|grants| grants.next),
        "is_later_page": !here(visit).is_empty(),
        "is_told": look.access.is_some(),
        "is_alone": look.access.is_some() && people.len() <= 2 && more.is_none() && !look.is_later,
        "picture": picture::picture(&look.why, (who, is_me), &look.entry.owner, &look.groups),
        "who": who.as_str(),
        "is_me": is_me,
        "senders": if is_me { senders(look) } else { Vec::new() },
        "shared": shared,
        "once": visit.cases.vouchsafe().form_seed(),
        "problem": problem.map(words::refusal),
    })
}

fn look(
    vouchsafe: &Vouchsafe,
    actor: &Actor,
    uuid: EntryId,
    (me, who): (Username, Option<Username>),
    begins: &Begins,
) -> Result<Look, Fault> {
    let (entry, has) = vouchsafe.look_at_entry(actor, uuid)?;
    let may_share = has.has(Capability::Share);
    let access = match (may_share, has.has(Capability::Read)) {
        (true, _) => Some(vouchsafe.who_has_access(actor, uuid, begins.people.as_ref(), MOST)?),
        (false, true) => Some(vouchsafe.fellow_readers(actor, uuid, begins.people.as_ref(), MOST)?),
        (false, false) => None,
    };
    let (grants, revocable, offers) = match may_share {
        true => given(vouchsafe, actor, uuid, begins)?,
        false => (None, BTreeSet::new(), OverviewPage::default()),
    };
    let is_shown = begins.people.is_some() || access.as_ref().is_some_and(|access| names(access, &me));
    let mine = if is_shown { None } else { vouchsafe.own_access(actor, uuid)? };
    let groups = vouchsafe.groups_of(actor)?;
    let who = who.filter(|who| may_share && is_listed(access.as_ref(), grants.as_ref(), who));
    let (asked, level) = match &who {
        Some(who) => (Asked::Person { username: who.clone(), app: None }, "read"),
        None => (Asked::Actor(actor.clone()), if has.has(Capability::Read) { "read" } else { "see" }),
    };
    let why = vouchsafe.explain(actor, &Check { asked, permission: format!("fs:{uuid}:{level}") }, None)?;
    Ok(Look {
        me: actor.clone(),
        is_later: begins.people.is_some(),
        entry,
        has,
        access,
        grants,
        mine,
        revocable,
        groups: group_names(groups),
        offers,
        why,
        who,
    })
}

/// What who may share it is shown besides people: what stands on it, what of that he may take away, and what he offers.
type GivenOnIt = (Option<GrantPage>, BTreeSet<GrantId>, OverviewPage<Offer>);

fn given(vouchsafe: &Vouchsafe, actor: &Actor, uuid: EntryId, begins: &Begins) -> Result<GivenOnIt, Fault> {
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
    let on_it = GrantQuery { entry: Some(uuid), after: begins.grants, limit, ..GrantQuery::default() };
    let grants = vouchsafe.list_grants(actor, &on_it)?;
    let revocable = vouchsafe.revocable_on(actor, uuid, &grants.items)?;
    let offers = vouchsafe.offers_sent(actor, "", Some(uuid), (begins.offers, MOST_OFFERS))?;
    Ok((Some(grants), revocable, offers))
}

/// Whether the lists name somebody: who is in a group of somebody else's is not theirs to know who only share.
fn is_listed(access: Option<&AccessList>, grants: Option<&GrantPage>, who: &Username) -> bool {
    access.is_some_and(|access| names(access, who))
        || grants.is_some_and(|grants| grants.items.iter().any(|view| is_called(&view.holder, who)))
}

fn names(access: &AccessList, who: &Username) -> bool {
    access.items.iter().any(|item| is_called(&item.subject, who))
}

fn is_called(name: &HolderName, who: &Username) -> bool {
    matches!(name, HolderName::User(name) if name == who.as_str())
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
