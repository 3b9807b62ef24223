//! What each holder has by rows of its own: what a list of shares shows.

use crate::{
    check::Engine,
    resolve::heard,
    source::{GrantSource, Located, Moment, Subject},
};
use vouchsafe_types::{Capabilities, Holder};

/// What a holder has by rows of its own: see [`Engine::own_access`].
///
/// ```
/// use vouchsafe_engine::{OwnAccess, sandbox::*};
///
/// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
/// let deny = world.give_exact(ann, bob, "fs:/ann:none").unwrap();
/// let Ok(located) = world.source.place(&deny.resource);
/// let Ok(own) = world.engine.own_access(&mut world.source, &bob.into(), &located, world.now);
/// assert_eq!(own, Some(OwnAccess { capabilities: Capabilities::NONE, is_denied: true }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnAccess {
    /// What its rows give now, each cut to its issuer. What is kept back on the resource is not taken off: these are the
    /// rows, not what may be done.
    pub capabilities: Capabilities,
    /// Whether a deny of its own governs.
    pub is_denied: bool,
}

impl<S: GrantSource> Engine<S> {
    /// What a person, group, link or everyone has on a resource by rows of its own, there or above, as far as these are
    /// heard beside all others that speak for it. What a person has through a group is the group's.
    ///
    /// `None` when no row of its own gives or denies anything now.
    ///
    /// ```
    /// use vouchsafe_engine::sandbox::*;
    ///
    /// let (mut world, [ann, bob]) = Sandbox::of(["ann", "bob"]);
    /// let file = Resource::Entry(world.file("/ann/a.txt"));
    /// let team = world.source.add_group([bob]);
    /// world.row(ann, team, "fs:/ann:write");
    /// world.row(ann, bob, "fs:/ann/a.txt:read");
    /// let Ok(located) = world.source.place(&file);
    /// let mut own = |holder: Holder| {
    ///     let Ok(own) = world.engine.own_access(&mut world.source, &holder, &located, world.now);
    ///     own.map(|own| Access::nearest(own.capabilities))
    /// };
    /// assert_eq!(own(bob.into()), Some(Access::Read), "the rest is the team's");
    /// assert_eq!((own(team.into()), own(Holder::Everyone)), (Some(Access::Write), None));
    /// ```
    ///
    /// # Errors
    /// The source's own error if it cannot be asked.
    pub fn own_access(
        &self,
        source: &mut S,
        holder: &Holder,
        located: &Located,
        now: Moment,
    ) -> Result<Option<OwnAccess>, S::Error> {
        let (Located::At(place), Some(subject)) = (located, Subject::of_holder(holder, None)) else { return Ok(None) };
        let rows = source.rows(&place.resource, &subject, self.limits().rows)?;
        let mut own = heard(&rows, 0, place.is_file, now).into_iter().filter(|row| row.grant.holder == *holder);
        if own.any(|row| row.grant.is_deny()) {
            return Ok(Some(OwnAccess { capabilities: Capabilities::NONE, is_denied: true }));
        }
        let scan = self.scan(source, [subject], located, now)?;
        let node = scan.asked.first().and_then(|at| scan.nodes.get(*at)).filter(|_| scan.bound.is_none());
        let gifts = node.into_iter().flat_map(|node| &node.gifts).filter(|gift| gift.grant.holder == *holder);
        let capabilities = gifts.fold(Capabilities::NONE, |sum, gift| sum | scan.given(gift));
        Ok((!capabilities.is_empty()).then_some(OwnAccess { capabilities, is_denied: false }))
    }
}

#[cfg(test)]
mod tests {
    use crate::sandbox::*;

    const READ_WRITE: Access = Access::Full;
    const READ: Access = Access::Read;
    const RESTRICT: Access = Access::None;

    /// Who has a row, where it stands, and what it says.
    type Row = (&'static str, &'static str, Access);

    const FILE: &str = "/ann/grand/parent/a.docx";
    const FOLDER: &str = "/ann/grand/parent";
    const GRAND: &str = "/ann/grand";

