//! Who can do what on a resource, and through which grants: [`Engine::who_has_access`], in pages.

use crate::{
    check::Engine,
    solve::{Gift, Scan},
    source::{GrantIndex, Located, Moment, Subject},
};
use std::fmt;
use vouchsafe_types::{Capabilities, Grant, GroupId, Holder, Resource, UserId};

/// Somebody or something that can reach a resource now. An example is at [`Engine::who_has_access`].
///
/// ```
/// use vouchsafe_engine::{access::AccessQuery, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let grant = world.row(ann, bob, "fs:/ann:read").clone();
/// let Ok(page) =
///     world.engine.who_has_access(&mut world.source, &grant.resource, &AccessQuery::all(10), world.now);
/// let [owner, reader] = page.items.as_slice() else { panic!("two") };
/// assert!(owner.via.is_empty(), "nobody gave it to her");
/// assert_eq!((&reader.holder, &reader.via), (&Holder::User(bob), &vec![grant]));
/// assert_eq!(Access::nearest(reader.capabilities), Access::Read);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Who.
    pub holder: Holder,
    /// What he may do. For a group and everyone: what it has as such, which each of those whom it reaches has at least,
    /// unless an exact row holds him to less. For an app: what it has at most.
    pub capabilities: Capabilities,
    /// The grants that give him something; none for the owner.
    pub via: Vec<Grant>,
}

/// One page of those who can reach a resource.
///
/// ```
/// use vouchsafe_engine::{access::AccessQuery, sandbox::*};
///
/// let (mut world, _) = Sandbox::of(["ann"]);
/// let home = Resource::Entry(world.dir("/ann"));
/// let Ok(page) = world.engine.who_has_access(&mut world.source, &home, &AccessQuery::all(10), world.now);
/// assert_eq!((page.items.len(), page.next), (1, None), "the owner, and nobody else");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessPage {
    /// Each once; nobody who can do nothing.
    pub items: Vec<Reach>,
    /// Where the next page begins; `None` after the last one. A page may be short, or empty, and not the last.
    pub next: Option<AccessCursor>,
}

/// A place in the list of those who can reach a resource.
///
/// ```
/// use vouchsafe_engine::{access::{AccessCursor, AccessQuery}, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let home = world.row(ann, bob, "fs:/ann:read").resource.clone();
/// let mut page = |after: Option<&AccessCursor>| {
///     let query = AccessQuery { after, ..AccessQuery::all(1) };
///     let Ok(page) = world.engine.who_has_access(&mut world.source, &home, &query, world.now);
///     page
/// };
/// let first = page(None);
/// assert_eq!(first.next, Some(AccessCursor::Owner));
/// assert_eq!(page(first.next.as_ref()).items[0].holder, Holder::User(bob));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessCursor {
    /// After the owner, before everybody else.
    Owner,
    /// After a holder.
    Holder {
        /// The holder that was looked at last.
        holder: Holder,
        /// How far the users whom it reaches were looked at.
        members: Progress,
    },
}

/// How far a list was looked at.
///
/// ```
/// use vouchsafe_engine::{access::{AccessCursor, AccessQuery, Progress}, sandbox::*};
///
/// let (mut world, [ann, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
/// let team = world.source.add_group([bob, eve]);
/// let home = world.row(ann, team, "fs:/ann:read").resource.clone();
/// let query = AccessQuery { after: Some(&AccessCursor::Owner), ..AccessQuery::all(2) };
/// let Ok(page) = world.engine.who_has_access(&mut world.source, &home, &query, world.now);
/// // The team, and the first of its members.
/// let first = bob.min(eve);
/// let expected = AccessCursor::Holder { holder: team.into(), members: Progress::UpTo(first) };
/// assert_eq!(page.next, Some(expected));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Not at all.
    None,
    /// Up to this user.
    UpTo(UserId),
    /// To its end.
    All,
}

/// Which page of those who can reach a resource is wanted.
///
/// ```
/// use vouchsafe_engine::access::AccessQuery;
/// use vouchsafe_types::Holder;
///
/// // The first hundred; members of groups one by one, and of everyone only that there is such a grant.
/// let query = AccessQuery { opens: &|holder| *holder != Holder::Everyone, ..AccessQuery::all(100) };
/// assert!((query.opens)(&Holder::Group(vouchsafe_types::GroupId::mint())));
/// ```
#[derive(Clone, Copy)]
pub struct AccessQuery<'a> {
    /// Where the page begins; `None` for the first one.
    pub after: Option<&'a AccessCursor>,
    /// The most items of the page, at least 1.
    pub limit: usize,
    /// Whether those whom a group, or everyone, reaches are listed one by one, and not only the group itself.
    pub opens: &'a dyn Fn(&Holder) -> bool,
    /// Whether it may be told that a grant to this group reaches this person. What reaches him through others is left
    /// out of what is told about him, and who has nothing else is not listed.
    pub tells: Tells<'a>,
}

