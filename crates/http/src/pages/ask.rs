//! Asking for access to what one cannot see, or not well enough.

use super::{form::Form, render};
use crate::error::Rejection;
use actix_web::{HttpResponse, web::Path};
use vouchsafe_types::{EntryId, share::ShareAccess};

/// Asks the owner. The answer is the same whether there is anything to ask for.
pub(super) async fn ask(form: Form, uuid: Path<EntryId>) -> Result<HttpResponse, Rejection> {
    let visit = &form.visit;
    visit.limits().share(visit.person()?.user.id)?;
    let access = if form.text("access") == "write" { ShareAccess::Write } else { ShareAccess::Read };
    let (uuid, message) = (*uuid, form.text("message"));
    visit.run(move |vouchsafe, actor| vouchsafe.ask_for_access(actor, uuid, access, &message)).await?;
    Ok(render::see_other(&format!("/entry/{uuid}?done=asked")))
}
