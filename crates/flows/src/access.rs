//! Who can do what on an entry, and what entries somebody was given.

use crate::{
    EntryWithPath, Fault, Vouchsafe,
    accounts::find_by_name,
    catalogue::entry_seen_by,
    grants::{HolderName, holding, shares, username},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use vouchsafe_engine::{
    Engine, Holding, Located, Subject,
    access::{AccessCursor, AccessQuery, Reach},
    plan,
};
use vouchsafe_store::Tx;
use vouchsafe_types::{Access, Actor, Capabilities, Capability, EntryId, Grant, GrantId, GroupId, Holder, Resource};
use vouchsafe_types::{UserId, error::ApiError};

/// Somebody or something that can reach an entry, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct AccessItem {
    /// Who.
    pub subject: HolderName,
    /// What he may do.
    pub capabilities: Capabilities,
    /// The grants that give him something; none for the owner.
    pub via: Vec<AccessVia>,
}

/// A grant that gives somebody something.
#[derive(Debug, Clone, PartialEq)]
pub struct AccessVia {
    /// Which.
    pub grant: GrantId,
    /// Who gave it.
    pub issuer: String,
    /// The group through which it reaches him.
    pub group: Option<GroupId>,
    /// Whether it is everyone's.
    pub is_everyones: bool,
    /// On what entry it stands; `None` for one that the asker may not see.
    pub entry: Option<EntryId>,
    /// Whether it stands above the entry that was asked about.
    pub is_inherited: bool,
    /// Since when it is there.
    pub created_at: DateTime<Utc>,
    /// Until when; `None` for good.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it stands on the entry that was asked about, and the asker may revoke it.
    pub may_revoke: bool,
}

/// One page of those who can reach an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct AccessList {
    /// The owner first.
    pub items: Vec<AccessItem>,
    /// Where the next page begins; `None` after the last one. A page may be short and not the last.
    pub next: Option<AccessCursor>,
    /// The state it is about.
    pub revision: i64,
}

/// One page of the entries that somebody was given.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedList {
    /// By number: the entries on which grants for him stand. What lies below them is his, too.
    pub items: Vec<(EntryWithPath, Capabilities)>,
    /// Where the next page begins; `None` after the last one. A page may be short and not the last.
    pub next: Option<i64>,
    /// The state it is about.
    pub revision: i64,
}

/// How many entries are looked at for one page at most, per item of the page.
const LOOKED_AT_PER_ITEM: usize = 10;

impl Vouchsafe {
    /// Who can do what on an entry now: its owner, every person, group, app and link.
    ///
    /// A host application is told everybody. A person who may share the entry is told the members of his own groups
    /// only; other groups are named as such, and what somebody else has through them only is left out.
    ///
    /// # Errors
    /// `subject_does_not_exist` for what the caller cannot see; `forbidden` for who may not share it.
    pub fn who_has_access(
        &self,
        actor: &Actor,
        entry: EntryId,
        after: Option<&AccessCursor>,
        limit: usize,
    ) -> Result<AccessList, Fault> {
        self.read(|tx| {
            let resource = Resource::Entry(entry);
            if !matches!(tx.located(&resource)?.0, Located::At(_)) {
                return Err(ApiError::SubjectDoesNotExist {}.into());
            }
            let has = self.require_sharer(tx, actor, &resource)?;
            self.access_list(tx, actor, (&resource, has.as_ref()), (after, limit))
        })
    }

    /// Who can do what on an entry now, for somebody who reads it: as [`Vouchsafe::who_has_access`] tells them to who
    /// may share it, but of the others not through which grants.
    ///
    /// # Errors
    /// `subject_does_not_exist` for what the caller cannot see; `forbidden` for who cannot read it, and for anybody but
    /// a person's own session.
    pub fn fellow_readers(
        &self,
        actor: &Actor,
        entry: EntryId,
        after: Option<&AccessCursor>,
        limit: usize,
    ) -> Result<AccessList, Fault> {
        let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let resource = Resource::Entry(entry);
        self.read(|tx| {
            let has = holding(tx, actor, &resource, self.now())?.capabilities;
            if !has.has(Capability::Read) {
                let is_seen = has.has(Capability::See);
                return Err(if is_seen { ApiError::Forbidden {} } else { ApiError::SubjectDoesNotExist {} }.into());
            }
            let me = HolderName::User(username(tx, *user)?);
            let mut list = self.access_list(tx, actor, (&resource, None), (after, limit))?;
            list.items.iter_mut().filter(|item| item.subject != me).for_each(|item| item.via.clear());
            Ok(list)
        })
    }

