//! The same in plain words: what may be done, what went wrong, and when.

use crate::error::Rejection;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vouchsafe_engine::Dormancy;
use vouchsafe_flows::WhyNot;
use vouchsafe_types::{Access, Capabilities, error::ApiError};

/// A moment for people and for browsers.
pub(super) fn moment(at: DateTime<Utc>) -> Value {
    json!({ "iso": at.format("%Y-%m-%dT%H:%M:%SZ").to_string(), "text": at.format("%-d %b %Y, %H:%M UTC").to_string() })
}

/// What somebody may do, after "can".
pub(super) fn can(capabilities: Capabilities) -> &'static str {
    match Access::nearest(capabilities) {
        Access::None => "do nothing",
        Access::See => "know that it is there",
        Access::List => "see what is in it",
        Access::Read => "read",
        Access::Comment => "read and comment",
        Access::Fill => "read and fill in forms",
        Access::Review => "read and suggest changes",
        Access::Filter => "read and filter",
        Access::Write => "edit",
        Access::Manage => "edit and share",
        Access::Full => "edit, share and manage access",
        Access::Owner => "do everything",
    }
}

/// Why a grant gives nothing now.
pub(super) const fn asleep(why: WhyNot) -> &'static str {
    let why = match why {
        WhyNot::Revoked => return "It was taken away.",
        WhyNot::Dormant(why) => why,
    };
    match why {
        Dormancy::Expired => "It has ended.",
        Dormancy::Suspended => "An account it depends on is suspended.",
        Dormancy::IssuerLostAuthority => "Who gave it may not give it any more.",
        Dormancy::Silenced => "A stricter rule takes its place.",
    }
}

/// What was done, by the word in the address.
pub(super) fn done(code: &str) -> Option<&'static str> {
    Some(match code {
        "left" => "You have left it. You do not see it any more, whoever else still does.",
        "granted" => "Access given. They have been told.",
        "declined" => "Request declined.",
        "blocked" => "Blocked. You will get nothing new from there.",
        "unblocked" => "Unblocked.",
        "changed" => "Access changed. It counts from now on.",
        "revoked" => "Access taken away. It counts from now on.",
        "withdrawn" => "Invitation withdrawn. Its link is worth nothing now.",
        "accepted" => "Accepted. It is among the things shared with you now.",
        "confirmed" => "Thank you. Your address is confirmed.",
        "asked" => "Asked. You will hear from them if they say yes.",
        "sent" => "A new mail is on its way.",
        "password" => "Your new password is set. Please sign in with it.",
        "out" => "You have signed out.",
        "put-away" => "Put away.",
        "retried" => "It will be tried again at once.",
        "suspended" => "Account suspended.",
        "restored" => "Account restored.",
        _ => return None,
    })
}

/// What went wrong.
pub(super) fn refusal(rejection: &Rejection) -> String {
    match rejection {
        Rejection::Refused(error) => error_text(error),
        Rejection::Throttled { retry_after } => format!("Please wait {retry_after} seconds and try again."),
        Rejection::Unavailable(_) => "The server is busy. Please try again in a moment.".to_owned(),
        Rejection::Repeated => "This has been done already.".to_owned(),
        Rejection::Internal(_) => "This is our fault, not yours.".to_owned(),
    }
}

/// A refusal of the catalogue, to a person.
pub(super) fn error_text(error: &ApiError) -> String {
    let text = match error {
        ApiError::AntiCsrfIncorrect {} => {
            "This form is too old, or did not come from this site. Go back, load the page again, and send it once more."
        }
        ApiError::CredentialsInvalid {} => "That name and password do not belong together.",
        ApiError::Forbidden {} | ApiError::PermissionDenied { .. } => "You may not do this.",
        ApiError::NotFound {} | ApiError::SubjectDoesNotExist {} => "There is nothing here, or you may not see it.",
        ApiError::EntityNotFound { .. } => "There is no such thing, or it is gone already.",
        ApiError::InvalidToken {} => "This link or code does not work. It may have been used, or have ended.",
        ApiError::ShareExpired {} => "What was offered here can no longer be had.",
        ApiError::EmailMustBeConfirmed { .. } => "Please confirm your e-mail address first.",
        ApiError::CanNotApplyToThisUser {} => "This was sent to another address than yours.",
        ApiError::NoNeedToRequest {} => "You have this already, or can simply accept it.",
        ApiError::CannotShareWithSelf {} => "That is you.",
        ApiError::CannotRevokeOwner {} => "It is yours: you cannot leave it.",
        ApiError::CannotBlockSelf {} => "You cannot block yourself.",
        ApiError::PreconditionFailed {} => "It has been changed since you looked. Look again, please.",
        ApiError::MethodNotAllowed {} => "That does not work here.",
        ApiError::ShareDailyLimitReached { .. } => "You have sent as many invitations as one may in a day.",
        ApiError::EmailAlreadyInUse { .. } => "Somebody with this address has an account already.",
        ApiError::EmailNotAllowed { .. } => "That is no e-mail address we can write to.",
        ApiError::UsernameAlreadyInUse { username } => return format!("The name {username} is taken."),
        ApiError::UserDoesNotExist { username } => return format!("Nobody here is called {username}."),
        ApiError::InvalidUsernameOrEmail { .. } => "That is neither a name nor an e-mail address.",
        ApiError::FieldInvalid { key, .. } => return field(key).to_owned(),
        other => return other.message(),
    };
    text.to_owned()
}

fn field(key: &str) -> &'static str {
    match key {
        "password" => "A password has 8 to 1024 characters.",
        "username" => "A name has letters, digits and _ only, at most 64 of them.",
        "expires_at" | "until" => "Choose a day to come.",
        "recipients" => "Say with whom: names or e-mail addresses.",
        "metadata.message" => "The message is too long.",
        _ => "Something in the form cannot be read.",
    }
}

/// A path of ours, with where to go on afterwards.
pub(super) fn with_next(path: &str, next: &str) -> String {
    match safe_next(next) {
        Some(next) => format!("{path}?next={}", encoded(next)),
        None => path.to_owned(),
    }
}

/// Where to go on, if it is a page of ours: nobody is sent elsewhere by a link to us.
pub(super) fn safe_next(next: &str) -> Option<&str> {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    let is_plain = next.len() <= 4_096 && next.bytes().all(|byte| byte.is_ascii_graphic());
    (is_path && is_plain).then_some(next)
}

/// A text as the value of a parameter.
pub(super) fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes().fold(String::new(), |all, byte| {
        if plain(byte) { all + &char::from(byte).to_string() } else { all + &format!("%{byte:02X}") }
    })
}

#[cfg(test)]
mod tests {
    use super::{encoded, safe_next, with_next};

    #[test]
    fn a_link_to_us_leads_nowhere_else() {
        let good = ["/shared", "/?share_token=a.b-c_d", "/entry/1?done=left"];
        assert!(good.iter().all(|next| safe_next(next).is_some()));
        let evil = ["", "//x.org", "/\\x.org", "https://x.org", "javascript:alert(1)", "/a\nb", "/a b"];
        assert!(evil.iter().all(|next| safe_next(next).is_none()));
        assert_eq!(with_next("/login", "/?a=b&c"), "/login?next=%2F%3Fa%3Db%26c");
        assert_eq!(with_next("/login", "//x.org"), "/login");
        assert_eq!(encoded("ö+"), "%C3%B6%2B");
    }
}
