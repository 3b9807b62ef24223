//! Who would gain and lose what by a change, told before it is made.

use super::{form::Form, shared::lists, visit::Visit, words};
use crate::error::Rejection;
use actix_web::HttpResponse;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vouchsafe_flows::{Change, Difference, EntryWithPath, Fault, Foretold, HolderName, Outcome, Vouchsafe};
use vouchsafe_types::{Actor, EntryId};

/// Where a form keeps what was told.
const TOLD: &str = "told";

/// What a change would do, and the names of what it is about.
pub(super) struct Consequences {
    outcome: Outcome,
    names: BTreeMap<EntryId, String>,
}

impl Consequences {
    /// Thinks of a change.
    ///
    /// # Errors
    /// As the change itself.
    pub(super) fn of(vouchsafe: &Vouchsafe, actor: &Actor, change: &Change) -> Result<Self, Fault> {
        let outcome = match vouchsafe.what_if(actor, change)? {
            Foretold::Done(outcome) => outcome,
            // Only a revocation that takes nothing else with it is held up by what hangs on it.
            Foretold::Depended(_) => Outcome::default(),
        };
        let mut names = BTreeMap::new();
        for difference in outcome.losses.iter().chain(&outcome.gains) {
            if let std::collections::btree_map::Entry::Vacant(place) = names.entry(difference.entry)
                && let Ok((found, _)) = vouchsafe.look_at_entry(actor, difference.entry)
            {
                place.insert(found.entry.name);
            }
        }
        Ok(Self { outcome, names })
    }

    /// Whether it has to be asked first: anybody but `who`, whom the change is about, would lose something, and the
    /// form does not say that this was told. Where not everybody was looked at, somebody may, if `may_take` says so.
    pub(super) fn are_to_be_told(&self, form: &Form, who: &HolderName, may_take: bool) -> bool {
        let is_other = |loss: &Difference| !matches!(who, HolderName::User(name) if *name == loss.user);
        let concern_others = self.outcome.losses.iter().any(is_other) || (may_take && !self.outcome.is_complete);
        concern_others && form.text(TOLD) != self.outcome.tag()
    }

    /// For the page.
    pub(super) fn view(&self) -> Value {
        let Outcome { losses, gains, is_complete, .. } = &self.outcome;
        let lines = |all: &[Difference]| all.iter().map(|one| self.line(one)).collect::<Vec<_>>();
        json!({
            "losses": lines(losses),
            "gains": lines(gains),
            "is_nothing": *is_complete && losses.is_empty() && gains.is_empty(),
            "is_complete": is_complete,
        })
    }

    fn line(&self, difference: &Difference) -> Value {
        json!({
            "user": difference.user,
            "name": self.names.get(&difference.entry).map_or("something inside", String::as_str),
            "before": words::can(difference.before),
            "after": words::can(difference.after),
            "is_out": difference.after.is_empty(),
        })
    }
}

/// A change of which others have to be told about before it is made.
pub(super) struct Question<'a> {
    /// The form that it came by: where it is sent, and what is in it.
    pub(super) action: String,
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) entry: &'a EntryWithPath,
    /// Whose access becomes what; `None` for who leaves.
    pub(super) becomes: Option<(&'a str, String)>,
}

impl Question<'_> {
    /// Shows who would lose what, with the button that does it: the same form once more, with what was told.
    ///
    /// # Errors
    /// Internal, when the template lacks a value.
    pub(super) fn ask(self, visit: &Visit, told: &Consequences) -> Result<HttpResponse, Rejection> {
        let heading = if self.becomes.is_some() { "Change access?" } else { "Leave it?" };
        let fields = self.fields.into_iter().chain([(TOLD, told.outcome.tag())]);
        let page = json!({
            "heading": heading,
            "entry": lists::entry(self.entry),
            "action": self.action,
            "fields": fields.map(|(name, value)| json!({ "name": name, "value": value })).collect::<Vec<_>>(),
            "becomes": self.becomes.map(|(name, can)| json!({ "name": name, "can": can })),
            "outcome": told.view(),
        });
        visit.page("sure", heading, page)
    }
}
