//! A person's request for a page: who he is, and what he was shown.

use super::render;
use crate::{
    error::Rejection,
    limits::Limits,
    state::UseCases,
    token::{self, SESSION_COOKIE},
    turns::Turn,
};
use actix_web::{
    FromRequest, HttpRequest, HttpResponse, ResponseError,
    cookie::Cookie,
    dev::Payload,
    http::{StatusCode, header},
    web,
};
use serde_json::{Value, json};
use std::{future::Future, net::IpAddr, pin::Pin, str::FromStr};
use vouchsafe_flows::{Fault, Principal, Vouchsafe};
use vouchsafe_types::{Actor, error::ApiError};

/// What ties forms to a browser while nobody has signed in.
const SEED_COOKIE: &str = "vouchsafe_form";

/// A person's request for a page.
pub(super) struct Visit {
    /// The use cases.
    pub(super) cases: UseCases,
    /// Who has signed in, and by which token.
    pub(super) session: Option<(String, Principal)>,
    /// Where the request comes from, for limits only.
    pub(super) peer: Option<IpAddr>,
    seed: String,
    is_seed_new: bool,
    path: String,
    query: Vec<(String, String)>,
}

impl Visit {
    /// Somebody who has signed in.
    ///
    /// # Errors
    /// `token_missing`: the browser is sent to the page for signing in.
    pub(super) fn person(&self) -> Result<&Principal, Rejection> {
        self.session.as_ref().map(|(_, principal)| principal).ok_or_else(|| ApiError::TokenMissing {}.into())
    }

    /// What he is as an actor.
    ///
    /// # Errors
    /// As [`Visit::person`].
    pub(super) fn actor(&self) -> Result<Actor, Rejection> {
        Ok(self.person()?.actor.clone())
    }

    /// Runs a use case of whoever has signed in.
    ///
    /// # Errors
    /// `token_missing`, and what the use case refuses.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe, &Actor) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Rejection> {
        let actor = self.actor()?;
        self.cases.run(move |vouchsafe| case(vouchsafe, &actor)).await
    }

    /// A turn for a page that asks much of the database, counted like the lists of the API.
    ///
    /// # Errors
    /// As [`Visit::person`]; throttled.
    pub(super) async fn turn(&self) -> Result<Turn, Rejection> {
        self.limits().heavy(self.person()?.user.id).await
    }

    /// A parameter of the query; empty without one.
    pub(super) fn param(&self, name: &str) -> &str {
        self.query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// A parameter of the query, read.
    pub(super) fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.param(name).parse().ok()
    }

    /// Request limits.
    pub(super) fn limits(&self) -> &Limits {
        self.cases.limits()
    }

    /// Whether a form was shown to this browser.
    pub(super) fn has_form(&self, form_token: &str) -> bool {
        !self.is_seed_new && self.cases.vouchsafe().is_form_of(&self.seed, form_token)
    }

    /// A page.
    ///
    /// # Errors
    /// Internal, when the template lacks a value.
    pub(super) fn page(&self, template: &str, title: &str, page: Value) -> Result<HttpResponse, Rejection> {
        self.with_status(StatusCode::OK, template, title, page)
    }

    /// A page, shown again because of a problem if there is one: with its status, and when to come again.
    ///
    /// # Errors
    /// As [`Visit::page`].
    pub(super) fn answer(
        &self,
        problem: Option<&Rejection>,
        template: &str,
        title: &str,
        page: Value,
    ) -> Result<HttpResponse, Rejection> {
        let status = problem.map_or(StatusCode::OK, ResponseError::status_code);
        let mut answer = self.with_status(status, template, title, page)?;
        if let Some(seconds) = problem.and_then(Rejection::pause) {
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        Ok(answer)
    }

    /// The same without what its address says of what was done: that is not so where something went wrong.
    pub(super) fn without_query(mut self) -> Self {
        self.query.clear();
        self
    }

    /// A page with another status.
    ///
    /// # Errors
    /// As [`Visit::page`].
    pub(super) fn with_status(
        &self,
        status: StatusCode,
        template: &str,
        title: &str,
        page: Value,
    ) -> Result<HttpResponse, Rejection> {
        let user = self.session.as_ref().map(|(_, principal)| {
            let user = &principal.user;
            json!({ "name": user.username.as_str(), "sees_admin": user.is_admin || user.is_auditor,
                    "is_admin": user.is_admin, "is_confirmed": user.email_confirmed })
        });
        let section = self.path.split('/').nth(1).unwrap_or_default();
        let values = json!({
            "title": title,
            "user": user,
            "form_token": self.cases.vouchsafe().form_token(&self.seed),
            "in_shared": matches!(section, "shared" | "entry"),
            "in_admin": section == "admin",
            "is_signup_open": self.cases.settings().is_signup_open,
            "done": super::words::done(self.param("done")),
            "page": page,
        });
        let cookie = self.is_seed_new.then(|| self.cookie(SEED_COOKIE, self.seed.clone()));
        render::html(status, template, &values, cookie)
    }

    fn cookie(&self, name: &'static str, value: String) -> Cookie<'static> {
        token::cookie(name, value, &self.cases.settings().public_url)
    }
}

impl FromRequest for Visit {
    type Error = Rejection;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Rejection>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let cases = UseCases::of(&request)?;
            let session = session(&cases, &request).await?;
            let kept = request.cookie(SEED_COOKIE).map(|cookie| cookie.value().to_owned());
            let (seed, is_seed_new) = match (&session, kept.filter(|seed| !seed.is_empty())) {
                (Some((token, _)), _) => (token.clone(), false),
                (None, Some(seed)) => (seed, false),
                (None, None) => (cases.vouchsafe().form_seed(), true),
            };
            let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
            let query = query.map(web::Query::into_inner).unwrap_or_default();
            if query.iter().any(|(_, value)| value.contains('\0')) {
                return Err(ApiError::invalid("query", "text without NUL characters", None).into());
            }
            let (peer, path) = (cases.peer(&request), request.path().to_owned());
            Ok(Self { cases, session, peer, seed, is_seed_new, path, query })
        })
    }
}

/// Who has signed in. A link from elsewhere may lead here: what is shown does not go back there.
async fn session(cases: &UseCases, request: &HttpRequest) -> Result<Option<(String, Principal)>, Rejection> {
    let Some(cookie) = request.cookie(SESSION_COOKIE) else { return Ok(None) };
    let token = cookie.value().to_owned();
    let presented = token.clone();
    match cases.run(move |vouchsafe| vouchsafe.authenticate(&presented)).await {
        Ok(principal) => Ok(principal.actor.is_plain_user().then_some((token, principal))),
        // Ended, or shut out: he may sign in anew, and is told there.
        Err(Rejection::Refused(_)) => Ok(None),
        Err(other) => Err(other),
    }
}
