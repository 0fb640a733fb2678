//! The command line of the benchmark.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// The rows of the part `rooms` that are measured when none are named.
const ROWS: &str = "10x20,100x20,1000x20,1000x50,200x200";

/// What is measured, and for how long.
#[derive(Debug)]
pub(crate) struct Options {
    /// The parts that are measured; all of them when none is named.
    parts: Vec<String>,
    /// How often everything is measured; tables show medians.
    pub(crate) rounds: usize,
    /// How long messages are sent, or answers streamed, in each round.
    pub(crate) time: Duration,
    pub(crate) rows: Vec<Row>,
    /// Other servers that are measured besides.
    pub(crate) externals: Vec<External>,
}

/// How many sockets a room has, and how many messages a second are written there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) sockets: usize,
    pub(crate) rate: u32,
}

/// Another chat server for comparison.
#[derive(Clone, Debug)]
pub(crate) struct External {
    pub(crate) name: String,
    /// Holds its `wrangler.toml`, and its `bench.json` (`dialect.rs`).
    pub(crate) folder: PathBuf,
}

impl Options {
    /// Reads the command line without the program's name.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Self {
        let mut options = Self {
            parts: Vec::new(),
            rounds: 3,
            time: Duration::from_secs(8),
            rows: rows(ROWS),
            externals: Vec::new(),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().unwrap_or_else(|| panic!("{argument} needs a value"));
            match argument.as_str() {
                "--rounds" => options.rounds = value().parse().expect("--rounds is a number"),
                "--seconds" => {
                    options.time = Duration::from_secs(value().parse().expect("--seconds is a number"));
                }
                "--rows" => options.rows = rows(&value()),
                "--external" => options.externals.push(External::parse(&value())),
                // Added by cargo.
                "--bench" => {}
                part => options.parts.push(part.to_owned()),
            }
        }
        options
    }

    /// Whether a part is to be measured.
    pub(crate) fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }

    /// The first named part that is none of these.
    pub(crate) fn unknown_part(&self, known: &[&str]) -> Option<&str> {
        self.parts.iter().map(String::as_str).find(|part| !known.contains(part))
    }
}

impl Row {
    pub(crate) fn name(self) -> String {
        format!("{} × {}", self.sockets, self.rate)
    }
}

impl External {
    /// Reads `NAME=FOLDER`; the folder is relative to the repository.
    fn parse(text: &str) -> Self {
        let (name, folder) = text.split_once('=').expect("--external is NAME=FOLDER");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        Self { name: name.to_owned(), folder: root.join(folder) }
    }
}

/// Reads `10x20,100x20`.
fn rows(text: &str) -> Vec<Row> {
    let row = |text: &str| {
        let (sockets, rate) = text.split_once(['x', '×'])?;
        Some(Row { sockets: sockets.trim().parse().ok()?, rate: rate.trim().parse().ok()? })
    };
    text.split(',').map(|text| row(text).unwrap_or_else(|| panic!("{text} is not SOCKETSxRATE"))).collect()
}
