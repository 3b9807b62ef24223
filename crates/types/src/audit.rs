//! Who did what to which grant, and when.

use crate::{Actor, EntryId, Grant, GrantId, GroupId, Holder, Permission, Resource, Restrictions, UserId};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// What was done.
///
/// ```
/// assert_eq!(vouchsafe_types::AuditAction::Revoke.name(), "revoke");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditAction {
    /// A grant was made.
    Grant,
    /// What a grant gives, until when, or in whose name, was changed.
    Change,
    /// A grant was taken away.
    Revoke,
    /// Somebody came into a group.
    Join,
    /// Somebody went out of a group.
    Leave,
    /// An invite was sent.
    Invite,
    /// An invite was taken up, or dropped.
    Claim,
    /// What the owner of a file keeps back from everybody else was changed.
    Restrict,
    /// An entry was moved into another directory, with everything below it.
    Move,
    /// An entry was deleted, with everything below it.
    Delete,
    /// An account was shut out, let in again or deleted, or its address counts as proven now, or not any more.
    Account,
}

impl AuditAction {
    /// The name in the audit.
    ///
    /// ```
    /// use vouchsafe_types::AuditAction;
    /// assert_eq!((AuditAction::Join.name(), AuditAction::Restrict.name()), ("join", "restrict"));
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Change => "change",
            Self::Revoke => "revoke",
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Invite => "invite",
            Self::Claim => "claim",
            Self::Restrict => "restrict",
            Self::Move => "move",
            Self::Delete => "delete",
            Self::Account => "account",
        }
    }
}

/// One line of append-only history. Both parties are kept by id for good, also when they are gone.
///
/// The states before and after are JSON with the keys `issuer`, `capabilities`, `exact` and `expires_at`: what of a
/// grant can change. Storage adds `extra`, what the issuer keeps with the grant, if there is any.
///
/// ```
/// use chrono::DateTime;
/// use vouchsafe_types::{Access, Actor, AuditAction, AuditEvent, EntryId, Grant, GrantId, Holder, Resource, UserId};
///
/// let (ann, bob, file) = (UserId::mint(), UserId::mint(), EntryId::mint());
/// let read = Grant {
///     id: GrantId::mint(),
///     issuer: ann,
///     holder: Holder::User(bob),
///     resource: Resource::Entry(file),
///     capabilities: Access::Read.capabilities(),
///     exact: false,
///     expires_at: None,
///     created_at: DateTime::UNIX_EPOCH,
///     origin: "v1".into(),
/// };
/// let write = Grant { capabilities: Access::Write.capabilities(), ..read.clone() };
///
/// let event = AuditEvent::of_change(&read, &write, &Actor::User(ann), DateTime::UNIX_EPOCH, "he asked for it");
/// assert_eq!((event.action, event.entry), (AuditAction::Change, Some(file)));
/// assert_eq!(event.permission, Some(format!("fs:{file}:write")));
/// assert_eq!(event.before.unwrap()["capabilities"], serde_json::json!(["see", "list", "read", "download"]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// What was done.
    pub action: AuditAction,
    /// By whom.
    pub actor: Actor,
    /// In which request.
    pub request_id: Option<String>,
    /// On which entry, if it was one.
    pub entry: Option<EntryId>,
    /// Which grant.
    pub grant: Option<GrantId>,
    /// In whose name the grant is given.
    pub issuer: Option<UserId>,
    /// Who has the grant.
    pub holder: Option<Holder>,
    /// What it gives, as text.
    pub permission: Option<String>,
    /// The state of the grant before, if there was one.
    pub before: Option<Value>,
    /// The state of the grant after, if it is still there.
    pub after: Option<Value>,
    /// Why, in the words of the caller or of the program.
    pub reason: String,
}

