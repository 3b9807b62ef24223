//! `/v1/check`, `/v1/check/batch` and `/v1/explain`.

use super::reading::reading_view;
use crate::{auth::ServiceOrUser, error::Rejection, json::JsonBody, state::UseCases};
use actix_web::HttpResponse;
use serde::Deserialize;
use serde_json::json;
use vouchsafe_flows::{Asked, Check};
use vouchsafe_types::{AppUid, error::ApiError};

/// The most questions in one batch.
const MAX_CHECKS: usize = 1_000;

/// Who is asked about: a user, perhaps through an app, or whoever holds a token.
#[derive(Debug, Deserialize)]
struct ActorBody {
    user: Option<String>,
    app: Option<AppUid>,
    token: Option<String>,
}

/// One question.
#[derive(Debug, Deserialize)]
pub(super) struct CheckBody {
    actor: ActorBody,
    permission: String,
    at_least: Option<i64>,
}

/// Many questions about one state.
#[derive(Debug, Deserialize)]
pub(super) struct BatchBody {
    checks: Vec<CheckBody>,
    at_least: Option<i64>,
}

impl CheckBody {
    /// The question, if the caller may ask it: the host application any, a user about himself.
    fn into_check(self, caller: &ServiceOrUser) -> Result<Check, Rejection> {
        let asked = match (self.actor.user, self.actor.token) {
            (Some(user), None) => match user.parse() {
                Ok(username) => Asked::Person { username, app: self.actor.app },
                Err(_) => Asked::Nobody { name: user },
            },
            (None, Some(token)) => Asked::Bearer(token),
            (None, None) | (Some(_), Some(_)) => {
                return Err(ApiError::invalid("actor", "either `user` or `token`", None).into());
            }
        };
        match (caller, &asked) {
            (ServiceOrUser::Service(_), _) => {}
            (ServiceOrUser::User(me), Asked::Person { username, .. }) if *username == me.user.username => {}
            (ServiceOrUser::User(_), _) => return Err(ApiError::Forbidden {}.into()),
        }
        Ok(Check { asked, permission: self.permission })
    }
}

/// Answers one question on this worker: it is answered from memory, or by a few point reads.
pub(super) async fn check(
    cases: UseCases,
    caller: ServiceOrUser,
    body: JsonBody<CheckBody>,
) -> Result<HttpResponse, Rejection> {
    let at_least = body.0.at_least;
    let check = body.0.into_check(&caller)?;
    let checked = cases.here(|vouchsafe| vouchsafe.check(&check, at_least))?;
    let allowed = checked.allowed == [true];
    Ok(HttpResponse::Ok().json(json!({ "allowed": allowed, "revision": checked.revision })))
}

/// Answers 1 to 1000 questions, in order.
pub(super) async fn batch(
    cases: UseCases,
    caller: ServiceOrUser,
    body: JsonBody<BatchBody>,
) -> Result<HttpResponse, Rejection> {
    let BatchBody { checks, at_least } = body.0;
    if !(1..=MAX_CHECKS).contains(&checks.len()) {
        let got = format!("{} checks", checks.len());
        return Err(ApiError::invalid("checks", "1 to 1000 checks", Some(got)).into());
    }
    let least = checks.iter().filter_map(|check| check.at_least).chain(at_least).max();
    let checks: Vec<Check> = checks.into_iter().map(|c| c.into_check(&caller)).collect::<Result<_, _>>()?;
    let checked = cases.run(move |vouchsafe| vouchsafe.check_batch(&checks, least)).await?;
    let results: Vec<_> = checked.allowed.iter().map(|allowed| json!({ "allowed": allowed })).collect();
    Ok(HttpResponse::Ok().json(json!({ "results": results, "revision": checked.revision })))
}

/// Why a question has the answer it has.
pub(super) async fn explain(
    cases: UseCases,
    caller: ServiceOrUser,
    body: JsonBody<CheckBody>,
) -> Result<HttpResponse, Rejection> {
    let at_least = body.0.at_least;
    let check = body.0.into_check(&caller)?;
    let explained = cases.run(move |vouchsafe| vouchsafe.explain(&check, at_least)).await?;
    Ok(HttpResponse::Ok().json(json!({
        "allowed": explained.explanation.decision.allowed,
        "reading": reading_view(&explained),
        "revision": explained.revision,
    })))
}
