//! The accesses that ONLYOFFICE has a value for.

use vouchsafe_store::Entry;
use vouchsafe_types::{Access, Capabilities, Capability};

/// What somebody must have at least for a value, and the access that the value stands for: the first that fits is shown.
const LEVELS: [(Access, Access); 6] = [
    // COMPAT(onlyoffice): plain write shows as ReadWrite; it gives no right to share for that.
    (Access::Write, Access::Full),
    (Access::Filter, Access::Filter),
    (Access::Review, Access::Review),
    (Access::Comment, Access::Comment),
    (Access::Fill, Access::Fill),
    (Access::Read, Access::Read),
];

/// The access that is shown for these capabilities: never more than they are, but for plain write. None for what only
/// lets somebody know of the entry, or list it.
pub(crate) fn shown(capabilities: Capabilities) -> Option<Access> {
    LEVELS.iter().find(|(least, _)| capabilities.covers(least.capabilities())).map(|(_, access)| *access)
}

/// The same on an entry. What is kept back there is said beside the value, and does not make it less.
pub(super) fn shown_on(entry: &Entry, capabilities: Capabilities) -> Option<Access> {
    let kept_back = if entry.restrictions.denies_download { Capability::Download.into() } else { Capabilities::NONE };
    shown(capabilities | kept_back)
}

/// What the access is called in messages and in the audit.
pub(super) const fn label(access: Access) -> &'static str {
    match access {
        Access::Filter => "Custom Filter",
        Access::Review => "Review",
        Access::Fill => "Form Filling",
        Access::Comment => "Comment",
        Access::Read => "Read Only",
        Access::None | Access::See | Access::List => "Deny Access",
        Access::Write | Access::Manage | Access::Full | Access::Owner => "Full Access",
    }
}

#[cfg(test)]
mod tests {
    use super::shown;
    use vouchsafe_types::{Access, Capabilities, Capability};

    #[test]
    fn what_is_shown_never_overstates_but_for_plain_write() {
        for bits in 0..=Capabilities::ALL.bits() {
            let has = Capabilities::from_bits(bits);
            match shown(has) {
                Some(Access::Full) => assert!(has.covers(Access::Write.capabilities())),
                Some(access) => assert!(has.covers(access.capabilities())),
                None => assert!(!has.covers(Access::Read.capabilities())),
            }
        }
    }

    #[test]
    fn every_access_is_shown_as_section_8_says() {
        let both = Access::Comment.capabilities() | Capability::Fill.into();
        let cases = [
            (Access::See.capabilities(), None),
            (Access::List.capabilities(), None),
            (Access::Read.capabilities(), Some(Access::Read)),
            (Access::Comment.capabilities(), Some(Access::Comment)),
            (Access::Fill.capabilities(), Some(Access::Fill)),
            (both, Some(Access::Comment)),
            (Access::Review.capabilities(), Some(Access::Review)),
            (Access::Filter.capabilities(), Some(Access::Filter)),
            (Access::Write.capabilities(), Some(Access::Full)),
            (Access::Manage.capabilities(), Some(Access::Full)),
            (Access::Full.capabilities(), Some(Access::Full)),
        ];
        for (has, expected) in cases {
            assert_eq!(shown(has), expected, "{has:?}");
        }
    }
}
