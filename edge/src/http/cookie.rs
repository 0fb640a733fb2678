//! The identity cookie: `HttpOnly`, so that scripts cannot read it, and `SameSite=Lax`, so that other sites' requests do not
//! carry it.
//!
//! Not here: the token in it, which `identity` issues and verifies.

use shared::{Millis, limits};

use crate::identity::{Keys, LIFETIME_S, TokenError, VerifiedIdentity};

/// Why a `Cookie` header identifies nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CookieError {
    #[error("there is no identity cookie")]
    Missing,
    #[error("the identity cookie is not valid: {0}")]
    Invalid(#[source] TokenError),
}

/// Returns the value of a `Set-Cookie` header that keeps `token` in the browser for [`LIFETIME_S`] seconds.
pub fn set_cookie(token: &str, is_plain_loopback: bool) -> String {
    let name = cookie_name(is_plain_loopback);
    let secure = if is_plain_loopback { "" } else { "; Secure" };
    format!("{name}={token}; Path=/; Max-Age={LIFETIME_S}; HttpOnly; SameSite=Lax{secure}")
}

/// Returns the value of a `Set-Cookie` header that removes the identity from the browser.
pub fn clear_cookie(is_plain_loopback: bool) -> String {
    let name = cookie_name(is_plain_loopback);
    let secure = if is_plain_loopback { "" } else { "; Secure" };
    format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}")
}

/// Finds the identity in a `Cookie` header: that of the first identity cookie whose token is valid.
///
/// # Errors
/// [`CookieError`]; of several invalid cookies, the last one's error.
pub fn read_cookie(
    header: &str,
    is_plain_loopback: bool,
    keys: &Keys,
    now: Millis,
) -> Result<VerifiedIdentity, CookieError> {
    let name = cookie_name(is_plain_loopback);
    let mut error = CookieError::Missing;
    for (found, token) in header.split(';').filter_map(|cookie| cookie.trim().split_once('=')) {
        if found == name {
            match keys.verify(token, now) {
                Ok(verified) => return Ok(verified),
                Err(why) => error = CookieError::Invalid(why),
            }
        }
    }
    Err(error)
}

/// Returns the value of a `Set-Cookie` header with the session of an operator. `SameSite=Strict`: nothing but the page itself needs it.
/// Without a token the cookie is deleted.
pub fn set_operator_cookie(token: Option<&str>, is_plain_loopback: bool) -> String {
    let name = operator_cookie_name(is_plain_loopback);
    let secure = if is_plain_loopback { "" } else { "; Secure" };
    let seconds = token.map_or(0, |_| limits::OPERATOR_MS / 1_000);
    let token = token.unwrap_or_default();
    format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

/// The tokens of operators' sessions in a `Cookie` header.
pub fn operator_tokens(header: &str, is_plain_loopback: bool) -> impl Iterator<Item = &str> {
    let name = operator_cookie_name(is_plain_loopback);
    let cookies = header.split(';').filter_map(|cookie| cookie.trim().split_once('='));
    cookies.filter(move |(found, _)| *found == name).map(|(_, token)| token)
}

fn operator_cookie_name(is_plain_loopback: bool) -> &'static str {
    if is_plain_loopback { "madang-operator" } else { "__Host-madang-operator" }
}

/// Whether a request came by plain http to this machine, where browsers drop cookies that are `Secure` or whose name has
/// the prefix `__Host-`.
pub fn is_plain_loopback(scheme: &str, host: &str) -> bool {
    let is_loopback = host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    scheme == "http" && is_loopback
}

fn cookie_name(is_plain_loopback: bool) -> &'static str {
    if is_plain_loopback { "madang" } else { "__Host-madang" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Identity;

    const NOW: Millis = Millis(1_800_000_000_000);

    #[test]
    fn cookies_are_found_by_their_exact_name() {
        let keys = Keys::new("0123456789abcdef0123456789abcdef").unwrap();
        let token = keys.issue(&Identity::new([7; 16]).unwrap(), NOW);
        let found = |header: &str, loopback| read_cookie(header, loopback, &keys, NOW).is_ok();
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
    fn an_operators_cookie_is_strict_and_can_be_deleted() {
        assert_eq!(
            set_operator_cookie(Some("t"), false),
            "__Host-madang-operator=t; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            set_operator_cookie(None, true),
            "madang-operator=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
        );
        let tokens = |header| operator_tokens(header, false).collect::<Vec<_>>();
        assert_eq!(tokens("a=b; __Host-madang-operator=t; madang-operator=u"), ["t"]);
        assert_eq!(tokens("x__Host-madang-operator=t"), [""; 0]);
    }

    #[test]
    fn cookies_are_secure_except_on_this_machine() {
        assert_eq!(clear_cookie(false), "__Host-madang=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(
            set_cookie("t", false),
            "__Host-madang=t; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(set_cookie("t", true), "madang=t; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax");
        for host in ["localhost", "madang.localhost", "127.0.0.1", "127.8.8.8", "[::1]"] {
            assert!(is_plain_loopback("http", host) && !is_plain_loopback("https", host), "{host}");
        }
        for host in ["example.com", "localhost.example.com", "128.0.0.1", "127.0.0.1.example.com", ""] {
            assert!(!is_plain_loopback("http", host), "{host}");
        }
    }
}
