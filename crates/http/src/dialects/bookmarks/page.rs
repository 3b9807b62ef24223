//! What somebody sees who opens a public token in a browser.

use crate::{asker::Asker, error::Rejection, state::UseCases};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header, web::Path};
use std::fmt::Write;
use vouchsafe_flows::{Fault, FolderItem, FolderRef, LinkedRoot};

/// The folder and what is in it, or that there is none.
pub(super) async fn page(cases: UseCases, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Rejection> {
    let (token, place) = (path.into_inner(), cases.peer(&request));
    cases.limits().read(Asker::Visitor { place, link: None }, 1)?;
    let opened = cases.run(move |vouchsafe| seen(vouchsafe.open_link(&token, None))).await?;
    let Some(link) = opened else { return Ok(nothing()) };
    let _turn = cases.limits().heavy(Asker::Visitor { place, link: Some(link.id) }).await?;
    let found = cases.run(move |vouchsafe| {
        let Some(root) = seen(vouchsafe.linked_root(&link.actor))? else { return Ok(None) };
        Ok(Some((root, vouchsafe.folder_contents(&link.actor, FolderRef::Root, None, false)?)))
    });
    Ok(match found.await? {
        Some((root, folders)) => shown(HttpResponse::Ok(), &root.title, &body_of(&root, &folders)),
        None => nothing(),
    })
}

/// What is refused is not there.
fn seen<T>(found: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Fault::Api(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

fn nothing() -> HttpResponse {
    shown(HttpResponse::NotFound(), "Not found", "<p>There is nothing here, or not any more.</p>")
}

/// The address is the key: it is given to nobody that the page leads to, and kept by nobody on the way.
fn shown(mut answer: HttpResponseBuilder, title: &str, body: &str) -> HttpResponse {
    let title = escaped(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\n<h1>{title}</h1>\n{body}\n</html>\n"
    );
    answer
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .content_type("text/html; charset=utf-8")
        .body(html)
}

fn body_of(root: &LinkedRoot, folders: &[FolderItem]) -> String {
    let mut body = format!("<p>Shared by {}</p>\n", escaped(&root.owner));
    list(&mut body, folders);
    body
}

fn list(body: &mut String, folders: &[FolderItem]) {
    if folders.is_empty() {
        return;
    }
    body.push_str("<ul>");
    for folder in folders {
        // Writing to a text does not fail.
        let _ = write!(body, "<li>{}", escaped(&folder.title));
        list(body, folder.children.as_deref().unwrap_or_default());
        body.push_str("</li>");
    }
    body.push_str("</ul>");
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
