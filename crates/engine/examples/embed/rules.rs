//! The wiki's own names, and what it gives without a share.

use crate::wiki::{Leaf, Wiki, WikiError, id_of, leaf_of};
use vouchsafe_engine::{
    Place, Subject,
    imply::ImplyRule,
    rewrite::{RewriteRule, Rewritten},
};
use vouchsafe_types::{Access, Ask, Capabilities, EntryId, Permission, Resource, Target};

/// `page:<space>:<title>:…:read` stands for `fs:<id>:read`, and `page:<space>` for all of a space.
///
/// A last part that names a capability is one, so the wiki lets no page be called so.
pub(crate) struct PageNames;

impl RewriteRule<Wiki> for PageNames {
    fn id(&self) -> &'static str {
        "page"
    }

    fn rewrite(&self, wiki: &mut Wiki, permission: &Permission) -> Result<Rewritten, WikiError> {
        let Target::Resource(Resource::Named(name)) = &permission.target else { return Ok(Rewritten::Same) };
        let Some(titles) = name.components().strip_prefix(&["page".to_owned()]) else { return Ok(Rewritten::Same) };
        let with_ask = titles.split_last().and_then(|(last, front)| Some((front, Ask::One(last.parse().ok()?))));
        let (titles, ask) = with_ask.unwrap_or((titles, Ask::Whole));
        Ok(match wiki.find(titles) {
            // `manage:` in front stays where it is.
            Some(leaf) => Rewritten::To(Permission { ask, ..permission.about(id_of::<EntryId>(leaf).into()) }),
            None => Rewritten::Nothing,
        })
    }
}

/// Everybody with an account reads an open space and all of its pages.
pub(crate) struct OpenSpaces;

impl ImplyRule<Wiki> for OpenSpaces {
    fn id(&self) -> &'static str {
        "open-space"
    }

    fn implied(
        &self,
        wiki: &mut Wiki,
        subject: &Subject,
        place: &Place,
        _distance: u32,
    ) -> Result<Capabilities, WikiError> {
        let (Subject::User(_), Some(leaf)) = (subject, leaf_of(&place.resource)) else { return Ok(Capabilities::NONE) };
        // However far above the place: every level up to the space is in the same space.
        let space = wiki.chain(leaf)?.last().and_then(|top| wiki.leaves.get(top));
        let is_open = matches!(space, Some(Leaf::Space { is_open: true, .. }));
        Ok(if is_open { Access::Read.capabilities() } else { Capabilities::NONE })
    }
}
