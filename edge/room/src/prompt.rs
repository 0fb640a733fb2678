//! What a bot is given: the room's words as data, each once, in order, under the right speaker.
//!
//! Which rows, from where to where; how a row becomes an item is in `lines`.

use models::{Item, Schema, Turn};
use serde_json::json;
use shared::{CardKind, Seq, limits};

use crate::answers::{ActiveRun, CallPurpose};
use crate::lines::{correction, line, own, partial, remark};
use crate::room::as_answer;
use crate::{Bot, ChainPosition, ChainRecord, RowData, RunRecord, Storage, StorageError};
use crate::{money, tools};

/// A turn, and what it continues.
pub(crate) struct Prepared {
    pub(crate) turn: Turn,
    pub(crate) base: ChainPosition,
    /// How many messages of the room the bot follows with it.
    pub(crate) context_messages: u64,
    /// The bot had a memory of the room and begins anew.
    pub(crate) chain_rebuilt: bool,
    /// Tokens that the model is given, about, with those that its server remembers.
    pub(crate) given: u64,
}

impl Prepared {
    /// `chained` are the tokens of what the turn continues, if it continues something.
    fn new(turn: Turn, base: ChainPosition, context_messages: u64, chained: u64) -> Self {
        let given = money::given(&turn, if turn.previous.is_some() { chained } else { 0 });
        Self { turn, base, context_messages, chain_rebuilt: false, given }
    }
}

const LEFT_OUT: &str = "older messages are left out";
const SUMMED_UP: &str = "your own summary of what came before";
const SUM_UP: &str = "the conversation has grown too long to be carried on as a whole: write a summary of it for yourself, from \
    which you will go on. Keep who said what about themselves (with their id), decisions, open questions, promises that \
    you made, and the tone. At most 600 words, plain text, nothing else";

/// What a summary of 600 words may take, however short the bot's answers are.
const SUMMARY_TOKENS: u32 = 2_048;

/// Rows among which a summary looks for changes of what is in the chain: more than a window, since what is older than it is
/// in the summary alone from then on.
const CHANGES_ROWS: usize = 10_000;

/// Whether the chain has grown so long that a new one should begin.
pub(crate) fn is_overlong(bot: &Bot, chain: &ChainRecord) -> bool {
    chain.head.is_some() && bot.may_chain(chain.stateless) && chain.tokens >= bot.rotate_at
}

/// Builds the turn of a run: what was said since the chain's end, or the newest messages when there is no chain; what the
/// tools found, when they were asked; or the request for a summary, when the chain is too long.
pub(crate) fn prepare(
    bot: &Bot,
    chain: &ChainRecord,
    live: &ActiveRun,
    log: &dyn Storage,
) -> Result<Prepared, StorageError> {
    let run = &live.record;
    let base = run.continues_from.clone().filter(|_| chain.head.is_some()).unwrap_or_else(|| ChainPosition {
        head: chain.head.clone(),
        last: chain.last,
        context_messages: chain.context_messages,
    });
    let may_chain = bot.may_chain(chain.stateless);
    let mut turn = Turn {
        instructions: bot.instructions.clone(),
        parameters: bot.parameters.clone(),
        store: may_chain,
        ..Turn::default()
    };
    if live.step == CallPurpose::Summary {
        turn.previous = chain.head.clone();
        turn.input = corrections(&base, run, log)?;
        turn.input.push(remark(SUM_UP, None));
        turn.parameters.max_output_tokens =
            turn.parameters.max_output_tokens.map(|most| most.max(SUMMARY_TOKENS));
        return Ok(Prepared::new(turn, base, 0, chain.tokens));
    }
    // After the last round a model is offered nothing more, so that it has to answer.
    if live.tools.count < limits::TOOL_ROUNDS {
        turn.tools = bot.tools.iter().filter_map(|name| tools::describe(name)).collect();
    }
    turn.schema = bot.card.map(schema);
    if let Some(asked_by) = live.tools.asked_by.clone().filter(|_| may_chain) {
        turn.previous = Some(asked_by);
        turn.input.clone_from(&live.tools.found);
        return Ok(Prepared::new(turn, live.base.clone(), live.context_messages, live.chained));
    }
    let previous = base.head.clone().filter(|_| may_chain);
    let chained = match previous {
        Some(previous) => since(bot, &base, run, log)?.map(|items| (previous, items)),
        None => None,
    };
    let (previous, items, context_messages) = match chained {
        Some((previous, items)) => {
            let context_messages = base.context_messages.saturating_add(items.said);
            (Some(previous), items, context_messages)
        }
        None => {
            let items = transcript(bot, chain, run, log)?;
            let said = items.said;
            (None, items, said)
        }
    };
    let has_memory = chain.last > Seq::ZERO && chain.summary.is_none();
    let chain_rebuilt = previous.is_none() && may_chain && has_memory && run.continues_from.is_none();
    turn.input = items.input;
    turn.input.extend(live.tools.exchange.iter().cloned());
    turn.previous = previous;
    Ok(Prepared { chain_rebuilt, ..Prepared::new(turn, base, context_messages, chain.tokens) })
}

