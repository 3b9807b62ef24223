//! The Bookmarks face: folders, their shares and their public tokens, in the words of Nextcloud's Bookmarks app.

mod caller;
mod cors;
mod desk;
mod folders;
mod input;
mod page;
mod refusals;
mod shares;
mod tokens;
mod wire;

pub(crate) use desk::KIND;
pub(crate) use refusals::print;

use actix_web::{
    guard,
    web::{ServiceConfig, delete, get, post, put, resource, route, scope},
};

/// Mounts the routes under each of the addresses that clients use (bookmarks.md 1.1).
pub(crate) fn routes(config: &mut ServiceConfig) {
    for prefix in ["", "/index.php/apps/bookmarks", "/apps/bookmarks"] {
        let face = scope(&format!("{prefix}/public/rest/v2"))
            .service(resource("/{any:.*}").guard(guard::Options()).route(route().to(cors::preflight)))
            .service(resource("/share").route(get().to(shares::own)))
            .service(
                resource("/share/{id}")
                    .route(get().to(shares::one))
                    .route(put().to(shares::edit))
                    .route(delete().to(shares::end)),
            )
            .service(resource("/folder").route(get().to(folders::hierarchy)).route(post().to(folders::make)))
            .service(resource("/folder/shared").route(get().to(shares::mounted)))
            .service(
                resource("/folder/{id}")
                    .route(get().to(folders::one))
                    .route(put().to(folders::edit))
                    .route(delete().to(folders::delete)),
            )
            .service(resource("/folder/{id}/shares").route(get().to(shares::of_folder)).route(post().to(shares::make)))
            .service(
                resource("/folder/{id}/publictoken")
                    .route(get().to(tokens::show))
                    .route(post().to(tokens::make))
                    .route(delete().to(tokens::end)),
            )
            .service(resource("/folder/{id}/undelete").route(post().to(folders::undelete)))
            .service(resource("/folder/{id}/children").route(get().to(folders::children)))
            .service(resource("/folder/{id}/childorder").route(get().to(folders::child_order)))
            .service(resource("/folder/{id}/count").route(get().to(folders::count)));
        config.service(face);
        if !prefix.is_empty() {
            config.service(resource(format!("{prefix}/public/{{token}}")).route(get().to(page::page)));
        }
    }
}
