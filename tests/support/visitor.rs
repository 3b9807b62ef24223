use crate::{Person, World};
use actix_web::{
    http::header::{self, HeaderMap},
    test as web_test,
};
use std::collections::BTreeMap;
use vouchsafe_http::app;

/// Somebody with a browser: keeps cookies, and the token of the last form that was shown to him.
pub struct Visitor<'a> {
    world: &'a World,
    /// The cookies, by name.
    pub cookies: BTreeMap<String, String>,
    /// The token of the last form.
    pub form_token: String,
    /// Headers that are sent along.
    pub headers: Vec<(&'static str, String)>,
}

/// What he is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The page.
    pub text: String,
}

impl Shown {
    /// A header; empty without one.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where the browser is sent.
    pub fn location(&self) -> &str {
        self.header("location")
    }
}

impl<'a> Visitor<'a> {
    /// A stranger.
    pub fn new(world: &'a World) -> Self {
        Self { world, cookies: BTreeMap::new(), form_token: String::new(), headers: Vec::new() }
    }

    /// Somebody who has signed in.
    pub fn of(world: &'a World, person: &Person) -> Self {
        let mut visitor = Self::new(world);
        visitor.cookies.insert("vouchsafe_session".into(), person.token.clone());
        visitor
    }

    /// Looks at a page.
    pub async fn get(&mut self, path: &str) -> Shown {
        self.send(web_test::TestRequest::get().uri(path)).await
    }

    /// Sends a form with the token of the last one that was shown.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let token = self.form_token.clone();
        let own = [("form_token", token.as_str())];
        let fields = fields.iter().chain(&own).map(|(key, value)| format!("{key}={}", encoded(value)));
        let body = fields.collect::<Vec<_>>().join("&");
        let kind = (header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(web_test::TestRequest::post().uri(path).insert_header(kind).set_payload(body)).await
    }

    async fn send(&mut self, request: web_test::TestRequest) -> Shown {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = request.insert_header((header::ACCEPT, "text/html,*/*;q=0.8"));
        if !cookies.is_empty() {
            request = request.insert_header((header::COOKIE, cookies.join("; ")));
        }
        for (name, value) in &self.headers {
            request = request.insert_header((*name, value.as_str()));
        }
        let service = web_test::init_service(app(self.world.state.clone())).await;
        let response = web_test::call_service(&service, request.to_request()).await;
        for cookie in response.response().cookies() {
            self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
        }
        self.cookies.retain(|_, value| !value.is_empty());
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = String::from_utf8(web_test::read_body(response).await.to_vec()).unwrap();
        if let Some(rest) = text.split("name=\"form_token\" value=\"").nth(1) {
            self.form_token = rest.split('"').next().unwrap_or_default().to_owned();
        }
        Shown { status, headers, text }
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