/// Whether it may be told that a person is in a group: see [`AccessQuery::tells`].
///
/// ```
/// use vouchsafe_engine::{access::{AccessQuery, Tells}, sandbox::*};
///
/// let (mut world, [ann, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
/// let team = world.source.add_group([bob, eve]);
/// let on = world.row(ann, team, "fs:/ann:read").resource.clone();
/// let only_eve: Tells<'_> = &|person, _| person == eve;
/// let query = AccessQuery { tells: only_eve, ..AccessQuery::all(100) };
/// let Ok(page) = world.engine.who_has_access(&mut world.source, &on, &query, world.now);
/// let told = |who: Holder| page.items.iter().any(|reach| reach.holder == who);
/// assert!(told(eve.into()) && !told(bob.into()));
/// ```
pub type Tells<'a> = &'a dyn Fn(UserId, GroupId) -> bool;

impl<'a> AccessQuery<'a> {
    /// The first page of everybody, told everything.
    ///
    /// ```
    /// use vouchsafe_engine::access::AccessQuery;
    /// use vouchsafe_types::{GroupId, Holder, UserId};
    ///
    /// let query = AccessQuery::all(100);
    /// assert!(query.limit == 100 && (query.opens)(&Holder::Everyone) && query.after.is_none());
    /// assert!((query.tells)(UserId::mint(), GroupId::mint()));
    /// ```
    #[must_use]
    pub const fn all(limit: usize) -> Self {
        Self { after: None, limit, opens: &|_| true, tells: &|_, _| true }
    }
}

impl fmt::Debug for AccessQuery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessQuery").field("after", &self.after).field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// How many are looked at for one page at most, per item of the page.
const LOOKED_AT_PER_ITEM: usize = 10;

impl<S: GrantIndex> Engine<S> {
    /// Who can do what on `resource` at `now`: its owner, every person, and every group, app, link and everyone that
    /// has grants there.
    ///
    /// A person is listed once, with all that he has, whichever of the grants reach him. The owner comes first, also
    /// while his account is not active. Whom nothing but a rule of one's own lets in is not listed: he has no grant.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, MemorySource, Moment, access::AccessQuery};
    /// use vouchsafe_types::{Access, Holder, Resource};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// let team = source.add_group([bob]);
    /// let grant = source.add_grant(ann, team, home, Access::Read).clone();
    ///
    /// let (engine, home, mut after, mut listed) = (Engine::default(), Resource::Entry(home), None, Vec::new());
    /// loop {
    ///     let query = AccessQuery { after: after.as_ref(), ..AccessQuery::all(2) };
    ///     let Ok(page) = engine.who_has_access(&mut source, &home, &query, Moment::UNIX_EPOCH);
    ///     listed.extend(page.items);
    ///     match page.next {
    ///         Some(next) => after = Some(next),
    ///         None => break,
    ///     }
    /// }
    /// let holders: Vec<&Holder> = listed.iter().map(|reach| &reach.holder).collect();
    /// assert_eq!(holders, [&Holder::User(ann), &Holder::Group(team), &Holder::User(bob)]);
    /// assert_eq!(listed[2].via, [grant]);
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn who_has_access(
        &self,
        source: &mut S,
        resource: &Resource,
        query: &AccessQuery<'_>,
        now: Moment,
    ) -> Result<AccessPage, S::Error> {
        let located = source.place(resource)?;
        let Located::At(place) = &located else { return Ok(AccessPage { items: Vec::new(), next: None }) };
        let owner = place.owner;
        let left = query.limit.saturating_mul(LOOKED_AT_PER_ITEM);
        let mut walk =
            Walk { engine: self, source, resource, located: &located, owner, now, query, left, page: Vec::new() };
        if let (None, Some(owner)) = (query.after, owner) {
            walk.page.push(Reach { holder: Holder::User(owner), capabilities: Capabilities::ALL, via: Vec::new() });
        }
        let next = walk.run()?;
        Ok(AccessPage { items: walk.page, next })
    }

