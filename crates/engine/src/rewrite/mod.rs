//! Turns names into ids: the order of the rewrite rules, and the guard against loops.

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
