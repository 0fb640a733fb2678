//! Compiles `bots.toml`, `prices.toml` and `words.toml` into the Worker, or stops the build with the file, line and reason of each error.
#![allow(clippy::print_stdout, reason = "cargo reads the standard output of build scripts")]

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    generate("bots.toml", "bots.rs", |text| tables::bots(text).map(|bots| bots.rust()));
    generate("prices.toml", "prices.rs", |text| tables::prices(text).map(|prices| prices.rust()));
    generate("words.toml", "words.rs", |text| tables::words(text).map(|words| words.rust()));
}

/// Generates a Rust file from a TOML file. Errors are printed for cargo, which then stops the build.
fn generate(from: &str, to: &str, rust: impl Fn(&str) -> Result<String, Vec<tables::TableError>>) {
    println!("cargo::rerun-if-changed={from}");
    let text = match fs::read_to_string(from) {
        Ok(text) => text,
        Err(error) => {
            return println!("cargo::error={from} cannot be read, so the Worker is not built: {error}");
        }
    };
    match rust(&text) {
        Ok(rust) => {
            let folder = env::var_os("OUT_DIR").unwrap_or_default();
            if let Err(error) = fs::write(Path::new(&folder).join(to), rust) {
                println!("cargo::error={to} cannot be written, so the Worker is not built: {error}");
            }
        }
        Err(errors) => errors.iter().for_each(|error| println!("cargo::error={error}")),
    }
}