    /// What each of `subjects` may do on a resource that was located already, and through which grants, as far as it
    /// may be told: see [`AccessQuery::tells`]. Who can do nothing is left out.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, GrantSource, MemorySource, Moment, Subject};
    /// use vouchsafe_types::{Access, Resource};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let home = Resource::Entry(source.add_path("/ann", false).unwrap());
    /// let team = source.add_group([bob]);
    /// source.add_grant(ann, bob, home.clone(), Access::Read);
    /// source.add_grant(ann, team, home.clone(), Access::Write);
    ///
    /// let (Ok(located), bobs) = (source.place(&home), [Subject::User(bob)]);
    /// let mut told = |knows: bool| {
    ///     let Ok(told) =
    ///         Engine::default().reaches(&mut source, &bobs, &located, &move |_, _| knows, Moment::UNIX_EPOCH);
    ///     Access::nearest(told[0].capabilities)
    /// };
    /// assert_eq!((told(true), told(false)), (Access::Write, Access::Read));
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn reaches(
        &self,
        source: &mut S,
        subjects: &[Subject],
        located: &Located,
        tells: Tells<'_>,
        now: Moment,
    ) -> Result<Vec<Reach>, S::Error> {
        if let [_] = subjects {
            let scan = self.scan(source, subjects.iter().cloned(), located, now)?;
            return Ok(reaches(&scan, tells).collect());
        }
        let scan = self.try_scan(source, subjects.iter().cloned(), located, now)?;
        if scan.bound.is_none() {
            return Ok(reaches(&scan, tells).collect());
        }
        // Together they are over a limit that counts for each of them alone.
        let (some, others) = subjects.split_at(subjects.len() / 2);
        let mut all = self.reaches(source, some, located, tells, now)?;
        all.extend(self.reaches(source, others, located, tells, now)?);
        Ok(all)
    }
}

struct Walk<'a, S: GrantIndex> {
    engine: &'a Engine<S>,
    source: &'a mut S,
    resource: &'a Resource,
    located: &'a Located,
    owner: Option<UserId>,
    now: Moment,
    query: &'a AccessQuery<'a>,
    /// How many more may be looked at.
    left: usize,
    page: Vec<Reach>,
}

impl<S: GrantIndex> Walk<'_, S> {
    /// Fills the page. Gives where the next one begins.
    fn run(&mut self) -> Result<Option<AccessCursor>, S::Error> {
        let mut last = match self.query.after {
            Some(AccessCursor::Holder { holder, members }) => Some((holder.clone(), *members)),
            Some(AccessCursor::Owner) | None => None,
        };
        loop {
            if let Some((holder, members)) = &mut last {
                if *members != Progress::All && !self.has_members(holder)? {
                    *members = Progress::All;
                }
                self.members(holder, members)?;
            }
            if self.room() == 0 {
                let cursor = |(holder, members)| AccessCursor::Holder { holder, members };
                return Ok(Some(last.map_or(AccessCursor::Owner, cursor)));
            }
            let mut batch = self.source.holders(self.resource, last.as_ref().map(|(holder, _)| holder), self.room())?;
            if batch.is_empty() {
                return Ok(None);
            }
            // Those who reach others end the batch: their members come next.
            let many = batch.iter().position(|h| self.opens(h));
            batch.truncate(many.map_or(usize::MAX, |at| at + 1));
            self.left = self.left.saturating_sub(batch.len());
            self.holders(&batch)?;
            let members = if many.is_some() { Progress::None } else { Progress::All };
            last = batch.pop().map(|holder| (holder, members));
        }
    }

    /// Whether the members of a holder belong here. A cursor may name any: it may be forged, or older than a revoke.
    fn has_members(&mut self, holder: &Holder) -> Result<bool, S::Error> {
        let Some(subject) = Subject::of_holder(holder, None).filter(|_| self.opens(holder)) else { return Ok(false) };
        let rows = self.source.rows(self.resource, &subject, self.engine.limits().rows)?;
        Ok(rows.iter().any(|row| row.grant.holder == *holder))
    }

    fn opens(&self, holder: &Holder) -> bool {
        matches!(holder, Holder::Group(_) | Holder::Everyone) && (self.query.opens)(holder)
    }

    /// How many more may be looked at.
    fn room(&self) -> usize {
        self.query.limit.saturating_sub(self.page.len()).min(self.left)
    }

    /// The holders themselves, all in one scan, without the owner. A token has no access of its own: it is its maker's.
    fn holders(&mut self, holders: &[Holder]) -> Result<(), S::Error> {
        let subjects = holders.iter().filter_map(|holder| Subject::of_holder(holder, None));
        let is_owner = |subject: &Subject| self.owner.is_some_and(|owner| *subject == Subject::User(owner));
        self.add(subjects.filter(|subject| !is_owner(subject)).collect())
    }

    /// The users whom a group or everyone reaches, who were not listed before.
    fn members(&mut self, holder: &Holder, progress: &mut Progress) -> Result<(), S::Error> {
        while self.room() > 0 {
            let after = match *progress {
                Progress::None => None,
                Progress::UpTo(user) => Some(user),
                Progress::All => return Ok(()),
            };
            let users = self.source.reached(holder, after, self.room())?;
            self.left = self.left.saturating_sub(users.len());
            *progress = users.last().map_or(Progress::All, |last| Progress::UpTo(*last));
            let mut fresh = Vec::new();
            for user in users {
                if Some(user) != self.owner && self.is_first_reached_by(holder, user)? {
                    fresh.push(Subject::User(user));
                }
            }
            self.add(fresh)?;
        }
        Ok(())
    }

    /// Whether no earlier holder reaches the user.
    fn is_first_reached_by(&mut self, holder: &Holder, user: UserId) -> Result<bool, S::Error> {
        let rows = self.source.rows(self.resource, &Subject::User(user), self.engine.limits().rows)?;
        let holders = rows.iter().map(|row| &row.grant.holder);
        Ok(holders.filter(|h| matches!(h, Holder::User(_)) || self.opens(h)).min() == Some(holder))
    }

    fn add(&mut self, subjects: Vec<Subject>) -> Result<(), S::Error> {
        let found = self.engine.reaches(self.source, &subjects, self.located, self.query.tells, self.now)?;
        self.page.extend(found);
        Ok(())
    }
}

