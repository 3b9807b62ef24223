//! What every route of `/v1` stands on: the use cases, who calls, and the state that is answered from.

use super::page::Params;
use crate::{auth::ServiceOrUser, error::Rejection, guess, state::UseCases, turns::Turn};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, dev::Payload};
use serde_json::{Value, json};
use std::{future::Future, pin::Pin};
use vouchsafe_flows::{Fault, User, Vouchsafe};
use vouchsafe_types::{Actor, EntryPath, error::ApiError, share::EntryTarget};

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

    /// The user who calls, himself or through what acts for him; none for the host application, which may go on as long
    /// as it likes.
    pub(super) const fn user(&self) -> Option<&User> {
        match &self.caller {
            ServiceOrUser::Service(_) => None,
            ServiceOrUser::User(me) => Some(&me.user),
        }
    }

    /// Counts a request by which a user changes what others may do, or finds out: as often as on the Puter face.
    ///
    /// # Errors
    /// When it was too often.
    pub(super) fn spend(&self) -> Result<(), Rejection> {
        self.user().map_or(Ok(()), |me| self.cases.limits().grant(me.id))
    }

    /// Counts a simple question of a user's.
    ///
    /// # Errors
    /// When it was too often.
    pub(super) fn question(&self) -> Result<(), Rejection> {
        self.user().map_or(Ok(()), |me| self.cases.limits().read(me.id, 1))
    }

    /// A turn of a user's for what keeps the database busy, counted like the lists of the Puter face and the pages.
    ///
    /// # Errors
    /// When it was too often, or too many of the user's wait already.
    pub(super) async fn turn(&self) -> Result<Option<Turn>, Rejection> {
        let Some(me) = self.user() else { return Ok(None) };
        self.cases.limits().heavy(me.id).await.map(Some)
    }

    /// Counts a permission whose fate would tell a user what a directory of somebody else's is called.
    ///
    /// # Errors
    /// When it was too often.
    pub(super) fn guess(&self, permission: &String) -> Result<(), Rejection> {
        self.user().map_or(Ok(()), |me| guess::count_permissions(&self.cases, me, [permission]))
    }

    /// The same for a path.
    ///
    /// # Errors
    /// When it was too often.
    pub(super) fn guess_path(&self, path: &EntryPath) -> Result<(), Rejection> {
        let target = EntryTarget::Path(path.clone());
        self.user().map_or(Ok(()), |me| guess::count_targets(&self.cases, me, [&target]))
    }

    /// Looks up what may be long, or takes long, when the caller's turn has come. The revision is that of the state
    /// before, so that nothing is missed by who follows the changes from there.
    ///
    /// # Errors
    /// What the use case refuses; `conflict` when the state is older than the caller has seen.
    pub(super) async fn see<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe, &Actor) -> Result<T, Fault> + Send + 'static,
    ) -> Result<Told<T>, Rejection> {
        let _turn = self.turn().await?;
        self.look(case).await
    }

    /// Looks one thing up, like [`Desk::see`]: a simple question.
    ///
    /// # Errors
    /// As [`Desk::see`].
    pub(super) async fn see_one<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe, &Actor) -> Result<T, Fault> + Send + 'static,
    ) -> Result<Told<T>, Rejection> {
        self.question()?;
        self.look(case).await
    }

    async fn look<T: Send + 'static>(
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

    /// Does something, which is counted like a simple question. The revision counts it, too.
    ///
    /// # Errors
    /// What the use case refuses; when it was too often.
    pub(super) async fn act<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe, &Actor) -> Result<T, Fault> + Send + 'static,
    ) -> Result<Told<T>, Rejection> {
        self.question()?;
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

#[cfg(test)]
mod tests;
