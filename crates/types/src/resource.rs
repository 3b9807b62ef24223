//! What can be shared.

use crate::{AppUid, EntryId, SiteId};

/// A thing on which capabilities can be held.
///
/// ```
/// use vouchsafe_types::{AppUid, EntryId, Resource};
///
/// let (file, editor): (_, AppUid) = (EntryId::mint(), "editor".parse()?);
/// assert_eq!(Resource::from(file), Resource::Entry(file));
/// assert_eq!(Resource::from(editor.clone()), Resource::App(editor));
/// # Ok::<(), vouchsafe_types::id::AppUidError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resource {
    /// A file or directory; what holds on a directory holds below it.
    Entry(EntryId),
    /// An app; `read` opens it.
    App(AppUid),
    /// A site; `read` opens it.
    Site(SiteId),
    /// Anything else with a colon-separated name; what holds on `a` holds on `a:b`.
    Named(Name),
}

impl From<EntryId> for Resource {
    fn from(entry: EntryId) -> Self {
        Self::Entry(entry)
    }
}

impl From<AppUid> for Resource {
    fn from(app: AppUid) -> Self {
        Self::App(app)
    }
}

impl From<SiteId> for Resource {
    fn from(site: SiteId) -> Self {
        Self::Site(site)
    }
}

/// The unescaped components of a named resource, at least one.
///
/// Only what [`Permission`](crate::Permission) makes of a text is sure to print as a name again: `Name::new` takes
/// `["fs", "<uuid>"]`, too, which reads as an entry.
///
/// ```
/// use vouchsafe_types::Name;
///
/// let name = Name::new(["user", "7", "email"].map(String::from).to_vec()).unwrap();
/// assert_eq!(name.parent().unwrap().components(), ["user", "7"]);
/// let all: Vec<String> = name.prefixes().iter().map(|prefix| prefix.components().join(":")).collect();
/// assert_eq!(all, ["user:7:email", "user:7", "user"], "what holds on one of them holds on the name");
/// assert_eq!(Name::new(Vec::new()), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Vec<String>);

impl Name {
    /// A name of these components; `None` when there are none.
    ///
    /// ```
    /// use vouchsafe_types::Name;
    /// assert!(Name::new(vec!["door".into(), "kitchen".into()]).is_some());
    /// assert_eq!(Name::new(Vec::new()), None);
    /// ```
    #[must_use]
    pub fn new(components: Vec<String>) -> Option<Self> {
        if components.is_empty() { None } else { Some(Self(components)) }
    }

    /// The components, outermost first.
    ///
    /// ```
    /// use vouchsafe_types::{Permission, Resource, Target};
    /// let asked: Permission = r"door:a\Cb".parse()?;
    /// let Target::Resource(Resource::Named(name)) = asked.target else { panic!("a name") };
    /// assert_eq!(name.components(), ["door", "a:b"], "unescaped");
    /// # Ok::<(), vouchsafe_types::PermissionError>(())
    /// ```
    #[must_use]
    pub fn components(&self) -> &[String] {
        &self.0
    }

    /// The name without its last component.
    ///
    /// ```
    /// use vouchsafe_types::Name;
    /// let name = Name::new(vec!["door".into(), "kitchen".into()]).unwrap();
    /// let door = name.parent().unwrap();
    /// assert_eq!((door.components(), door.parent()), (&["door".to_owned()][..], None));
    /// ```
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, front) = self.0.split_last()?;
        Self::new(front.to_vec())
    }

    /// Itself and every prefix, longest first.
    ///
    /// ```
    /// use vouchsafe_types::Name;
    /// let name = Name::new(vec!["door".into(), "kitchen".into()]).unwrap();
    /// assert_eq!(name.prefixes(), [name.clone(), name.parent().unwrap()]);
    /// ```
    #[must_use]
    pub fn prefixes(&self) -> Vec<Self> {
        std::iter::successors(Some(self.clone()), Self::parent).collect()
    }
}
