//! The bodies of `/auth/grant-…` and `/auth/revoke-…`: what, to or from whom, and why.
//!
//! COMPAT(puter): a grant names its faulty fields in the plural, even a single one; a revocation names the first field
//! that is missing, and to it a field of another type is missing.

use super::wire;
use crate::{error::Rejection, fields::Fields};
use serde_json::{Map, Value};
use vouchsafe_flows::{AppName, ByName};
use vouchsafe_types::error::ApiError;

type Body = Map<String, Value>;

/// The longest reason, in characters.
const MAX_REASON: usize = 255;
/// The most permissions in one request.
const MAX_PERMISSIONS: usize = 100;

/// Whether a body may name several permissions at once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Many {
    /// In `permissions`, beside `permission`.
    Allowed,
    /// Only `permission` is read.
    Not,
}

/// A grant to whom the field `whom` names.
pub(super) fn grant(body: &Body, whom: &str) -> Result<(String, ByName), Rejection> {
    let mut fields = Fields::of(body);
    let (name, permission) = (fields.text(whom), fields.text("permission"));
    let (extra, reason) = (wire::kept(&mut fields, "extra"), reason(&mut fields));
    fields.finish_in_plural()?;
    Ok((name, ByName { permission, extra, reason }))
}

/// A revocation from whom the field `whom` names.
pub(super) fn revocation(body: &Body, whom: &str) -> Result<(String, ByName), Rejection> {
    let (name, permission) = (present(body, whom)?, present(body, "permission")?);
    let mut fields = Fields::of(body);
    let reason = reason(&mut fields);
    fields.finish()?;
    Ok((name, ByName { permission, extra: None, reason }))
}

/// A grant to an app.
pub(super) fn app_grant(body: &Body, many: Many) -> Result<(AppName, Vec<ByName>), Rejection> {
    require_few(body, many)?;
    let mut fields = Fields::of(body);
    let app = match app_key(body) {
        "origin" => AppName::Origin(fields.text("origin")),
        key => AppName::Id(fields.text(key)),
    };
    let list = permission_list(&mut fields, many);
    let single = (list.is_none() || fields.has("permission")).then(|| fields.text("permission"));
    let (extra, reason) = (wire::kept(&mut fields, "extra"), reason(&mut fields));
    fields.finish_in_plural()?;
    Ok((app, each(single, list, extra.as_ref(), reason.as_deref())))
}

/// A revocation from an app.
pub(super) fn app_revocation(body: &Body, many: Many) -> Result<(AppName, Vec<ByName>), Rejection> {
    let app = match app_key(body) {
        "origin" => AppName::Origin(present(body, "origin")?),
        key => AppName::Id(present(body, key)?),
    };
    require_few(body, many)?;
    let mut fields = Fields::of(body);
    let (list, reason) = (permission_list(&mut fields, many), reason(&mut fields));
    let wants_single = list.is_none() || fields.has("permission");
    fields.finish()?;
    let single = wants_single.then(|| present(body, "permission")).transpose()?;
    Ok((app, each(single, list, None, reason.as_deref())))
}

/// Where an app is named: its uid wins over the origin it runs at.
fn app_key(body: &Body) -> &'static str {
    let has = |key| body.get(key).is_some_and(|value| !value.is_null());
    if has("origin") && !has("app_uid") { "origin" } else { "app_uid" }
}

fn require_few(body: &Body, many: Many) -> Result<(), ApiError> {
    if many == Many::Allowed { wire::require_few(body, "permissions", MAX_PERMISSIONS) } else { Ok(()) }
}

fn permission_list(fields: &mut Fields<'_>, many: Many) -> Option<Vec<String>> {
    if many == Many::Not || !fields.has("permissions") {
        return None;
    }
    let list = fields.texts("permissions").unwrap_or_default();
    if fields.is_fine() && list.is_empty() {
        fields.refuse("permissions", "at least one");
    }
    Some(list)
}

fn each(single: Option<String>, list: Option<Vec<String>>, extra: Option<&Value>, reason: Option<&str>) -> Vec<ByName> {
    let all = single.into_iter().chain(list.unwrap_or_default());
    let by_name = |permission| ByName { permission, extra: extra.cloned(), reason: reason.map(str::to_owned) };
    all.map(by_name).collect()
}

/// `meta.reason`.
fn reason(fields: &mut Fields<'_>) -> Option<String> {
    if !fields.has("meta") {
        return None;
    }
    let read = |meta: &mut Fields<'_>| {
        let reason = meta.opt_text("reason")?;
        if reason.chars().count() > MAX_REASON || reason.chars().any(char::is_control) {
            meta.refuse("reason", "at most 255 characters, none of them a control character");
        }
        Some(reason)
    };
    fields.inside("meta", read).flatten()
}

/// A text that is there and not empty.
fn present(body: &Body, key: &str) -> Result<String, ApiError> {
    let text = body.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| ApiError::FieldMissing { key: key.to_owned() })
}
