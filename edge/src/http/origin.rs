//! Which pages may call the Worker: an exact list of origins, compared as a whole.
//!
//! A browser sets the `Origin` header itself, and a page cannot change it. Programs other than browsers can send any value;
//! identities and rate limits stop those.

/// Why a request or a configured origin is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    #[error("there is no Origin header")]
    Missing,
    #[error("the page's origin is not allowed")]
    NotAllowed,
    #[error("an origin begins with https:// or http://")]
    Malformed,
}

/// Checks a request's `Origin` header. `own` is the origin of the requested URL, `others` are those that the operator allows
/// besides it.
///
/// # Errors
/// [`OriginError::Missing`] or [`OriginError::NotAllowed`].
pub fn check(origin: Option<&str>, own: &str, others: &[String]) -> Result<(), OriginError> {
    let origin = origin.ok_or(OriginError::Missing)?;
    if origin == own || others.iter().any(|other| other == origin) {
        Ok(())
    } else {
        Err(OriginError::NotAllowed)
    }
}

/// Parses a comma-separated list of origins; empty parts are skipped.
pub fn list(text: &str) -> impl Iterator<Item = Result<String, OriginError>> {
    text.split(',')
        .map(|origin| origin.trim().trim_end_matches('/'))
        .filter(|origin| !origin.is_empty())
        .map(parse)
}

/// Parses one origin. `null` above all is refused: every sandboxed page sends it.
fn parse(origin: &str) -> Result<String, OriginError> {
    if origin.starts_with("https://") || origin.starts_with("http://") {
        Ok(origin.to_owned())
    } else {
        Err(OriginError::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_36_only_exact_origins_pass() {
        let configured = " http://127.0.0.1:8080 ,https://chat.example.org/,null,*,,chat.example.net";
        let others: Vec<String> = list(configured).filter_map(Result::ok).collect();
        assert_eq!(list(configured).filter(Result::is_err).count(), 3);
        assert_eq!(others, ["http://127.0.0.1:8080", "https://chat.example.org"]);
        let passes = |origin| check(Some(origin), "https://good.com", &others) == Ok(());
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
        assert_eq!(check(None, "https://good.com", &others), Err(OriginError::Missing));
    }
}
