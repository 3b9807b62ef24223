//! `POST /share/item-by-username`: one item, one person.

use super::{
    give::{self, GRANTED, Giver},
    items, notices,
    recipients::{self, Known},
};
use crate::{Fault, Vouchsafe};
use vouchsafe_engine::Engine;
use vouchsafe_types::{
    Actor, Resource,
    error::ApiError,
    recipient::Recipient,
    share::{AccessByUsername, ShareItem},
};

impl Vouchsafe {
    /// Gives one person access to one entry, with a notification and, to a proven address, a mail.
    ///
    /// # Errors
    /// `forbidden` for anybody but a person's own session; `subject_does_not_exist` and `permission_denied` before
    /// `user_does_not_exist`, so that a stranger learns nothing; `cannot_share_with_self`; storage's own trouble.
    pub fn share_by_username(&self, actor: &Actor, request: &AccessByUsername) -> Result<(), Fault> {
        let Actor::User(sharer) = actor else { return Err(ApiError::Forbidden {}.into()) };
        let now = self.now();
        self.write("share_by_username", |tx| {
            let sharer = tx.find_user(*sharer)?.filter(|u| !u.is_suspended).ok_or(ApiError::Forbidden {})?;
            let item = ShareItem::Fs { target: request.target.clone(), access: request.access };
            let item = items::resolve(tx, actor, &item, now)??;
            let named = Recipient::Username(request.username.clone());
            let Known::Person(user) = recipients::resolve(tx, sharer.id, &named)?? else { return Ok(()) };
            if tx.is_blocked(user.id, sharer.id)? {
                return Ok(());
            }
            let because = self.because(actor, GRANTED, now);
            let giver = Giver { issuer: sharer.id, origin: "puter", is_accepted: false, ends_at: None, because };
            give::give(self, tx, giver, user.id, &item)??;
            let Some(entry) = &item.entry else { return Ok(()) };
            let on = Resource::Entry(entry.uuid);
            let has = Engine::default().holding(&mut **tx, &Actor::User(user.id), &on, now)?.capabilities;
            let Some(owner) = tx.find_user(entry.owner)? else { return Ok(()) };
            let view = notices::entry_view(&owner, entry, has);
            tx.notify(user.id, &notices::item_notification(&sharer, entry, view), now)?;
            let link = format!("{}/show/{}", self.settings.public_url, entry.uuid);
            if let Some(mail) = notices::item_mail(&sharer, &user, &link) {
                self.mail_between(tx, (sharer.id, user.id), &mail, now)?;
            }
            Ok(())
        })
    }
}
