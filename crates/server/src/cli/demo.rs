//! A small world to try things on: three people, a tree, a group, an app, and one share of each kind.

use super::{
    demo_shares::{self, Tree},
    dispatch::print_lines,
};
use crate::{config::Config, failure::Failure, logging, run as service};
use chrono::TimeDelta;
use serde_json::json;
use vouchsafe_flows::{
    ActsAs, AppChange, Entry, EntryChange, EntryKind, Fault, GroupChange, SiteChange, UserChange, Vouchsafe,
};
use vouchsafe_types::{Actor, AppUid, Email, EntryId, EntryPath, GroupId, SiteId, Username, error::ApiError};

const PEOPLE: [&str; 3] = ["alice", "bob", "mallory"];
pub(super) const APP: &str = "app-demo";
pub(super) const GROUP: &str = "friends";
const LAST: &str = "/alice/Documents/notes.txt";
/// With which they sign in on the pages; the demo listens on this machine only, unless it is told otherwise.
const PASSWORD: &str = "vouchsafe";

/// Serves the demo. `load` reads the configuration over the demo's own defaults.
pub(super) fn run(load: impl FnOnce(&[(&'static str, &str)]) -> Result<Config, Failure>) -> Result<(), Failure> {
    let config = load(&[("data_dir", "./data/demo"), ("signup", "open")])?;
    logging::start(&config.log, config.is_log_json);
    service::serve(&config, |opened, url| {
        let block = populate(&opened.vouchsafe)?.block(url);
        print_lines(block)
    })
}

/// What the demo prints.
struct World {
    tokens: Vec<(&'static str, String)>,
    key: String,
    uuid: EntryId,
}

impl World {
    fn block(&self, url: &str) -> Vec<String> {
        let alice = self.tokens.first().map(|(_, token)| token.as_str()).unwrap_or_default();
        let json = "-H 'Content-Type: application/json'";
        let mut lines = vec![
            format!("Vouchsafe runs at {url}"),
            format!("Sign in there as {}; the password is {PASSWORD}", PEOPLE.join(", ")),
            String::new(),
        ];
        lines.extend(self.tokens.iter().map(|(name, token)| format!("token of {name}: {token}")));
        lines.push(format!("service key:    {}", self.key));
        lines.extend([
            String::new(),
            "alice shares her notes with bob:".to_owned(),
            format!(
                "curl -s {url}/share -H 'Authorization: Bearer {alice}' {json} -d \
                 '{{\"recipients\":[\"bob\"],\"shares\":[{{\"$\":\"fs-share\",\"path\":\"/alice/Documents/notes.txt\"}}]}}'"
            ),
            "may bob read them?".to_owned(),
            format!(
                "curl -s {url}/v1/check -H 'Authorization: Bearer {}' {json} -d \
                 '{{\"actor\":{{\"user\":\"bob\"}},\"permission\":\"fs:/alice/Documents/notes.txt:read\"}}'",
                self.key
            ),
            "why may he read the plan, which was shared already?".to_owned(),
            format!(
                "curl -s {url}/v1/explain -H 'Authorization: Bearer {}' {json} -d \
                 '{{\"actor\":{{\"user\":\"bob\"}},\"permission\":\"fs:{}:read\"}}'",
                self.key, self.uuid
            ),
        ]);
        lines
    }
}

/// Makes what is not there yet; a second start finds everything and only issues new tokens.
fn populate(vouchsafe: &Vouchsafe) -> Result<World, Fault> {
    let host = Actor::Service { name: "demo".to_owned() };
    for name in PEOPLE {
        let change = UserChange {
            email: Email::parse(&format!("{name}@example.org")).ok(),
            email_confirmed: Some(true),
            password: Some(PASSWORD.to_owned()),
            ..UserChange::default()
        };
        vouchsafe.put_user(&username(name)?, &change)?;
    }
    let dir = |path: &str| put(vouchsafe, &host, path, EntryKind::Dir, 0);
    let file = |path: &str, size: i64| put(vouchsafe, &host, path, EntryKind::File, size);
    dir("/alice/AppData/app-demo")?;
    let tree = Tree {
        plan: file("/alice/Documents/plan.txt", 1_204)?,
        pictures: dir("/alice/Pictures")?,
        cat: file("/alice/Pictures/cat.jpg", 48_213)?,
        recipes: dir("/alice/Recipes")?,
        budget: file("/alice/Documents/budget.ods", 9_730)?,
        diary: file("/alice/Documents/diary.txt", 2_048)?,
    };
    put_things(vouchsafe, &host)?;
    let mut tokens = Vec::new();
    for name in PEOPLE {
        tokens.push((name, vouchsafe.issue_token(name, ActsAs::Person, TimeDelta::days(30))?));
    }
    let with = |name: &str| tokens.iter().find(|(of, _)| *of == name).map_or("", |(_, token)| token);
    // The file that is put last says that all was shared: what somebody took back since stays away.
    if vouchsafe.entry_at(&host, &path(LAST)?)?.is_none() {
        demo_shares::make(vouchsafe, &tree, [with("alice"), with("bob"), with("mallory")])?;
        file(LAST, 310)?;
    }
    match vouchsafe.revoke_service_key("demo") {
        Ok(()) | Err(Fault::Api(ApiError::EntityNotFound { .. })) => {}
        Err(other) => return Err(other),
    }
    Ok(World { key: vouchsafe.add_service_key("demo")?, tokens, uuid: tree.plan.uuid })
}

fn username(name: &str) -> Result<Username, Fault> {
    name.parse().map_err(|e| Fault::Internal(format!("demo: {e}")))
}

fn path(text: &str) -> Result<EntryPath, Fault> {
    EntryPath::strict(text).map_err(|e| Fault::Internal(format!("demo: {e}")))
}

fn put(vouchsafe: &Vouchsafe, host: &Actor, at: &str, kind: EntryKind, size: i64) -> Result<Entry, Fault> {
    let path = path(at)?;
    if let Some(found) = vouchsafe.entry_at(host, &path)? {
        return Ok(found.entry);
    }
    let change = EntryChange {
        path,
        kind,
        owner: None,
        size_bytes: size,
        content_type: None,
        modified_at: None,
        create_parents: true,
    };
    Ok(vouchsafe.put_entry(host, EntryId::mint(), &change)?.0.entry)
}

fn put_things(vouchsafe: &Vouchsafe, host: &Actor) -> Result<(), Fault> {
    let group =
        GroupChange { owner: "alice".to_owned(), name: GROUP.to_owned(), members: Some(vec!["bob".to_owned()]) };
    vouchsafe.put_group(host, GroupId::from(uuid::Uuid::from_u128(0xf00d)), &group)?;
    let uid: AppUid = APP.parse().map_err(|e| Fault::Internal(format!("demo: {e}")))?;
    let app = AppChange {
        name: "editor".to_owned(),
        owner: "alice".to_owned(),
        is_protected: Some(true),
        metadata: json!({ "shared_appdata": true }),
        index_url: Some("https://editor.example.org".to_owned()),
    };
    vouchsafe.put_app(host, &uid, &app)?;
    let site = SiteChange {
        name: "editor".to_owned(),
        owner: "alice".to_owned(),
        associated_app: Some(uid),
        root: None,
        is_protected: Some(true),
    };
    vouchsafe.put_site(host, SiteId::from(uuid::Uuid::from_u128(0x517e)), &site)?;
    Ok(())
}
