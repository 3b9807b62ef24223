//! What was shared by a ticket follows its grant.

use super::EndedBy;
use crate::{
    Because, StoreError, WriteTx,
    schema::share_info,
    sql_types::{Id, Ts},
};
use diesel::prelude::*;
use vouchsafe_engine::plan::Changes;
use vouchsafe_types::{Access, Grant, Holder};

impl WriteTx<'_> {
    /// What stood for a grant that is gone: it ends with it, unless the grant became part of another one. Who gives up
    /// his own has put it away, and may take it up again.
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
        let live = share_info::table
            .filter(share_info::grant_id.eq(Some(Id::from(gone.id))))
            .filter(share_info::deleted_at.is_null());
        match next {
            Some(next) => {
                self.overrule_tickets(gone, next, because)?;
                diesel::update(live).set(share_info::grant_id.eq(Some(Id::from(next.id)))).execute(self.conn)?
            }
            None => {
                if !is_own(gone, because) {
                    self.spend_put_away(gone, because)?;
                }
                diesel::update(live)
                    .set((share_info::deleted_at.eq(Some(Ts(because.at))), share_info::ended_by.eq(Some(by.number()))))
                    .execute(self.conn)?
            }
        };
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
