//! `/v1/what-if`.

use super::{entries::entry_path, grants, wire::Body};
use crate::{auth::ServiceOrUser, error::Rejection, fields::Fields, state::UseCases};
use actix_web::HttpResponse;
use serde_json::{Map, Value, json};
use vouchsafe_flows::{Change, Difference, GroupEdit};
use vouchsafe_types::{Access, Capabilities, EntryId, GrantId, GroupId, error::ApiError};

/// Who would gain and lose what by a change. Nothing is written.
pub(super) async fn post(cases: UseCases, caller: ServiceOrUser, body: Body) -> Result<HttpResponse, Rejection> {
    let (change, actor) = (change(&body.0)?, caller.actor().clone());
    let outcome = cases.run(move |vouchsafe| vouchsafe.what_if(&actor, &change)).await?;
    let gained = |d: &Difference| view(d, d.after - d.before);
    let lost = |d: &Difference| view(d, d.before - d.after);
    Ok(HttpResponse::Ok().json(json!({
        "gains": outcome.gains.iter().map(gained).collect::<Vec<_>>(),
        "losses": outcome.losses.iter().map(lost).collect::<Vec<_>>(),
        "complete": outcome.is_complete,
        "revision": outcome.revision,
    })))
}

fn view(difference: &Difference, changed: Capabilities) -> Value {
    json!({
        "user": difference.user,
        "entry": difference.entry,
        "before": Access::nearest(difference.before).name(),
        "after": Access::nearest(difference.after).name(),
        "capabilities": changed.names(),
    })
}

/// Exactly one change, under its name.
fn change(body: &Map<String, Value>) -> Result<Change, Rejection> {
    const KINDS: &str = "exactly one of `share`, `revoke`, `move`, `delete` and `group_edit`";
    let one = match body.get("change") {
        None | Some(Value::Null) => return Err(ApiError::FieldMissing { key: "change".to_owned() }.into()),
        Some(Value::Object(object)) if object.len() == 1 => object.iter().next(),
        Some(_) => None,
    };
    let Some((kind, Value::Object(what))) = one else { return Err(ApiError::invalid("change", KINDS, None).into()) };
    let mut fields = Fields::of(what);
    let missing = |key: &str| Rejection::from(ApiError::FieldMissing { key: key.to_owned() });
    match kind.as_str() {
        "share" => {
            let wish = grants::wish(&mut fields);
            fields.finish()?;
            wish.map(Change::Share).ok_or_else(|| missing("holder"))
        }
        "revoke" => {
            let (grant, mode) = (fields.parsed::<GrantId>("grant"), fields.opt_text("mode"));
            fields.finish()?;
            let mode = grants::mode(mode.as_deref())?;
            Ok(Change::Revoke { grant: grant.ok_or_else(|| missing("grant"))?, mode })
        }
        "move" => {
            let (entry, path) = (fields.parsed::<EntryId>("entry"), fields.text("path"));
            let path = entry_path(fields, &path)?;
            Ok(Change::Move { entry: entry.ok_or_else(|| missing("entry"))?, path })
        }
        "delete" => {
            let entry = fields.parsed::<EntryId>("entry");
            fields.finish()?;
            Ok(Change::Delete { entry: entry.ok_or_else(|| missing("entry"))? })
        }
        "group_edit" => {
            let group = fields.parsed::<GroupId>("group");
            let (add, remove) = (fields.texts("add").unwrap_or_default(), fields.texts("remove").unwrap_or_default());
            fields.finish()?;
            let edit = GroupEdit { add, remove };
            Ok(Change::GroupEdit { group: group.ok_or_else(|| missing("group"))?, edit })
        }
        _ => Err(ApiError::invalid("change", KINDS, Some(kind.clone())).into()),
    }
}
