//! A bot as the room knows it: its names, instructions, model, tools and prices.
//!
//! Built-in bots come with [`crate::Config`]. A custom bot is built here from its draft and the operator's policy, so that no
//! owner can point a bot at an address or a key of their own.

use models::families::{self, Parameter};
use models::{Api, Endpoint, Parameters, ToolChoice};
use serde::{Deserialize, Serialize};
use shared::answer_schema::AnswerSchema;
use shared::bot::{EFFORTS, LocalizedText};
use shared::{BotDraft, CardKind, Price, Seq, limits, tokens};

use crate::knowledge::{Knowledge, KnowledgeRecord};

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
    /// What it knows besides what its model does. A bot with knowledge has the state mode `Replay`.
    pub knowledge: Option<Knowledge>,
    /// The schema of its answers, where their kind is [`CardKind::Fields`].
    pub schema: Option<AnswerSchema>,
    /// Tokens of its model's context, as far as the operator or the table of models says.
    pub context_tokens: Option<u64>,
    /// How much of the log a prompt holds at most: messages, and bytes of their text.
    pub window: (usize, usize),
    /// Tokens in its chain from which on it summarizes the chain and starts a new one.
    pub rotate_at: u64,
    pub timeouts: Timeouts,
    /// How many answers its setting says that it gives to a question; see [`Bot::answers`].
    pub alternatives: u32,
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

/// What a bot with a schema is told besides: servers without a strict mode do not hold it to its form.
const SCHEMA_RULE: &str =
    "\n- Your answer is always one JSON object of the form that you are given, and nothing else.";

/// A custom bot as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomBot {
    pub draft: BotDraft,
    /// The `seq` of its last change. It is part of the fingerprint, so a changed bot starts a new chain.
    pub revision: Seq,
    /// Which of the eight avatar colours it has.
    pub colour: u8,
    /// Set where it has knowledge, whose passages are stored by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub knowledge: Option<KnowledgeRecord>,
}

/// A model that owners may choose.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferedModel {
    pub route: ModelRoute,
    pub price: Option<Price>,
    /// Tokens of its context, as far as the operator or the table of models says.
    pub context_tokens: Option<u64>,
    /// What its bots send where their owner sets nothing: a low effort for models that reason, and what keeps the cost of a call
    /// within its reservation.
    pub defaults: Parameters,
}

/// The operator's rules for custom bots.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomBotPolicy {
    /// Models that an owner may choose, the default first.
    pub models: Vec<OfferedModel>,
    /// What all custom bots share: instructions, window, timeouts, state mode.
    pub template: Bot,
}

impl OfferedModel {
    /// The fields of a draft, and the efforts, that never reach the model.
    pub(crate) fn refused_fields(&self) -> Vec<String> {
        let (api, model) = (self.route.api, &self.route.endpoint.model);
        let can = families::capabilities(model);
        let fields = [
            Parameter::Temperature,
            Parameter::TopP,
            Parameter::FrequencyPenalty,
            Parameter::PresencePenalty,
            Parameter::Stop,
            Parameter::ReasoningEffort,
            Parameter::Tools,
            Parameter::Schema,
        ];
        let fields = fields.into_iter().filter(|field| !can.takes(api, *field));
        let efforts = EFFORTS.into_iter().filter(|effort| !can.takes_effort(effort));
        let efforts = efforts.map(|effort| format!("reasoning_effort={effort}"));
        fields.map(|field| <&str>::from(field).to_owned()).chain(efforts).collect()
    }

