//! Sharing a folder.

use super::{
    edit::revocable,
    list::grants_to,
    loops::contains_folder_of,
    view::{FolderShare, Participant, is_share, living_share_on, new_share_on},
};
use crate::{
    Fault, Vouchsafe,
    accounts::find_by_name,
    folders::{FolderRef, Looker},
    sharing::strike_as,
};
use vouchsafe_engine::{
    Engine,
    plan::{Refusal, Wish},
};
use vouchsafe_store::{Because, Entry, Tx, WriteTx};
use vouchsafe_types::{
    Access, Actor, Capabilities, Capability, DefaultGroup, GrantId, GroupId, Holder, Resource, UserId, error::ApiError,
};

/// A share that is wished for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderShareWish {
    /// The number of the folder.
    pub folder: i64,
    /// With whom; a group by name or uid.
    pub participant: Participant,
    /// Whether he shall be able to change what is in it.
    pub can_write: bool,
    /// Whether he shall be able to share it onwards.
    pub can_share: bool,
}

/// What somebody who has `has` gives of what is wished: what he has not himself is left out without a word.
pub(super) fn capped(has: Capabilities, can_write: bool, can_share: bool) -> Capabilities {
    let write = if can_write && has.has(Capability::Write) { Access::Write } else { Access::Read };
    let (all, none) = (Capabilities::SHARING, Capabilities::NONE);
    let sharing = if can_share && has.covers(all) { all } else { none };
    (write.capabilities() | sharing) & has
}

impl Vouchsafe {
    /// Shares a folder, in the caller's name. Of writing and sharing onwards, he gives what he has himself.
    ///
    /// # Errors
    /// `subject_does_not_exist` for a folder that the caller may not share, and for the top of his tree;
    /// `user_does_not_exist` and `entity_not_found` for an unknown participant; `already_shared`;
    /// `cannot_share_with_owner`, `cannot_share_with_self`; `share_loop`; `forbidden` for a participant who is denied
    /// access there by somebody whose word counts more; `storage_limit_reached`; `too_many_items` where the sharer and
    /// the owner put more than 20,000 folders in the way.
    pub fn share_folder(&self, actor: &Actor, wish: &FolderShareWish) -> Result<FolderShare, Fault> {
        let looker = Looker { actor, now: self.now() };
        self.write("share_folder", |tx| {
            let seen = looker.find(tx, FolderRef::Number(wish.folder))?.filter(|seen| seen.has.has(Capability::Share));
            let (Some(seen), Actor::User(issuer)) = (seen, actor) else {
                return Err(ApiError::SubjectDoesNotExist {}.into());
            };
            let folder = seen.entry;
            if looker.is_root(tx, &folder)? {
                return Err(ApiError::SubjectDoesNotExist {}.into());
            }
            let holder = holder_of(tx, &wish.participant)?;
            refuse(tx, looker, &folder, &holder)?;
            refuse_blocked(tx, *issuer, &wish.participant, &holder)?;
            if let Holder::User(user) = holder {
                forget_arrangement(tx, looker, user, &folder)?;
            }
            let capabilities = capped(seen.has, wish.can_write, wish.can_share);
            let resource = Resource::Entry(folder.uuid);
            let gift = Wish { may_lower: true, ..Wish::new(*issuer, holder, resource, capabilities, "bookmarks") };
            let given =
                self.give_share(tx, (&folder, seen.has), &gift, self.because(actor, "folder shared", looker.now))?;
            let stored = tx.find_grant(given)?;
            let share = stored.map(|stored| new_share_on(tx, &folder, &stored)).transpose()?.flatten();
            share.ok_or_else(|| Fault::Internal("a share that is none".to_owned()))
        })
    }

    /// Gives it in place of what slept beside it, which would wake one day and give more than was wished. Gives the
    /// grant.
    fn give_share(
        &self,
        tx: &mut WriteTx<'_>,
        (folder, has): (&Entry, Capabilities),
        gift: &Wish,
        because: Because<'_>,
    ) -> Result<GrantId, Fault> {
        let mut asleep = revocable(tx, folder, &gift.holder, (gift.issuer, has))?;
        let planned = Engine::default().plan_give(&mut **tx, gift, because.at)?;
        let given = planned.map_err(|refusal| match refusal {
            Refusal::ToSelf => ApiError::CannotShareWithSelf {},
            Refusal::Held => ApiError::Conflict {},
            Refusal::Denied | Refusal::NotAllowed { .. } => ApiError::Forbidden {},
            Refusal::NotVisible => ApiError::SubjectDoesNotExist {},
        })?;
        self.apply_gift(tx, &given, None, because)?;
        // Only now: what stood on it stands on the new share.
        asleep.retain(|grant| is_share(grant) && grant.id != given.grant.id);
        tx.revoke(asleep, because)?;
        strike_as(tx, (gift.issuer, has), (&gift.holder, &gift.resource, gift.capabilities), because)?;
        Ok(given.grant.id)
    }
}

/// Refuses what is shared already, or would be shared with who has it.
fn refuse(tx: &mut Tx<'_>, looker: Looker<'_>, folder: &Entry, holder: &Holder) -> Result<(), Fault> {
    for stored in grants_to(tx, folder, holder)? {
        if living_share_on(tx, folder, &stored, looker.now)?.is_some() {
            return Err(ApiError::AlreadyShared {}.into());
        }
    }
    let Holder::User(user) = holder else { return Ok(()) };
    if *user == folder.owner {
        return Err(ApiError::CannotShareWithOwner {}.into());
    }
    if looker.actor.user() == Some(*user) {
        return Err(ApiError::CannotShareWithSelf {}.into());
    }
    if contains_folder_of(tx, looker, folder, *user)? { Err(ApiError::ShareLoop {}.into()) } else { Ok(()) }
}

/// One who takes nothing from the sharer reads like one who is not there.
fn refuse_blocked(tx: &mut Tx<'_>, sharer: UserId, named: &Participant, holder: &Holder) -> Result<(), Fault> {
    let (Participant::User(username), Holder::User(user)) = (named, holder) else { return Ok(()) };
    let username = username.clone();
    if tx.is_blocked(*user, sharer)? { Err(ApiError::UserDoesNotExist { username }.into()) } else { Ok(()) }
}

/// Who gets a folder that he did not have finds it as it is, however he had arranged an earlier one.
fn forget_arrangement(tx: &mut WriteTx<'_>, looker: Looker<'_>, user: UserId, folder: &Entry) -> Result<(), Fault> {
    let participant = Actor::User(user);
    let has = Looker { actor: &participant, now: looker.now }.has(tx, folder)?;
    if has.has(Capability::Read) { Ok(()) } else { Ok(tx.delete_mount(user, folder.id)?) }
}

fn holder_of(tx: &mut Tx<'_>, participant: &Participant) -> Result<Holder, Fault> {
    let text = match participant {
        Participant::User(name) => return Ok(Holder::User(find_by_name(tx, name)?.id)),
        Participant::Group(text) => text,
    };
    let missing = || ApiError::EntityNotFound { identifier: format!("group:{text}").into() };
    if let Ok(id) = text.parse::<GroupId>() {
        let is_there = DefaultGroup::find(id).is_some() || tx.find_group(id)?.is_some();
        return if is_there { Ok(Holder::Group(id)) } else { Err(missing().into()) };
    }
    match tx.list_groups_named(text, 2)?.as_slice() {
        [only] => Ok(Holder::Group(only.id)),
        _ => Err(missing().into()),
    }
}
