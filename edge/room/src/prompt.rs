//! Builds the turn of a call from the log: messages as data, each once, in order, under the right speaker.
//!
//! With a chain the turn holds what was written since the chain's end; without one it holds a transcript of the newest messages
//! ([`window`]). How a row becomes an item of a turn is in [`items`].

mod card_schema;
pub(crate) mod items;
mod window;

use models::{Item, Turn};
use shared::tokens::Tokens;
use shared::{Seq, limits};

use crate::bot::Bot;
use crate::storage::{ChainPosition, ChainRecord, HeldRows, RunRecord, Storage, StorageError};
use crate::tools;
use items::remark;

/// Tokens that the frame of a request adds, about, and those of each tool's or card's schema.
const REQUEST_TOKENS: u64 = 64;
const SCHEMA_TOKENS: u64 = 160;
/// Output tokens that a summary of 600 words may take, however short the bot's answers are.
const SUMMARY_TOKENS: u32 = 2_048;
const SUMMARY_REQUEST: &str = "the conversation has grown too long to be carried on as a whole: write a summary of it for yourself, from \
    which you will go on. Keep who said what about themselves (with their id), decisions, open questions, promises that \
    you made, and the tone. At most 600 words, plain text, nothing else";

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallPurpose {
    /// The chain is too long: its bot summarizes it before it starts a new one.
    Summary,
    /// The call produces the answer, or a tool call on the way to it.
    Answer,
}

/// What the tool rounds of a run have added to its prompt so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ToolRounds {
    pub(crate) count: u32,
    /// All tool calls and their outputs, in order: they follow a transcript.
    pub(crate) exchange: Vec<Item>,
    /// The outputs of the last round: they follow the response that asked for them.
    pub(crate) last_outputs: Vec<Item>,
    /// The response that asked for the last round, where the model server keeps it.
    pub(crate) asked_by: Option<ResponseWithTools>,
    /// The oldest message that searches found.
    pub(crate) oldest_hit: Option<Seq>,
}

/// A response that ended with tool calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResponseWithTools {
    pub(crate) id: String,
    /// Tokens of the chain that ends with this response.
    pub(crate) chain_tokens: u64,
}

/// What a prompt is built for.
pub(crate) struct PromptRequest<'a> {
    pub(crate) run: &'a RunRecord,
    pub(crate) purpose: CallPurpose,
    pub(crate) tools: &'a ToolRounds,
    /// What the run's last call for the answer continued, and how many messages it gave.
    pub(crate) continues_from: Option<&'a ChainPosition>,
    pub(crate) context_messages: u64,
    /// What the responses of the run's earlier calls hold.
    pub(crate) held: HeldRows,
    /// The whole window was too long for the model.
    pub(crate) has_half_window: bool,
}

/// A turn, and what it continues.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Prompt {
    pub(crate) turn: Turn,
    pub(crate) continues_from: ChainPosition,
    /// How many messages of the room the bot knows with this turn.
    pub(crate) context_messages: u64,
    /// The bot had a chain and gets a transcript instead.
    pub(crate) chain_rebuilt: bool,
    /// How many tokens the model reads at most, including those that its server adds from the chain.
    pub(crate) input_tokens: u64,
    /// What the responses of the run's calls hold, this one's included.
    pub(crate) held: HeldRows,
}

/// Whether the chain has grown beyond [`Bot::rotate_at`] tokens, so that the bot should start a new one.
pub(crate) fn should_rotate(bot: &Bot, chain: &ChainRecord) -> bool {
    chain.head.is_some() && bot.may_chain(chain.stateless) && chain.tokens >= bot.rotate_at
}

