//! What an operator decides about the use cases.

use chrono::TimeDelta;
use secrecy::SecretString;

/// How clients with a signature key are known, and what their tickets must prove (Züs).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ZusSettings {
    /// Whether answers have the shapes of the native clients rather than those of the published page.
    pub is_native: bool,
    /// Whether the signature of the identity is believed without a look at it: for test rigs only.
    pub are_signatures_trusted: bool,
    /// Whether every request has to be signed by itself, and is taken once.
    pub is_replay_refused: bool,
    /// Whether signed requests need an anti-CSRF token.
    pub is_csrf_required: bool,
    /// Whether a ticket that its owner has not signed is refused altogether. If not, it is a record that gives nothing.
    pub are_tickets_verified: bool,
}

/// What an operator decides about the use cases.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Origin used in mails and links, without a trailing slash.
    pub public_url: String,
    /// Signs share links; at least 32 bytes.
    pub secret: SecretString,
    /// Whether people may make their own accounts.
    pub is_signup_open: bool,
    /// Whether request limits, daily quotas and mail caps apply.
    pub are_limits_on: bool,
    /// Whether public links and tokens can be made and used, in every face.
    pub are_public_links_on: bool,
    /// Whether the Bookmarks face gives tickets with its answers.
    pub are_tickets_on: bool,
    /// How long a session token lasts.
    pub session_ttl: TimeDelta,
    /// How long an invite and its link last.
    pub invite_ttl: TimeDelta,
    /// The most invites one person may send in 24 hours.
    pub invites_per_day: i64,
    /// The most grants that one person may have given, as long as they stand; the host application may give more.
    pub grants_per_issuer: i64,
    /// The most recipients, and the most items, in one share.
    pub share_list_cap: usize,
    /// Signature keys and tickets.
    pub zus: ZusSettings,
}

impl Settings {
    /// The defaults, with these two that have none.
    #[must_use]
    pub fn new(public_url: String, secret: SecretString) -> Self {
        Self {
            public_url,
            secret,
            is_signup_open: false,
            are_limits_on: true,
            are_public_links_on: true,
            are_tickets_on: false,
            session_ttl: TimeDelta::days(30),
            invite_ttl: TimeDelta::days(14),
            invites_per_day: 200,
            grants_per_issuer: 20_000,
            share_list_cap: 100,
            zus: ZusSettings::default(),
        }
    }
}
