//! The text form of "this, on that": `fs:<uuid>:read`, `app:uid#…:access`, `manage:fs:<uuid>`.
//!
//! Source: Puter's permission strings; components are separated by `:`, which inside a component is written `\C`.

mod describing;
mod text;

use crate::{
    AppUid, Resource,
    access::{Access, closure},
    capability::{Capabilities, Capability},
};

/// What a permission is about, before names have been turned into ids.
///
/// ```
/// use vouchsafe_types::{Permission, Resource, Target};
///
/// let about = |text: &str| text.parse::<Permission>().unwrap().target;
/// assert_eq!(about("fs:/ann/a.txt:read"), Target::EntryPath("/ann/a.txt".into()));
/// assert_eq!(about("app:editor:access"), Target::AppName("editor".into()));
/// assert_eq!(about("app:uid#app-1:access"), Target::Resource(Resource::App("app-1".parse().unwrap())));
/// // What is of no known family is a name:
/// assert!(matches!(about("feature:beta"), Target::Resource(Resource::Named(_))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A resource known by its id, or a plain name.
    Resource(Resource),
    /// A file or directory by path; a rewrite rule turns it into an id.
    EntryPath(String),
    /// An app by name.
    AppName(String),
    /// A site by name.
    SiteName(String),
    /// The directory that holds an app's own data in its owner's tree.
    AppData(AppUid),
}

/// What one wants to do with it.
///
/// ```
/// use vouchsafe_types::{Ask, Capability, Permission};
///
/// let ask = |text: &str| text.parse::<Permission>().unwrap().ask;
/// assert_eq!(ask("fs:/ann"), Ask::Whole);
/// assert_eq!(ask("fs:/ann:write"), Ask::One(Capability::Write));
/// assert_eq!(ask("fs:/ann:none"), Ask::Nothing);
/// assert_eq!(ask("site:blog:access"), Ask::One(Capability::Read), "`access` opens an app or a site");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ask {
    /// Everything, as in `fs:<uuid>`.
    Whole,
    /// One capability; on grants, the level of that name.
    One(Capability),
    /// Nothing, as in `fs:<uuid>:none`: only meaningful as an exact grant, a deny.
    Nothing,
}

/// A permission, parsed. Printing gives the text again, with its escapes.
///
/// ```
/// use vouchsafe_types::{Permission, PermissionError, Target};
///
/// let text = "manage:fs:5f4b2e0e-8a8e-4d0c-9a3e-2b8f0d6f4c11:read";
/// let permission: Permission = text.parse()?;
/// assert_eq!(permission.to_string(), text);
/// assert_eq!(permission.manage, 1);
///
/// // A colon in a name is written `\C`, a backslash `\\`.
/// let odd: Permission = r"fs:/ann/12\C30.txt:read".parse()?;
/// assert_eq!(odd.target, Target::EntryPath("/ann/12:30.txt".into()));
/// assert_eq!("fs::read".parse::<Permission>(), Err(PermissionError::EmptyComponent));
/// # Ok::<(), PermissionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Permission {
    /// What it is about.
    pub target: Target,
    /// What one wants to do with it.
    pub ask: Ask,
    /// How many times `manage:` stands in front: 1 is giving it to others, 2 is letting others give it.
    pub manage: u8,
}

/// Why a text is no permission.
///
/// ```
/// use vouchsafe_types::{Permission, PermissionError};
/// assert_eq!(r"fs:/ann\".parse::<Permission>(), Err(PermissionError::BadEscape));
/// assert_eq!("a:".repeat(64).parse::<Permission>(), Err(PermissionError::TooManyComponents));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PermissionError {
    /// A component is empty, or there is none.
    #[error("a component is empty")]
    EmptyComponent,
    /// A backslash ends a component.
    #[error("a `\\` is not followed by a character")]
    BadEscape,
    /// Longer than [`Permission::MAX_BYTES`].
    #[error("longer than 4096 bytes")]
    TooLong,
    /// More than [`Permission::MAX_COMPONENTS`] components.
    #[error("more than 64 components")]
    TooManyComponents,
    /// A control character.
    #[error("a control character")]
    ControlCharacter,
}

