//! The Züs face: shares by auth ticket, and requests for them, for clients that are known by a signature key.

mod call;
mod csrf;
mod error;
mod headers;
mod params;
mod public;
mod share_info;
mod share_requests;
mod wire;

pub(crate) use error::print;

use actix_web::{
    http::Method,
    web::{ServiceConfig, delete, get, method, post, put, resource},
};

/// Mounts the routes. Other methods get 405 with `Allow`; browsers may ask for each beforehand.
pub(crate) fn routes(config: &mut ServiceConfig) {
    let asked = || method(Method::OPTIONS).to(csrf::preflight);
    config
        .service(resource("/v2/csrftoken").route(get().to(csrf::issue)).route(asked()))
        .service(
            resource("/v2/shareinfo")
                .route(post().to(share_info::post))
                .route(delete().to(share_info::delete))
                .route(asked()),
        )
        .service(resource("/v2/shareinfo/shared").route(get().to(share_info::shared)).route(asked()))
        .service(resource("/v2/shareinfo/received").route(get().to(share_info::received)).route(asked()))
        .service(resource("/v2/shareinfo/public/check").route(get().to(public::check)).route(asked()))
        .service(resource("/v2/shareinfo/public/recipients").route(get().to(public::recipients)).route(asked()))
        .service(resource("/v2/shareinfo/public/revoke").route(delete().to(public::revoke)).route(asked()))
        .service(
            resource("/v2/sharereq")
                .route(post().to(share_requests::post))
                .route(put().to(share_requests::put))
                .route(delete().to(share_requests::delete))
                .route(asked()),
        )
        .service(resource("/v2/sharereq/received").route(get().to(share_requests::received)).route(asked()))
        .service(resource("/v2/sharereq/requested").route(get().to(share_requests::requested)).route(asked()));
}
