//! How long a server asks to wait, from its headers or its sentence. Not here: caps, and the wait itself.

/// Milliseconds from `retry-after-ms` or else `retry-after` (RFC 9110, section 10.2.3: seconds or a date). A date needs a
/// clock, and the server's own is in its `date` header: without that header a date says nothing. Absurd values are kept.
pub(crate) fn from_headers(headers: &[(String, String)]) -> Option<u64> {
    let header = |name| header(headers, name);
    let milliseconds = header("retry-after-ms").and_then(|value| scaled(value, 1.0));
    let seconds = || header("retry-after").and_then(|value| scaled(value, 1000.0));
    let date = || {
        let until = date_seconds(header("retry-after")?)?;
        let now = date_seconds(header("date")?)?;
        Some(until.saturating_sub(now).saturating_mul(1000))
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

/// Seconds since 1970 of a date as RFC 9110, section 5.6.7 prefers it: `Sun, 06 Nov 1994 08:49:37 GMT`. Not its two
/// obsolete forms.
fn date_seconds(date: &str) -> Option<u64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, date) = date.split_once(", ")?;
    let mut words = date.strip_suffix(" GMT")?.split([' ', ':']);
    let number = |word: Option<&str>, most: u64| word?.parse::<u64>().ok().filter(|number| *number <= most);
    let day = number(words.next(), 31)?;
    let month = words.next().and_then(|word| MONTHS.iter().position(|month| *month == word))?;
    let year = number(words.next(), 9999)?;
    let (hour, minute, second) =
        (number(words.next(), 23)?, number(words.next(), 59)?, number(words.next(), 60)?);
    // Years that begin in March put the leap day last, and then months have a closed form.
    let (year, month) = if month < 2 { (year.checked_sub(1)?, month + 10) } else { (year, month - 2) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month as u64 * 153 + 2) / 5 + day;
    // 719469 of these days lie before 1970-01-01, counted with the days of a month from 1.
    let days = days.checked_sub(719_469)?;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{date_seconds, from_duration, from_headers, from_sentence};

    fn check(headers: &[(&str, &str)], expected: Expect) {
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
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
    fn dates_are_counted_from_1970() {
        assert_eq!(date_seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(date_seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(date_seconds("Thu, 29 Feb 2024 12:00:00 GMT"), Some(1_709_208_000));
        assert_eq!(date_seconds("Fri, 31 Dec 1999 23:59:60 GMT"), Some(946_684_800));
        assert_eq!(date_seconds("Wed, 31 Dec 1969 23:59:59 GMT"), None);
        assert_eq!(date_seconds("Sun, 06 Nob 1994 08:49:37 GMT"), None);
        assert_eq!(date_seconds("Sunday, 06-Nov-94 08:49:37 GMT"), None);
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