impl Permission {
    /// The longest text, in bytes, before rewriting.
    ///
    /// ```
    /// use vouchsafe_types::{Permission, PermissionError};
    /// let long = "a".repeat(Permission::MAX_BYTES + 1);
    /// assert_eq!(long.parse::<Permission>(), Err(PermissionError::TooLong));
    /// ```
    pub const MAX_BYTES: usize = 4096;
    /// The longest text that may be stored, in characters, after rewriting.
    ///
    /// ```
    /// use vouchsafe_types::Permission;
    /// // A path may be longer than what is stored: it is rewritten to the id of the entry first.
    /// let by_path: Permission = format!("fs:/ann/{}:read", "a".repeat(300)).parse()?;
    /// assert!(by_path.to_string().chars().count() > Permission::MAX_STORED_CHARS);
    /// # Ok::<(), vouchsafe_types::PermissionError>(())
    /// ```
    pub const MAX_STORED_CHARS: usize = 255;
    /// The most components.
    ///
    /// ```
    /// use vouchsafe_types::{Permission, PermissionError};
    /// let many = vec!["a"; Permission::MAX_COMPONENTS + 1].join(":");
    /// assert_eq!(many.parse::<Permission>(), Err(PermissionError::TooManyComponents));
    /// ```
    pub const MAX_COMPONENTS: usize = 64;

    /// `ask` on `resource`.
    ///
    /// ```
    /// use vouchsafe_types::{Ask, Capability, EntryId, Permission, Resource};
    /// let file = EntryId::mint();
    /// let permission = Permission::on(Resource::Entry(file), Ask::One(Capability::Comment));
    /// assert_eq!(permission.to_string(), format!("fs:{file}:comment"));
    /// ```
    #[must_use]
    pub const fn on(resource: Resource, ask: Ask) -> Self {
        Self { target: Target::Resource(resource), ask, manage: 0 }
    }

    /// The permission to give this one to others.
    ///
    /// ```
    /// use vouchsafe_types::Permission;
    /// let read: Permission = "fs:/ann:read".parse()?;
    /// assert_eq!(read.to_manage().to_string(), "manage:fs:/ann:read");
    /// # Ok::<(), vouchsafe_types::PermissionError>(())
    /// ```
    #[must_use]
    pub fn to_manage(&self) -> Self {
        Self { manage: self.manage.saturating_add(1), ..self.clone() }
    }

    /// The same about another resource: what a rewrite makes of it.
    ///
    /// ```
    /// use vouchsafe_types::{EntryId, Permission, Resource};
    /// let (home, by_path) = (EntryId::mint(), "manage:fs:/ann".parse::<Permission>()?);
    /// assert_eq!(by_path.about(Resource::Entry(home)).to_string(), format!("manage:fs:{home}"));
    /// # Ok::<(), vouchsafe_types::PermissionError>(())
    /// ```
    #[must_use]
    pub fn about(&self, resource: Resource) -> Self {
        Self { target: Target::Resource(resource), ..self.clone() }
    }

    /// Whether this is seeing, listing or reading the root of all trees, which is no entry of anybody's.
    ///
    /// ```
    /// use vouchsafe_types::Permission;
    /// let is_it = |text: &str| text.parse::<Permission>().unwrap().is_reading_of_root();
    /// assert!(is_it("fs:/:list") && !is_it("fs:/:write") && !is_it("fs:/ann:list"));
    /// ```
    #[must_use]
    pub fn is_reading_of_root(&self) -> bool {
        let is_reading = matches!(self.ask, Ask::One(Capability::See | Capability::List | Capability::Read));
        let is_root = matches!(&self.target, Target::EntryPath(path) if path.bytes().all(|byte| byte == b'/'));
        is_root && is_reading && self.manage == 0
    }

    /// What the holder must have for a check of this to succeed. Empty means that nobody passes.
    ///
    /// ```
    /// use vouchsafe_types::{Capabilities, Capability::{Delegate, Read, Share, Write}, Permission};
    ///
    /// let demanded = |text: &str| text.parse::<Permission>().unwrap().demanded();
    /// assert_eq!(demanded("fs:/ann:read"), Read.into());
    /// assert_eq!(demanded("fs:/ann"), Capabilities::ALL);
    /// assert_eq!(demanded("manage:fs:/ann:read"), Capabilities::of(&[Read, Share]));
    /// assert_eq!(demanded("manage:fs:/ann"), Capabilities::of(&[Write, Share]));
    /// assert_eq!(demanded("manage:manage:fs:/ann"), Capabilities::of(&[Write, Share, Delegate]));
    /// assert_eq!(demanded("fs:/ann:none"), Capabilities::NONE);
    /// ```
    #[must_use]
    pub fn demanded(&self) -> Capabilities {
        let plain = match (self.ask, self.manage) {
            (Ask::Nothing, _) => return Capabilities::NONE,
            (Ask::Whole, 0) => return Capabilities::ALL,
            (Ask::Whole, _) => Capabilities::from(Capability::Write),
            (Ask::One(capability), _) => Capabilities::from(capability),
        };
        with_manage(plain, self.manage)
    }

