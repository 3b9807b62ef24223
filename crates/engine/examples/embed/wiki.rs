//! The wiki's own data, in its own words and under its own numbers.

use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_engine::{Moment, plan::Changes};
use vouchsafe_types::{Capabilities, EntryId, Grant, GrantId, GroupId, Holder, Resource, UserId};

/// What the wiki calls its people, teams, spaces, pages and shares by.
pub(crate) type Number = u32;

/// Somebody with an account.
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) is_locked: bool,
}

/// Some people.
pub(crate) struct Team {
    pub(crate) name: String,
    pub(crate) members: BTreeSet<Number>,
}

/// Where text stands.
pub(crate) enum Leaf {
    /// A space of its owner's; everybody reads an open one.
    Space { title: String, owner: Number, is_open: bool },
    /// A page in a space, or below another page.
    Page { title: String, under: Number },
}

/// Whom a share is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Person(Number),
    Team(Number),
    Everybody,
}

/// What the wiki calls a grant.
pub(crate) struct Share {
    id: GrantId,
    pub(crate) by: Number,
    pub(crate) with: Audience,
    pub(crate) on: Number,
    may: Capabilities,
    /// Exactly this, and not what others say.
    only: bool,
    pub(crate) until: Option<Moment>,
    since: Moment,
    made: String,
}

/// All of it.
#[derive(Default)]
pub(crate) struct Wiki {
    pub(crate) people: BTreeMap<Number, Person>,
    pub(crate) teams: BTreeMap<Number, Team>,
    pub(crate) leaves: BTreeMap<Number, Leaf>,
    pub(crate) shares: BTreeMap<Number, Share>,
    /// The shares on each space and page: what a decision asks for.
    shares_on: BTreeMap<Number, BTreeSet<Number>>,
    last: Number,
}

/// What is wrong with the wiki's data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WikiError {
    /// A page hangs below something that is gone.
    #[error("page {0} hangs nowhere")]
    LostPage(Number),
    /// A plan holds what the wiki has no place for, such as an app.
    #[error("the wiki cannot keep this")]
    Foreign,
}

/// Deeper than this, a page has no place.
pub(crate) const MAX_DEPTH: usize = 50;

impl Wiki {
    pub(crate) fn add_person(&mut self, name: &str) -> Number {
        let number = self.next();
        self.people.insert(number, Person { name: name.to_owned(), is_locked: false });
        number
    }

    pub(crate) fn add_team(&mut self, name: &str, members: impl IntoIterator<Item = Number>) -> Number {
        let number = self.next();
        self.teams.insert(number, Team { name: name.to_owned(), members: members.into_iter().collect() });
        number
    }

    pub(crate) fn add_space(&mut self, title: &str, owner: Number, is_open: bool) -> Number {
        let number = self.next();
        self.leaves.insert(number, Leaf::Space { title: title.to_owned(), owner, is_open });
        number
    }

    pub(crate) fn add_page(&mut self, title: &str, under: Number) -> Number {
        let number = self.next();
        self.leaves.insert(number, Leaf::Page { title: title.to_owned(), under });
        number
    }

    fn next(&mut self) -> Number {
        self.last = self.last.saturating_add(1);
        self.last
    }

    /// A page and what it hangs below, nearest first; the last one is a space unless it is too deep.
    pub(crate) fn chain(&self, of: Number) -> Result<Vec<Number>, WikiError> {
        let (mut chain, mut at) = (Vec::new(), of);
        while chain.len() <= MAX_DEPTH {
            chain.push(at);
            match self.leaves.get(&at) {
                Some(Leaf::Space { .. }) => break,
                Some(Leaf::Page { under, .. }) => at = *under,
                None => return Err(WikiError::LostPage(of)),
            }
        }
        Ok(chain)
    }

    /// The space or page at a path of titles, the space first.
    pub(crate) fn find(&self, titles: &[String]) -> Option<Number> {
        titles.iter().try_fold(None, |above, wanted| {
            let is_it = |leaf: &Leaf| match leaf {
                Leaf::Space { title, .. } => above.is_none() && title == wanted,
                Leaf::Page { title, under } => above == Some(*under) && title == wanted,
            };
            self.leaves.iter().find(|(_, leaf)| is_it(leaf)).map(|(number, _)| Some(*number))
        })?
    }

