//! Scripts: what happens to a client, line by line, and what it does about it. The words are listed at [`Script::run`].
#![allow(clippy::string_slice, reason = "a test may panic")]

mod bots;
mod completing;
mod connecting;
mod figures;
mod hinting;
mod joining;
mod messages;
mod outbox;
mod promises;
mod random;
mod receiving;
mod refusals;
mod room;
mod script;
mod sentences;
mod words;
mod writing;

use script::{Script, check};

#[test]
fn the_crate_is_pure() {
    // No clock, no random source, nothing of a browser: the list of dependencies is the proof.
    let manifest = include_str!("../../Cargo.toml");
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split('[').next().unwrap();
    let names: Vec<&str> =
        dependencies.lines().filter_map(|line| line.split(['.', ' ', '=']).next()).collect();
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    assert_eq!(names, ["shared"]);
}
