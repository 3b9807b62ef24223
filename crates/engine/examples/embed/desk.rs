//! What people do at the wiki: each is a question to the engine, or a plan and its writing.

use crate::{
    rules::{OpenSpaces, PageNames},
    wiki::{Audience, Number, Wiki, WikiError, id_of, number_of},
};
use vouchsafe_engine::{
    Engine, Finding, Moment,
    access::AccessQuery,
    plan::{self, Refusal, Revocation, RevokeMode, Wish},
    reading::{Missing, MissingReason},
};
use vouchsafe_types::{Access, Actor, Grant, Holder, Permission, PermissionError, Resource, UserId};

/// The wiki with the engine built in.
pub(crate) struct Desk {
    pub(crate) wiki: Wiki,
    engine: Engine<Wiki>,
    /// What time it is; a real wiki asks a clock.
    pub(crate) now: Moment,
}

/// Why something cannot be done.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    #[error(transparent)]
    Wiki(#[from] WikiError),
    #[error(transparent)]
    Unreadable(#[from] PermissionError),
    /// May not be done. What one cannot see is refused like what is not there.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    #[error("there is no such share, or it is not yours")]
    NotYours,
}

impl Desk {
    pub(crate) fn new(wiki: Wiki) -> Self {
        let engine = Engine::default().with_rewrite(PageNames).with_imply(OpenSpaces);
        Self { wiki, engine, now: Moment::UNIX_EPOCH }
    }

    /// Whether somebody may do something.
    pub(crate) fn may(&mut self, who: Number, text: &str) -> Result<bool, Trouble> {
        let permission = text.parse()?;
        Ok(self.engine.check(&mut self.wiki, &actor(who), &permission, self.now)?.allowed)
    }

    /// Why, or why not, in words.
    pub(crate) fn why(&mut self, who: Number, text: &str) -> Result<Vec<String>, Trouble> {
        let permission = text.parse()?;
        let told = self.engine.explain(&mut self.wiki, &actor(who), &permission, self.now)?;
        let mut lines = Vec::new();
        self.tell(&told.reading, 1, &mut lines);
        Ok(lines)
    }

    /// Shares something. Gives the number of the share.
    pub(crate) fn share(&mut self, by: Number, with: Audience, text: &str) -> Result<Number, Trouble> {
        let permission: Permission = text.parse()?;
        let resolved = self.engine.resolve(&mut self.wiki, &permission)?;
        let (resource, permission) = resolved.ok_or(Trouble::Refused(Refusal::NotVisible))?;
        let held = self.engine.holding(&mut self.wiki, &actor(by), &resource, self.now)?;
        plan::may_give(&held, &permission, false).map_err(Trouble::Refused)?;
        let wish = Wish::new(id_of::<UserId>(by), with.holder(), resource, permission.granted(), "wiki");
        let given = self.engine.plan_give(&mut self.wiki, &wish, self.now)?.map_err(Trouble::Refused)?;
        self.wiki.apply(&given.changes)?;
        self.wiki.number_of(given.grant.id).ok_or(Trouble::NotYours)
    }

    /// Takes a share back. Gives the numbers of all that went.
    pub(crate) fn take_back(&mut self, who: Number, share: Number) -> Result<Vec<Number>, Trouble> {
        let grant = self.wiki.shares.get(&share).ok_or(Trouble::NotYours)?.grant();
        let held = self.engine.holding(&mut self.wiki, &actor(who), &grant.resource, self.now)?;
        if !plan::may_revoke(&held, id_of(who), &grant) {
            return Err(Trouble::NotYours);
        }
        match self.engine.plan_revoke(&mut self.wiki, vec![grant], RevokeMode::Cascade, self.now)? {
            Revocation::Planned(changes) => {
                let mut gone: Vec<Number> =
                    changes.delete.iter().filter_map(|grant| self.wiki.number_of(grant.id)).collect();
                self.wiki.apply(&changes)?;
                gone.sort_unstable();
                Ok(gone)
            }
            Revocation::Depended(_) => Ok(Vec::new()),
        }
    }

    /// Who can do what on a page, and through which shares.
    pub(crate) fn who(&mut self, page: Number) -> Result<Vec<String>, Trouble> {
        let (resource, mut after, mut lines) = (Resource::Entry(id_of(page)), None, Vec::new());
        loop {
            let query = AccessQuery { after: after.as_ref(), ..AccessQuery::all(100) };
            let found = self.engine.who_has_access(&mut self.wiki, &resource, &query, self.now)?;
            for reach in found.items {
                let (who, access) = (self.name(&reach.holder), Access::nearest(reach.capabilities).name());
                let via: Vec<String> = reach.via.iter().map(|grant| self.share_name(grant)).collect();
                let via = if via.is_empty() { String::new() } else { format!(" by {}", via.join(" and ")) };
                lines.push(format!("  {who}: {access}{via}"));
            }
            match found.next {
                Some(next) => after = Some(next),
                None => return Ok(lines),
            }
        }
    }

    fn tell(&self, reading: &[Finding], depth: usize, lines: &mut Vec<String>) {
        let indent = "  ".repeat(depth);
        for finding in reading {
            match finding {
                // What the name of the page stands for is of no interest here.
                Finding::Rewrite { .. } | Finding::Explode { .. } => {}
                Finding::Implied { by, .. } => lines.push(format!("{indent}the rule `{by}` says so")),
                Finding::Path(path) => {
                    let leads = if path.has_terminal { "because" } else { "in vain:" };
                    let (number, issuer) = (self.wiki.number_of(path.grant), self.name(&Holder::User(path.issuer)));
                    let number = number.map_or_else(String::new, |number| number.to_string());
                    lines.push(format!("{indent}{leads} of share {number}, given by {issuer}"));
                    self.tell(&path.reading, depth.saturating_add(1), lines);
                }
                Finding::Missing(missing) => lines.push(format!("{indent}missing: {}", self.missing(missing))),
            }
        }
    }

    fn missing(&self, missing: &Missing) -> String {
        let who = missing.holder.map_or_else(String::new, |who| self.name(&Holder::User(who)));
        match missing.reason {
            MissingReason::NotGranted => {
                let could: Vec<String> = missing.could_grant.iter().map(|who| self.name(&Holder::User(*who))).collect();
                format!("nobody shared it with {who}; {} could", could.join(" and "))
            }
            MissingReason::Expired { .. } => format!("what {who} had has ended"),
            MissingReason::Silenced { .. } => format!("{who} is kept from it"),
            MissingReason::KeptBack => "its owner keeps that back".to_owned(),
            MissingReason::Suspended => "an account is locked".to_owned(),
            MissingReason::OverLimit { .. } => "there is too much to look at".to_owned(),
        }
    }

    fn share_name(&self, grant: &Grant) -> String {
        self.wiki.number_of(grant.id).map_or_else(String::new, |number| format!("share {number}"))
    }

    fn name(&self, holder: &Holder) -> String {
        let found = match holder {
            Holder::User(user) => {
                number_of(user.as_uuid()).and_then(|n| self.wiki.people.get(&n)).map(|person| person.name.clone())
            }
            Holder::Group(group) => {
                number_of(group.as_uuid()).and_then(|n| self.wiki.teams.get(&n)).map(|team| team.name.clone())
            }
            Holder::Everyone => Some("everybody".to_owned()),
            Holder::App { .. } | Holder::Token(_) | Holder::Link(_) => None,
        };
        found.unwrap_or_else(|| "somebody".to_owned())
    }
}

fn actor(who: Number) -> Actor {
    Actor::User(id_of(who))
}
