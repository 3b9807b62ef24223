//! Asking for access to what one cannot see, or not well enough.

use super::{
    entry::page::{self, Typed},
    form::Form,
    render,
};
use crate::error::Rejection;
use actix_web::{HttpResponse, web::Path};
use serde_json::json;
use vouchsafe_types::{EntryId, error::ApiError, share::ShareAccess};

/// Asks the owner. The answer is the same whether there is anything to ask for.
pub(super) async fn ask(form: Form, uuid: Path<EntryId>) -> Result<HttpResponse, Rejection> {
    let (visit, uuid) = (&form.visit, *uuid);
    visit.limits().share(visit.person()?.user.id)?;
    // Before anything is done: a refusal shows the page again.
    let _turn = visit.turn().await?;
    let message = form.text("message");
    let outcome = match wanted(&form) {
        Ok(access) => visit.run(move |vouchsafe, actor| vouchsafe.ask_for_access(actor, uuid, access, &message)).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => Ok(render::see_other(&format!("/entry/{uuid}?done=asked"))),
        Err(problem @ Rejection::Refused(_)) => {
            let asked = json!({ "message": form.text("message"), "is_write": form.text("access") == "write" });
            page::show(visit, uuid, Typed { asked, ..Typed::default() }, Some(&problem)).await
        }
        Err(other) => Err(other),
    }
}

fn wanted(form: &Form) -> Result<ShareAccess, Rejection> {
    match form.text("access").as_str() {
        "" | "read" => Ok(ShareAccess::Read),
        "write" => Ok(ShareAccess::Write),
        other => Err(ApiError::invalid("access", "`read` or `write`", Some(other.to_owned())).into()),
    }
}
