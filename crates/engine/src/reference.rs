//! The rule again, written as plainly as it is stated: the reference that the engine is tested against.
//!
//! Everything for everybody, from nothing upwards, until nothing changes. Slow on purpose, and free of the engine's
//! code: of the engine it knows only the words for what is stored ([`MemorySource`]) and for who asks ([`Subject`]).
//! There with the feature `testing`, so that a service can test its own source against it.

use crate::{
    Dormancy,
    memory::MemorySource,
    source::{Moment, Subject},
};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_types::{AppUid, Capabilities, Capability, EntryId, Grant, Holder, Resource, SiteId, UserId};

mod falling;
pub use falling::falling;

use Capability::{Comment, Delegate, Download, Edit, Fill, Filter, List, Manage, Read, Review, See, Share, Write};

/// What everybody has on everything.
///
/// ```
/// use vouchsafe_engine::{reference::{Holdings, Reference}, sandbox::*};
/// let (mut world, [ann]) = Sandbox::of(["ann"]);
/// let home = world.dir("/ann");
/// let all: Holdings = Reference::new(&world.source, world.now).people().clone();
/// assert_eq!(all[&(ann, home.into())], Capabilities::ALL);
/// ```
pub type Holdings = BTreeMap<(UserId, Resource), Capabilities>;

/// One world at one moment, and what everybody has in it.
///
/// ```
/// use vouchsafe_engine::{Subject, reference::Reference, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let on = world.row(ann, bob, "fs:/ann:read").resource.clone();
/// let right = Reference::new(&world.source, world.now).has(&Subject::User(bob), &on);
/// let Ok(held) = world.engine.holding(&mut world.source, &bob.into(), &on, world.now);
/// assert_eq!(held.capabilities, right);
/// ```
pub struct Reference<'w> {
    world: &'w MemorySource,
    now: Moment,
    people: Holdings,
}

/// A grant that is heard, and the place it stands on.
type Heard<'w> = (&'w Grant, Resource);

impl<'w> Reference<'w> {
    /// Applies the six points to everybody and everything until nothing changes.
    ///
    /// ```
    /// use vouchsafe_engine::{reference::Reference, sandbox::*};
    /// use vouchsafe_types::Resource;
    ///
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let home = world.dir("/ann");
    /// world.row(ann, bob, "fs:/ann:read");
    /// let all = Reference::new(&world.source, world.now);
    /// assert_eq!(all.people()[&(bob, Resource::Entry(home))], Access::Read.capabilities());
    /// ```
    #[must_use]
    pub fn new(world: &'w MemorySource, now: Moment) -> Self {
        Self::also_about(world, &[], now)
    }

    /// The same, and about these names, on which no grant may stand.
    ///
    /// ```
    /// use vouchsafe_engine::{Subject, reference::Reference, sandbox::*};
    /// use vouchsafe_types::Name;
    ///
    /// let (world, [ann]) = Sandbox::of(["ann"]);
    /// let apps = Resource::Named(Name::new(vec!["apps-of-user".into(), ann.to_string()]).unwrap());
    /// let all = Reference::also_about(&world.source, &[apps.clone()], world.now);
    /// assert_eq!(all.has(&Subject::User(ann), &apps), Capabilities::ALL, "it is named after her");
    /// ```
    #[must_use]
    pub fn also_about(world: &'w MemorySource, names: &[Resource], now: Moment) -> Self {
        let things: BTreeSet<Resource> = things(world).into_iter().chain(names.iter().cloned()).collect();
        let everybody = || world.users.keys().flat_map(|user| things.iter().map(|on| (*user, on.clone())));
        // Points 2 to 4 use stored facts only.
        let heard: Vec<_> =
            everybody().map(|(user, on)| (heard(world, now, &Subject::User(user), &on), (user, on))).collect();
        let mut people: Holdings = everybody().map(|key| (key, Capabilities::NONE)).collect();
        loop {
            let mut next = Holdings::new();
            for (rows, (user, on)) in &heard {
                let implied = if owns(world, *user, on) { Capabilities::ALL } else { Capabilities::NONE };
                let given = rows.iter().map(|row| gives(world, &people, row, on));
                let given = left(world, on, given.fold(none(), |sum, more| sum | more));
                next.insert((*user, on.clone()), implied | given);
            }
            if next == people {
                return Self { world, now, people };
            }
            people = next;
        }
    }

