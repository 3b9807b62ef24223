//! Templates become answers, with the headers that keep them to themselves.

use crate::error::Rejection;
use actix_web::{
    HttpResponse, HttpResponseBuilder,
    cookie::Cookie,
    http::{StatusCode, header},
};
use handlebars::{Context, Handlebars, Helper, HelperResult, JsonRender, Output, RenderContext};
use serde_json::Value;
use std::sync::LazyLock;

/// Nothing is loaded from elsewhere, nothing is written into a page, and no page is shown inside another's.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Every template by name; `layout` is around all of them.
const ALL: [(&str, &str); 24] = [
    ("layout", include_str!("../templates/layout.hbs")),
    ("tabs", include_str!("../templates/tabs.hbs")),
    ("problem", include_str!("../templates/problem.hbs")),
    ("home", include_str!("../templates/home.hbs")),
    ("link", include_str!("../templates/link.hbs")),
    ("login", include_str!("../templates/login.hbs")),
    ("logout", include_str!("../templates/logout.hbs")),
    ("signup", include_str!("../templates/signup.hbs")),
    ("confirm", include_str!("../templates/confirm.hbs")),
    ("forgot", include_str!("../templates/forgot.hbs")),
    ("with_me", include_str!("../templates/with_me.hbs")),
    ("by_me", include_str!("../templates/by_me.hbs")),
    ("requests", include_str!("../templates/requests.hbs")),
    ("notices", include_str!("../templates/notices.hbs")),
    ("blocks", include_str!("../templates/blocks.hbs")),
    ("entry", include_str!("../templates/entry.hbs")),
    ("picture", include_str!("../templates/picture.hbs")),
    ("grant", include_str!("../templates/grant.hbs")),
    ("revoke", include_str!("../templates/revoke.hbs")),
    ("sure", include_str!("../templates/sure.hbs")),
    ("consequences", include_str!("../templates/consequences.hbs")),
    ("ask", include_str!("../templates/ask.hbs")),
    ("admin", include_str!("../templates/admin.hbs")),
    ("error", include_str!("../templates/error.hbs")),
];

#[expect(clippy::expect_used, reason = "the templates are part of the program, and a test makes them")]
static TEMPLATES: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut templates = Handlebars::new();
    templates.set_strict_mode(true);
    templates.register_helper("url", Box::new(url));
    for (name, text) in ALL {
        templates.register_template_string(name, text).expect("a template that can be read");
    }
    templates
});

/// `{{url text}}`: a text as the value of a parameter in an address.
fn url(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let value = helper.param(0).map(|param| param.value().render()).unwrap_or_default();
    out.write(&super::words::encoded(&value))?;
    Ok(())
}

/// A page as an answer. Every value in it is escaped.
///
/// # Errors
/// Internal, when the template lacks a value.
pub(super) fn html(
    status: StatusCode,
    template: &str,
    values: &Value,
    cookie: Option<Cookie<'static>>,
) -> Result<HttpResponse, Rejection> {
    let text = TEMPLATES
        .render(template, values)
        .map_err(|error| Rejection::Internal(format!("the page `{template}`: {}", error.reason())))?;
    let mut answer = HttpResponse::build(status);
    guarded(&mut answer);
    if let Some(cookie) = cookie {
        answer.cookie(cookie);
    }
    Ok(answer.content_type("text/html; charset=utf-8").body(text))
}

/// Sends the browser on with a GET: what it then shows can be loaded again without doing anything again.
pub(super) fn see_other(to: &str) -> HttpResponse {
    see_other_with(to, None)
}

/// The same, with a cookie.
pub(super) fn see_other_with(to: &str, cookie: Option<Cookie<'static>>) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    guarded(&mut answer);
    if let Some(cookie) = cookie {
        answer.cookie(cookie);
    }
    answer.insert_header((header::LOCATION, to)).content_type("text/plain; charset=utf-8").body("See other.")
}

fn guarded(answer: &mut HttpResponseBuilder) {
    answer
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::X_FRAME_OPTIONS, "DENY"))
        .insert_header(("cross-origin-opener-policy", "same-origin"))
        .insert_header(("x-robots-tag", "noindex, nofollow"))
        .insert_header((header::CACHE_CONTROL, "no-store"));
}

#[cfg(test)]
mod tests {
    use super::{ALL, TEMPLATES};

    #[test]
    fn every_value_in_a_page_is_escaped_and_nothing_is_written_into_it() {
        assert_eq!(TEMPLATES.get_templates().len(), ALL.len());
        for (name, text) in ALL {
            assert!(!text.contains("{{{") && !text.contains("{{&"), "{name}");
            assert!(!text.contains("style=") && !text.contains("<style") && !text.contains(" onclick"), "{name}");
            assert!(!text.contains("javascript:") && !text.contains("http://"), "{name}");
        }
    }

    #[test]
    fn every_form_that_is_posted_carries_its_token() {
        for (name, text) in ALL {
            let posts = text.matches("method=\"post\"").count();
            assert_eq!(posts, text.matches("name=\"form_token\"").count(), "{name}");
        }
    }
}
