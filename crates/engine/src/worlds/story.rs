use super::{deed::Deed, dice::Dice};
use vouchsafe_types::{Access, Capabilities, Capability, Restrictions};

/// One random life: a world, and what happens in it. Everything is named by its place in these lists, modulo their
/// lengths, so that a story stays one when something is taken out of it.
///
/// ```
/// use vouchsafe_engine::worlds::{Alone, Story, live};
/// // The same life, and nothing happens in it.
/// let quiet = Story { deeds: Vec::new(), ..Story::random(5) };
/// assert_eq!(live(&quiet, &mut Alone), Ok(()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Gives the ids, and what is asked.
    pub seed: u64,
    /// Accounts: whether it is active, and whether its address is proven. The first ones own the trees.
    pub people: Vec<(bool, bool)>,
    /// The members of each group.
    pub groups: Vec<Vec<usize>>,
    /// The roots of the trees first, then what lies in them.
    pub entries: Vec<Spot>,
    /// The grants that are there in the beginning.
    pub rows: Vec<Row>,
    /// What happens.
    pub deeds: Vec<Deed>,
}

/// An entry.
///
/// ```
/// use vouchsafe_engine::worlds::{Spot, Story};
/// let Spot { parent, is_file, .. } = &Story::random(5).entries[0];
/// assert_eq!((*parent, *is_file), (None, false), "the root of the first tree");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Where it lies: an earlier entry; `None` for the root of a tree.
    pub parent: Option<usize>,
    /// Its name; a made one when there is none.
    pub name: Option<&'static str>,
    /// Whether it is a file.
    pub is_file: bool,
    /// What its owner keeps back from everybody else.
    pub kept_back: Restrictions,
}

/// A grant.
///
/// ```
/// use vouchsafe_engine::worlds::{Alone, Row, Story, What, Whom, live};
/// use vouchsafe_types::Access;
///
/// let (whom, what) = (Whom::Person(1), What::Entry(0));
/// let read = Row { issuer: 0, whom, what, capabilities: Access::Read.capabilities(), exact: false, ends: None };
/// let story = Story { rows: vec![read], ..Story::random(5) };
/// assert_eq!(live(&story, &mut Alone), Ok(()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Who gives.
    pub issuer: usize,
    /// To whom.
    pub whom: Whom,
    /// On what.
    pub what: What,
    /// What.
    pub capabilities: Capabilities,
    /// Whether it silences what is less specific.
    pub exact: bool,
    /// At which second it ends.
    pub ends: Option<u8>,
}

/// A holder.
///
/// ```
/// use vouchsafe_engine::worlds::{Row, Story, Whom};
/// let of_all = |row: &Row| Row { whom: Whom::Everyone, ..row.clone() };
/// let open = Story::random(5).rows.iter().map(of_all).collect::<Vec<_>>();
/// assert!(open.iter().all(|row| row.whom == Whom::Everyone));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// A person.
    Person(usize),
    /// A group.
    Group(usize),
    /// Those with a proven address, or those without.
    Default(bool),
    /// Everyone.
    Everyone,
    /// An app, for a person or for all of its users.
    App(usize, Option<usize>),
    /// An access token of the issuer's.
    Token,
    /// A link.
    Link(usize),
}

/// A resource.
///
/// ```
/// use vouchsafe_engine::worlds::{Story, What};
/// let stories = (0..50).map(Story::random).flat_map(|story| story.rows);
/// assert!(stories.filter(|row| matches!(row.what, What::Name(_))).count() > 0, "not only entries are shared");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A file or directory.
    Entry(usize),
    /// An app.
    App(usize),
    /// A site.
    Site(usize),
    /// What is named after the first person: so many components below that.
    Name(usize),
}

/// How many apps there are, and how many sites: those of the first two people.
pub(super) const APPS: usize = 2;
pub(super) const SITES: usize = 2;
/// How many names: of the first person, and so many components below him.
pub(super) const NAMES: usize = 3;
/// The most rows, and the most deeds.
const MAX_ROWS: usize = 14;
const MAX_DEEDS: usize = 4;