/// Builds the prompt of a run's next call.
///
/// # Errors
/// When the log cannot be read.
pub(crate) fn build(
    bot: &Bot,
    chain: &ChainRecord,
    request: &PromptRequest<'_>,
    storage: &dyn Storage,
) -> Result<Prompt, StorageError> {
    let run = request.run;
    let position = run.continues_from.clone().filter(|_| chain.head.is_some()).unwrap_or_else(|| {
        ChainPosition { head: chain.head.clone(), last: chain.last, context_messages: chain.context_messages }
    });
    let may_chain = bot.may_chain(chain.stateless);
    let mut turn = Turn {
        instructions: bot.instructions.clone(),
        parameters: bot.parameters.clone(),
        store: may_chain,
        ..Turn::default()
    };
    let hits = HeldRows { oldest: request.tools.oldest_hit.unwrap_or(Seq(u64::MAX)), first_run: run.run };
    let held = request.held.with(hits);
    if request.purpose == CallPurpose::Summary {
        return summarize(bot, chain, position, request, turn, storage);
    }
    // After the last round no tools are offered, so that the model has to answer.
    if request.tools.count < limits::TOOL_ROUNDS {
        turn.tools = bot.tools.iter().filter_map(|name| tools::describe(name)).collect();
    }
    turn.schema = bot.card.map(card_schema::schema);
    if let (Some(asked_by), Some(continued)) = (&request.tools.asked_by, request.continues_from)
        && may_chain
    {
        turn.previous = Some(asked_by.id.clone());
        turn.input.clone_from(&request.tools.last_outputs);
        let tokens = asked_by.chain_tokens;
        return Ok(Prompt::new(turn, continued.clone(), request.context_messages, tokens, held));
    }
    let context = choose_context(bot, chain, &position, request, storage)?;
    let has_memory = chain.last > Seq::ZERO && chain.summary.is_none();
    let chain_rebuilt = context.previous.is_none() && may_chain && has_memory && run.continues_from.is_none();
    turn.input = context.window.items;
    turn.input.extend(request.tools.exchange.iter().cloned());
    // What a transcript makes is a new chain, so nothing may continue the old one in its place.
    let position = ChainPosition { head: context.previous.clone(), ..position };
    turn.previous = context.previous;
    let held = held.with(context.held);
    Ok(Prompt { chain_rebuilt, ..Prompt::new(turn, position, context.context_messages, chain.tokens, held) })
}

/// What a turn tells the model of the room.
struct RoomContext {
    /// The response that the turn continues; `None` for a transcript.
    previous: Option<String>,
    window: window::Window,
    /// How many messages of the room the bot knows with it.
    context_messages: u64,
    held: HeldRows,
}

/// What is new since the chain's end, if there is a chain and the bot's window holds that; otherwise a transcript.
fn choose_context(
    bot: &Bot,
    chain: &ChainRecord,
    position: &ChainPosition,
    request: &PromptRequest<'_>,
    storage: &dyn Storage,
) -> Result<RoomContext, StorageError> {
    let run = request.run;
    let half =
        request.has_half_window.then(|| Bot { window: (bot.window.0 / 2, bot.window.1 / 2), ..bot.clone() });
    let bot = half.as_ref().unwrap_or(bot);
    let first_run = run.run;
    if let Some(previous) = position.head.clone().filter(|_| bot.may_chain(chain.stateless))
        && let Some(window) = window::since(bot, position, run, storage)?
    {
        let context_messages = position.context_messages.saturating_add(window.messages);
        let held = chain.held.with(HeldRows { oldest: window.oldest, first_run });
        return Ok(RoomContext { previous: Some(previous), window, context_messages, held });
    }
    let window = window::transcript(bot, chain, run, storage)?;
    let held = HeldRows { oldest: window.oldest, first_run };
    Ok(RoomContext { previous: None, context_messages: window.messages, window, held })
}

/// The turn that asks for a summary of the chain.
fn summarize(
    bot: &Bot,
    chain: &ChainRecord,
    position: ChainPosition,
    request: &PromptRequest<'_>,
    mut turn: Turn,
    storage: &dyn Storage,
) -> Result<Prompt, StorageError> {
    let corrections = window::corrections(bot, &position, request.run, storage)?;
    let held = request.held.with(chain.held);
    let held = held.with(HeldRows { oldest: corrections.oldest, first_run: request.run.run });
    turn.previous = chain.head.clone();
    turn.input = corrections.items;
    turn.input.push(remark(SUMMARY_REQUEST, None));
    turn.parameters.max_output_tokens =
        turn.parameters.max_output_tokens.map(|most| most.max(SUMMARY_TOKENS));
    Ok(Prompt::new(turn, position, 0, chain.tokens, held))
}

impl Prompt {
    /// `chain_tokens` are those of what the turn continues, if it continues something.
    fn new(
        turn: Turn,
        continues_from: ChainPosition,
        context_messages: u64,
        chain_tokens: u64,
        held: HeldRows,
    ) -> Self {
        let chain_tokens = if turn.previous.is_some() { chain_tokens } else { 0 };
        let input_tokens = estimate_tokens(&turn).saturating_add(chain_tokens);
        Self { turn, continues_from, context_messages, chain_rebuilt: false, input_tokens, held }
    }
}

/// How many tokens a model reads of the turn itself, at most.
fn estimate_tokens(turn: &Turn) -> u64 {
    let schemas = turn.tools.len().saturating_add(usize::from(turn.schema.is_some()));
    let schemas = u64::try_from(schemas).unwrap_or_default().saturating_mul(SCHEMA_TOKENS);
    let texts = turn.input.iter().map(Item::text).chain([turn.instructions.as_str()]);
    Tokens::of_all(texts).most.saturating_add(schemas).saturating_add(REQUEST_TOKENS)
}
