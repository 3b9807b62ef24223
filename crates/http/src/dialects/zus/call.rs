//! A call of the Züs face: who calls, and with what.

use super::{headers, params::Params};
use crate::{error::Rejection, json, state::UseCases};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::Method, web::Bytes};
use std::{future::Future, pin::Pin};
use vouchsafe_flows::{Caller, Fault, Vouchsafe};

/// A call by somebody known.
pub(super) struct Call {
    /// Who calls.
    pub(super) caller: Caller,
    /// The use cases.
    pub(super) cases: UseCases,
    /// Of the query, or of the body where there is one. Who calls is settled before it is looked at.
    params: Result<Params, Rejection>,
}

impl Call {
    /// The parameters, or what is wrong with the body.
    pub(super) fn params(&mut self) -> Result<Params, Rejection> {
        std::mem::replace(&mut self.params, Ok(Params::default()))
    }

    /// Runs a use case for the caller.
    ///
    /// # Errors
    /// What the use case refuses.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        case: impl FnOnce(&Vouchsafe, &Caller) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Rejection> {
        let caller = self.caller.clone();
        self.cases.run(move |vouchsafe| case(vouchsafe, &caller)).await
    }

    /// Whether answers have the shapes of the native clients.
    pub(super) fn is_native(&self) -> bool {
        self.cases.settings().zus.is_native
    }
}

impl FromRequest for Call {
    type Error = Rejection;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Rejection>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let cases = UseCases::of(&request)?;
            let body = json::read_bytes(&mut payload).await;
            let caller = caller(&request, &cases, body.as_ref().ok()).await?;
            cases.limits().read(caller.user.id, 1)?;
            let params = match (request.method(), body) {
                (&Method::POST | &Method::PUT, Ok(body)) => Params::of_body(&request, body).await,
                (&Method::POST | &Method::PUT, Err(unreadable)) => Err(unreadable),
                _ => Ok(Params::of_query(request.query_string())),
            };
            Ok(Self { caller, cases, params })
        })
    }
}

/// Who calls, by a token or else by the signature.
async fn caller(request: &HttpRequest, cases: &UseCases, body: Option<&Bytes>) -> Result<Caller, Rejection> {
    if let Some(token) = headers::bearer(request)? {
        let client_id = headers::given(request, "x-app-client-id")?.map(str::to_owned);
        let (token, app_type) = (token.to_owned(), headers::app_type(request)?);
        return cases.run(move |vouchsafe| vouchsafe.caller_by_token(&token, client_id.as_deref(), app_type)).await;
    }
    let identity = headers::identity(request)?;
    let proof = match cases.settings().zus.is_replay_refused {
        true => Some(headers::proof(request, body.map_or(&[], |body| body))?),
        false => None,
    };
    cases
        .run(move |vouchsafe| {
            let (caller, key) = vouchsafe.caller_by_signature(&identity)?;
            if let Some(proof) = &proof {
                vouchsafe.take_once(&caller, &key, proof)?;
            }
            Ok(caller)
        })
        .await
}
