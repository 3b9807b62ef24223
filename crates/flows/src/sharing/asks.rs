//! Who has no access asks for it, and who can give it answers.

use super::{items, notices};
use crate::{
    Fault, OverviewPage, Vouchsafe, catalogue::EntryWithPath, catalogue::entry_seen_by, grants::username,
    overview::fits, share_requests::tell_requester,
};
use chrono::{DateTime, Utc};
use vouchsafe_engine::{
    Engine,
    plan::{self, Wish},
};
use vouchsafe_store::{Ask, Tx, User, WriteTx};
use vouchsafe_types::{
    Actor, AskId, Capabilities, Capability, EntryId, Holder, Permission, Resource, Target, UserId, error::ApiError,
    share::ShareAccess,
};

/// The longest message, in characters.
const MAX_MESSAGE_CHARS: usize = 1_000;
/// The most requests in one list.
const MOST_ASKS: u32 = 100;
/// Why an answer makes a grant.
const ANSWERED: &str = "access request approved";

/// A request that waits for an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenAsk {
    /// Its id.
    pub id: AskId,
    /// Who asks.
    pub requester: String,
    /// What he says to it.
    pub message: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// On what, as who answers may see it; `None` for what is no entry.
    pub entry: Option<EntryWithPath>,
    /// What it is called.
    pub name: String,
    /// The smallest grant that satisfies it.
    pub wanted: Capabilities,
    /// What he has there already.
    pub has: Capabilities,
    /// Whether who answers may give it.
    pub may_give: bool,
}

