//! Readings as JSON.
//!
//! Source: the scan results of Puter's permission service.

use super::wire::time;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_engine::{
    Finding,
    reading::{Missing, MissingReason, Path, Via},
};
use vouchsafe_flows::Explained;
use vouchsafe_types::UserId;

type Names = BTreeMap<UserId, String>;

/// The reading of a decision: rewrites, what answers the question, options and paths; last, how long it took.
#[must_use]
pub fn reading_view(explained: &Explained) -> Vec<Value> {
    let mut nodes = findings(&explained.explanation.reading, &explained.usernames);
    nodes.push(json!({ "$": "time", "value": explained.took.num_milliseconds() }));
    nodes
}

fn findings(all: &[Finding], names: &Names) -> Vec<Value> {
    all.iter().map(|finding| node(finding, names)).collect()
}

fn name(user: UserId, names: &Names) -> Value {
    names.get(&user).map_or(Value::Null, |name| json!(name))
}

fn of(user: Option<UserId>, names: &Names) -> Value {
    user.map_or(Value::Null, |user| name(user, names))
}

fn node(finding: &Finding, names: &Names) -> Value {
    match finding {
        Finding::Rewrite { from, to } => {
            json!({ "$": "rewrite", "from": from.to_string(), "to": to.to_string() })
        }
        Finding::Explode { from, to } => json!({ "$": "explode", "from": from.to_string(), "to": to }),
        Finding::Implied { permission, by, holder } => json!({
            "$": "option",
            "permission": permission.to_string(),
            "source": "implied",
            "by": by,
            "data": {},
            "holder_username": of(*holder, names),
        }),
        Finding::Path(path) => path_node(path, names),
        Finding::Missing(missing) => missing_node(missing, names),
    }
}

fn path_node(path: &Path, names: &Names) -> Value {
    let mut node = json!({
        "$": "path",
        "via": via(path.via),
        "has_terminal": path.has_terminal,
        "permission": path.permission.to_string(),
        "data": {},
        "grant_id": path.grant,
        "holder_username": of(path.holder, names),
        "issuer_username": name(path.issuer, names),
        "issuer_user_id": path.issuer,
        "reading": findings(&path.reading, names),
    });
    if let (Via::Group(group), Value::Object(object)) = (path.via, &mut node) {
        object.insert("group_id".to_owned(), json!(group));
    }
    node
}

/// What would have to be done first: ours, not Puter's.
fn missing_node(missing: &Missing, names: &Names) -> Value {
    let mut node = json!({
        "$": "missing",
        "reason": reason(missing.reason),
        "permission": missing.permission.to_string(),
        "holder_username": of(missing.holder, names),
    });
    let Value::Object(object) = &mut node else { return node };
    if let Some((grant, _)) = &missing.grant {
        object.insert("grant_id".to_owned(), json!(grant));
        object.insert("issuer_username".to_owned(), of(missing.issuer, names));
    }
    match missing.reason {
        MissingReason::Expired { at } => drop(object.insert("expired_at".to_owned(), json!(time(at)))),
        MissingReason::Silenced { by } => drop(object.insert("silenced_by".to_owned(), json!(by))),
        MissingReason::NotGranted => {
            let could: Vec<Value> = missing.could_grant.iter().map(|user| name(*user, names)).collect();
            object.insert("could_grant".to_owned(), json!(could));
        }
        MissingReason::Suspended | MissingReason::OverLimit { .. } => {}
    }
    node
}

const fn reason(reason: MissingReason) -> &'static str {
    match reason {
        MissingReason::NotGranted => "not_granted",
        MissingReason::Expired { .. } => "expired",
        MissingReason::Silenced { .. } => "silenced",
        MissingReason::Suspended => "suspended",
        MissingReason::OverLimit { .. } => "over_limit",
    }
}

const fn via(via: Via) -> &'static str {
    match via {
        Via::User => "user",
        Via::Group(_) => "user-group",
        Via::Everyone => "hc-user-group",
        Via::UserApp => "user-app",
        Via::DevApp => "dev-app",
        Via::AccessToken => "access-token",
        Via::Link => "link",
    }
}
