//! Numbers as people read them.

use crate::figures::{about, grouped, money};

#[test]
fn thousands_stand_apart() {
    for (number, text) in [(0, "0"), (12, "12"), (999, "999"), (1_204, "1,204"), (1_234_567, "1,234,567")] {
        assert_eq!(grouped(number), text);
    }
}

#[test]
fn money_is_short_and_never_nothing_for_something() {
    for (micro, text) in [
        (0, "$0.0000"),
        (1, "<$0.0001"),
        (49, "<$0.0001"),
        (50, "$0.0001"),
        (412, "$0.0004"),
        (12_345, "$0.0123"),
        (999_949, "$0.9999"),
        (5_000_000, "$5.00"),
        (1_234_567_890, "$1,234.57"),
    ] {
        assert_eq!(money(micro), text, "{micro}");
    }
    assert_eq!(
        (about(412), about(3), about(0)),
        ("≈$0.0004".to_owned(), "<$0.0001".to_owned(), "$0.0000".to_owned())
    );
    assert!(!money(u64::MAX).is_empty());
}
