//! One person gives others access: validate, resolve, plan, apply, tell, report.

mod asks;
mod by_username;
mod claim;
mod give;
mod invite;
mod items;
mod link;
mod look;
mod notices;
mod recipients;
mod share;
mod withdraw;

pub use asks::OpenAsk;
pub(crate) use asks::{close_elsewhere, open_elsewhere};
pub(crate) use claim::is_barred;
pub(crate) use items::{find_target, is_root};
pub use look::{LinkSeen, Offer, OfferedItem};
pub(crate) use notices::{all_told, entry_view, item_mail, item_notification, item_told, share_mail, to_account};
pub use withdraw::{InvitePage, InviteQuery};
pub(crate) use withdraw::{Struck, entries_offered, strike_as, strike_from_user, sweep_ended};
