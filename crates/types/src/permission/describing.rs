//! What somebody has, as text.

use super::{Ask, Permission, Target, granted};
use crate::{
    Resource,
    access::Access,
    capability::{Capabilities, Capability},
};

impl Permission {
    /// The text that says most of `capabilities` on `resource` without overstating them; of texts that say as much, that
    /// of a named access. What a text granted is described by a text that grants the same.
    ///
    /// A name has one text, whatever is held on it; apps and sites have texts for opening, managing and everything.
    ///
    /// ```
    /// use vouchsafe_types::{Access, Capability, EntryId, Permission, Resource};
    ///
    /// let (file, more) = (EntryId::mint(), Capability::Fill.into());
    /// let permission = Permission::describing(&Resource::Entry(file), Access::Comment.capabilities() | more);
    /// assert_eq!(permission.to_string(), format!("fs:{file}:fill"), "no text says both");
    /// ```
    #[must_use]
    pub fn describing(resource: &Resource, capabilities: Capabilities) -> Self {
        if capabilities == Capabilities::ALL {
            return Self::on(resource.clone(), Ask::Whole);
        }
        let manage = match (capabilities.has(Capability::Share), capabilities.has(Capability::Delegate)) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => 2,
        };
        let ask = match Access::nearest(capabilities - Capabilities::SHARING) {
            Access::None => Ask::Nothing,
            Access::See => Ask::One(Capability::See),
            Access::List => Ask::One(Capability::List),
            Access::Read => Ask::One(Capability::Read),
            Access::Comment => Ask::One(Capability::Comment),
            Access::Fill => Ask::One(Capability::Fill),
            Access::Review => Ask::One(Capability::Review),
            Access::Filter => Ask::One(Capability::Filter),
            Access::Write | Access::Manage | Access::Full | Access::Owner if manage > 0 => Ask::Whole,
            Access::Write | Access::Manage | Access::Full | Access::Owner => Ask::One(Capability::Write),
        };
        let (ask, manage) = match resource {
            Resource::Entry(_) => fuller((ask, manage), capabilities),
            Resource::App(_) | Resource::Site(_) | Resource::Named(_) => (ask, manage),
        };
        Self { target: Target::Resource(resource.clone()), ask, manage }
    }
}

/// The word that says more of `capabilities` than `said` does, if there is one: a single capability brings reading and no
/// download, so that the access of its name may be more than there is.
fn fuller(said: (Ask, u8), capabilities: Capabilities) -> (Ask, u8) {
    let is_word = |one: &Capability| !matches!(one, Capability::Delegate | Capability::Manage);
    let words = Capability::ALL.into_iter().filter(is_word).map(Ask::One);
    let texts = words.flat_map(|word| (0..=said.1).map(move |manage| (word, manage)));
    let count = |(ask, manage): (Ask, u8)| granted(ask, manage).len();
    let fits = |&(ask, manage): &(Ask, u8)| capabilities.covers(granted(ask, manage));
    texts.filter(fits).fold(said, |best, text| if count(text) > count(best) { text } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    const U: &str = "5f4b2e0e-8a8e-4d0c-9a3e-2b8f0d6f4c11";

    fn parse(text: &str) -> Permission {
        text.parse().unwrap()
    }

    #[test]
    fn describing_never_overstates() {
        let resource = Resource::Entry(U.parse().unwrap());
        for bits in 0..=Capabilities::ALL.bits() {
            let capabilities = Capabilities::from_bits(bits);
            assert!(
                capabilities.covers(Permission::describing(&resource, capabilities).demanded()),
                "{capabilities:?}"
            );
        }
        assert_eq!(
            Permission::describing(&resource, Access::Manage.capabilities()).to_string(),
            format!("manage:fs:{U}")
        );
        assert_eq!(Permission::describing(&resource, Access::Read.capabilities()).to_string(), format!("fs:{U}:read"));
    }

    #[test]
    fn what_a_text_granted_is_described_by_one_that_grants_the_same() {
        let resource = Resource::Entry(U.parse().unwrap());
        for word in Capability::ALL.map(Capability::name).into_iter().chain(["", "none"]) {
            for manage in ["", "manage:", "manage:manage:"] {
                let granted = parse(format!("{manage}fs:{U}:{word}").trim_end_matches(':')).granted();
                let described = Permission::describing(&resource, granted);
                assert_eq!(described.granted(), granted, "{manage}{word}: {described}");
            }
        }
        for (word, text) in [("comment", "comment"), ("share", "share"), ("read", "read"), ("write", "write")] {
            let granted = parse(&format!("fs:{U}:{word}")).granted();
            assert_eq!(Permission::describing(&resource, granted).to_string(), format!("fs:{U}:{text}"));
        }
    }
}