    fn access_list(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (resource, has): (&Resource, Option<&Holding>),
        (after, limit): (Option<&AccessCursor>, usize),
    ) -> Result<AccessList, Fault> {
        let known = Known::to(tx, actor)?;
        let (opens, tells) = (|holder: &Holder| known.opens(holder), |who, group| known.tells(who, group));
        let query = AccessQuery { after, limit, opens: &opens, tells: &tells };
        let page = Engine::default().who_has_access(tx, resource, &query, self.now())?;
        let mut items = Vec::with_capacity(page.items.len());
        for reach in page.items {
            items.push(self.access_item(tx, actor, (resource, has), reach)?);
        }
        Ok(AccessList { items, next: page.next, revision: tx.versions(None)?.revision })
    }

    /// What the caller himself can do on an entry now, and through which grants; none for who can do nothing there.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn own_access(&self, actor: &Actor, entry: EntryId) -> Result<Option<AccessItem>, Fault> {
        let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let (resource, now) = (Resource::Entry(entry), self.now());
        self.read(|tx| {
            let (located, _) = tx.located(&resource)?;
            let all = |_, _| true;
            let reach = Engine::default().reaches(tx, &[Subject::User(*user)], &located, &all, now)?.pop();
            reach.map(|reach| self.access_item(tx, actor, (&resource, None), reach)).transpose()
        })
    }

    /// A host application, or a person who may share, with what he has.
    fn require_sharer(&self, tx: &mut Tx<'_>, actor: &Actor, resource: &Resource) -> Result<Option<Holding>, Fault> {
        match actor {
            Actor::Service { .. } => return Ok(None),
            Actor::User(_) => {}
            Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => {
                return Err(ApiError::Forbidden {}.into());
            }
        }
        let has = holding(tx, actor, resource, self.now())?;
        match (shares(&has), has.capabilities.has(Capability::See)) {
            (true, _) => Ok(Some(has)),
            (false, true) => Err(ApiError::Forbidden {}.into()),
            (false, false) => Err(ApiError::SubjectDoesNotExist {}.into()),
        }
    }

    pub(crate) fn access_item(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (asked, has): (&Resource, Option<&Holding>),
        reach: Reach,
    ) -> Result<AccessItem, Fault> {
        let may_revoke = |grant: &Grant| match (actor.user(), has) {
            (Some(user), Some(has)) => plan::may_revoke(has, user, grant),
            (None, _) | (_, None) => matches!(actor, Actor::Service { .. }),
        };
        let mut via = Vec::with_capacity(reach.via.len());
        for grant in &reach.via {
            let is_inherited = grant.resource != *asked;
            let is_shown = !is_inherited
                || matches!(actor, Actor::Service { .. })
                || holding(tx, actor, &grant.resource, self.now())?.capabilities.has(Capability::See);
            via.push(AccessVia {
                grant: grant.id,
                issuer: username(tx, grant.issuer)?,
                group: group_of(grant),
                is_everyones: grant.holder == Holder::Everyone,
                entry: entry_of(grant).filter(|_| is_shown),
                is_inherited,
                created_at: grant.created_at,
                expires_at: grant.expires_at,
                may_revoke: !is_inherited && may_revoke(grant),
            });
        }
        Ok(AccessItem { subject: HolderName::of(tx, &reach.holder)?, capabilities: reach.capabilities, via })
    }

    /// The entries that were given to somebody, directly, through groups or as one of everyone, on which he has at
    /// least `access` now. What lies below them is his with them and is not listed again.
    ///
    /// # Errors
    /// `forbidden` for a person who asks about another; `user_does_not_exist`.
    pub fn entries_given_to(
        &self,
        actor: &Actor,
        username: &str,
        access: Access,
        after: i64,
        limit: usize,
    ) -> Result<SharedList, Fault> {
        let now = self.now();
        self.read(|tx| {
            let user = match actor {
                Actor::Service { .. } => find_by_name(tx, username)?,
                Actor::User(user) => {
                    let own = tx.find_user(*user)?.filter(|found| found.username.as_str() == username);
                    own.ok_or(ApiError::Forbidden {})?
                }
                Actor::App { .. } | Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } => {
                    return Err(ApiError::Forbidden {}.into());
                }
            };
            let (mut items, mut at, mut left) = (Vec::new(), after, limit.saturating_mul(LOOKED_AT_PER_ITEM));
            let next = loop {
                let most = limit.saturating_sub(items.len()).min(left);
                if most == 0 {
                    break Some(at);
                }
                let page = tx.list_entries_spoken_for(user.id, at, i64::try_from(most).unwrap_or(i64::MAX))?;
                let Some((last, _)) = page.last() else { break None };
                at = *last;
                left -= page.len().min(left);
                for (_, uuid) in page {
                    items.extend(given(tx, actor, user.id, uuid, access, now)?);
                }
            };
            Ok(SharedList { items, next, revision: tx.versions(None)?.revision })
        })
    }
}

