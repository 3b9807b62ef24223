//! What the caller holds, gave, and was given.

use super::wire;
use crate::{auth::Call, error::Rejection, questions, state::UseCases};
use actix_web::HttpResponse;
use serde_json::{Map, Value, json};
use vouchsafe_flows::OwnGrant;

/// The most permissions asked about at once.
const MAX_ASKED: usize = 1_000;

/// Which permissions the caller holds, whoever he is; what is no permission is held by nobody.
pub(super) async fn check(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (principal, body) = call.object()?;
    let asked = wire::texts(&body, "permissions", MAX_ASKED)?;
    let _turn = questions::turn(&cases, &principal.user, "permissions", &asked.iter().collect::<Vec<_>>()).await?;
    let (asked, held) = cases
        .run(move |vouchsafe| {
            let held = vouchsafe.holds(&principal.actor, &asked)?;
            Ok((asked, held))
        })
        .await?;
    let permissions: Map<String, Value> = asked.into_iter().zip(held.into_iter().map(Value::from)).collect();
    Ok(HttpResponse::Ok().json(json!({ "permissions": permissions })))
}

/// What the caller gave to his apps and to people, and was given by people, as far as it works now.
pub(super) async fn list(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (user, actor) = (call.principal.user.id, call.principal.actor);
    let _turn = cases.limits().heavy(user).await?;
    let own = cases.run(move |vouchsafe| vouchsafe.own_grants(&actor)).await?;
    // COMPAT(puter): the app is told under both of the names that servers have had for it.
    let to_app =
        |g: &OwnGrant<_>| json!({ "app": g.with, "app_uid": g.with, "permission": g.permission, "extra": g.extra });
    let with_user = |g: &OwnGrant<_>| json!({ "user": g.with, "permission": g.permission, "extra": g.extra });
    let mut body = json!({
        "myself_to_app": own.to_apps.iter().map(to_app).collect::<Vec<_>>(),
        "myself_to_user": own.to_users.iter().map(with_user).collect::<Vec<_>>(),
        "user_to_myself": own.from_users.iter().map(with_user).collect::<Vec<_>>(),
    });
    wire::mark_cut(&mut body, own.is_complete);
    Ok(HttpResponse::Ok().json(body))
}