impl Story {
    /// The story of this seed.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Story;
    /// assert_eq!(Story::random(7), Story::random(7));
    /// assert_ne!(Story::random(7), Story::random(8));
    /// ```
    #[must_use]
    pub fn random(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let dice = &mut dice;
        let people: Vec<(bool, bool)> = (0..dice.between(2, 6)).map(|_| (!dice.one_in(8), !dice.one_in(3))).collect();
        let member = |dice: &mut Dice| dice.below(people.len());
        let groups = (0..dice.below(4))
            .map(|_| (0..dice.below(4)).map(|_| member(dice)).collect::<Vec<_>>())
            .collect::<Vec<_>>();
        let trees = dice.between(2, people.len().min(3));
        let entries = entries(dice, trees);
        let mut story = Self { seed, people, groups, entries, rows: Vec::new(), deeds: Vec::new() };
        for _ in 0..dice.below(MAX_ROWS + 1) {
            let row = story.row(dice, trees);
            if dice.one_in(16) {
                story.rows.push(row.clone());
            }
            story.rows.push(row);
        }
        story.deeds = (0..dice.below(MAX_DEEDS + 1)).map(|_| Deed::random(dice, &story, trees)).collect();
        story
    }

    /// A grant; often by somebody to whom something was given before, so that chains and cycles come about.
    pub(super) fn row(&self, dice: &mut Dice, trees: usize) -> Row {
        let before = if dice.one_in(2) { self.rows.last() } else { None };
        let (issuer, what) = match before {
            Some(Row { whom: Whom::Person(held), what, .. }) if !dice.one_in(4) => (*held, *what),
            Some(row) if !dice.one_in(4) => (dice.below(self.people.len()), row.what),
            _ if dice.one_in(2) => (dice.below(trees), self.what(dice)),
            _ => (dice.below(self.people.len()), self.what(dice)),
        };
        let exact = dice.one_in(4);
        let capabilities = if exact && dice.one_in(3) { Capabilities::NONE } else { capabilities(dice) };
        let ends = if dice.one_in(4) { Some(u8::try_from(dice.below(4)).unwrap_or(0)) } else { None };
        Row { issuer, whom: self.whom(dice), what, capabilities, exact, ends }
    }

    fn whom(&self, dice: &mut Dice) -> Whom {
        let person = dice.below(self.people.len());
        match dice.below(16) {
            0..=7 => Whom::Person(person),
            8 | 9 => Whom::Group(dice.below(3)),
            10 => Whom::Everyone,
            11 => Whom::Default(dice.one_in(2)),
            12 => Whom::App(dice.below(APPS), Some(person)),
            13 => Whom::App(dice.below(APPS), None),
            14 => Whom::Token,
            _ => Whom::Link(dice.below(2)),
        }
    }

    fn what(&self, dice: &mut Dice) -> What {
        match dice.below(14) {
            0 => What::App(dice.below(APPS)),
            1 => What::Site(dice.below(SITES)),
            2 => What::Name(dice.below(NAMES)),
            _ => What::Entry(dice.below(self.entries.len())),
        }
    }
}

/// Roots and what lies in them; often the data directory of an app, seldom wide, sometimes deep.
fn entries(dice: &mut Dice, trees: usize) -> Vec<Spot> {
    let kept_back = Restrictions::NONE;
    let mut all: Vec<Spot> = (0..trees).map(|_| Spot { parent: None, name: None, is_file: false, kept_back }).collect();
    if dice.one_in(3) {
        all.push(Spot { parent: Some(dice.below(trees)), name: Some("AppData"), is_file: false, kept_back });
        all.push(Spot { parent: Some(trees), name: Some("app-0"), is_file: dice.one_in(4), kept_back });
    }
    for _ in 0..dice.between(1, 6) {
        let directories: Vec<usize> = (0..all.len()).filter(|at| !all[*at].is_file).collect();
        let last = directories.last().copied();
        let parent = if dice.one_in(2) { last } else { Some(*dice.pick(&directories)) };
        let is_file = dice.one_in(3);
        all.push(Spot { kept_back: restrictions(dice, is_file), parent, name: None, is_file });
    }
    all
}

/// What the owner of a file keeps back from everybody else; mostly nothing.
fn restrictions(dice: &mut Dice, is_file: bool) -> Restrictions {
    if !is_file || !dice.one_in(4) {
        return Restrictions::NONE;
    }
    Restrictions { denies_download: dice.one_in(2), denies_sharing: dice.one_in(2) }
}

pub(super) fn capabilities(dice: &mut Dice) -> Capabilities {
    match dice.below(8) {
        0..=2 => dice.pick(&Access::ALL).capabilities(),
        3 => Capabilities::from_bits(u16::try_from(dice.below(1 << Capability::ALL.len())).unwrap_or(0)),
        4 => Access::Read.capabilities() | Capability::Share.into(),
        5 => Access::Manage.capabilities(),
        _ => Access::Full.capabilities(),
    }
}
