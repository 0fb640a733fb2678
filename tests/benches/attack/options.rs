//! The command line.

use std::time::Duration;

use crate::{HISTORY, KILLS, PARTS};

#[derive(Debug)]
pub(crate) struct Options {
    /// The parts to run; none named means all but `kills`.
    parts: Vec<String>,
    /// The port of a running instance on this machine.
    pub(crate) port: Option<u16>,
    /// How long an attack lasts that has no length of its own.
    pub(crate) time: Duration,
    /// How often the runtime is killed.
    pub(crate) kills: u32,
    /// How often clients reconnect, at least, while the runtime runs.
    pub(crate) reconnects: u32,
    /// How many times as long a message of bystanders may take during an attack, in the 99th percentile; `None` prints only.
    pub(crate) bound: Option<f64>,
    names_kills: bool,
}

impl Options {
    /// Reads the command line without the program's name.
    ///
    /// # Errors
    /// What is wrong with it. An instance must be on this machine: attacking others is not what this is for.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            parts: Vec::new(),
            port: None,
            time: Duration::from_secs(8),
            kills: 10,
            reconnects: 100,
            bound: None,
            names_kills: false,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
            let number = |text: String| text.parse().map_err(|_| format!("{text} is no number"));
            match argument.as_str() {
                "--url" => options.port = Some(local_port(&value()?)?),
                "--seconds" => options.time = Duration::from_secs(u64::from(number(value()?)?)),
                "--kills" => (options.kills, options.names_kills) = (number(value()?)?, true),
                "--reconnects" => (options.reconnects, options.names_kills) = (number(value()?)?, true),
                "--bound" => options.bound = Some(ratio(&value()?)?),
                // Added by cargo.
                "--bench" => {}
                part if PARTS.contains(&part) || part == KILLS || part == HISTORY => {
                    options.parts.push(part.to_owned())
                }
                part => return Err(format!("There is no part {part}; the parts are {}.", PARTS.join(", "))),
            }
        }
        if options.port.is_some() && options.wants_kills() {
            return Err("an instance that somebody else started is not killed".to_owned());
        }
        Ok(options)
    }

    pub(crate) fn wants(&self, part: &str) -> bool {
        let is_named = self.parts.iter().any(|wanted| wanted == part);
        is_named || (self.parts.is_empty() && !self.names_kills)
    }

    pub(crate) fn wants_kills(&self) -> bool {
        self.names_kills || self.parts.iter().any(|part| part == KILLS)
    }
}

/// A ratio that is at least 1: without an attack it is about 1.
fn ratio(text: &str) -> Result<f64, String> {
    let ratio: Option<f64> = text.parse().ok().filter(|ratio| *ratio >= 1.0);
    ratio.ok_or_else(|| format!("{text} is no ratio of at least 1"))
}

fn local_port(url: &str) -> Result<u16, String> {
    let rest = url.trim_end_matches('/').strip_prefix("http://127.0.0.1:");
    rest.and_then(|port| port.parse().ok()).ok_or_else(|| format!("{url} is not http://127.0.0.1:PORT"))
}
