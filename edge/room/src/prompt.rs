//! What a bot is given: the room's words as data, each once, in order, under the right speaker.
//!
//! Words of people and of other bots are user-role items holding one JSON object each, so that no text can pretend to be
//! another speaker. A speaker is known by their number in the room; the nickname beside it is only a name.

use models::{Item, Turn};
use serde::Serialize;
use shared::{Millis, Seq};

use crate::config::StateMode;
use crate::room::as_answer;
use crate::{AnswerRow, Base, Bot, ChainRecord, Log, LogError, Row, RowData, RunRecord};

/// A turn, and what it continues.
pub(crate) struct Prepared {
    pub(crate) turn: Turn,
    pub(crate) base: Base,
    /// How many messages of the room the bot follows with it.
    pub(crate) follows: u64,
    /// The bot had a memory of the room and begins anew.
    pub(crate) reread: bool,
}

/// What somebody said. The order of the fields is the order in the JSON: it never changes, so that a replay is the same
/// to the byte.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    from: &'a str,
    text: &'a str,
    at: &'a str,
}

/// A remark of the room to the bot.
#[derive(Serialize)]
struct Remark<'a> {
    note: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

const LEFT_OUT: &str = "older messages are left out";
const CUT_OFF: &str = "your answer was cut off here";

/// Builds the turn of a run: what was said since the chain's end, or the newest messages when there is no chain.
pub(crate) fn prepare(
    bot: &Bot,
    chain: &ChainRecord,
    run: &RunRecord,
    log: &dyn Log,
) -> Result<Prepared, LogError> {
    let base = run.base.clone().filter(|_| chain.head.is_some()).unwrap_or_else(|| Base {
        head: chain.head.clone(),
        last: chain.last,
        follows: chain.follows,
    });
    let may_chain = match bot.state {
        StateMode::Replay => false,
        StateMode::Auto => !chain.stateless,
        StateMode::Chain => true,
    };
    let previous = base.head.clone().filter(|_| may_chain);
    let chained = match previous {
        Some(previous) => since(bot, &base, run, log)?.map(|items| (previous, items)),
        None => None,
    };
    let (previous, input, follows) = match chained {
        Some((previous, items)) => {
            let follows = base.follows.saturating_add(items.said);
            (Some(previous), items.input, follows)
        }
        None => {
            let items = transcript(bot, run, log)?;
            (None, items.input, items.said)
        }
    };
    let reread = previous.is_none() && may_chain && chain.last > Seq::ZERO && run.base.is_none();
    let turn = Turn {
        instructions: bot.instructions.clone(),
        input,
        previous,
        store: may_chain,
        safety_identifier: None,
        cache_key: None,
        parameters: bot.parameters.clone(),
        tools: Vec::new(),
        schema: None,
    };
    Ok(Prepared { turn, base, follows, reread })
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
fn since(bot: &Bot, base: &Base, run: &RunRecord, log: &dyn Log) -> Result<Option<Items>, LogError> {
    // A message and an answer have up to three rows: its own, its answer's, and the answer's end.
    let most = bot.window.0.saturating_mul(3);
    let rows = log.range(base.last, run.through, most.saturating_add(1))?;
    if rows.len() > most {
        return Ok(None);
    }
    let own = || rows.iter().filter_map(as_answer).filter(|answer| answer.bot == bot.handle);
    // What was cut off and then given whole is no news: asked again, it became a part of the chain.
    let given: Vec<Seq> = own().filter(|answer| answer.is_in_chain()).map(|answer| answer.parent).collect();
    let mut items = Items::default();
    let mut asked = None;
    for row in &rows {
        match &row.data {
            RowData::Said(_) if row.seq == run.parent => asked = line(row),
            RowData::Said(_) => line(row).into_iter().for_each(|item| items.line(item)),
            RowData::Answer(answer) if answer.bot == bot.handle && given.contains(&answer.parent) => {}
            RowData::Answer(answer) if answer.bot == bot.handle => {
                partial(answer, run).into_iter().for_each(|item| items.input.push(item));
            }
            // Another bot's words count where they ended, not where they were asked for.
            RowData::Answer(_) => {}
            RowData::Ended => {
                let Some(target) = row.target else { continue };
                let target = log.one(target)?;
                if target.as_ref().and_then(as_answer).is_some_and(|answer| answer.bot != bot.handle) {
                    target.as_ref().and_then(line).into_iter().for_each(|item| items.line(item));
                }
            }
        }
    }
    if asked.is_none() {
        asked = log.one(run.parent)?.as_ref().and_then(line);
    }
    asked.into_iter().for_each(|item| items.line(item));
    let bytes: usize = items.input.iter().map(|item| item.text().len()).sum();
    Ok((bytes <= bot.window.1).then_some(items))
}

/// The newest messages that fit the bot's window, the one that asks last.
fn transcript(bot: &Bot, run: &RunRecord, log: &dyn Log) -> Result<Items, LogError> {
    let asking = log.one(run.parent)?;
    let asked = asking.as_ref().and_then(line);
    let mut bytes = asked.as_ref().map_or(0, |item| item.text().len());
    let mut newest_first: Vec<(Item, bool)> = Vec::new();
    let mut answered: Vec<Seq> = Vec::new();
    let mut is_left_out = false;
    let rows = log.newest(run.through.next(), bot.window.0.saturating_add(1))?;
    for (index, row) in rows.iter().enumerate() {
        if index >= bot.window.0 {
            is_left_out = true;
            break;
        }
        let item = match &row.data {
            RowData::Said(_) if row.seq == run.parent => continue,
            RowData::Said(_) => line(row).map(|item| (item, true)),
            RowData::Answer(answer) if answer.bot == bot.handle => {
                // Of several answers to one question the last one counts.
                if answer.parent == run.parent || answered.contains(&answer.parent) {
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
            RowData::Ended => None,
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

/// A row as what somebody said. Answers that hold no words are none.
fn line(row: &Row) -> Option<Item> {
    let at = moment(row.at);
    let json = match &row.data {
        RowData::Said(said) => {
            let id = format!("p{}", said.number);
            serde_json::to_string(&Line { id: &id, from: &said.name, text: &said.text, at: &at })
        }
        RowData::Answer(answer) if !answer.text.is_empty() => {
            let id = format!("bot:{}", answer.bot);
            serde_json::to_string(&Line { id: &id, from: &answer.bot, text: &answer.text, at: &at })
        }
        RowData::Answer(_) | RowData::Ended => return None,
    };
    json.ok().map(|text| Item::user(text))
}

/// The bot's own finished words.
fn own(answer: &AnswerRow) -> Option<Item> {
    let is_whole = answer.is_in_chain() && !answer.text.is_empty();
    is_whole.then(|| Item::assistant(answer.text.clone()))
}

/// The bot's own words that were cut off, unless they are what is being asked again.
fn partial(answer: &AnswerRow, run: &RunRecord) -> Option<Item> {
    let is_cut = answer.state.is_end() && !answer.is_in_chain() && !answer.text.is_empty();
    (is_cut && answer.parent != run.parent).then(|| remark(CUT_OFF, Some(&answer.text)))
}

fn remark(note: &str, text: Option<&str>) -> Item {
    let text = serde_json::to_string(&Remark { note, text }).unwrap_or_default();
    Item::user(text)
}

/// A moment to the minute in UTC, as in RFC 3339. The calendar is Howard Hinnant's `civil_from_days`.
fn moment(at: Millis) -> String {
    let minutes = at.0 / 60_000;
    let days = minutes / 1_440 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}Z", minutes / 60 % 24, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates() {
        assert_eq!(moment(Millis(0)), "1970-01-01T00:00Z");
        assert_eq!(moment(Millis(951_782_399_000)), "2000-02-28T23:59Z");
        assert_eq!(moment(Millis(951_782_400_000)), "2000-02-29T00:00Z");
        assert_eq!(moment(Millis(1_795_177_957_000)), "2026-11-20T12:32Z");
        assert_eq!(moment(Millis(4_102_444_799_999)), "2099-12-31T23:59Z");
    }
}
