//! The native face, `/v1`: what a host application calls with its service key, and a user about himself.

mod apps;
mod check;
mod entries;
mod groups;
mod question;
mod reading;
mod sites;
mod users;
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
