//! How long a server asks to wait, from its headers or its sentence. Not here: caps, and the wait itself.

/// Milliseconds from `retry-after-ms` or else `retry-after` (RFC 9110, section 10.2.3: seconds or a date). A date needs a
/// clock, and the server's own is in its `date` header: without that header a date says nothing. Absurd values are kept.
pub(crate) fn from_headers(headers: &[(String, String)]) -> Option<u64> {
    let header = |name| header(headers, name);
    let milliseconds = header("retry-after-ms").and_then(|value| scaled(value, 1.0));
    let seconds = || header("retry-after").and_then(|value| scaled(value, 1000.0));
    // A date counts from the server's own clock, which may differ from ours.
    let date = || {
        let until = httpdate::parse_http_date(header("retry-after")?).ok()?;
        let now = httpdate::parse_http_date(header("date")?).ok()?;
        let wait = until.duration_since(now).unwrap_or_default();
        u64::try_from(wait.as_millis()).ok()
    };
    milliseconds.or_else(seconds).or_else(date)
}

/// Milliseconds from a sentence as in "Please try again in 11.054s." or "… in 6m0s", which is all that an error inside a
/// stream has.
pub(crate) fn from_sentence(sentence: &str) -> Option<u64> {
    let sentence = sentence.to_ascii_lowercase();
    let (_, mut rest) = sentence.split_once("try again in").or_else(|| sentence.split_once("retry in"))?;
    let mut total: Option<u64> = None;
    loop {
        rest = rest.trim_start();
        let after_number =
            rest.trim_start_matches(|character: char| character.is_ascii_digit() || character == '.');
        let number = rest.strip_suffix(after_number)?;
        let after_unit =
            after_number.trim_start().trim_start_matches(|character: char| character.is_ascii_lowercase());
        let unit = after_number.trim_start().strip_suffix(after_unit)?;
        let factor = match unit {
            "ms" | "millisecond" | "milliseconds" => 1.0,
            "s" | "sec" | "second" | "seconds" => 1000.0,
            "m" | "min" | "minute" | "minutes" => 60_000.0,
            "h" | "hour" | "hours" => 3_600_000.0,
            "d" | "day" | "days" => 86_400_000.0,
            _ => return total,
        };
        let Some(part) = scaled(number, factor) else { return total };
        total = Some(total.unwrap_or(0).saturating_add(part));
        rest = after_unit;
    }
}

/// Milliseconds of a duration as JSON writes Protocol Buffers' `Duration`: `46s`, `1.5s`.
pub(crate) fn from_duration(duration: &str) -> Option<u64> {
    scaled(duration.strip_suffix('s')?, 1000.0)
}

/// The first header of this name, whatever its case.
pub(crate) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// A number that is not negative, times `factor`; too large a product becomes `u64::MAX`.
fn scaled(number: &str, factor: f64) -> Option<u64> {
    let number: f64 = number.parse().ok()?;
    (number.is_finite() && number >= 0.0).then(|| (number * factor).round() as u64)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{from_duration, from_headers, from_sentence};
    use crate::ERROR_HEADERS;

    /// Only the headers that a caller passes on count.
    fn check(headers: &[(&str, &str)], expected: Expect) {
        let passed_on =
            headers.iter().filter(|(name, _)| ERROR_HEADERS.contains(&name.to_ascii_lowercase().as_str()));
        let headers: Vec<_> =
            passed_on.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        expected.assert_eq(&format!("{:?}", from_headers(&headers)));
    }

    #[test]
    fn headers_say_milliseconds_seconds_or_a_date() {
        check(&[], expect!["None"]);
        check(&[("Retry-After", "2")], expect!["Some(2000)"]);
        check(&[("retry-after", " 1.5 ")], expect!["Some(1500)"]);
        check(&[("retry-after", "20"), ("retry-after-ms", "250")], expect!["Some(250)"]);
        check(&[("retry-after", "20"), ("retry-after-ms", "soon")], expect!["Some(20000)"]);
        check(&[("retry-after", "-1")], expect!["None"]);
        check(&[("retry-after", "NaN")], expect!["None"]);
        check(&[("retry-after", "99999999999999999999999999")], expect!["Some(18446744073709551615)"]);
    }

    #[test]
    fn a_date_counts_from_the_servers_own_clock() {
        let until = ("retry-after", "Sat, 01 Mar 2025 00:00:30 GMT");
        check(&[until, ("date", "Fri, 28 Feb 2025 23:59:50 GMT")], expect!["Some(40000)"]);
        check(&[until, ("date", "Sun, 02 Mar 2025 00:00:00 GMT")], expect!["Some(0)"]);
        check(&[until], expect!["None"]);
        check(&[until, ("date", "yesterday")], expect!["None"]);
    }

    #[test]
    fn durations_are_seconds() {
        assert_eq!(from_duration("46s"), Some(46_000));
        assert_eq!(from_duration("0.25s"), Some(250));
        assert_eq!(from_duration("-1s"), None);
        assert_eq!(from_duration("46"), None);
        assert_eq!(from_duration("soon"), None);
    }

    #[test]
    fn sentences_say_it_in_words() {
        assert_eq!(from_sentence("Limit 30000. Please try again in 11.054s. Visit …"), Some(11_054));
        assert_eq!(from_sentence("Please TRY AGAIN IN 20ms"), Some(20));
        assert_eq!(from_sentence("try again in 6m0s."), Some(360_000));
        assert_eq!(from_sentence("try again in 1h2m3s"), Some(3_723_000));
        assert_eq!(from_sentence("try again in 2 seconds"), Some(2_000));
        assert_eq!(from_sentence("Please retry in 46s"), Some(46_000));
        assert_eq!(from_sentence("try again in 30"), None);
        assert_eq!(from_sentence("try again in a moment"), None);
        assert_eq!(from_sentence("try again in 1.2.3s"), None);
        assert_eq!(from_sentence("try again in"), None);
        assert_eq!(from_sentence("try again later"), None);
    }
}
