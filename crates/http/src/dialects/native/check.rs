//! `/v1/check`, `/v1/check/batch` and `/v1/explain`.

use super::{
    desk::Desk,
    question::{Question, question},
    reading::reading_view,
    wire::Body,
};
use crate::{auth::KeyOrUser, error::Rejection, fields::Fields, guess, questions, state::UseCases};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use std::ops::RangeInclusive;
use vouchsafe_flows::Check;

/// How many questions are in one batch.
const BATCH: RangeInclusive<usize> = 1..=1_000;

/// Answers one question: from memory, or by a few point reads.
pub(super) async fn check(
    cases: UseCases,
    presented: KeyOrUser,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Rejection> {
    let mut fields = Fields::of(&body.0);
    let asked = question(&mut fields);
    fields.finish()?;
    let checked = match presented {
        KeyOrUser::Key(key) => {
            let Question { check, at_least } = asked;
            cases.quick(move |vouchsafe| vouchsafe.check_as_service(&key, &check, Some(at_least))).await?
        }
        KeyOrUser::User(me) => {
            let Question { check, at_least } = asked.by_user(&me, &request)?;
            cases.limits().read(me.user.id, 1)?;
            guess::count_permissions(&cases, &me.user, [&check.permission])?;
            cases.quick(move |vouchsafe| vouchsafe.check(&check, Some(at_least))).await?
        }
    };
    let allowed = checked.allowed == [true];
    Ok(HttpResponse::Ok().json(json!({ "allowed": allowed, "revision": checked.revision })))
}

/// Answers 1 to 1000 questions, in order.
pub(super) async fn batch(desk: Desk, request: HttpRequest, body: Body) -> Result<HttpResponse, Rejection> {
    let mut fields = Fields::of(&body.0);
    let questions = fields.each("checks", &BATCH, question);
    let at_least = fields.count("at_least");
    fields.finish()?;
    let least = questions.iter().map(|question| question.at_least).fold(at_least, i64::max);
    let checks = questions.into_iter().map(|question| Ok(question.by(&desk.caller, &request)?.check));
    let checks: Vec<Check> = checks.collect::<Result<_, Rejection>>()?;
    let _turn = match desk.user() {
        None => None,
        Some(me) => {
            desk.question()?;
            let permissions: Vec<&String> = checks.iter().map(|check| &check.permission).collect();
            Some(questions::turn(&desk.cases, me, "checks", &permissions).await?)
        }
    };
    let checked = desk.cases.run(move |vouchsafe| vouchsafe.check_batch(&checks, Some(least))).await?;
    let results: Vec<_> = checked.allowed.iter().map(|allowed| json!({ "allowed": allowed })).collect();
    Ok(HttpResponse::Ok().json(json!({ "results": results, "revision": checked.revision })))
}

/// Why a question has the answer it has.
pub(super) async fn explain(desk: Desk, request: HttpRequest, body: Body) -> Result<HttpResponse, Rejection> {
    let mut fields = Fields::of(&body.0);
    let asked = question(&mut fields);
    fields.finish()?;
    let Question { check, at_least } = asked.by(&desk.caller, &request)?;
    let _turn = desk.turn().await?;
    desk.guess(&check.permission)?;
    let asker = desk.actor();
    let explained = desk.cases.run(move |vouchsafe| vouchsafe.explain(&asker, &check, Some(at_least))).await?;
    Ok(HttpResponse::Ok().json(json!({
        "allowed": explained.explanation.decision.allowed,
        "reading": reading_view(&explained),
        "revision": explained.revision,
    })))
}
