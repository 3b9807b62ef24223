//! Sharing with more people, and what came of it, one line each.

use super::{
    super::{form::Form, words},
    page,
};
use crate::error::Rejection;
use actix_web::{HttpResponse, web::Path};
use serde_json::{Value, json};
use vouchsafe_types::{
    EntryId,
    share::{ShareReport, ShareRequest},
};

/// Shares, and shows the page again with the report.
pub(in super::super) async fn share(form: Form, uuid: Path<EntryId>) -> Result<HttpResponse, Rejection> {
    let (visit, uuid) = (&form.visit, *uuid);
    let principal = visit.person()?;
    visit.limits().share(principal.user.id)?;
    let recipients = names(&form.text("recipients"));
    // Before anything is done: nobody who has shared is told that he came too often to see it.
    let _turn = visit.turn().await?;
    let outcome = match request(&form, uuid, &recipients) {
        Ok(request) => visit.run(move |vouchsafe, actor| vouchsafe.share(actor, &request)).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(report) => page::show(visit, uuid, lines(&recipients, &report), None).await,
        Err(problem @ Rejection::Refused(_)) => {
            let chosen = |access: &str| form.text("access") == access;
            let typed = json!({
                "recipients": form.text("recipients"), "message": form.text("message"), "until": form.text("until"),
                "is_write": chosen("write"), "is_manage": chosen("manage"), "lines": null, "refused": null,
            });
            page::show(visit, uuid, typed, Some(&problem)).await
        }
        Err(other) => Err(other),
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
    let body = json!({
        "recipients": recipients,
        "shares": [{ "$": "fs-share", "path": uuid, "access": form.text("access") }],
        "metadata": { "message": form.text("message") },
    });
    let Value::Object(body) = body else { return Err(Rejection::Internal("an object is one".to_owned())) };
    let cap = form.visit.cases.settings().share_list_cap;
    Ok(ShareRequest::parse(&body, &principal.user.username, cap)?.until(form.until("until")?))
}

fn lines(recipients: &[String], report: &ShareReport) -> Value {
    let refused = report.items().iter().flatten().next().map(words::error_text);
    let lines: Vec<Value> = recipients
        .iter()
        .zip(report.recipients())
        .map(|(name, refused)| json!({ "name": name, "problem": refused.as_ref().map(words::error_text) }))
        .collect();
    json!({
        "recipients": "", "message": "", "until": "", "is_write": false, "is_manage": false, "lines": lines,
        "refused": refused,
    })
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
