//! One person gives others access: validate, resolve, plan, apply, tell, report.

mod by_username;
mod claim;
mod give;
mod invite;
mod items;
mod link;
mod notices;
mod recipients;
mod share;

pub(crate) use items::find_target;
