//! The Puter face: what its JavaScript client calls, as far as sharing, identity and notifications go.

mod confirm;
use crate::fields;
mod identity;
mod notifications;
mod share;
mod sharelink;
mod wire;

use actix_web::web::{ServiceConfig, get, post, resource};

/// Mounts the routes. Other methods get 405 with `Allow`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/share").route(post().to(share::share)))
        .service(resource("/share/item-by-username").route(post().to(share::item_by_username)))
        .service(resource("/sharelink/check").route(post().to(sharelink::check)))
        .service(resource("/sharelink/apply").route(post().to(sharelink::apply)))
        .service(resource("/sharelink/request").route(post().to(sharelink::request)))
        .service(resource("/signup").route(post().to(identity::sign_up)))
        .service(resource("/login").route(post().to(identity::log_in)))
        .service(resource("/logout").route(post().to(identity::log_out)))
        .service(resource("/whoami").route(get().to(identity::whoami)))
        .service(resource("/send-confirm-email").route(post().to(confirm::send)))
        .service(
            resource("/confirm-email").route(post().to(confirm::by_code_or_link)).route(get().to(confirm::by_link)),
        )
        .service(resource("/drivers/call").route(post().to(notifications::call_driver)))
        .service(resource("/notif/mark-ack").route(post().to(notifications::mark_acknowledged)))
        .service(resource("/notif/mark-read").route(post().to(notifications::mark_shown)));
}
