//! Which pages may talk to the Worker: an exact list, compared as a whole.
//!
//! A browser names the page's origin by itself, and a page cannot change it. Programs that are no browsers can say
//! what they like here; what stops them are identities and limits.

/// Whether a request with this `Origin` header may go on. `own` is the origin of the address that was asked.
pub fn is_allowed(origin: Option<&str>, own: &str, others: &[String]) -> bool {
    origin.is_some_and(|origin| origin == own || others.iter().any(|other| other == origin))
}

/// Reads a comma-separated list of origins. What cannot be an origin is left out: `null`, above all, is what every
/// sandboxed page says.
pub fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(|origin| origin.trim().trim_end_matches('/'))
        .filter(|origin| origin.starts_with("https://") || origin.starts_with("http://"))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_36_only_exact_origins_pass() {
        let others = list(" http://127.0.0.1:8080 ,https://chat.example.org/,null,*,,chat.example.net");
        assert_eq!(others, ["http://127.0.0.1:8080", "https://chat.example.org"]);
        let passes = |origin| is_allowed(Some(origin), "https://good.com", &others);
        for origin in ["https://good.com", "http://127.0.0.1:8080", "https://chat.example.org"] {
            assert!(passes(origin), "{origin}");
        }
        for origin in [
            "",
            "null",
            "*",
            "http://good.com",
            "https://good.com:8443",
            "https://good.com.evil.com",
            "https://evil-good.com",
            "https://evilgood.com",
            "https://a.good.com",
            "https://good.com/",
            "https://GOOD.com",
            "https://good.co",
            "https://good.com https://evil.com",
            "https://evil.com, https://good.com",
            "http://127.0.0.1:8081",
            "https://chat.example.net",
        ] {
            assert!(!passes(origin), "{origin}");
        }
        assert!(!is_allowed(None, "https://good.com", &others), "a missing origin is no browser's page");
    }
}
