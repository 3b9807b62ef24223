//! The public token of a folder: a link of its own, one at a time.

use crate::{
    Fault, LinkView, LinkWish, Vouchsafe,
    folders::{FolderRef, Looker},
};
use vouchsafe_engine::{Holding, plan};
use vouchsafe_store::{Entry, Tx};
use vouchsafe_types::{Access, Actor, Capabilities, Capability, UserId, error::ApiError};

/// The kind of link that is a public token of a folder.
const KIND: &str = "bookmarks";

/// A folder that somebody may share.
struct Shareable {
    folder: Entry,
    has: Capabilities,
    user: UserId,
}

impl Vouchsafe {
    /// The public token of a folder, if it has one that works.
    ///
    /// # Errors
    /// `subject_does_not_exist` for a folder that the caller may not share.
    pub fn public_token(&self, actor: &Actor, folder: i64) -> Result<Option<String>, Fault> {
        let looker = Looker { actor, now: self.now() };
        self.read(|tx| {
            let found = shareable(tx, looker, folder)?;
            Ok(self.tokens_of(tx, looker, &found.folder)?.into_iter().find_map(|link| found.living(link)))
        })
    }

    /// The public token of a folder, which is made if it has none that works.
    ///
    /// # Errors
    /// `subject_does_not_exist` for a folder that the caller may not share; `public_links_off`.
    pub fn make_public_token(&self, actor: &Actor, folder: i64) -> Result<String, Fault> {
        let looker = Looker { actor, now: self.now() };
        self.write("make_public_token", |tx| {
            let found = shareable(tx, looker, folder)?;
            if !self.settings.are_public_links_on {
                return Err(ApiError::PublicLinksOff {}.into());
            }
            for link in self.tokens_of(tx, looker, &found.folder)? {
                if let Some(token) = found.living(link.clone()) {
                    return Ok(token);
                }
                // Nobody can be shown this one again.
                if link.token.is_none() && found.may_revoke(&link) {
                    tx.revoke(vec![link.grant], self.because(actor, "public token made anew", looker.now))?;
                }
            }
            let wish = LinkWish::new(found.folder.uuid, KIND, Access::Read.capabilities(), KIND);
            let made = self.make_link_in(tx, actor, &wish, None, looker.now)?;
            made.token.ok_or_else(|| Fault::Internal("a token that cannot be shown".to_owned()))
        })
    }

    /// Ends the public token of a folder.
    ///
    /// # Errors
    /// `subject_does_not_exist` for a folder that the caller may not share; `entity_not_found` without a token that he
    /// may end.
    pub fn end_public_token(&self, actor: &Actor, folder: i64) -> Result<(), Fault> {
        let looker = Looker { actor, now: self.now() };
        self.write("end_public_token", |tx| {
            let found = shareable(tx, looker, folder)?;
            let mut links = self.tokens_of(tx, looker, &found.folder)?;
            links.retain(|link| found.may_revoke(link));
            if links.is_empty() {
                return Err(ApiError::EntityNotFound { identifier: "token".into() }.into());
            }
            let grants = links.into_iter().map(|link| link.grant).collect();
            Ok(tx.revoke(grants, self.because(actor, "public token ended", looker.now))?)
        })
    }

    fn tokens_of(&self, tx: &mut Tx<'_>, looker: Looker<'_>, folder: &Entry) -> Result<Vec<LinkView>, Fault> {
        let mut links = self.links_in(tx, folder.uuid, looker.now)?;
        links.retain(|link| link.kind == KIND);
        Ok(links)
    }
}

impl Shareable {
    fn may_revoke(&self, link: &LinkView) -> bool {
        let has = Holding { capabilities: self.has, until: None, bound: None };
        plan::may_revoke(&has, self.user, &link.grant)
    }

    /// The token of a link that works, for who has what it gives: another face may have made it give more.
    fn living(&self, link: LinkView) -> Option<String> {
        link.token.filter(|_| link.why_not.is_none() && self.has.covers(link.grant.capabilities))
    }
}

fn shareable(tx: &mut Tx<'_>, looker: Looker<'_>, folder: i64) -> Result<Shareable, Fault> {
    let seen = looker.find(tx, FolderRef::Number(folder))?.filter(|seen| seen.has.has(Capability::Share));
    match (seen, looker.actor) {
        (Some(seen), Actor::User(user)) if !looker.is_root(tx, &seen.entry)? => {
            Ok(Shareable { folder: seen.entry, has: seen.has, user: *user })
        }
        (_, _) => Err(ApiError::SubjectDoesNotExist {}.into()),
    }
}
