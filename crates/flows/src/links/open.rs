//! Who a token of a link stands for.

use crate::{Fault, Vouchsafe, accounts::NOBODYS_HASH, grants::holding, secrets};
use vouchsafe_store::Link;
use vouchsafe_types::{Actor, Capability, EntryId, LinkId, Resource, error::ApiError};

/// What a token opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedLink {
    /// Whoever presents it.
    pub actor: Actor,
    /// The link.
    pub id: LinkId,
    /// The entry that it is on.
    pub entry: EntryId,
    /// Which dialect made it, and what for.
    pub kind: String,
    /// What its maker calls it.
    pub title: Option<String>,
}

impl Vouchsafe {
    /// Opens a link by its token, and its password if it asks for one.
    ///
    /// # Errors
    /// `token_auth_failed` for an unknown token, one that gives nothing now, and every one while public links are off;
    /// `link_password_invalid` without the password.
    pub fn open_link(&self, token: &str, password: Option<&str>) -> Result<OpenedLink, Fault> {
        let link = if self.settings.are_public_links_on { self.living_link(token)? } else { None };
        let link = link.ok_or(ApiError::TokenAuthFailed {})?;
        if let Some(hash) = &link.password_hash {
            // A password that is not sent takes no time: nothing is learned from it.
            let is_right = password.is_some_and(|password| {
                let is_plausible = password.len() <= super::make::MAX_PASSWORD_BYTES;
                secrets::is_password(password, if is_plausible { hash } else { NOBODYS_HASH }) && is_plausible
            });
            if !is_right {
                return Err(ApiError::LinkPasswordInvalid {}.into());
            }
        }
        let actor = Actor::Link { link: link.id };
        Ok(OpenedLink { actor, id: link.id, entry: link.entry, kind: link.kind, title: link.title })
    }

    fn living_link(&self, token: &str) -> Result<Option<Link>, Fault> {
        let now = self.now();
        self.read(|tx| {
            let Some(link) = tx.find_link_of(&secrets::token_hash(token))? else { return Ok(None) };
            let has = holding(tx, &Actor::Link { link: link.id }, &Resource::Entry(link.entry), now)?;
            Ok(has.capabilities.has(Capability::See).then_some(link))
        })
    }
}
