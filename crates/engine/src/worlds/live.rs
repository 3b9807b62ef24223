use super::{
    check::{Trouble, same},
    dice::Dice,
    doing,
    judge::{Extent, Judge, denies_only_take, nothing_widens},
    shrink::shrunk,
    stage::Stage,
    story::Story,
    world::World,
};
use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};
use vouchsafe_types::Grant;

/// Once in so many times everything is asked.
const THOROUGH: usize = 64;

/// Lives a story in memory and on a stage, and compares everything with the reference at every step.
///
/// ```
/// use vouchsafe_engine::worlds::{Alone, Story, live};
/// assert_eq!(live(&Story::random(2027), &mut Alone), Ok(()));
/// ```
///
/// # Errors
/// What is wrong.
pub fn live<St: Stage>(story: &Story, stage: &mut St) -> Result<(), Trouble> {
    let mut world = World::new(story);
    let mut dice = Dice::new(story.seed ^ 0xD1CE);
    stage.begin(&world)?;
    let mut deeds = story.deeds.iter().peekable();
    look(&world, stage, &mut dice, deeds.peek().is_none())?;
    while let Some(deed) = deeds.next() {
        let told = |trouble: Trouble| Trouble(format!("{deed:?}: {trouble}"));
        doing::does(deed, &mut world, stage).map_err(told)?;
        look(&world, stage, &mut dice, deeds.peek().is_none())
            .map_err(|trouble| Trouble(format!("after {deed:?}: {trouble}")))?;
    }
    Ok(())
}

fn look<St: Stage>(world: &World, stage: &mut St, dice: &mut Dice, is_last: bool) -> Result<(), Trouble> {
    let right = world.right();
    nothing_widens(world, &right)?;
    let extent = match (dice.one_in(THOROUGH), is_last) {
        (true, _) => Extent::Everything,
        (false, true) => Extent::Everybody,
        (false, false) => Extent::Part,
    };
    if extent == Extent::Everything {
        denies_only_take(world, &right, dice)?;
    }
    let mut memory = world.source.clone();
    let mut asked = world.source.clone();
    let mut judge = Judge { world, right: &right, memory: &mut memory, dice, extent };
    judge.judge(&mut asked)?;
    let Some(source) = stage.source() else { return Ok(()) };
    judge.judge(source)?;
    if extent != Extent::Part {
        same("the grants", &by_id(stage.grants()?), &by_id(world.source.grants.clone()))?;
    }
    stage.judge(world)
}

fn by_id(mut grants: Vec<Grant>) -> Vec<Grant> {
    grants.sort_by_key(|grant| grant.id);
    grants
}

/// Lives the stories of these seeds one after the other; `lived` sets up a stage for each.
///
/// ```
/// use vouchsafe_engine::worlds::{Alone, Trouble, live, live_all};
/// assert_eq!(live_all(0..3, &mut |story| live(story, &mut Alone)), Ok(()));
///
/// // Something that goes wrong as soon as there is a grant: the smallest story in which it does is told.
/// let wrong = live_all(0..3, &mut |story| match story.rows.len() {
///     0 => Ok(()),
///     _ => Err(Trouble("a grant".into())),
/// });
/// assert!(wrong.is_err_and(|trouble| trouble.to_string().starts_with("a grant")));
/// ```
///
/// # Errors
/// The first failure: what is wrong, with the smallest story that still fails.
pub fn live_all(seeds: Range<u64>, lived: &mut dyn FnMut(&Story) -> Result<(), Trouble>) -> Result<(), Trouble> {
    let mut caught = |story: &Story| {
        let outcome = catch_unwind(AssertUnwindSafe(|| lived(story)));
        outcome.unwrap_or_else(|_| Err(Trouble("it panicked".to_owned())))
    };
    for seed in seeds {
        let story = Story::random(seed);
        if let Err(first) = caught(&story) {
            let least = shrunk(&story, &mut |story| caught(story).is_err());
            let trouble = caught(&least).err().unwrap_or_else(|| first.clone());
            return Err(Trouble(format!("{trouble}\n(at first: {first})\n{least}")));
        }
    }
    Ok(())
}
