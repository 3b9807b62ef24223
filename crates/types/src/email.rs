//! E-mail addresses: as typed, and in the form by which they are compared.

use email_address::{EmailAddress, Options};

/// An address. Mail goes to what was typed; people are told apart by the canonical form.
///
/// The canonical form is in small letters; at providers that are known to do the same, what follows a `+` and the dots
/// are dropped.
///
/// ```
/// use vouchsafe_types::Email;
///
/// let email = Email::parse("B.o.b+news@GMail.com")?;
/// assert_eq!((email.typed(), email.canonical()), ("B.o.b+news@GMail.com", "bob@gmail.com"));
/// assert_eq!(Email::parse("b.ob+x@example.org")?.canonical(), "b.ob+x@example.org");
/// # Ok::<(), vouchsafe_types::email::EmailError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email {
    typed: String,
    canonical: String,
}

/// The text is no address that we send mail to.
///
/// ```
/// use vouchsafe_types::{Email, email::EmailError};
/// assert_eq!(Email::parse("bob"), Err(EmailError));
/// assert_eq!(EmailError.to_string(), "not an e-mail address");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct EmailError;

/// Providers of one mailbox per name: `+` and what follows is dropped.
const PLUS_DOMAINS: [&str; 18] = [
    "gmail.com",
    "googlemail.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "proton.me",
    "protonmail.com",
    "pm.me",
    "fastmail.com",
    "fastmail.fm",
    "zoho.com",
    "zohomail.com",
    "zoho.eu",
    "zohomail.eu",
];
/// Providers that ignore dots in the name, too.
const DOT_DOMAINS: [&str; 5] = ["gmail.com", "googlemail.com", "icloud.com", "me.com", "mac.com"];

impl Email {
    /// An address without display name, of at most 254 bytes, its local part at most 64, at a domain with a TLD.
    ///
    /// ```
    /// use vouchsafe_types::{Email, email::EmailError};
    ///
    /// assert!(Email::parse("jörg@example.org").is_ok());
    /// for text in ["bob", "bob@host", "Bob <bob@example.org>", "bob@[1.2.3.4]", "bob@x.org\r\nBcc: eve@x.org"] {
    ///     assert_eq!(Email::parse(text), Err(EmailError));
    /// }
    /// ```
    ///
    /// # Errors
    /// [`EmailError`] for everything else.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        let is_odd = |c: char| c.is_control() || c.is_whitespace() || crate::name::is_bidi(c);
        if text.len() > 254 || text.contains(is_odd) {
            return Err(EmailError);
        }
        let parsed = EmailAddress::parse_with_options(text, options).ok().ok_or(EmailError)?;
        let is_quoted = parsed.local_part().starts_with('"');
        if parsed.local_part().len() > 64 || is_quoted || !has_tld(parsed.domain()) {
            return Err(EmailError);
        }
        let canonical = canonical(parsed.local_part(), parsed.domain());
        Ok(Self { typed: text.to_owned(), canonical })
    }

    /// As typed: where mail is delivered.
    ///
    /// ```
    /// use vouchsafe_types::Email;
    /// assert_eq!(Email::parse("Bob@Example.org")?.typed(), "Bob@Example.org");
    /// # Ok::<(), vouchsafe_types::email::EmailError>(())
    /// ```
    #[must_use]
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// The form by which addresses are compared.
    ///
    /// ```
    /// use vouchsafe_types::Email;
    /// let (invited, proven) = (Email::parse("Bob@Example.org")?, Email::parse("bob@example.org")?);
    /// assert_eq!(invited.canonical(), proven.canonical(), "one mailbox");
    /// assert_ne!(invited, proven, "typed in two ways");
    /// # Ok::<(), vouchsafe_types::email::EmailError>(())
    /// ```
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// An address from its two stored forms. Nothing is checked: both came from [`Email::parse`] once.
    ///
    /// ```
    /// use vouchsafe_types::Email;
    ///
    /// let email = Email::parse("Bob@Example.org")?;
    /// assert_eq!(Email::stored(email.typed().into(), email.canonical().into()), email);
    /// # Ok::<(), vouchsafe_types::email::EmailError>(())
    /// ```
    #[must_use]
    pub const fn stored(typed: String, canonical: String) -> Self {
        Self { typed, canonical }
    }
}

