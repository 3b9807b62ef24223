//! The address a request comes from, for throttles only: it is never logged.

use actix_web::HttpRequest;
use std::net::IpAddr;

/// The client's address: the peer's, or what the last `trusted` proxies say about it.
///
/// A header that the trusted proxies cannot have written counts for nothing.
pub(crate) fn address(request: &HttpRequest, trusted: usize) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|address| address.ip());
    let Some(hop) = trusted.checked_sub(1) else { return peer };
    let headers = request.headers().get_all("x-forwarded-for");
    let hops: Vec<&str> =
        headers.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(',')).map(str::trim).collect();
    hops.iter().rev().nth(hop).and_then(|text| text.parse().ok()).or(peer)
}

#[cfg(test)]
mod tests {
    use super::address;
    use actix_web::test::TestRequest;
    use std::net::IpAddr;

    fn seen(trusted: usize, forwarded: &str) -> Option<IpAddr> {
        let request = TestRequest::default()
            .peer_addr("10.0.0.1:9".parse().unwrap())
            .insert_header(("x-forwarded-for", forwarded))
            .to_http_request();
        address(&request, trusted)
    }

    #[test]
    fn only_what_trusted_proxies_wrote_is_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().ok();
        assert_eq!(seen(0, "1.1.1.1"), ip("10.0.0.1"));
        assert_eq!(seen(1, "6.6.6.6, 1.1.1.1"), ip("1.1.1.1"));
        assert_eq!(seen(2, "6.6.6.6, 1.1.1.1, 10.0.0.2"), ip("1.1.1.1"));
        assert_eq!(seen(1, "nonsense"), ip("10.0.0.1"));
    }
}
