//! Pages of a list: `limit` and `cursor` in the query, an opaque `cursor` in the answer.

pub(super) use crate::cursor::cursor;

use crate::error::Rejection;
use actix_web::{HttpRequest, web::Query};
use std::{collections::BTreeMap, fmt::Display, ops::RangeInclusive, str::FromStr};
use vouchsafe_types::error::ApiError;

/// How many items a page may have, and how many it has when nobody says.
const LIMITS: RangeInclusive<usize> = 1..=1_000;
const DEFAULT_LIMIT: usize = 100;

/// The query of a request, read so that an unknown name is refused: a filter that is misspelt must not be passed over.
pub(super) struct Params(BTreeMap<String, String>);

impl Params {
    /// The query of `request`, in which only these names, `limit`, `cursor` and `at_least` stand.
    ///
    /// # Errors
    /// `field_invalid` for another name, and for one that stands twice.
    pub(super) fn of(request: &HttpRequest, names: &[&str]) -> Result<Self, Rejection> {
        let unreadable = |_| ApiError::invalid("query", "names and values", None);
        let pairs = Query::<Vec<(String, String)>>::from_query(request.query_string()).map_err(unreadable)?;
        let mut all = BTreeMap::new();
        for (name, value) in pairs.into_inner() {
            let is_known = names.contains(&name.as_str()) || matches!(name.as_str(), "limit" | "cursor" | "at_least");
            if !is_known || all.contains_key(&name) || value.contains('\0') {
                return Err(ApiError::invalid(name, format!("once, one of {}", names.join(", ")), None).into());
            }
            all.insert(name, value);
        }
        Ok(Self(all))
    }

    /// The oldest state that a request wants to be answered from, if it says so.
    ///
    /// # Errors
    /// `field_invalid`.
    pub(super) fn at_least(request: &HttpRequest) -> Result<Option<i64>, Rejection> {
        let pairs = Query::<Vec<(String, String)>>::from_query(request.query_string());
        let found = pairs.ok().and_then(|pairs| pairs.into_inner().into_iter().find(|(name, _)| name == "at_least"));
        let Some((_, text)) = found else { return Ok(None) };
        let refused = || ApiError::invalid("at_least", "a revision", Some(text.clone()));
        Ok(Some(text.parse::<i64>().ok().filter(|revision| *revision >= 0).ok_or_else(refused)?))
    }

    /// The value under a name; an empty one is none.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|text| !text.is_empty()).cloned()
    }

    /// The value under a name, if there is one, as what it stands for.
    ///
    /// # Errors
    /// `field_invalid` naming it.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, Rejection> {
        let parsed = self.text(name).map(|text| text.parse::<T>());
        parsed.transpose().map_err(|error| ApiError::invalid(name, error.to_string(), None).into())
    }

    /// How many items the page shall have: 1 to 1000, by default 100.
    ///
    /// # Errors
    /// `field_invalid`.
    pub(super) fn limit(&self) -> Result<usize, Rejection> {
        self.limit_or(DEFAULT_LIMIT)
    }

    /// How many items the page shall have: 1 to 1000, or what is usual there.
    ///
    /// # Errors
    /// `field_invalid`.
    pub(super) fn limit_or(&self, usual: usize) -> Result<usize, Rejection> {
        let limit = self.text("limit").map_or(Ok(usual), |text| text.parse::<usize>());
        let limit = limit.ok().filter(|limit| LIMITS.contains(limit));
        limit.ok_or_else(|| ApiError::invalid("limit", "1 to 1000", self.text("limit")).into())
    }

    /// The same as a number of the database's.
    ///
    /// # Errors
    /// As [`Params::limit`].
    pub(super) fn rows(&self) -> Result<i64, Rejection> {
        Ok(i64::try_from(self.limit()?).unwrap_or(i64::MAX))
    }

    /// Where the page begins; `None` for the first one.
    ///
    /// # Errors
    /// `field_invalid` for a cursor that we did not give.
    pub(super) fn cursor<T: serde::de::DeserializeOwned>(&self) -> Result<Option<T>, Rejection> {
        let Some(text) = self.text("cursor") else { return Ok(None) };
        crate::cursor::place(&text)
            .map(Some)
            .ok_or_else(|| ApiError::invalid("cursor", "a cursor of this list", None).into())
    }
}