    /// What every person has on everything, were his own account active.
    ///
    /// ```
    /// use vouchsafe_engine::{reference::Reference, sandbox::*};
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let home = Resource::from(world.dir("/ann"));
    /// let all = Reference::new(&world.source, world.now);
    /// assert_eq!(all.people()[&(ann, home.clone())], Capabilities::ALL);
    /// assert!(all.people()[&(bob, home)].is_empty());
    /// ```
    #[must_use]
    pub const fn people(&self) -> &Holdings {
        &self.people
    }

    /// What `who` has on `on`: a person by the rule, and what acts for a person never more than he has.
    ///
    /// ```
    /// use vouchsafe_engine::{Subject, reference::Reference, sandbox::*};
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let on = world.row(ann, Holder::Everyone, "fs:/ann:see").resource.clone();
    /// world.source.set_active(bob, false);
    /// let all = Reference::new(&world.source, world.now);
    /// assert_eq!(all.has(&Subject::Everyone, &on), Capability::See.into());
    /// assert!(all.has(&Subject::User(bob), &on).is_empty(), "he is suspended");
    /// ```
    #[must_use]
    pub fn has(&self, who: &Subject, on: &Resource) -> Capabilities {
        if !is_there(self.world, on) {
            return none();
        }
        let person = who.person().map(|person| if self.is_active(person) { self.person(person, on) } else { none() });
        if let Subject::User(_) = who {
            return person.unwrap_or_default();
        }
        let implied = self.implied(who, on);
        let mut given = implied;
        for row in heard(self.world, self.now, who, on) {
            given = given | if is_own(row.0) { row.0.capabilities & self.person(row.0.issuer, on) } else { none() };
            given = given | gives(self.world, &self.people, &row, on);
        }
        person.map_or_else(|| implied | left(self.world, on, given), |person| given & person)
    }

    /// Why a grant gives nothing on its own resource; `None` for one that works.
    ///
    /// ```
    /// use vouchsafe_engine::{reference::Reference, sandbox::*};
    /// let (mut world, [_, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
    /// let grant = world.row(bob, eve, "fs:/ann:read").clone();
    /// let all = Reference::new(&world.source, world.now);
    /// assert_eq!(all.why_not(&grant), Some(Dormancy::IssuerLostAuthority));
    /// ```
    #[must_use]
    pub fn why_not(&self, grant: &Grant) -> Option<Dormancy> {
        let (is_deny, on) = (is_deny(grant), &grant.resource);
        let holder = Subject::of_holder(&grant.holder, Some(grant.issuer))?;
        let is_heard = || heard(self.world, self.now, &holder, on).iter().any(|row| row.0.id == grant.id);
        let given = match is_own(grant) {
            true => grant.capabilities & self.person(grant.issuer, on),
            false => gives(self.world, &self.people, &(grant, on.clone()), on),
        };
        match () {
            () if grant.expires_at.is_some_and(|at| at <= self.now) => Some(Dormancy::Expired),
            () if holder.person().is_some_and(|person| !self.is_active(person)) => Some(Dormancy::Suspended),
            () if !is_deny && !self.is_active(grant.issuer) => Some(Dormancy::Suspended),
            () if !is_heard() => Some(Dormancy::Silenced),
            () if !is_deny && given.is_empty() => Some(Dormancy::IssuerLostAuthority),
            () => None,
        }
    }

    fn person(&self, user: UserId, on: &Resource) -> Capabilities {
        self.people.get(&(user, on.clone())).copied().unwrap_or_default()
    }

    fn is_active(&self, user: UserId) -> bool {
        self.world.users.get(&user) == Some(&true)
    }

    /// What an app or a page of a site has without a grant, as far as its person has it.
    fn implied(&self, who: &Subject, on: &Resource) -> Capabilities {
        let is_implied = match (who, on) {
            (Subject::App { app, .. }, Resource::App(asked)) if app == asked => {
                return Capabilities::of(&[See, List, Read, Download]);
            }
            (Subject::Site { site, user }, Resource::Entry(entry)) if is_served(self.world, *site, *user, *entry) => {
                return Capabilities::of(&[See, List, Read]);
            }
            (Subject::App { app, .. }, Resource::Entry(entry)) => is_app_data(self.world, app, *entry),
            _ => false,
        };
        if is_implied { Capabilities::ALL } else { none() }
    }
}

const fn none() -> Capabilities {
    Capabilities::NONE
}

