//! What was shared by a ticket follows its grant.

use super::{EndedBy, ShareInfo, ShareInfoRow, ShareKind};
use crate::{
    Because, StoreError, Tx, WriteTx,
    schema::share_info,
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_engine::plan::Changes;
use vouchsafe_types::{Access, Grant, GrantId, Holder};

impl Tx<'_> {
    /// What a live row stood for before it came to stand for another grant, in rows of their own, the latest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_earlier_share_infos(&mut self, of: &ShareInfo) -> Result<Vec<ShareInfo>, StoreError> {
        // One receiver has few rows about the same, one sender may have thousands.
        let earlier = share_info::table
            .filter(share_info::receiver_id.eq(Id::from(of.receiver)))
            .filter(share_info::app_type.eq(&of.app_type))
            .filter(share_info::share_info_type.eq(of.kind.number()))
            .filter(share_info::lookup_hash.eq(&of.lookup_hash))
            .filter(share_info::ended_by.eq(Some(EndedBy::Next.number())))
            .order(share_info::id.desc());
        let rows: Vec<ShareInfoRow> = earlier.load(self.conn)?;
        let by = |info: &ShareInfo| (info.sender, info.client_id.clone(), info.receiver_client_id.clone());
        Ok(rows.into_iter().map(ShareInfo::from).filter(|row| by(row) == by(of)).collect())
    }
}

impl Tx<'_> {
    /// The rows that say of private shares, which are still there, that they stood for a grant before.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_private_before(&mut self, grant: GrantId) -> Result<Vec<ShareInfo>, StoreError> {
        let earlier = share_info::table
            .filter(share_info::grant_id.eq(Some(Id::from(grant))))
            .filter(share_info::share_info_type.eq(ShareKind::Private.number()))
            .filter(share_info::ended_by.eq(Some(EndedBy::Next.number())));
        let rows: Vec<ShareInfoRow> = earlier.load(self.conn)?;
        let mut standing = Vec::new();
        for row in rows.into_iter().map(ShareInfo::from) {
            if self.find_share_info(&row)?.is_some() {
                standing.push(row);
            }
        }
        Ok(standing)
    }
}

impl WriteTx<'_> {
    /// What stood for a grant that is gone: it ends with it, unless the grant became part of another one, or one stands
    /// that it stood for before. Who gives up his own has put it away, and may take it up again.
    pub(crate) fn follow_grant(
        &mut self,
        gone: &Grant,
        changes: &Changes,
        because: Because<'_>,
    ) -> Result<(), StoreError> {
        let by = if is_own(gone, because) { EndedBy::Receiver } else { EndedBy::Grant };
        let is_next =
            |next: &&Grant| next.issuer == gone.issuer && next.holder == gone.holder && next.resource == gone.resource;
        let next = changes.update.iter().map(|edit| &edit.after).chain(&changes.insert).find(is_next);
        match next {
            Some(next) => {
                self.overrule_tickets(gone, next, because)?;
                let is_earlier = share_info::ended_by.eq(Some(EndedBy::Next.number())).assume_not_null();
                let standing = share_info::table
                    .filter(share_info::grant_id.eq(Some(Id::from(gone.id))))
                    .filter(share_info::deleted_at.is_null().or(is_earlier));
                diesel::update(standing).set(share_info::grant_id.eq(Some(Id::from(next.id)))).execute(self.conn)?;
            }
            None => {
                if !is_own(gone, because) {
                    self.spend_put_away(gone, because)?;
                }
                for info in self.list_share_infos_of(gone.id)? {
                    self.fall_back(&info, (by, because.at))?;
                }
            }
        }
        Ok(())
    }

    /// What stands for a grant goes on standing for it when somebody else than its holder makes less of the reading
    /// that it gives. But the tickets that gave it give him nothing any more, though he put it away and took it up
    /// again: an ended row beside each live one says since when.
    pub(crate) fn overrule_tickets(
        &mut self,
        before: &Grant,
        after: &Grant,
        because: Because<'_>,
    ) -> Result<(), StoreError> {
        let ends_sooner = after.expires_at.is_some_and(|end| before.expires_at.is_none_or(|was| end < was));
        // A ticket gives reading; what was made more of it and taken off again is none of its own.
        let read = before.capabilities & Access::Read.capabilities();
        let is_less = ends_sooner || !after.capabilities.covers(read);
        if !is_less || is_own(before, because) {
            return Ok(());
        }
        self.spend_put_away(before, because)?;
        for info in self.list_share_infos_of(before.id)? {
            self.insert_share_info(&info, Some((because.at, EndedBy::Grant)))?;
        }
        Ok(())
    }
}

impl WriteTx<'_> {
    /// A live row whose grant is gone stands for the latest that is still there of those that it stood for before, and
    /// a row beside it says how this one ended; or it ends itself.
    fn fall_back(&mut self, info: &ShareInfo, (by, at): (EndedBy, DateTime<Utc>)) -> Result<(), StoreError> {
        for earlier in self.list_earlier_share_infos(info)?.into_iter().filter_map(|row| row.grant) {
            if self.find_grant(earlier)?.is_some() {
                self.insert_share_info(info, Some((at, by)))?;
                let live = share_info::table.find(info.id);
                diesel::update(live).set(share_info::grant_id.eq(Some(Id::from(earlier)))).execute(self.conn)?;
                return Ok(());
            }
        }
        self.end_share_infos(&[info.id], by, at)
    }

    /// What its receiver put away while he kept the grant is ended with the grant from now on: he does not take it up
    /// again.
    fn spend_put_away(&mut self, grant: &Grant, because: Because<'_>) -> Result<(), StoreError> {
        let put_away = share_info::table
            .filter(share_info::grant_id.eq(Some(Id::from(grant.id))))
            .filter(share_info::ended_by.eq(Some(EndedBy::Receiver.number())));
        let by = Some(EndedBy::Grant.number());
        diesel::update(put_away)
            .set((share_info::deleted_at.eq(Some(Ts(because.at))), share_info::ended_by.eq(by)))
            .execute(self.conn)?;
        Ok(())
    }
}

/// Whether it is the holder of a grant himself who does something to it.
pub(crate) fn is_own(grant: &Grant, because: Because<'_>) -> bool {
    because.actor.user().map(Holder::User).as_ref() == Some(&grant.holder)
}