fn reaches<'a>(scan: &'a Scan, tells: Tells<'a>) -> impl Iterator<Item = Reach> + 'a {
    scan.asked.iter().zip(scan.holdings()).filter_map(move |(at, holding)| {
        let node = scan.nodes.get(*at)?;
        let is_told = |grant: &Grant| match (node.subject.person(), &grant.holder) {
            (Some(person), Holder::Group(group)) => tells(person, *group),
            _ => true,
        };
        let gives = |gift: &&Gift| !scan.given(gift).is_empty();
        let (told, hidden): (Vec<&Gift>, Vec<&Gift>) =
            node.gifts.iter().filter(gives).partition(|gift| is_told(&gift.grant));
        let of_told = told.iter().fold(node.implied, |sum, gift| sum | scan.given(gift));
        let capabilities = if hidden.is_empty() { holding.capabilities } else { holding.capabilities & of_told };
        let via = told.into_iter().map(|gift| gift.grant.clone()).collect();
        let holder = node.subject.holder().filter(|_| !capabilities.is_empty())?;
        Some(Reach { holder, capabilities, via })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemorySource;
    use vouchsafe_types::Access;

    /// ann shared her home with bob, and bob, eve and more people than a page of one looks at are in a team that has
    /// nothing there.
    fn desk() -> (MemorySource, [UserId; 3], Resource, GroupId) {
        let mut source = MemorySource::default();
        let people = ["ann", "bob", "eve"].map(|name| source.add_person(name));
        let home = source.add_path("/ann", false).unwrap();
        source.add_grant(people[0], people[1], home, Access::Read);
        let others = [(); 2 * LOOKED_AT_PER_ITEM].map(|()| source.add_user());
        let team = source.add_group(people.into_iter().skip(1).chain(others));
        (source, people, home.into(), team)
    }

    #[test]
    fn a_cursor_into_a_group_without_grants_there_lists_and_names_nobody() {
        let (mut source, [ann, bob, _], home, team) = desk();
        for is_opened in [true, false] {
            if !is_opened {
                // A group that may not be looked into is not looked into by way of a cursor, either.
                source.add_grant(ann, team, home.clone(), Access::See);
            }
            for members in [Progress::None, Progress::UpTo(UserId::from(uuid::Uuid::nil()))] {
                for limit in [1, 10] {
                    let forged = AccessCursor::Holder { holder: Holder::Group(team), members };
                    let (opens, all) = (|_: &Holder| is_opened, AccessQuery::all(limit));
                    let query = AccessQuery { after: Some(&forged), opens: &opens, ..all };
                    let now = Moment::UNIX_EPOCH;
                    let Ok(page) = Engine::default().who_has_access(&mut source, &home, &query, now);
                    assert!(page.items.iter().all(|reach| reach.holder == Holder::User(bob)), "{page:?}");
                    let is_inside = matches!(page.next, Some(AccessCursor::Holder { members: Progress::UpTo(_), .. }));
                    assert!(!is_inside, "{page:?}");
                }
            }
        }
    }

    #[test]
    fn what_may_not_be_told_of_a_group_is_left_out_of_what_its_members_have() {
        let (mut source, [ann, bob, eve], home, team) = desk();
        source.add_grant(ann, team, home.clone(), Access::Write);
        let (opens, tells) = (|_: &Holder| false, |who: UserId, _| who == eve);
        let query = AccessQuery { opens: &opens, tells: &tells, ..AccessQuery::all(10) };
        let Ok(page) = Engine::default().who_has_access(&mut source, &home, &query, Moment::UNIX_EPOCH);
        let told = page.items.iter().map(|reach| (reach.holder.clone(), Access::nearest(reach.capabilities)));
        let mut told: Vec<_> = told.collect();
        told.sort_by_key(|(holder, _)| holder.rank());
        let right = [(Holder::User(ann), Access::Owner), (Holder::User(bob), Access::Read)];
        assert_eq!(told, [right[0].clone(), right[1].clone(), (Holder::Group(team), Access::Write)]);
    }
}
