//! Permissions as text: components between colons, with `\C` for a colon and `\\` for a backslash inside.

use super::{Ask, Permission, PermissionError, Target};
use crate::{AppUid, Capability, EntryId, Name, Resource, SiteId};
use std::{fmt, str::FromStr};

impl Permission {
    fn from_components(all: Vec<String>) -> Result<Self, PermissionError> {
        let manage = all.iter().take_while(|c| *c == "manage").count();
        let (manage, body) = match all.get(manage..) {
            Some([]) | None => (0, all.as_slice()),
            Some(body) => (manage, body),
        };
        let manage = u8::try_from(manage).unwrap_or(u8::MAX);
        let parts: Vec<&str> = body.iter().map(String::as_str).collect();
        let known = match parts.as_slice() {
            ["fs", which, ask @ ..] => entry(which).zip(fs_ask(ask)),
            ["app", which, ask @ ..] => app(which).zip(access_ask(ask)),
            ["site", which, ask @ ..] => site(which).zip(access_ask(ask)),
            ["app-root-dir", which, ask @ ..] => which.parse().ok().map(Target::AppData).zip(fs_ask(ask)),
            _ => None,
        };
        if let Some((target, ask)) = known {
            return Ok(Self { target, ask, manage });
        }
        let name = Name::new(body.to_vec()).ok_or(PermissionError::EmptyComponent)?;
        let target = Target::Resource(Resource::Named(name));
        Ok(Self { target, ask: Ask::One(Capability::Read), manage })
    }

    fn components(&self) -> Vec<String> {
        let mut all = vec!["manage".to_owned(); usize::from(self.manage)];
        let two = |family: &str, which: String| vec![family.to_owned(), which];
        let (mut body, opens) = match &self.target {
            Target::Resource(Resource::Entry(id)) => (two("fs", id.to_string()), false),
            Target::Resource(Resource::App(uid)) => (two("app", format!("uid#{uid}")), true),
            Target::Resource(Resource::Site(id)) => (two("site", format!("uid#{id}")), true),
            Target::Resource(Resource::Named(name)) => {
                all.extend(name.components().iter().cloned());
                return all;
            }
            Target::EntryPath(path) => (two("fs", path.clone()), false),
            Target::AppName(name) => (two("app", name.clone()), true),
            Target::SiteName(name) => (two("site", name.clone()), true),
            Target::AppData(uid) => (two("app-root-dir", uid.to_string()), false),
        };
        match self.ask {
            Ask::Whole => {}
            Ask::Nothing => body.push("none".to_owned()),
            Ask::One(Capability::Read) if opens => body.push("access".to_owned()),
            Ask::One(capability) => body.push(capability.name().to_owned()),
        }
        all.extend(body);
        all
    }
}

/// A UUID in its usual hyphenated form only, so that one resource has one text.
fn hyphenated<T: FromStr>(text: &str) -> Option<T> {
    if text.len() == 36 { text.parse().ok() } else { None }
}

fn entry(which: &str) -> Option<Target> {
    if which.starts_with('/') {
        return Some(Target::EntryPath(which.to_owned()));
    }
    hyphenated::<EntryId>(which).map(|id| Target::Resource(Resource::Entry(id)))
}

fn app(which: &str) -> Option<Target> {
    match which.strip_prefix("uid#") {
        Some(uid) => uid.parse::<AppUid>().ok().map(|uid| Target::Resource(Resource::App(uid))),
        None => Some(Target::AppName(which.to_owned())),
    }
}

fn site(which: &str) -> Option<Target> {
    match which.strip_prefix("uid#") {
        Some(uid) => hyphenated::<SiteId>(uid).map(|id| Target::Resource(Resource::Site(id))),
        None => Some(Target::SiteName(which.to_owned())),
    }
}

fn fs_ask(rest: &[&str]) -> Option<Ask> {
    match rest {
        [] => Some(Ask::Whole),
        ["none"] => Some(Ask::Nothing),
        ["delegate" | "manage"] => None,
        [one] => one.parse().ok().map(Ask::One),
        _ => None,
    }
}

fn access_ask(rest: &[&str]) -> Option<Ask> {
    match rest {
        [] => Some(Ask::Whole),
        ["access"] => Some(Ask::One(Capability::Read)),
        ["none"] => Some(Ask::Nothing),
        _ => None,
    }
}

fn unescape(component: &str) -> Result<String, PermissionError> {
    let mut plain = String::with_capacity(component.len());
    let mut chars = component.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('C') => plain.push(':'),
                Some(other) if other.is_control() => return Err(PermissionError::ControlCharacter),
                Some(other) => plain.push(other),
                None => return Err(PermissionError::BadEscape),
            },
            c => plain.push(c),
        }
    }
    if plain.chars().any(char::is_control) {
        return Err(PermissionError::ControlCharacter);
    }
    if plain.is_empty() { Err(PermissionError::EmptyComponent) } else { Ok(plain) }
}

fn escape(component: &str) -> String {
    component.replace('\\', "\\\\").replace(':', "\\C")
}

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > Self::MAX_BYTES {
            return Err(PermissionError::TooLong);
        }
        if text.split(':').count() > Self::MAX_COMPONENTS {
            return Err(PermissionError::TooManyComponents);
        }
        Self::from_components(text.split(':').map(unescape).collect::<Result<_, _>>()?)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped: Vec<String> = self.components().iter().map(|c| escape(c)).collect();
        f.write_str(&escaped.join(":"))
    }
}
