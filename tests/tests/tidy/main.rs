//! Checks of the repository's own rules that no compiler makes: what crates depend on, how long files and functions are,
//! that no modules import each other in a circle.
//!
//! A rule that not every crate follows yet has a list of the crates that it is checked for. Not here: formatting and lints
//! (rustfmt and clippy), and what the documents say (`tests/tests/specification`).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a failing assertion is how a test reports; fixtures are known to fit"
)]

mod comments;
mod crates;
mod dependencies;
mod lengths;
mod locks;
mod modules;
mod page;
mod scan;
