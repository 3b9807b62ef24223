//! Who has what on files and folders: read, and set.

use super::{
    args::{Args, entry_number},
    desk::Desk,
    envelope, share_body, views,
};
use crate::error::Rejection;
use actix_web::{HttpResponse, http::StatusCode, web::Path};
use serde_json::json;
use vouchsafe_flows::{Merged, OfficeTarget, ShareChange, TargetKind};
use vouchsafe_types::error::ApiError;

/// `GET files/file/{id}/share`.
pub(super) async fn get_file(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    get(desk, &path, TargetKind::File).await
}

/// `GET files/folder/{id}/share`.
pub(super) async fn get_folder(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    get(desk, &path, TargetKind::Folder).await
}

/// `PUT files/file/{id}/share`.
pub(super) async fn put_file(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    put(desk, &path, TargetKind::File).await
}

/// `PUT files/folder/{id}/share`.
pub(super) async fn put_folder(desk: Desk, path: Path<String>) -> Result<HttpResponse, Rejection> {
    put(desk, &path, TargetKind::Folder).await
}

async fn get(mut desk: Desk, path: &str, kind: TargetKind) -> Result<HttpResponse, Rejection> {
    let args = desk.args()?;
    answer(&desk, &args, OfficeTarget { number: entry_number(path), kind }, ShareChange::default()).await
}

async fn put(mut desk: Desk, path: &str, kind: TargetKind) -> Result<HttpResponse, Rejection> {
    let args = desk.args()?;
    let change = change(&desk, &args, kind == TargetKind::File)?;
    answer(&desk, &args, OfficeTarget { number: entry_number(path), kind }, change).await
}

fn change(desk: &Desk, args: &Args, is_file: bool) -> Result<ShareChange, Rejection> {
    desk.cases.limits().grant(desk.person()?)?;
    // Where nothing is shared, it is a question, and nobody looks at the rest.
    if share_body::is_empty(args)? {
        return Ok(ShareChange::default());
    }
    let restrictions = if is_file { share_body::restrictions(args)? } else { None };
    Ok(ShareChange { restrictions, ..share_body::change(args)? })
}

async fn answer(
    desk: &Desk,
    args: &Args,
    target: OfficeTarget,
    change: ShareChange,
) -> Result<HttpResponse, Rejection> {
    let part = args.part()?;
    let _turn = desk.turn(1).await?;
    let lists = desk.run(move |vouchsafe, actor| vouchsafe.change_shares(actor, &[target], &change)).await?;
    let (me, origin) = (desk.person()?, desk.origin());
    let records = lists.iter().flat_map(|shares| views::records(shares, me, &origin));
    envelope::list(StatusCode::OK, records.collect(), part)
}

/// `POST files/share`: what several entries have in common.
pub(super) async fn get_many(mut desk: Desk) -> Result<HttpResponse, Rejection> {
    let args = desk.args()?;
    merged(&desk, &args, ShareChange::default(), StatusCode::CREATED).await
}

/// `PUT files/share`: the same settings for several entries, for all of them or none.
pub(super) async fn put_many(mut desk: Desk) -> Result<HttpResponse, Rejection> {
    let args = desk.args()?;
    let change = change(&desk, &args, false)?;
    merged(&desk, &args, change, StatusCode::OK).await
}

async fn merged(desk: &Desk, args: &Args, change: ShareChange, status: StatusCode) -> Result<HttpResponse, Rejection> {
    let (targets, part) = (targets(args)?, args.part()?);
    let _turn = desk.turn(targets.len()).await?;
    let lists = desk.run(move |vouchsafe, actor| vouchsafe.change_shares(actor, &targets, &change)).await?;
    let (me, origin) = (desk.person()?, desk.origin());
    let records = Merged::all(lists).into_iter().map(|record| views::merged(&record, me, &origin));
    envelope::list(status, records.collect(), part)
}

/// `DELETE files/share`: the caller gives up what others shared with him.
pub(super) async fn leave(mut desk: Desk) -> Result<HttpResponse, Rejection> {
    let targets = targets(&desk.args()?)?;
    desk.cases.limits().grant(desk.person()?)?;
    let _turn = desk.turn(targets.len()).await?;
    desk.run(move |vouchsafe, actor| vouchsafe.leave_all(actor, &targets)).await?;
    envelope::one(StatusCode::OK, json!(true))
}

fn targets(args: &Args) -> Result<Vec<OfficeTarget>, ApiError> {
    let of = |name, kind| -> Result<Vec<OfficeTarget>, ApiError> {
        Ok(args.numbers(name)?.into_iter().map(|number| OfficeTarget { number, kind }).collect())
    };
    let mut all = of("folderids", TargetKind::Folder)?;
    all.extend(of("fileids", TargetKind::File)?);
    Ok(all)
}
