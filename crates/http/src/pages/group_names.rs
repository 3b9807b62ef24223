//! Groups by the names that one may know, and whoever else holds something, in words.

use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_flows::{Fault, HolderName, Vouchsafe};
use vouchsafe_types::{Actor, DefaultGroup, GroupId};

/// Names of groups.
pub(super) type Names = BTreeMap<GroupId, String>;

/// The names of the groups among these that the one who looks owns or is in.
pub(super) fn names_of_groups<'a>(
    vouchsafe: &Vouchsafe,
    actor: &Actor,
    holders: impl IntoIterator<Item = &'a HolderName>,
) -> Result<Names, Fault> {
    let of_group = |name: &HolderName| match name {
        HolderName::Group(group) => Some(*group),
        _ => None,
    };
    let groups: BTreeSet<GroupId> = holders.into_iter().filter_map(of_group).collect();
    Ok(with_default_groups(vouchsafe.names_of_groups(actor, &groups)?))
}

/// The same with the groups that everybody is in or out of by himself.
pub(super) fn with_default_groups(mut names: Names) -> Names {
    names.insert(DefaultGroup::User.id(), "everybody with a confirmed address".to_owned());
    names.insert(DefaultGroup::Temp.id(), "everybody without a confirmed address".to_owned());
    names
}

/// What a group is called.
pub(super) fn group_name(group: GroupId, names: &Names) -> String {
    names.get(&group).cloned().unwrap_or_else(|| "a group of somebody else's".to_owned())
}

/// Who holds something; a group by its name where that is known.
pub(super) fn holder(name: &HolderName, names: &Names) -> String {
    match name {
        HolderName::Group(group) => group_name(*group, names),
        other => holder_by_id(other),
    }
}

/// Who holds something; a group by its id, for who may know of all groups and of no names.
pub(super) fn holder_by_id(name: &HolderName) -> String {
    match name {
        HolderName::User(name) => name.clone(),
        HolderName::Group(id) => format!("the group {id}"),
        HolderName::Everyone => "everyone".to_owned(),
        HolderName::App { app, user: Some(user) } => format!("the app {} for {user}", app.as_str()),
        HolderName::App { app, user: None } => format!("the app {} for all its users", app.as_str()),
        HolderName::Token(_) => "an access token".to_owned(),
        HolderName::Link(_) => "whoever has a public link".to_owned(),
    }
}
