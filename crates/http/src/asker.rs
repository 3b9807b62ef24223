//! At whose expense a question is looked into.

use std::net::{IpAddr, Ipv6Addr};
use vouchsafe_types::{LinkId, UserId};

/// Who asks, as far as others may have to wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A person, or something that acts for one.
    Person(UserId),
    /// Somebody without an account.
    Visitor {
        /// Where he comes from, if that is known.
        place: Option<IpAddr>,
        /// What he came by, if it opens anything.
        link: Option<LinkId>,
    },
}

/// What has a budget, or turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Payer {
    Person(UserId),
    Place(IpAddr),
    Link(LinkId),
}

impl From<UserId> for Asker {
    fn from(user: UserId) -> Self {
        Self::Person(user)
    }
}

impl Asker {
    /// Whose budget it is. A link has none: whoever has it would shut out the others who do.
    pub(crate) fn payer(self) -> Option<Payer> {
        match self {
            Self::Person(user) => Some(Payer::Person(user)),
            Self::Visitor { place, .. } => place.map(|peer| Payer::Place(self::place(peer))),
        }
    }

    /// Whose turns it takes, one after the other: one place has many links, and one link is had in many places. Who
    /// waits for a turn of his place keeps none of the link's.
    pub(crate) fn queues(self) -> impl Iterator<Item = Payer> {
        let link = match self {
            Self::Person(_) => None,
            Self::Visitor { link, .. } => link.map(Payer::Link),
        };
        self.payer().into_iter().chain(link)
    }
}

/// Where a request comes from, as far as one person has it to himself: of IPv6, a network.
pub(crate) fn place(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address @ IpAddr::V4(_) => address,
    }
}
