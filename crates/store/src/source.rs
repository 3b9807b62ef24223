//! Answers the engine.

use crate::{
    StoreError, Tx,
    holder::{HolderColumns, NOBODY, resource_name, resource_of},
    schema::{app, entry, site, users},
    spoken::{GrantColumns, RootOf, RootRow, Spoken, Where, Whose},
    sql_types::Id,
    users::is_storable,
};
use diesel::prelude::*;
use vouchsafe_engine::{Bound, GrantSource, Located, Place, SpokenRow, Subject};
use vouchsafe_types::{AppUid, Capabilities, EntryId, Grant, Holder, Resource, Restrictions, SiteId, UserId};

impl Tx<'_> {
    /// The root of the tree that `entry` lies in, its owner, and whether the entry is a directory.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn root_of(&mut self, entry: EntryId) -> Result<Option<(i64, UserId, bool)>, StoreError> {
        Ok(self.root_row(entry)?.map(|(root, owner, is_dir, ..)| (root, owner.to(), is_dir)))
    }

    fn root_row(&mut self, entry: EntryId) -> Result<Option<RootRow>, StoreError> {
        Ok(RootOf { entry: entry.into() }.find(self.conn)?)
    }

    /// Where a resource stands, and the root of the tree whose version covers it; no tree for what is under identity.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn located(&mut self, resource: &Resource) -> Result<(Located, Option<i64>), StoreError> {
        let at = |owner, is_file| Located::At(Place::new(resource.clone(), owner, is_file));
        let owner: Option<Id> = match resource {
            Resource::Entry(entry) => return self.located_entry(*entry),
            Resource::App(uid) => app::table.find(uid.as_str()).select(app::owner_id).first(self.conn).optional()?,
            Resource::Site(id) => site::table.find(Id::from(*id)).select(site::owner_id).first(self.conn).optional()?,
            Resource::Named(_) => return Ok((at(None, false), None)),
        };
        Ok((owner.map_or(Located::Absent, |id| at(Some(id.to()), false)), None))
    }

    fn located_entry(&mut self, uuid: EntryId) -> Result<(Located, Option<i64>), StoreError> {
        if let Some((root, owner, is_dir, denies_download, denies_sharing)) = self.root_row(uuid)? {
            let restrictions = Restrictions { denies_download, denies_sharing };
            let place = Place { restrictions, ..Place::new(uuid, Some(owner.to()), !is_dir) };
            return Ok((Located::At(place), Some(root)));
        }
        let there = entry::table.filter(entry::uuid.eq(Id::from(uuid)));
        let is_there: bool = diesel::select(diesel::dsl::exists(there)).get_result(self.conn)?;
        Ok((if is_there { Located::TooDeep } else { Located::Absent }, None))
    }

    fn child(&mut self, parent: i64, name: &str) -> Result<Option<(i64, Id)>, StoreError> {
        let named = entry::table.filter(entry::parent_id.eq(parent)).filter(entry::name.eq(name));
        Ok(named.select((entry::id, entry::uuid)).first(self.conn).optional()?)
    }

    /// The entry at the end of a way from the homes on. What is somebody else's is shown under its id,
    /// `/<owner>/<uuid>/<name>`, and found under it as well.
    pub(crate) fn follow(&mut self, names: &[&str]) -> Result<Option<(i64, Id)>, StoreError> {
        let [first, rest @ ..] = names else { return Ok(None) };
        let Some(home) = self.home(first)? else { return Ok(None) };
        let masked = self.masked(home.0, rest)?;
        let skipped = if masked.is_some() { 2 } else { 0 };
        let mut at = masked.or(Some(home));
        for name in rest.iter().skip(skipped) {
            let Some((parent, _)) = at else { return Ok(None) };
            at = self.child(parent, name)?;
        }
        Ok(at)
    }

    /// The entry that `<uuid>/<name>` at the beginning of `names` stands for. It has to lie in the tree with this root,
    /// and to have this name now.
    fn masked(&mut self, root: i64, names: &[&str]) -> Result<Option<(i64, Id)>, StoreError> {
        let [uuid, name, ..] = names else { return Ok(None) };
        let Some(uuid) = uuid.parse::<EntryId>().ok().filter(|id| id.to_string() == *uuid) else { return Ok(None) };
        let by_uuid = entry::table.filter(entry::uuid.eq(Id::from(uuid))).select((entry::id, entry::name));
        let found: Option<(i64, String)> = by_uuid.first(self.conn).optional()?;
        let Some((number, _)) = found.filter(|(_, its)| its == name) else { return Ok(None) };
        let is_in_tree = self.root_of(uuid)?.is_some_and(|(of, _, _)| of == root);
        Ok(is_in_tree.then(|| (number, uuid.into())))
    }

    fn home(&mut self, name: &str) -> Result<Option<(i64, Id)>, StoreError> {
        let named = entry::table.filter(entry::parent_id.is_null()).filter(entry::name.eq(name));
        Ok(named.select((entry::id, entry::uuid)).first(self.conn).optional()?)
    }
}