    /// The shares on a space or page.
    pub(crate) fn shares_on(&self, leaf: Number) -> impl Iterator<Item = &Share> {
        self.shares_on.get(&leaf).into_iter().flatten().filter_map(|number| self.shares.get(number))
    }

    /// The number of a share, by which people call it.
    pub(crate) fn number_of(&self, grant: GrantId) -> Option<Number> {
        self.shares.iter().find(|(_, share)| share.id == grant).map(|(number, _)| *number)
    }

    /// Whether a share with this audience reaches a person.
    pub(crate) fn reaches(&self, audience: Audience, person: Number) -> bool {
        match audience {
            Audience::Person(number) => number == person,
            Audience::Team(team) => self.teams.get(&team).is_some_and(|team| team.members.contains(&person)),
            Audience::Everybody => true,
        }
    }

    /// Writes what the engine planned: all of it, or nothing.
    pub(crate) fn apply(&mut self, changes: &Changes) -> Result<(), WikiError> {
        let edited = changes.update.iter().map(|edit| &edit.after);
        let written = edited.chain(&changes.insert).map(Share::try_from).collect::<Result<Vec<_>, _>>()?;
        for gone in &changes.delete {
            if let Some(number) = self.number_of(gone.id) {
                self.shares.remove(&number);
                for shares in self.shares_on.values_mut() {
                    shares.remove(&number);
                }
            }
        }
        for share in written {
            let number = self.number_of(share.id).unwrap_or_else(|| self.next());
            self.shares_on.entry(share.on).or_default().insert(number);
            self.shares.insert(number, share);
        }
        Ok(())
    }
}

/// The engine's ids are UUIDs; a number of the wiki's is one with zeros in front.
pub(crate) fn id_of<T: From<uuid::Uuid>>(number: Number) -> T {
    T::from(uuid::Uuid::from_u128(number.into()))
}

/// The number behind an id; none for an id that was never one of ours.
pub(crate) fn number_of(id: uuid::Uuid) -> Option<Number> {
    id.as_u128().try_into().ok()
}

/// The space or page that a resource is.
pub(crate) fn leaf_of(resource: &Resource) -> Option<Number> {
    match resource {
        Resource::Entry(entry) => number_of(entry.as_uuid()),
        Resource::App(_) | Resource::Site(_) | Resource::Named(_) => None,
    }
}

impl Audience {
    /// The audience that a holder is; none for apps, tokens and links, of which the wiki has none.
    pub(crate) fn of(holder: &Holder) -> Option<Self> {
        match holder {
            Holder::User(user) => number_of(user.as_uuid()).map(Self::Person),
            Holder::Group(group) => number_of(group.as_uuid()).map(Self::Team),
            Holder::Everyone => Some(Self::Everybody),
            Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => None,
        }
    }

    pub(crate) fn holder(self) -> Holder {
        match self {
            Self::Person(person) => Holder::User(id_of(person)),
            Self::Team(team) => Holder::Group(id_of::<GroupId>(team)),
            Self::Everybody => Holder::Everyone,
        }
    }
}

impl Share {
    /// The share as the engine reads it.
    pub(crate) fn grant(&self) -> Grant {
        Grant {
            id: self.id,
            issuer: id_of::<UserId>(self.by),
            holder: self.with.holder(),
            resource: Resource::Entry(id_of::<EntryId>(self.on)),
            capabilities: self.may,
            exact: self.only,
            expires_at: self.until,
            created_at: self.since,
            origin: self.made.clone(),
        }
    }
}

impl TryFrom<&Grant> for Share {
    type Error = WikiError;

    fn try_from(grant: &Grant) -> Result<Self, WikiError> {
        Ok(Self {
            id: grant.id,
            by: number_of(grant.issuer.as_uuid()).ok_or(WikiError::Foreign)?,
            with: Audience::of(&grant.holder).ok_or(WikiError::Foreign)?,
            on: leaf_of(&grant.resource).ok_or(WikiError::Foreign)?,
            may: grant.capabilities,
            only: grant.exact,
            until: grant.expires_at,
            since: grant.created_at,
            made: grant.origin.clone(),
        })
    }
}
