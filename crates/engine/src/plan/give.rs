use super::{Changes, Edit, LEFT, Refusal};
use crate::{
    check::Engine,
    source::{GrantSource, Moment},
};
use chrono::{DateTime, Utc};
use vouchsafe_types::{Actor, Capabilities, Capability, Grant, GrantId, Holder, Resource, UserId};

/// The origin of what its holder took for himself of what its issuer had published, and not been given by name. It is
/// no part of what he was given: a row of the one is not made more of by the other, so that each ends by itself.
///
/// ```
/// use vouchsafe_engine::{plan::TAKEN, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let home = world.dir("/ann");
/// for (access, origin) in [(Access::Read, TAKEN), (Access::Write, "example")] {
///     let wish = Wish::new(ann, bob, home, access, origin);
///     let Ok(Ok(given)) = world.engine.plan_give(&mut world.source, &wish, world.now) else { panic!("refused") };
///     world.source.apply(&given.changes);
/// }
/// assert_eq!(world.source.grants.len(), 2);
/// ```
pub const TAKEN: &str = "taken";

/// What is to be given to whom. [`Wish::new`] fills in what is usual.
///
/// ```
/// use vouchsafe_engine::sandbox::*;
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let home = world.dir("/ann");
/// let tomorrow = Some(world.now + TimeDelta::days(1));
/// let wish = Wish { expires_at: tomorrow, ..Wish::new(ann, bob, home, Access::Read, "example") };
/// let Ok(Ok(given)) = world.engine.plan_give(&mut world.source, &wish, world.now) else { panic!("refused") };
/// assert_eq!((given.grant.issuer, given.grant.expires_at), (ann, tomorrow));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Who gives.
    pub issuer: UserId,
    /// Who receives.
    pub holder: Holder,
    /// On what.
    pub resource: Resource,
    /// What; nothing, together with `is_exact`, is a deny.
    pub capabilities: Capabilities,
    /// Whether it silences what is less specific.
    pub is_exact: bool,
    /// Until when; `None` for good.
    pub expires_at: Option<DateTime<Utc>>,
    /// Through which face.
    pub origin: &'static str,
    /// Whether what the issuer gave the holder there before may be lowered by this.
    pub may_lower: bool,
    /// Whether the holder himself asked for it: then a deny that he wrote by leaving is no hindrance.
    pub is_accepted: bool,
}

/// What fulfils a wish.
///
/// ```
/// use vouchsafe_engine::{plan::Given, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let home = world.dir("/ann");
/// let wish = Wish::new(ann, bob, home, Access::Read, "example");
/// let Ok(Ok(Given { grant, changes })) = world.engine.plan_give(&mut world.source, &wish, world.now) else {
///     panic!("she is the owner")
/// };
/// assert_eq!(changes.insert, [grant]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The grant that fulfils it, once the changes are written.
    pub grant: Grant,
    /// What to write; nothing when it is there already.
    pub changes: Changes,
}

impl Wish {
    /// That `issuer` gives `holder` so much on `resource`, for good and as an ordinary row, without lowering anything.
    ///
    /// ```
    /// use vouchsafe_engine::plan::Wish;
    /// use vouchsafe_types::{Access, Capabilities, EntryId, Resource, UserId};
    ///
    /// let (ann, bob, file) = (UserId::mint(), UserId::mint(), Resource::Entry(EntryId::mint()));
    /// let read = Wish::new(ann, bob, file.clone(), Access::Read, "wiki");
    /// let deny = Wish { is_exact: true, ..Wish::new(ann, bob, file, Capabilities::NONE, "wiki") };
    /// assert!(!read.is_exact && deny.is_exact);
    /// ```
    #[must_use]
    pub fn new(
        issuer: UserId,
        holder: impl Into<Holder>,
        resource: impl Into<Resource>,
        capabilities: impl Into<Capabilities>,
        origin: &'static str,
    ) -> Self {
        Self {
            issuer,
            holder: holder.into(),
            resource: resource.into(),
            capabilities: capabilities.into(),
            is_exact: false,
            expires_at: None,
            origin,
            may_lower: false,
            is_accepted: false,
        }
    }
}

