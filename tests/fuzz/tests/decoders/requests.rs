//! What an HTTP request brings: its URL, `Origin`, cookies, address, and the body of the entry call.

use std::sync::LazyLock;

use edge::http::{client_address, cookie, origin, request_url::RequestUrl};
use edge::identity::{Identity, Keys};
use proptest::prelude::*;
use shared::Millis;
use shared::entry::EnterRequest;

use crate::{corpus, mutation};

const NOW: Millis = Millis(1_800_000_000_000);
const OWN: &str = "https://chat.example";

static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::new("0123456789abcdef0123456789abcdef").unwrap());
static TOKEN: LazyLock<String> = LazyLock::new(|| KEYS.issue(&Identity::new([7; 16]).unwrap(), NOW));

fn cookies() -> Vec<String> {
    let mut headers = corpus::list("cookies");
    headers.push(format!("__Host-madang={}", *TOKEN));
    headers.push(format!("a=b; __Host-madang={}; c=d", *TOKEN));
    headers
}

proptest! {
    #[test]
    fn case_160_a_changed_cookie_is_nobody(header in mutation::text(cookies())) {
        if cookie::read_cookie(&header, false, &KEYS, NOW).is_ok() {
            // Only the token itself, under the cookie's own name.
            let is_whole = header.split(';').any(|part| {
                part.trim().split_once('=') == Some(("__Host-madang", TOKEN.as_str()))
            });
            prop_assert!(is_whole, "{header}");
        }
    }

    #[test]
    fn case_160_any_url_is_split_into_its_own_parts_or_refused(url in mutation::text(corpus::list("urls"))) {
        if let Some(split) = RequestUrl::split(&url) {
            prop_assert!(url.starts_with(split.origin) && url.contains(split.path.trim_start_matches('/')));
            let with_port = format!("{}:", split.host);
            prop_assert!(split.origin.ends_with(split.host) || split.origin.contains(&with_port));
            prop_assert!(split.path.starts_with('/') && !split.path.contains(['?', '#']));
        }
    }

    #[test]
    fn case_160_only_the_own_origin_passes(header in mutation::text(corpus::list("urls"))) {
        let passes = origin::check(Some(&header), OWN, &[]).is_ok();
        prop_assert_eq!(passes, header == OWN);
    }

    #[test]
    fn case_160_any_address_is_a_group(header in mutation::text(corpus::list("addresses"))) {
        let group = client_address::address_group(Some(&header));
        prop_assert!(group == "unreadable" || group.trim_end_matches("/64").parse::<std::net::IpAddr>().is_ok());
    }

    #[test]
    fn case_160_any_entry_call_is_read_or_refused(body in mutation::text(corpus::list("entries"))) {
        let body = edge::normalize::normalize_json(body);
        if let Ok(request) = serde_json::from_str::<EnterRequest>(&body) {
            let again: EnterRequest = serde_json::from_str(&serde_json::to_string(&request).unwrap()).unwrap();
            prop_assert_eq!(again, request);
        }
    }
}
