//! Reads `bots.toml`, `prices.toml` and `words.toml` while the Worker is being built, and writes them as Rust constants.
//!
//! serde and toml read the form; `checks`, `bots`, `parameters`, `prices` and `words` check what serde's types cannot express. An error
//! stops the build with the file, the line and the reason, so the Worker checks nothing when it starts. This crate runs on the
//! machine that builds; nothing of it is in the Worker.

mod bots;
mod checks;
mod error;
mod localized;
mod parameters;
mod prices;
mod rust;
mod words;

pub use bots::{Bot, Bots, Window};
pub use error::TableError;
pub use localized::LocalizedStr;
pub use parameters::Parameters;
pub use prices::{Price, Prices};
pub use words::Words;

/// Reads the text of `bots.toml`.
///
/// # Errors
/// Everything that is wrong, in the order of the lines; only the first error where the form is wrong (syntax, unknown or missing
/// key, type).
pub fn bots(text: &str) -> Result<Bots, Vec<TableError>> {
    bots::read(error::Source::new("bots.toml", text))
}

/// Reads the text of `prices.toml`.
///
/// # Errors
/// As [`bots`].
pub fn prices(text: &str) -> Result<Prices, Vec<TableError>> {
    prices::read(error::Source::new("prices.toml", text))
}

/// Reads the text of `words.toml`.
///
/// # Errors
/// As [`bots`].
pub fn words(text: &str) -> Result<Words, Vec<TableError>> {
    words::read(error::Source::new("words.toml", text))
}
