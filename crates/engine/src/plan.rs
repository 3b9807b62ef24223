//! A request and the facts become rows to write. Nothing here writes.

use crate::{
    check::Engine,
    decision::Holding,
    source::{GrantSource, Moment},
};
use chrono::{DateTime, Utc};
use vouchsafe_types::{Actor, Capabilities, Capability, Grant, GrantId, Holder, Permission, Resource, UserId};

/// Why something may not be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The issuer may not even know that it exists.
    NotVisible,
    /// The issuer may not give this.
    NotAllowed {
        /// What he may not give.
        permission: Permission,
    },
    /// The holder is denied access there, and the issuer may not lift that.
    Denied,
}

/// What is to be given to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Who gives.
    pub issuer: UserId,
    /// Who receives.
    pub holder: Holder,
    /// On what.
    pub resource: Resource,
    /// What.
    pub capabilities: Capabilities,
    /// Until when; `None` for good.
    pub expires_at: Option<DateTime<Utc>>,
    /// Through which face.
    pub origin: &'static str,
    /// Whether what the issuer gave the holder there before may be lowered by this.
    pub may_lower: bool,
}

/// Rows to write and rows to delete, in one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// To be written.
    pub insert: Option<Grant>,
    /// To be deleted: what the new row replaces, and a deny that it lifts.
    pub delete: Vec<Grant>,
}

/// Whether an issuer who has `holding` may give `permission`, which is about a resolved resource.
///
/// He needs `manage:<permission>`, and everything that the grant would consist of: nobody gives more than he has.
///
/// # Errors
/// Why not. A resource that he cannot see is refused exactly like one that is not there.
pub fn may_give(holding: &Holding, permission: &Permission) -> Result<(), Refusal> {
    let demanded = permission.to_manage().demanded();
    if holding.allows(demanded) && holding.capabilities.covers(permission.granted()) {
        Ok(())
    } else if holding.capabilities.has(Capability::See) {
        Err(Refusal::NotAllowed { permission: permission.clone() })
    } else {
        Err(Refusal::NotVisible)
    }
}

