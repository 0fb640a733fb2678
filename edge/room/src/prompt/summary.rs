//! The turns that ask a bot for a summary: of its chain, before it starts a new one, or of the messages that no longer fit its
//! model's context.

use models::Turn;
use shared::tokens;

use super::context::{self, ContextSize};
use super::items::remark;
use super::{Prompt, PromptRequest, window};
use crate::bot::Bot;
use crate::storage::{ChainPosition, ChainRecord, HeldRows, Storage, StorageError};

/// Output tokens that a summary of 600 words may take, however short the bot's answers are.
const SUMMARY_TOKENS: u32 = 2_048;

/// The turn that asks for a summary of the chain; `None`: the model's context has no room for one.
pub(super) fn of_chain(
    bot: &Bot,
    chain: &ChainRecord,
    position: ChainPosition,
    request: &PromptRequest<'_>,
    mut turn: Turn,
    storage: &dyn Storage,
) -> Result<Option<Prompt>, StorageError> {
    let corrections = window::corrections(bot, &position, request.run, storage)?;
    let held = request.held.with(chain.held);
    let held = held.with(HeldRows { oldest: corrections.oldest, first_run: request.run.run });
    turn.previous = chain.head.clone();
    turn.input = corrections.items;
    turn.input.push(ask(request.size, &turn));
    let fits = limit_output(&mut turn, request.size, chain.tokens);
    Ok(fits.then(|| Prompt::new(turn, position, 0, chain.tokens, held)))
}

/// The turn that asks for a summary of the messages before the transcript that the next call will send; `None`: that transcript
/// leaves nothing out, or there is no room for a summary.
pub(super) fn of_older(
    bot: &Bot,
    chain: &ChainRecord,
    position: ChainPosition,
    request: &PromptRequest<'_>,
    mut turn: Turn,
    storage: &dyn Storage,
) -> Result<Option<Prompt>, StorageError> {
    let room = super::transcript_room(bot, chain, request, &turn);
    let kept = window::transcript(bot, chain, request.run, room, storage)?;
    if !kept.is_left_out || kept.messages == 0 {
        return Ok(None);
    }
    let older = window::before(bot, chain, request.run, kept.oldest, room, storage)?;
    if older.messages == 0 {
        return Ok(None);
    }
    let held = request.held.with(HeldRows { oldest: older.oldest, first_run: request.run.run });
    turn.input = older.items;
    turn.input.push(ask(request.size, &turn));
    let fits = limit_output(&mut turn, request.size, 0);
    let position = ChainPosition { head: None, ..position };
    Ok(fits.then(|| Prompt::new(turn, position, 0, 0, held)))
}

/// The last item of the turn. The words are as many as the context bears.
fn ask(size: ContextSize, turn: &Turn) -> models::Item {
    let fixed = tokens::estimate(&turn.instructions).likely;
    let words = size.summary_words(fixed);
    let text = format!(
        "the conversation has grown too long to be carried on as a whole: write a summary of it for yourself, from \
         which you will go on. Keep who said what about themselves (with their id), decisions, open questions, promises \
         that you made, and the tone. At most {words} words, plain text, nothing else"
    );
    remark(&text, None)
}

/// Gives the turn as many output tokens as it needs or has room for. Returns false where it has none.
fn limit_output(turn: &mut Turn, size: ContextSize, chain_tokens: u64) -> bool {
    let input = context::likely_tokens(turn).saturating_add(chain_tokens);
    let wanted = turn.parameters.max_output_tokens.map_or(SUMMARY_TOKENS, |most| most.max(SUMMARY_TOKENS));
    let Some(output) = size.summary_output(input, wanted) else { return false };
    turn.parameters.max_output_tokens = turn.parameters.max_output_tokens.map(|_| output);
    true
}
