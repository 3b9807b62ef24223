//! Questions picked by chance, to see whether two databases decide alike.

use crate::{Asked, Check, Fault, Vouchsafe};
use vouchsafe_store::{GrantFilter, Tx};
use vouchsafe_types::{EntryId, Holder, Resource, Username};

/// What is asked about an entry.
const LEVELS: [&str; 5] = ["see", "read", "write", "share", "delegate"];

/// Numbers that look like chance, and are the same for the same seed.
///
/// Source: Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014), `SplitMix64`.
struct Dice(u64);

impl Dice {
    /// From 0 to `below`, without it; 0 when there is nothing.
    fn roll(&mut self, below: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let below = u64::try_from(below).unwrap_or(0);
        i64::try_from((z ^ (z >> 31)).checked_rem(below).unwrap_or(0)).unwrap_or(0)
    }
}

impl Vouchsafe {
    /// `count` questions picked by chance, the same for the same seed and database: half of them about who holds a grant
    /// and what it is on, half about anybody and any entry. None when there is nobody or nothing to ask about.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn sample_checks(&self, count: usize, seed: u64) -> Result<Vec<Check>, Fault> {
        self.read(|tx| {
            let (entries, grants) = tx.last_numbers()?;
            let mut dice = Dice(seed);
            let mut checks = Vec::with_capacity(count);
            for n in 0..count {
                let held = if n % 2 == 0 { held(tx, dice.roll(grants))? } else { None };
                let (user, entry) = match held {
                    Some(found) => found,
                    None => match (somebody(tx, &mut dice)?, tx.entry_after(dice.roll(entries))?) {
                        (Some(user), Some(entry)) => (user, entry),
                        _ => break,
                    },
                };
                let level = LEVELS.get(usize::try_from(dice.roll(5)).unwrap_or(0)).copied().unwrap_or("read");
                let asked = Asked::Person { username: user, app: None };
                checks.push(Check { asked, permission: format!("fs:{entry}:{level}") });
            }
            Ok(checks)
        })
    }
}

/// The person and the entry of the first grant after a number, if it is of that kind.
fn held(tx: &mut Tx<'_>, after: i64) -> Result<Option<(Username, EntryId)>, Fault> {
    let found = tx.list_grants(&GrantFilter::default(), after, 1)?.pop();
    let Some((Holder::User(user), Resource::Entry(entry))) = found.map(|g| (g.grant.holder, g.grant.resource)) else {
        return Ok(None);
    };
    Ok(tx.find_user(user)?.map(|user| (user.username, entry)))
}

/// The first person after two letters, or the first of all.
fn somebody(tx: &mut Tx<'_>, dice: &mut Dice) -> Result<Option<Username>, Fault> {
    let letters: String = (0..2).filter_map(|_| char::from_u32(97 + u32::try_from(dice.roll(26)).ok()?)).collect();
    for after in [Some(letters.as_str()), None] {
        if let Some(user) = tx.list_users(after, 1)?.pop() {
            return Ok(Some(user.username));
        }
    }
    Ok(None)
}
