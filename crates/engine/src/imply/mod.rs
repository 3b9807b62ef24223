//! Permissions that nobody granted. One rule per file.

mod app_data;
mod in_site;
mod own_app;
mod own_name;
mod owner;
mod rule;

pub use app_data::AppDataRule;
pub use in_site::InSiteRule;
pub use own_app::OwnAppRule;
pub use own_name::OwnNameRule;
pub use owner::OwnerRule;
pub use rule::{ImplyRule, standard};
