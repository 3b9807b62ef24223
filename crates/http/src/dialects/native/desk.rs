//! What every route of `/v1` stands on: the use cases, who calls, and the state that is answered from.

use super::page::Params;
use crate::{auth::ServiceOrUser, error::Rejection, state::UseCases, turns::Turn};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, dev::Payload};
use serde_json::{Value, json};
use std::{future::Future, pin::Pin};
use vouchsafe_flows::{Fault, Vouchsafe};
use vouchsafe_types::{Actor, error::ApiError};

/// A call of `/v1`.
pub(super) struct Desk {
    /// The use cases.
    pub(super) cases: UseCases,
    /// Who calls.
    pub(super) caller: ServiceOrUser,
    /// The oldest state that may be answered from, as the query names it.
    at_least: Option<i64>,
}

/// What a use case gave, and the state it is about.
pub(super) struct Told<T> {
    pub(super) value: T,
    pub(super) revision: i64,
}

impl Desk {
    /// The caller, whoever it is.
    pub(super) fn actor(&self) -> Actor {
        self.caller.actor().clone()
    }

    /// Counts a request by which a user changes what others may do, or finds out: as often as on the Puter face. The host
    /// application may go on as long as it likes.
    ///
    /// # Errors
    /// When it was too often.
    pub(super) fn spend(&self) -> Result<(), Rejection> {
        match &self.caller {
            ServiceOrUser::Service(_) => Ok(()),
            ServiceOrUser::User(me) => self.cases.limits().grant(me.user.id),
        }
    }

    /// A turn for what keeps the database busy, counted like the lists of the Puter face and the pages. The host application
    /// may go on as long as it likes.
    ///
    /// # Errors
    /// When it was too often, or too many of the user's wait already.
    pub(super) async fn turn(&self) -> Result<Option<Turn>, Rejection> {
        let ServiceOrUser::User(me) = &self.caller else { return Ok(None) };
        self.cases.limits().heavy(me.user.id).await.map(Some)
    }

    /// Looks something up. The revision is that of the state before, so that nothing is missed by who follows the changes
    /// from there.
    ///
    /// # Errors
    /// What the use case refuses; `conflict` when the state is older than the caller has seen.
    pub(super) async fn see<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe, &Actor) -> Result<T, Fault> + Send + 'static,
    ) -> Result<Told<T>, Rejection> {
        let (actor, at_least) = (self.actor(), self.at_least);
        let told = self.cases.run(move |vouchsafe| {
            let revision = vouchsafe.revision()?;
            if at_least.is_some_and(|least| revision < least) {
                return Err(ApiError::Conflict {}.into());
            }
            Ok(Told { value: case(vouchsafe, &actor)?, revision })
        });
        told.await
    }

    /// Does something. The revision counts it.
    ///
    /// # Errors
    /// What the use case refuses.
    pub(super) async fn act<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe, &Actor) -> Result<T, Fault> + Send + 'static,
    ) -> Result<Told<T>, Rejection> {
        let actor = self.actor();
        let told = self.cases.run(move |vouchsafe| {
            let value = case(vouchsafe, &actor)?;
            Ok(Told { value, revision: vouchsafe.revision()? })
        });
        told.await
    }
}

impl FromRequest for Desk {
    type Error = Rejection;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Rejection>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (cases, caller) = (UseCases::of(request), ServiceOrUser::from_request(request, payload));
        let at_least = Params::at_least(request);
        Box::pin(async move { Ok(Self { cases: cases?, caller: caller.await?, at_least: at_least? }) })
    }
}

impl<T> Told<T> {
    /// The answer, with the revision in it.
    pub(super) fn json(&self, view: impl FnOnce(&T) -> Value) -> HttpResponse {
        self.with(HttpResponse::Ok(), view)
    }

    /// The answer to a `PUT`: 201 for what is new, 200 for what was there.
    pub(super) fn saved(&self, is_new: bool, view: impl FnOnce(&T) -> Value) -> HttpResponse {
        self.with(if is_new { HttpResponse::Created() } else { HttpResponse::Ok() }, view)
    }

    /// The answer to what has nothing more to say.
    pub(super) fn done(&self) -> HttpResponse {
        self.json(|_| json!({}))
    }

    pub(super) fn with(&self, mut answer: HttpResponseBuilder, view: impl FnOnce(&T) -> Value) -> HttpResponse {
        let mut body = view(&self.value);
        if let Value::Object(object) = &mut body {
            object.insert("revision".to_owned(), json!(self.revision));
        }
        answer.json(body)
    }
}
