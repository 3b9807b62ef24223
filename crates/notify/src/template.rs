//! Mails from handlebars templates: a subject, a text and an HTML part per notice.

use handlebars::{Handlebars, RenderError, no_escape};
use serde_json::Value;

/// A mail, rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject: one line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part; every value in it is escaped.
    pub html: String,
}

/// Why a mail cannot be rendered. Says nothing of the values: they may be secrets.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// There is no such template.
    #[error("no template `{0}`")]
    Unknown(String),
    /// A value is missing.
    #[error("template `{template}` lacks a value")]
    Incomplete {
        /// The template.
        template: String,
        /// What handlebars said.
        #[source]
        source: Box<RenderError>,
    },
}

/// Name, subject, text and HTML of every notice.
const NOTICES: [(&str, &str, &str, &str); 9] = [
    (
        "share_by_username",
        "Puter share from {{susername}}",
        include_str!("templates/share_by_username.txt.hbs"),
        include_str!("templates/share_by_username.html.hbs"),
    ),
    (
        "share_existing_user",
        "Puter share from {{susername}}",
        include_str!("templates/share_existing_user.txt.hbs"),
        include_str!("templates/share_existing_user.html.hbs"),
    ),
    (
        "share_by_email",
        "share by email",
        include_str!("templates/share_by_email.txt.hbs"),
        include_str!("templates/share_by_email.html.hbs"),
    ),
    (
        "confirm_email",
        "Confirm your email address",
        include_str!("templates/confirm_email.txt.hbs"),
        include_str!("templates/confirm_email.html.hbs"),
    ),
    (
        "document_shared",
        "Documents. Access granted to document: {{title}}",
        include_str!("templates/document_shared.txt.hbs"),
        include_str!("templates/document_shared.html.hbs"),
    ),
    (
        "folder_shared",
        "Documents. Access granted to folder: {{title}}",
        include_str!("templates/folder_shared.txt.hbs"),
        include_str!("templates/folder_shared.html.hbs"),
    ),
    (
        "share_request",
        "{{susername}} asks you for access",
        include_str!("templates/share_request.txt.hbs"),
        include_str!("templates/share_request.html.hbs"),
    ),
    (
        "share_request_answered",
        "{{susername}} answered your request",
        include_str!("templates/share_request_answered.txt.hbs"),
        include_str!("templates/share_request_answered.html.hbs"),
    ),
    (
        "reset_password",
        "Choose a new password",
        include_str!("templates/reset_password.txt.hbs"),
        include_str!("templates/reset_password.html.hbs"),
    ),
];

/// What HTML parts are made of: what is around them, the one thing to do, what somebody wrote, and the small print.
const PARTS: [(&str, &str); 4] = [
    ("mail", include_str!("templates/mail.html.hbs")),
    ("button", include_str!("templates/button.html.hbs")),
    ("words", include_str!("templates/words.html.hbs")),
    ("note", include_str!("templates/note.html.hbs")),
];

/// The templates of all notices.
pub struct Templates {
    plain: Handlebars<'static>,
    html: Handlebars<'static>,
}

impl Default for Templates {
    #[expect(clippy::expect_used, reason = "the templates are part of the program, and a test makes them")]
    fn default() -> Self {
        let (mut plain, mut html) = (Handlebars::new(), Handlebars::new());
        plain.register_escape_fn(no_escape);
        plain.set_strict_mode(true);
        html.set_strict_mode(true);
        for (name, text) in PARTS {
            html.register_partial(name, text).expect("a template that can be read");
        }
        Self { plain, html }
    }
}

impl Templates {
    /// Renders the notice `name` with `values`.
    ///
    /// # Errors
    /// [`TemplateError`] for an unknown notice or a missing value.
    pub fn render(&self, name: &str, values: &Value) -> Result<Rendered, TemplateError> {
        let notice = NOTICES.iter().find(|(known, ..)| *known == name);
        let (_, subject, text, html) = notice.ok_or_else(|| TemplateError::Unknown(name.to_owned()))?;
        let render = |engine: &Handlebars<'static>, template: &str| {
            engine
                .render_template(template, values)
                .map_err(|source| TemplateError::Incomplete { template: name.to_owned(), source: Box::new(source) })
        };
        Ok(Rendered {
            subject: one_line(&render(&self.plain, subject)?),
            text: render(&self.plain, text)?,
            html: render(&self.html, html)?,
        })
    }
}

