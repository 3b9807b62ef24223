//! From whom people take no shares.

use crate::{
    StoreError, Tx, User, WriteTx,
    backend::each,
    schema::{block, block_all, users},
    sql_types::{Id, Ts},
    users::user_of,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::UserId;

impl Tx<'_> {
    /// Whether somebody takes no shares from `sender`.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn is_blocked(&mut self, user: UserId, sender: UserId) -> Result<bool, StoreError> {
        let one = block::table.find((Id::from(user), Id::from(sender))).count().get_result::<i64>(self.conn)?;
        Ok(one > 0 || self.blocks_all(user)?)
    }

    /// Whether somebody takes shares from nobody.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn blocks_all(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(block_all::table.find(Id::from(user)).count().get_result::<i64>(self.conn)? > 0)
    }

    /// Whom somebody has blocked by name, and when; by name.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn list_blocks(&mut self, user: UserId) -> Result<Vec<(User, DateTime<Utc>)>, StoreError> {
        let rows = block::table
            .inner_join(users::table.on(users::id.eq(block::sender_id)))
            .filter(block::user_id.eq(Id::from(user)))
            .order(users::username)
            .select((users::all_columns, block::created_at))
            .load::<(_, Ts)>(self.conn)?;
        rows.into_iter().map(|(row, at)| Ok((user_of(row)?, at.0))).collect()
    }
}

impl WriteTx<'_> {
    /// Takes no shares from `sender` any more. Gives whether that is new.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn insert_block(&mut self, user: UserId, sender: UserId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let row =
            (block::user_id.eq(Id::from(user)), block::sender_id.eq(Id::from(sender)), block::created_at.eq(Ts(now)));
        let insert = diesel::insert_into(block::table).values(row);
        Ok(each!(self.conn, c => insert.on_conflict_do_nothing().execute(c))? > 0)
    }

    /// Takes shares from `sender` again. Gives whether that is new.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_block(&mut self, user: UserId, sender: UserId) -> Result<bool, StoreError> {
        Ok(diesel::delete(block::table.find((Id::from(user), Id::from(sender)))).execute(self.conn)? > 0)
    }

    /// Takes shares from nobody, or from everybody who is not blocked by name.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn set_block_all(&mut self, user: UserId, is_on: bool, now: DateTime<Utc>) -> Result<(), StoreError> {
        if !is_on {
            diesel::delete(block_all::table.find(Id::from(user))).execute(self.conn)?;
            return Ok(());
        }
        let row = (block_all::user_id.eq(Id::from(user)), block_all::created_at.eq(Ts(now)));
        let insert = diesel::insert_into(block_all::table).values(row);
        each!(self.conn, c => insert.on_conflict_do_nothing().execute(c))?;
        Ok(())
    }
}
