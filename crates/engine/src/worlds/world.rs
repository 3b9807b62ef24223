use super::{
    dice::Dice,
    story::{APPS, NAMES, Row, SITES, Story, What, Whom},
};
use crate::{
    memory::{MemoryEntry, MemorySite, MemorySource},
    reference::{self, Reference},
    source::{Moment, Subject},
};
use chrono::{DateTime, TimeDelta};
use std::collections::BTreeSet;
use vouchsafe_types::{
    AppUid, DefaultGroup, EntryId, Grant, GroupId, Holder, LinkId, Name, Resource, Restrictions, SessionId, SiteId,
    UserId,
};

/// A world in memory: what the reference judges, with the ids of everything in it.
///
/// ```
/// use vouchsafe_engine::worlds::{Story, World};
/// let world = World::new(&Story::random(7));
/// let people: Vec<_> = world.source.users.keys().collect();
/// assert!(world.people.iter().all(|person| people.contains(&person)));
/// ```
#[derive(Clone, Debug)]
pub struct World {
    /// What is stored.
    pub source: MemorySource,
    /// The moment.
    pub now: Moment,
    /// People, each with a name made of `p` and his place here.
    pub people: Vec<UserId>,
    /// Groups.
    pub groups: Vec<GroupId>,
    /// Entries, the roots first; those that are deleted stay in the list.
    pub entries: Vec<EntryId>,
    /// Apps.
    pub apps: Vec<AppUid>,
    /// Sites.
    pub sites: Vec<SiteId>,
    /// One access token of each person.
    pub tokens: Vec<SessionId>,
    /// Links.
    pub links: Vec<LinkId>,
    /// Names: what is named after the first person, and what lies below it.
    pub names: Vec<Resource>,
    /// For ids that are still to be made.
    pub dice: Dice,
}

impl World {
    /// The world in which a story begins.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::{Story, World};
    /// let story = Story::random(7);
    /// assert_eq!(World::new(&story).source.grants, World::new(&story).source.grants, "down to the ids");
    /// ```
    #[must_use]
    pub fn new(story: &Story) -> Self {
        let mut dice = Dice::new(story.seed ^ 0x5EED);
        let mut world = Self {
            source: MemorySource::default(),
            now: DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default(),
            people: story.people.iter().map(|_| dice.id()).collect(),
            groups: (0..3).map(|_| dice.id()).collect(),
            entries: story.entries.iter().map(|_| dice.id()).collect(),
            apps: (0..APPS).filter_map(|at| format!("app-{at}").parse().ok()).collect(),
            sites: (0..SITES).map(|_| dice.id()).collect(),
            tokens: story.people.iter().map(|_| dice.id()).collect(),
            links: (0..2).map(|_| dice.id()).collect(),
            names: Vec::new(),
            dice,
        };
        world.names = names(world.people[0]);
        world.fill(story);
        world
    }

    fn fill(&mut self, story: &Story) {
        for (at, (is_active, is_confirmed)) in story.people.iter().enumerate() {
            self.source.users.insert(self.people[at], *is_active);
            self.confirm(at, *is_confirmed);
        }
        for (at, group) in self.groups.iter().enumerate() {
            let members = story.groups.get(at).into_iter().flatten();
            let members = members.map(|member| self.people[member % self.people.len()]).collect();
            self.source.groups.insert(*group, members);
        }
        for (at, spot) in story.entries.iter().enumerate() {
            let parent = spot.parent.map(|parent| self.entries[parent]);
            let name = match (parent, spot.name) {
                (None, _) => format!("p{at}"),
                (Some(_), Some(name)) => name.to_owned(),
                (Some(_), None) => format!("e{at}"),
            };
            self.source.entries.insert(self.entries[at], MemoryEntry { parent, name, is_file: spot.is_file });
            if spot.kept_back != Restrictions::NONE {
                self.source.restrictions.insert(self.entries[at], spot.kept_back);
            }
            if parent.is_none() {
                self.source.roots.insert(self.entries[at], self.people[at]);
            }
        }
        for (at, app) in self.apps.iter().enumerate() {
            self.source.apps.insert(app.clone(), (format!("editor{at}"), self.people[at]));
        }
        for (at, site) in self.sites.iter().enumerate() {
            let (owner, name) = (self.people[at], format!("site{at}"));
            let served = |entry: &EntryId| {
                let is_dir = self.source.entries.get(entry).is_some_and(|e| !e.is_file);
                is_dir && reference::owner(&self.source, &Resource::Entry(*entry)) == Some(owner)
            };
            let root = self.entries.iter().rev().find(|entry| served(entry)).copied();
            self.source.sites.insert(*site, MemorySite { name, owner, root });
        }
        for row in &story.rows {
            let grant = self.grant(row);
            self.source.grants.push(grant);
        }
    }

    /// A grant as a story tells it.
    pub(super) fn grant(&mut self, row: &Row) -> Grant {
        Grant {
            id: self.dice.id(),
            issuer: self.person(row.issuer),
            holder: self.holder(row.whom, row.issuer),
            resource: self.resource(row.what),
            capabilities: row.capabilities,
            exact: row.exact,
            expires_at: row.ends.map(|ends| self.second(ends)),
            created_at: self.now,
            origin: "world".to_owned(),
        }
    }

    /// A second of the story: it begins with the first one.
    #[must_use]
    pub(super) fn second(&self, second: u8) -> Moment {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default() + TimeDelta::seconds(second.into())
    }

