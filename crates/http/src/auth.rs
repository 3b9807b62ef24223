//! Who asks: from a token to a principal.

use crate::{error::Rejection, json, state::UseCases, token};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde_json::{Map, Value};
use std::{future::Future, pin::Pin};
use vouchsafe_flows::{Principal, is_service_key};
use vouchsafe_types::{Actor, error::ApiError};

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Rejection>>>>;

/// A request by somebody known, with its body: what most routes of the Puter face take.
///
/// Who asks is settled first; what is wrong with the body shows when it is taken.
pub struct Call {
    /// Who asks.
    pub principal: Principal,
    token: String,
    body: Result<Value, Rejection>,
}

impl Call {
    /// The token that the request came with.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Refuses everybody but a person in a session of his own.
    ///
    /// # Errors
    /// `forbidden` for an app, an access token or a site.
    pub fn require_person(&self) -> Result<(), Rejection> {
        if self.principal.actor.is_plain_user() { Ok(()) } else { Err(ApiError::Forbidden {}.into()) }
    }

    /// A person in a session of his own, and the body as an object.
    ///
    /// # Errors
    /// As [`Call::require_person`] and [`Call::object`].
    pub fn own(self) -> Result<(Principal, Map<String, Value>), Rejection> {
        self.require_person()?;
        self.object()
    }

    /// Who asks, for a route that reads its body itself.
    ///
    /// # Errors
    /// `token_missing`, `token_auth_failed`, `forbidden` for a suspended account; throttled.
    pub(crate) async fn principal_of(request: &HttpRequest, body: &Map<String, Value>) -> Result<Principal, Rejection> {
        let cases = UseCases::of(request)?;
        let body = Value::Object(body.clone());
        let token = token::find(request, Some(&body), &cases.settings().public_url);
        known(&cases, token.ok_or(ApiError::TokenMissing {})?).await
    }

    /// Who asks, and the body as an object; an empty body is an empty object.
    ///
    /// # Errors
    /// What was wrong with the body; `field_invalid` for JSON that is no object.
    pub fn object(self) -> Result<(Principal, Map<String, Value>), Rejection> {
        Ok((self.principal, as_object(self.body?)?))
    }
}

impl FromRequest for Call {
    type Error = Rejection;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let cases = UseCases::of(&request)?;
            let body = json::read_json(&request, &mut payload).await;
            let found = token::find(&request, body.as_ref().ok(), &cases.settings().public_url);
            let token = found.ok_or(ApiError::TokenMissing {})?;
            let principal = known(&cases, token.clone()).await?;
            Ok(Self { principal, token, body })
        })
    }
}

/// Who a token stands for. Whatever he wants, it is one of his questions.
async fn known(cases: &UseCases, token: String) -> Result<Principal, Rejection> {
    let principal = cases.run(move |vouchsafe| vouchsafe.authenticate(&token)).await?;
    cases.limits().read(principal.user.id, 1)?;
    Ok(principal)
}

/// A request by anybody, with its body as an object.
pub struct OpenCall(pub Map<String, Value>);

impl FromRequest for OpenCall {
    type Error = Rejection;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move { as_object(json::read_json(&request, &mut payload).await?).map(Self) })
    }
}

/// Who calls `/v1`: the host application by its service key, or a user about what concerns him.
pub enum ServiceOrUser {
    /// The host application: may do everything there.
    Service(Actor),
    /// A user, by a token of his.
    User(Principal),
}

impl ServiceOrUser {
    /// The actor, whoever it is.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        match self {
            Self::Service(actor) => actor,
            Self::User(principal) => &principal.actor,
        }
    }

    /// The host application's actor.
    ///
    /// # Errors
    /// `forbidden` for a user.
    pub fn service(&self) -> Result<&Actor, Rejection> {
        match self {
            Self::Service(actor) => Ok(actor),
            Self::User(_) => Err(ApiError::Forbidden {}.into()),
        }
    }
}

impl FromRequest for ServiceOrUser {
    type Error = Rejection;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, presented) = (request.clone(), KeyOrUser::from_request(request, payload));
        Box::pin(async move {
            match presented.await? {
                KeyOrUser::User(principal) => Ok(Self::User(principal)),
                KeyOrUser::Key(key) => {
                    let cases = UseCases::of(&request)?;
                    cases.quick(move |vouchsafe| vouchsafe.authenticate_service(&key)).await.map(Self::Service)
                }
            }
        })
    }
}

/// Who calls a route that looks at a service key itself, together with what it is asked.
pub(crate) enum KeyOrUser {
    /// A service key that nobody has looked at.
    Key(String),
    /// A user, by a token of his.
    User(Principal),
}

impl FromRequest for KeyOrUser {
    type Error = Rejection;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let cases = UseCases::of(&request)?;
            let found =
                token::in_headers(&request).or_else(|| token::in_cookie(&request, &cases.settings().public_url));
            let token = found.ok_or(ApiError::TokenMissing {})?;
            if is_service_key(&token) {
                return Ok(Self::Key(token));
            }
            cases.run(move |vouchsafe| vouchsafe.authenticate(&token)).await.map(Self::User)
        })
    }
}

fn as_object(body: Value) -> Result<Map<String, Value>, Rejection> {
    match body {
        Value::Object(object) => Ok(object),
        other => Err(json::not_an_object(&other).into()),
    }
}