/// Everything there is: entries, apps, sites, and the names that grants are about, with what is above them.
fn things(world: &MemorySource) -> BTreeSet<Resource> {
    let entries = world.entries.keys().copied().map(Resource::Entry);
    let apps = world.apps.keys().cloned().map(Resource::App);
    let sites = world.sites.keys().copied().map(Resource::Site);
    let named = world.grants.iter().flat_map(|grant| above(world, &grant.resource));
    entries.chain(apps).chain(sites).chain(named).collect()
}

/// Whether there is such a thing; every name is there.
#[must_use]
pub(crate) fn is_there(world: &MemorySource, on: &Resource) -> bool {
    match on {
        Resource::Entry(entry) => world.entries.contains_key(entry),
        Resource::App(app) => world.apps.contains_key(app),
        Resource::Site(site) => world.sites.contains_key(site),
        Resource::Named(_) => true,
    }
}

/// The thing itself, the one above it, and so on.
///
/// ```
/// use vouchsafe_engine::{reference::above, sandbox::*};
/// let (mut world, _) = Sandbox::of(["ann"]);
/// let [home, photos] = ["/ann", "/ann/photos"].map(|path| Resource::from(world.dir(path)));
/// assert_eq!(above(&world.source, &photos), [photos, home]);
/// ```
#[must_use]
pub fn above(world: &MemorySource, on: &Resource) -> Vec<Resource> {
    let mut all = vec![on.clone()];
    match on {
        Resource::Entry(entry) => all.extend(directories(world, *entry).into_iter().skip(1).map(Resource::Entry)),
        Resource::Named(name) => all.extend(name.prefixes().into_iter().skip(1).map(Resource::Named)),
        Resource::App(_) | Resource::Site(_) => {}
    }
    all
}

/// The entry, the directory it lies in, and so on up to the root.
fn directories(world: &MemorySource, entry: EntryId) -> Vec<EntryId> {
    let mut all = vec![entry];
    let mut at = entry;
    while let Some(parent) = world.entries.get(&at).and_then(|found| found.parent) {
        all.push(parent);
        at = parent;
    }
    all
}

/// Whose it is.
#[must_use]
pub(crate) fn owner(world: &MemorySource, on: &Resource) -> Option<UserId> {
    match on {
        Resource::Entry(entry) => directories(world, *entry).last().and_then(|root| world.roots.get(root)).copied(),
        Resource::App(app) => world.apps.get(app).map(|(_, owner)| *owner),
        Resource::Site(site) => world.sites.get(site).map(|site| site.owner),
        Resource::Named(_) => None,
    }
}

/// Point 1. Of names, one owns those that are named after one.
#[must_use]
pub(crate) fn owns(world: &MemorySource, user: UserId, on: &Resource) -> bool {
    if let Resource::Named(name) = on {
        let families = ["user", "apps-of-user", "subdomains-of-user"];
        return matches!(name.components(), [family, whom, ..]
            if families.contains(&family.as_str()) && *whom == user.to_string());
    }
    owner(world, on) == Some(user)
}

/// Points 2 to 4: the grants that are heard when `who` asks about `on`.
#[must_use]
pub(crate) fn heard<'w>(world: &'w MemorySource, now: Moment, who: &Subject, on: &Resource) -> Vec<Heard<'w>> {
    let levels = above(world, on);
    // 2. The rows that speak.
    let distance = |grant: &Grant| levels.iter().position(|level| *level == grant.resource);
    let speaking: Vec<(&Grant, usize, u8)> = world
        .grants
        .iter()
        .filter(|grant| grant.expires_at.is_none_or(|at| at > now))
        .filter_map(|grant| Some((grant, distance(grant)?, rank(world, who, &grant.holder)?)))
        .collect();
    // 3. One exact row governs.
    let is_file = matches!(on, Resource::Entry(entry) if world.entries.get(entry).is_some_and(|e| e.is_file));
    let order = |(grant, far, rank): &(&Grant, usize, u8)| {
        (is_file && *far > 0, *rank, *far, u8::MAX - restrictive(grant.capabilities), grant.capabilities.len())
    };
    let exact: Vec<_> = speaking.iter().filter(|(grant, _, _)| grant.exact).collect();
    let first = exact.iter().map(|row| order(row)).min();
    // 4. What the exact rows silence.
    let is_heard = |row: &&(&Grant, usize, u8)| {
        if row.0.exact {
            return Some(order(row)) == first;
        }
        exact.iter().all(|(_, far, rank)| row.1 < *far || row.2 < *rank)
    };
    speaking.iter().filter(is_heard).map(|(grant, _, _)| (*grant, grant.resource.clone())).collect()
}