    /// A person.
    #[must_use]
    pub(super) fn person(&self, at: usize) -> UserId {
        self.people[at % self.people.len()]
    }

    /// An entry, whether or not it is still there.
    #[must_use]
    pub(super) fn entry(&self, at: usize) -> EntryId {
        self.entries[at % self.entries.len()]
    }

    /// Who is meant; `issuer` for what is his.
    #[must_use]
    pub(super) fn holder(&self, whom: Whom, issuer: usize) -> Holder {
        match whom {
            Whom::Person(at) => Holder::User(self.person(at)),
            Whom::Group(at) => Holder::Group(self.groups[at % self.groups.len()]),
            Whom::Default(is_confirmed) => Holder::Group(default(is_confirmed).id()),
            Whom::Everyone => Holder::Everyone,
            Whom::App(at, user) => {
                Holder::App { app: self.apps[at % APPS].clone(), user: user.map(|user| self.person(user)) }
            }
            Whom::Token => Holder::Token(self.tokens[issuer % self.tokens.len()]),
            Whom::Link(at) => Holder::Link(self.links[at % self.links.len()]),
        }
    }

    /// What is meant.
    #[must_use]
    pub(super) fn resource(&self, what: What) -> Resource {
        match what {
            What::Entry(at) => Resource::Entry(self.entry(at)),
            What::App(at) => Resource::App(self.apps[at % APPS].clone()),
            What::Site(at) => Resource::Site(self.sites[at % SITES]),
            What::Name(at) => self.names[at % self.names.len()].clone(),
        }
    }

    /// Everything that grants are about, or could be.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::{Story, World};
    /// let world = World::new(&Story::random(7));
    /// let all = world.resources();
    /// assert!(world.source.grants.iter().all(|grant| all.contains(&grant.resource)));
    /// ```
    #[must_use]
    pub fn resources(&self) -> Vec<Resource> {
        let entries = self.source.entries.keys().copied().map(Resource::Entry);
        let others = self.apps.iter().cloned().map(Resource::App).chain(self.sites.iter().copied().map(Resource::Site));
        entries.chain(others).chain(self.names.iter().cloned()).collect()
    }

    /// The rule, applied to this world.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::{Story, World};
    /// let world = World::new(&Story::random(7));
    /// let people = world.right().people().keys().map(|(who, _)| *who).collect::<Vec<_>>();
    /// assert!(world.people.iter().all(|person| people.contains(person)));
    /// ```
    #[must_use]
    pub fn right(&self) -> Reference<'_> {
        self.right_at(self.now)
    }

    /// The rule, applied to this world at some other moment.
    #[must_use]
    pub(super) fn right_at(&self, now: Moment) -> Reference<'_> {
        Reference::also_about(&self.source, &self.names, now)
    }

    /// Everybody and everything that could ask and is no person.
    ///
    /// ```
    /// use vouchsafe_engine::{Subject, worlds::{Story, World}};
    /// let helpers = World::new(&Story::random(7)).helpers();
    /// assert!(!helpers.iter().any(|who| matches!(who, Subject::User(_))));
    /// ```
    #[must_use]
    pub fn helpers(&self) -> Vec<Subject> {
        let mut all = vec![Subject::Everyone];
        for app in &self.apps {
            all.push(Subject::App { app: app.clone(), user: None });
            all.extend(self.people.iter().map(|user| Subject::App { app: app.clone(), user: Some(*user) }));
        }
        let made = self.tokens.iter().zip(&self.people);
        all.extend(made.map(|(token, user)| Subject::Token { token: *token, user: *user }));
        for site in &self.sites {
            all.extend(self.people.iter().take(2).map(|user| Subject::Site { site: *site, user: *user }));
        }
        all.extend(self.groups.iter().copied().map(Subject::Group));
        all.extend(DefaultGroup::ALL.map(|group| Subject::Group(group.id())));
        all.extend(self.links.iter().copied().map(Subject::Link));
        all
    }

    /// Whether a person's address is proven.
    #[must_use]
    pub(super) fn is_confirmed(&self, user: UserId) -> bool {
        self.source.groups.get(&DefaultGroup::User.id()).is_some_and(|members| members.contains(&user))
    }

    /// Moves an account into the default group where it belongs.
    pub(super) fn confirm(&mut self, at: usize, is_confirmed: bool) {
        let user = self.person(at);
        for group in DefaultGroup::ALL {
            let members = self.source.groups.entry(group.id()).or_default();
            if group.has(is_confirmed) {
                members.insert(user)
            } else {
                members.remove(&user)
            };
        }
    }

    /// The entry and everything below it.
    #[must_use]
    pub(super) fn below(&self, top: EntryId) -> BTreeSet<EntryId> {
        let is_below =
            |entry: &EntryId| reference::above(&self.source, &Resource::Entry(*entry)).contains(&Resource::Entry(top));
        self.source.entries.keys().copied().filter(is_below).collect()
    }
}

/// What is named after a person, the outermost first.
fn names(person: UserId) -> Vec<Resource> {
    let whole = ["user", &person.to_string(), "mail", "read"].map(str::to_owned);
    let name = |below| Name::new(whole.iter().take(2 + below).cloned().collect());
    (0..NAMES).filter_map(name).map(Resource::Named).collect()
}

const fn default(is_confirmed: bool) -> DefaultGroup {
    if is_confirmed { DefaultGroup::User } else { DefaultGroup::Temp }
}