    /// Exact rows, in which eve is a member of both departments; and what she then has on the file and on the folder.
    const TABLE: [(&str, &[Row], Access, Access); 14] = [
        ("no row", &[], RESTRICT, RESTRICT),
        ("the most restrictive of two departments", &[("A", FILE, READ_WRITE), ("B", FILE, READ)], READ, RESTRICT),
        ("and restrict is the most", &[("A", FILE, READ_WRITE), ("B", FILE, RESTRICT)], RESTRICT, RESTRICT),
        (
            "custom filter is less restrictive than review",
            &[("A", FILE, Access::Filter), ("B", FILE, Access::Review)],
            Access::Review,
            RESTRICT,
        ),
        (
            "review, form filling, comment",
            &[("A", FILE, Access::Fill), ("B", FILE, Access::Comment)],
            Access::Comment,
            RESTRICT,
        ),
        (
            "a personal row beats a department",
            &[("eve", FILE, READ_WRITE), ("A", FILE, RESTRICT)],
            READ_WRITE,
            RESTRICT,
        ),
        ("and everyone", &[("eve", FOLDER, READ_WRITE), ("*", FOLDER, RESTRICT)], READ_WRITE, READ_WRITE),
        ("in both directions", &[("eve", FILE, RESTRICT), ("A", FILE, READ_WRITE)], RESTRICT, RESTRICT),
        ("rank before distance", &[("eve", GRAND, READ), ("A", FOLDER, READ_WRITE)], READ, READ),
        (
            "rows on the file hide all rows of its folders",
            &[("eve", FOLDER, READ_WRITE), ("*", FILE, READ)],
            READ,
            READ_WRITE,
        ),
        ("the nearest level", &[("A", GRAND, RESTRICT), ("A", FOLDER, READ)], READ, READ),
        (
            "a department, before everyone",
            &[("*", FOLDER, RESTRICT), ("A", GRAND, Access::Review)],
            Access::Review,
            Access::Review,
        ),
        (
            "at one level the most restrictive",
            &[("A", GRAND, Access::Comment), ("B", GRAND, Access::Review)],
            Access::Comment,
            Access::Comment,
        ),
        (
            "a file with a row of its own below a restricted folder",
            &[("eve", FOLDER, RESTRICT), ("A", FILE, READ)],
            READ,
            RESTRICT,
        ),
    ];

    #[test]
    fn exact_rows_resolve_by_the_table_of_onlyoffice() {
        for (what, rows, on_file, on_folder) in TABLE {
            let (mut world, [ann, eve]) = Sandbox::of(["ann", "eve"]);
            world.file(FILE);
            let departments = [world.source.add_group([eve]), world.source.add_group([eve])];
            for (who, on, access) in rows {
                let holder = match *who {
                    "A" => Holder::Group(departments[0]),
                    "B" => Holder::Group(departments[1]),
                    "*" => Holder::Everyone,
                    _ => Holder::User(eve),
                };
                let row = world.row(ann, holder, &format!("fs:{on}:none"));
                (row.exact, row.capabilities) = (true, access.capabilities());
            }
            let has = [FILE, FOLDER].map(|path| world.access(eve, path));
            assert_eq!(has, [on_file, on_folder], "{what}");
            assert_eq!(world.access(eve, "/ann"), RESTRICT, "{what}: what lies above stays invisible");
            assert_eq!(world.access(ann, FILE), Access::Owner);
        }
    }

    #[test]
    fn what_is_kept_back_is_kept_back_from_everybody_but_the_owner() {
        let (mut world, [ann, bob, eve]) = Sandbox::of(["ann", "bob", "eve"]);
        let file = world.file("/ann/a.docx");
        world.row(ann, bob, "manage:manage:fs:/ann").capabilities = Access::Full.capabilities();
        world.row(ann, eve, "fs:/ann/a.docx:read");
        let both = vouchsafe_types::Restrictions { denies_download: true, denies_sharing: true };
        world.source.restrictions.insert(file, both);
        let may = |world: &mut Sandbox, who, ask: &str| world.may(who, &format!("fs:/ann/a.docx:{ask}"));
        assert!(may(&mut world, eve, "read") && !may(&mut world, eve, "download"));
        assert!(may(&mut world, bob, "write") && may(&mut world, bob, "download") && !may(&mut world, bob, "share"));
        assert!(may(&mut world, ann, "share") && may(&mut world, ann, "download"));
        assert!(world.may(bob, "fs:/ann:share"), "beside the file he shares as before");
        let denied = world.explain(eve, "fs:/ann/a.docx:download");
        let told = &denied.decision;
        assert!(!told.allowed && !denied.reading.iter().any(|finding| matches!(finding, Finding::Path(_))));
        world.source.restrictions.clear();
        assert!(may(&mut world, bob, "share") && may(&mut world, eve, "download"));
    }
}
