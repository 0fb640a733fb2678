//! A bot as the room knows it: its names, instructions, model, tools and prices.
//!
//! Built-in bots come with [`crate::Config`]. A custom bot is built here from its draft and the operator's policy, so that no
//! owner can point a bot at an address or a key of their own.

use models::{Api, Endpoint, Parameters, families};
use serde::{Deserialize, Serialize};
use shared::bot::LocalizedText;
use shared::{BotDraft, CardKind, Price, Seq, tokens};

/// A built-in or custom bot.
#[derive(Debug, Clone, PartialEq)]
pub struct Bot {
    /// The word after `@` that mentions it.
    pub handle: String,
    /// Other words after `@` that mention it.
    pub aliases: Vec<String>,
    /// The name shown on the page.
    pub name: LocalizedText,
    /// What it is for, shown on the page.
    pub about: LocalizedText,
    /// Which of the eight avatar colours it has.
    pub colour: u8,
    /// The instructions sent with every turn, including the rules that all bots share.
    pub instructions: String,
    /// Changes when model, base URL or instructions change; the bot then starts a new chain.
    pub fingerprint: String,
    pub route: ModelRoute,
    /// The price of its model, where it is known. Calls without a price count as free.
    pub price: Option<Price>,
    pub state: StateMode,
    /// Sent with every turn.
    pub parameters: Parameters,
    /// The names of the tools that it may use.
    pub tools: Vec<String>,
    /// The kind of card that its answers are; `None` for text.
    pub card: Option<CardKind>,
    /// How much of the log a prompt holds at most: messages, and bytes of their text.
    pub window: (usize, usize),
    /// Tokens in its chain from which on it summarizes the chain and starts a new one.
    pub rotate_at: u64,
    pub timeouts: Timeouts,
    /// Whether it is a custom bot.
    pub is_custom: bool,
}

/// How to reach a bot's model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRoute {
    pub api: Api,
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

/// Where a bot's memory of the room is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateMode {
    /// At the model server, as long as it proves to keep responses.
    Auto,
    /// At the model server.
    Chain,
    /// Nowhere: every turn sends the transcript.
    Replay,
}

/// How long a call may take, in milliseconds. A call that takes longer fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the first byte.
    pub first_ms: u64,
    /// Between two chunks of bytes.
    pub idle_ms: u64,
    /// From the first call of the run to its end.
    pub total_ms: u64,
}

impl Timeouts {
    /// For the providers' own servers.
    pub const HOSTED: Self = Self { first_ms: 30_000, idle_ms: 60_000, total_ms: 180_000 };
    /// For other servers: a local model may have to be loaded first.
    pub const LOCAL: Self = Self { first_ms: 180_000, idle_ms: 60_000, total_ms: 300_000 };
}

/// A custom bot as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomBot {
    pub draft: BotDraft,
    /// The `seq` of its last change. It is part of the fingerprint, so a changed bot starts a new chain.
    pub revision: Seq,
    /// Which of the eight avatar colours it has.
    pub colour: u8,
}

/// The operator's rules for custom bots.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomBotPolicy {
    /// Models that an owner may choose, the default first.
    pub models: Vec<(ModelRoute, Option<Price>)>,
    /// What all custom bots share: instructions, window, timeouts, state mode.
    pub template: Bot,
}

impl Bot {
    /// A bot with a handle, instructions and no price, for tests and as the base of the template of custom bots.
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

    /// The bot as clients are told of it. `chain_tokens` are those of its chain.
    pub(crate) fn view(&self, chain_tokens: u64) -> shared::Bot {
        shared::Bot {
            handle: self.handle.clone(),
            aliases: self.aliases.clone(),
            name: self.name.clone(),
            about: self.about.clone(),
            colour: self.colour,
            price: self.price,
            reads: tokens::estimate(&self.instructions).likely.saturating_add(chain_tokens),
            card: self.card,
            custom: self.is_custom,
        }
    }

    /// Whether a turn may continue the one before it at the model server.
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
    /// Builds the bot by the operator's policy. A model that is no longer offered becomes the default one.
    pub(crate) fn build(&self, policy: &CustomBotPolicy) -> Bot {
        let Self { draft, revision, colour } = self;
        let template = policy.template.clone();
        let chosen = policy.models.iter().find(|(route, _)| route.endpoint.model == draft.model);
        let (route, price) = chosen
            .or_else(|| policy.models.first())
            .cloned()
            .unwrap_or((template.route.clone(), template.price));
        let model = &route.endpoint.model;
        let sampling = |value: Option<f64>| value.filter(|_| !families::refuses_sampling(model));
        let effort = Some(draft.reasoning_effort.clone())
            .filter(|effort| !effort.is_empty())
            .or(template.parameters.reasoning_effort.clone())
            .filter(|_| !families::refuses_effort(model));
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
            fingerprint: format!("{}.{model}.{revision}", template.fingerprint),
            parameters: Parameters {
                temperature: sampling(hundredths(draft.temperature).or(template.parameters.temperature)),
                top_p: sampling(hundredths(draft.top_p).or(template.parameters.top_p)),
                max_output_tokens: draft.max_output_tokens.or(template.parameters.max_output_tokens),
                reasoning_effort: effort,
                ..template.parameters
            },
            route,
            price,
            tools: draft.tools.iter().filter(|tool| template.tools.contains(tool)).cloned().collect(),
            is_custom: true,
            ..template
        }
    }
}