impl AuditEvent {
    /// The event of making or taking away `grant`: it has a state after, or one before.
    ///
    /// ```
    /// # use chrono::DateTime;
    /// # use vouchsafe_types::*;
    /// # let grant = Grant {
    /// #     id: GrantId::mint(),
    /// #     issuer: UserId::mint(),
    /// #     holder: Holder::Everyone,
    /// #     resource: Resource::Entry(EntryId::mint()),
    /// #     capabilities: Access::Read.capabilities(),
    /// #     exact: false,
    /// #     expires_at: None,
    /// #     created_at: DateTime::UNIX_EPOCH,
    /// #     origin: "v1".into(),
    /// # };
    /// let (actor, at) = (Actor::User(grant.issuer), DateTime::UNIX_EPOCH);
    /// let event = AuditEvent::of_grant(AuditAction::Revoke, &grant, &actor, at, "not needed any more");
    /// assert!(event.before.is_some() && event.after.is_none());
    /// ```
    #[must_use]
    pub fn of_grant(action: AuditAction, grant: &Grant, actor: &Actor, at: DateTime<Utc>, reason: &str) -> Self {
        let entry = match &grant.resource {
            Resource::Entry(entry) => Some(*entry),
            Resource::App(_) | Resource::Site(_) | Resource::Named(_) => None,
        };
        Self {
            entry,
            grant: Some(grant.id),
            issuer: Some(grant.issuer),
            holder: Some(grant.holder.clone()),
            permission: Some(Permission::describing(&grant.resource, grant.capabilities).to_string()),
            before: matches!(action, AuditAction::Revoke).then(|| state_of(grant)),
            after: matches!(action, AuditAction::Grant).then(|| state_of(grant)),
            ..Self::plain(action, actor, at, reason)
        }
    }

    /// The event of somebody coming into a group, or going out of it; the group stands in place of a permission.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use vouchsafe_types::{Actor, AuditAction, AuditEvent, GroupId, Holder, UserId};
    ///
    /// let (group, ann, bob) = (GroupId::mint(), UserId::mint(), UserId::mint());
    /// let event = AuditEvent::of_member(AuditAction::Join, group, bob, &ann.into(), DateTime::UNIX_EPOCH, "hired");
    /// assert_eq!((event.holder, event.permission), (Some(Holder::User(bob)), Some(format!("group:{group}"))));
    /// ```
    #[must_use]
    pub fn of_member(
        action: AuditAction,
        group: GroupId,
        member: UserId,
        actor: &Actor,
        at: DateTime<Utc>,
        reason: &str,
    ) -> Self {
        Self {
            holder: Some(Holder::User(member)),
            permission: Some(format!("group:{group}")),
            ..Self::plain(action, actor, at, reason)
        }
    }

    /// The event of a group's end: nobody is in it any more, and whoever is in a later one of the same id came anew.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use vouchsafe_types::{AuditAction, AuditEvent, GroupId, UserId};
    ///
    /// let (ann, group) = (UserId::mint(), GroupId::mint());
    /// let event = AuditEvent::of_group_end(group, &ann.into(), DateTime::UNIX_EPOCH, "group deleted");
    /// assert_eq!((event.action, event.holder), (AuditAction::Leave, None));
    /// ```
    #[must_use]
    pub fn of_group_end(group: GroupId, actor: &Actor, at: DateTime<Utc>, reason: &str) -> Self {
        Self { permission: Some(format!("group:{group}")), ..Self::plain(AuditAction::Leave, actor, at, reason) }
    }

    /// The event of keeping back something else on a file than before.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use vouchsafe_types::{AuditEvent, EntryId, Restrictions, UserId};
    ///
    /// let denied = Restrictions { denies_download: true, ..Restrictions::NONE };
    /// let (ann, file) = (UserId::mint(), EntryId::mint());
    /// let event =
    ///     AuditEvent::of_restrictions(file, (Restrictions::NONE, denied), &ann.into(), DateTime::UNIX_EPOCH, "asked");
    /// assert_eq!(event.after.unwrap()["denies_download"], true);
    /// ```
    #[must_use]
    pub fn of_restrictions(
        entry: EntryId,
        (before, after): (Restrictions, Restrictions),
        actor: &Actor,
        at: DateTime<Utc>,
        reason: &str,
    ) -> Self {
        let state = |what: Restrictions| {
            Some(json!({ "denies_download": what.denies_download, "denies_sharing": what.denies_sharing }))
        };
        Self {
            entry: Some(entry),
            before: state(before),
            after: state(after),
            ..Self::plain(AuditAction::Restrict, actor, at, reason)
        }
    }

