use std::str::FromStr;

/// A small generator of random numbers: the same seed gives the same numbers everywhere.
///
/// Source: SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
///
/// ```
/// use vouchsafe_engine::worlds::Dice;
/// let throw = |seed| Dice::new(seed).between(1, 1_000_000);
/// assert_eq!(throw(7), throw(7));
/// assert_ne!(throw(7), throw(8));
/// ```
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The generator of this seed.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Dice;
    /// let (mut one, mut other) = (Dice::new(3), Dice::new(3));
    /// assert_eq!([one.below(100), one.below(100)], [other.below(100), other.below(100)]);
    /// ```
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub(super) const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `most`; 0 when there is none.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Dice;
    /// let mut dice = Dice::new(1);
    /// assert!((0..100).all(|_| dice.below(6) < 6));
    /// assert_eq!(dice.below(0), 0);
    /// ```
    pub fn below(&mut self, most: usize) -> usize {
        let most = u64::try_from(most).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.number() % most).unwrap_or(0)
    }

    /// A number from `least` to `most`.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Dice;
    /// let mut dice = Dice::new(1);
    /// assert!((0..100).all(|_| (1..=6).contains(&dice.between(1, 6))));
    /// ```
    pub fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    /// True once in so many times.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Dice;
    /// let mut dice = Dice::new(1);
    /// assert!((0..10).all(|_| dice.one_in(1)));
    /// assert!((1..100).contains(&(0..100).filter(|_| dice.one_in(2)).count()));
    /// ```
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Dice;
    /// assert!(["ann", "bob"].contains(Dice::new(1).pick(&["ann", "bob"])));
    /// ```
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// One of these, if there is any.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Dice;
    /// assert_eq!(Dice::new(1).pick_some(&["ann"]), Some(&"ann"));
    /// assert_eq!(Dice::new(1).pick_some::<&str>(&[]), None);
    /// ```
    pub fn pick_some<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    /// An id in the form of a UUID.
    ///
    /// ```
    /// use vouchsafe_engine::worlds::Dice;
    /// use vouchsafe_types::UserId;
    /// let mut dice = Dice::new(1);
    /// assert_ne!(dice.id::<UserId>(), dice.id::<UserId>());
    /// ```
    ///
    /// # Panics
    /// When the type takes other texts only.
    pub fn id<T: FromStr>(&mut self) -> T {
        let text = format!("{:016x}{:016x}", self.number(), self.number());
        text.parse().ok().expect("32 hexadecimal digits are an id")
    }
}