/// Whether the last label can be a top-level domain; digits alone are the end of a bare IP address.
fn has_tld(domain: &str) -> bool {
    let last = domain.rsplit('.').next().unwrap_or_default();
    last.chars().count() > 1 && !last.chars().all(|c| c.is_ascii_digit())
}

fn canonical(local: &str, domain: &str) -> String {
    let domain = domain.to_lowercase();
    let mut local = local.to_lowercase();
    if PLUS_DOMAINS.contains(&domain.as_str())
        && let Some((name, _)) = local.split_once('+')
        && !name.is_empty()
    {
        local = name.to_owned();
    }
    if DOT_DOMAINS.contains(&domain.as_str()) {
        local = local.replace('.', "");
    }
    let domain = if domain == "googlemail.com" { "gmail.com" } else { domain.as_str() };
    format!("{local}@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_of_known_providers_are_one_person_and_others_are_not() {
        let canonical = |text: &str| Email::parse(text).unwrap().canonical().to_owned();
        assert_eq!(canonical("B.o.b+x@GMail.com"), "bob@gmail.com");
        assert_eq!(canonical("Bob@Example.org"), "bob@example.org");
        assert_eq!(canonical("b.ob+x@example.org"), "b.ob+x@example.org");
        assert_eq!(canonical("b.ob+x@outlook.com"), "b.ob@outlook.com");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        let whole = format!("{}@{}.org", "a".repeat(64), ["b".repeat(63), "c".repeat(63), "d".repeat(59)].join("."));
        assert_eq!(whole.len(), 256);
        for text in [
            "",
            "bob",
            "bob@",
            "@x.org",
            "bob@host",
            "Bob <bob@x.org>",
            "bob@[1.2.3.4]",
            "a b@x.org",
            "a\0@x.org",
            "\"a b\"@x.org",
            "bob@1.2.3.4",
            "bob@x.c",
            "bob@x..org",
            "bob@.x.org",
            "bob@x.org.",
            "bob@@x.org",
            "bob@x.org,eve@x.org",
            "bob@x.org\r\nBcc: eve@x.org",
            "b\u{202e}ob@x.org",
            &long,
            &whole,
        ] {
            assert_eq!(Email::parse(text), Err(EmailError), "{text}");
        }
        assert!(Email::parse("jörg@example.org").is_ok());
    }

    #[test]
    fn addresses_of_the_longest_allowed_size_are_taken() {
        let domain = ["b".repeat(63), "c".repeat(63), "d".repeat(57)].join(".");
        let whole = format!("{}@{domain}.org", "a".repeat(64));
        assert_eq!(whole.len(), 254);
        assert!(Email::parse(&whole).is_ok());
    }

    #[test]
    fn mail_goes_to_what_was_typed() {
        let email = Email::parse("B.o.b+x@GMail.com").unwrap();
        assert_eq!(email.typed(), "B.o.b+x@GMail.com");
    }

    #[test]
    fn each_provider_folds_what_it_ignores() {
        for (text, canonical) in [
            ("B.ob+x@googlemail.com", "bob@gmail.com"),
            ("b.ob+x@icloud.com", "bob@icloud.com"),
            ("b.ob+x@Proton.me", "b.ob@proton.me"),
            ("b.ob+x@fastmail.com", "b.ob@fastmail.com"),
            ("b.ob+x@zoho.com", "b.ob@zoho.com"),
            ("+x@outlook.com", "+x@outlook.com"),
            ("JÖRG@Example.org", "jörg@example.org"),
        ] {
            assert_eq!(Email::parse(text).unwrap().canonical(), canonical);
        }
    }
}
