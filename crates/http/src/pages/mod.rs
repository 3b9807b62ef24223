//! What a person sees in a browser: server-rendered, working without JavaScript, loading nothing from elsewhere.

mod admin;
mod ask;
mod assets;
mod confirm;
mod consequences;
mod entry;
mod forgot;
mod form;
mod group_names;
mod guards;
mod home;
mod link;
mod login;
mod picture;
mod refusal;
mod render;
mod shared;
mod signup;
mod visit;
mod words;

pub(crate) use guards::wants_page;
pub(crate) use refusal::refusal;

use actix_web::web::{ServiceConfig, get, post, resource};

/// Mounts the pages. Where a path is also a dialect's, only what a browser sends comes here.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/").route(get().to(home::page)))
        .service(resource("/assets/{name}").route(get().to(assets::asset)))
        .service(resource("/favicon.ico").route(get().to(assets::favicon)))
        .service(
            resource("/login").guard(guards::by_browser).route(get().to(login::page)).route(post().to(login::log_in)),
        )
        .service(
            resource("/logout")
                .guard(guards::by_browser)
                .route(get().to(login::leave))
                .route(post().to(login::log_out)),
        )
        .service(
            resource("/signup")
                .guard(guards::by_browser)
                .route(get().to(signup::page))
                .route(post().to(signup::sign_up)),
        )
        .service(
            resource("/confirm-email")
                .guard(guards::by_browser)
                .route(get().to(confirm::page))
                .route(post().to(confirm::confirm)),
        )
        .service(resource("/confirm-email/again").route(post().to(confirm::again)))
        .service(resource("/forgot").route(get().to(forgot::page)).route(post().to(forgot::post)))
        .service(resource("/link/accept").route(post().to(link::accept)))
        .service(resource("/link/ask").route(post().to(link::ask)))
        .service(resource("/shared").route(get().to(shared::lists::with_me)))
        .service(resource("/shared/by-me").route(get().to(shared::lists::by_me)))
        .service(resource("/shared/requests").route(get().to(shared::requests::page)))
        .service(resource("/shared/requests/{id}").route(post().to(shared::requests::answer)))
        .service(resource("/shared/notifications").route(get().to(shared::notices::page)))
        .service(resource("/shared/notifications/{id}").route(post().to(shared::notices::put_away)))
        .service(resource("/shared/blocks").route(get().to(shared::blocks::page)).route(post().to(shared::blocks::set)))
        .service(resource("/shared/withdraw").route(post().to(shared::lists::withdraw)))
        .service(resource("/shared/leave").route(post().to(shared::lists::leave)))
        .service(resource("/shared/revoke").route(post().to(shared::lists::revoke)))
        .service(resource("/show/{uuid}").route(get().to(entry::show::show)))
        .service(resource("/entry/{uuid}").route(get().to(entry::page::page)))
        .service(resource("/entry/{uuid}/share").route(post().to(entry::share::share)))
        .service(resource("/entry/{uuid}/ask").route(post().to(ask::ask)))
        .service(
            resource("/entry/{uuid}/grants/{id}")
                .route(get().to(entry::grant::page))
                .route(post().to(entry::grant::change)),
        )
        .service(
            resource("/entry/{uuid}/grants/{id}/revoke")
                .route(get().to(entry::revoke::page))
                .route(post().to(entry::revoke::revoke)),
        )
        .service(resource("/admin").route(get().to(admin::health::page)))
        .service(resource("/admin/users").route(get().to(admin::users::page)).route(post().to(admin::users::suspend)))
        .service(resource("/admin/shares").route(get().to(admin::shares::page)))
        .service(resource("/admin/audit").route(get().to(admin::audit::page)))
        .service(resource("/admin/outbox").route(get().to(admin::outbox::page)).route(post().to(admin::outbox::retry)));
}
