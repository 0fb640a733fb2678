//! Writes the tables as Rust constants, which the Worker includes, so that it parses nothing when it starts.
//!
//! The types named here are in `edge/src/bots/built_in.rs`, `edge/src/bots/prices.rs` and `edge/src/moderation/word_list.rs`.

use std::fmt::{Debug, Write as _};

use toml::Spanned;

use crate::{Bot, Bots, LocalizedStr, Parameters, Price, Prices, Words};

impl Bots {
    /// `RULES` and `BOTS`.
    pub fn rust(&self) -> String {
        let mut out = format!("pub(crate) static RULES: LocalizedStr = {};\n", self.rules.rust());
        let _ = writeln!(out, "pub(crate) static BOTS: [BuiltInBot; {}] = [", self.bots.len());
        for bot in &self.bots {
            let _ = writeln!(out, "    {},", bot.get_ref().rust());
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

impl Words {
    /// `WORDS` and `EXCEPT`, both sorted.
    pub fn rust(&self) -> String {
        let Self { words, except } = self;
        format!(
            "static WORDS: [&str; {}] = {words:?};\nstatic EXCEPT: [&str; {}] = {except:?};\n",
            words.len(),
            except.len()
        )
    }
}

// The `Debug` forms of texts, numbers, options and lists of these are Rust.

impl LocalizedStr {
    fn rust(&self) -> String {
        format!("LocalizedStr {{ en: {:?}, ko: {:?} }}", self.en.get_ref(), self.ko.get_ref())
    }
}

impl Price {
    fn rust(self) -> String {
        format!("Price {{ input: {}, cached: {}, output: {} }}", self.input, self.cached, self.output)
    }
}

impl Bot {
    fn rust(&self) -> String {
        let window = self.window.as_ref().map(|window| (*window.messages.get_ref(), *window.bytes.get_ref()));
        let base_url = self.base_url.as_ref().map(|url| url.get_ref().trim_end_matches('/'));
        let parameters = self.parameters.as_ref().map(|parameters| parameters.get_ref().clone());
        let knowledge = self.knowledge.as_ref().map_or_else(
            || "None".to_owned(),
            |file| {
                format!("Some(include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{}\")))", file.get_ref())
            },
        );
        format!(
            "BuiltInBot {{ handle: {:?}, aliases: &{}, name: {}, about: {}, colour: {}, instructions: {}, api: {}, \
             model: {}, base_url: {base_url:?}, key: {}, parameters: {}, tools: &{}, card: {}, schema: {}, knowledge: {knowledge}, \
             window: {window:?}, \
             rotate_at: {}, alternatives: {} }}",
            self.handle.get_ref(),
            list(&self.aliases),
            self.name.rust(),
            self.about.rust(),
            self.colour.get_ref(),
            self.instructions.get_ref().rust(),
            option(self.api.as_ref()),
            option(self.model.as_ref()),
            option(self.key.as_ref()),
            parameters.unwrap_or_default().rust(),
            list(&self.tools),
            option(self.card.as_ref()),
            option(self.schema.as_ref()),
            option(self.rotate_at.as_ref()),
            self.alternatives.as_ref().map_or(1, |count| *count.get_ref()),
        )
    }
}

impl Parameters {
    fn rust(&self) -> String {
        let number = |token: &Spanned<String>| token.get_ref().parse::<u32>().unwrap_or_default();
        let logit_bias: Vec<(u32, i64)> =
            self.logit_bias.iter().map(|(token, bias)| (number(token), *bias.get_ref())).collect();
        format!(
            "BuiltInParameters {{ temperature: {}, top_p: {}, frequency_penalty: {}, presence_penalty: {}, \
             max_output_tokens: {}, stop: &{}, reasoning_effort: {}, thinking_budget: {}, verbosity: {}, \
             logit_bias: &{logit_bias:?}, tool_choice: {} }}",
            option(self.temperature.as_ref()),
            option(self.top_p.as_ref()),
            option(self.frequency_penalty.as_ref()),
            option(self.presence_penalty.as_ref()),
            option(self.max_output_tokens.as_ref()),
            list(&self.stop),
            option(self.reasoning_effort.as_ref()),
            option(self.thinking_budget.as_ref()),
            option(self.verbosity.as_ref()),
            option(self.tool_choice.as_ref()),
        )
    }
}

fn option<T: Debug>(value: Option<&Spanned<T>>) -> String {
    format!("{:?}", value.map(Spanned::get_ref))
}

fn list<T: Debug>(values: &[Spanned<T>]) -> String {
    format!("{:?}", values.iter().map(Spanned::get_ref).collect::<Vec<_>>())
}
