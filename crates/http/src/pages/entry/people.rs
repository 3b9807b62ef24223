//! Everybody who can reach an entry, one row each, and the grants that are asleep.

use super::{
    super::{
        group_names::{group_name, holder},
        words,
    },
    page::Look,
};
use serde_json::{Value, json};
use vouchsafe_engine::plan::LEFT;
use vouchsafe_flows::{AccessItem, AccessVia, GrantView, HolderName};
use vouchsafe_types::Capabilities;

/// Who can reach the entry: the owner first, then oneself where the others are not told, or the list leaves one out.
pub(super) fn people(look: &Look, own: &str) -> Vec<Value> {
    let subject = HolderName::User(look.entry.owner.clone());
    let owner = [AccessItem { subject, capabilities: Capabilities::ALL, via: Vec::new() }];
    let told = look.access.as_ref().map_or(owner.as_slice(), |access| access.items.as_slice());
    let (first, others) = told.split_at(told.len().min(1));
    first.iter().chain(&look.mine).chain(others).map(|item| person(item, look, own)).collect()
}

fn person(item: &AccessItem, look: &Look, own: &str) -> Value {
    let is_owner = matches!(&item.subject, HolderName::User(name) if *name == look.entry.owner);
    let is_me = matches!(&item.subject, HolderName::User(name) if name == own);
    let is_one = matches!(item.subject, HolderName::User(_));
    let via: Vec<Value> = item.via.iter().map(|via| way(via, look, is_one)).collect();
    json!({
        "name": holder(&item.subject, &look.groups),
        "kind": kind(&item.subject),
        "username": username(&item.subject),
        "is_owner": is_owner,
        "is_me": is_me,
        "can": if is_owner { "owns it".to_owned() } else { words::can(item.capabilities) },
        "via": via,
    })
}

fn way(via: &AccessVia, look: &Look, is_one: bool) -> Value {
    let of_many = match via.group {
        Some(group) => Some(group_name(group, &look.groups)),
        None => via.is_everyones.then(|| "everyone".to_owned()),
    };
    let of_many = of_many.filter(|_| is_one);
    json!({
        "grant": via.grant,
        "entry": look.entry.entry.uuid,
        "issuer": via.issuer,
        "as_part_of": of_many,
        "is_inherited": via.is_inherited,
        "above": via.entry.filter(|_| via.is_inherited),
        // What a person has as one of many is changed where they stand.
        "may_change": via.may_revoke && of_many.is_none(),
        "since": words::moment(via.created_at),
        "until": via.expires_at.map(words::moment),
    })
}

/// Grants on the entry that give nothing now, and denies.
pub(super) fn asleep(look: &Look) -> Vec<Value> {
    let Some(grants) = &look.grants else { return Vec::new() };
    let quiet = grants.items.iter().filter(|view| view.why_not.is_some() || view.grant.is_deny());
    quiet.map(|view| one_asleep(view, look)).collect()
}

fn one_asleep(view: &GrantView, look: &Look) -> Value {
    json!({
        "grant": view.grant.id,
        "entry": look.entry.entry.uuid,
        "name": holder(&view.holder, &look.groups),
        "username": username(&view.holder),
        "issuer": view.issuer,
        "is_deny": view.grant.is_deny(),
        "is_left": view.grant.origin == LEFT,
        "may_change": look.revocable.contains(&view.grant.id),
        "gives": words::can(view.grant.capabilities),
        "why": view.why_not.map(words::asleep),
        "since": words::moment(view.grant.created_at),
    })
}

/// The name of a person: why he has access, or has none, can be looked at.
fn username(name: &HolderName) -> Option<&str> {
    match name {
        HolderName::User(name) => Some(name),
        _ => None,
    }
}

const fn kind(name: &HolderName) -> &'static str {
    match name {
        HolderName::User(_) => "Person",
        HolderName::Group(_) => "Group",
        HolderName::Everyone => "Everyone",
        HolderName::App { .. } => "App",
        HolderName::Token(_) => "Access token",
        HolderName::Link(_) => "Public link",
    }
}
