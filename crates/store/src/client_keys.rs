//! The table of signature keys. A key gives its user a client id; every user has one without a key, too.

use crate::{StoreError, Tx, User, WriteTx, schema::client_key, sql_types::Id, users::is_storable};
use diesel::prelude::*;
use uuid::Uuid;
use vouchsafe_types::UserId;

/// How many characters the client id of a user without keys has.
const PLAIN_ID_CHARS: usize = 32;

/// A key, and the client id that it gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The client id.
    pub client_id: String,
    /// The public key, in hex.
    pub public_key: String,
}

impl Tx<'_> {
    /// The keys of a user, in the order in which they were given.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn list_client_keys(&mut self, user: UserId) -> Result<Vec<StoredKey>, StoreError> {
        let rows: Vec<(String, String)> = client_key::table
            .filter(client_key::user_id.eq(Id::from(user)))
            .order(client_key::place)
            .select((client_key::client_id, client_key::public_key))
            .load(self.conn)?;
        Ok(rows.into_iter().map(|(client_id, public_key)| StoredKey { client_id, public_key }).collect())
    }

    /// The user of a client id, and the key behind it; without a key it is his uuid without hyphens.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_client(&mut self, client_id: &str) -> Result<Option<(User, Option<String>)>, StoreError> {
        if !is_storable(client_id) {
            return Ok(None);
        }
        let by_key: Option<(Id, String)> = client_key::table
            .find(client_id)
            .select((client_key::user_id, client_key::public_key))
            .first(self.conn)
            .optional()?;
        if let Some((user, key)) = by_key {
            return Ok(self.find_user(user.to())?.map(|user| (user, Some(key))));
        }
        let is_plain = client_id.len() == PLAIN_ID_CHARS
            && client_id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let Some(uuid) = client_id.parse::<Uuid>().ok().filter(|_| is_plain) else { return Ok(None) };
        Ok(self.find_user(UserId::from(uuid))?.map(|user| (user, None)))
    }
}

impl WriteTx<'_> {
    /// Gives a user these keys and no others.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when one is somebody else's.
    pub fn set_client_keys(&mut self, user: UserId, keys: &[StoredKey]) -> Result<(), StoreError> {
        diesel::delete(client_key::table.filter(client_key::user_id.eq(Id::from(user)))).execute(self.conn)?;
        for (place, key) in (0_i32..).zip(keys) {
            diesel::insert_into(client_key::table)
                .values((
                    client_key::client_id.eq(&key.client_id),
                    client_key::user_id.eq(Id::from(user)),
                    client_key::public_key.eq(&key.public_key),
                    client_key::place.eq(place),
                ))
                .execute(self.conn)?;
        }
        Ok(())
    }
}
