//! A form that was sent: our own, from a page of ours.

use super::{guards::FORM, visit::Visit};
use crate::{error::Rejection, json};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use std::{future::Future, ops::RangeInclusive, pin::Pin};
use vouchsafe_types::error::ApiError;

/// The years of which days can be chosen: those that are written, and kept, with four digits, and the day after, too.
const YEARS: RangeInclusive<i32> = 1..=9998;

/// Where forms keep the proof that they are ours.
const TOKEN: &str = "form_token";

/// A form, and who sent it.
pub(super) struct Form {
    /// Who sent it.
    pub(super) visit: Visit,
    fields: Vec<(String, String)>,
}

impl Form {
    /// A field without the blanks around it; empty without one.
    pub(super) fn text(&self, name: &str) -> String {
        self.raw(name).trim().replace("\r\n", "\n")
    }

    /// A field as it was typed: a password may begin with a blank.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Whether a field that says one of two things says the first.
    ///
    /// # Errors
    /// `field_invalid` for anything else: nothing is taken for a no.
    pub(super) fn either(&self, name: &str, yes: &str, no: &str) -> Result<bool, Rejection> {
        match self.raw(name) {
            said if said == yes => Ok(true),
            said if said == no => Ok(false),
            other => Err(ApiError::invalid(name, format!("`{yes}` or `{no}`"), Some(other.to_owned())).into()),
        }
    }

    /// A day until whose end something lasts; `None` without one.
    ///
    /// # Errors
    /// `field_invalid` for what is no day.
    pub(super) fn until(&self, name: &str) -> Result<Option<DateTime<Utc>>, Rejection> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        let wrong = || ApiError::invalid(name, "a day such as 2027-01-31", None);
        let day: NaiveDate = text.parse().ok().ok_or_else(wrong)?;
        let next = day.succ_opt().filter(|_| YEARS.contains(&day.year())).ok_or_else(wrong)?;
        Ok(Some(next.and_time(NaiveTime::MIN).and_utc()))
    }
}

impl FromRequest for Form {
    type Error = Rejection;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Rejection>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let visit = Visit::from_request(&request, &mut Payload::None).await?;
            let bytes = json::read_bytes(&mut payload).await?;
            let kind = text(&request, header::CONTENT_TYPE.as_str()).unwrap_or_default();
            if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM)) {
                return Err(ApiError::UnsupportedMediaType { got: Some(kind.to_owned()) }.into());
            }
            let malformed = || ApiError::invalid("body", "the fields of a form", None);
            let body = std::str::from_utf8(&bytes).ok().ok_or_else(malformed)?;
            let fields = web::Query::<Vec<(String, String)>>::from_query(body).ok().ok_or_else(malformed)?.into_inner();
            if fields.iter().any(|(key, value)| key.contains('\0') || value.contains('\0')) {
                return Err(ApiError::invalid("body", "text without NUL characters", None).into());
            }
            let form = Self { visit, fields };
            let is_ours = !is_from_elsewhere(&request, &form.visit.cases.settings().public_url);
            if !is_ours || !form.visit.has_form(form.raw(TOKEN)) {
                return Err(ApiError::AntiCsrfIncorrect {}.into());
            }
            Ok(form)
        })
    }
}

fn text<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().unwrap_or_default())
}

/// Whether a browser says that another site's page sent this. The token decides; this is a second lock.
fn is_from_elsewhere(request: &HttpRequest, here: &str) -> bool {
    match (text(request, "sec-fetch-site"), text(request, header::ORIGIN.as_str())) {
        (Some(site), _) => site != "same-origin",
        // Our pages say nothing about where they are: browsers then send `null`.
        (None, Some(origin)) => origin != "null" && !origin.eq_ignore_ascii_case(here),
        (None, None) => false,
    }
}
