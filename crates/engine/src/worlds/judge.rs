use super::{
    check::{Trouble, holds, same},
    dice::Dice,
    lists, proofs,
    story::{Row, Story},
    world::World,
};
use crate::{
    check::Engine,
    decision::Holding,
    memory::MemorySource,
    reference::{self, Reference},
    source::{GrantIndex, Moment, Subject},
};
use std::fmt::Debug;
use vouchsafe_types::{Capabilities, Resource};

/// Compares what the engine says over a source with what is right.
pub(super) struct Judge<'a> {
    pub(super) world: &'a World,
    pub(super) right: &'a Reference<'a>,
    /// The same world in memory: what a source says must be true there, too.
    pub(super) memory: &'a mut MemorySource,
    pub(super) dice: &'a mut Dice,
    pub(super) extent: Extent,
}

/// How much is asked. Over many worlds everything is; in each, what everybody has on every entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// A part of it.
    Part,
    /// What everybody has on every entry, and a part of the rest.
    Everybody,
    /// Everything.
    Everything,
}

impl<'a> Judge<'a> {
    pub(super) fn judge<S: GrantIndex<Error: Debug>>(&mut self, source: &mut S) -> Result<(), Trouble> {
        let people: Vec<Subject> = self.world.people.iter().copied().map(Subject::User).collect();
        let helpers = self.world.helpers();
        for on in self.world.resources() {
            let is_entry = matches!(on, Resource::Entry(_));
            if (is_entry && self.extent == Extent::Everybody) || self.asks(8) {
                self.subjects(source, &people, &on)?;
            }
            if self.asks(24) {
                self.subjects(source, &helpers, &on)?;
            }
            if self.asks(16) {
                lists::judge(self, source, &on)?;
            }
        }
        self.grants(source)?;
        proofs::judge(self, source)
    }

    /// Everything, or once in so many times.
    fn asks(&mut self, times: usize) -> bool {
        self.extent == Extent::Everything || self.dice.one_in(times)
    }

    /// What each of these has on a resource: asked together, and one by one.
    fn subjects<S: GrantIndex<Error: Debug>>(
        &mut self,
        source: &mut S,
        subjects: &[Subject],
        on: &Resource,
    ) -> Result<(), Trouble> {
        let (engine, now) = (Engine::default(), self.world.now);
        let located = source.place(on).map_err(Trouble::storage)?;
        let together = engine.holdings(source, subjects, &located, now).map_err(Trouble::storage)?;
        same("answers", &together.len(), &subjects.len())?;
        let later = self.later();
        for (subject, joint) in subjects.iter().zip(together) {
            let right = self.right.has(subject, on);
            same(format_args!("{subject:?} on {on:?}, asked together"), &joint.capabilities, &right)?;
            same("bound", &joint.bound, &None)?;
            if self.asks(8) {
                let alone = engine.holding_of(source, subject.clone(), on, now).map_err(Trouble::storage)?;
                same(format_args!("{subject:?} on {on:?}"), &alone.capabilities, &right)?;
                same("bound", &alone.bound, &None)?;
                lasts(&later, subject, on, &alone)?;
            }
        }
        Ok(())
    }

    /// The same world at every later second, now and then.
    fn later(&mut self) -> Vec<(Moment, Reference<'a>)> {
        let seconds = if self.extent == Extent::Everything && self.dice.one_in(2) { 0..5 } else { 0..0 };
        let moments = seconds.map(|second| self.world.second(second)).filter(|at| *at > self.world.now);
        moments.map(|at| (at, self.world.right_at(at))).collect()
    }

    /// Why each grant gives nothing, if it does not.
    fn grants<S: GrantIndex<Error: Debug>>(&mut self, source: &mut S) -> Result<(), Trouble> {
        for grant in &self.world.source.grants {
            if !self.asks(6) {
                continue;
            }
            let why_not = Engine::default().dormancy(source, grant, self.world.now).map_err(Trouble::storage)?;
            same(format_args!("dormancy of {grant:?}"), &why_not, &self.right.why_not(grant))?;
        }
        Ok(())
    }
}

/// What a holding says about how long it lasts is true.
fn lasts(later: &[(Moment, Reference<'_>)], who: &Subject, on: &Resource, has: &Holding) -> Result<(), Trouble> {
    for (at, then) in later.iter().filter(|(at, _)| has.is_valid(*at)) {
        same(format_args!("{who:?} on {on:?} at {at}"), &has.capabilities, &then.has(who, on))?;
    }
    Ok(())
}

/// No chain widens: who does not own a thing has nothing there that no issuer of his grants has there, too.
pub(super) fn nothing_widens(world: &World, right: &Reference<'_>) -> Result<(), Trouble> {
    for ((user, on), has) in right.people() {
        if reference::owns(&world.source, *user, on) {
            continue;
        }
        let rows = reference::heard(&world.source, world.now, &Subject::User(*user), on);
        let passed_on = rows.iter().fold(Capabilities::NONE, |sum, (grant, _)| {
            let issuer = right.people().get(&(grant.issuer, on.clone())).copied().unwrap_or_default();
            sum | (grant.capabilities & issuer)
        });
        holds(format_args!("{user} on {on:?} has {has:?} from nowhere"), passed_on.covers(*has))?;
    }
    Ok(())
}

/// One more deny never gives anybody anything.
pub(super) fn denies_only_take(world: &World, right: &Reference<'_>, dice: &mut Dice) -> Result<(), Trouble> {
    let mut denied = world.clone();
    let deny =
        Row { capabilities: Capabilities::NONE, exact: true, ends: None, ..Story::random(dice.number()).row(dice, 2) };
    let deny = denied.grant(&deny);
    denied.source.grants.push(deny);
    for ((user, on), has) in denied.right().people() {
        let had = right.people().get(&(*user, on.clone())).copied().unwrap_or_default();
        holds(format_args!("{user} gains {:?} on {on:?} by a deny", *has - had), had.covers(*has))?;
    }
    Ok(())
}
