//! Sharing with more people, and what came of it, one line each.

use super::{
    super::{form::Form, render, visit::Visit, words},
    page::{self, Typed},
};
use crate::{error::Rejection, idempotency};
use actix_web::{HttpResponse, web::Path};
use serde_json::{Value, json};
use std::sync::Arc;
use vouchsafe_flows::{Claim, Known, StoredAnswer, Vouchsafe};
use vouchsafe_types::{
    Access, EntryId,
    error::ApiError,
    share::{ShareAccess, ShareReport, ShareRequest},
};

/// Shares, and leads back to the page, with the report. A form that is sent twice, as by a double click, shares once.
pub(in super::super) async fn share(mut form: Form, uuid: Path<EntryId>) -> Result<HttpResponse, Rejection> {
    let uuid = *uuid;
    form.visit.limits().share(form.visit.person()?.user.id)?;
    let recipients = names(&form.text("recipients"));
    // Before anything is done: nobody who has shared is told that he came too often to see it.
    let _turn = form.visit.turn().await?;
    let key = key(&form);
    let (mut told, mut claim) = named(&form.visit, uuid, &key)?;
    match idempotency::known(&form.visit.cases, &claim).await? {
        Known::New => {}
        // What was done for nobody may be tried again.
        Known::Answered(kept) if what_came(&kept).get("is_done") == Some(&Value::Bool(false)) => {
            (told, claim) = named(&form.visit, uuid, &form.visit.cases.vouchsafe().form_seed())?;
        }
        Known::Answered(_) | Known::Unanswered | Known::Other => return Ok(told),
    }
    form.visit.cases = form.visit.cases.once(Arc::clone(&claim));
    let visit = &form.visit;
    let outcome = match request(&form, uuid, &recipients) {
        Ok(request) => visit.run(move |vouchsafe, actor| vouchsafe.share(actor, &request)).await,
        Err(problem) => Err(problem),
    };
    match outcome.and_then(shared) {
        Ok(report) => {
            let is_done = report.recipients().iter().any(Option::is_none);
            let at = visit.cases.vouchsafe().now();
            let came = json!({ "at": at, "is_done": is_done, "lines": lines(&recipients, &report) });
            match keep(visit, claim, &came).await? {
                true => Ok(told),
                false => page::show(visit, uuid, Typed { shared: form_with(&came), ..Typed::default() }, None).await,
            }
        }
        Err(Rejection::Repeated) => Ok(told),
        Err(problem @ Rejection::Refused(_)) => {
            let shared = json!({
                "recipients": form.text("recipients"), "message": form.text("message"), "until": form.text("until"),
                "access": form.text("access"), "lines": null,
            });
            page::show(visit, uuid, Typed { shared, ..Typed::default() }, Some(&problem)).await
        }
        Err(other) => Err(other),
    }
}

/// The way to what came of a share of this name, and under what it is kept.
fn named(visit: &Visit, uuid: EntryId, key: &str) -> Result<(HttpResponse, Arc<Claim>), Rejection> {
    Ok((render::see_other(&format!("/entry/{uuid}?told={key}")), Arc::new(claim(visit, uuid, key)?)))
}

/// What this share is called: by the form that was shown, and by what was typed into it.
fn key(form: &Form) -> String {
    let vouchsafe = form.visit.cases.vouchsafe();
    match form.raw("once") {
        "" => vouchsafe.form_seed(),
        once => vouchsafe.form_name(once, &["recipients", "access", "message", "until"].map(|name| form.raw(name))),
    }
}

/// Whether what came of it is kept, for the browser to be sent on to: whoever loads that page again shares nothing
/// again. What is not is shown at once: it is told in any case.
async fn keep(visit: &Visit, claim: Arc<Claim>, came: &Value) -> Result<bool, Rejection> {
    let body = came.to_string().into_bytes();
    let kib = u32::try_from(body.len() / 1024).unwrap_or(u32::MAX).saturating_add(1);
    if visit.limits().keep(visit.person()?.user.id, kib).is_err() {
        return Ok(false);
    }
    let kept = StoredAnswer { status: 200, content_type: "application/json".to_owned(), etag: None, body };
    let outcome = visit.cases.run(move |vouchsafe| vouchsafe.keep_answer(&claim, &kept)).await;
    Ok(outcome.inspect_err(|error| log::warn!("what came of a share could not be kept: {error}")).is_ok())
}

