//! The calls by what they do: from the verb follows whether a call may be sent again.

use super::{Call, answer::Answer};
use crate::{Client, Error};
use reqwest::Method;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::ops::Deref;

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

/// An answer that says nothing but that it went well.
#[derive(Deserialize)]
struct Done {}

/// The parts of a query.
pub(crate) type Query<'a> = &'a [(&'static str, String)];

impl Client {
    /// Reads. May be sent again.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &[&str], query: Query<'_>) -> Result<T, Error> {
        self.send(Method::GET, path, query, None, true).await?.decode()
    }

    /// Makes or changes a thing whose name the caller chose. May be sent again.
    pub(crate) async fn put<T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &impl Serialize,
    ) -> Result<Saved<T>, Error> {
        saved(self.send(Method::PUT, path, &[], Some(encode(body)?), true).await?)
    }

    /// Deletes. May be sent again: see [`Refusal::earlier_outcome_unknown`](crate::Refusal).
    pub(crate) async fn delete(&self, path: &[&str]) -> Result<(), Error> {
        self.remove(path, &[]).await.map(|Done {}| ())
    }

    /// Deletes, and tells what was deleted. May be sent again, like [`Self::delete`].
    pub(crate) async fn remove<T: DeserializeOwned>(&self, path: &[&str], query: Query<'_>) -> Result<T, Error> {
        self.send(Method::DELETE, path, query, None, true).await?.decode()
    }

    /// Asks a question that is too long for a URL. Writes nothing, so that it may be sent again.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, path: &[&str], body: &impl Serialize) -> Result<T, Error> {
        self.send(Method::POST, path, &[], Some(encode(body)?), true).await?.decode()
    }

    /// Does what must not happen twice. Sent once.
    pub(crate) async fn do_once<T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &impl Serialize,
    ) -> Result<Saved<T>, Error> {
        saved(self.send(Method::POST, path, &[], Some(encode(body)?), false).await?)
    }

    async fn send(
        &self,
        method: Method,
        path: &[&str],
        query: Query<'_>,
        body: Option<Vec<u8>>,
        is_repeatable: bool,
    ) -> Result<Answer, Error> {
        let url = self.transport().base_url.at(path, query)?;
        self.transport().exchange(&Call { method, url, body, is_repeatable }).await
    }
}

fn encode(body: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(body).map_err(Error::Encode)
}

fn saved<T: DeserializeOwned>(answer: Answer) -> Result<Saved<T>, Error> {
    let is_new = answer.is_new();
    Ok(Saved { value: answer.decode()?, is_new })
}
