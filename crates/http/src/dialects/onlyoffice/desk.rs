//! Who calls, with which arguments. Who asks is settled first; what is wrong with the arguments shows when they are
//! taken.

use super::args::Args;
use crate::{asker::Asker, basic, error::Rejection, json, state::UseCases, token, turns::Turn};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Query};
use std::{future::Future, net::IpAddr, pin::Pin};
use vouchsafe_flows::{Fault, LinkKey, Principal, Vouchsafe};
use vouchsafe_types::{Actor, LinkId, UserId, error::ApiError};

/// The cookie, query variable or form field that carries a token.
const AUTH_KEY: &str = "asc_auth_key";

/// The beginning of the name of a cookie that proves the password of a link; its id follows.
pub(super) const LINK_COOKIE: &str = "sharelink";

/// What further entries of one request cost at most: a list of so many can be had by who has asked for nothing else.
const MOST_FURTHER: usize = 500;

/// A call of this face.
pub(super) struct Desk {
    /// The use cases.
    pub(super) cases: UseCases,
    /// Who asks.
    pub(super) principal: Principal,
    args: Result<Args, Rejection>,
}

/// What a caller shows.
enum Shown {
    Token(String),
    Password(String, String),
}

impl Desk {
    /// The arguments of the call, which are taken once.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(super) fn args(&mut self) -> Result<Args, Rejection> {
        std::mem::replace(&mut self.args, Ok(Args::default()))
    }

    /// The person who asks.
    ///
    /// # Errors
    /// `forbidden` for an app, an access token or a site.
    pub(super) fn person(&self) -> Result<UserId, ApiError> {
        match self.principal.actor {
            Actor::User(user) => Ok(user),
            _ => Err(ApiError::Forbidden {}),
        }
    }

    /// A turn for a list, or for what is answered by one, about so many entries: counted like the lists of the Puter
    /// face, and each further entry like a question.
    ///
    /// # Errors
    /// As [`Desk::person`]; when it was too often, or too many of his wait already.
    pub(super) async fn turn(&self, entries: usize) -> Result<Turn, Rejection> {
        let (limits, user) = (self.cases.limits(), self.person()?);
        let further = entries.saturating_sub(1).min(MOST_FURTHER);
        limits.read(user, u32::try_from(further).unwrap_or(u32::MAX))?;
        limits.heavy(user).await
    }

    /// Runs a use case for the caller.
    ///
    /// # Errors
    /// What it refuses.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe, &Actor) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Rejection> {
        let actor = self.principal.actor.clone();
        self.cases.run(move |vouchsafe| case(vouchsafe, &actor)).await
    }

    /// Our own address, for what is linked to.
    pub(super) fn origin(&self) -> String {
        self.cases.settings().public_url.clone()
    }
}

/// A call that needs no account when it comes with a link.
pub(super) struct Visit {
    /// The use cases.
    pub(super) cases: UseCases,
    /// Who asks, if he says so.
    pub(super) actor: Option<Actor>,
    /// What he comes with.
    pub(super) key: Option<LinkKey>,
    place: Option<IpAddr>,
}

impl Visit {
    /// A turn for who has no account, counted like a public page of Bookmarks; who has one has paid by his name.
    ///
    /// # Errors
    /// Throttled.
    pub(super) async fn turn(&self) -> Result<Option<Turn>, Rejection> {
        match self.actor {
            Some(_) => Ok(None),
            None => self.cases.limits().heavy(Asker::Visitor { place: self.place, link: None }).await.map(Some),
        }
    }

    /// Who looks; nobody in particular for who comes without an account.
    pub(super) fn viewer(&self) -> UserId {
        let nobody = UserId::from(uuid::Uuid::nil());
        self.actor.as_ref().and_then(Actor::user).unwrap_or(nobody)
    }
}

impl FromRequest for Visit {
    type Error = Rejection;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Rejection>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let cases = UseCases::of(&request)?;
            let body = json::read_bytes(&mut payload).await?;
            let args = readable(&request, &body, &[AUTH_KEY, "doc"]);
            let token = args.as_ref().ok().and_then(|args| args.text("doc").ok().flatten());
            let token = token.filter(|token| !token.is_empty());
            let key = token.map(|token| LinkKey { token, proofs: proofs(&request) });
            let actor = match shown(&request, args.as_ref().ok(), &cases.settings().public_url) {
                Some(shown) => {
                    let is_token = matches!(shown, Shown::Token(_));
                    match principal(&request, &cases, shown).await {
                        Ok(principal) => Some(principal.actor),
                        // What the key opens, it opens for nobody in particular as well: who signed in here long ago
                        // is not kept out by it.
                        Err(Rejection::Refused(ApiError::TokenAuthFailed {} | ApiError::Forbidden {}))
                            if is_token && key.is_some() =>
                        {
                            None
                        }
                        Err(other) => return Err(other),
                    }
                }
                None if key.is_some() => None,
                None => return Err(ApiError::TokenMissing {}.into()),
            };
            args?;
            let place = cases.peer(&request);
            Ok(Self { cases, actor, key, place })
        })
    }
}

