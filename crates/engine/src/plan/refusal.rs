use super::LEFT;
use crate::{decision::Holding, solve::RESERVED};
use vouchsafe_types::{Capabilities, Capability, Grant, Holder, Permission, UserId};

/// Why something may not be given: see [`may_give`] and [`Engine::plan_give`](crate::Engine::plan_give).
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
/// world.give(ann, bob, "fs:/ann:read").unwrap();
/// assert!(matches!(world.give(bob, eve, "fs:/ann:read"), Err(Refusal::NotAllowed { .. })));
/// assert_eq!(world.give(eve, bob, "fs:/ann:read"), Err(Refusal::NotVisible));
/// assert_eq!(world.give(ann, ann, "fs:/ann:read"), Err(Refusal::ToSelf));
/// ```
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
    /// An exact row holds the holder to less than is wished for, and for longer: one row cannot say both.
    Held,
    /// Nobody is the issuer of a row to himself.
    ToSelf,
}

/// Whether an issuer who has `holding` may give `permission`, which is about a resolved resource.
///
/// He needs `share`, and everything that the grant would consist of: nobody gives more than he has, nor `share`,
/// `manage` and `delegate` without `delegate`, because they would not be handed on. An exact grant silences
/// what others gave, so it needs `manage` as well; a deny consists of nothing and needs `share` and `manage`.
///
/// ```
/// use vouchsafe_engine::{Holding, plan::{Refusal, may_give}};
/// use vouchsafe_types::{Access, EntryId, Permission};
///
/// let has = |access: Access| Holding { capabilities: access.capabilities(), ..Holding::NOTHING };
/// let file = EntryId::mint();
/// let read: Permission = format!("fs:{file}:read").parse()?;
/// let manage: Permission = format!("manage:fs:{file}").parse()?;
///
/// assert_eq!(may_give(&has(Access::Manage), &read, false), Ok(()));
/// assert_eq!(may_give(&has(Access::Manage), &read, true), Err(Refusal::NotAllowed { permission: read.clone() }));
/// assert!(may_give(&has(Access::Manage), &manage, false).is_err(), "a manager makes no managers");
/// assert_eq!(may_give(&has(Access::Full), &manage, true), Ok(()));
/// let delegates = Holding { capabilities: manage.to_manage().granted(), ..Holding::NOTHING };
/// assert_eq!(may_give(&delegates, &manage.to_manage(), false), Ok(()), "who may let others give hands that on");
/// assert_eq!(may_give(&Holding::NOTHING, &read, false), Err(Refusal::NotVisible));
/// # Ok::<(), vouchsafe_types::PermissionError>(())
/// ```
///
/// # Errors
/// Why not. A resource that he cannot see is refused exactly like one that is not there.
pub fn may_give(holding: &Holding, permission: &Permission, is_exact: bool) -> Result<(), Refusal> {
    let has = holding.capabilities;
    let wanted = needed_to_give(permission.granted());
    let wanted = if is_exact { wanted | Capability::Manage.into() } else { wanted };
    match (has.covers(wanted), has.has(Capability::See)) {
        (true, _) => Ok(()),
        (false, true) => Err(Refusal::NotAllowed { permission: permission.clone() }),
        (false, false) => Err(Refusal::NotVisible),
    }
}

/// Whether an issuer who has `holding` may give exactly these capabilities: [`may_give`] for what no permission text says,
/// such as reading together with sharing.
///
/// ```
/// use vouchsafe_engine::{Holding, plan::may_give_these};
/// use vouchsafe_types::{Access, Capability};
///
/// let has = |access: Access| Holding { capabilities: access.capabilities(), ..Holding::NOTHING };
/// let reads_and_shares = Access::Read.capabilities() | Capability::Share.into();
/// assert!(may_give_these(&has(Access::Manage), Access::Read.capabilities(), false));
/// assert!(!may_give_these(&has(Access::Manage), reads_and_shares, false), "it would not be handed on");
/// assert!(may_give_these(&has(Access::Full), reads_and_shares, true));
/// ```
#[must_use]
pub fn may_give_these(holding: &Holding, capabilities: Capabilities, is_exact: bool) -> bool {
    let has = holding.capabilities;
    has.covers(needed_to_give(capabilities)) && (!is_exact || has.has(Capability::Manage))
}

/// What it takes to give so much, as an ordinary row.
pub(crate) fn needed_to_give(capabilities: Capabilities) -> Capabilities {
    let needed = capabilities | Capability::Share.into();
    if capabilities.intersects(RESERVED) { needed | Capability::Delegate.into() } else { needed }
}

