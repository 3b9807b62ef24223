//! `/auth/grant-…` and `/auth/revoke-…`: permissions by name, to and from people, groups and apps.

use super::{
    grant_body::{self, Many},
    wire,
};
use crate::{auth::Call, error::Rejection, guess, state::UseCases};
use actix_web::HttpResponse;
use vouchsafe_flows::{AppName, ByName, Fault, Principal, Vouchsafe};
use vouchsafe_types::Actor;

/// The use cases by which somebody named gets something, or loses it.
type Named = fn(&Vouchsafe, &Actor, &str, &ByName) -> Result<(), Fault>;
/// The same for apps.
type ForApp = fn(&Vouchsafe, &Actor, &AppName, &[ByName]) -> Result<(), Fault>;

type Answer = Result<HttpResponse, Rejection>;

/// Gives a person a permission.
pub(super) async fn to_user(cases: UseCases, call: Call) -> Answer {
    let (principal, body) = wire::change(&cases, call)?;
    let (user, what) = grant_body::grant(&body, "target_username")?;
    named(&cases, principal, user, what, Vouchsafe::grant_to_user).await
}

/// Takes a permission from a person, or leaves.
pub(super) async fn from_user(cases: UseCases, call: Call) -> Answer {
    let (principal, body) = wire::change(&cases, call)?;
    let (user, what) = grant_body::revocation(&body, "target_username")?;
    named(&cases, principal, user, what, Vouchsafe::revoke_from_user).await
}

/// Gives a permission to whoever is in a group.
pub(super) async fn to_group(cases: UseCases, call: Call) -> Answer {
    let (principal, body) = wire::change(&cases, call)?;
    let (group, what) = grant_body::grant(&body, "group_uid")?;
    named(&cases, principal, group, what, Vouchsafe::grant_to_group).await
}

/// Takes back what the caller gave a group.
pub(super) async fn from_group(cases: UseCases, call: Call) -> Answer {
    let (principal, body) = wire::change(&cases, call)?;
    let (group, what) = grant_body::revocation(&body, "group_uid")?;
    named(&cases, principal, group, what, Vouchsafe::revoke_from_group).await
}

/// Lets an app use permissions of the caller's for him.
pub(super) async fn to_own_app(cases: UseCases, call: Call) -> Answer {
    let (principal, body) = wire::change(&cases, call)?;
    let (app, what) = grant_body::app_grant(&body, Many::Allowed)?;
    for_app(&cases, principal, app, what, Vouchsafe::grant_to_own_app).await
}

/// Takes back what an app may use for the caller.
pub(super) async fn from_own_app(cases: UseCases, call: Call) -> Answer {
    let (principal, body) = wire::change(&cases, call)?;
    let (app, what) = grant_body::app_revocation(&body, Many::Allowed)?;
    for_app(&cases, principal, app, what, Vouchsafe::revoke_from_own_app).await
}

/// Gives an app a permission for all of its users.
pub(super) async fn to_any_app(cases: UseCases, call: Call) -> Answer {
    let (principal, body) = wire::change(&cases, call)?;
    let (app, what) = grant_body::app_grant(&body, Many::Not)?;
    for_app(&cases, principal, app, what, Vouchsafe::grant_to_any_app).await
}

/// Takes back what an app was given for all of its users.
pub(super) async fn from_any_app(cases: UseCases, call: Call) -> Answer {
    let (principal, body) = wire::change(&cases, call)?;
    let (app, what) = grant_body::app_revocation(&body, Many::Not)?;
    for_app(&cases, principal, app, what, Vouchsafe::revoke_from_any_app).await
}

async fn named(cases: &UseCases, principal: Principal, whom: String, what: ByName, case: Named) -> Answer {
    guess::count_permissions(cases, &principal.user, [&what.permission])?;
    cases.run(move |vouchsafe| case(vouchsafe, &principal.actor, &whom, &what)).await?;
    Ok(wire::done())
}

async fn for_app(cases: &UseCases, principal: Principal, app: AppName, what: Vec<ByName>, case: ForApp) -> Answer {
    guess::count_permissions(cases, &principal.user, what.iter().map(|one| &one.permission))?;
    cases.run(move |vouchsafe| case(vouchsafe, &principal.actor, &app, &what)).await?;
    Ok(wire::done())
}