    /// What a grant of this consists of.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capability, Permission};
    ///
    /// let granted = |text: &str| text.parse::<Permission>().unwrap().granted();
    /// assert_eq!(granted("fs:/ann:read"), Access::Read.capabilities());
    /// assert_eq!(granted("manage:fs:/ann"), Access::Manage.capabilities());
    /// assert!(granted("fs:/ann:comment").has(Capability::Read), "what it stands on comes with it");
    /// ```
    #[must_use]
    pub fn granted(&self) -> Capabilities {
        granted(self.ask, self.manage)
    }
}

/// What a grant consists of, on whatever it is.
fn granted(ask: Ask, manage: u8) -> Capabilities {
    let plain = match (ask, manage) {
        (Ask::Nothing, _) => return Capabilities::NONE,
        (Ask::Whole, 0) => return Capabilities::ALL,
        (Ask::Whole, _) => Access::Write.capabilities(),
        (Ask::One(Capability::Read), _) => Access::Read.capabilities(),
        (Ask::One(capability), _) => closure(capability),
    };
    with_manage(plain, manage)
}

fn with_manage(plain: Capabilities, manage: u8) -> Capabilities {
    match manage {
        0 => plain,
        1 => plain | Capability::Share.into(),
        2 => plain | Capabilities::of(&[Capability::Share, Capability::Delegate]),
        _ => Capabilities::ALL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const U: &str = "5f4b2e0e-8a8e-4d0c-9a3e-2b8f0d6f4c11";

    fn parse(text: &str) -> Permission {
        text.parse().unwrap()
    }

    #[test]
    fn every_family_prints_as_it_was_written() {
        for text in [
            format!("fs:{U}:read"),
            format!("fs:{U}:none"),
            format!("fs:{U}"),
            format!("manage:fs:{U}"),
            format!("manage:manage:fs:{U}"),
            format!("fs:{U}:share"),
            "fs:/ann/a.txt:write".into(),
            "app:uid#app-1:access".into(),
            "app:editor:access".into(),
            format!("site:uid#{U}:access"),
            "site:blog:access".into(),
            "user:x:email:read".into(),
            "manage:feature:x".into(),
            "app-root-dir:app-1:read".into(),
            "manage".into(),
            r"fs:/ann/a\Cb\\c:read".into(),
        ] {
            assert_eq!(parse(&text).to_string(), text);
        }
    }

    #[test]
    fn a_colon_and_a_backslash_survive_in_a_path() {
        assert_eq!(parse(r"fs:/a\Cb\\C:read").target, Target::EntryPath(r"/a:b\C".into()));
    }

    #[test]
    fn manage_asks_for_share_and_what_is_managed() {
        use Capability::{Delegate, Read, Share, Write};
        assert_eq!(parse(&format!("manage:fs:{U}:read")).demanded(), Capabilities::of(&[Read, Share]));
        assert_eq!(parse(&format!("manage:fs:{U}")).demanded(), Capabilities::of(&[Write, Share]));
        assert_eq!(parse(&format!("manage:manage:fs:{U}")).demanded(), Capabilities::of(&[Write, Share, Delegate]));
        assert_eq!(parse(&format!("manage:fs:{U}")).granted(), Access::Manage.capabilities());
    }

    #[test]
    fn what_is_not_understood_is_a_name_that_nobody_owns() {
        for text in [
            format!("fs:{U}:fly"),
            format!("fs:{U}:manage"),
            format!("fs:{U}:read:x"),
            "fs:nope:read".into(),
            "app:uid#a b:access".into(),
        ] {
            assert!(matches!(parse(&text).target, Target::Resource(Resource::Named(_))), "{text}");
        }
    }

    #[test]
    fn malformed_texts_are_refused() {
        assert_eq!("".parse::<Permission>(), Err(PermissionError::EmptyComponent));
        assert_eq!("fs::read".parse::<Permission>(), Err(PermissionError::EmptyComponent));
        assert_eq!(r"fs:a\".parse::<Permission>(), Err(PermissionError::BadEscape));
        for text in ["a\0b", "a\\\0b", "fs:/ann/a\\\n:read", "a:b\\\u{7f}"] {
            assert_eq!(text.parse::<Permission>(), Err(PermissionError::ControlCharacter), "{text:?}");
        }
        assert_eq!("a:".repeat(1000).parse::<Permission>(), Err(PermissionError::TooManyComponents));
        assert_eq!("a".repeat(5000).parse::<Permission>(), Err(PermissionError::TooLong));
    }

    proptest! {
        #[test]
        fn parsing_and_printing_are_inverse(text in r"(manage:){0,3}(fs|app|site|[a-z]{1,3})(:([a-zA-Z/#\\:]|uid#a|read|access|none){1,6}){0,4}") {
            if let Ok(permission) = text.parse::<Permission>() {
                let printed = permission.to_string();
                prop_assert_eq!(printed.parse::<Permission>().unwrap(), permission);
            }
        }
    }
}
