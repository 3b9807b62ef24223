//! The public token of a folder: a link of its own, one at a time.

use crate::{
    Fault, LinkView, LinkWish, Vouchsafe,
    folders::{FolderRef, Looker},
    links::{FOLDER_TOKEN, MADE},
};
use vouchsafe_engine::{Holding, plan};
use vouchsafe_store::{Entry, Tx};
use vouchsafe_types::{Access, Actor, Capabilities, Capability, UserId, error::ApiError};

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
            // One that opens nothing is none.
            if !self.settings.are_public_links_on {
                return Ok(None);
            }
            Ok(self.tokens_of(tx, looker, &found.folder)?.into_iter().find_map(|link| found.living(link)))
        })
    }

    /// The public token of a folder, which is made if it has none that works.
    ///
    /// # Errors
    /// `subject_does_not_exist` for a folder that the caller may not share, and for the top of his tree;
    /// `public_links_off`.
    pub fn make_public_token(&self, actor: &Actor, folder: i64) -> Result<String, Fault> {
        let looker = Looker { actor, now: self.now() };
        self.write("make_public_token", |tx| {
            let found = shareable(tx, looker, folder)?;
            // Nobody opens the top of his own tree; what somebody else opened there, he sees and ends.
            if looker.is_root(tx, &found.folder)? {
                return Err(ApiError::SubjectDoesNotExist {}.into());
            }
            if !self.settings.are_public_links_on {
                return Err(ApiError::PublicLinksOff {}.into());
            }
            let links = self.tokens_of(tx, looker, &found.folder)?;
            if let Some(token) = links.iter().find_map(|link| found.living(link.clone())) {
                return Ok(token);
            }
            // There is one: what nobody can be shown again goes, and so does what sleeps and could wake beside it.
            let is_past = |link: &LinkView| link.token.is_none() || link.why_not.is_some() || !reads(link);
            let past = links.into_iter().filter(is_past);
            let past = past.filter(|link| found.may_revoke(link)).map(|link| link.grant).collect();
            tx.revoke(past, self.because(actor, "public token made anew", looker.now))?;
            let wish = LinkWish::new(found.folder.uuid, FOLDER_TOKEN, Access::Read.capabilities(), FOLDER_TOKEN);
            let made = self.make_link_in(tx, &wish, None, self.because(actor, MADE, looker.now))?;
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
        links.retain(|link| link.kind == FOLDER_TOKEN);
        Ok(links)
    }
}

impl Shareable {
    fn may_revoke(&self, link: &LinkView) -> bool {
        let has = Holding { capabilities: self.has, until: None, bound: None };
        plan::may_revoke(&has, self.user, &link.grant)
    }

    /// The token of a link that works, for who has what it gives: earlier, another face could make it give more, and
    /// one that does not read the folder opens nothing.
    fn living(&self, link: LinkView) -> Option<String> {
        let (gives, reads) = (link.grant.capabilities, reads(&link));
        link.token.filter(|_| link.why_not.is_none() && reads && self.has.covers(gives))
    }
}

fn reads(link: &LinkView) -> bool {
    link.grant.capabilities.has(Capability::Read)
}

fn shareable(tx: &mut Tx<'_>, looker: Looker<'_>, folder: i64) -> Result<Shareable, Fault> {
    let seen = looker.find(tx, FolderRef::Number(folder))?.filter(|seen| seen.has.has(Capability::Share));
    match (seen, looker.actor) {
        (Some(seen), Actor::User(user)) => Ok(Shareable { folder: seen.entry, has: seen.has, user: *user }),
        (_, _) => Err(ApiError::SubjectDoesNotExist {}.into()),
    }
}
