//! `/v1/entries/{uuid}/access`, `/v1/entries/{uuid}/leave` and `/v1/users/{username}/entries`.

use super::{
    desk::Desk,
    entries, grants,
    page::{Params, cursor},
    wire,
};
use crate::error::Rejection;
use actix_web::{HttpRequest, HttpResponse, web::Path};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vouchsafe_flows::{AccessCursor, AccessItem, Progress};
use vouchsafe_types::{Access, AppUid, EntryId, GroupId, Holder, LinkId, SessionId, UserId, error::ApiError};

/// Who can do what on an entry, and through which grants.
pub(super) async fn list(desk: Desk, path: Path<String>, request: HttpRequest) -> Result<HttpResponse, Rejection> {
    let uuid: EntryId = wire::id("uuid", &path)?;
    let params = Params::of(&request, &["at"])?;
    if params.text("at").is_some() {
        return Err(ApiError::Future { what: "access at a time in the past".to_owned() }.into());
    }
    let (limit, after) = (params.limit()?, params.cursor::<Place>()?.map(AccessCursor::from));
    let told = desk.see(move |vouchsafe, actor| vouchsafe.who_has_access(actor, uuid, after.as_ref(), limit)).await?;
    Ok(told.json(|page| {
        let items: Vec<Value> = page.items.iter().map(item_view).collect();
        json!({ "items": items, "cursor": cursor(page.next.clone().map(Place::from).as_ref()) })
    }))
}

/// Gives up what the caller was given on an entry.
pub(super) async fn leave(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let uuid: EntryId = wire::id("uuid", &path)?;
    desk.spend()?;
    Ok(desk.act(move |vouchsafe, actor| vouchsafe.leave(actor, uuid)).await?.done())
}

/// The entries that were given to somebody.
pub(super) async fn given(desk: Desk, path: Path<String>, request: HttpRequest) -> Result<HttpResponse, Rejection> {
    let username = path.into_inner();
    wire::only_for_oneself(&desk.caller, &username)?;
    let params = Params::of(&request, &["access"])?;
    let access = match params.text("access") {
        None => Access::See,
        Some(text) => {
            let named = text.parse().ok().filter(|access| *access != Access::None);
            named.ok_or_else(|| ApiError::invalid("access", "the name of an access", Some(text)))?
        }
    };
    let (limit, after) = (params.limit()?, params.cursor()?.unwrap_or(0));
    let told =
        desk.see(move |vouchsafe, actor| vouchsafe.entries_given_to(actor, &username, access, after, limit)).await?;
    let item = |(entry, has): &(vouchsafe_flows::EntryWithPath, vouchsafe_types::Capabilities)| {
        json!({
            "entry": entries::view(entry),
            "access": Access::nearest(*has).name(),
            "capabilities": has.names(),
        })
    };
    Ok(told.json(|page| {
        json!({
            "items": page.items.iter().map(item).collect::<Vec<_>>(),
            "cursor": cursor(page.next.as_ref()),
            "complete": true,
        })
    }))
}

fn item_view(item: &AccessItem) -> Value {
    let via = item.via.iter().map(|via| {
        let mut view = json!({
            "grant_id": via.grant,
            "issuer": via.issuer,
            "entry": via.entry,
            "inherited": via.is_inherited,
        });
        let Value::Object(object) = &mut view else { return view };
        if let Some(group) = via.group {
            object.insert("group".to_owned(), json!(group));
        }
        if via.is_everyones {
            object.insert("everyone".to_owned(), json!(true));
        }
        view
    });
    json!({
        "subject": grants::holder_view(&item.subject),
        "access": Access::nearest(item.capabilities).name(),
        "capabilities": item.capabilities.names(),
        "via": via.collect::<Vec<_>>(),
    })
}

/// A place in the list of those who can reach an entry, inside a cursor.
#[derive(Serialize, Deserialize)]
enum Place {
    #[serde(rename = "o")]
    Owner,
    #[serde(rename = "h")]
    Holder(At, Seen),
}

#[derive(Serialize, Deserialize)]
enum At {
    #[serde(rename = "u")]
    User(UserId),
    #[serde(rename = "g")]
    Group(GroupId),
    #[serde(rename = "e")]
    Everyone,
    #[serde(rename = "a")]
    App(Option<UserId>, AppUid),
    #[serde(rename = "t")]
    Token(SessionId),
    #[serde(rename = "l")]
    Link(LinkId),
}

#[derive(Serialize, Deserialize)]
enum Seen {
    #[serde(rename = "n")]
    None,
    #[serde(rename = "u")]
    UpTo(UserId),
    #[serde(rename = "a")]
    All,
}

impl From<AccessCursor> for Place {
    fn from(cursor: AccessCursor) -> Self {
        let AccessCursor::Holder { holder, members } = cursor else { return Self::Owner };
        let at = match holder {
            Holder::User(id) => At::User(id),
            Holder::Group(id) => At::Group(id),
            Holder::Everyone => At::Everyone,
            Holder::App { user, app } => At::App(user, app),
            Holder::Token(id) => At::Token(id),
            Holder::Link(id) => At::Link(id),
        };
        let seen = match members {
            Progress::None => Seen::None,
            Progress::UpTo(user) => Seen::UpTo(user),
            Progress::All => Seen::All,
        };
        Self::Holder(at, seen)
    }
}

impl From<Place> for AccessCursor {
    fn from(place: Place) -> Self {
        let Place::Holder(at, seen) = place else { return Self::Owner };
        let holder = match at {
            At::User(id) => Holder::User(id),
            At::Group(id) => Holder::Group(id),
            At::Everyone => Holder::Everyone,
            At::App(user, app) => Holder::App { user, app },
            At::Token(id) => Holder::Token(id),
            At::Link(id) => Holder::Link(id),
        };
        let members = match seen {
            Seen::None => Progress::None,
            Seen::UpTo(user) => Progress::UpTo(user),
            Seen::All => Progress::All,
        };
        Self::Holder { holder, members }
    }
}
