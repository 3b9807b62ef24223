use super::{
    dice::Dice,
    story::{Row, Story, What, Whom},
};

/// Something that happens.
///
/// ```
/// use vouchsafe_engine::worlds::{Alone, Deed, Story, live};
/// let story = Story { deeds: vec![Deed::Suspend(0), Deed::Wait(1), Deed::Suspend(0)], ..Story::random(7) };
/// assert_eq!(live(&story, &mut Alone), Ok(()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Somebody gives, if he may.
    Give {
        /// What, to whom.
        row: Row,
        /// Whether what he gave before may be lowered.
        may_lower: bool,
        /// Whether the receiver asked for it himself.
        is_accepted: bool,
    },
    /// A grant is revoked, and what hangs on it falls.
    Cascade(usize),
    /// A grant is revoked, and somebody takes over what hangs on it.
    Promote(usize, usize),
    /// A grant is revoked if nothing hangs on it.
    Restrict(usize),
    /// Somebody leaves something.
    Leave(usize, What),
    /// An entry is moved into a directory.
    Move(usize, usize),
    /// An entry is deleted.
    Delete(usize),
    /// Somebody joins a group.
    Join(usize, usize),
    /// Somebody leaves a group.
    Quit(usize, usize),
    /// A group is deleted.
    Disband(usize),
    /// An account is suspended, or restored.
    Suspend(usize),
    /// An address is proven, or is no longer.
    Confirm(usize),
    /// A person is deleted with all that is his.
    Vanish(usize),
    /// So many seconds pass.
    Wait(u8),
}

impl Deed {
    pub(super) fn random(dice: &mut Dice, story: &Story, trees: usize) -> Self {
        let (person, group, row) = (dice.below(story.people.len()), dice.below(3), dice.below(32));
        let mut entry = || dice.below(story.entries.len());
        let (entry, into) = (entry(), entry());
        match dice.below(32) {
            0..=6 => Self::Give { row: story.row(dice, trees), may_lower: dice.one_in(2), is_accepted: dice.one_in(8) },
            7..=13 => Self::Cascade(row),
            14..=16 => Self::Promote(row, person),
            17 => Self::Restrict(row),
            18..=20 => match dice.pick_some(&story.rows).map(|row| (row.whom, row.what)) {
                Some((Whom::Person(held), what)) => Self::Leave(held, what),
                Some((_, what)) => Self::Leave(person, what),
                None => Self::Leave(person, What::Entry(entry)),
            },
            21..=24 => Self::Move(entry, into),
            25 => Self::Delete(entry),
            26 => Self::Join(person, group),
            27 => Self::Quit(person, group),
            28 => dice_between(dice, Self::Disband(group), Self::Confirm(person)),
            29 => Self::Suspend(person),
            30 => dice_between(dice, Self::Vanish(person), Self::Suspend(person)),
            _ => Self::Wait(u8::from(dice.one_in(2)) + 1),
        }
    }
}

fn dice_between(dice: &mut Dice, one: Deed, other: Deed) -> Deed {
    if dice.one_in(2) { one } else { other }
}
