//! Medians, percentiles, and tables in Markdown.

/// The middle of the values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The median of one number of each measurement.
pub(crate) fn median_of<T>(measurements: &[T], number: impl Fn(&T) -> f64) -> f64 {
    median(&mut measurements.iter().map(number).collect::<Vec<_>>())
}

/// The median and the 99th percentile of microseconds, in milliseconds.
pub(crate) fn percentiles(mut micros: Vec<u64>) -> (f64, f64) {
    micros.sort_unstable();
    let at = |percent: usize| {
        let value = micros.get((micros.len() * percent / 100).min(micros.len().saturating_sub(1)));
        value.map_or(f64::NAN, |value| *value as f64 / 1_000.0)
    };
    (at(50), at(99))
}

/// Prints a table with aligned columns.
pub(crate) fn print_table(title: &str, heads: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([heads[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |cells: &[String]| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!(" {cell:width$} |"));
        format!("|{}", cells.collect::<String>())
    };
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    println!("\n{title}\n{}\n{}", line(&heads), line(&rule));
    for row in rows {
        println!("{}", line(row));
    }
    println!();
}
