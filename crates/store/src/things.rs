//! Apps and sites.

use crate::{
    Because, StoreError, Tx, WriteTx,
    backend::each,
    schema::{app, site},
    sql_types::{Id, Json, Ts},
    users::is_storable,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use vouchsafe_types::{AppUid, EntryId, Resource, SiteId, UserId};

/// An app.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    /// Its uid.
    pub uid: AppUid,
    /// Its name, unique.
    pub name: String,
    /// Who owns it.
    pub owner: UserId,
    /// Whether only holders may see and open it.
    pub is_protected: bool,
    /// Whether sharing it shares its data directory.
    pub shared_appdata: bool,
    /// What its owner keeps with it.
    pub metadata: Value,
    /// Where it runs.
    pub index_url: Option<String>,
    /// When it was made known to us.
    pub created_at: DateTime<Utc>,
}

/// A site: a subdomain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its name, unique.
    pub name: String,
    /// Who owns it.
    pub owner: UserId,
    /// The app it belongs to.
    pub associated_app: Option<AppUid>,
    /// The directory it serves.
    pub root: Option<EntryId>,
    /// Whether only holders may open it.
    pub is_protected: bool,
    /// When it was made known to us.
    pub created_at: DateTime<Utc>,
}

type AppRow = (String, String, Id, bool, bool, Json, Option<String>, Ts);
type SiteRow = (Id, String, Id, Option<String>, Option<i64>, bool, Ts);

fn uid_of(text: String) -> Result<AppUid, StoreError> {
    AppUid::try_from(text).map_err(|e| StoreError::Corrupt(format!("app: {e}")))
}

/// Whether a text is a scheme and a host, perhaps with a port, and nothing else.
fn is_origin(text: &str) -> bool {
    let is_part = |part: &str| {
        let is_other = |c: char| matches!(c, '/' | '\\' | '?' | '#' | '@') || c.is_whitespace() || c.is_control();
        !part.is_empty() && !part.contains(is_other)
    };
    text.split_once("://").is_some_and(|(scheme, host)| is_part(scheme) && is_part(host))
}

impl Tx<'_> {
    /// The app with this uid.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked; likewise below.
    pub fn find_app(&mut self, uid: &AppUid) -> Result<Option<App>, StoreError> {
        let row: Option<AppRow> = app::table.find(uid.as_str()).first(self.conn).optional()?;
        let Some((uid, name, owner, is_protected, shared_appdata, metadata, index_url, created_at)) = row else {
            return Ok(None);
        };
        Ok(Some(App {
            uid: uid_of(uid)?,
            name,
            owner: owner.to(),
            is_protected,
            shared_appdata,
            metadata: metadata.0,
            index_url,
            created_at: created_at.0,
        }))
    }

    /// The site with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn find_site(&mut self, id: SiteId) -> Result<Option<Site>, StoreError> {
        let row: Option<SiteRow> = site::table.find(Id::from(id)).first(self.conn).optional()?;
        let Some((id, name, owner, app, root, is_protected, created_at)) = row else { return Ok(None) };
        let root = root.map(|number| self.uuid_of(number)).transpose()?.flatten();
        Ok(Some(Site {
            id: id.to(),
            name,
            owner: owner.to(),
            associated_app: app.map(uid_of).transpose()?,
            root,
            is_protected,
            created_at: created_at.0,
        }))
    }

    /// The first site that belongs to the app and to this owner.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn site_of_app(&mut self, app: &AppUid, owner: UserId) -> Result<Option<SiteId>, StoreError> {
        let id: Option<Id> = site::table
            .filter(site::associated_app_uid.eq(app.as_str()))
            .filter(site::owner_id.eq(Id::from(owner)))
            .order((site::created_at, site::id))
            .select(site::id)
            .first(self.conn)
            .optional()?;
        Ok(id.map(Id::to))
    }
}

