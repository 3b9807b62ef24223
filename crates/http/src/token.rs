//! Where clients put their tokens (puter.md 5.4), in the order in which the places are looked at.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time},
    http::header,
    web,
};
use serde_json::Value;
use vouchsafe_flows::Settings;

/// The cookie of a session in a browser.
pub(crate) const SESSION_COOKIE: &str = "vouchsafe_session";

/// A cookie that scripts cannot read and other sites' pages do not send along with what they post.
pub(crate) fn cookie(name: &'static str, value: String, public_url: &str) -> Cookie<'static> {
    let is_secure = public_url.starts_with("https://");
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(is_secure).finish()
}

/// The cookie of a session that was opened.
pub(crate) fn session_cookie(token: &str, settings: &Settings) -> Cookie<'static> {
    let mut cookie = cookie(SESSION_COOKIE, token.to_owned(), &settings.public_url);
    cookie.set_max_age(time::Duration::seconds(settings.session_ttl.num_seconds()));
    cookie
}

/// A cookie that ends the one there is.
pub(crate) fn no_session_cookie() -> Cookie<'static> {
    let mut cookie = Cookie::build(SESSION_COOKIE, "").path("/").finish();
    cookie.make_removal();
    cookie
}

/// The token of a request: in its JSON body, its headers, its session cookie or its query.
///
/// `origin` is our own; a page from elsewhere cannot make use of the cookie.
pub(crate) fn find(request: &HttpRequest, body: Option<&Value>, origin: &str) -> Option<String> {
    in_body(body).or_else(|| in_headers(request)).or_else(|| in_cookie(request, origin)).or_else(|| in_query(request))
}

/// The token in `Authorization` or `x-api-key`.
pub(crate) fn in_headers(request: &HttpRequest) -> Option<String> {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let bearer = text(header::AUTHORIZATION.as_str()).and_then(bearer).map(str::to_owned);
    bearer.or_else(|| text("x-api-key").and_then(given))
}

/// The token in the session cookie, when the request comes from our own pages.
pub(crate) fn in_cookie(request: &HttpRequest, origin: &str) -> Option<String> {
    in_cookie_named(request, SESSION_COOKIE, origin)
}

/// The token in a cookie of another name, on the same condition.
pub(crate) fn in_cookie_named(request: &HttpRequest, name: &str, origin: &str) -> Option<String> {
    let cookie = request.cookie(name)?;
    if is_same_origin(request, origin) { given(cookie.value()) } else { None }
}

fn in_body(body: Option<&Value>) -> Option<String> {
    body?.get("auth_token")?.as_str().and_then(given)
}

fn in_query(request: &HttpRequest) -> Option<String> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string()).ok()?.into_inner();
    pairs.iter().find(|(key, _)| key == "auth_token").and_then(|(_, value)| given(value))
}

/// The token of a bearer header: not of `Basic`, nor a lone `Bearer`.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once(' ')?;
    let token = rest.trim();
    let is_token = scheme.eq_ignore_ascii_case("bearer") && given(token).is_some();
    is_token.then_some(token)
}

/// A token that is one: JavaScript clients without a session send the word `undefined`.
fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!matches!(text, "" | "undefined" | "null")).then(|| text.to_owned())
}

/// Whether a browser sent this from our own pages.
fn is_same_origin(request: &HttpRequest, origin: &str) -> bool {
    let is_typed = header_text(request, "sec-fetch-site") == Some("none");
    // Typed, or from a bookmark: nobody else's page had a hand in it.
    !is_from_elsewhere(request, origin) && (!is_typed || request.method().is_safe())
}

/// Whether a browser says that a page of another origin sent this: then what the browser keeps for us, a cookie or a
/// password, is not what the page's maker knows. What sends neither header is no browser of today, and so has nothing
/// that others could use.
pub(crate) fn is_from_elsewhere(request: &HttpRequest, origin: &str) -> bool {
    match (header_text(request, "sec-fetch-site"), header_text(request, header::ORIGIN.as_str())) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some(claimed)) => !claimed.eq_ignore_ascii_case(origin),
        (None, None) => false,
    }
}

fn header_text<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    request.headers().get(name).map(|value| value.to_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{SESSION_COOKIE, find};
    use actix_web::{cookie::Cookie, test::TestRequest};
    use serde_json::json;

    const HERE: &str = "https://share.example";

    #[test]
    fn the_places_are_looked_at_in_order() {
        let request = || TestRequest::with_uri("/whoami?auth_token=q%2Bq").cookie(Cookie::new(SESSION_COOKIE, "c"));
        let found = |request: TestRequest, body| find(&request.to_http_request(), body, HERE);
        let body = json!({"auth_token": "b"});
        let bearer = ("authorization", "Bearer h");
        let key = ("x-api-key", "k");
        assert_eq!(found(request().insert_header(bearer).insert_header(key), Some(&body)).as_deref(), Some("b"));
        assert_eq!(found(request().insert_header(bearer).insert_header(key), None).as_deref(), Some("h"));
        assert_eq!(found(request().insert_header(key), None).as_deref(), Some("k"));
        assert_eq!(found(request(), None).as_deref(), Some("c"));
        assert_eq!(found(TestRequest::with_uri("/?auth_token=q%2Bq"), None).as_deref(), Some("q+q"));
        assert_eq!(found(TestRequest::default(), None), None);
    }

    #[test]
    fn what_is_no_token_is_passed_over() {
        for header in ["Basic abc", "Bearer", "Bearer ", "Bearer undefined", "undefined", "abc"] {
            let request = TestRequest::default().insert_header(("authorization", header)).to_http_request();
            assert_eq!(find(&request, Some(&json!({"auth_token": 5})), HERE), None, "{header}");
        }
    }

    #[test]
    fn a_page_from_elsewhere_cannot_use_the_cookie() {
        let with = |name: &'static str, value: &'static str| {
            let request = TestRequest::post().cookie(Cookie::new(SESSION_COOKIE, "c")).insert_header((name, value));
            find(&request.to_http_request(), None, HERE).is_some()
        };
        assert!(with("sec-fetch-site", "same-origin"));
        assert!(with("origin", HERE));
        assert!(!with("sec-fetch-site", "cross-site"));
        assert!(!with("sec-fetch-site", "same-site"));
        assert!(!with("sec-fetch-site", "none"));
        assert!(!with("origin", "https://puter.work"));
        assert!(!with("origin", "null"));
    }
}
