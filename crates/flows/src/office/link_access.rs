//! Who comes with a link: the union of what the link gives and what he has himself.

use super::{
    folder::{EntryCard, card_with},
    format::Opener,
    target::{OfficeTarget, TargetKind},
};
use crate::{
    Fault, Vouchsafe,
    grants::holding,
    links::{TOKEN_LENGTH, is_link_password, proof_of},
    secrets,
};
use chrono::{DateTime, Utc};
use subtle::ConstantTimeEq;
use vouchsafe_engine::GrantSource;
use vouchsafe_store::{Link, Tx};
use vouchsafe_types::{Actor, Capabilities, Capability, Holder, LinkId, Resource, error::ApiError};

/// What somebody presents who comes with a link.
#[derive(Debug, Clone, Default)]
pub struct LinkKey {
    /// The token.
    pub token: String,
    /// What he was given for the password, by the link it belongs to.
    pub proofs: Vec<(LinkId, String)>,
}

/// A link whose password was proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenLink {
    /// Which.
    pub id: LinkId,
    /// The number of its entry.
    pub number: i64,
    /// What opens that.
    pub opener: Opener,
    /// What to show from now on.
    pub proof: String,
}

impl Vouchsafe {
    /// A file or folder as somebody sees it who comes with a link, whether or not he has an account.
    ///
    /// # Errors
    /// `subject_does_not_exist` for what neither he nor the link may see; `other_kind`.
    pub fn entry_card_by_link(
        &self,
        actor: Option<&Actor>,
        target: OfficeTarget,
        key: &LinkKey,
    ) -> Result<EntryCard, Fault> {
        let now = self.now();
        self.read(|tx| {
            let number = target.number.ok_or(ApiError::SubjectDoesNotExist {})?;
            let entry = tx.find_entry_numbered(number)?.ok_or(ApiError::SubjectDoesNotExist {})?;
            let resource = Resource::Entry(entry.uuid);
            let mut has = match actor {
                Some(actor) => holding(tx, actor, &resource, now)?.capabilities,
                None => Capabilities::NONE,
            };
            if let Some(link) = self.link_of(tx, &key.token, now)?
                && self.is_opened(&link, key)?
            {
                has = has | holding(tx, &Actor::Link { link: link.id }, &resource, now)?.capabilities;
            }
            if !has.has(Capability::See) {
                return Err(ApiError::SubjectDoesNotExist {}.into());
            }
            if entry.is_dir != (target.kind == TargetKind::Folder) {
                return Err(ApiError::OtherKind {}.into());
            }
            card_with(tx, actor, entry, has, now)
        })
    }

    /// The link of a token, whether or not it works: whoever counts what is tried on it counts by that, because a link
    /// has two names, and is asked for its password under either.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn link_of_token(&self, token: &str) -> Result<Option<LinkId>, Fault> {
        self.read(|tx| Ok(tx.find_link_of(&secrets::token_hash(token))?.map(|link| link.id)))
    }

    /// Proves the password of a link by its token.
    ///
    /// # Errors
    /// `link_key_invalid` for a token that can be none, `link_not_found`, `link_expired`, `link_password_wrong`.
    pub fn prove_link_password(&self, token: &str, password: &str) -> Result<ProvenLink, Fault> {
        if token.len() != TOKEN_LENGTH || !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(ApiError::LinkKeyInvalid {}.into());
        }
        let now = self.now();
        let (link, entry) = self.read(|tx| {
            let link = tx.find_link_of(&secrets::token_hash(token))?.filter(|_| self.settings.are_public_links_on);
            let link = link.ok_or(ApiError::LinkNotFound {})?;
            self.require_living(tx, &link, now)?;
            let entry = tx.find_entry(link.entry)?.ok_or(ApiError::LinkNotFound {})?;
            Ok((link, entry))
        })?;
        let proof = self.proof(&link, password)?;
        Ok(ProvenLink { id: link.id, number: entry.id, opener: Opener::of(&entry), proof })
    }

    /// The same by the id of a link on an entry.
    ///
    /// # Errors
    /// `link_not_found`, `link_expired`, `link_password_wrong`.
    pub fn prove_password_of(&self, number: Option<i64>, id: LinkId, password: &str) -> Result<String, Fault> {
        let now = self.now();
        let link = self.read(|tx| {
            let (link, _) = tx.find_link(id)?.ok_or(ApiError::LinkNotFound {})?;
            let entry = tx.find_entry(link.entry)?.filter(|entry| Some(entry.id) == number);
            if entry.is_none() || !self.settings.are_public_links_on {
                return Err(ApiError::LinkNotFound {}.into());
            }
            self.require_living(tx, &link, now)?;
            Ok(link)
        })?;
        self.proof(&link, password)
    }

    fn link_of(&self, tx: &mut Tx<'_>, token: &str, now: DateTime<Utc>) -> Result<Option<Link>, Fault> {
        let Some(link) = tx.find_link_of(&secrets::token_hash(token))? else { return Ok(None) };
        let has = holding(tx, &Actor::Link { link: link.id }, &Resource::Entry(link.entry), now)?;
        let is_living = self.settings.are_public_links_on && has.capabilities.has(Capability::See);
        Ok(Some(link).filter(|_| is_living))
    }

    fn require_living(&self, tx: &mut Tx<'_>, link: &Link, now: DateTime<Utc>) -> Result<(), Fault> {
        let resource = Resource::Entry(link.entry);
        if holding(tx, &Actor::Link { link: link.id }, &resource, now)?.capabilities.has(Capability::See) {
            return Ok(());
        }
        let has_ended = tx.grants_to(&Holder::Link(link.id), &resource)?.iter().any(|grant| grant.is_expired(now));
        Err(if has_ended { ApiError::LinkExpired {} } else { ApiError::LinkNotFound {} }.into())
    }

    fn proof(&self, link: &Link, password: &str) -> Result<String, Fault> {
        let hash = link.password_hash.as_deref();
        if hash.is_some_and(|hash| !is_link_password(password, hash)) {
            return Err(ApiError::LinkPasswordWrong {}.into());
        }
        proof_of(&self.settings, link.id, hash.unwrap_or_default())
    }

    fn is_opened(&self, link: &Link, key: &LinkKey) -> Result<bool, Fault> {
        let Some(hash) = &link.password_hash else { return Ok(true) };
        let expected = proof_of(&self.settings, link.id, hash)?;
        let shown = key.proofs.iter().filter(|(id, _)| *id == link.id);
        Ok(shown.map(|(_, proof)| proof).any(|proof| bool::from(proof.as_bytes().ct_eq(expected.as_bytes()))))
    }
}
