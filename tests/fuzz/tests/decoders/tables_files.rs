//! The operator's tables, which are read while the Worker is built.

use proptest::prelude::*;

use crate::{corpus, mutation};

fn bots() -> Vec<String> {
    // The first bots: the whole file takes a debug build milliseconds for each case.
    let whole = corpus::file("edge/bots.toml");
    let first: Vec<&str> = whole.split("[[bot]]").take(3).collect();
    vec![first.join("[[bot]]")]
}

proptest! {
    #[test]
    fn case_160_any_file_of_bots_is_read_or_its_errors_are_told(text in mutation::text(bots())) {
        match tables::bots(&text) {
            Ok(bots) => drop(bots.rust()),
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }

    #[test]
    fn case_160_any_file_of_prices_is_read_or_its_errors_are_told(
        text in mutation::text(vec![corpus::file("edge/prices.toml")])
    ) {
        match tables::prices(&text) {
            Ok(prices) => drop(prices.rust()),
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }
}
