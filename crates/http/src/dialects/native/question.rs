//! The questions that `/v1/check` and its kin are asked, and who may ask which.

use crate::{auth::ServiceOrUser, error::Rejection, fields::Fields, token};
use actix_web::HttpRequest;
use vouchsafe_flows::{Asked, Check, Principal};
use vouchsafe_types::{Actor, AppUid, error::ApiError};

/// One question, and the oldest state it may be answered from.
pub(super) struct Question {
    /// Who may do what?
    pub(super) check: Check,
    /// The least revision.
    pub(super) at_least: i64,
}

/// Reads one question. A name or a permission that cannot exist is no fault: nobody has it.
pub(super) fn question(fields: &mut Fields<'_>) -> Question {
    // What stands for a faulty one is never used: the body is refused as a whole.
    let asked = fields.inside("actor", asked).unwrap_or_else(nobody);
    let permission = fields.any_text("permission");
    Question { check: Check { asked, permission }, at_least: fields.count("at_least") }
}

/// A user, perhaps through an app, or whoever holds a token.
fn asked(fields: &mut Fields<'_>) -> Asked {
    if !matches!((fields.has("user"), fields.has("app"), fields.has("token")), (true, _, false) | (false, false, true))
    {
        fields.refuse_all("either `user`, with or without `app`, or `token`");
    }
    let (user, app, token) = (fields.opt_text("user"), fields.opt_parsed::<AppUid>("app"), fields.opt_text("token"));
    match (user, token) {
        (Some(name), _) => match name.parse() {
            Ok(username) => Asked::Person { username, app },
            Err(_) => Asked::Nobody { name },
        },
        (None, Some(token)) => Asked::Bearer(token),
        (None, None) => nobody(),
    }
}

const fn nobody() -> Asked {
    Asked::Nobody { name: String::new() }
}

impl Question {
    /// The question, if the caller may ask it: the host application any, anybody else about himself.
    pub(super) fn by(self, caller: &ServiceOrUser, request: &HttpRequest) -> Result<Self, Rejection> {
        match caller {
            ServiceOrUser::Service(_) => Ok(self),
            ServiceOrUser::User(me) => self.by_user(me, request),
        }
    }

    /// The question, if this user may ask it.
    pub(super) fn by_user(mut self, me: &Principal, request: &HttpRequest) -> Result<Self, Rejection> {
        match &self.check.asked {
            Asked::Person { username, app } if *username == me.user.username && may_ask_through(me, app.as_ref()) => {}
            Asked::Bearer(token) if token::in_headers(request).as_ref() == Some(token) => {
                self.check.asked = Asked::Actor(me.actor.clone());
            }
            Asked::Person { .. } | Asked::Bearer(_) | Asked::Nobody { .. } | Asked::Actor(_) => {
                return Err(ApiError::Forbidden {}.into());
            }
        }
        Ok(self)
    }
}

/// A person may ask what any app may do for him; an app, only what it may do itself, not what its person may.
fn may_ask_through(me: &Principal, through: Option<&AppUid>) -> bool {
    match &me.actor {
        Actor::User(_) => true,
        Actor::App { app, .. } => through == Some(app),
        Actor::Token { .. } | Actor::Site { .. } | Actor::Link { .. } | Actor::Service { .. } => false,
    }
}