/// Point 5, with what is known so far: what a heard row gives, cut to what its issuer has on the thing asked about.
fn gives(world: &MemorySource, people: &Holdings, (grant, stands_on): &Heard<'_>, on: &Resource) -> Capabilities {
    let of = |on: &Resource| people.get(&(grant.issuer, on.clone())).copied().unwrap_or_default();
    let there = of(stands_on);
    if world.users.get(&grant.issuer) != Some(&true) || !there.has(Share) {
        return none();
    }
    let handed_on = if there.has(Delegate) { none() } else { Capabilities::of(&[Share, Manage, Delegate]) };
    (grant.capabilities & of(on)) - handed_on
}

/// What the owner of a file leaves of what others were given there.
fn left(world: &MemorySource, on: &Resource, given: Capabilities) -> Capabilities {
    match on {
        Resource::Entry(entry) => world.restrictions_of(*entry).cut(given),
        Resource::App(_) | Resource::Site(_) | Resource::Named(_) => given,
    }
}

fn is_deny(grant: &Grant) -> bool {
    grant.exact && grant.capabilities.is_empty()
}

/// Whether a grant is to what acts for its issuer himself: that needs no authority, and never exceeds him.
fn is_own(grant: &Grant) -> bool {
    match &grant.holder {
        Holder::App { user, .. } => *user == Some(grant.issuer),
        // Only who made a token gives it anything.
        Holder::Token(_) => true,
        Holder::User(_) | Holder::Group(_) | Holder::Everyone | Holder::Link(_) => false,
    }
}

/// How specific a grant to `holder` is for `who`; `None` when it does not speak for him.
fn rank(world: &MemorySource, who: &Subject, holder: &Holder) -> Option<u8> {
    let is_in = |group, user| world.groups.get(&group).is_some_and(|members| members.contains(&user));
    match (who, holder) {
        (Subject::User(user), Holder::User(held)) if user == held => Some(0),
        (Subject::User(user), Holder::Group(group)) if is_in(*group, *user) => Some(1),
        (Subject::Group(asked), Holder::Group(group)) if asked == group => Some(1),
        (Subject::User(_) | Subject::Group(_) | Subject::Everyone, Holder::Everyone) => Some(2),
        (Subject::App { app, user }, Holder::App { app: held, user: whom }) if app == held => match whom {
            None => Some(1),
            Some(_) if user == whom => Some(0),
            Some(_) => None,
        },
        (Subject::Token { token, .. }, Holder::Token(held)) if token == held => Some(0),
        (Subject::Link(link), Holder::Link(held)) if link == held => Some(0),
        _ => None,
    }
}

/// Whether an entry is, or lies below, `AppData/<app>` in a home.
fn is_app_data(world: &MemorySource, app: &AppUid, entry: EntryId) -> bool {
    let mut from_home = directories(world, entry);
    from_home.reverse();
    let name = |level: usize| from_home.get(level).and_then(|e| world.entries.get(e)).map(|e| e.name.as_str());
    name(1) == Some("AppData") && name(2) == Some(app.as_str())
}

/// Whether an entry is, or lies below, the directory that a site of this owner's serves.
fn is_served(world: &MemorySource, site: SiteId, owner: UserId, entry: EntryId) -> bool {
    let found = world.sites.get(&site).filter(|site| site.owner == owner);
    found.and_then(|site| site.root).is_some_and(|root| directories(world, entry).contains(&root))
}

/// ONLYOFFICE's order of values, from the least restrictive (0) to the most (8).
fn restrictive(c: Capabilities) -> u8 {
    let has = |list: &[Capability]| c.covers(Capabilities::of(list));
    let reads = has(&[See, List, Read, Download]);
    match () {
        () if reads && has(&[Comment, Fill, Review, Filter, Edit, Write]) => 0,
        () if reads && has(&[Comment, Filter, Edit]) => 1,
        () if reads && has(&[Comment, Fill, Review]) => 2,
        () if reads && has(&[Fill]) => 3,
        () if reads && has(&[Comment]) => 4,
        () if reads => 5,
        () if has(&[See, List]) => 6,
        () if has(&[See]) => 7,
        () => 8,
    }
}
