//! The Puter face: one file per route, its answers beside it in `golden/`.

mod access_tokens;
mod acl;
mod app_grants;
mod bad_input;
mod confirmed;
mod desk;
mod fields;
mod group_grants;
mod groups;
mod heavy;
mod identity;
mod implied;
mod invites;
mod item_by_username;
mod masked;
mod notifications;
mod permission_input;
mod permissions;
mod seeds;
mod sharelink;
mod user_grants;