    /// A model of which nothing but its route and its price is known.
    pub fn new(route: ModelRoute, price: Option<Price>) -> Self {
        Self { route, price, context_tokens: None, defaults: Parameters::default() }
    }
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
            knowledge: None,
            schema: None,
            context_tokens: None,
            window: (200, 60_000),
            rotate_at: 60_000,
            timeouts: Timeouts::HOSTED,
            alternatives: 1,
            is_custom: false,
        }
    }

    /// The bot as clients are told of it. `chain_tokens` are those of its chain.
    pub(crate) fn view(&self, chain_tokens: u64) -> shared::Bot {
        let read_once = tokens::estimate(&self.instructions).likely.saturating_add(chain_tokens);
        shared::Bot {
            handle: self.handle.clone(),
            aliases: self.aliases.clone(),
            name: self.name.clone(),
            about: self.about.clone(),
            colour: self.colour,
            price: self.price,
            // For each of its answers to a question.
            reads: read_once.saturating_mul(self.answers().into()),
            card: self.card,
            custom: self.is_custom,
        }
    }

    /// How many answers it gives to a question: one where it has tools or answers in a form, because a further answer is one
    /// more call with the same prompt, whose text is shown as it is.
    pub fn answers(&self) -> u32 {
        let is_plain = self.tools.is_empty() && self.card.is_none();
        if is_plain { self.alternatives.clamp(1, limits::ALTERNATIVES) } else { 1 }
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
        let Self { draft, revision, colour, knowledge } = self;
        let template = Bot { alternatives: draft.alternatives.unwrap_or(1), ..policy.template.clone() };
        let is_chosen = |model: &&OfferedModel| model.route.endpoint.model == draft.model;
        let offered = policy.models.iter().find(is_chosen).or_else(|| policy.models.first()).cloned();
        let OfferedModel { route, price, context_tokens, defaults } = offered.unwrap_or(OfferedModel {
            route: template.route.clone(),
            price: template.price,
            context_tokens: template.context_tokens,
            defaults: template.parameters.clone(),
        });
        let model = &route.endpoint.model;
        let own_effort = Some(draft.reasoning_effort.clone()).filter(|effort| !effort.is_empty());
        let is_default = own_effort.is_none();
        let signed = |value: Option<i32>| value.map(|value| f64::from(value) / 100.0);
        let hundredths = |value: Option<u32>| value.map(|value| f64::from(value) / 100.0);
        let takes_schema = families::capabilities(model).takes(route.api, Parameter::Schema);
        let schema = AnswerSchema::parse(&draft.schema).ok().filter(|_| takes_schema);
        let rules = if schema.is_some() { SCHEMA_RULE } else { "" };
        let said = |text: &str| LocalizedText { en: text.to_owned(), ko: text.to_owned() };
        Bot {
            handle: draft.handle.clone(),
            aliases: draft.aliases.clone(),
            name: said(if draft.name.is_empty() { &draft.handle } else { &draft.name }),
            about: said(&draft.about),
            colour: *colour,
            instructions: format!(
                "You are @{}, a bot that the owner of this room made. This is what the owner wrote about you:\n\n{}\n\n{}{rules}",
                draft.handle, draft.instructions, template.instructions
            ),
            fingerprint: format!("{}.{model}.{revision}", template.fingerprint),
            parameters: families::fit(
                &Parameters {
                    temperature: hundredths(draft.temperature).or(defaults.temperature),
                    top_p: hundredths(draft.top_p).or(defaults.top_p),
                    max_output_tokens: draft.max_output_tokens.or(defaults.max_output_tokens),
                    frequency_penalty: signed(draft.frequency_penalty).or(defaults.frequency_penalty),
                    presence_penalty: signed(draft.presence_penalty).or(defaults.presence_penalty),
                    stop: if draft.stop.is_empty() { defaults.stop } else { draft.stop.clone() },
                    tool_choice: ToolChoice::parse(&draft.tool_choice).or(defaults.tool_choice),
                    reasoning_effort: own_effort.or(defaults.reasoning_effort),
                    thinking_budget: defaults.thinking_budget.filter(|_| is_default),
                    ..defaults
                },
                route.api,
                model,
            ),
            context_tokens,
            route,
            price,
            tools: draft.tools.iter().filter(|tool| template.tools.contains(tool)).cloned().collect(),
            // Passages belong to one question, so they must not stay in a chain.
            state: if knowledge.is_some() { StateMode::Replay } else { template.state },
            knowledge: knowledge.as_ref().map(Knowledge::stored),
            card: schema.is_some().then_some(CardKind::Fields),
            schema,
            is_custom: true,
            ..template
        }
    }
}
