//! A bot, as the room knows it: who it is, what it may use, where its model is, and what that costs.
//!
//! The operator's bots come with [`crate::Config`]; those of the room's owner are made here, from a draft and the operator's
//! offer, so that no owner can point a bot at an address or a key of their own.

use models::{Api, Endpoint, Parameters};
use serde::{Deserialize, Serialize};
use shared::bot::LocalizedText;
use shared::{BotDraft, CardKind, Price, Seq};

use crate::Config;

/// A bot.
#[derive(Debug, Clone, PartialEq)]
pub struct Bot {
    /// What one writes after `@`.
    pub handle: String,
    /// Other words that call it.
    pub aliases: Vec<String>,
    /// What it is called on screen.
    pub name: LocalizedText,
    /// What it is for.
    pub about: LocalizedText,
    /// Which of the eight colours its jar has.
    pub colour: u8,
    /// Its instructions, the standing rules included.
    pub instructions: String,
    /// Changes when model, base URL or instructions change.
    pub fingerprint: String,
    /// Where its model is.
    pub route: ModelRoute,
    /// What its model costs, where that is known.
    pub price: Option<Price>,
    /// How its memory is kept.
    pub state: StateMode,
    /// What is sent with every turn.
    pub parameters: Parameters,
    /// The names of the tools that it may use.
    pub tools: Vec<String>,
    /// The form of its answers.
    pub card: Option<CardKind>,
    /// How much of the room it is given when it starts anew: messages, and bytes of their text.
    pub window: (usize, usize),
    /// Tokens in its chain beyond which it begins a new one, with a summary of the old.
    pub rotate_at: u64,
    /// How long it may take.
    pub timeouts: Timeouts,
    /// Whether the room's owner made it.
    pub is_custom: bool,
}

/// Where a bot's model is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRoute {
    /// What it speaks.
    pub api: Api,
    /// Its server and its name.
    pub endpoint: Endpoint,
    /// The name of the variable that holds the key. The room never sees the key.
    pub key: String,
}

impl Default for ModelRoute {
    fn default() -> Self {
        let endpoint = Endpoint { base_url: String::new(), model: String::new() };
        Self { api: Api::Responses, endpoint, key: String::new() }
    }
}

/// Where a bot's memory lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateMode {
    /// At the model's server, unless it turns out that it keeps none.
    Auto,
    /// At the model's server.
    Chain,
    /// Here: the transcript is sent every time.
    Replay,
}

/// How long a call may take, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the first byte.
    pub first_ms: u64,
    /// Between bytes.
    pub idle_ms: u64,
    /// In all.
    pub total_ms: u64,
}

impl Timeouts {
    /// For the API's own servers.
    pub const HOSTED: Self = Self { first_ms: 30_000, idle_ms: 60_000, total_ms: 180_000 };
    /// For servers elsewhere: a local model may have to be loaded first.
    pub const LOCAL: Self = Self { first_ms: 180_000, idle_ms: 60_000, total_ms: 300_000 };
}

/// A bot that the room's owner made, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomBot {
    /// What the owner wrote.
    pub draft: BotDraft,
    /// The place of its last change: another one means another memory.
    pub revision: Seq,
    /// Which of the eight colours its jar has.
    pub colour: u8,
}

/// What the bots of owners are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomBotPolicy {
    /// Models that an owner may choose, the usual one first.
    pub models: Vec<(ModelRoute, Option<Price>)>,
    /// What all of them share: rules, window, timeouts, memory.
    pub template: Bot,
}

/// Tokens of a text, about: three bytes a token holds for English and Korean alike, and errs upwards.
pub(crate) fn tokens(bytes: usize) -> u64 {
    u64::try_from(bytes.div_ceil(3)).unwrap_or(u64::MAX)
}

impl Bot {
    /// A bot with nothing but a handle and instructions, which costs nothing. What tests and owners' bots begin with.
    pub fn plain(handle: &str, instructions: &str) -> Self {
        Self {
            handle: handle.to_owned(),
            aliases: Vec::new(),
            name: LocalizedText::default(),
            about: LocalizedText::default(),
            colour: 0,
            instructions: instructions.to_owned(),
            fingerprint: String::new(),
            route: ModelRoute::default(),
            price: None,
            state: StateMode::Auto,
            parameters: Parameters::default(),
            tools: Vec::new(),
            card: None,
            window: (200, 60_000),
            rotate_at: 60_000,
            timeouts: Timeouts::HOSTED,
            is_custom: false,
        }
    }

    /// The bot as people see it. `chained` are the tokens of its memory.
    pub(crate) fn view(&self, chained: u64) -> shared::Bot {
        shared::Bot {
            handle: self.handle.clone(),
            aliases: self.aliases.clone(),
            name: self.name.clone(),
            about: self.about.clone(),
            colour: self.colour,
            price: self.price,
            reads: tokens(self.instructions.len()).saturating_add(chained),
            card: self.card,
            custom: self.is_custom,
        }
    }

    /// Whether a turn may continue the one before it at the model's server.
    pub(crate) fn may_chain(&self, is_stateless: bool) -> bool {
        self.route.api.keeps_chains()
            && match self.state {
                StateMode::Replay => false,
                StateMode::Auto => !is_stateless,
                StateMode::Chain => true,
            }
    }
}

impl CustomBot {
    /// The bot that this is, with the operator's rules. A model that is no longer offered becomes the usual one.
    pub(crate) fn bot(&self, custom_bots: &CustomBotPolicy) -> Bot {
        let Self { draft, revision, colour } = self;
        let template = custom_bots.template.clone();
        let chosen = custom_bots.models.iter().find(|(route, _)| route.endpoint.model == draft.model);
        let (route, price) = chosen
            .or_else(|| custom_bots.models.first())
            .cloned()
            .unwrap_or((template.route.clone(), template.price));
        let hundredths = |value: Option<u32>| value.map(|value| f64::from(value) / 100.0);
        let said = |text: &str| LocalizedText { en: text.to_owned(), ko: text.to_owned() };
        Bot {
            handle: draft.handle.clone(),
            aliases: draft.aliases.clone(),
            name: said(if draft.name.is_empty() { &draft.handle } else { &draft.name }),
            about: said(&draft.about),
            colour: *colour,
            instructions: format!(
                "You are @{}, a bot that the owner of this room made. This is what the owner wrote about you:\n\n{}\n\n{}",
                draft.handle, draft.instructions, template.instructions
            ),
            fingerprint: format!("{}.{}.{revision}", template.fingerprint, route.endpoint.model),
            route,
            price,
            parameters: Parameters {
                temperature: hundredths(draft.temperature).or(template.parameters.temperature),
                top_p: hundredths(draft.top_p).or(template.parameters.top_p),
                max_output_tokens: draft.max_output_tokens.or(template.parameters.max_output_tokens),
                reasoning_effort: Some(draft.reasoning_effort.clone())
                    .filter(|effort| !effort.is_empty())
                    .or(template.parameters.reasoning_effort),
                ..template.parameters
            },
            tools: draft.tools.iter().filter(|tool| template.tools.contains(tool)).cloned().collect(),
            is_custom: true,
            ..template
        }
    }
}

impl Config {
    /// A bot of this room.
    pub(crate) fn bot(&self, handle: &str) -> Option<&Bot> {
        self.bots.iter().find(|bot| bot.handle == handle)
    }

    /// What an owner may choose from.
    pub(crate) fn offer(&self) -> shared::BotOptions {
        let models = self.custom_bots.models.iter().map(|(route, _)| route.endpoint.model.clone());
        shared::BotOptions { models: models.collect(), tools: self.custom_bots.template.tools.clone() }
    }
}
