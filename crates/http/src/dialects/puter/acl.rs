//! What one person has on an entry from the caller, and what an app may do there.

use super::wire;
use crate::{auth::Call, error::Rejection, fields::Fields, guess, state::UseCases};
use actix_web::HttpResponse;
use serde_json::json;
use vouchsafe_flows::{AclMode, SetAcl};
use vouchsafe_types::Capability;

/// What the caller gave somebody on an entry and on what is above it.
pub(super) async fn stat(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    if call.require_person().is_err() {
        return Ok(no_person());
    }
    let (principal, body) = call.object()?;
    let mut fields = Fields::of(&body);
    let (user, resource) = (fields.text("user"), fields.text("resource"));
    fields.finish()?;
    let target = wire::target("resource", &resource, &principal.user.username)?;
    guess::count_targets(&cases, &principal.user, [&target])?;
    let permissions = cases.run(move |vouchsafe| vouchsafe.stat_acl(&principal.actor, &user, &target)).await?;
    Ok(HttpResponse::Ok().json(json!({ "permissions": permissions })))
}

/// Sets what somebody has on an entry from the caller.
pub(super) async fn set(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    if call.require_person().is_err() {
        return Ok(no_person());
    }
    let (principal, body) = wire::change(&cases, call)?;
    let mut fields = Fields::of(&body);
    let (user, resource) = (fields.text("user"), fields.text("resource"));
    let mode = mode(&mut fields);
    let only_if_higher = fields.has("options").then(|| fields.inside("options", only_if_higher)).flatten();
    fields.finish()?;
    let target = wire::target("resource", &resource, &principal.user.username)?;
    guess::count_targets(&cases, &principal.user, [&target])?;
    let set = SetAcl { user, target, mode, only_if_higher: only_if_higher.unwrap_or(false) };
    cases.run(move |vouchsafe| vouchsafe.set_acl(&principal.actor, &set)).await?;
    Ok(wire::done())
}

/// Whether an app may do something with an entry for the caller.
pub(super) async fn check_app(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (principal, body) = call.object()?;
    let mut fields = Fields::of(&body);
    let subject = fields.text_of(&["subject", "path", "uid"]);
    let (app, capability) = (fields.text("app"), level(&mut fields));
    fields.finish()?;
    let target = wire::target("subject", &subject, &principal.user.username)?;
    guess::count_targets(&cases, &principal.user, [&target])?;
    let case =
        move |vouchsafe: &vouchsafe_flows::Vouchsafe| vouchsafe.check_app(&principal.actor, &app, &target, capability);
    let allowed = cases.run(case).await?;
    Ok(HttpResponse::Ok().json(json!({ "allowed": allowed })))
}

fn mode(fields: &mut Fields<'_>) -> AclMode {
    match fields.text("mode").as_str() {
        "see" => AclMode::See,
        "list" => AclMode::List,
        "read" => AclMode::Read,
        "write" => AclMode::Write,
        "manage" => AclMode::Manage,
        // What is missing or no text was noted already.
        other => {
            if !other.is_empty() {
                fields.refuse("mode", "`see`, `list`, `read`, `write` or `manage`");
            }
            AclMode::See
        }
    }
}

fn only_if_higher(options: &mut Fields<'_>) -> bool {
    options.flag("only_if_higher").unwrap_or(false)
}

/// How much an app is asked about: `write` unless it says otherwise.
fn level(fields: &mut Fields<'_>) -> Capability {
    match fields.opt_text("mode").as_deref() {
        None | Some("" | "write") => Capability::Write,
        Some("see") => Capability::See,
        Some("list") => Capability::List,
        Some("read") => Capability::Read,
        Some(_) => {
            fields.refuse("mode", "`see`, `list`, `read` or `write`");
            Capability::Write
        }
    }
}

/// COMPAT(puter): apps and tokens are refused here in words that no other route has.
fn no_person() -> HttpResponse {
    HttpResponse::Forbidden().json(json!({ "error": "forbidden" }))
}
