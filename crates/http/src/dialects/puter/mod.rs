//! The Puter face: what its JavaScript client calls, as far as sharing, permissions, identity and notifications go.

mod access_tokens;
mod acl;
mod confirm;
mod grant_body;
mod grants;
mod groups;
mod identity;
mod notifications;
mod permissions;
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
        .service(resource("/auth/grant-user-user").route(post().to(grants::to_user)))
        .service(resource("/auth/revoke-user-user").route(post().to(grants::from_user)))
        .service(resource("/auth/grant-user-group").route(post().to(grants::to_group)))
        .service(resource("/auth/revoke-user-group").route(post().to(grants::from_group)))
        .service(resource("/auth/grant-user-app").route(post().to(grants::to_own_app)))
        .service(resource("/auth/revoke-user-app").route(post().to(grants::from_own_app)))
        .service(resource("/auth/grant-dev-app").route(post().to(grants::to_any_app)))
        .service(resource("/auth/revoke-dev-app").route(post().to(grants::from_any_app)))
        .service(resource("/auth/check-permissions").route(post().to(permissions::check)))
        .service(resource("/auth/list-permissions").route(get().to(permissions::list)))
        .service(resource("/auth/check-app-acl").route(post().to(acl::check_app)))
        .service(resource("/auth/create-access-token").route(post().to(access_tokens::create)))
        .service(resource("/auth/revoke-access-token").route(post().to(access_tokens::revoke)))
        .service(resource("/acl/stat-user-user").route(post().to(acl::stat)))
        .service(resource("/acl/set-user-user").route(post().to(acl::set)))
        .service(resource("/group/create").route(post().to(groups::create)))
        .service(resource("/group/add-users").route(post().to(groups::add_users)))
        .service(resource("/group/remove-users").route(post().to(groups::remove_users)))
        .service(resource("/group/list").route(get().to(groups::list)))
        .service(resource("/group/public-groups").route(get().to(groups::public)))
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
