//! The HTTP client that is used when none is given.

use crate::Error;
use reqwest::{redirect, retry};
use rustls::crypto::{CryptoProvider, ring};
use std::time::Duration;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection is kept for the next call: less than the server's 30 seconds, so that no grant is sent into a
/// connection that is just being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// An HTTP client that sends each request once, and where it was told to; directly, or by the environment's proxies.
pub(crate) fn default_http(is_direct: bool) -> Result<reqwest::Client, Error> {
    if CryptoProvider::get_default().is_none() {
        // An error means that another thread was faster: then there is one, which is all that is needed.
        let _ = ring::default_provider().install_default();
    }
    let http = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        // A redirected POST would turn into a GET, and the token would go wherever an answer points.
        .redirect(redirect::Policy::none())
        .retry(retry::never());
    let http = if is_direct { http.no_proxy() } else { http };
    http.build().map_err(Error::Setup)
}

#[cfg(test)]
mod tests {
    use super::default_http;
    use rustls::crypto::{CryptoProvider, ring};
    use std::sync::Arc;

    #[test]
    fn a_provider_that_is_installed_already_stays() {
        let _ = ring::default_provider().install_default();
        let before = Arc::clone(CryptoProvider::get_default().unwrap());
        assert!(default_http(true).is_ok() && default_http(false).is_ok());
        assert!(Arc::ptr_eq(&before, CryptoProvider::get_default().unwrap()));
    }
}
