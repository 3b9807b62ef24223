//! People: the ids to share with.

use super::{desk::Desk, envelope, views};
use crate::error::Rejection;
use actix_web::{HttpResponse, http::StatusCode};

/// `GET people/@self`.
pub(super) async fn me(desk: Desk) -> Result<HttpResponse, Rejection> {
    let user = desk.run(|vouchsafe, actor| vouchsafe.me(actor)).await?;
    envelope::one(StatusCode::OK, views::user(&user, user.id, &desk.origin()))
}

/// `GET people`: accounts that are not suspended, by name.
pub(super) async fn list(mut desk: Desk) -> Result<HttpResponse, Rejection> {
    let (start, count) = desk.args()?.part()?;
    let _turn = desk.turn(1).await?;
    let (people, total) = desk.run(move |vouchsafe, actor| vouchsafe.people(actor, start, count)).await?;
    let (me, origin) = (desk.person()?, desk.origin());
    let part = people.iter().map(|user| views::user(user, me, &origin)).collect();
    envelope::part_of_list(StatusCode::OK, part, total, (start, count))
}
