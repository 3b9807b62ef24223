//! The use cases, deaf to HTTP: what a Rust service embeds and what the command line calls.

mod access;
mod accounts;
mod admin;
mod audit;
mod blocks;
mod catalogue;
mod changes;
mod check;
mod confirm;
mod decisions;
mod explain;
mod fault;
mod folder_shares;
mod folders;
mod forms;
mod grants;
mod health;
mod idempotency;
mod links;
mod notifications;
mod numbers;
mod office;
mod overview;
mod past;
mod reset;
mod sample;
mod secrets;
mod service_keys;
mod settings;
mod share_info;
mod share_requests;
mod sharing;
mod sweep;
#[cfg(test)]
mod testing;
mod tokens;
mod vouchsafe;
mod wallet;
mod what_if;

pub use access::{AccessItem, AccessList, AccessVia, SharedList};
pub use accounts::{Principal, SignUp, UserChange};
pub use admin::ServiceNumbers;
pub use audit::{AuditLine, AuditPage, AuditQuery};
pub use blocks::Blocks;
pub use catalogue::{
    AppChange, EntryChange, EntryKind, EntryWithPath, GroupChange, GroupEdit, GroupWithMembers, GroupsOfPerson,
    OwnedGroup, SiteChange,
};
pub use changes::Changes;
pub use check::{Check, Checked};
pub use decisions::Asked;
pub use explain::Explained;
pub use fault::Fault;
pub use folder_shares::{FolderShare, FolderShareWish, Participant};
pub use folders::{FolderChange, FolderItem, FolderRef, LinkedRoot};
pub use grants::{
    AclMode, AppName, ByName, Gives, GrantPage, GrantQuery, GrantTerms, GrantView, GrantWish, Granted, HolderName,
    IfMatch, Mode, OwnGrant, OwnGrants, Revoked, SetAcl, WhyNot,
};
pub use idempotency::Claim;
pub use links::{LinkChange, LinkView, LinkWish, OpenedLink};
pub use office::{
    EntryCard, EntryShares, FolderPage, LinkKey, LinkOptions, LinkRecord, Merged, OfficeTarget, Opener, ProvenLink,
    SetShare, Setting, ShareChange, ShareRecord, Sharee, SubjectId, TargetKind,
};
pub use overview::{OverviewPage, Received, ReceivedApp, Sent};
pub use service_keys::is_service_key;
pub use settings::{Settings, ZusSettings};
pub use share_info::{NamedShares, Page, ShareInfoQuery, SharePost, SharedInfo, Side};
pub use share_requests::{Answer, Ask, RequestQuery};
pub use sharing::{InvitePage, InviteQuery, LinkSeen, Offer, OfferedItem, OpenAsk};
pub use tokens::TokenWish;
pub use vouchsafe::Vouchsafe;
pub use vouchsafe_engine::access::{AccessCursor, Progress};
pub use vouchsafe_store::{
    AccessRequest, ActsAs, App, Change as Changed, Entry, Group, Invite, Known, MessageFilter, MessageState, NewEntry,
    Notification, NotificationFilter, NotificationOrder, RequestStatus, ServiceKey, ShareInfo, ShareKind, Site, Store,
    StoreError, StoredAnswer, StoredKey, User,
};
pub use wallet::{AppType, Caller, ClientKey, Identity, RequestProof};
pub use what_if::{Change, Difference, Foretold, Outcome};
