//! Single numbers, each beside what it should be at most.

use crate::statistics::print_table;

/// What was measured, and what it should be.
pub(crate) struct Finding {
    pub(crate) what: &'static str,
    pub(crate) value: f64,
    pub(crate) most: f64,
    pub(crate) unit: &'static str,
}

/// Prints findings as a table that tells which ones are too large.
pub(crate) fn print(title: &str, findings: impl IntoIterator<Item = Finding>) {
    let row = |finding: Finding| {
        let Finding { what, value, most, unit } = finding;
        let verdict = if value <= most { "" } else { "too large" };
        vec![what.to_owned(), format!("{value:.2} {unit}"), format!("{most:.2} {unit}"), verdict.to_owned()]
    };
    let rows: Vec<_> = findings.into_iter().map(row).collect();
    print_table(title, &["what", "measured", "at most", ""], &rows);
}
