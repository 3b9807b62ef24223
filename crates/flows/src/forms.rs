//! What proves that a form is our own, filled in by who was shown it.

use crate::{Vouchsafe, secrets};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;
use subtle::ConstantTimeEq;

impl Vouchsafe {
    /// What a browser keeps in a cookie while nobody has signed in: forms are tied to it.
    #[must_use]
    pub fn form_seed(&self) -> String {
        secrets::random_token()
    }

    /// The token of the forms that are shown to whoever has `seed`: his session's token, or a cookie.
    #[must_use]
    pub fn form_token(&self, seed: &str) -> String {
        self.code("form:", seed)
    }

    /// What a form is called that was shown with `seed` and filled in with `fields`: the same when it is sent twice.
    #[must_use]
    pub fn form_name(&self, seed: &str, fields: &[&str]) -> String {
        self.code("filled in:", &format!("{seed:?} {fields:?}"))
    }

    fn code(&self, what: &str, text: &str) -> String {
        let key = self.settings.secret.expose_secret().as_bytes();
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return secrets::random_token() };
        mac.update(what.as_bytes());
        mac.update(text.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// Whether a form was shown to whoever has `seed`.
    #[must_use]
    pub fn is_form_of(&self, seed: &str, token: &str) -> bool {
        self.form_token(seed).as_bytes().ct_eq(token.as_bytes()).into()
    }
}