impl Vouchsafe {
    /// Asks the owner of an entry for access. The answer is the same whether the entry is there or not, once a day or
    /// more often, and whether the owner listens or not.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `no_need_to_request` for who has it already;
    /// `field_too_long`.
    pub fn ask_for_access(
        &self,
        actor: &Actor,
        entry: EntryId,
        access: ShareAccess,
        message: &str,
    ) -> Result<(), Fault> {
        let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}.into()) };
        if message.chars().count() > MAX_MESSAGE_CHARS {
            return Err(ApiError::FieldTooLong { key: "message".to_owned(), max_length: MAX_MESSAGE_CHARS }.into());
        }
        let now = self.now();
        self.write("ask_for_access", |tx| {
            let user = tx.find_user(*user)?.filter(|u| !u.is_suspended).ok_or(ApiError::Forbidden {})?;
            let Some(found) = tx.find_entry(entry)? else { return Ok(()) };
            let permission = items::entry_permission(entry, access);
            let has = Engine::default().holding(&mut **tx, actor, &Resource::Entry(entry), now)?.capabilities;
            if has.covers(permission.granted()) {
                return Err(ApiError::NoNeedToRequest {}.into());
            }
            if open(tx, &user, found.owner, &permission.to_string(), message, now)? {
                tx.notify(found.owner, &notices::ask_notification(&user, &found, access_word(access), message), now)?;
            }
            Ok(())
        })
    }

    /// How many requests wait for the caller's answer, at most 100; 1,000 are looked at for them.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn count_asks(&self, actor: &Actor) -> Result<usize, Fault> {
        let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let now = self.now();
        self.read(|tx| {
            let seen = OverviewPage::fill(tx, 0, MOST_ASKS, open_asks_of(*user, MOST_ASKS), |tx, ask| {
                let Some((resource, _)) = asked_for(&ask.permission) else { return Ok(None) };
                let has = Engine::default().holding(tx, actor, &resource, now)?.capabilities;
                Ok(has.has(Capability::See).then_some(()))
            })?;
            Ok(seen.items.len())
        })
    }

    /// The requests that wait for the caller's answer, at most 100, oldest first.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn list_asks(&self, actor: &Actor) -> Result<Vec<OpenAsk>, Fault> {
        Ok(self.page_of_asks(actor, "", 0, MOST_ASKS)?.items)
    }

    /// One page of the requests that wait for the caller's answer, oldest first, after so many of them: those with
    /// `search` in who asks, for what, or what he says. Those about what the caller may not know of any more are left
    /// out.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session.
    pub fn page_of_asks(
        &self,
        actor: &Actor,
        search: &str,
        after: u32,
        limit: u32,
    ) -> Result<OverviewPage<OpenAsk>, Fault> {
        let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let now = self.now();
        self.read(|tx| {
            let is_wanted =
                |ask: &OpenAsk| [&ask.requester, &ask.name, &ask.message].iter().any(|text| fits(text, search));
            OverviewPage::fill(tx, after.into(), limit, open_asks_of(*user, limit), |tx, ask| {
                Ok(view(tx, actor, ask, now)?.filter(is_wanted))
            })
        })
    }

    /// Answers a request: gives exactly what was asked for, on exactly that, until `expires_at`; or does not.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `entity_not_found` for one that is another's or was
    /// answered; `subject_does_not_exist` and `permission_denied` when the caller may not give it;
    /// `storage_limit_reached`.
    pub fn answer_ask(
        &self,
        actor: &Actor,
        id: AskId,
        is_granted: bool,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<(), Fault> {
        let Actor::User(user) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let now = self.now();
        self.write("answer_ask", |tx| {
            let missing = || ApiError::EntityNotFound { identifier: format!("request:{id}").into() };
            let ask = tx.find_ask(id)?.filter(|ask| ask.answerer == *user).ok_or_else(missing)?;
            if !tx.close_ask(id, now)? {
                return Err(missing().into());
            }
            match is_granted {
                true => self.grant_asked(tx, actor, *user, &ask, expires_at),
                false => self.decline_elsewhere(tx, &ask, now),
            }
        })
    }

    /// What is declined on the pages is declined in other faces, too: they ask to read. It is not while a wish to read
    /// waits on the pages, nor when who asked has what he wished for by now and his request is only put away.
    fn decline_elsewhere(&self, tx: &mut WriteTx<'_>, ask: &Ask, now: DateTime<Utc>) -> Result<(), Fault> {
        let Ok(permission) = ask.permission.parse::<Permission>() else { return Ok(()) };
        let Target::Resource(resource @ Resource::Entry(entry)) = &permission.target else { return Ok(()) };
        let to_read = tx.find_ask_for(ask.requester, ask.answerer, &to_read(*entry))?;
        let has = Engine::default().holding(&mut **tx, &Actor::User(ask.requester), resource, now)?.capabilities;
        if to_read.is_some_and(|ask| ask.answered_at.is_none()) || has.covers(permission.granted()) {
            return Ok(());
        }
        let Some(answerer) = tx.find_user(ask.answerer)? else { return Ok(()) };
        for declined in tx.decline_access_requests(ask.requester, ask.answerer, *entry, now)? {
            tell_requester(self, tx, &answerer, &declined, now)?;
        }
        Ok(())
    }

    fn grant_asked(
        &self,
        tx: &mut WriteTx<'_>,
        actor: &Actor,
        issuer: UserId,
        ask: &Ask,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<(), Fault> {
        let now = self.now();
        if expires_at.is_some_and(|at| at <= now) {
            return Err(ApiError::invalid("expires_at", "a time to come", None).into());
        }
        let permission: Permission = ask.permission.parse().ok().ok_or(ApiError::SubjectDoesNotExist {})?;
        let Target::Resource(resource) = &permission.target else {
            return Err(ApiError::SubjectDoesNotExist {}.into());
        };
        // He was asked because he offered it, or owned it, then.
        items::authorise(tx, actor, &permission, now)??;
        let wish = Wish {
            issuer,
            holder: Holder::User(ask.requester),
            resource: resource.clone(),
            capabilities: permission.granted(),
            is_exact: false,
            expires_at,
            origin: "pages",
            may_lower: false,
            // He asked for it himself.
            is_accepted: true,
        };
        let given = Engine::default().plan_give(&mut **tx, &wish, now)?.map_err(items::refusal)?;
        self.apply_gift(tx, &given, None, self.because(actor, ANSWERED, now))?;
        if given.changes.is_empty() {
            // He has it already: that fulfils what he asks for in another face, too.
            tx.approve_by_grant(&given.grant, now)?;
        }
        self.tell_answer(tx, issuer, ask.requester, resource)
    }

    fn tell_answer(&self, tx: &mut WriteTx<'_>, issuer: UserId, to: UserId, on: &Resource) -> Result<(), Fault> {
        let now = self.now();
        let Resource::Entry(uuid) = on else { return Ok(()) };
        let (Some(entry), Some(giver), Some(person)) =
            (tx.find_entry(*uuid)?, tx.find_user(issuer)?, tx.find_user(to)?)
        else {
            return Ok(());
        };
        let Some(owner) = tx.find_user(entry.owner)? else { return Ok(()) };
        let has = Engine::default().holding(&mut **tx, &Actor::User(to), on, now)?.capabilities;
        tx.notify(to, &notices::item_notification(&giver, &entry, notices::entry_view(&owner, &entry, has)), now)?;
        let link = format!("{}/show/{uuid}", self.settings.public_url);
        if let Some(mail) = notices::item_mail(&giver, &person, &link) {
            self.mail_between(tx, (issuer, to), &mail, now)?;
        }
        Ok(())
    }
}

/// Reads the requests that wait for somebody, so many and one more at once, each with its number among them.
fn open_asks_of(user: UserId, limit: u32) -> impl FnMut(&mut Tx<'_>, i64) -> Result<Vec<(i64, Ask)>, Fault> {
    move |tx, at| {
        let asks = tx.list_open_asks(user, at, i64::from(limit) + 1)?;
        Ok((at + 1..).zip(asks).collect())
    }
}

/// Writes a request down, if it does not wait already. Gives whether it is to be told: not twice a day, and not to who
/// does not listen.
pub(super) fn open(
    tx: &mut WriteTx<'_>,
    requester: &User,
    answerer: UserId,
    permission: &str,
    message: &str,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let Some((resource, wanted)) = asked_for(permission) else { return Ok(false) };
    let is_there = match &resource {
        Resource::Entry(uuid) => tx.find_entry(*uuid)?.is_some(),
        Resource::App(uid) => tx.find_app(uid)?.is_some(),
        Resource::Site(_) | Resource::Named(_) => false,
    };
    if !is_there || requester.id == answerer || tx.is_blocked(answerer, requester.id)? {
        return Ok(false);
    }
    let earlier = tx.find_ask_for(requester.id, answerer, permission)?;
    let today = earlier.filter(|ask| ask.asked_at.date_naive() == now.date_naive());
    if let Some(asked) = &today {
        let has = Engine::default().holding(&mut **tx, &Actor::User(requester.id), &resource, now)?.capabilities;
        if asked.answered_at.is_none() || has.covers(wanted) {
            return Ok(false);
        }
    }
    let new = Ask {
        id: AskId::mint(),
        requester: requester.id,
        answerer,
        permission: permission.to_owned(),
        message: message.to_owned(),
        asked_at: now,
        answered_at: None,
    };
    tx.save_ask(&new, &resource)?;
    Ok(today.is_none())
}

/// Writes down that somebody asks to read an entry of `answerer`'s by another face: he may answer on his pages, too.
pub(crate) fn open_elsewhere(
    tx: &mut WriteTx<'_>,
    requester: &User,
    answerer: UserId,
    (entry, message): (EntryId, &str),
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if tx.is_blocked(answerer, requester.id)? {
        return Ok(());
    }
    let new = Ask {
        id: AskId::mint(),
        requester: requester.id,
        answerer,
        permission: to_read(entry),
        message: message.to_owned(),
        asked_at: now,
        answered_at: None,
    };
    Ok(tx.save_ask(&new, &Resource::Entry(entry))?)
}

/// Another face let somebody read, or he asks for it there no more.
pub(crate) fn close_elsewhere(
    tx: &mut WriteTx<'_>,
    requester: UserId,
    answerer: UserId,
    entry: EntryId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let permission = to_read(entry);
    if let Some(ask) = tx.find_ask_for(requester, answerer, &permission)? {
        tx.close_ask(ask.id, now)?;
    }
    Ok(())
}

/// What other faces ask for.
fn to_read(entry: EntryId) -> String {
    items::entry_permission(entry, ShareAccess::Read).to_string()
}

/// What a permission is about, and what it takes there.
fn asked_for(permission: &str) -> Option<(Resource, Capabilities)> {
    let permission = permission.parse::<Permission>().ok()?;
    let wanted = permission.granted();
    match permission.target {
        Target::Resource(resource) => Some((resource, wanted)),
        Target::EntryPath(_) | Target::AppName(_) | Target::SiteName(_) | Target::AppData(_) => None,
    }
}

/// A request as who answers it sees it; none for what is gone, and for what he may not know of.
fn view(tx: &mut Tx<'_>, actor: &Actor, ask: Ask, now: DateTime<Utc>) -> Result<Option<OpenAsk>, Fault> {
    let Ok(permission) = ask.permission.parse::<Permission>() else { return Ok(None) };
    let Target::Resource(resource) = &permission.target else { return Ok(None) };
    let mine = Engine::default().holding(tx, actor, resource, now)?;
    if !mine.capabilities.has(Capability::See) {
        return Ok(None);
    }
    let (entry, name) = match resource {
        Resource::Entry(uuid) => match tx.find_entry(*uuid)? {
            Some(found) => (Some(entry_seen_by(tx, actor, *uuid)?), found.name),
            None => return Ok(None),
        },
        Resource::App(uid) => match tx.find_app(uid)? {
            Some(app) => (None, app.name),
            None => return Ok(None),
        },
        Resource::Site(_) | Resource::Named(_) => return Ok(None),
    };
    let has = Engine::default().holding(tx, &Actor::User(ask.requester), resource, now)?.capabilities;
    Ok(Some(OpenAsk {
        id: ask.id,
        requester: username(tx, ask.requester)?,
        message: ask.message,
        asked_at: ask.asked_at,
        entry,
        name,
        wanted: permission.granted(),
        has,
        may_give: plan::may_give(&mine, &permission, false).is_ok(),
    }))
}

const fn access_word(access: ShareAccess) -> &'static str {
    match access {
        ShareAccess::Read => "read",
        ShareAccess::Write => "write",
        ShareAccess::Manage => "manage",
    }
}
