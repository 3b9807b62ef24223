//! Which route is mounted where, and what every request passes through.

use crate::{
    access_log,
    dialects::{bookmarks, native, onlyoffice, puter, zus},
    error::Rejection,
    idempotency,
    json::JsonBody,
    metrics, ops, pages, print, request_id,
    state::AppState,
};
use actix_web::{
    App, Error, HttpResponse,
    body::{self, EitherBody, MessageBody},
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::Method,
    middleware::{DefaultHeaders, Next, from_fn},
    web::{self, Data, PathConfig, QueryConfig, ServiceConfig},
};
use serde_json::{Value, json};
use vouchsafe_types::error::ApiError;

/// The whole app: what `HttpServer::new` takes, and `test::init_service`.
pub fn app(
    state: Data<AppState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let is_bench = state.options.is_bench;
    App::new()
        .app_data(state)
        .configure(move |config| configure(config, is_bench))
        .default_service(web::to(unknown_route))
        // The last one is the outermost.
        .wrap(from_fn(print::print_refusals))
        .wrap(from_fn(metrics::count_request))
        .wrap(from_fn(idempotency::do_once))
        .wrap(from_fn(access_log::log_request))
        .wrap(from_fn(request_id::name_request))
        .wrap(from_fn(head_as_get))
        // Outside of everything that answers by itself.
        .wrap(DefaultHeaders::new().add(("Cache-Control", "no-store")).add(("X-Content-Type-Options", "nosniff")))
}

/// Mounts every route.
fn configure(config: &mut ServiceConfig, is_bench: bool) {
    config
        .app_data(PathConfig::default().error_handler(|_, _| Rejection::from(ApiError::NotFound {}).into()))
        .app_data(QueryConfig::default().error_handler(|_, _| {
            Rejection::from(ApiError::invalid("query", "known names with values of the right types", None)).into()
        }))
        .configure(ops::routes)
        // Before the dialects: on paths that they share, what a browser sends is a page's.
        .configure(pages::routes)
        .configure(bookmarks::routes)
        .configure(puter::routes)
        .configure(onlyoffice::routes)
        .configure(zus::routes);
    if is_bench {
        config.service(web::resource("/v1/noop").route(web::post().to(noop)));
    }
    config.configure(native::routes);
}

/// What can be got can be asked for its head: routes see a GET. The body is left out here: the server itself would send it
/// when the next request has come in meanwhile.
async fn head_as_get<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, body::None>>, Error> {
    if request.method() != Method::HEAD {
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    request.head_mut().method = Method::GET;
    Ok(next.call(request).await?.map_body(|_, _| EitherBody::right(body::None::new())))
}

async fn unknown_route() -> Result<HttpResponse, Rejection> {
    Err(ApiError::NotFound {}.into())
}

/// What a route costs that does nothing: the yardstick of the load tests.
async fn noop(_: JsonBody<Value>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"ok": true}))
}
