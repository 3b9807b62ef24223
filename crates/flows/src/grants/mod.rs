//! Grants by name and by id: made, changed, revoked, listed.

mod acl;
mod apps;
mod authority;
mod by_name;
mod edit;
mod give;
mod leave;
mod list;
mod own_lists;
mod revoke;
mod room;
mod view;

pub use acl::{AclMode, SetAcl};
pub use apps::AppName;
pub(crate) use authority::{Meant, meant, require_time_to_come};
pub use by_name::ByName;
pub(crate) use edit::edit_in;
pub use edit::{Gives, GrantTerms, IfMatch};
pub use give::{GrantWish, Granted};
pub(crate) use give::{authorised_wish, give_in, is_forced, is_unwelcome};
pub(crate) use leave::{leave_in, leave_now, own_denies, plan_leaving};
pub use list::{GrantPage, GrantQuery};
pub use own_lists::{OwnGrant, OwnGrants};
pub use revoke::{Mode, Revoked};
pub(crate) use revoke::{holding, revocable_grant, revoke_in, shares, views};
pub(crate) use view::username;
pub use view::{GrantView, HolderName, WhyNot};
