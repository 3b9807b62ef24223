//! The native face, `/v1`: what a host application calls with its service key, and a user about himself.

mod access;
mod apps;
mod audit;
mod changes;
mod check;
mod desk;
mod entries;
mod grants;
mod groups;
mod invites;
mod page;
mod question;
mod reading;
mod sites;
mod users;
mod what_if;
mod wire;

pub use reading::reading_view;

use actix_web::web::{ServiceConfig, delete, get, post, put, resource};

/// Mounts the routes. Other methods get 405 with `Allow`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(
            resource("/v1/users/{username}")
                .route(put().to(users::put))
                .route(get().to(users::get))
                .route(delete().to(users::delete)),
        )
        .service(
            resource("/v1/groups/{uid}")
                .route(put().to(groups::put))
                .route(get().to(groups::get))
                .route(delete().to(groups::delete)),
        )
        .service(
            resource("/v1/entries/{uuid}")
                .route(put().to(entries::put))
                .route(get().to(entries::get))
                .route(delete().to(entries::delete)),
        )
        .service(resource("/v1/entries/{uuid}/move").route(post().to(entries::move_to)))
        .service(resource("/v1/entries/{uuid}/access").route(get().to(access::list)))
        .service(resource("/v1/entries/{uuid}/leave").route(post().to(access::leave)))
        .service(resource("/v1/users/{username}/entries").route(get().to(access::given)))
        .service(resource("/v1/grants").route(post().to(grants::post)).route(get().to(grants::list)))
        .service(
            resource("/v1/grants/{id}")
                .route(get().to(grants::get))
                .route(put().to(grants::put))
                .route(delete().to(grants::delete)),
        )
        .service(resource("/v1/invites").route(get().to(invites::list)))
        .service(resource("/v1/invites/{id}").route(delete().to(invites::delete)))
        .service(resource("/v1/audit").route(get().to(audit::list)))
        .service(resource("/v1/changes").route(get().to(changes::list)))
        .service(resource("/v1/what-if").route(post().to(what_if::post)))
        .service(
            resource("/v1/apps/{uid}")
                .route(put().to(apps::put))
                .route(get().to(apps::get))
                .route(delete().to(apps::delete)),
        )
        .service(
            resource("/v1/sites/{uuid}")
                .route(put().to(sites::put))
                .route(get().to(sites::get))
                .route(delete().to(sites::delete)),
        )
        .service(resource("/v1/check").route(post().to(check::check)))
        .service(resource("/v1/check/batch").route(post().to(check::batch)))
        .service(resource("/v1/explain").route(post().to(check::explain)));
}
