//! Which database a URL names, and whether a password on its way there could be read.

use std::net::IpAddr;

/// The kind of a database, as `/version` names it.
pub(crate) fn kind(url: &str) -> &'static str {
    if is_postgres(url) { "postgres" } else { "sqlite" }
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// What is wrong with a URL, if anything is.
///
/// A build without TLS would speak to any server in clear text, silently: it does so only to this machine, or when the
/// operator says that he means it.
pub(crate) fn fault(url: &str) -> Option<&'static str> {
    if url.strip_prefix("sqlite://").is_some_and(|path| !path.is_empty()) {
        return None;
    }
    if !is_postgres(url) {
        return Some("is neither `sqlite://<path>` nor `postgres://<user>@<host>/<database>`");
    }
    if !cfg!(feature = "postgres") {
        return Some("this program was built without PostgreSQL");
    }
    let is_clear = query(url, "sslmode").is_some_and(|mode| mode == "disable");
    if cfg!(feature = "pg-tls") || is_clear || hosts(url).iter().all(|host| is_here(host)) {
        return None;
    }
    Some("the server is on another machine and this build has no TLS; say `sslmode=disable` if clear text is meant")
}

/// The value of a parameter of the query.
fn query<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = url.split_once('?')?;
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Every host that the URL names; none for the socket that is the default.
fn hosts(url: &str) -> Vec<&str> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let named = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let all = named.split(',').map(without_port).chain(
        ["host", "hostaddr"].iter().flat_map(|key| query(url, key).into_iter().flat_map(|list| list.split(','))),
    );
    all.filter(|host| !host.is_empty()).collect()
}

fn without_port(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn is_here(host: &str) -> bool {
    let is_socket =
        host.starts_with('/') || host.starts_with("%2F") || host.starts_with("%2f") || host.starts_with('@');
    is_socket || host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{fault, kind};

    #[test]
    fn files_and_servers_are_told_apart() {
        assert_eq!((kind("sqlite:///x.db"), fault("sqlite:///x.db")), ("sqlite", None));
        assert_eq!(kind("postgres://u@localhost/d"), "postgres");
        for odd in ["", "sqlite://", "mysql://x", "/x.db", "postgres"] {
            assert!(fault(odd).is_some(), "{odd}");
        }
    }

    #[cfg(all(feature = "postgres", not(feature = "pg-tls")))]
    #[test]
    fn clear_text_goes_to_this_machine_only_unless_it_is_meant() {
        for here in [
            "postgres://u:p@localhost/d",
            "postgresql://u@127.0.0.1:5433/d",
            "postgres://u@[::1]:5433/d",
            "postgres:///d",
            "postgres:///d?host=/run/postgresql&user=u",
            "postgres://%2Frun%2Fpostgresql/d",
            "postgres://u@db.example.org/d?sslmode=disable",
        ] {
            assert_eq!(fault(here), None, "{here}");
        }
        for away in [
            "postgres://u:p@db.example.org/d",
            "postgres://u@localhost,db.example.org/d",
            "postgres:///d?host=10.0.0.1",
            "postgres://u@localhost/d?hostaddr=10.0.0.1",
            "postgres://u@10.0.0.1/d?sslmode=require",
            "postgres://u:localhost@10.0.0.1/d",
        ] {
            assert!(fault(away).is_some_and(|text| text.contains("no TLS")), "{away}");
        }
    }
}
