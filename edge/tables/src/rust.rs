//! The tables as Rust, which the Worker includes: constants, so that it parses nothing when it wakes.
//!
//! `edge/src/made.rs` and `edge/src/prices.rs` have the types that are named here.

use std::fmt::Write as _;

use crate::{Bot, Bots, LocalizedStr, Parameters, Price, Prices};

impl Bots {
    /// `RULES` and `BOTS`.
    pub fn rust(&self) -> String {
        let mut out = format!("pub(crate) static RULES: LocalizedStr = {};\n", self.rules.rust());
        let _ = writeln!(out, "pub(crate) static BOTS: [Made; {}] = [", self.bots.len());
        for bot in &self.bots {
            let _ = writeln!(out, "    {},", bot.rust());
        }
        out + "];\n"
    }
}

impl Prices {
    /// `DATE`, `UNLISTED` and `MODELS`, sorted by name.
    pub fn rust(&self) -> String {
        let mut out =
            format!("/// When the prices were collected.\npub const DATE: &str = {:?};\n", self.date);
        let _ = writeln!(out, "const UNLISTED: Price = {};", self.unlisted.rust());
        let _ = writeln!(out, "static MODELS: [(&str, Price); {}] = [", self.models.len());
        for (name, price) in &self.models {
            let _ = writeln!(out, "    ({name:?}, {}),", price.rust());
        }
        out + "];\n"
    }
}

// The `Debug` forms of texts, numbers, options and lists of these are Rust.

impl LocalizedStr {
    fn rust(&self) -> String {
        format!("LocalizedStr {{ en: {:?}, ko: {:?} }}", self.en, self.ko)
    }
}

impl Price {
    fn rust(self) -> String {
        format!("Price {{ input: {}, cached: {}, output: {} }}", self.input, self.cached, self.output)
    }
}

impl Bot {
    fn rust(&self) -> String {
        let Self {
            handle, aliases, colour, api, model, base_url, key, tools, card, window, rotate_at, ..
        } = self;
        let (name, about, instructions) = (self.name.rust(), self.about.rust(), self.instructions.rust());
        format!(
            "Made {{ handle: {handle:?}, aliases: &{aliases:?}, name: {name}, about: {about}, colour: {colour}, \
             instructions: {instructions}, api: {api:?}, model: {model:?}, base_url: {base_url:?}, key: {key:?}, \
             parameters: {}, tools: &{tools:?}, card: {card:?}, window: {window:?}, rotate_at: {rotate_at:?} }}",
            self.parameters.rust()
        )
    }
}

impl Parameters {
    fn rust(&self) -> String {
        let Self { temperature, top_p, frequency_penalty, presence_penalty, max_output_tokens, .. } = self;
        let Self { stop, reasoning_effort, thinking_budget, verbosity, .. } = self;
        format!(
            "MadeParameters {{ temperature: {temperature:?}, top_p: {top_p:?}, frequency_penalty: \
             {frequency_penalty:?}, presence_penalty: {presence_penalty:?}, max_output_tokens: {max_output_tokens:?}, \
             stop: &{stop:?}, reasoning_effort: {reasoning_effort:?}, thinking_budget: {thinking_budget:?}, \
             verbosity: {verbosity:?} }}"
        )
    }
}