impl Tx<'_> {
    /// The app that runs at an origin (`https://host:port`): the oldest whose address begins with it. What is no whole
    /// origin is nobody's: `https:` begins every address.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub fn app_at_origin(&mut self, origin: &str) -> Result<Option<AppUid>, StoreError> {
        let origin = origin.strip_suffix('/').unwrap_or(origin);
        if !is_origin(origin) || !is_storable(origin) {
            return Ok(None);
        }
        let found: Vec<(String, Option<String>)> = app::table
            .filter(app::index_url.ge(origin))
            .filter(app::index_url.lt(format!("{origin}\u{10FFFF}")))
            .order((app::created_at, app::uid))
            .select((app::uid, app::index_url))
            .load(self.conn)?;
        let is_there =
            |url: &str| url.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let first = found.into_iter().find(|(_, url)| url.as_deref().is_some_and(is_there));
        first.map(|(uid, _)| uid_of(uid)).transpose()
    }

    pub(crate) fn list_app_uids_of(&mut self, owner: UserId) -> Result<Vec<AppUid>, StoreError> {
        let uids: Vec<String> =
            app::table.filter(app::owner_id.eq(Id::from(owner))).select(app::uid).load(self.conn)?;
        uids.into_iter().map(uid_of).collect()
    }

    pub(crate) fn list_site_ids_of(&mut self, owner: UserId) -> Result<Vec<SiteId>, StoreError> {
        let ids: Vec<Id> = site::table.filter(site::owner_id.eq(Id::from(owner))).select(site::id).load(self.conn)?;
        Ok(ids.into_iter().map(Id::to).collect())
    }
}

impl WriteTx<'_> {
    /// Writes a new app, or what has changed about one.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the name is taken.
    pub fn save_app(&mut self, new: &App) -> Result<(), StoreError> {
        let changed = (
            app::name.eq(&new.name),
            app::owner_id.eq(Id::from(new.owner)),
            app::is_protected.eq(new.is_protected),
            app::shared_appdata.eq(new.shared_appdata),
            app::metadata.eq(Json(new.metadata.clone())),
            app::index_url.eq(new.index_url.as_deref()),
        );
        let key = (app::uid.eq(new.uid.as_str()), app::created_at.eq(Ts(new.created_at)));
        let first = diesel::insert_into(app::table).values((key, changed.clone()));
        each!(self.conn, c => first.on_conflict(app::uid).do_update().set(changed).execute(c))?;
        self.touch_identity();
        Ok(())
    }

    /// Deletes an app, the grants it has and the grants on it.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_app(&mut self, uid: &AppUid, because: Because<'_>) -> Result<(), StoreError> {
        self.retire_grants_of_app(uid, because)?;
        diesel::delete(app::table.find(uid.as_str())).execute(self.conn)?;
        self.touch_identity();
        Ok(())
    }

    /// Writes a new site, or what has changed about one. `root` is the number of the directory it serves.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the name is taken.
    pub fn save_site(&mut self, new: &Site, root: Option<i64>) -> Result<(), StoreError> {
        let changed = (
            site::name.eq(&new.name),
            site::owner_id.eq(Id::from(new.owner)),
            site::associated_app_uid.eq(new.associated_app.as_ref().map(AppUid::as_str)),
            site::root_id.eq(root),
            site::is_protected.eq(new.is_protected),
        );
        let key = (site::id.eq(Id::from(new.id)), site::created_at.eq(Ts(new.created_at)));
        let first = diesel::insert_into(site::table).values((key, changed));
        each!(self.conn, c => first.on_conflict(site::id).do_update().set(changed).execute(c))?;
        self.touch_identity();
        Ok(())
    }

    /// Deletes a site and the grants on it.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub fn delete_site(&mut self, id: SiteId, because: Because<'_>) -> Result<(), StoreError> {
        self.retire_grants_on_name(&Resource::Site(id), because)?;
        self.delete_sessions_of_site(id)?;
        diesel::delete(site::table.find(Id::from(id))).execute(self.conn)?;
        self.touch_identity();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::App;
    use crate::{fixture::now, testing::TestDatabase};
    use serde_json::json;

    #[test]
    fn an_app_is_found_by_its_whole_origin_only() {
        let db = TestDatabase::new();
        let owner = db.person("ann").0.id;
        for (uid, url) in [("app-1", "https://editor.example/open?x"), ("app-2", "https://editor.example:8443")] {
            let app = App {
                uid: uid.parse().unwrap(),
                name: uid.to_owned(),
                owner,
                is_protected: false,
                shared_appdata: false,
                metadata: json!({}),
                index_url: Some(url.to_owned()),
                created_at: now(),
            };
            db.writes(|tx| tx.save_app(&app));
        }
        let found = |origin: &str| db.store.read(|tx| tx.app_at_origin(origin)).unwrap().map(String::from);
        assert_eq!(found("https://editor.example").as_deref(), Some("app-1"));
        assert_eq!(found("https://editor.example/").as_deref(), Some("app-1"));
        assert_eq!(found("https://editor.example:8443").as_deref(), Some("app-2"));
        for origin in [
            "",
            "/",
            "h",
            "https:",
            "https:/",
            "https://",
            "https:///",
            "://editor.example",
            "https://editor",
            "https://editor.example/open",
            "https://editor.example:",
            "https://x@editor.example",
            "\0",
        ] {
            assert_eq!(found(origin), None, "{origin}");
        }
    }
}
