//! What a browser asks before it lets a page of another origin call us.

use actix_web::{HttpRequest, HttpResponse, http::header};

/// Answers a preflight, without credentials: no page of another origin acts with what the browser keeps for us.
pub(super) async fn preflight(request: HttpRequest) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    if let Some(origin) = request.headers().get(header::ORIGIN) {
        answer.insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone()));
        answer.insert_header((header::VARY, "Origin"));
    }
    answer
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "PUT, POST, GET, DELETE, PATCH"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, Accept"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "1728000"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "false"))
        .finish()
}
