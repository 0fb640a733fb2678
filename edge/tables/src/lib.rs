//! Reads `bots.toml` and `prices.toml` while the Worker is being built, and writes them as Rust.
//!
//! Whatever is wrong in them stops the build with the file, the line and the reason, so that no Worker has to check them
//! again. This crate runs on the machine that builds; nothing of it is in the Worker.

mod bots;
mod fault;
mod parameters;
mod prices;
mod read;
mod rust;

pub use bots::{Bot, Bots, LocalizedStr};
pub use fault::Fault;
pub use parameters::Parameters;
pub use prices::{Price, Prices};

/// The APIs that a bot may name: the words of `models::Api`.
pub const APIS: [&str; 3] = ["responses", "chat_completions", "gemini"];
/// The tools that a bot may name: those of `room::tools`.
pub const TOOLS: [&str; 3] = ["get_current_weather", "current_time", "search_room"];

/// Reads the text of `bots.toml`.
pub fn bots(text: &str) -> Result<Bots, Vec<Fault>> {
    let source = read::Source::new("bots.toml", text);
    let bots = source.root().map(|root| bots::read(&root));
    source.end(bots)
}

/// Reads the text of `prices.toml`.
pub fn prices(text: &str) -> Result<Prices, Vec<Fault>> {
    let source = read::Source::new("prices.toml", text);
    let prices = source.root().map(|root| prices::read(&root));
    source.end(prices)
}
