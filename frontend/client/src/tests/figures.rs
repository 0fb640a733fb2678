//! Numbers as people read them.

use crate::figures::{about, decimal, grouped, hundredths, money};

#[test]
fn thousands_stand_apart() {
    for (number, text) in [(0, "0"), (12, "12"), (999, "999"), (1_204, "1,204"), (1_234_567, "1,234,567")] {
        assert_eq!(grouped(number), text);
    }
}

#[test]
fn money_is_short_and_never_nothing_for_something() {
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
        assert_eq!(money(micro), text, "{micro}");
    }
    assert_eq!(
        (about(412), about(3), about(0)),
        ("≈$0.0004".to_owned(), "<$0.0001".to_owned(), "$0.00".to_owned())
    );
    assert!(!money(u64::MAX).is_empty());
}

#[test]
fn typed_numbers_are_hundredths() {
    for (typed, number) in [
        ("", None),
        ("0", Some(0)),
        ("1", Some(100)),
        ("0.7", Some(70)),
        (".7", Some(70)),
        ("0,75", Some(75)),
        ("1.", Some(100)),
        ("0.755", Some(u32::MAX)),
        ("-1", Some(u32::MAX)),
        ("1e2", Some(u32::MAX)),
        ("much", Some(u32::MAX)),
        ("99999999999", Some(u32::MAX)),
    ] {
        assert_eq!(hundredths(typed), number, "{typed}");
    }
    assert_eq!(
        (decimal(Some(70)), decimal(Some(105)), decimal(None)),
        ("0.70".to_owned(), "1.05".to_owned(), String::new())
    );
}
