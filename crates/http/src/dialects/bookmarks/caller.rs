//! Who calls (bookmarks.md 1.2): a person by name and password or by a bearer token, or whoever has a public token.

use crate::{asker::Asker, basic, error::Rejection, state::UseCases};
use actix_web::{HttpRequest, http::header, web};
use std::net::IpAddr;
use vouchsafe_flows::{Fault, OpenedLink, Principal, Vouchsafe};
use vouchsafe_types::{Actor, LinkId, error::ApiError};

/// Who calls.
pub(super) enum Caller {
    /// A person, or something that acts for one.
    Person(Principal),
    /// Whoever has this public token.
    Public(OpenedLink),
    /// Whoever has a token in the query that opens nothing: nothing is his, and nothing is said about it.
    Nobody,
}

impl Caller {
    /// Who reads.
    pub(super) fn actor(&self) -> Actor {
        match self {
            Self::Person(principal) => principal.actor.clone(),
            Self::Public(link) => link.actor.clone(),
            Self::Nobody => nobody(),
        }
    }

    /// At whose expense he asks, from this place.
    pub(super) fn asker(&self, place: Option<IpAddr>) -> Asker {
        match self {
            Self::Person(principal) => principal.user.id.into(),
            Self::Public(link) => Asker::Visitor { place, link: Some(link.id) },
            Self::Nobody => Asker::Visitor { place, link: None },
        }
    }

    /// Who changes something: a public token never does, whatever it was given elsewhere.
    pub(super) fn changer(&self) -> Actor {
        match self {
            Self::Person(principal) => principal.actor.clone(),
            Self::Public(_) | Self::Nobody => nobody(),
        }
    }
}

/// A link that nobody made: it holds nothing.
fn nobody() -> Actor {
    Actor::Link { link: LinkId::mint() }
}

/// Finds out who calls.
///
/// # Errors
/// `token_missing` without credentials; `token_auth_failed` for wrong ones; throttled; `forbidden` for a change that a
/// page from elsewhere makes with a password that the browser kept.
pub(super) async fn authenticate(cases: &UseCases, request: &HttpRequest) -> Result<Caller, Rejection> {
    match credential(request) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("basic") => {
            // An empty password is no credential.
            if let Some(given) = basic::read(rest).filter(|(_, password)| !password.is_empty()) {
                return basic::sign_in(cases, request, given).await.map(Caller::Person);
            }
        }
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() => {
            let (token, with_tickets) = (token.trim().to_owned(), cases.settings().are_tickets_on);
            let found = cases.run(move |vouchsafe| by_bearer(vouchsafe, &token, with_tickets)).await;
            if let Err(Rejection::Refused(_)) = found {
                cases.limits().guess(Asker::Visitor { place: cases.peer(request), link: None }, 1)?;
            }
            return found;
        }
        Some(_) | None => {}
    }
    let token = in_query(request).ok_or(ApiError::TokenMissing {})?;
    cases.run(move |vouchsafe| Ok(opened(vouchsafe, &token)?.map_or(Caller::Nobody, Caller::Public))).await
}

/// The scheme of the credentials, and what stands behind it.
fn credential(request: &HttpRequest) -> Option<(&str, &str)> {
    request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')
}

/// Whether a name came with the request, and a password or a token of that person's own.
pub(super) fn is_basic(request: &HttpRequest) -> bool {
    credential(request).is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
}

/// A token of a person's, a ticket, or a public token.
fn by_bearer(vouchsafe: &Vouchsafe, token: &str, with_tickets: bool) -> Result<Caller, Fault> {
    let failed = || Fault::from(ApiError::TokenAuthFailed {});
    let as_person = |found: Result<Principal, Fault>| match found {
        Ok(principal) => Ok(Some(Caller::Person(principal))),
        Err(Fault::Api(ApiError::TokenAuthFailed {})) => Ok(None),
        Err(Fault::Api(_)) => Err(failed()),
        Err(other) => Err(other),
    };
    if let Some(person) = as_person(vouchsafe.authenticate(token))? {
        return Ok(person);
    }
    if with_tickets && let Some(person) = as_person(vouchsafe.authenticate_ticket(token))? {
        return Ok(person);
    }
    opened(vouchsafe, token)?.map(Caller::Public).ok_or_else(failed)
}

/// What a public token opens; one that asks for a password opens nothing here.
fn opened(vouchsafe: &Vouchsafe, token: &str) -> Result<Option<OpenedLink>, Fault> {
    match vouchsafe.open_link(token, None) {
        Ok(link) => Ok(Some(link)),
        Err(Fault::Api(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

fn in_query(request: &HttpRequest) -> Option<String> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string()).ok()?.into_inner();
    pairs.into_iter().rev().find(|(key, _)| key == "token").map(|(_, token)| token).filter(|token| !token.is_empty())
}
