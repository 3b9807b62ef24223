//! A small town of people, files and everything else, in which anything may happen through the use cases.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_engine::worlds::Dice;
use vouchsafe_flows::{
    ActsAs, AppChange, Asked, EntryChange, EntryKind, Fault, GrantQuery, GrantWish, GroupChange, HolderName, IfMatch,
    Mode, SiteChange, TokenWish, UserChange, Vouchsafe,
};
use vouchsafe_tests::World;
use vouchsafe_types::{Actor, AppUid, Email, EntryId, EntryPath, GroupId, SiteId, UserId};

pub(super) const NAMES: [&str; 4] = ["ann", "bob", "eve", "dan"];
const CAPABILITIES: [&str; 6] = ["see", "read", "write", "share", "comment", "list"];
const PATHS: [&str; 9] =
    ["/ann", "/ann/d", "/ann/d/f", "/ann/e", "/ann/e/f", "/bob", "/bob/d", "/bob/d/f", "/ann/AppData/app-1"];

/// The town.
pub(super) struct Town {
    pub(super) world: World,
    pub(super) dice: Dice,
    pub(super) entries: Vec<EntryId>,
    groups: Vec<GroupId>,
    app: AppUid,
    site: SiteId,
    tokens: Vec<(Actor, String)>,
}

pub(super) fn host() -> Actor {
    Actor::Service { name: "host".into() }
}

impl Town {
    pub(super) fn new(seed: u64) -> Self {
        let world = World::new();
        let mut dice = Dice::new(seed);
        for name in NAMES {
            world.person(name);
        }
        let file = |path: &str| world.file(path);
        let entries = vec![file("/ann/d/f"), file("/ann/e/f"), file("/bob/d/f"), world.dir("/ann/AppData/app-1")];
        let groups = vec![dice.id(), dice.id()];
        let (app, site) = ("app-1".parse().unwrap(), dice.id());
        let mut town = Self { world, dice, entries, groups, app, site, tokens: Vec::new() };
        for at in 0..2 {
            town.edit_group(at).unwrap();
        }
        town.edit_app().unwrap();
        // A site serves what is its owner's: not every draw is one.
        while town.edit_site().is_err() {}
        town
    }

    pub(super) fn vouchsafe(&self) -> Vouchsafe {
        self.world.vouchsafe.clone()
    }

