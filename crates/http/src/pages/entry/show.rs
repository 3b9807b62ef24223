//! `/show/{uuid}`: where mails lead.

use super::super::render;
use actix_web::{HttpResponse, web::Path};

/// Leads to the page of the entry.
pub(in super::super) async fn show(uuid: Path<String>) -> HttpResponse {
    match uuid.parse::<vouchsafe_types::EntryId>() {
        Ok(uuid) => render::see_other(&format!("/entry/{uuid}")),
        Err(_) => render::see_other("/shared"),
    }
}