pub(crate) fn grant_of(columns: GrantColumns) -> Result<(Grant, i64, bool), StoreError> {
    let (
        id,
        issuer,
        kind,
        holder,
        holder_app,
        capabilities,
        exact,
        expires_at,
        created_at,
        origin,
        on,
        name,
        level,
        is_active,
    ) = columns;
    let resource = match (on, name) {
        (_, Some(name)) => resource_of(&name)?,
        (Some(on), None) => Resource::Entry(on.to()),
        (None, None) => return Err(StoreError::Corrupt("a grant without a resource".to_owned())),
    };
    let grant = Grant {
        id: id.to(),
        issuer: issuer.to(),
        holder: Holder::try_from(HolderColumns { kind, id: holder, app: holder_app })?,
        resource,
        capabilities: Capabilities::from_bits(u16::try_from(capabilities).unwrap_or(0)),
        exact,
        expires_at: expires_at.map(|at| at.0),
        created_at: created_at.0,
        origin,
    };
    Ok((grant, level, is_active))
}

impl GrantSource for Tx<'_> {
    type Error = StoreError;

    fn place(&mut self, resource: &Resource) -> Result<Located, StoreError> {
        Ok(self.located(resource)?.0)
    }

    fn rows(&mut self, resource: &Resource, subject: &Subject, limit: usize) -> Result<Vec<SpokenRow>, StoreError> {
        #[cfg(any(test, feature = "testing"))]
        self.tally.ask();
        let whose = match subject {
            Subject::User(user) => Whose::User((*user).into()),
            Subject::App { app, user } => {
                Whose::App { app: app.as_str().to_owned(), user: user.map_or(NOBODY, Id::from) }
            }
            Subject::Token { token, .. } => Whose::Token((*token).into()),
            Subject::Group(group) => Whose::Group((*group).into()),
            Subject::Everyone => Whose::Everyone,
            Subject::Link(link) => Whose::Link((*link).into()),
            Subject::Site { .. } => return Ok(Vec::new()),
        };
        let places = match resource {
            Resource::Entry(entry) => vec![Where::Entry((*entry).into())],
            Resource::Named(name) => {
                let prefixes = name.prefixes().into_iter().zip(0..);
                prefixes.map(|(p, level)| Where::Name { name: resource_name(&Resource::Named(p)), level }).collect()
            }
            Resource::App(_) | Resource::Site(_) => vec![Where::Name { name: resource_name(resource), level: 0 }],
        };
        let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut all = Vec::new();
        for at in places {
            let rows: Vec<GrantColumns> = Spoken::new(at, whose.clone(), most).load_rows(self.conn)?;
            for columns in rows {
                let (grant, level, is_issuer_active) = grant_of(columns)?;
                all.push(SpokenRow { grant, distance: u32::try_from(level).unwrap_or(u32::MAX), is_issuer_active });
            }
        }
        Ok(all)
    }

    fn grants_to(&mut self, holder: &Holder, resource: &Resource) -> Result<Vec<Grant>, StoreError> {
        self.list_grants_to(holder, resource)
    }

    fn is_active(&mut self, user: UserId) -> Result<bool, StoreError> {
        let suspended: Option<bool> =
            users::table.find(Id::from(user)).select(users::is_suspended).first(self.conn).optional()?;
        Ok(suspended == Some(false))
    }

    fn entry_at(&mut self, path: &str) -> Result<Option<EntryId>, StoreError> {
        if !is_storable(path) {
            return Ok(None);
        }
        let names: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
        Ok(self.follow(&names)?.map(|(_, uuid)| uuid.to()))
    }

    fn app_named(&mut self, name: &str) -> Result<Option<AppUid>, StoreError> {
        if !is_storable(name) {
            return Ok(None);
        }
        let uid: Option<String> = app::table.filter(app::name.eq(name)).select(app::uid).first(self.conn).optional()?;
        uid.map(|uid| uid.parse().map_err(|e| StoreError::Corrupt(format!("app: {e}")))).transpose()
    }

    fn site_named(&mut self, name: &str) -> Result<Option<SiteId>, StoreError> {
        if !is_storable(name) {
            return Ok(None);
        }
        let id: Option<Id> = site::table.filter(site::name.eq(name)).select(site::id).first(self.conn).optional()?;
        Ok(id.map(Id::to))
    }

    fn app_data(&mut self, uid: &AppUid) -> Result<Option<EntryId>, StoreError> {
        let home: Option<i64> = app::table
            .inner_join(entry::table.on(entry::owner_id.eq(app::owner_id.nullable())))
            .filter(app::uid.eq(uid.as_str()))
            .select(entry::id)
            .first(self.conn)
            .optional()?;
        let Some(home) = home else { return Ok(None) };
        let Some((data, _)) = self.child(home, "AppData")? else { return Ok(None) };
        Ok(self.child(data, uid.as_str())?.map(|(_, uuid)| uuid.to()))
    }

    fn is_in_app_data(&mut self, entry: EntryId, app: &AppUid) -> Result<bool, StoreError> {
        let names = self.names_above(entry)?;
        Ok(matches!(names.as_slice(), [.., uid, data, _] if uid == app.as_str() && data == "AppData"))
    }

    fn is_in_site(&mut self, entry: EntryId, of: SiteId, owner: UserId) -> Result<bool, StoreError> {
        let served = site::table.find(Id::from(of)).filter(site::owner_id.eq(Id::from(owner)));
        let root: Option<Option<i64>> = served.select(site::root_id).first(self.conn).optional()?;
        let at: Option<i64> =
            entry::table.filter(entry::uuid.eq(Id::from(entry))).select(entry::id).first(self.conn).optional()?;
        match (root.flatten(), at) {
            (Some(root), Some(at)) => Ok(self.line_of(at)?.contains(&root)),
            (_, _) => Ok(false),
        }
    }

    fn refused_at(&mut self, bound: Bound) {
        self.tally.refuse(bound);
    }
}

/// No entry has a longer way to its root.
const DEEPEST: usize = 1_000;

impl Tx<'_> {
    /// The names of the entry and of everything above it, nearest first.
    fn names_above(&mut self, of: EntryId) -> Result<Vec<String>, StoreError> {
        let columns = (entry::name, entry::parent_id);
        let mut at: Option<(String, Option<i64>)> =
            entry::table.filter(entry::uuid.eq(Id::from(of))).select(columns).first(self.conn).optional()?;
        let mut names = Vec::new();
        while let Some((name, parent)) = at.take_if(|_| names.len() < DEEPEST) {
            names.push(name);
            at = match parent {
                Some(parent) => entry::table.find(parent).select(columns).first(self.conn).optional()?,
                None => None,
            };
        }
        Ok(names)
    }
}
