//! The cookie that keeps an identity in a browser. Scripts of a page cannot read it, and other sites cannot send it along
//! with what they ask.
//!
//! Not here: what is in it, which `identity` makes and checks.

use shared::Millis;

use crate::identity::{Keys, LIFETIME_S, Verified};

/// The value of `Set-Cookie`.
pub fn set(token: &str, is_plain_loopback: bool) -> String {
    let name = name_of(is_plain_loopback);
    let secure = if is_plain_loopback { "" } else { "; Secure" };
    format!("{name}={token}; Path=/; Max-Age={LIFETIME_S}; HttpOnly; SameSite=Lax{secure}")
}

/// The first cookie of ours in a `Cookie` header whose token holds.
pub fn read(header: &str, is_plain_loopback: bool, keys: &Keys, now: Millis) -> Option<Verified> {
    let name = name_of(is_plain_loopback);
    header
        .split(';')
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(found, _)| *found == name)
        .find_map(|(_, token)| keys.verify(token, now))
}

/// Plain http to this machine, where browsers drop cookies that are `Secure` or have a `__Host-` name.
pub fn is_plain_loopback(scheme: &str, host: &str) -> bool {
    let is_loopback = host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    scheme == "http" && is_loopback
}

fn name_of(is_plain_loopback: bool) -> &'static str {
    if is_plain_loopback { "madang" } else { "__Host-madang" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Identity;

    const NOW: Millis = Millis(1_800_000_000_000);

    #[test]
    fn cookies_are_found_by_their_exact_name() {
        let keys = Keys::new("0123456789abcdef0123456789abcdef", None).unwrap();
        let token = keys.issue(&Identity::new([7; 16]).unwrap(), NOW);
        let found = |header: &str, loopback| read(header, loopback, &keys, NOW).is_some();
        assert!(found(&format!("a=b; __Host-madang={token}; c=d"), false));
        assert!(found(&format!("__Host-madang=stale; __Host-madang={token}"), false));
        assert!(found(&format!("madang={token}"), true));
        assert!(
            !found(&format!("madang={token}"), false),
            "a name without the prefix could be set by a sibling host"
        );
        assert!(!found(&format!("__Host-madang={token}"), true));
        assert!(!found(&format!("xmadang={token}; madang2={token}; madang"), true));
    }

    #[test]
    fn cookies_are_secure_but_on_this_machine() {
        assert_eq!(
            set("t", false),
            "__Host-madang=t; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(set("t", true), "madang=t; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax");
        for host in ["localhost", "madang.localhost", "127.0.0.1", "127.8.8.8", "[::1]"] {
            assert!(is_plain_loopback("http", host) && !is_plain_loopback("https", host), "{host}");
        }
        for host in ["example.com", "localhost.example.com", "128.0.0.1", "127.0.0.1.example.com", ""] {
            assert!(!is_plain_loopback("http", host), "{host}");
        }
    }
}
