//! Files and folders, with what has to do with sharing.

use super::{
    args::entry_number,
    desk::{Desk, Visit},
    envelope, views,
};
use crate::error::Rejection;
use actix_web::{HttpResponse, http::StatusCode, web::Path};
use vouchsafe_flows::{OfficeTarget, TargetKind, Vouchsafe};
use vouchsafe_types::error::ApiError;

/// `GET files/file/{id}`.
pub(super) async fn file(visit: Visit, path: Path<String>) -> Result<HttpResponse, Rejection> {
    card(visit, &path, TargetKind::File).await
}

/// `GET files/folder/{id}`.
pub(super) async fn folder(visit: Visit, path: Path<String>) -> Result<HttpResponse, Rejection> {
    card(visit, &path, TargetKind::Folder).await
}

/// What one sees of an entry, oneself and with the link that one comes with.
async fn card(visit: Visit, path: &str, kind: TargetKind) -> Result<HttpResponse, Rejection> {
    let _turn = visit.turn().await?;
    let target = OfficeTarget { number: entry_number(path), kind };
    let (actor, key) = (visit.actor.clone(), visit.key.clone().unwrap_or_default());
    let case = move |vouchsafe: &Vouchsafe| vouchsafe.entry_card_by_link(actor.as_ref(), target, &key);
    let card = visit.cases.run(case).await?;
    envelope::one(StatusCode::OK, views::card(&card, visit.viewer(), &visit.cases.settings().public_url))
}

/// `GET files/@my`: what lies in the caller's home.
pub(super) async fn mine(mut desk: Desk) -> Result<HttpResponse, Rejection> {
    let (start, count) = desk.args()?.part()?;
    let _turn = desk.turn(1).await?;
    let page = desk.run(move |vouchsafe, actor| vouchsafe.my_folder(actor, start, count)).await?;
    let current = views::card(&page.current, desk.person()?, &desk.origin());
    envelope::one(StatusCode::OK, views::folder(&page, current, desk.person()?, &desk.origin()))
}

/// `GET files/@share`: what others shared with the caller.
pub(super) async fn shared(mut desk: Desk) -> Result<HttpResponse, Rejection> {
    let (start, count) = desk.args()?.part()?;
    let _turn = desk.turn(1).await?;
    let page = desk.run(move |vouchsafe, actor| vouchsafe.shared_folder(actor, start, count)).await?;
    let current = views::shared_root(&page);
    envelope::one(StatusCode::OK, views::folder(&page, current, desk.person()?, &desk.origin()))
}

/// `GET files/@common`: there is no such section here.
pub(super) async fn common(_: Desk) -> Result<HttpResponse, Rejection> {
    Err(ApiError::Forbidden {}.into())
}