/// The form of a card, in the subset of JSON schema that every API takes.
fn schema(kind: CardKind) -> Schema {
    let text = |about: &str| json!({ "type": "string", "description": about });
    let list = |about: &str| json!({ "type": "array", "items": { "type": "string" }, "description": about });
    let (properties, required) = match kind {
        CardKind::Poll => (
            json!({
                "question": text("The question, one line."),
                "options": list("2 to 12 short options, all different."),
            }),
            json!(["question", "options"]),
        ),
        CardKind::Summary => (
            json!({
                "topics": list("What was talked about, one line each, at most 8."),
                "decisions": list("What was decided and by whom, one line each; empty if nothing was."),
                "open_questions": list("What is still open, one line each; empty if nothing is."),
            }),
            json!(["topics", "decisions", "open_questions"]),
        ),
    };
    let schema = json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    });
    Schema { name: kind.as_str().to_owned(), schema }
}

/// Items, and how many of them are messages.
#[derive(Default)]
struct Items {
    input: Vec<Item>,
    said: u64,
}

impl Items {
    fn line(&mut self, item: Item) {
        self.input.push(item);
        self.said = self.said.saturating_add(1);
    }
}

/// What was said after the chain's end, up to the run's place. `None`: more than the bot's window holds.
fn since(
    bot: &Bot,
    base: &ChainPosition,
    run: &RunRecord,
    log: &dyn Storage,
) -> Result<Option<Items>, StorageError> {
    // A message and an answer have up to three rows: its own, its answer's, and the answer's end.
    let most = bot.window.0.saturating_mul(3);
    let rows = log.rows(base.last, run.through, most.saturating_add(1))?;
    if rows.len() > most {
        return Ok(None);
    }
    let own = || rows.iter().filter_map(as_answer).filter(|answer| answer.bot == bot.handle);
    // What was cut off and then given whole is no news: asked again, it became a part of the chain.
    let given: Vec<Seq> = own().filter(|answer| answer.is_in_chain()).map(|answer| answer.parent).collect();
    let mut items = Items::default();
    let mut asked = None;
    let mut corrected: Vec<Seq> = Vec::new();
    for row in &rows {
        match &row.data {
            RowData::Message(_) if row.seq == run.parent => asked = line(row),
            RowData::Message(_) => line(row).into_iter().for_each(|item| items.line(item)),
            RowData::Answer(answer) if answer.bot == bot.handle && given.contains(&answer.parent) => {}
            RowData::Answer(answer) if answer.bot == bot.handle => {
                partial(answer, run).into_iter().for_each(|item| items.input.push(item));
            }
            // Another bot's words count where they ended, not where they were asked for.
            RowData::Answer(_) => {}
            RowData::Ended => {
                let Some(target) = row.target else { continue };
                let target = log.row(target)?;
                if target.as_ref().and_then(as_answer).is_some_and(|answer| answer.bot != bot.handle) {
                    target.as_ref().and_then(line).into_iter().for_each(|item| items.line(item));
                }
            }
            // What the chain holds already is corrected. What comes with this turn stands in it as it is now.
            RowData::Edited if row.target.is_some_and(|target| target <= base.last) => {
                let Some(target) = row.target.filter(|target| !corrected.contains(target)) else { continue };
                corrected.push(target);
                log.row(target)?
                    .as_ref()
                    .and_then(correction)
                    .into_iter()
                    .for_each(|item| items.input.push(item));
            }
            RowData::Edited
            | RowData::Deleted
            | RowData::Voted(_)
            | RowData::BotSaved(_)
            | RowData::BotRemoved(_) => {}
        }
    }
    if asked.is_none() {
        asked = log.row(run.parent)?.as_ref().and_then(line);
    }
    asked.into_iter().for_each(|item| items.line(item));
    let bytes: usize = items.input.iter().map(|item| item.text().len()).sum();
    Ok((bytes <= bot.window.1).then_some(items))
}

