//! Compares the table of the operator's log in `docs/operations.md` with the events that the Worker logs.

use std::collections::BTreeSet;

/// The functions whose first argument is an event.
const LOGGERS: [&str; 4] = ["log::error(", "log::warn(", "log_error(", "leases_failed("];

/// The events that a source logs.
pub(crate) fn logged(source: &str) -> BTreeSet<String> {
    let after = LOGGERS.iter().flat_map(|logger| source.split(logger).skip(1));
    let named = after.filter_map(|text| text.trim_start().strip_prefix('"')?.split_once('"'));
    named.map(|(event, _)| event.to_owned()).collect()
}

/// The events of the table: the first column of the section on the log.
pub(crate) fn documented(document: &str) -> BTreeSet<String> {
    let section = document.split("\n## Log\n").nth(1).unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" |"));
    let events =
        rows.flat_map(|(cell, _)| cell.split("`, `").map(|event| event.trim_matches('`').to_owned()));
    events.collect()
}

#[test]
fn events_are_found_in_sources_and_documents() {
    let source = "log::error(\n    \"a_b\", &[]); self.log_error(\"c\", &error, then); log::warn(name, &[])";
    assert_eq!(logged(source), ["a_b", "c"].map(str::to_owned).into());
    let document = "## Log\nText\n\n## Log\n| event | means |\n| `a_b`, `c` | x |\n| `d` | y |\n";
    assert_eq!(documented(document), ["a_b", "c", "d"].map(str::to_owned).into());
}
