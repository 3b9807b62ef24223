//! What pages are dressed with; part of the program.

use crate::error::Rejection;
use actix_web::{HttpResponse, http::header, web::Path};
use vouchsafe_types::error::ApiError;

const STYLE: &str = include_str!("../templates/assets/style.css");
const SCRIPT: &str = include_str!("../templates/assets/app.js");
const ICON: &str = include_str!("../templates/assets/icon.svg");

/// A style, a script, a picture.
pub(super) async fn asset(name: Path<String>) -> Result<HttpResponse, Rejection> {
    match name.as_str() {
        "style.css" => Ok(file("text/css; charset=utf-8", STYLE)),
        "app.js" => Ok(file("text/javascript; charset=utf-8", SCRIPT)),
        "icon.svg" => Ok(file("image/svg+xml", ICON)),
        _ => Err(ApiError::NotFound {}.into()),
    }
}

/// What browsers ask for unasked.
pub(super) async fn favicon() -> HttpResponse {
    file("image/svg+xml", ICON)
}

fn file(kind: &str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'"))
        .insert_header(("cross-origin-resource-policy", "same-origin"))
        .content_type(kind)
        .body(text)
}
