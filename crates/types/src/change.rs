//! What can change.

/// What can change: the kinds of the change feed, and of webhooks.
///
/// ```
/// use vouchsafe_types::ChangeKind;
///
/// /// What may let somebody in who was out, or the other way round.
/// const fn is_about_access(kind: ChangeKind) -> bool {
///     use ChangeKind::{Grant, GrantChanged, Join, Leave, Revoke};
///     matches!(kind, Grant | GrantChanged | Revoke | Join | Leave)
/// }
/// assert!(is_about_access(ChangeKind::Join) && !is_about_access(ChangeKind::Site));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// A grant was made.
    Grant,
    /// What a grant gives, until when, or in whose name, was changed.
    GrantChanged,
    /// A grant was taken away, or fell.
    Revoke,
    /// Somebody came into a group.
    Join,
    /// Somebody went out of a group.
    Leave,
    /// An address was invited.
    Invite,
    /// An invite was taken up, or dropped.
    Claim,
    /// An account was made or changed; suspended and restored accounts are changed ones.
    User,
    /// An account was deleted, with everything that was its own.
    UserDeleted,
    /// A group was made or changed.
    Group,
    /// A group was deleted.
    GroupDeleted,
    /// An entry was made, or its content changed.
    Entry,
    /// An entry was moved, with everything below it.
    EntryMoved,
    /// An entry was deleted, with everything below it.
    EntryDeleted,
    /// An app was made or changed.
    App,
    /// An app was deleted.
    AppDeleted,
    /// A site was made or changed.
    Site,
    /// A site was deleted.
    SiteDeleted,
}

impl ChangeKind {
    /// The name in the feed.
    ///
    /// ```
    /// assert_eq!(vouchsafe_types::ChangeKind::Grant.name(), "grant");
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::GrantChanged => "grant_changed",
            Self::Revoke => "revoke",
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Invite => "invite",
            Self::Claim => "claim",
            Self::User => "user",
            Self::UserDeleted => "user_deleted",
            Self::Group => "group",
            Self::GroupDeleted => "group_deleted",
            Self::Entry => "entry",
            Self::EntryMoved => "entry_moved",
            Self::EntryDeleted => "entry_deleted",
            Self::App => "app",
            Self::AppDeleted => "app_deleted",
            Self::Site => "site",
            Self::SiteDeleted => "site_deleted",
        }
    }
}