    fn name(&mut self) -> &'static str {
        NAMES[self.dice.below(NAMES.len())]
    }

    fn actor(&mut self) -> Option<Actor> {
        let name = self.name();
        self.user(name).map(Actor::User)
    }

    fn user(&self, name: &str) -> Option<UserId> {
        self.world.vouchsafe.user(name).ok().map(|user| user.id)
    }

    fn path(&mut self) -> &'static str {
        PATHS[self.dice.below(PATHS.len())]
    }

    /// The text of a permission about anything in town, or about what is not there.
    pub(super) fn permission(&mut self) -> String {
        let capability = *self.dice.pick(&CAPABILITIES);
        let manage = if self.dice.one_in(6) { "manage:" } else { "" };
        let text = match self.dice.below(14) {
            0..=4 => format!("fs:{}:{capability}", self.path()),
            5..=8 => format!("fs:{}:{capability}", self.dice.pick(&self.entries.clone())),
            9 => "app:editor:access".to_owned(),
            10 => format!("app:uid#{}:access", self.app),
            11 => "site:blog:access".to_owned(),
            12 => format!("app-root-dir:app-1:{capability}"),
            _ => {
                let name = self.name();
                let user = self.user(name).map_or_else(|| "nobody".to_owned(), |user| user.to_string());
                format!("user:{user}:mail{}", if self.dice.one_in(2) { ":read" } else { "" })
            }
        };
        format!("{manage}{text}")
    }

    /// Somebody, or something that acts for him.
    pub(super) fn asked(&mut self) -> Asked {
        let name = self.name();
        let user = self.user(name);
        match (self.dice.below(8), user) {
            (0, _) => Asked::Person { username: name.parse().unwrap(), app: Some(self.app.clone()) },
            (1, Some(user)) => Asked::Actor(Actor::App { app: self.app.clone(), user }),
            (2, Some(user)) => Asked::Actor(Actor::Site { site: self.site, user }),
            (3, _) => self
                .dice
                .pick_some(&self.tokens)
                .map_or(Asked::Nobody { name: name.into() }, |(actor, _)| Asked::Actor(actor.clone())),
            (4, _) => self
                .dice
                .pick_some(&self.tokens)
                .map_or(Asked::Nobody { name: name.into() }, |(_, token)| Asked::Bearer(token.clone())),
            _ => Asked::Person { username: name.parse().unwrap(), app: None },
        }
    }

    fn holder(&mut self) -> HolderName {
        let name = self.name().to_owned();
        match self.dice.below(10) {
            0 | 1 => HolderName::Group(*self.dice.pick(&self.groups)),
            2 => HolderName::Everyone,
            3 => HolderName::App { app: self.app.clone(), user: None },
            4 => HolderName::App { app: self.app.clone(), user: Some(name) },
            5 => HolderName::Group(vouchsafe_types::DefaultGroup::ALL[self.dice.below(2)].id()),
            _ => HolderName::User(name),
        }
    }

    /// Something happens, through this handle; what is refused changes nothing.
    pub(super) fn something_happens(&mut self, through: &Vouchsafe) -> Result<(), Fault> {
        match self.dice.below(28) {
            0..=6 => self.give(through),
            7..=9 => self.revoke(through),
            10 => self.leave(through),
            11..=13 => self.move_entry(through),
            14 => self.delete_and_make_anew(through),
            25 => {
                let at = self.dice.below(2);
                self.edit_group(at)
            }
            15 | 16 => {
                let (name, is_suspended) = (self.name(), self.dice.one_in(2));
                through.suspend_user(name, is_suspended).map(drop)
            }
            17 => {
                let (name, confirmed) = (self.name(), self.dice.one_in(2));
                let change = UserChange { email_confirmed: Some(confirmed), ..UserChange::default() };
                through.put_user(&name.parse().unwrap(), &change).map(drop)
            }
            18 | 19 | 26 | 27 => {
                self.world.clock.advance(TimeDelta::seconds(1));
                Ok(())
            }
            20 => self.make_token(through),
            21 => self.end_token(through),
            22 if self.dice.one_in(4) => self.delete_person_and_make_anew(through),
            22 => self.edit_app(),
            _ => self.edit_site(),
        }
    }

    fn give(&mut self, through: &Vouchsafe) -> Result<(), Fault> {
        let now = vouchsafe_types::Clock::now(&*self.world.clock);
        let seconds = i64::try_from(self.dice.between(1, 3)).unwrap();
        let (is_exact, ends) = (self.dice.one_in(5), self.dice.one_in(2));
        let mut permission = self.permission();
        if is_exact && self.dice.one_in(2) {
            permission = format!("fs:{}:none", self.path());
        }
        let wish = GrantWish {
            issuer: Some(self.name().to_owned()),
            holder: self.holder(),
            permission,
            expires_at: ends.then(|| now + TimeDelta::seconds(seconds)),
            is_exact,
        };
        through.grant(&host(), &wish).map(drop)
    }

    fn revoke(&mut self, through: &Vouchsafe) -> Result<(), Fault> {
        let query = GrantQuery { limit: 1_000, ..GrantQuery::default() };
        let all = through.list_grants(&host(), &query)?.items;
        let mode = *self.dice.pick(&[Mode::Cascade, Mode::Cascade, Mode::Promote, Mode::Restrict]);
        let Some(view) = self.dice.pick_some(&all) else { return Ok(()) };
        through.revoke(&host(), view.grant.id, mode, &IfMatch::default()).map(drop)
    }

    fn leave(&mut self, through: &Vouchsafe) -> Result<(), Fault> {
        let (actor, path) = (self.actor(), self.path());
        let entry = through.entry_at(&host(), &EntryPath::strict(path).unwrap())?;
        let (Some(actor), Some(entry)) = (actor, entry) else { return Ok(()) };
        through.leave(&actor, entry.entry.uuid)
    }

    fn move_entry(&mut self, through: &Vouchsafe) -> Result<(), Fault> {
        let (entry, directory) = (*self.dice.pick(&self.entries), self.path());
        let to = EntryPath::strict(&format!("{directory}/m{}", self.dice.below(3))).unwrap();
        through.move_entry(&host(), entry, &to).map(drop)
    }

    fn delete_and_make_anew(&mut self, through: &Vouchsafe) -> Result<(), Fault> {
        let at = self.dice.below(self.entries.len());
        let (entry, path) = (self.entries[at], self.path());
        if self.dice.one_in(2) {
            return through.delete_entry(&host(), entry);
        }
        let is_same = self.dice.one_in(2);
        let uuid = if is_same { entry } else { self.dice.id() };
        let kind = if self.dice.one_in(2) { EntryKind::File } else { EntryKind::Dir };
        let change = EntryChange {
            path: EntryPath::strict(path).unwrap(),
            kind,
            owner: None,
            size_bytes: 0,
            content_type: None,
            modified_at: None,
            create_parents: true,
        };
        through.put_entry(&host(), uuid, &change)?;
        self.entries[at] = uuid;
        Ok(())
    }

    fn edit_group(&mut self, at: usize) -> Result<(), Fault> {
        let members = NAMES.into_iter().filter(|_| self.dice.one_in(2)).map(str::to_owned).collect();
        let change = GroupChange { owner: "ann".into(), name: "g".into(), members: Some(members) };
        self.vouchsafe().put_group(&host(), self.groups[at], &change).map(drop)
    }

    fn edit_app(&mut self) -> Result<(), Fault> {
        let (owner, name) = (self.name().to_owned(), if self.dice.one_in(4) { "other" } else { "editor" });
        let metadata = Value::Null;
        let change = AppChange { name: name.into(), owner, is_protected: Some(true), metadata, index_url: None };
        let uid = self.app.clone();
        self.vouchsafe().put_app(&host(), &uid, &change).map(drop)
    }

    fn edit_site(&mut self) -> Result<(), Fault> {
        let (owner, path) = (self.name().to_owned(), self.path());
        let root = self.vouchsafe().entry_at(&host(), &EntryPath::strict(path).unwrap())?;
        let (name, root) = ("blog".into(), root.map(|found| found.entry.uuid).filter(|_| self.dice.one_in(2)));
        let change = SiteChange { name, owner, associated_app: None, root, is_protected: Some(true) };
        self.vouchsafe().put_site(&host(), self.site, &change).map(drop)
    }

    fn make_token(&mut self, through: &Vouchsafe) -> Result<(), Fault> {
        let (permission, name) = (self.permission(), self.name());
        let Some(user) = self.user(name) else { return Ok(()) };
        if self.dice.one_in(3) {
            let token = through.issue_token(name, ActsAs::App(self.app.clone()), TimeDelta::seconds(3))?;
            self.tokens.push((Actor::App { app: self.app.clone(), user }, token));
            return Ok(());
        }
        let wish = TokenWish { permissions: vec![(permission, json!({}))], ttl: Some(TimeDelta::seconds(5)) };
        let (id, token) = through.create_access_token(&Actor::User(user), &wish)?;
        self.tokens.push((Actor::Token { token: id, user }, token));
        Ok(())
    }

    fn end_token(&mut self, through: &Vouchsafe) -> Result<(), Fault> {
        let Some((actor, token)) = self.dice.pick_some(&self.tokens).cloned() else { return Ok(()) };
        let Some(user) = actor.user() else { return Ok(()) };
        through.revoke_access_token(&Actor::User(user), &token)
    }

    /// Another person of the same name.
    fn delete_person_and_make_anew(&mut self, through: &Vouchsafe) -> Result<(), Fault> {
        through.delete_user("dan")?;
        let email = Email::parse("dan@example.org").ok();
        through.add_user(&"dan".parse().unwrap(), &UserChange { email, ..UserChange::default() }).map(drop)
    }
}