/// What was changed of the words in a chain since its end.
fn corrections(base: &ChainPosition, run: &RunRecord, log: &dyn Storage) -> Result<Vec<Item>, StorageError> {
    let rows = log.rows(base.last, run.through, CHANGES_ROWS)?;
    let edited = rows.iter().filter(|row| row.data == RowData::Edited).filter_map(|row| row.target);
    let mut corrected: Vec<Seq> = edited.filter(|target| *target <= base.last).collect();
    corrected.sort_unstable();
    corrected.dedup();
    let mut items = Vec::new();
    for target in corrected {
        items.extend(log.row(target)?.as_ref().and_then(correction));
    }
    Ok(items)
}

/// The newest messages that fit the bot's window, the one that asks last.
fn transcript(
    bot: &Bot,
    chain: &ChainRecord,
    run: &RunRecord,
    log: &dyn Storage,
) -> Result<Items, StorageError> {
    let asking = log.row(run.parent)?;
    let asked = asking.as_ref().and_then(line);
    let mut bytes = asked.as_ref().map_or(0, |item| item.text().len());
    let mut newest_first: Vec<(Item, bool)> = Vec::new();
    let mut answered: Vec<Seq> = Vec::new();
    let mut is_left_out = false;
    let rows = log.newest_messages(run.through.next(), bot.window.0.saturating_add(1))?;
    for (index, row) in rows.iter().enumerate() {
        if index >= bot.window.0 {
            is_left_out = true;
            break;
        }
        let item = match &row.data {
            RowData::Message(_) if row.seq == run.parent => continue,
            RowData::Message(_) => line(row).map(|item| (item, true)),
            RowData::Answer(answer) if answer.bot == bot.handle => {
                // Of several answers to one question the last one counts that is still there.
                if answer.deleted || answer.parent == run.parent || answered.contains(&answer.parent) {
                    continue;
                }
                if answer.is_in_chain() {
                    answered.push(answer.parent);
                }
                own(answer).or_else(|| partial(answer, run)).map(|item| (item, answer.is_in_chain()))
            }
            RowData::Answer(answer) => {
                let has_ended = answer.ended.is_some_and(|ended| ended <= run.through);
                line(row).filter(|_| has_ended).map(|item| (item, true))
            }
            _ => None,
        };
        let Some(item) = item else { continue };
        bytes = bytes.saturating_add(item.0.text().len());
        if bytes > bot.window.1 {
            is_left_out = true;
            break;
        }
        newest_first.push(item);
    }
    let mut items = Items::default();
    if let Some(summary) = &chain.summary {
        items.input.push(remark(SUMMED_UP, Some(summary)));
    }
    if is_left_out {
        items.input.push(remark(LEFT_OUT, None));
    }
    for (item, is_message) in newest_first.into_iter().rev() {
        items.said = items.said.saturating_add(u64::from(is_message));
        items.input.push(item);
    }
    asked.into_iter().for_each(|item| items.line(item));
    Ok(items)
}
