//! The page of an entry.

use super::{
    super::{picture, shared::lists, visit::Visit, words},
    people,
};
use crate::error::Rejection;
use actix_web::{HttpResponse, http::StatusCode, web::Path};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_flows::{AccessList, Asked, Check, EntryWithPath, Explained, Fault, GrantPage, GrantQuery, Vouchsafe};
use vouchsafe_types::{Actor, Capabilities, Capability, DefaultGroup, EntryId, GroupId, Username, error::ApiError};

/// How many people, and how many grants, are shown.
const MOST: usize = 200;

/// What is known about an entry by who looks at it.
pub(super) struct Look {
    pub(super) entry: EntryWithPath,
    pub(super) has: Capabilities,
    pub(super) all: Option<(AccessList, GrantPage)>,
    pub(super) groups: BTreeMap<GroupId, String>,
    why: Explained,
}

/// `/entry/{uuid}`; with `?who=` why somebody else has access.
pub(in super::super) async fn page(visit: Visit, uuid: Path<String>) -> Result<HttpResponse, Rejection> {
    visit.person()?;
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
    let who = visit.parsed::<Username>("who").unwrap_or_else(|| own.clone());
    let subject = who.clone();
    let is_own = who == own;
    let look = visit.run(move |vouchsafe, actor| look(vouchsafe, actor, uuid, &subject, is_own)).await;
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
    let page = json!({
        "entry": lists::entry(&look.entry),
        "path": is_owner.then(|| look.entry.path.clone()),
        "is_owner": is_owner,
        "may_share": may_share,
        "may_manage": look.has.has(Capability::Delegate),
        "may_ask_more": !look.has.has(Capability::Write),
        "can": words::can(look.has),
        "people": people::people(&look, own.as_str()),
        "asleep": people::asleep(&look),
        "is_cut": look.all.as_ref().is_some_and(|(access, grants)| access.next.is_some() || grants.next.is_some()),
        "picture": picture::picture(&look.why, &who, is_own, &look.groups),
        "who": who.as_str(),
        "is_me": is_own,
        "shared": shared,
        "problem": problem.map(words::refusal),
    });
    let status = problem.map_or(StatusCode::OK, actix_web::ResponseError::status_code);
    visit.answer(status, "entry", &look.entry.entry.name, page)
}

fn look(vouchsafe: &Vouchsafe, actor: &Actor, uuid: EntryId, who: &Username, is_own: bool) -> Result<Look, Fault> {
    let (entry, has) = vouchsafe.look_at_entry(actor, uuid)?;
    let may_share = has.has(Capability::Share);
    if !is_own && !may_share {
        return Err(ApiError::Forbidden {}.into());
    }
    let all = match may_share {
        true => {
            let query = GrantQuery {
                entry: Some(uuid),
                limit: i64::try_from(MOST).unwrap_or(i64::MAX),
                ..GrantQuery::default()
            };
            Some((vouchsafe.who_has_access(actor, uuid, None, MOST)?, vouchsafe.list_grants(actor, &query)?))
        }
        false => None,
    };
    let level = if is_own && !has.has(Capability::Read) { "see" } else { "read" };
    let asked = if is_own { Asked::Actor(actor.clone()) } else { Asked::Person { username: who.clone(), app: None } };
    let why = vouchsafe.explain(actor, &Check { asked, permission: format!("fs:{uuid}:{level}") }, None)?;
    Ok(Look { entry, has, all, groups: group_names(vouchsafe, actor)?, why })
}

/// The groups that the caller may call by name.
fn group_names(vouchsafe: &Vouchsafe, actor: &Actor) -> Result<BTreeMap<GroupId, String>, Fault> {
    let groups = vouchsafe.groups_of(actor)?;
    let named = groups.owned.into_iter().map(|owned| owned.group).chain(groups.joined);
    let mut names: BTreeMap<GroupId, String> = named.map(|group| (group.id, group.name)).collect();
    names.insert(DefaultGroup::User.id(), "everybody with a confirmed address".to_owned());
    names.insert(DefaultGroup::Temp.id(), "everybody without a confirmed address".to_owned());
    Ok(names)
}
