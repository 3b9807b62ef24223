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

/// Who can reach the entry: the owner first. Without authority to share, only what concerns oneself is known.
pub(super) fn people(look: &Look, own: &str) -> Vec<Value> {
    let Some((access, _)) = &look.all else { return Vec::new() };
    access.items.iter().map(|item| person(item, look, own)).collect()
}

fn person(item: &AccessItem, look: &Look, own: &str) -> Value {
    let is_owner = matches!(&item.subject, HolderName::User(name) if *name == look.entry.owner);
    let is_me = matches!(&item.subject, HolderName::User(name) if name == own);
    let is_one = matches!(item.subject, HolderName::User(_));
    let via: Vec<Value> = item.via.iter().map(|via| way(via, look, is_one)).collect();
    json!({
        "name": holder(&item.subject, &look.groups),
        "kind": kind(&item.subject),
        "username": match &item.subject { HolderName::User(name) => Some(name), _ => None },
        "is_owner": is_owner,
        "is_me": is_me,
        "can": if is_owner { "owns it" } else { words::can(item.capabilities) },
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
    let Some((_, grants)) = &look.all else { return Vec::new() };
    let quiet = grants.items.iter().filter(|view| view.why_not.is_some() || view.grant.is_deny());
    quiet.map(|view| one_asleep(view, look)).collect()
}

fn one_asleep(view: &GrantView, look: &Look) -> Value {
    json!({
        "grant": view.grant.id,
        "entry": look.entry.entry.uuid,
        "name": holder(&view.holder, &look.groups),
        "issuer": view.issuer,
        "is_deny": view.grant.is_deny(),
        "is_left": view.grant.origin == LEFT,
        "may_change": look.revocable.contains(&view.grant.id),
        "gives": words::can(view.grant.capabilities),
        "why": view.why_not.map(words::asleep),
        "since": words::moment(view.grant.created_at),
    })
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
