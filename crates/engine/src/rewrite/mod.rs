//! Turns names into ids: the order of the rewrite rules, and the guard against loops.
//!
//! | Rule | `id` | Turns | into |
//! |---|---|---|---|
//! | [`FsPath`] | `fs_path` | `fs:/<path>:…` | `fs:<uuid>:…` |
//! | [`AppName`] | `app_name` | `app:<name>:…` | `app:uid#<uid>:…` |
//! | [`SiteName`] | `site_name` | `site:<name>:…` | `site:uid#<uuid>:…` |
//! | [`AppDataPath`] | `app_data` | `app-root-dir:<uid>:…` | `fs:<uuid>:…` |
//!
//! The first rule that applies is applied, and then all are tried again, at most 8 times: more is a loop, and the name
//! stands for nothing. [`RewriteRule`] shows how to write one's own.

mod app_data;
mod app_name;
mod fs_path;
mod run;
mod site_name;

pub use app_data::AppDataPath;
pub use app_name::AppName;
pub use fs_path::FsPath;
pub(crate) use run::run;
pub use run::{RewriteRule, Rewritten, standard};
pub use site_name::SiteName;
