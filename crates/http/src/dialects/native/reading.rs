//! Readings as JSON.
//!
//! Source: the scan results of Puter's permission service.

use super::wire::time;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use vouchsafe_engine::{
    Finding,
    reading::{Missing, MissingReason, Path, Via},
};
use vouchsafe_flows::Explained;
use vouchsafe_types::{GrantId, Permission, UserId};

/// What is looked up about people and grants.
struct Names<'a> {
    users: &'a BTreeMap<UserId, String>,
    extras: &'a BTreeMap<GrantId, Value>,
}

/// The reading of a decision: rewrites, what answers the question, options and paths; last, how long it took.
#[must_use]
pub fn reading_view(explained: &Explained) -> Vec<Value> {
    let names = Names { users: &explained.usernames, extras: &explained.extras };
    let mut nodes: Vec<Value> = explained.explanation.reading.iter().map(|finding| node(finding, &names)).collect();
    if !explained.explanation.is_complete {
        nodes.push(json!({ "$": "truncated" }));
    }
    nodes.push(json!({ "$": "time", "value": explained.took.num_milliseconds() }));
    nodes
}

/// A reading within a reading ends with its time, too; it took none of its own.
fn nested(all: &[Finding], names: &Names<'_>) -> Vec<Value> {
    let time = json!({ "$": "time", "value": 0 });
    all.iter().map(|finding| node(finding, names)).chain([time]).collect()
}

fn name(user: UserId, names: &Names<'_>) -> Value {
    names.users.get(&user).map_or(Value::Null, |name| json!(name))
}

fn of(user: Option<UserId>, names: &Names<'_>) -> Value {
    user.map_or(Value::Null, |user| name(user, names))
}

fn node(finding: &Finding, names: &Names<'_>) -> Value {
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

fn path_node(path: &Path, names: &Names<'_>) -> Value {
    let mut node = json!({
        "$": "path",
        "has_terminal": path.has_terminal,
        "permission": Permission::describing(&path.resource, path.capabilities).to_string(),
        "data": names.extras.get(&path.grant).cloned().unwrap_or_else(|| json!({})),
        "grant_id": path.grant,
        "holder_username": of(path.holder, names),
        "issuer_username": name(path.issuer, names),
        "issuer_user_id": path.issuer,
        "reading": nested(&path.reading, names),
    });
    if let Value::Object(object) = &mut node {
        put_via(object, path.via);
    }
    node
}

/// How a grant reaches its holder.
fn put_via(object: &mut Map<String, Value>, via: Via) {
    object.insert("via".to_owned(), json!(via_name(via)));
    if let Via::Group(group) = via {
        object.insert("group_id".to_owned(), json!(group));
    }
}

/// What would have to be done first: ours, not Puter's.
fn missing_node(missing: &Missing, names: &Names<'_>) -> Value {
    let mut node = json!({
        "$": "missing",
        "reason": reason(missing.reason),
        "permission": missing.permission.to_string(),
        "holder_username": of(missing.holder, names),
    });
    let Value::Object(object) = &mut node else { return node };
    if let (Some((grant, resource)), Some((gives, via))) = (&missing.grant, missing.gives) {
        object.insert("grant_id".to_owned(), json!(grant));
        object.insert("issuer_username".to_owned(), of(missing.issuer, names));
        object.insert("gives".to_owned(), json!(Permission::describing(resource, gives).to_string()));
        put_via(object, via);
    }
    match missing.reason {
        MissingReason::Expired { at } => drop(object.insert("expired_at".to_owned(), json!(time(at)))),
        MissingReason::Silenced { by } => drop(object.insert("silenced_by".to_owned(), json!(by))),
        MissingReason::NotGranted => {
            let could: Vec<Value> = missing.could_grant.iter().map(|user| name(*user, names)).collect();
            object.insert("could_grant".to_owned(), json!(could));
        }
        MissingReason::KeptBack | MissingReason::Suspended | MissingReason::OverLimit { .. } => {}
    }
    node
}

const fn reason(reason: MissingReason) -> &'static str {
    match reason {
        MissingReason::NotGranted => "not_granted",
        MissingReason::Expired { .. } => "expired",
        MissingReason::Silenced { .. } => "silenced",
        MissingReason::KeptBack => "kept_back",
        MissingReason::Suspended => "suspended",
        MissingReason::OverLimit { .. } => "over_limit",
    }
}

const fn via_name(via: Via) -> &'static str {
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

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};
    use vouchsafe_engine::{Engine, MemorySource, memory::MemoryEntry};
    use vouchsafe_types::{Access, Actor, EntryId};

    const PAGE: &str = include_str!("../../../../../docs/PERMISSIONS.md");

    /// The JSON of the page, in the order in which it stands there.
    fn shown() -> Vec<Value> {
        let blocks = PAGE.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next());
        blocks.map(|block| serde_json::from_str(block).unwrap()).collect()
    }

    /// An id as on the page: `a` is a person, `e` an entry, `9` a grant.
    fn id<T: From<uuid::Uuid>>(kind: u128, n: u128) -> T {
        T::from(uuid::Uuid::from_u128(kind << 124 | 0x4000_8000_0000_0000_0000 | n))
    }

    /// ann gave bob her photos to manage, and bob gave eve one of them to read.
    fn world() -> (MemorySource, BTreeMap<UserId, String>) {
        let mut source = MemorySource::default();
        let mut names = BTreeMap::new();
        for (n, name) in [(1, "ann"), (2, "bob"), (3, "eve")] {
            source.users.insert(id(0xa, n), true);
            names.insert(id(0xa, n), name.to_owned());
        }
        let mut parent = None;
        for (n, name, is_file) in [(1, "ann", false), (2, "photos", false), (3, "sea.jpg", true)] {
            source.entries.insert(id(0xe, n), MemoryEntry { parent, name: name.to_owned(), is_file });
            parent = Some(id(0xe, n));
        }
        source.roots.insert(id(0xe, 1), id(0xa, 1));
        source.add_grant(id(0xa, 1), id::<UserId>(0xa, 2), id::<EntryId>(0xe, 2), Access::Manage).id = id(0x9, 1);
        source.add_grant(id(0xa, 2), id::<UserId>(0xa, 3), id::<EntryId>(0xe, 3), Access::Read).id = id(0x9, 2);
        (source, names)
    }

    fn told(source: &mut MemorySource, usernames: BTreeMap<UserId, String>) -> Value {
        let (eve, read) = (Actor::User(id(0xa, 3)), "fs:/ann/photos/sea.jpg:read".parse().unwrap());
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let explanation = Engine::default().explain(source, &eve, &read, now).unwrap();
        json!(reading_view(&Explained {
            explanation,
            usernames,
            extras: BTreeMap::new(),
            revision: 0,
            took: TimeDelta::zero()
        }))
    }

    #[test]
    fn the_readings_on_the_page_about_permissions_are_as_they_are_told() {
        let (mut source, names) = world();
        let allowed = told(&mut source, names.clone());
        source.grants[0].expires_at = Some(DateTime::UNIX_EPOCH + TimeDelta::days(1));
        let denied = told(&mut source, names);
        assert_eq!(shown(), [allowed, denied]);
    }
}