/// The arguments; none of them if one of these, which say who calls, cannot be read.
fn readable(request: &HttpRequest, body: &[u8], names: &[&str]) -> Result<Args, Rejection> {
    let args = Args::of(request, body)?;
    names.iter().try_for_each(|name| args.get(name).map(drop))?;
    Ok(args)
}

/// What was given for the passwords of links, from the cookies.
fn proofs(request: &HttpRequest) -> Vec<(LinkId, String)> {
    let Ok(cookies) = request.cookies() else { return Vec::new() };
    let proof = |cookie: &actix_web::cookie::Cookie<'_>| {
        let id = cookie.name().strip_prefix(LINK_COOKIE)?.parse().ok()?;
        Some((id, cookie.value().to_owned()))
    };
    cookies.iter().filter_map(proof).collect()
}

async fn principal(request: &HttpRequest, cases: &UseCases, shown: Shown) -> Result<Principal, Rejection> {
    let principal = match shown {
        Shown::Token(token) => cases.run(move |vouchsafe| vouchsafe.authenticate(&token)).await?,
        Shown::Password(name, password) => basic::sign_in(cases, request, (name, password)).await?,
    };
    cases.limits().read(principal.user.id, 1)?;
    Ok(principal)
}

impl FromRequest for Desk {
    type Error = Rejection;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Rejection>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let cases = UseCases::of(&request)?;
            let args = match json::read_bytes(&mut payload).await {
                Ok(body) => readable(&request, &body, &[AUTH_KEY]),
                Err(rejection) => Err(rejection),
            };
            let shown = shown(&request, args.as_ref().ok(), &cases.settings().public_url);
            let principal = principal(&request, &cases, shown.ok_or(ApiError::TokenMissing {})?).await?;
            Ok(Self { cases, principal, args })
        })
    }
}

/// What the caller shows: the variable comes before the header.
fn shown(request: &HttpRequest, args: Option<&Args>, origin: &str) -> Option<Shown> {
    let in_cookie = token::in_cookie_named(request, AUTH_KEY, origin);
    let in_args = || match args {
        Some(args) => args.text(AUTH_KEY).ok().flatten(),
        // The body was unreadable, the query may not be.
        None => {
            let pairs = Query::<Vec<(String, String)>>::from_query(request.query_string()).ok()?.into_inner();
            pairs.into_iter().find(|(key, _)| key == AUTH_KEY).map(|(_, value)| value)
        }
    };
    let variable = in_cookie.or_else(in_args).filter(|text| !text.is_empty());
    if let Some(token) = variable {
        return Some(Shown::Token(token));
    }
    let given = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.trim();
    let first = given.split(',').next().unwrap_or_default().trim();
    if let Some(token) = first.strip_prefix("Bearer ") {
        return some_token(token);
    }
    match first.strip_prefix("Basic ") {
        Some(encoded) => basic::read(encoded).map(|(name, password)| Shown::Password(name, password)),
        None => some_token(given),
    }
}

fn some_token(text: &str) -> Option<Shown> {
    let text = text.trim();
    (!text.is_empty()).then(|| Shown::Token(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Shown, shown};
    use actix_web::test::TestRequest;

    fn of(header: &str) -> String {
        let request = TestRequest::default().insert_header(("authorization", header)).to_http_request();
        match shown(&request, None, "http://vouchsafe.test") {
            None => "nothing".to_owned(),
            Some(Shown::Token(token)) => token,
            Some(Shown::Password(name, password)) => format!("{name} with {password}"),
        }
    }

    #[test]
    fn a_token_needs_no_word_before_it() {
        assert_eq!(of("abc"), "abc");
        assert_eq!(of("Bearer abc"), "abc");
        assert_eq!(of("Bearer abc, other"), "abc");
        assert_eq!(of("abc,def"), "abc,def");
        assert_eq!(of("Basic YW5uOnB3OngK"), "ann with pw:x\n");
        assert_eq!(of("Basic ???"), "nothing");
        assert_eq!((of("Bearer "), of("")), ("Bearer".to_owned(), "nothing".to_owned()));
    }

    #[test]
    fn the_variable_comes_before_the_header() {
        let request = TestRequest::with_uri("/api/2.0/files/@my?asc_auth_key=q").insert_header(("authorization", "h"));
        let found = shown(&request.to_http_request(), None, "http://vouchsafe.test");
        assert!(matches!(found, Some(Shown::Token(token)) if token == "q"));
    }
}
