//! The first page: what this is, or what a share link leads to.

use super::{link, render, visit::Visit};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::json;

/// `/`, and `/?share_token=…`.
pub(super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    let token = visit.param("share_token").to_owned();
    if !token.is_empty() {
        return link::page(&visit, token, None).await;
    }
    if visit.session.is_some() {
        return Ok(render::see_other("/shared"));
    }
    visit.page("home", "Share a file, and know who sees it", json!({}))
}
