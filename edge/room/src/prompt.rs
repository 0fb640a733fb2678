//! Builds the turn of a call from the log: messages as data, each once, in order, under the right speaker.
//!
//! With a chain the turn holds what was written since the chain's end; without one it holds a transcript of the newest messages
//! ([`window`]). How a row becomes an item of a turn is in [`items`].

mod card_schema;
pub(crate) mod context;
pub(crate) mod items;
pub(crate) mod knowledge;
pub(crate) mod private;
mod summary;
mod window;

use models::{Item, ToolChoice, Turn};
use shared::{Seq, limits};

use crate::bot::Bot;
use crate::storage::{ChainPosition, ChainRecord, HeldRows, RunRecord, Storage, StorageError};
use crate::tools;
use context::ContextSize;
use knowledge::GivenKnowledge;

/// The part of what a context holds besides the instructions that the transcript fills with which a chain starts: in thirds, so
/// that the next turns fit as well.
const CHAIN_START_THIRDS: u64 = 2;

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallPurpose {
    /// The chain is too long: its bot summarizes it before it starts a new one.
    Summary,
    /// The input was too long for the model: the bot summarizes what no longer fits.
    SummaryOfOlder,
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
    /// How often the window was too long for a model whose context nobody knows; each time half of it is left.
    pub(crate) halvings: u32,
    /// The context of the bot's model.
    pub(crate) size: ContextSize,
    /// What the bot's knowledge holds for the question, for a bot with knowledge.
    pub(crate) knowledge: Option<&'a GivenKnowledge>,
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
    /// How many it reads if all is prose.
    pub(crate) likely_tokens: u64,
    /// It holds a transcript because the model's context has no room for the chain and what is new.
    pub(crate) outgrew_context: bool,
    /// What the responses of the run's calls hold, this one's included.
    pub(crate) held: HeldRows,
}

/// Whether the chain has grown beyond [`Bot::rotate_at`] tokens, so that the bot should start a new one.
pub(crate) fn should_rotate(bot: &Bot, chain: &ChainRecord) -> bool {
    chain.head.is_some() && bot.may_chain(chain.stateless) && chain.tokens >= bot.rotate_at
}

/// Builds the prompt of a run's next call. `None`: it is for a summary that cannot be made.
///
/// # Errors
/// When the log cannot be read.
pub(crate) fn build(
    bot: &Bot,
    chain: &ChainRecord,
    request: &PromptRequest<'_>,
    storage: &dyn Storage,
) -> Result<Option<Prompt>, StorageError> {
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
    // A summary calls no tools.
    let tool_choice = turn.parameters.tool_choice.take();
    match request.purpose {
        CallPurpose::Answer => answer(bot, chain, position, request, (turn, tool_choice), storage).map(Some),
        CallPurpose::Summary => summary::of_chain(bot, chain, position, request, turn, storage),
        CallPurpose::SummaryOfOlder => summary::of_older(bot, chain, position, request, turn, storage),
    }
}

/// The turn of a call for the answer.
fn answer(
    bot: &Bot,
    chain: &ChainRecord,
    position: ChainPosition,
    request: &PromptRequest<'_>,
    (mut turn, tool_choice): (Turn, Option<ToolChoice>),
    storage: &dyn Storage,
) -> Result<Prompt, StorageError> {
    let run = request.run;
    let may_chain = bot.may_chain(chain.stateless);
    let hits = HeldRows { oldest: request.tools.oldest_hit.unwrap_or(Seq(u64::MAX)), first_run: run.run };
    let held = request.held.with(hits);
    turn.parameters.max_output_tokens = request.size.limit_output(turn.parameters.max_output_tokens);
    // After the last round no tools are offered, so that the model has to answer.
    if request.tools.count < limits::TOOL_ROUNDS {
        turn.tools = bot.tools.iter().flat_map(|tool| tools::functions(tool)).collect();
        // A model that must call a tool each time would never answer.
        turn.parameters.tool_choice = tool_choice.filter(|_| request.tools.count == 0);
    }
    turn.schema = card_schema::of(bot);
    if let (Some(asked_by), Some(continued)) = (&request.tools.asked_by, request.continues_from)
        && may_chain
    {
        turn.previous = Some(asked_by.id.clone());
        turn.input.clone_from(&request.tools.last_outputs);
        let tokens = asked_by.chain_tokens;
        return Ok(Prompt::new(turn, continued.clone(), request.context_messages, tokens, held));
    }
    let context = choose_context(bot, chain, &position, request, &turn, storage)?;
    let has_memory = chain.last > Seq::ZERO && chain.summary.is_none();
    let chain_rebuilt = context.previous.is_none() && may_chain && has_memory && run.continues_from.is_none();
    turn.input = context.window.items;
    if let Some(knowledge) = request.knowledge {
        // The question is the last item.
        let before_question = turn.input.len().saturating_sub(1);
        turn.input.insert(before_question, knowledge.item.clone());
    }
    turn.input.extend(request.tools.exchange.iter().cloned());
    // What a transcript makes is a new chain, so nothing may continue the old one in its place.
    let position = ChainPosition { head: context.previous.clone(), ..position };
    turn.previous = context.previous;
    let held = held.with(context.held);
    let prompt = Prompt::new(turn, position, context.context_messages, chain.tokens, held);
    Ok(Prompt { chain_rebuilt, outgrew_context: context.outgrew, ..prompt })
}