impl<S: GrantSource> Engine<S> {
    /// The changes that fulfil a wish whose authority was checked with [`may_give`].
    ///
    /// One ordinary row per issuer, holder and resource. What is already covered changes nothing; a new row takes the
    /// place of the issuer's earlier ones. A deny of the holder's own is lifted by the owner and by who has `manage`.
    ///
    /// # Errors
    /// The outer error is the source's own; the inner one says why it is refused.
    pub fn plan_give(&self, source: &mut S, wish: &Wish, now: Moment) -> Result<Result<Changes, Refusal>, S::Error> {
        let held = source.grants_to(&wish.holder, &wish.resource)?;
        let denies: Vec<Grant> = held.iter().filter(|g| g.is_deny() && !g.is_expired(now)).cloned().collect();
        if !denies.is_empty() {
            let issuer = self.holding(source, &Actor::User(wish.issuer), &wish.resource, now)?;
            if !issuer.capabilities.has(Capability::Manage) {
                return Ok(Err(Refusal::Denied));
            }
        }
        let mine: Vec<Grant> = held.into_iter().filter(|g| g.issuer == wish.issuer && !g.exact).collect();
        let living = || mine.iter().filter(|g| !g.is_expired(now));
        let outlasts = |g: &Grant| g.expires_at.is_none_or(|at| wish.expires_at.is_some_and(|wished| at >= wished));
        let stands = |g: &Grant| {
            let same = g.capabilities == wish.capabilities && g.expires_at == wish.expires_at;
            same || (!wish.may_lower && g.capabilities.covers(wish.capabilities) && outlasts(g))
        };
        if living().any(stands) {
            return Ok(Ok(Changes { insert: None, delete: denies }));
        }
        let kept = if wish.may_lower {
            Capabilities::NONE
        } else {
            living().fold(Capabilities::NONE, |s, g| s | g.capabilities)
        };
        let insert = Grant {
            id: GrantId::mint(),
            issuer: wish.issuer,
            holder: wish.holder.clone(),
            resource: wish.resource.clone(),
            capabilities: wish.capabilities | kept,
            exact: false,
            expires_at: wish.expires_at,
            created_at: now,
            origin: wish.origin.to_owned(),
        };
        Ok(Ok(Changes { insert: Some(insert), delete: mine.into_iter().chain(denies).collect() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemorySource;
    use vouchsafe_types::{Access, Ask, EntryId};

    struct World {
        source: MemorySource,
        ann: UserId,
        bob: UserId,
        file: EntryId,
    }

    fn now() -> Moment {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn world() -> World {
        let mut source = MemorySource::default();
        let (ann, bob) = (source.add_user(), source.add_user());
        let home = source.add_root(ann, "ann");
        let file = source.add_entry(home, "a.txt", true);
        World { source, ann, bob, file }
    }

    impl World {
        fn wish(&self, access: Access) -> Wish {
            Wish {
                issuer: self.ann,
                holder: Holder::User(self.bob),
                resource: Resource::Entry(self.file),
                capabilities: access.capabilities(),
                expires_at: None,
                origin: "test",
                may_lower: false,
            }
        }

        fn give(&mut self, wish: &Wish) -> Result<(), Refusal> {
            let changes = Engine::default().plan_give(&mut self.source, wish, now()).unwrap()?;
            self.source.grants.retain(|g| !changes.delete.contains(g));
            self.source.grants.extend(changes.insert);
            Ok(())
        }

        fn accesses(&self) -> Vec<Access> {
            self.source.grants.iter().map(|g| Access::nearest(g.capabilities)).collect()
        }

        fn deny_bob(&mut self) {
            let wish = self.wish(Access::None);
            self.give(&wish).unwrap();
            for grant in &mut self.source.grants {
                grant.exact = true;
            }
        }
    }

    #[test]
    fn sharing_again_raises_and_never_lowers() {
        let mut world = world();
        for (access, after) in
            [(Access::Read, Access::Read), (Access::Write, Access::Write), (Access::See, Access::Write)]
        {
            let wish = world.wish(access);
            world.give(&wish).unwrap();
            assert_eq!(world.accesses(), [after]);
        }
    }

    #[test]
    fn setting_a_mode_may_lower_and_leaves_one_row() {
        let mut world = world();
        for access in [Access::Manage, Access::Read] {
            let wish = Wish { may_lower: true, ..world.wish(access) };
            world.give(&wish).unwrap();
            assert_eq!(world.accesses(), [access]);
        }
    }

    #[test]
    fn a_share_for_good_replaces_one_that_ends() {
        let mut world = world();
        let ends = Some(now() + chrono::TimeDelta::days(1));
        let wish = Wish { expires_at: ends, ..world.wish(Access::Read) };
        world.give(&wish).unwrap();
        let wish = world.wish(Access::Read);
        world.give(&wish).unwrap();
        assert_eq!(world.source.grants.iter().map(|g| g.expires_at).collect::<Vec<_>>(), [None]);
    }

    #[test]
    fn the_owner_lifts_a_deny_and_a_stranger_to_it_may_not() {
        let mut world = world();
        world.deny_bob();
        let carol = world.source.add_user();
        let wish = Wish { issuer: carol, ..world.wish(Access::Read) };
        assert_eq!(world.give(&wish), Err(Refusal::Denied));
        let wish = world.wish(Access::Read);
        world.give(&wish).unwrap();
        assert_eq!(world.accesses(), [Access::Read]);
    }

    #[test]
    fn nobody_gives_what_he_has_not_or_may_not_hand_on() {
        let permission = |ask, manage| Permission { manage, ..Permission::on(Resource::Entry(world().file), ask) };
        let with = |access: Access| Holding { capabilities: access.capabilities(), ..Holding::NOTHING };
        let write = permission(Ask::One(Capability::Write), 0);
        assert_eq!(may_give(&with(Access::Manage), &write), Ok(()));
        assert_eq!(may_give(&with(Access::None), &write), Err(Refusal::NotVisible));
        let refused = |p: &Permission| Err(Refusal::NotAllowed { permission: p.clone() });
        assert_eq!(may_give(&with(Access::Write), &write), refused(&write));
        let manage = permission(Ask::Whole, 1);
        assert_eq!(may_give(&with(Access::Manage), &manage), refused(&manage));
        assert_eq!(may_give(&with(Access::Full), &manage), Ok(()));
        let reader_who_shares =
            Holding { capabilities: Access::Read.capabilities() | Capability::Share.into(), ..Holding::NOTHING };
        assert_eq!(may_give(&reader_who_shares, &write), refused(&write));
        assert_eq!(may_give(&reader_who_shares, &permission(Ask::One(Capability::Read), 0)), Ok(()));
    }
}
