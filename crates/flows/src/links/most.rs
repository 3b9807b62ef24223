//! How much a link can give at most.

use crate::{Fault, GrantView, HolderName, Vouchsafe};
use vouchsafe_engine::plan::{Changes, Edit};
use vouchsafe_store::Tx;
use vouchsafe_types::{Access, Capabilities, Grant, Holder, LinkId, Permission, error::ApiError};

/// The kind of link that is a public token of a folder of the Bookmarks face.
pub(crate) const FOLDER_TOKEN: &str = "bookmarks";

/// What a link of a kind gives at most: whoever presents it shares nothing, and a public token of a folder is for
/// reading (bookmarks.md 2.6).
fn most_of(kind: &str) -> Capabilities {
    match kind {
        FOLDER_TOKEN => Access::Read.capabilities(),
        _ => Capabilities::ALL - Capabilities::SHARING,
    }
}

/// Refuses more for a link than one of its kind can give. What it gives already may be written back.
///
/// # Errors
/// `permission_denied`.
pub(super) fn require_within(kind: &str, before: Capabilities, after: &Grant) -> Result<(), ApiError> {
    match (most_of(kind) | before).covers(after.capabilities) {
        true => Ok(()),
        false => {
            let permission = Permission::describing(&after.resource, after.capabilities).to_string();
            Err(ApiError::PermissionDenied { permission })
        }
    }
}

/// The same for grants that are changed, whoever holds them: only links have such an end.
///
/// # Errors
/// `permission_denied`.
pub(crate) fn require_holdable(tx: &mut Tx<'_>, changes: &Changes) -> Result<(), Fault> {
    for Edit { before, after } in &changes.update {
        if let Holder::Link(id) = before.holder {
            require_within(&kind_of(tx, id)?, before.capabilities, after)?;
        }
    }
    Ok(())
}

fn kind_of(tx: &mut Tx<'_>, id: LinkId) -> Result<String, Fault> {
    // A grant to a link that is gone is as little as one to the least of them.
    Ok(tx.find_link(id)?.map_or_else(|| FOLDER_TOKEN.to_owned(), |(link, _)| link.kind))
}

impl Vouchsafe {
    /// The most that the holder of a grant can be given by changing it: everything, but for links.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn most_for(&self, view: &GrantView) -> Result<Capabilities, Fault> {
        match view.holder {
            HolderName::Link(id) => self.read(|tx| Ok(most_of(&kind_of(tx, id)?))),
            _ => Ok(Capabilities::ALL),
        }
    }
}