impl<S: GrantSource> Engine<S> {
    /// The changes that fulfil a wish whose authority was checked with [`super::may_give`].
    ///
    /// One row per issuer, holder and resource: what is already covered changes nothing, else the row is changed in
    /// place. Only what was given for another length of time, and is not lowered, stays a row of its own: giving `read`
    /// for good makes nothing last of a `write` that ends tomorrow; and what was [`TAKEN`] stays apart from what was
    /// given, unless it is lowered. Exact rows that the holder has there and that would silence the wish give way to
    /// who gave them, to the owner and to who has `manage`. A wish that only raises takes the place of one that is no deny
    /// as an exact row itself, and not where that lasts longer.
    ///
    /// ```
    /// use vouchsafe_engine::{Engine, MemorySource, Moment, plan::{Refusal, Wish}};
    /// use vouchsafe_types::{Access, Capabilities};
    ///
    /// let mut source = MemorySource::default();
    /// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
    /// let home = source.add_path("/ann", false).unwrap();
    /// let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
    ///
    /// let Ok(Ok(given)) = engine.plan_give(&mut source, &Wish::new(ann, bob, home, Access::Read, "example"), now)
    ///     else { panic!("a plan") };
    /// assert_eq!(given.changes.insert, [given.grant.clone()]);
    /// source.apply(&given.changes);
    ///
    /// let Ok(Ok(more)) = engine.plan_give(&mut source, &Wish::new(ann, bob, home, Access::Write, "example"), now)
    ///     else { panic!("a plan") };
    /// assert_eq!(more.changes.update[0].before, given.grant);
    /// source.apply(&more.changes);
    ///
    /// let Ok(Ok(less)) = engine.plan_give(&mut source, &Wish::new(ann, bob, home, Access::See, "example"), now)
    ///     else { panic!("a plan") };
    /// assert!(less.changes.is_empty() && less.grant == more.grant, "sharing again lowers nothing");
    ///
    /// // To set an access, say that it may be lowered.
    /// let set = Wish { may_lower: true, ..Wish::new(ann, bob, home, Capabilities::NONE, "example") };
    /// assert!(engine.plan_give(&mut source, &set, now).is_ok_and(|planned| planned.is_ok()));
    /// assert_eq!(
    ///     engine.plan_give(&mut source, &Wish::new(ann, ann, home, Access::Read, "example"), now),
    ///     Ok(Err(Refusal::ToSelf))
    /// );
    /// ```
    ///
    /// # Errors
    /// The outer error is the source's own; the inner one says why it is refused.
    pub fn plan_give(&self, source: &mut S, wish: &Wish, now: Moment) -> Result<Result<Given, Refusal>, S::Error> {
        if wish.holder == Holder::User(wish.issuer) {
            return Ok(Err(Refusal::ToSelf));
        }
        let held = source.grants_to(&wish.holder, &wish.resource)?;
        // A deny that the holder wrote by leaving is his decision, whoever it names as issuer.
        let is_mine = |g: &Grant| g.issuer == wish.issuer && g.origin != LEFT;
        let (mine, others): (Vec<Grant>, Vec<Grant>) = held.into_iter().partition(is_mine);
        let mut in_the_way = Vec::new();
        for grant in others.into_iter().filter(|g| g.exact && !g.is_expired(now)) {
            // A row that nobody stands behind any more still silences, however much it says.
            let given = self.backed(source, &grant, now)?;
            if !given.covers(wish.capabilities) {
                in_the_way.push(grant);
            }
        }
        let is_liftable = |g: &Grant| wish.is_accepted && g.origin == LEFT;
        if !in_the_way.iter().all(is_liftable) {
            let issuer = self.holding(source, &Actor::User(wish.issuer), &wish.resource, now)?;
            if !issuer.capabilities.has(Capability::Manage) {
                return Ok(Err(Refusal::Denied));
            }
        }
        let only_raises = !wish.may_lower && !wish.is_exact;
        // What takes the place of a row that holds the holder to less holds him, too, and as long: else more would be
        // open than was wished, or afterwards. A deny is lifted.
        let of_others = in_the_way.iter().filter(|grant| !grant.is_deny());
        let replaced: Vec<&Grant> = mine.iter().filter(|grant| is_held_by(wish, grant, now)).chain(of_others).collect();
        if only_raises && replaced.iter().any(|grant| !lasts(wish.expires_at, grant.expires_at)) {
            return Ok(Err(Refusal::Held));
        }
        let stays_exact = !replaced.is_empty();
        let mut given = match only_raises {
            true => raised(wish, mine, stays_exact, now),
            false => set(wish, mine, now),
        };
        given.changes.delete.extend(in_the_way);
        Ok(Ok(given))
    }
}

/// One row that is exactly what is wished.
fn set(wish: &Wish, mine: Vec<Grant>, now: Moment) -> Given {
    let (mut living, expired): (Vec<Grant>, Vec<Grant>) = mine.into_iter().partition(|g| !g.is_expired(now));
    let taken: Vec<Grant> = living.extract_if(.., |g| is_apart(wish, g)).collect();
    let is_it =
        |g: &Grant| (g.capabilities, g.exact, g.expires_at) == (wish.capabilities, wish.is_exact, wish.expires_at);
    let mut given = match living.iter().position(is_it) {
        Some(at) => {
            let grant = living.remove(at);
            Given { grant, changes: Changes { delete: living, ..Changes::default() } }
        }
        None => written(wish, living, wish.capabilities, wish.is_exact, now),
    };
    given.changes.delete.extend(taken.into_iter().chain(expired));
    given
}

