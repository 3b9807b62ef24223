use vouchsafe_types::Grant;

/// Rows to write, in one transaction: delete, then update, then insert.
///
/// ```
/// use vouchsafe_engine::{MemorySource, plan::Changes};
/// use vouchsafe_types::Access;
///
/// let mut source = MemorySource::default();
/// let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
/// let home = source.add_path("/ann", false).unwrap();
/// let grant = source.add_grant(ann, bob, home, Access::Read).clone();
///
/// source.apply(&Changes { delete: vec![grant], ..Changes::default() });
/// assert!(source.grants.is_empty() && Changes::default().is_empty());
/// ```
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
///
/// ```
/// use vouchsafe_engine::{plan::Edit, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let home = world.dir("/ann");
/// world.give(ann, bob, "fs:/ann:read").unwrap();
/// let wish = Wish::new(ann, bob, home, Access::Write, "example");
/// let Ok(Ok(given)) = world.engine.plan_give(&mut world.source, &wish, world.now) else { panic!("refused") };
/// let [Edit { before, after }] = given.changes.update.as_slice() else { panic!("the row is raised") };
/// assert_eq!((before.id, Access::nearest(after.capabilities)), (after.id, Access::Write));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// As it is.
    pub before: Grant,
    /// As it will be.
    pub after: Grant,
}

impl Changes {
    /// Whether there is nothing to write.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    ///
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let home = world.dir("/ann");
    /// world.give(ann, bob, "fs:/ann:write").unwrap();
    /// let wish = Wish::new(ann, bob, home, Access::Read, "example");
    /// let Ok(Ok(given)) = world.engine.plan_give(&mut world.source, &wish, world.now) else { panic!("refused") };
    /// assert!(given.changes.is_empty(), "he has more already");
    /// ```
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.insert.is_empty() && self.update.is_empty() && self.delete.is_empty()
    }
}