/// The entry, if it is somebody else's and he has at least `access` there.
fn given(
    tx: &mut Tx<'_>,
    asker: &Actor,
    user: UserId,
    entry: EntryId,
    access: Access,
    now: DateTime<Utc>,
) -> Result<Option<(EntryWithPath, Capabilities)>, Fault> {
    let resource = Resource::Entry(entry);
    let has = Engine::default().holding_of(tx, Subject::User(user), &resource, now)?.capabilities;
    let is_enough = !has.is_empty() && has.covers(access.capabilities());
    let is_own = matches!(tx.located(&resource)?.0, Located::At(place) if place.owner == Some(user));
    if is_own || !is_enough {
        return Ok(None);
    }
    Ok(Some((entry_seen_by(tx, asker, entry)?, has)))
}

/// What somebody may know about who is in which group.
#[derive(Clone)]
pub(crate) struct Known {
    me: Option<UserId>,
    /// The groups whose members he may know: his own ones; `None` for all.
    own: Option<BTreeSet<GroupId>>,
}

impl Known {
    pub(crate) fn to(tx: &mut Tx<'_>, actor: &Actor) -> Result<Self, Fault> {
        let me = actor.user();
        let own = match (actor, me) {
            (Actor::Service { .. }, _) => None,
            (_, Some(user)) => {
                Some(tx.list_groups_owned_by(user, i64::MAX)?.into_iter().map(|group| group.id).collect())
            }
            (_, None) => Some(BTreeSet::new()),
        };
        Ok(Self { me, own })
    }

    /// Whether those whom a holder reaches may be told.
    pub(crate) fn opens(&self, holder: &Holder) -> bool {
        match (holder, &self.own) {
            (_, None) => true,
            (Holder::Group(group), Some(own)) => own.contains(group),
            (_, Some(_)) => false,
        }
    }

    /// Whether it may be told that a person is in a group.
    pub(crate) fn tells(&self, person: UserId, group: GroupId) -> bool {
        Some(person) == self.me || self.own.as_ref().is_none_or(|own| own.contains(&group))
    }
}

const fn group_of(grant: &Grant) -> Option<GroupId> {
    match &grant.holder {
        Holder::Group(group) => Some(*group),
        _ => None,
    }
}

const fn entry_of(grant: &Grant) -> Option<EntryId> {
    match &grant.resource {
        Resource::Entry(entry) => Some(*entry),
        Resource::App(_) | Resource::Site(_) | Resource::Named(_) => None,
    }
}