/// Whether a row is no part of what is wished: see [`TAKEN`]. An exact one holds its holder to it, wherever it came
/// from.
fn is_apart(wish: &Wish, grant: &Grant) -> bool {
    match wish.origin == TAKEN {
        true => grant.origin != TAKEN,
        false => grant.origin == TAKEN && !grant.exact,
    }
}

/// Whether an exact row of the issuer's own holds its holder to less than is wished.
fn is_held_by(wish: &Wish, grant: &Grant, now: Moment) -> bool {
    let says_less = grant.exact && !grant.is_deny() && !grant.capabilities.covers(wish.capabilities);
    says_less && !grant.is_expired(now) && !is_apart(wish, grant)
}

/// At least what is wished, for as long as is wished, and nothing that was there for less or for longer; exact, if it
/// takes the place of what held its holder to less.
fn raised(wish: &Wish, mine: Vec<Grant>, stays_exact: bool, now: Moment) -> Given {
    let (living, expired): (Vec<Grant>, Vec<Grant>) = mine.into_iter().partition(|g| !g.is_expired(now));
    let is_enough = |g: &Grant| !g.is_deny() && g.capabilities.covers(wish.capabilities);
    let is_in_the_way = |g: &Grant| g.exact && !is_enough(g);
    // What one was given is enough for what one would take, but not the other way round.
    let counts = |g: &Grant| wish.origin == TAKEN || !is_apart(wish, g);
    let holds = |g: &Grant| g.exact || !stays_exact;
    let is_standing = |g: &&Grant| counts(g) && is_enough(g) && holds(g) && lasts(g.expires_at, wish.expires_at);
    let standing = living.iter().find(is_standing).cloned();
    let living: Vec<Grant> = living.into_iter().filter(|g| !is_apart(wish, g)).collect();
    if let Some(grant) = standing {
        let is_more = |g: &Grant| grant.capabilities.covers(g.capabilities) && lasts(grant.expires_at, g.expires_at);
        let goes = |g: &Grant| g.id != grant.id && (is_in_the_way(g) || (is_more(g) && !g.exact));
        let delete = living.into_iter().filter(goes).chain(expired).collect();
        return Given { grant, changes: Changes { delete, ..Changes::default() } };
    }
    let is_part = |g: &Grant| wish.capabilities.covers(g.capabilities) && lasts(wish.expires_at, g.expires_at);
    let becomes_one = |g: &Grant| is_in_the_way(g) || is_part(g) || g.expires_at == wish.expires_at;
    let kept: Vec<Grant> = living.into_iter().filter(becomes_one).collect();
    // One that ends sooner does not last by this; an exact one cannot stay beside it, for it would silence it.
    let lasting = kept.iter().filter(|g| lasts(g.expires_at, wish.expires_at));
    let capabilities = lasting.fold(wish.capabilities, |sum, g| sum | g.capabilities);
    let exact = stays_exact || kept.iter().any(|g| g.exact && !g.is_deny());
    let mut given = written(wish, kept, capabilities, exact, now);
    given.changes.delete.extend(expired);
    given
}

/// Whether what ends then lasts at least as long as what ends at the other time; `None` is for good.
///
/// ```
/// use vouchsafe_engine::{Moment, plan::lasts};
///
/// let ends = Some(Moment::UNIX_EPOCH);
/// assert!(lasts(None, ends) && lasts(ends, ends) && !lasts(ends, None));
/// ```
#[must_use]
pub fn lasts(ends: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> bool {
    ends.is_none_or(|ends| other.is_some_and(|other| ends >= other))
}

/// One of the rows, changed in place, or a new one; the others go.
fn written(wish: &Wish, mut rows: Vec<Grant>, capabilities: Capabilities, exact: bool, now: Moment) -> Given {
    let expires_at = wish.expires_at;
    let before = rows.pop();
    let mut changes = Changes { delete: rows, ..Changes::default() };
    let grant = match before {
        Some(before) => {
            let after = Grant { capabilities, exact, expires_at, ..before.clone() };
            changes.update.push(Edit { before, after: after.clone() });
            after
        }
        None => {
            let grant = Grant {
                id: GrantId::mint(),
                issuer: wish.issuer,
                holder: wish.holder.clone(),
                resource: wish.resource.clone(),
                capabilities,
                exact,
                expires_at,
                created_at: now,
                origin: wish.origin.to_owned(),
            };
            changes.insert.push(grant.clone());
            grant
        }
    };
    Given { grant, changes }
}

#[cfg(test)]
mod tests;