/// What a turn tells the model of the room.
struct RoomContext {
    /// The response that the turn continues; `None` for a transcript.
    previous: Option<String>,
    window: window::Window,
    /// How many messages of the room the bot knows with it.
    context_messages: u64,
    held: HeldRows,
    /// The model's context has no room for the chain and what is new.
    outgrew: bool,
}

/// What is new since the chain's end, if there is a chain and the bot's window holds that; otherwise a transcript.
fn choose_context(
    bot: &Bot,
    chain: &ChainRecord,
    position: &ChainPosition,
    request: &PromptRequest<'_>,
    turn: &Turn,
    storage: &dyn Storage,
) -> Result<RoomContext, StorageError> {
    let run = request.run;
    let halved = |number: usize| number.checked_shr(request.halvings).unwrap_or_default();
    let half = (request.halvings > 0)
        .then(|| Bot { window: (halved(bot.window.0), halved(bot.window.1)), ..bot.clone() });
    let bot = half.as_ref().unwrap_or(bot);
    let first_run = run.run;
    // The instructions and schemas are in the tokens of the chain already.
    let room = request
        .size
        .input()
        .map(|input| input.saturating_sub(chain.tokens).saturating_sub(exchange_tokens(request)));
    let mut outgrew = false;
    if let Some(previous) = position.head.clone().filter(|_| bot.may_chain(chain.stateless)) {
        if let Some(window) = window::since(bot, position, run, room, storage)? {
            let context_messages = position.context_messages.saturating_add(window.messages);
            let held = chain.held.with(HeldRows { oldest: window.oldest, first_run });
            return Ok(RoomContext { previous: Some(previous), window, context_messages, held, outgrew });
        }
        outgrew = room.is_some() && window::since(bot, position, run, None, storage)?.is_some();
    }
    let room = transcript_room(bot, chain, request, turn);
    let window = window::transcript(bot, chain, run, room, storage)?;
    let held = HeldRows { oldest: window.oldest, first_run };
    Ok(RoomContext { previous: None, context_messages: window.messages, window, held, outgrew })
}

/// Tokens of the messages and the summary that a transcript may hold; `None`: as many as the bot's window has.
fn transcript_room(bot: &Bot, chain: &ChainRecord, request: &PromptRequest<'_>, turn: &Turn) -> Option<u64> {
    let knowledge = request.knowledge.map_or(0, |knowledge| context::item_tokens(&knowledge.item));
    let fixed =
        context::likely_tokens(turn).saturating_add(exchange_tokens(request)).saturating_add(knowledge);
    let room = request.size.input()?.saturating_sub(fixed);
    let starts_chain = bot.may_chain(chain.stateless);
    Some(if starts_chain { room.saturating_mul(CHAIN_START_THIRDS) / 3 } else { room })
}

/// Tokens of the run's tool calls and their outputs.
fn exchange_tokens(request: &PromptRequest<'_>) -> u64 {
    request.tools.exchange.iter().map(context::item_tokens).fold(0, u64::saturating_add)
}

impl CallPurpose {
    /// Whether the call makes a summary, which people are not shown.
    pub(crate) fn is_summary(self) -> bool {
        self != Self::Answer
    }
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
        let input_tokens = context::most_tokens(&turn).saturating_add(chain_tokens);
        let likely_tokens = context::likely_tokens(&turn).saturating_add(chain_tokens);
        Self {
            turn,
            continues_from,
            context_messages,
            chain_rebuilt: false,
            input_tokens,
            likely_tokens,
            outgrew_context: false,
            held,
        }
    }
}
