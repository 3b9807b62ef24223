//! The ONLYOFFICE face: the file-sharing calls of its Workspace API, with the words and envelopes that its clients know.

mod args;
mod authentication;
mod desk;
mod envelope;
mod form;
mod links;
mod listing;
mod people;
mod refusal;
mod scalar;
mod share_body;
mod shares;
mod views;
mod well_known;

pub(crate) use refusal::{challenge, print};

use actix_web::web::{ServiceConfig, delete, get, post, put, resource};

/// Mounts the routes, each with and without `.json` at its end. Other methods get 405 with `Allow`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    let at = |path: &str| resource([format!("/api/2.0/{path}"), format!("/api/2.0/{path}.json")]);
    config
        .service(at("authentication").route(post().to(authentication::log_in)))
        .service(at("people/@self").route(get().to(people::me)))
        .service(at("people").route(get().to(people::list)))
        .service(at("files/@my").route(get().to(listing::mine)))
        .service(at("files/@share").route(get().to(listing::shared)))
        .service(at("files/@common").route(get().to(listing::common)))
        .service(
            at("files/share")
                .route(post().to(shares::get_many))
                .route(put().to(shares::put_many))
                .route(delete().to(shares::leave)),
        )
        .service(at("files/file/{id}/share").route(get().to(shares::get_file)).route(put().to(shares::put_file)))
        .service(at("files/folder/{id}/share").route(get().to(shares::get_folder)).route(put().to(shares::put_folder)))
        .service(at("files/sharedlink/password").route(post().to(links::prove)))
        .service(at("files/{id}/sharedlink").route(put().to(links::switch)))
        .service(at("files/{id}/sharedlink/template").route(get().to(links::template)))
        .service(at("files/{id}/sharedlink/{link}/password").route(post().to(links::prove_on)))
        .service(at("files/file/{id}").route(get().to(listing::file)))
        .service(at("files/folder/{id}").route(get().to(listing::folder)));
}