/// A header is one line, whatever is in it.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn values(value: &str) -> Value {
        json!({ "susername": value, "rusername": value, "message": value, "link": value, "sender_name": value,
                "username": value, "code": value, "title": value, "author": value, "access": value,
                "file_name": value, "is_approved": true, "is_named": true, "others": [value], "time": value })
    }

    #[test]
    fn every_value_is_escaped_in_html_and_plain_in_text() {
        let evil = r#""><script>alert('ö')</script>"#;
        let mut places = Vec::new();
        for (name, _, text, html) in NOTICES {
            let mail = Templates::default().render(name, &values(evil)).unwrap();
            places.push((name, mail.text.matches(evil).count(), mail.html.matches("&quot;&gt;&lt;script&gt;").count()));
            assert!(!mail.html.contains("<script>") && !mail.html.contains("\">alert"), "{name}: {}", mail.html);
            assert!(mail.html.contains("&quot;&gt;&lt;script&gt;alert(&#x27;ö&#x27;)"), "{name}: {}", mail.html);
            assert!(mail.text.contains(evil), "{name}");
            assert!(!html.contains("{{{") && !html.contains("{{&") && !text.contains("{{{"), "{name}");
        }
        let expected = [
            ("share_by_username", 6, 7),
            ("share_existing_user", 3, 4),
            ("share_by_email", 5, 6),
            ("confirm_email", 3, 4),
            ("document_shared", 9, 11),
            ("folder_shared", 9, 11),
            ("share_request", 6, 7),
            ("share_request_answered", 3, 4),
            ("reset_password", 2, 3),
        ];
        assert_eq!(places, expected);
        for (name, text) in PARTS {
            assert!(!text.contains("{{{") && !text.contains("{{&"), "{name}");
        }
    }

    #[test]
    fn every_mail_has_a_button_that_leads_where_its_text_does() {
        for (name, ..) in NOTICES {
            let mail = Templates::default().render(name, &values("word/to?x")).unwrap();
            assert!(mail.html.trim_start().starts_with("<!doctype html>") && mail.html.contains("</html>"), "{name}");
            assert_eq!(mail.html.matches("href=\"word/to?x\"").count(), 1, "{name}: {}", mail.html);
            assert!(mail.text.lines().any(|line| line == "word/to?x"), "{name}: {}", mail.text);
        }
    }

    #[test]
    fn a_mail_without_a_link_has_no_button_and_who_got_it_through_a_group_blocks_nobody() {
        for name in ["share_request", "share_request_answered"] {
            let mut values = values("word");
            values.as_object_mut().unwrap().remove("link");
            let mail = Templates::default().render(name, &values).unwrap();
            assert!(!mail.html.contains("href") && !mail.text.contains("here:"), "{name}: {}", mail.text);
        }
        for name in ["document_shared", "folder_shared"] {
            for is_named in [Some(true), Some(false), None] {
                let mut values = values("word");
                for said_since in ["is_named", "others", "time"] {
                    values.as_object_mut().unwrap().remove(said_since);
                }
                values.as_object_mut().unwrap().extend(is_named.map(|said| ("is_named".to_owned(), json!(said))));
                let mail = Templates::default().render(name, &values).unwrap();
                let said = [&mail.html, &mail.text]
                    .map(|part| (part.contains("You can leave it"), part.contains("or block word")));
                assert_eq!(said, [(true, is_named == Some(true)); 2], "{name}");
            }
        }
    }

    #[test]
    fn a_mail_says_that_an_account_can_be_made_only_where_one_can() {
        for is_open in [Some(true), Some(false), None] {
            let mut values = values("word");
            values.as_object_mut().unwrap().extend(is_open.map(|said| ("is_signup_open".to_owned(), json!(said))));
            let mail = Templates::default().render("share_by_email", &values).unwrap();
            let said = [&mail.html, &mail.text].map(|part| part.contains("make an account with this address"));
            assert_eq!(said, [is_open == Some(true); 2], "{is_open:?}");
        }
    }

    #[test]
    fn a_subject_is_one_line_and_is_worded_as_specified() {
        let render = |name, value| Templates::default().render(name, &values(value)).unwrap().subject;
        assert_eq!(render("share_by_username", "alice"), "Puter share from alice");
        assert_eq!(render("share_by_email", "alice"), "share by email");
        assert_eq!(render("share_existing_user", "a\r\nBcc: eve@x.org"), "Puter share from a  Bcc: eve@x.org");
    }

    #[test]
    fn a_missing_value_is_an_error_that_names_no_value() {
        let error = Templates::default().render("confirm_email", &json!({ "username": "ann" })).unwrap_err();
        assert_eq!(error.to_string(), "template `confirm_email` lacks a value");
        assert!(matches!(Templates::default().render("nope", &json!({})), Err(TemplateError::Unknown(_))));
    }
}
