//! Puts the bots and the prices into the Worker, or stops the build at the line that is wrong.
#![allow(clippy::print_stdout, reason = "this is how cargo is told")]

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    make("bots.toml", "bots.rs", |text| tables::bots(text).map(|bots| bots.rust()));
    make("prices.toml", "prices.rs", |text| tables::prices(text).map(|prices| prices.rust()));
}

/// Writes one file of Rust from one of TOML. What is wrong is told to cargo, which then ends the build.
fn make(from: &str, to: &str, rust: impl Fn(&str) -> Result<String, Vec<tables::Fault>>) {
    println!("cargo::rerun-if-changed={from}");
    let text = match fs::read_to_string(from) {
        Ok(text) => text,
        Err(error) => return println!("cargo::error={from} cannot be read: {error}"),
    };
    match rust(&text) {
        Ok(rust) => {
            let folder = env::var_os("OUT_DIR").unwrap_or_default();
            if let Err(error) = fs::write(Path::new(&folder).join(to), rust) {
                println!("cargo::error={to} cannot be written: {error}");
            }
        }
        Err(faults) => faults.iter().for_each(|fault| println!("cargo::error={fault}")),
    }
}
