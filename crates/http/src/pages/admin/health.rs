//! How the server does.

use super::{super::visit::Visit, sheet};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::json;

/// Numbers, and what is wrong.
pub(in super::super) async fn page(visit: Visit) -> Result<HttpResponse, Rejection> {
    sheet::require_reader(&visit)?;
    let _turn = visit.turn().await?;
    let numbers = visit.run(|vouchsafe, actor| vouchsafe.admin_numbers(actor)).await?;
    let options = visit.cases.options();
    let content = json!({
        "is_well": numbers.missing_migrations.is_empty(),
        "missing": numbers.missing_migrations.join(", "),
        "users": numbers.users,
        "grants": numbers.grants,
        "waiting": numbers.waiting,
        "revision": numbers.revision,
        "bounded": numbers.bounded,
        "version": options.version,
        "commit": options.commit,
        "database": options.database,
    });
    sheet::sheet(&visit, "health", "Health", &content)
}
