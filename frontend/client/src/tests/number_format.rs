//! Numbers as people read and type them.

use crate::number_format::{
    InvalidNumber, format_approximate_dollars, format_dollars, format_hundredths, group_thousands,
    parse_hundredths,
};

#[test]
fn thousands_are_separated() {
    for (number, text) in [(0, "0"), (12, "12"), (999, "999"), (1_204, "1,204"), (1_234_567, "1,234,567")] {
        assert_eq!(group_thousands(number), text);
    }
}

#[test]
fn dollars_are_short_and_small_amounts_are_not_zero() {
    for (micro, text) in [
        (0, "$0.00"),
        (1, "<$0.0001"),
        (49, "<$0.0001"),
        (50, "$0.0001"),
        (412, "$0.0004"),
        (250_000, "$0.25"),
        (100_000, "$0.10"),
        (12_345, "$0.0123"),
        (999_949, "$0.9999"),
        (5_000_000, "$5.00"),
        (1_234_567_890, "$1,234.57"),
    ] {
        assert_eq!(format_dollars(micro), text, "{micro}");
    }
    assert_eq!(
        (format_approximate_dollars(412), format_approximate_dollars(3), format_approximate_dollars(0)),
        ("≈$0.0004".to_owned(), "<$0.0001".to_owned(), "$0.00".to_owned())
    );
    assert!(!format_dollars(u64::MAX).is_empty());
}

#[test]
fn typed_numbers_are_read_as_hundredths() {
    for (typed, number) in [
        ("", Ok(None)),
        ("0", Ok(Some(0))),
        ("1", Ok(Some(100))),
        ("0.7", Ok(Some(70))),
        (".7", Ok(Some(70))),
        ("0,75", Ok(Some(75))),
        ("1.", Ok(Some(100))),
        ("0.755", Err(InvalidNumber)),
        ("-1", Err(InvalidNumber)),
        ("1e2", Err(InvalidNumber)),
        ("much", Err(InvalidNumber)),
        ("99999999999", Err(InvalidNumber)),
    ] {
        assert_eq!(parse_hundredths(typed), number, "{typed}");
    }
    assert_eq!(
        (format_hundredths(Some(70)), format_hundredths(Some(105)), format_hundredths(None)),
        ("0.70".to_owned(), "1.05".to_owned(), String::new())
    );
}
