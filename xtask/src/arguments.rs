//! The words after `cargo xtask`, taken one by one. Not a parser of options in general: four commands do not need one.

use std::ffi::OsString;

use anyhow::{Context, bail};

/// What is left of the command line.
pub(crate) struct Arguments {
    words: std::collections::VecDeque<OsString>,
}

impl Arguments {
    pub(crate) fn of_process() -> Self {
        Self { words: std::env::args_os().skip(1).collect() }
    }

    /// The first word, which names the command.
    pub(crate) fn command(&mut self) -> Option<String> {
        self.words.pop_front().map(|word| word.to_string_lossy().into_owned())
    }

    /// The next option, without its value.
    pub(crate) fn option(&mut self) -> anyhow::Result<Option<String>> {
        let Some(word) = self.words.pop_front() else { return Ok(None) };
        let word = word.to_string_lossy().into_owned();
        // `--port=1` is two words to the rest of this file.
        if let Some((option, value)) = word.split_once('=')
            && option.starts_with("--")
        {
            self.words.push_front(value.into());
            return Ok(Some(option.to_owned()));
        }
        if !word.starts_with('-') {
            bail!("`{word}` is not an option; `cargo xtask help` lists them");
        }
        Ok(Some(word))
    }

    /// The value of the option that was just taken.
    pub(crate) fn value(&mut self, option: &str) -> anyhow::Result<OsString> {
        self.words.pop_front().with_context(|| format!("{option} needs a value after it"))
    }

    /// Everything that is left, for another program.
    pub(crate) fn rest(self) -> Vec<OsString> {
        self.words.into()
    }
}

/// The error for an option that a command does not have.
pub(crate) fn unknown(option: &str) -> anyhow::Error {
    anyhow::anyhow!("there is no option `{option}`; `cargo xtask help` lists them")
}
