//! Whether a folder would be shared with whose own it contains.

use crate::{
    Fault,
    folders::{FolderRef, Looker, MOST_FOLDERS},
};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_store::{Above, Entry, Mount, Tx};
use vouchsafe_types::{Actor, UserId, error::ApiError};

/// How much is looked at.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// So many arrangements, and so many entries on the ways up from them.
    arranged: usize,
    /// Of so many is asked whether they still stand: the writer waits meanwhile. More than that count as standing.
    asked: usize,
}

const BOUNDS: Bounds = Bounds { arranged: MOST_FOLDERS, asked: 256 };

/// What two people put somewhere, and the ways up from there.
struct Arranged {
    mounts: Vec<Mount>,
    above: BTreeMap<i64, Above>,
}

/// Whether the sharer, or the owner, put a folder of `user`'s into this one, or into one that he put there. What others
/// arranged for themselves stands in nobody's way.
///
/// How much lies in the folder does not matter: what was put somewhere is followed upwards.
///
/// # Errors
/// `too_many_items` when the ways up are too many.
pub(super) fn contains_folder_of(
    tx: &mut Tx<'_>,
    looker: Looker<'_>,
    folder: &Entry,
    user: UserId,
) -> Result<bool, Fault> {
    contains_within(tx, looker, (folder, user), BOUNDS)
}

fn contains_within(
    tx: &mut Tx<'_>,
    looker: Looker<'_>,
    (folder, user): (&Entry, UserId),
    bounds: Bounds,
) -> Result<bool, Fault> {
    let both = [folder.owner, looker.actor.user().unwrap_or(folder.owner)];
    let most = i64::try_from(bounds.arranged).unwrap_or(i64::MAX).saturating_add(1);
    let arranged = Arranged { mounts: tx.list_mounts_of(both, most)?, above: tx.list_above_mounts_of(both, most)? };
    if arranged.mounts.len().max(arranged.above.len()) > bounds.arranged {
        return Err(ApiError::TooManyItems { max: bounds.arranged }.into());
    }
    let leading = arranged.leading_to(user);
    if !leading.contains(&folder.id) {
        return Ok(false);
    }
    let (below, placed) = (arranged.below(&leading), arranged.by_place());
    let (mut open, mut seen, mut left) = (vec![folder.id], BTreeSet::new(), bounds.asked);
    while let Some(at) = open.pop() {
        if !seen.insert(at) {
            continue;
        }
        open.extend(below.get(&at).into_iter().flatten());
        for mount in placed.get(&at).into_iter().flatten() {
            let is_his = arranged.owner_of(mount.entry) == Some(user);
            if !is_his && !leading.contains(&mount.entry) {
                continue;
            }
            let Some(rest) = left.checked_sub(1) else { return Ok(true) };
            left = rest;
            let arranger = Looker { actor: &Actor::User(mount.user), now: looker.now };
            match arranger.find(tx, FolderRef::Number(mount.entry))? {
                Some(_) if is_his => return Ok(true),
                Some(_) => open.push(mount.entry),
                None => {}
            }
        }
    }
    Ok(false)
}

impl Arranged {
    /// Whose tree an entry lies in.
    fn owner_of(&self, entry: i64) -> Option<UserId> {
        let mut at = entry;
        for _ in 0..=self.above.len() {
            let above = self.above.get(&at)?;
            match above.parent {
                Some(parent) => at = parent,
                None => return above.owner,
            }
        }
        None
    }

    /// The folders in which somewhere, or in what was put there, a folder of `user`'s was put.
    fn leading_to(&self, user: UserId) -> BTreeSet<i64> {
        let mut places: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for mount in &self.mounts {
            places.entry(mount.entry).or_default().extend(mount.parent);
        }
        let his = self.mounts.iter().filter(|mount| self.owner_of(mount.entry) == Some(user));
        let mut open: Vec<i64> = his.filter_map(|mount| mount.parent).collect();
        let mut leading = BTreeSet::new();
        while let Some(at) = open.pop() {
            if leading.insert(at) {
                open.extend(self.above.get(&at).and_then(|above| above.parent));
                open.extend(places.get(&at).into_iter().flatten());
            }
        }
        leading
    }

    fn by_place(&self) -> BTreeMap<i64, Vec<&Mount>> {
        let mut placed: BTreeMap<i64, Vec<&Mount>> = BTreeMap::new();
        for mount in &self.mounts {
            placed.entry(mount.parent.unwrap_or_default()).or_default().push(mount);
        }
        placed
    }

    /// The folders that lead there, by what they lie in.
    fn below(&self, leading: &BTreeSet<i64>) -> BTreeMap<i64, Vec<i64>> {
        let mut below: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for at in leading {
            if let Some(parent) = self.above.get(at).and_then(|above| above.parent) {
                below.entry(parent).or_default().push(*at);
            }
        }
        below
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        EntryKind,
        testing::{Refused, World},
    };

    #[test]
    fn more_arrangements_than_are_asked_about_count_as_standing_and_too_many_are_refused() {
        let world = World::new();
        let ((ann, _), (bob, actor)) = (world.person("ann"), world.person("bob"));
        let place = world.entry("/bob/place", EntryKind::Dir).entry;
        for n in 0..3 {
            // She shares none of them with him any more: what he put there does not stand.
            let hers = world.entry(&format!("/ann/{n}"), EntryKind::Dir).entry;
            let mount = Mount { user: bob.id, entry: hers.id, title: None, parent: Some(place.id) };
            world.vouchsafe.write("test", |tx| Ok(tx.save_mount(&mount)?)).unwrap();
        }
        let looker = Looker { actor: &actor, now: world.vouchsafe.now() };
        let contains = |arranged, asked| {
            let bounds = Bounds { arranged, asked };
            world.vouchsafe.read(|tx| contains_within(tx, looker, (&place, ann.id), bounds))
        };
        // Three of hers, the place, and the two homes.
        for (arranged, asked, expected) in [(6, 3, false), (6, 2, true), (6, 0, true)] {
            assert_eq!(contains(arranged, asked).unwrap(), expected, "{asked}");
        }
        for arranged in [5, 2, 0] {
            assert_eq!(contains(arranged, 3).code(), "too_many_items", "{arranged}");
        }
    }
}