    /// The event of an entry being moved out of one directory into another, or deleted where it lay.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use vouchsafe_types::{AuditAction, AuditEvent, EntryId, UserId};
    ///
    /// let (ann, [file, from, to]) = (UserId::mint(), [(); 3].map(|()| EntryId::mint()));
    /// let moved = AuditEvent::of_place(file, (from, Some(to)), &ann.into(), DateTime::UNIX_EPOCH, "moved");
    /// assert_eq!((moved.action, moved.before.unwrap()["parent"].clone()), (AuditAction::Move, from.to_string().into()));
    /// let deleted = AuditEvent::of_place(file, (from, None), &ann.into(), DateTime::UNIX_EPOCH, "deleted");
    /// assert_eq!((deleted.action, deleted.after), (AuditAction::Delete, None));
    /// ```
    #[must_use]
    pub fn of_place(
        entry: EntryId,
        (from, to): (EntryId, Option<EntryId>),
        actor: &Actor,
        at: DateTime<Utc>,
        reason: &str,
    ) -> Self {
        let state = |parent: EntryId| json!({ "parent": parent });
        let action = if to.is_some() { AuditAction::Move } else { AuditAction::Delete };
        Self {
            entry: Some(entry),
            before: Some(state(from)),
            after: to.map(state),
            ..Self::plain(action, actor, at, reason)
        }
    }

    /// The event of an account being shut out, let in or deleted, or of its address being proven or not. The states are
    /// whether it is suspended, and whether the address is confirmed.
    ///
    /// ```
    /// use chrono::DateTime;
    /// use vouchsafe_types::{AuditEvent, Holder, UserId};
    ///
    /// let bob = UserId::mint();
    /// let states = ((false, true), Some((true, true)));
    /// let event = AuditEvent::of_account(bob, states, &bob.into(), DateTime::UNIX_EPOCH, "left the company");
    /// assert_eq!((event.holder, event.after.unwrap()["suspended"].clone()), (Some(Holder::User(bob)), true.into()));
    /// ```
    #[must_use]
    pub fn of_account(
        user: UserId,
        (before, after): ((bool, bool), Option<(bool, bool)>),
        actor: &Actor,
        at: DateTime<Utc>,
        reason: &str,
    ) -> Self {
        let state =
            |(suspended, confirmed): (bool, bool)| json!({ "suspended": suspended, "email_confirmed": confirmed });
        Self {
            holder: Some(Holder::User(user)),
            before: Some(state(before)),
            after: after.map(state),
            ..Self::plain(AuditAction::Account, actor, at, reason)
        }
    }

    /// The event of changing `before` into `after`, which have the same id, resource and holder.
    ///
    /// ```
    /// # use chrono::DateTime;
    /// # use vouchsafe_types::*;
    /// # let before = Grant {
    /// #     id: GrantId::mint(),
    /// #     issuer: UserId::mint(),
    /// #     holder: Holder::Everyone,
    /// #     resource: Resource::Entry(EntryId::mint()),
    /// #     capabilities: Access::Read.capabilities(),
    /// #     exact: false,
    /// #     expires_at: None,
    /// #     created_at: DateTime::UNIX_EPOCH,
    /// #     origin: "v1".into(),
    /// # };
    /// let after = Grant { exact: true, ..before.clone() };
    /// let event = AuditEvent::of_change(&before, &after, &before.issuer.into(), DateTime::UNIX_EPOCH, "and no more");
    /// let is_exact = |state: Option<serde_json::Value>| state.unwrap()["exact"].clone();
    /// assert_eq!((is_exact(event.before), is_exact(event.after)), (false.into(), true.into()));
    /// ```
    #[must_use]
    pub fn of_change(before: &Grant, after: &Grant, actor: &Actor, at: DateTime<Utc>, reason: &str) -> Self {
        let (old, new) = (Some(state_of(before)), Some(state_of(after)));
        Self { before: old, after: new, ..Self::of_grant(AuditAction::Change, after, actor, at, reason) }
    }

    /// An event of which nothing is said yet but who did it.
    fn plain(action: AuditAction, actor: &Actor, at: DateTime<Utc>, reason: &str) -> Self {
        Self {
            at,
            action,
            actor: actor.clone(),
            request_id: None,
            entry: None,
            grant: None,
            issuer: None,
            holder: None,
            permission: None,
            before: None,
            after: None,
            reason: reason.to_owned(),
        }
    }
}

/// What of a grant can change.
fn state_of(grant: &Grant) -> Value {
    json!({
        "issuer": grant.issuer,
        "capabilities": grant.capabilities.names(),
        "exact": grant.exact,
        "expires_at": grant.expires_at,
    })
}
