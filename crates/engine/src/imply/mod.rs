//! Permissions that nobody granted. One rule per file.
//!
//! | Rule | `id` in readings | Who | has what |
//! |---|---|---|---|
//! | [`OwnerRule`] | `is-owner` | the owner of a tree, app or site | everything |
//! | [`OwnNameRule`] | `user-set-own` | a person | `user:<uuid>:…`, `apps-of-user:<uuid>…`, `subdomains-of-user:<uuid>…` of his own |
//! | [`OwnAppRule`] | `own-app` | an app, as far as its person | opening itself |
//! | [`AppDataRule`] | `app-data` | an app, as far as its person | everything below `AppData/<uid>` of a home |
//! | [`InSiteRule`] | `in-site` | a page of a site, as far as the site's owner | reading what the site serves |
//!
//! [`ImplyRule`] shows how to write one's own.

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