/// Whether `user`, who has `holding` on the grant's own resource, may revoke the grant: because he gave it, because it
/// is his own, or because he may change what others gave.
///
/// An exact row may be what keeps somebody out. So it is not for its holder to lift, unless he wrote it by leaving; and
/// for who gave it only while he has `share` there.
///
/// ```
/// use vouchsafe_engine::{Holding, MemorySource, plan::may_revoke};
/// use vouchsafe_types::{Access, Capabilities};
///
/// let mut source = MemorySource::default();
/// let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| source.add_person(name));
/// let home = source.add_path("/ann", false).unwrap();
/// let nothing = Holding::NOTHING;
/// let full = Holding { capabilities: Access::Full.capabilities(), ..nothing };
///
/// let read = source.add_grant(ann, bob, home, Access::Read).clone();
/// assert!(may_revoke(&nothing, ann, &read) && may_revoke(&nothing, bob, &read));
/// assert!(!may_revoke(&nothing, eve, &read) && may_revoke(&full, eve, &read));
///
/// let mut deny = source.add_grant(ann, bob, home, Capabilities::NONE).clone();
/// deny.exact = true;
/// assert!(!may_revoke(&nothing, bob, &deny) && !may_revoke(&nothing, ann, &deny));
/// ```
#[must_use]
pub fn may_revoke(holding: &Holding, user: UserId, grant: &Grant) -> bool {
    let has_say = !grant.exact || holding.capabilities.has(Capability::Share);
    let is_his_gift = grant.issuer == user && grant.origin != LEFT && has_say;
    let is_his_own = grant.holder == Holder::User(user) && (!grant.exact || grant.origin == LEFT);
    is_his_gift || is_his_own || holding.capabilities.has(Capability::Manage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_types::{Access, Ask, EntryId, GrantId, Resource};

    fn with(access: Access) -> Holding {
        Holding { capabilities: access.capabilities(), ..Holding::NOTHING }
    }

    fn asked(ask: Ask, manage: u8) -> Permission {
        Permission { manage, ..Permission::on(Resource::Entry(EntryId::from(uuid::Uuid::nil())), ask) }
    }

    #[test]
    fn nobody_gives_what_he_has_not_or_may_not_hand_on() {
        let refused = |p: &Permission| Err(Refusal::NotAllowed { permission: p.clone() });
        let (read, write, manage) =
            (asked(Ask::One(Capability::Read), 0), asked(Ask::One(Capability::Write), 0), asked(Ask::Whole, 1));
        assert_eq!(may_give(&with(Access::Manage), &write, false), Ok(()));
        assert_eq!(may_give(&with(Access::None), &write, false), Err(Refusal::NotVisible));
        assert_eq!(may_give(&with(Access::Write), &write, false), refused(&write));
        assert_eq!(may_give(&with(Access::Manage), &manage, false), refused(&manage));
        assert_eq!(may_give(&with(Access::Full), &manage, false), Ok(()));
        let capabilities = Access::Read.capabilities() | Capability::Share.into();
        let reader_who_shares = Holding { capabilities, ..Holding::NOTHING };
        assert_eq!(may_give(&reader_who_shares, &write, false), refused(&write));
        assert_eq!(may_give(&reader_who_shares, &read, false), Ok(()));
    }

    #[test]
    fn share_is_given_only_by_who_may_hand_it_on() {
        let share = asked(Ask::One(Capability::Share), 0);
        assert_eq!(
            may_give(&with(Access::Manage), &share, false),
            Err(Refusal::NotAllowed { permission: share.clone() })
        );
        assert_eq!(may_give(&with(Access::Full), &share, false), Ok(()));
    }

    #[test]
    fn who_has_share_and_delegate_hands_both_on_and_not_what_he_has_not() {
        let delegates = asked(Ask::One(Capability::Read), 2);
        let holding = Holding { capabilities: delegates.granted(), ..Holding::NOTHING };
        assert_eq!(may_give(&holding, &delegates, false), Ok(()));
        assert_eq!(may_give(&holding, &asked(Ask::One(Capability::Read), 1), false), Ok(()));
        let (writes, everything) = (asked(Ask::One(Capability::Write), 2), asked(Ask::Whole, 0));
        for more in [writes, everything] {
            assert_eq!(may_give(&holding, &more, false), Err(Refusal::NotAllowed { permission: more.clone() }));
        }
        assert!(may_give(&holding, &delegates, true).is_err(), "he may not silence others");
    }

    #[test]
    fn an_exact_row_and_a_deny_need_manage() {
        let (read, deny) = (asked(Ask::One(Capability::Read), 0), asked(Ask::Nothing, 0));
        for permission in [&read, &deny] {
            assert!(may_give(&with(Access::Manage), permission, true).is_err());
            assert_eq!(may_give(&with(Access::Full), permission, true), Ok(()));
            assert_eq!(may_give(&with(Access::Owner), permission, true), Ok(()));
        }
    }

    #[test]
    fn one_revokes_what_one_gave_what_is_ones_own_and_with_manage_everything() {
        let (ann, bob, eve) = (UserId::mint(), UserId::mint(), UserId::mint());
        let grant = |holder, exact, origin: &str| Grant {
            id: GrantId::mint(),
            issuer: ann,
            holder: Holder::User(holder),
            resource: Resource::Entry(EntryId::mint()),
            capabilities: Access::Read.capabilities(),
            exact,
            expires_at: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
            origin: origin.into(),
        };
        let given = grant(bob, false, "test");
        let nothing = with(Access::None);
        assert!(may_revoke(&nothing, ann, &given) && may_revoke(&nothing, bob, &given));
        assert!(!may_revoke(&with(Access::Manage), eve, &given), "a manager revokes only what he gave");
        assert!(may_revoke(&with(Access::Full), eve, &given));
        assert!(!may_revoke(&nothing, bob, &grant(bob, true, "test")), "a restriction is not one's own to lift");
        let left = grant(bob, true, LEFT);
        assert!(may_revoke(&nothing, bob, &left) && !may_revoke(&nothing, ann, &left));
        let restriction = grant(bob, true, "test");
        assert!(!may_revoke(&nothing, ann, &restriction), "it outlives the authority of who wrote it");
        assert!(may_revoke(&with(Access::Manage), ann, &restriction));
    }
}
