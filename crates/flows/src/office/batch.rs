//! The records of several entries as one list.

use super::records::{EntryShares, ShareRecord, Sharee};
use std::collections::BTreeMap;
use vouchsafe_types::{Access, Holder};

/// What one holder has on several entries.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// Who.
    pub sharee: Sharee,
    /// What, if it is the same on all of them.
    pub access: Option<Access>,
    /// Whether this is who asks.
    pub is_caller: bool,
    /// Whether this is the owner of all of them.
    pub is_owner: bool,
}

impl Merged {
    /// One record per holder, in the order of the lists; links are left out.
    #[must_use]
    pub fn all(lists: Vec<EntryShares>) -> Vec<Self> {
        let count = lists.len();
        let mut order: Vec<Holder> = Vec::new();
        let mut found: BTreeMap<Holder, Vec<ShareRecord>> = BTreeMap::new();
        for record in lists.into_iter().flat_map(|shares| shares.records) {
            let holder = record.sharee.holder();
            if !found.contains_key(&holder) {
                order.push(holder.clone());
            }
            found.entry(holder).or_default().push(record);
        }
        order.into_iter().filter_map(|holder| merge(found.remove(&holder)?, count)).collect()
    }
}

fn merge(records: Vec<ShareRecord>, count: usize) -> Option<Merged> {
    let is_owner = records.len() == count && records.iter().all(|record| record.is_owner);
    let first = records.first()?;
    let is_same = records.len() == count && records.iter().all(|record| record.access == first.access);
    let (access, is_caller) = (is_same.then_some(first.access), first.is_caller);
    let sharee = records.into_iter().next()?.sharee;
    Some(Merged { sharee, access, is_caller, is_owner: is_owner && access.is_some() })
}