/// What came of a share, as the address of the page names it; nothing for what is another's, or older than a day.
pub(super) async fn told(visit: &Visit, uuid: EntryId) -> Result<Value, Rejection> {
    let key = visit.param("told");
    if key.is_empty() {
        return Ok(Value::Null);
    }
    let claim = Arc::new(claim(visit, uuid, key)?);
    let known = match idempotency::known(&visit.cases, &claim).await? {
        // The one that came first is at it.
        Known::Unanswered => idempotency::known_at_last(&visit.cases, &claim).await?,
        known => known,
    };
    Ok(match known {
        Known::Answered(kept) => form_with(&what_came(&kept)),
        Known::New | Known::Other | Known::Unanswered => Value::Null,
    })
}

/// What came of a share, as it was kept.
fn what_came(kept: &StoredAnswer) -> Value {
    serde_json::from_slice(&kept.body).unwrap_or_default()
}

/// Under what the report of a share is kept: for this session, and about this entry.
fn claim(visit: &Visit, uuid: EntryId, key: &str) -> Result<Claim, Rejection> {
    let (token, _) = visit.session.as_ref().ok_or(ApiError::TokenMissing {})?;
    Ok(Claim::new(token, key, &[b"what came of a share", uuid.to_string().as_bytes()]))
}

/// What people choose from in the form: what they may give. Chosen is what was typed, or the first.
pub(super) fn choices(look: &page::Look, shared: &Value) -> Vec<Value> {
    let mut chosen = shared.get("access").and_then(Value::as_str).unwrap_or_default();
    let offered = Vouchsafe::accesses_to_give(look.entry.entry.uuid, look.has);
    let offered: Vec<_> = offered.into_iter().map(choice).collect();
    if !offered.iter().any(|(name, _)| *name == chosen) {
        chosen = offered.first().map_or("", |(name, _)| *name);
    }
    let choice = |(name, access): &(&str, Access)| json!({ "value": name, "can": words::can(access.capabilities()), "is_chosen": *name == chosen });
    offered.iter().map(choice).collect()
}

const fn choice(access: ShareAccess) -> (&'static str, Access) {
    match access {
        ShareAccess::Read => ("read", Access::Read),
        ShareAccess::Write => ("write", Access::Write),
        ShareAccess::Manage => ("manage", Access::Manage),
    }
}

/// What came of it, if anything was shared: where the entry was refused, nothing was done for anybody.
fn shared(report: ShareReport) -> Result<ShareReport, Rejection> {
    match report.items().iter().flatten().next() {
        Some(refused) => Err(refused.clone().into()),
        None => Ok(report),
    }
}

/// The names and addresses in a text: parted by commas, semicolons, blanks or lines.
fn names(text: &str) -> Vec<String> {
    let parts = text.split([',', ';', '\n', ' ', '\t']).map(str::trim).filter(|part| !part.is_empty());
    let mut all: Vec<String> = Vec::new();
    for part in parts {
        if !all.iter().any(|known| known == part) {
            all.push(part.to_owned());
        }
    }
    all
}

fn request(form: &Form, uuid: EntryId, recipients: &[String]) -> Result<ShareRequest, Rejection> {
    let principal = form.visit.person()?;
    principal.may_share()?;
    let access = form.text("access");
    if !["read", "write", "manage"].contains(&access.as_str()) {
        return Err(ApiError::invalid("access", "one of the choices", Some(access)).into());
    }
    let body = json!({
        "recipients": recipients,
        "shares": [{ "$": "fs-share", "path": uuid, "access": access }],
        "metadata": { "message": form.text("message") },
    });
    let Value::Object(body) = body else { return Err(Rejection::Internal("an object is one".to_owned())) };
    let cap = form.visit.cases.settings().share_list_cap;
    Ok(ShareRequest::parse(&body, &principal.user.username, cap)?.until(form.until("until")?))
}

fn lines(recipients: &[String], report: &ShareReport) -> Value {
    let line = |(name, refused): (&String, &Option<ApiError>)| json!({ "name": name, "problem": refused.as_ref().map(words::error_text) });
    recipients.iter().zip(report.recipients()).map(line).collect()
}

/// The form, empty again, below what came of it, and when: it may be an earlier one.
fn form_with(came: &Value) -> Value {
    let at = came.get("at").and_then(Value::as_str).and_then(|at| at.parse().ok()).map(words::moment);
    json!({ "recipients": "", "message": "", "until": "", "access": "", "lines": came.get("lines"), "at": at })
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn recipients_are_read_however_they_are_parted() {
        assert_eq!(names("bob, carol;dan\nbob  eve@x.org,"), ["bob", "carol", "dan", "eve@x.org"]);
        assert!(names(" ,;\n").is_empty());
    }
}
