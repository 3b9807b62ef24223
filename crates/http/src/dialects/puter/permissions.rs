//! What the caller holds, gave, and was given.

use super::wire;
use crate::{auth::Call, error::Rejection, state::UseCases};
use actix_web::HttpResponse;
use serde_json::{Map, Value, json};
use vouchsafe_flows::OwnGrant;
use vouchsafe_types::{EntryId, Username, error::ApiError};

/// The most permissions asked about at once, and the most names in all of their paths.
const MAX_ASKED: usize = 1_000;
const MAX_NAMES: usize = 20_000;
/// So many permissions weigh as much as one simple question.
const PER_QUESTION: usize = 50;
/// What a list weighs.
pub(super) const LIST_WEIGHT: u32 = 10;

/// Which permissions the caller holds, whoever he is; what is no permission is held by nobody.
pub(super) async fn check(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (principal, body) = call.object()?;
    let asked = wire::texts(&body, "permissions", MAX_ASKED)?;
    let names: usize = asked.iter().map(|text| text.bytes().filter(|byte| *byte == b'/').count()).sum();
    if names > MAX_NAMES {
        return Err(ApiError::invalid("permissions", "paths of at most 20000 names altogether", None).into());
    }
    let (user, guesses) = (principal.user.id, asked.iter().filter(|text| is_guess(text, &principal.user.username)));
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    cases.limits().read(user, count(1 + asked.len() / PER_QUESTION))?;
    cases.limits().guess(user, count(guesses.count()))?;
    let _turn = cases.limits().turn(user).await?;
    let (asked, held) = cases
        .run(move |vouchsafe| {
            let held = vouchsafe.holds(&principal.actor, &asked)?;
            Ok((asked, held))
        })
        .await?;
    let permissions: Map<String, Value> = asked.into_iter().zip(held.into_iter().map(Value::from)).collect();
    Ok(HttpResponse::Ok().json(json!({ "permissions": permissions })))
}

/// Whether a permission names a directory inside somebody else's home by its real name: who was given something below it
/// is never told that name, and could try one after another. What we print has an id in its place.
fn is_guess(text: &str, caller: &Username) -> bool {
    let Some((_, path)) = text.split_once("fs:/") else { return false };
    let mut names = path.split('/').filter(|name| !name.is_empty());
    let (home, directory, below) = (names.next(), names.next(), names.next());
    let is_foreign = home.is_some_and(|name| name != caller.as_str());
    is_foreign && below.is_some() && directory.is_some_and(|name| name.parse::<EntryId>().is_err())
}

/// What the caller gave to his apps and to people, and was given by people, as far as it works now.
pub(super) async fn list(cases: UseCases, call: Call) -> Result<HttpResponse, Rejection> {
    let (user, actor) = (call.principal.user.id, call.principal.actor);
    cases.limits().read(user, LIST_WEIGHT)?;
    let _turn = cases.limits().turn(user).await?;
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

#[cfg(test)]
mod tests {
    use super::is_guess;

    #[test]
    fn only_the_real_name_of_a_directory_of_somebody_elses_is_a_guess() {
        let ann = "ann".parse().unwrap();
        let id = "5f4b2e0e-8a8e-4d0c-9a3e-2b8f0d6f4c11";
        for (text, is) in [
            ("fs:/bob/d/a.txt:read", true),
            ("manage:fs:/bob//d/e/a.txt:read", true),
            ("fs:/ann/d/a.txt:read", false),
            ("fs:/bob/a.txt:read", false),
            ("fs:/bob:read", false),
            (&format!("fs:/bob/{id}/a.txt:read"), false),
            (&format!("fs:{id}:read"), false),
            ("app:editor:access", false),
        ] {
            assert_eq!(is_guess(text, &ann), is, "{text}");
        }
    }
}
