use vouchsafe_types::Grant;

/// Rows to write, in one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a plan changes nothing until it is written"]
pub struct Changes {
    /// To be written.
    pub insert: Vec<Grant>,
    /// To be changed in place.
    pub update: Vec<Edit>,
    /// To be deleted: what was revoked, what falls with it, and denies that are lifted.
    pub delete: Vec<Grant>,
}

/// A row that keeps its id, its entry and its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// As it is.
    pub before: Grant,
    /// As it will be.
    pub after: Grant,
}

impl Changes {
    /// Whether there is nothing to write.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.insert.is_empty() && self.update.is_empty() && self.delete.is_empty()
    }
}
