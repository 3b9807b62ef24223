//! `/v1/what-if`.

use super::{desk::Desk, grants, wire::Body};
use crate::{error::Rejection, fields::Fields};
use actix_web::HttpResponse;
use serde_json::{Value, json};
use vouchsafe_flows::{Change, Difference, Foretold, GroupEdit, Mode, Outcome};
use vouchsafe_types::{Access, Capabilities, EntryId, EntryPath, GrantId, GroupId, error::ApiError};

/// Who would gain and lose what by a change. Nothing is written.
pub(super) async fn post(desk: Desk, body: Body) -> Result<HttpResponse, Rejection> {
    let mut fields = Fields::of(&body.0);
    let change = fields.inside("change", change).flatten();
    fields.refuse_others(&["change"]);
    fields.finish()?;
    let change = change.ok_or(ApiError::FieldMissing { key: "change".to_owned() })?;
    desk.spend()?;
    match &change {
        Change::Share(wish) => desk.guess(&wish.permission)?,
        Change::Move { path, .. } => desk.guess_path(path)?,
        Change::Revoke { .. }
        | Change::Edit { .. }
        | Change::Leave { .. }
        | Change::Delete { .. }
        | Change::GroupEdit { .. } => {}
    }
    let told = desk.see(move |vouchsafe, actor| vouchsafe.what_if(actor, &change)).await?;
    Ok(match &told.value {
        Foretold::Depended(grants) => grants::depended(grants),
        Foretold::Done(outcome) => told.json(|_| outcome_view(outcome)),
    })
}

fn outcome_view(outcome: &Outcome) -> Value {
    let gained = |d: &Difference| view(d, d.after - d.before);
    let lost = |d: &Difference| view(d, d.before - d.after);
    json!({
        "gains": outcome.gains.iter().map(gained).collect::<Vec<_>>(),
        "losses": outcome.losses.iter().map(lost).collect::<Vec<_>>(),
        "complete": outcome.is_complete,
    })
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

const KINDS: [&str; 5] = ["share", "revoke", "move", "delete", "group_edit"];

/// Exactly one change, under its name.
fn change(fields: &mut Fields<'_>) -> Option<Change> {
    let named: Vec<&str> = KINDS.into_iter().filter(|kind| fields.has(kind)).collect();
    fields.refuse_others(&KINDS);
    let [kind] = named.as_slice() else {
        fields.refuse_all("exactly one of `share`, `revoke`, `move`, `delete` and `group_edit`");
        return None;
    };
    let read = |what: &mut Fields<'_>| match *kind {
        "share" => grants::wish(what).map(Change::Share),
        "revoke" => {
            what.refuse_others(&["grant", "mode"]);
            let (grant, mode) = (what.parsed::<GrantId>("grant"), mode(what));
            Some(Change::Revoke { grant: grant?, mode })
        }
        "move" => {
            what.refuse_others(&["entry", "path"]);
            let (entry, path) = (what.parsed::<EntryId>("entry"), path(what));
            Some(Change::Move { entry: entry?, path: path? })
        }
        "delete" => {
            what.refuse_others(&["entry"]);
            Some(Change::Delete { entry: what.parsed::<EntryId>("entry")? })
        }
        _ => {
            what.refuse_others(&["group", "add", "remove"]);
            let group = what.parsed::<GroupId>("group");
            let (add, remove) = (what.texts("add").unwrap_or_default(), what.texts("remove").unwrap_or_default());
            Some(Change::GroupEdit { group: group?, edit: GroupEdit { add, remove } })
        }
    };
    fields.inside(kind, read).flatten()
}

fn mode(what: &mut Fields<'_>) -> Mode {
    let text = what.opt_text("mode");
    grants::mode(text.as_deref()).unwrap_or_else(|_| {
        what.refuse("mode", grants::MODES);
        Mode::default()
    })
}

fn path(what: &mut Fields<'_>) -> Option<EntryPath> {
    let text = what.text("path");
    if text.is_empty() {
        return None;
    }
    EntryPath::strict(&text).map_err(|error| what.refuse("path", &error.to_string())).ok()
}
