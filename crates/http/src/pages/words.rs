//! The same in plain words: what may be done, what went wrong, and when.

use crate::error::Rejection;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use vouchsafe_engine::Dormancy;
use vouchsafe_flows::WhyNot;
use vouchsafe_types::{Access, Capabilities, Capability, error::ApiError};

/// A moment for people and for browsers.
pub(super) fn moment(at: DateTime<Utc>) -> Value {
    json!({ "iso": at.format("%Y-%m-%dT%H:%M:%SZ").to_string(), "text": at.format("%-d %b %Y, %H:%M UTC").to_string() })
}

/// What somebody may do, after "can": the nearest access in its own words, and whatever it does not cover.
pub(super) fn can(capabilities: Capabilities) -> String {
    if capabilities == Capabilities::ALL {
        return "do everything".to_owned();
    }
    // Who reads and takes no copy out is not shown as less than a reader.
    let is_held_back = capabilities.has(Capability::Read) && !capabilities.has(Capability::Download);
    let used = capabilities - Capabilities::SHARING - Capability::Delete.into();
    let nearest = Access::nearest(if is_held_back { used | Capability::Download.into() } else { used });
    let rest = capabilities - nearest.capabilities();
    let parts: Vec<&str> =
        using(nearest).iter().copied().chain(rest.iter().filter_map(|one| more(one, rest))).collect();
    let said = match parts.as_slice() {
        [] => "do nothing".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    if is_held_back { said + ", but not download" } else { said }
}

/// What an access is called, without what has to do with giving.
const fn using(access: Access) -> &'static [&'static str] {
    match access {
        Access::None => &[],
        Access::See => &["know that it is there"],
        Access::List => &["see what is in it"],
        Access::Read => &["read"],
        Access::Comment => &["read", "comment"],
        Access::Fill => &["read", "fill in forms"],
        Access::Review => &["read", "suggest changes"],
        Access::Filter => &["read", "filter"],
        Access::Write | Access::Manage | Access::Full | Access::Owner => &["edit"],
    }
}

/// A single thing that is said besides.
fn more(one: Capability, rest: Capabilities) -> Option<&'static str> {
    Some(match one {
        Capability::See => "know that it is there",
        Capability::List => "see what is in it",
        Capability::Read => "read",
        Capability::Download => "download",
        Capability::Comment => "comment",
        Capability::Fill => "fill in forms",
        Capability::Review => "suggest changes",
        Capability::Filter => "filter",
        Capability::Edit => "edit in an editor",
        Capability::Write => "edit",
        Capability::Delete => "delete",
        Capability::Share => "share",
        // Who says who has access hands that on, too, as a rule: that is one thing to people.
        Capability::Delegate if rest.has(Capability::Manage) => return None,
        Capability::Delegate => "let others share",
        Capability::Manage => "manage who has access",
    })
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
        "sent" => "A mail is on its way.",
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
        ApiError::Conflict {} => {
            "They are held to less there, and for longer. Change that first, or let this last as long."
        }
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
        ApiError::FieldTooLong { max_length, .. } => {
            return format!("That is too long: it may have {max_length} characters.");
        }
        other => return other.message(),
    };
    text.to_owned()
}

fn field(key: &str) -> &'static str {
    match key {
        "password" => "A password has 8 to 1024 characters.",
        "username" => "A name has letters, digits and _ only, at most 64 of them.",
        "expires_at" | "until" => "Choose a day to come.",
        "access" | "permission" => "Choose one of the things that they can do.",
        "name" => "Say whom: type the name of a person.",
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
    use super::{can, encoded, safe_next, with_next};
    use vouchsafe_types::{Access, Capabilities, Permission};

    #[test]
    fn what_somebody_can_do_is_said_whole() {
        let of = |text: &str| {
            let text = text.replace('U', "5f4b2e0e-8a8e-4d0c-9a3e-2b8f0d6f4c11");
            can(text.parse::<Permission>().unwrap().granted())
        };
        for (text, said) in [
            ("fs:U:none", "do nothing"),
            ("fs:U:see", "know that it is there"),
            ("fs:U:list", "see what is in it"),
            ("fs:U:read", "read"),
            ("fs:U:download", "read"),
            ("fs:U:comment", "read and comment, but not download"),
            ("fs:U:review", "read and suggest changes"),
            ("fs:U:edit", "read and edit in an editor, but not download"),
            ("fs:U:delete", "read and delete, but not download"),
            ("fs:U:share", "read and share, but not download"),
            ("fs:U:write", "edit"),
            ("manage:fs:U", "edit and share"),
            ("manage:fs:U:read", "read and share"),
            ("manage:fs:U:see", "know that it is there and share"),
            ("manage:manage:fs:U", "edit, share and let others share"),
            ("fs:U", "do everything"),
        ] {
            assert_eq!(of(text), said, "{text}");
        }
        let of_folder = Access::Read.capabilities() | Capabilities::SHARING;
        assert_eq!(can(of_folder), "read, share and manage who has access");
        assert_eq!(can(Access::Full.capabilities()), "edit, share and manage who has access");
        for access in Access::ALL {
            let (less, all) = (access.capabilities(), Capabilities::ALL - access.capabilities());
            assert!(all.iter().all(|one| can(less | one.into()) != can(less)), "{access:?} hides nothing");
        }
    }

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
