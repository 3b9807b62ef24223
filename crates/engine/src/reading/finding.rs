use super::Missing;
use vouchsafe_types::{Capabilities, GrantId, GroupId, Holder, Permission, Resource, UserId};

/// One finding of a reading.
///
/// ```
/// use vouchsafe_engine::Finding;
/// use vouchsafe_types::UserId;
///
/// let owns = Finding::Implied {
///     permission: "fs:/ann:read".parse()?,
///     by: "is-owner",
///     holder: Some(UserId::mint()),
/// };
/// assert!(owns.is_terminal(), "the end of a pathway");
/// # Ok::<(), vouchsafe_types::PermissionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A name that stands for something else.
    Rewrite {
        /// As asked.
        from: Permission,
        /// What it stands for.
        to: Permission,
    },
    /// The permissions of which any one answers the question, the asked one first.
    Explode {
        /// As asked.
        from: Permission,
        /// What answers it.
        to: Vec<String>,
    },
    /// The end of a pathway: nobody had to grant this.
    Implied {
        /// What was asked, and is implied.
        permission: Permission,
        /// The rule that says so.
        by: &'static str,
        /// Who has it; nobody for what no person stands behind.
        holder: Option<UserId>,
    },
    /// A grant, and what stands behind it.
    Path(Path),
    /// What would have to be done first.
    Missing(Missing),
}

/// A grant on the way from the actor to an owner.
///
/// ```
/// use vouchsafe_engine::{reading::{Path, Via}, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let grant = world.row(ann, bob, "fs:/ann:read").clone();
/// let told = world.explain(bob, "fs:/ann:read");
/// let Some(Finding::Path(Path { via, grant: id, issuer, reading, .. })) = told.reading.last() else {
///     panic!("a path")
/// };
/// assert_eq!((*via, *id, *issuer), (Via::User, grant.id, ann));
/// assert!(matches!(reading.as_slice(), [Finding::Implied { by: "is-owner", .. }]), "she owns it");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// How it reaches its holder.
    pub via: Via,
    /// The grant.
    pub grant: GrantId,
    /// On what it stands: the asked resource, or something above it.
    pub resource: Resource,
    /// What it grants.
    pub capabilities: Capabilities,
    /// Who has it; nobody for what no person stands behind.
    pub holder: Option<UserId>,
    /// Who gave it.
    pub issuer: UserId,
    /// Whether it leads to an owner now.
    pub has_terminal: bool,
    /// How its issuer has it, and may hand it on; empty where it leads nowhere, and in a reading that had to be cut.
    pub reading: Vec<Finding>,
}

impl Finding {
    /// Whether it leads to an owner now.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    ///
    /// let (mut world, [_, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
    /// world.row(bob, eve, "fs:/ann:read"); // bob has nothing there
    /// let told = world.explain(eve, "fs:/ann:read");
    /// assert!(!told.reading.iter().any(Finding::is_terminal));
    /// ```
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        match self {
            Self::Implied { .. } => true,
            Self::Path(path) => path.has_terminal,
            Self::Rewrite { .. } | Self::Explode { .. } | Self::Missing(_) => false,
        }
    }
}

/// How a grant reaches its holder.
///
/// ```
/// use vouchsafe_engine::reading::Via;
/// use vouchsafe_types::Holder;
///
/// let app = Holder::App { app: "editor".parse().unwrap(), user: None };
/// assert_eq!((Via::from(&app), Via::from(&Holder::Everyone)), (Via::DevApp, Via::Everyone));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// Given to the person.
    User,
    /// Given to a group the person is in.
    Group(GroupId),
    /// Given to everyone.
    Everyone,
    /// Given to an app for the person.
    UserApp,
    /// Given to an app for all of its users.
    DevApp,
    /// Given to the access token.
    AccessToken,
    /// Given to whoever presents a link.
    Link,
}

impl From<&Holder> for Via {
    fn from(holder: &Holder) -> Self {
        match holder {
            Holder::User(_) => Self::User,
            Holder::Group(group) => Self::Group(*group),
            Holder::Everyone => Self::Everyone,
            Holder::App { user: Some(_), .. } => Self::UserApp,
            Holder::App { user: None, .. } => Self::DevApp,
            Holder::Token(_) => Self::AccessToken,
            Holder::Link(_) => Self::Link,
        }
    }
}
