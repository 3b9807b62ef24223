//! The calls by what they do: from the verb follows whether a call may be sent again.

use super::{Call, answer::Answer};
use crate::{Client, Error};
use reqwest::{Method, Url, header::HeaderValue};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{ops::Deref, time::Duration};

/// A thing as it is now, and whether the call has made it.
///
/// ```no_run
/// # use vouchsafe_client::{Client, Error, UserChange};
/// # async fn example(client: Client) -> Result<(), Error> {
/// let user = client.put_user("bob", &UserChange::default()).await?;
/// println!("{} {}", user.uuid, if user.is_new { "is new" } else { "was there" });
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved<T> {
    /// The thing.
    pub value: T,
    /// Whether it was not there before. After a retry it may be false though an earlier attempt has made it.
    pub is_new: bool,
}

impl<T> Deref for Saved<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A thing as it is now, with the tag by which a change can be tied to it.
///
/// ```no_run
/// # use vouchsafe_client::{Client, Error, GrantId, RevokeMode};
/// # async fn example(client: Client, id: GrantId) -> Result<(), Error> {
/// let seen = client.grant(id).await?;
/// if let Some(tag) = seen.tag.as_deref().filter(|_| seen.exact) {
///     client.revoke_if(id, RevokeMode::Cascade, tag).await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tagged<T> {
    /// The thing.
    pub value: T,
    /// What the server said in `ETag`: another one whenever the thing has changed. `None` when it was lost on the way.
    pub tag: Option<String>,
}

impl<T> Deref for Tagged<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// An answer that says nothing but that it went well.
#[derive(Deserialize)]
struct Done {}

/// The parts of a query.
pub(crate) type Query<'a> = &'a [(&'static str, String)];

impl Call {
    fn new(method: Method, url: Url) -> Self {
        Self { method, url, body: None, if_match: None, held_back: Duration::ZERO, is_repeatable: true }
    }

    fn with(self, body: &impl Serialize) -> Result<Self, Error> {
        Ok(Self { body: Some(serde_json::to_vec(body).map_err(Error::Encode)?), ..self })
    }

    /// The call, meant only for what has this tag.
    fn only_if(self, tag: Option<&str>) -> Result<Self, Error> {
        let tag = tag.map(HeaderValue::from_str).transpose();
        Ok(Self { if_match: tag.map_err(|_unusable| Error::Header("If-Match"))?, ..self })
    }
}

impl Client {
    /// Reads. May be sent again.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &[&str], query: Query<'_>) -> Result<T, Error> {
        self.send(self.call(Method::GET, path, query)?).await?.decode()
    }

    /// Reads, with the tag of what is read. May be sent again.
    pub(crate) async fn get_tagged<T: DeserializeOwned>(&self, path: &[&str]) -> Result<Tagged<T>, Error> {
        tagged(self.send(self.call(Method::GET, path, &[])?).await?)
    }

    /// Reads what the server may hold back for a while. May be sent again.
    pub(crate) async fn wait<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: Query<'_>,
        held_back: Duration,
    ) -> Result<T, Error> {
        self.send(Call { held_back, ..self.call(Method::GET, path, query)? }).await?.decode()
    }

    /// Makes or changes a thing whose name the caller chose. May be sent again.
    pub(crate) async fn put<T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &impl Serialize,
    ) -> Result<Saved<T>, Error> {
        saved(self.send(self.call(Method::PUT, path, &[])?.with(body)?).await?)
    }

    /// Changes a thing that is there, if it still has the tag that is given. May be sent again.
    pub(crate) async fn put_if<T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &impl Serialize,
        tag: Option<&str>,
    ) -> Result<Tagged<T>, Error> {
        tagged(self.send(self.call(Method::PUT, path, &[])?.with(body)?.only_if(tag)?).await?)
    }

    /// Deletes. May be sent again: see [`Refusal::earlier_outcome_unknown`](crate::Refusal).
    pub(crate) async fn delete(&self, path: &[&str]) -> Result<(), Error> {
        self.remove(path, &[], None).await.map(|Done {}| ())
    }

    /// Deletes, if it still has the tag that is given, and tells what was deleted. May be sent again, like
    /// [`Self::delete`].
    pub(crate) async fn remove<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: Query<'_>,
        tag: Option<&str>,
    ) -> Result<T, Error> {
        self.send(self.call(Method::DELETE, path, query)?.only_if(tag)?).await?.decode()
    }

    /// Asks a question that is too long for a URL. Writes nothing, so that it may be sent again.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, path: &[&str], body: &impl Serialize) -> Result<T, Error> {
        self.send(self.call(Method::POST, path, &[])?.with(body)?).await?.decode()
    }

    /// Does what must not happen twice. Sent once.
    pub(crate) async fn do_once<T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &impl Serialize,
    ) -> Result<Saved<T>, Error> {
        let call = self.call(Method::POST, path, &[])?.with(body)?;
        saved(self.send(Call { is_repeatable: false, ..call }).await?)
    }

    fn call(&self, method: Method, path: &[&str], query: Query<'_>) -> Result<Call, Error> {
        Ok(Call::new(method, self.transport().base_url.at(path, query)?))
    }

    async fn send(&self, call: Call) -> Result<Answer, Error> {
        self.transport().exchange(&call).await
    }
}

fn saved<T: DeserializeOwned>(answer: Answer) -> Result<Saved<T>, Error> {
    let is_new = answer.is_new();
    Ok(Saved { value: answer.decode()?, is_new })
}

fn tagged<T: DeserializeOwned>(answer: Answer) -> Result<Tagged<T>, Error> {
    let tag = answer.tag();
    Ok(Tagged { value: answer.decode()?, tag })
}
