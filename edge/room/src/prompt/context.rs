//! How much of a model's context a prompt may take, by the estimate of [`shared::tokens`].
//!
//! The estimate is that of ordinary prose. Where a text has more tokens than that, the model's server says so, and the room
//! learns a smaller context ([`learned`]).

use models::{Item, Turn};
use shared::tokens::{self, Tokens};

use crate::bot::Bot;

/// Output tokens that are kept free for a bot without a limit of its own.
const OUTPUT_TOKENS: u64 = 2_048;
/// The part of a context that an answer may take at most, and the part that is kept free because estimates are not exact.
const OUTPUT_PART: u64 = 4;
const MARGIN_PART: u64 = 16;
/// Output tokens that a summary must at least have room for.
const LEAST_SUMMARY_TOKENS: u64 = 256;
/// A context smaller than this is learned only from a server that states it.
const LEAST_LEARNED: u64 = 1_024;
/// Words of a summary in a large context, and in the smallest.
const SUMMARY_WORDS: u64 = 600;
const LEAST_SUMMARY_WORDS: u64 = 40;
/// Tokens that the frame of a request adds, about, and those of each tool's or card's schema.
const REQUEST_TOKENS: u64 = 64;
const SCHEMA_TOKENS: u64 = 160;

/// The context of a bot's model, for one prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContextSize {
    /// Tokens of input and output together; `None`: nobody knows.
    tokens: Option<u64>,
    output: u64,
}

impl ContextSize {
    /// `learned`: what the model's server has said, which outranks what the operator or the table says.
    pub(crate) fn of(bot: &Bot, learned: Option<u64>) -> Self {
        let tokens = learned.or(bot.context_tokens);
        let output = bot.parameters.max_output_tokens.map_or(OUTPUT_TOKENS, u64::from);
        let output = tokens.map_or(output, |tokens| output.min(tokens / OUTPUT_PART));
        Self { tokens, output }
    }

    pub(crate) fn tokens(self) -> Option<u64> {
        self.tokens
    }

    /// Input tokens that leave room for the answer; `None`: as many as there are.
    pub(crate) fn input(self) -> Option<u64> {
        let tokens = self.tokens?;
        Some(tokens.saturating_sub(self.output).saturating_sub(tokens / MARGIN_PART))
    }

    /// A limit of output tokens that leaves room for the input.
    pub(crate) fn limit_output(self, limit: Option<u32>) -> Option<u32> {
        let most = self.tokens.map_or(u32::MAX, |_| u32::try_from(self.output).unwrap_or(u32::MAX));
        limit.map(|limit| limit.min(most))
    }

    /// Output tokens for a summary after so many input tokens; `None`: there is no room for one.
    pub(crate) fn summary_output(self, input: u64, wanted: u32) -> Option<u32> {
        let Some(tokens) = self.tokens else { return Some(wanted) };
        let free = tokens.saturating_sub(input).saturating_sub(tokens / MARGIN_PART);
        let output = free.min(wanted.into());
        (output >= LEAST_SUMMARY_TOKENS).then(|| u32::try_from(output).unwrap_or(wanted))
    }

    /// Words that a summary may have, so that it takes a small part of what the next prompts may hold besides `fixed` tokens.
    pub(crate) fn summary_words(self, fixed: u64) -> u64 {
        let Some(input) = self.input() else { return SUMMARY_WORDS };
        (input.saturating_sub(fixed) / 6).clamp(LEAST_SUMMARY_WORDS, SUMMARY_WORDS)
    }
}

/// The context that an overflow teaches: what the server states, or so much less than what was sent (or known) that the next
/// prompt is about half as long. `None`: nothing sensible.
pub(crate) fn learned(stated: Option<u64>, known: Option<u64>, sent: u64) -> Option<u64> {
    match stated {
        Some(stated) if known.is_none_or(|known| stated < known) => Some(stated),
        _ => {
            let most = known.map_or(sent, |known| known.min(sent));
            Some(most.saturating_mul(3) / 4).filter(|tokens| *tokens >= LEAST_LEARNED)
        }
    }
}

/// How many tokens of prose a turn has besides what it continues.
pub(crate) fn likely_tokens(turn: &Turn) -> u64 {
    turn_tokens(turn).likely
}

/// How many tokens a model reads of the turn itself, at most.
pub(crate) fn most_tokens(turn: &Turn) -> u64 {
    turn_tokens(turn).most
}

/// The tokens of an item as prose.
pub(crate) fn item_tokens(item: &Item) -> u64 {
    tokens::estimate(item.text()).likely
}

fn turn_tokens(turn: &Turn) -> Tokens {
    let tools = u64::try_from(turn.tools.len()).unwrap_or_default().saturating_mul(SCHEMA_TOKENS);
    // One that an owner wrote may be long.
    let schema = turn.schema.as_ref().and_then(|schema| serde_json::to_string(&schema.schema).ok());
    let schema = schema.map_or(0, |schema| tokens::estimate(&schema).most.max(SCHEMA_TOKENS));
    let schemas = tools.saturating_add(schema);
    let texts = turn.input.iter().map(Item::text).chain([turn.instructions.as_str()]);
    let of_texts = Tokens::of_all(texts);
    let add = |tokens: u64| tokens.saturating_add(schemas).saturating_add(REQUEST_TOKENS);
    Tokens { likely: add(of_texts.likely), most: add(of_texts.most) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_190_an_overflow_teaches_what_is_stated_or_about_half() {
        for (stated, known, sent, expected) in [
            (Some(4_096), None, 20_000, Some(4_096)),
            (Some(4_096), Some(128_000), 20_000, Some(4_096)),
            (Some(4_096), Some(4_096), 4_000, Some(3_000)),
            (None, None, 20_000, Some(15_000)),
            (None, Some(8_000), 20_000, Some(6_000)),
            (None, None, 900, None),
        ] {
            assert_eq!(learned(stated, known, sent), expected, "{stated:?} {known:?} {sent}");
        }
    }

    #[test]
    fn case_190_a_prompt_leaves_room_for_the_answer() {
        let mut bot = Bot::plain("chatbot", "");
        bot.parameters.max_output_tokens = Some(2_000);
        let of = |learned| ContextSize::of(&bot, learned);
        assert_eq!((of(None).input(), of(None).limit_output(Some(2_000))), (None, Some(2_000)));
        let small = of(Some(4_096));
        assert_eq!((small.input(), small.limit_output(Some(2_000))), (Some(2_816), Some(1_024)));
        assert_eq!(small.limit_output(None), None, "what is not set is not sent");
        assert_eq!(
            (small.summary_output(3_700, 2_048), small.summary_output(2_000, 2_048)),
            (None, Some(1_840))
        );
        assert_eq!(of(Some(128_000)).limit_output(Some(2_000)), Some(2_000));
    }
}
