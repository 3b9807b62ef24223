//! What a person must show to prove an address: the token of the mailed link, or the mailed code.

use crate::{
    StoreError, TokenHash, Tx, WriteTx,
    schema::email_proof,
    sql_types::{Id, Ts},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use vouchsafe_types::UserId;

/// An open proof; a person has at most one, the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailProof {
    /// Whose.
    pub user: UserId,
    /// Of which address, in canonical form.
    pub email_canonical: String,
    /// SHA-256 of the link's token.
    pub token_hash: TokenHash,
    /// SHA-256 of the code.
    pub code_hash: TokenHash,
    /// How many wrong codes were tried.
    pub attempts: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

type ProofRow = (Id, String, Vec<u8>, Vec<u8>, i32, Ts, Ts);

fn proof_of(row: ProofRow) -> Result<EmailProof, StoreError> {
    let (user, email_canonical, token, code, attempts, created_at, expires_at) = row;
    let hash = |bytes: Vec<u8>| {
        TokenHash::try_from(bytes).map_err(|bytes| StoreError::Corrupt(format!("a hash of {} bytes", bytes.len())))
    };
    Ok(EmailProof {
        user: user.to(),
        email_canonical,
        token_hash: hash(token)?,
        code_hash: hash(code)?,
        attempts,
        created_at: created_at.0,
        expires_at: expires_at.0,
    })
}

impl Tx<'_> {
    /// The proof whose link has this token.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_email_proof(&mut self, token: &TokenHash) -> Result<Option<EmailProof>, StoreError> {
        let found = email_proof::table.filter(email_proof::token_hash.eq(token.as_slice()));
        found.first(self.conn).optional()?.map(proof_of).transpose()
    }

    /// The proof that a person has open.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_email_proof_of(&mut self, user: UserId) -> Result<Option<EmailProof>, StoreError> {
        email_proof::table.find(Id::from(user)).first(self.conn).optional()?.map(proof_of).transpose()
    }
}

impl WriteTx<'_> {
    /// Opens a proof; an earlier one of the same person ends.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn replace_email_proof(&mut self, proof: &EmailProof) -> Result<(), StoreError> {
        self.delete_email_proof(proof.user)?;
        diesel::insert_into(email_proof::table)
            .values((
                email_proof::user_id.eq(Id::from(proof.user)),
                email_proof::email_canonical.eq(&proof.email_canonical),
                email_proof::token_hash.eq(proof.token_hash.as_slice()),
                email_proof::code_hash.eq(proof.code_hash.as_slice()),
                email_proof::attempts.eq(proof.attempts),
                email_proof::created_at.eq(Ts(proof.created_at)),
                email_proof::expires_at.eq(Ts(proof.expires_at)),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    /// Counts a wrong code.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn count_wrong_code(&mut self, user: UserId) -> Result<(), StoreError> {
        diesel::update(email_proof::table.find(Id::from(user)))
            .set(email_proof::attempts.eq(email_proof::attempts + 1))
            .execute(self.conn)?;
        Ok(())
    }

    /// Ends the proof that a person has open.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_email_proof(&mut self, user: UserId) -> Result<(), StoreError> {
        diesel::delete(email_proof::table.find(Id::from(user))).execute(self.conn)?;
        Ok(())
    }
}
