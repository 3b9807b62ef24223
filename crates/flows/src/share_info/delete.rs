//! Taking back what was shared by tickets, and putting away what one keeps.

use super::{grant::is_taken, post::has_ended};
use crate::{Caller, Fault, Vouchsafe, grants::holding, wallet::Ticket};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use vouchsafe_engine::plan;
use vouchsafe_store::{EndedBy, Party, ShareInfo, ShareInfoFilter, ShareKind, WriteTx};
use vouchsafe_types::{Grant, GrantId};

/// Why their grants go, in the words of the audit.
const TAKEN_BACK: &str = "share by ticket deleted";

/// Which shares are meant; all that is named must fit.
#[derive(Debug, Clone, Default)]
pub struct NamedShares {
    /// Those with exactly this ticket.
    pub auth_ticket: Option<String>,
    /// Those about this.
    pub lookup_hash: Option<String>,
    /// Only what the caller has published himself.
    pub only_published: bool,
}

impl Vouchsafe {
    /// Deletes what the caller shares, with the grants behind it; and what he keeps of what others published. Other
    /// people's shares are passed over. Gives how many were deleted.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn delete_share_infos(&self, caller: &Caller, named: &NamedShares) -> Result<usize, Fault> {
        let now = self.now();
        self.write("delete_share_infos", |tx| {
            let filter = ShareInfoFilter {
                app_type: Some(caller.app_type.as_str().to_owned()),
                auth_ticket: named.auth_ticket.clone(),
                lookup_hash: named.lookup_hash.clone(),
                ..ShareInfoFilter::default()
            };
            let published = named.only_published.then_some(ShareKind::Public);
            let sent = ShareInfoFilter { sender: Some(caller.party()), kind: published, ..filter.clone() };
            let mut mine = all(tx, &sent)?;
            let others = published_likewise(tx, caller, named, &mine)?;
            mine.extend(others);
            self.take_back(tx, caller, &mine, EndedBy::Sender, now)?;
            if named.only_published {
                return Ok(mine.len());
            }
            let kept = ShareInfoFilter { receiver: Some(caller.party()), kind: Some(ShareKind::Public), ..filter };
            let kept = all(tx, &kept)?;
            self.take_back(tx, caller, &kept, EndedBy::Receiver, now)?;
            Ok(mine.len().saturating_add(kept.len()))
        })
    }

    fn take_back(
        &self,
        tx: &mut WriteTx<'_>,
        caller: &Caller,
        infos: &[ShareInfo],
        by: EndedBy,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        // What they stood for before goes with what they stand for now.
        let mut ending = infos.to_vec();
        for info in infos {
            ending.extend(tx.list_earlier_share_infos(info)?);
        }
        // They are ended first: their grants, when they go, end what else stood for them.
        let ids: Vec<i64> = ending.iter().map(|info| info.id).collect();
        tx.end_share_infos(&ids, by, now)?;
        let mut grants: BTreeMap<GrantId, Grant> = BTreeMap::new();
        for (info, id) in ending.iter().filter_map(|info| Some((info, info.grant?))) {
            let Some(grant) = tx.find_grant(id)?.map(|stored| stored.grant) else { continue };
            let has = holding(tx, &caller.actor(), &grant.resource, now)?;
            let mut others = tx.list_share_infos_of(id)?.into_iter().filter(|other| !has_ended(other, now));
            let is_meant = match info.kind {
                // What was published gave this and nothing else: whoever ends it, what somebody has otherwise stays
                // his, be it by name or in another kind of app.
                ShareKind::Public => {
                    let mut earlier = tx.list_private_before(id)?.into_iter();
                    is_taken(&grant) && others.next().is_none() && earlier.all(|one| has_ended(&one, now))
                }
                // Who takes back does not let in whom he has shut out since. What somebody took of what is published
                // is his as long as it is, though it became the answer to what he asked for.
                ShareKind::Private => {
                    !grant.is_deny() && (!is_taken(&grant) || others.all(|other| other.kind == ShareKind::Private))
                }
            };
            if is_meant && plan::may_revoke(&has, caller.user.id, &grant) {
                grants.insert(id, grant);
            }
        }
        let actor = caller.actor();
        tx.revoke(grants.into_values().collect(), self.because(&actor, TAKEN_BACK, now))?;
        Ok(())
    }
}

/// What else was published of what the owner takes back, and gives something by it: by another of his client ids, or in
/// another kind of app; and whoever keeps a public ticket chooses how its text is written, and where he keeps it.
fn published_likewise(
    tx: &mut WriteTx<'_>,
    caller: &Caller,
    named: &NamedShares,
    mine: &[ShareInfo],
) -> Result<Vec<ShareInfo>, Fault> {
    // Mere records of what somebody else sent do not count: anybody can make them.
    let is_his = |info: &&ShareInfo| info.grant.is_some() || info.receiver == info.sender;
    let published = mine.iter().filter(|info| info.kind == ShareKind::Public).filter(is_his);
    let mut hashes: BTreeSet<String> = published.map(|info| info.lookup_hash.clone()).collect();
    hashes.extend(named_hash(tx, caller, named)?);
    let mut found = Vec::new();
    for hash in hashes {
        let filter = ShareInfoFilter {
            kind: Some(ShareKind::Public),
            sender: Some(Party { user: caller.user.id, client_id: None }),
            lookup_hash: Some(hash),
            ..ShareInfoFilter::default()
        };
        let known = |info: &ShareInfo| mine.iter().any(|own| own.id == info.id);
        found.extend(all(tx, &filter)?.into_iter().filter(|info| is_his(&info) && !known(info)));
    }
    Ok(found)
}

/// The hash that is named: by itself, or by a public ticket of the caller's, which others may keep though he never
/// published it here.
fn named_hash(tx: &mut WriteTx<'_>, caller: &Caller, named: &NamedShares) -> Result<Option<String>, Fault> {
    let Some(text) = &named.auth_ticket else { return Ok(named.lookup_hash.clone()) };
    let Ok(ticket) = Ticket::parse(text) else { return Ok(None) };
    let is_his = tx.find_client(&ticket.owner_id)?.is_some_and(|(owner, _)| owner.id == caller.user.id);
    let is_meant = named.lookup_hash.as_ref().is_none_or(|hash| *hash == ticket.file_path_hash);
    Ok(Some(ticket.file_path_hash.clone()).filter(|_| is_his && is_meant && !ticket.is_private()))
}

fn all(tx: &mut WriteTx<'_>, filter: &ShareInfoFilter) -> Result<Vec<ShareInfo>, Fault> {
    Ok(tx.list_share_infos(filter, 0, i64::MAX)?)
}
