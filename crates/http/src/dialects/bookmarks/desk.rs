//! What every route of this face stands on: who calls, what he says, and the envelope of answers.

use super::{
    caller::{Caller, authenticate, is_basic},
    input::Input,
    refusals::Refusal,
};
use crate::{error::Rejection, state::UseCases};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, dev::Payload, http::StatusCode};
use serde_json::{Map, Value, json};
use std::{future::Future, net::IpAddr, pin::Pin};
use vouchsafe_flows::{Fault, Principal, Vouchsafe};
use vouchsafe_types::{Actor, error::ApiError};

/// A call of this face.
pub(super) struct Desk {
    cases: UseCases,
    caller: Caller,
    /// Where the request comes from.
    peer: Option<IpAddr>,
    /// What the request says.
    pub(super) input: Input,
    /// Stands in every answer to a person who came with his name, where the operator wants it.
    ticket: Option<String>,
}

impl FromRequest for Desk {
    type Error = Rejection;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Rejection>>>>;

    /// Who calls is settled before anything is looked at.
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let cases = UseCases::of(&request)?;
            let caller = authenticate(&cases, &request).await?;
            let peer = cases.peer(&request);
            cases.limits().read(caller.asker(peer), 1)?;
            let input = Input::read(&request, &mut payload).await?;
            let ticket = ticket(&cases, &caller, &request).await?;
            Ok(Self { cases, caller, peer, input, ticket })
        })
    }
}

/// A ticket stands for the person himself, so only he gets one, and only for his name with a password or a token of his
/// own: one that was had for a ticket would never end.
async fn ticket(cases: &UseCases, caller: &Caller, request: &HttpRequest) -> Result<Option<String>, Rejection> {
    match caller {
        Caller::Person(Principal { actor: Actor::User(user), .. })
            if cases.settings().are_tickets_on && is_basic(request) =>
        {
            let user = *user;
            cases.run(move |vouchsafe| vouchsafe.ticket(user)).await.map(Some)
        }
        Caller::Person(_) | Caller::Public(_) | Caller::Nobody => Ok(None),
    }
}

impl Desk {
    /// Whether a person calls, or something that acts for one.
    pub(super) const fn is_person(&self) -> bool {
        matches!(self.caller, Caller::Person(_))
    }

    /// The username of the person who calls; empty without one.
    pub(super) fn username(&self) -> String {
        match &self.caller {
            Caller::Person(principal) => principal.user.username.to_string(),
            Caller::Public(_) | Caller::Nobody => String::new(),
        }
    }

    /// Looks something up. Gives what it is, or why not; our own troubles end the request.
    pub(super) async fn see<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe, &Actor) -> Result<T, Fault> + Send + 'static,
    ) -> Result<Result<T, ApiError>, Rejection> {
        self.ask(self.caller.actor(), case).await
    }

    /// Looks a list up: it takes turns, and counts as a heavy question.
    pub(super) async fn see_list<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe, &Actor) -> Result<T, Fault> + Send + 'static,
    ) -> Result<Result<T, ApiError>, Rejection> {
        let _turn = self.cases.limits().heavy(self.caller.asker(self.peer)).await?;
        self.see(case).await
    }

    /// Changes something, within the limits of how often.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe, &Actor) -> Result<T, Fault> + Send + 'static,
    ) -> Result<Result<T, ApiError>, Rejection> {
        let actor = self.caller.changer();
        if let Some(user) = actor.user() {
            self.cases.limits().grant(user)?;
        }
        self.ask(actor, case).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        actor: Actor,
        case: impl FnOnce(&Vouchsafe, &Actor) -> Result<T, Fault> + Send + 'static,
    ) -> Result<Result<T, ApiError>, Rejection> {
        match self.cases.run(move |vouchsafe| case(vouchsafe, &actor)).await {
            Ok(value) => Ok(Ok(value)),
            Err(Rejection::Refused(error)) => self.miss().map(|()| Err(error)),
            Err(other) => Err(other),
        }
    }

    /// Counts a refusal: folders and shares have numbers, and whoever goes through them is slowed down.
    fn miss(&self) -> Result<(), Rejection> {
        self.cases.limits().guess(self.caller.asker(self.peer), 1)
    }

    /// The answer to what has nothing more to say.
    pub(super) fn done(&self) -> HttpResponse {
        self.answer(StatusCode::OK, "success", None)
    }

    /// One thing.
    pub(super) fn item(&self, item: impl Into<Value>) -> HttpResponse {
        self.answer(StatusCode::OK, "success", Some(("item", item.into())))
    }

    /// A list.
    pub(super) fn data(&self, data: Vec<Value>) -> HttpResponse {
        self.answer(StatusCode::OK, "success", Some(("data", Value::Array(data))))
    }

    /// A refusal.
    pub(super) fn refuse(&self, refusal: Refusal) -> HttpResponse {
        self.answer(refusal.status, "error", Some(("data", refusal.data())))
    }

    fn answer(&self, status: StatusCode, word: &str, more: Option<(&str, Value)>) -> HttpResponse {
        let mut body = Map::new();
        body.insert("status".to_owned(), json!(word));
        if let Some((key, value)) = more {
            body.insert(key.to_owned(), value);
        }
        if let Some(ticket) = &self.ticket {
            body.insert("ticket".to_owned(), json!(ticket));
        }
        written(HttpResponse::build(status), &Value::Object(body))
    }
}

/// The type of every body.
pub(crate) const KIND: &str = "application/json; charset=utf-8";

/// A body in this face's form.
pub(super) fn written(mut answer: HttpResponseBuilder, body: &Value) -> HttpResponse {
    answer.content_type(KIND).body(body.to_string())
}
