//! A small world to try things on: three people, a tree, a group, an app, and one share of each kind.

use super::dispatch::print_lines;
use crate::{config::Config, failure::Failure, logging, run as service};
use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_flows::{
    ActsAs, AppChange, EntryChange, EntryKind, Fault, GroupChange, SiteChange, UserChange, Vouchsafe,
};
use vouchsafe_types::{
    Actor, AppUid, Email, EntryId, EntryPath, GroupId, SiteId, Username, error::ApiError, share::ShareRequest,
};

const PEOPLE: [&str; 3] = ["alice", "bob", "mallory"];
const DIRECTORIES: [&str; 2] = ["/alice/Pictures", "/alice/AppData/app-demo"];
const FILES: [(&str, i64); 3] =
    [("/alice/Documents/plan.txt", 1_204), ("/alice/Documents/notes.txt", 310), ("/alice/Pictures/cat.jpg", 48_213)];
const APP: &str = "app-demo";
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
    for path in DIRECTORIES {
        put(vouchsafe, &host, path, EntryKind::Dir, 0)?;
    }
    let mut files = Vec::new();
    for (path, size) in FILES {
        files.push(put(vouchsafe, &host, path, EntryKind::File, size)?);
    }
    put_things(vouchsafe, &host)?;
    share(vouchsafe)?;
    let mut tokens = Vec::new();
    for name in PEOPLE {
        tokens.push((name, vouchsafe.issue_token(name, ActsAs::Person, TimeDelta::days(30))?));
    }
    match vouchsafe.revoke_service_key("demo") {
        Ok(()) | Err(Fault::Api(ApiError::EntityNotFound { .. })) => {}
        Err(other) => return Err(other),
    }
    let uuid = files.first().copied().ok_or_else(|| Fault::Internal("the demo has no files".to_owned()))?;
    Ok(World { tokens, key: vouchsafe.add_service_key("demo")?, uuid })
}

fn username(name: &str) -> Result<Username, Fault> {
    name.parse().map_err(|e| Fault::Internal(format!("demo: {e}")))
}

fn put(vouchsafe: &Vouchsafe, host: &Actor, path: &str, kind: EntryKind, size: i64) -> Result<EntryId, Fault> {
    let path = EntryPath::strict(path).map_err(|e| Fault::Internal(format!("demo: {e}")))?;
    if let Some(found) = vouchsafe.entry_at(host, &path)? {
        return Ok(found.entry.uuid);
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
    let uuid = EntryId::mint();
    vouchsafe.put_entry(host, uuid, &change)?;
    Ok(uuid)
}

fn put_things(vouchsafe: &Vouchsafe, host: &Actor) -> Result<(), Fault> {
    let group =
        GroupChange { owner: "alice".to_owned(), name: "friends".to_owned(), members: Some(vec!["bob".to_owned()]) };
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

/// A file to a person and to an address, a directory for writing, and an app: once.
fn share(vouchsafe: &Vouchsafe) -> Result<(), Fault> {
    let (alice, bob) = (vouchsafe.user("alice")?, vouchsafe.user("bob")?);
    let actor = Actor::User(alice.id);
    let question = vouchsafe_flows::Check {
        asked: vouchsafe_flows::Asked::Actor(Actor::User(bob.id)),
        permission: format!("app:uid#{APP}:access"),
    };
    if vouchsafe.check(&question, None)?.allowed == [true] {
        return Ok(());
    }
    for body in [
        json!({ "recipients": ["bob", "new@example.org"], "shares": { "$": "fs-share", "path": FILES[0].0 },
                "metadata": { "message": "Have a look, please." } }),
        json!({ "recipients": "bob", "shares": [{ "$": "fs-share", "path": DIRECTORIES[0], "access": "write" }] }),
        json!({ "recipients": "bob", "shares": [{ "$": "app-share", "uid": APP }] }),
    ] {
        let Value::Object(body) = body else { continue };
        let request = ShareRequest::parse(&body, &alice.username, 100)?;
        vouchsafe.share(&actor, &request)?;
    }
    Ok(())
}
