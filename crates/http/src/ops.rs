//! Operations: is the process alive, can it serve, which one is it, and what has it done?

use crate::{metrics, state::AppState};
use actix_web::{
    HttpResponse,
    rt::time,
    web::{self, Data, ServiceConfig},
};
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// How long `/readyz` waits for the database.
const PATIENCE: Duration = Duration::from_secs(2);

/// Mounts the routes.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/livez").route(web::get().to(livez)))
        .service(web::resource("/readyz").route(web::get().to(readyz)))
        .service(web::resource("/metrics").route(web::get().to(metrics::metrics)))
        .service(web::resource("/version").route(web::get().to(version)));
}

async fn livez() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

async fn readyz(state: Data<AppState>) -> HttpResponse {
    let ready = Arc::clone(&state.options.ready);
    let reason = match time::timeout(PATIENCE, web::block(move || ready())).await {
        Ok(Ok(Ok(()))) => return HttpResponse::Ok().json(json!({"status": "ok"})),
        Ok(Ok(Err(reason))) => reason,
        Ok(Err(_)) => "The question to the database was cut off.".to_owned(),
        Err(_) => "The database does not answer within 2 seconds.".to_owned(),
    };
    log::warn!("not ready: {reason:?}");
    HttpResponse::ServiceUnavailable().json(json!({"status": "unavailable", "reason": reason}))
}

async fn version(state: Data<AppState>) -> HttpResponse {
    let options = &state.options;
    let about = json!({"version": options.version, "commit": options.commit, "database": options.database});
    HttpResponse::Ok().json(about)
}
