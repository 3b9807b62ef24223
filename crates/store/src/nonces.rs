//! Signed requests that were made already.

use crate::{StoreError, WriteTx, backend::each, schema::request_nonce, sql_types::Ts};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

impl WriteTx<'_> {
    /// Takes the nonce of a client, and forgets those older than `kept`. Gives whether it was free.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn take_nonce(
        &mut self,
        client_id: &str,
        nonce: &str,
        now: DateTime<Utc>,
        kept: TimeDelta,
    ) -> Result<bool, StoreError> {
        let oldest = now.checked_sub_signed(kept).unwrap_or(DateTime::<Utc>::MIN_UTC);
        diesel::delete(request_nonce::table.filter(request_nonce::used_at.le(Ts(oldest)))).execute(self.conn)?;
        let taken = diesel::insert_into(request_nonce::table).values((
            request_nonce::client_id.eq(client_id),
            request_nonce::nonce.eq(nonce),
            request_nonce::used_at.eq(Ts(now)),
        ));
        Ok(each!(self.conn, c => taken.on_conflict_do_nothing().execute(c))? > 0)
    }
}
