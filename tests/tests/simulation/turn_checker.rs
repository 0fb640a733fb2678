//! Checks the turns that bots are sent: over a chain every message exactly once, in order, under the right speaker, with
//! notes of edits and with tool outputs. The expectation is computed from the log at the time of the call, independent
//! of the room's code.

use models::{Item, Role};
use room::{AnswerRow, Call, LogRow, RowData};
use serde::Deserialize;
use shared::{ErrorCode, PrivateRequest, RunState, Seq};

use crate::model::{ModelCall, is_summary};
use crate::private_answers;
use crate::world::World;

/// One item of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Line {
        id: String,
        text: String,
    },
    Own(String),
    CutOff(String),
    Changed {
        id: String,
        text: String,
    },
    SummedUp,
    LeftOut,
    /// The nickname of the one who missed what stands before it.
    Missed,
    Called(String, String),
    Returned(String),
    Unknown(String),
}

/// The JSON of an item that the room wrote.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    note: Option<String>,
    id: Option<String>,
    text: Option<String>,
    #[serde(rename = "from")]
    _from: Option<String>,
    #[serde(rename = "at")]
    _at: Option<String>,
}

impl Piece {
    fn of(item: &Item) -> Self {
        let unknown = || Self::Unknown(item.text().to_owned());
        match item {
            Item::Message { role: Role::Assistant, text } => Self::Own(text.clone()),
            Item::ToolCall(call) => Self::Called(call.id.clone(), call.arguments.clone()),
            Item::ToolOutput { id, .. } => Self::Returned(id.clone()),
            Item::Message { role: Role::User, text } => {
                let Ok(Read { note, id, text, .. }) = serde_json::from_str(text) else { return unknown() };
                match (note.as_deref().unwrap_or_default(), id, text) {
                    ("", Some(id), Some(text)) => Self::Line { id, text },
                    ("your answer was cut off here", None, Some(text)) => Self::CutOff(text),
                    (note, Some(id), Some(text)) if note.contains("was changed") => {
                        Self::Changed { id, text }
                    }
                    (note, None, Some(_)) if note.contains("the reader missed") => Self::Missed,
                    (note, None, Some(_)) if note.contains("summary") => Self::SummedUp,
                    ("older messages are left out", None, None) => Self::LeftOut,
                    _ => unknown(),
                }
            }
        }
    }
}

impl World {
    /// Checks the turn of a call.
    pub(crate) fn check_turn(&self, call: &Call) -> Result<(), String> {
        let Call { run, bot, turn, .. } = call;
        let wrong = |told: &[Piece], expected: &[Piece]| {
            let from = &turn.previous;
            Err(format!(
                "wrong turn: run {run} of {bot} from {from:?} is told {told:?} instead of {expected:?}"
            ))
        };
        if self.shell.storage.memory.runs.get(run).is_some_and(|run| run.is_answered) {
            // A further answer to the same question.
            let first = self.model.calls.iter().rfind(|before| before.run == *run).map(|before| &before.turn);
            return if first == Some(turn) { Ok(()) } else { wrong(&[], &[]) };
        }
        let told: Vec<Piece> = turn.input.iter().map(Piece::of).collect();
        if private_answers::is_private(*run) {
            return if self.is_private_turn(call, &told) { Ok(()) } else { wrong(&told, &[]) };
        }
        let before = match &turn.previous {
            Some(id) => {
                let before = self.model.by_id(id).map(|call| &self.model.calls[call]);
                Some(
                    before
                        .ok_or_else(|| format!("wrong turn: run {run} continues {id}, which nobody gave"))?,
                )
            }
            None => None,
        };
        if is_summary(turn) {
            let told = &told[..told.len() - 1];
            return match before {
                Some(before) => {
                    // A summary gets the notes of edits and no new messages: these come with the answer.
                    let mut expected = self.since(call, before);
                    expected.retain(|piece| matches!(piece, Piece::Changed { .. }));
                    let is_same =
                        told.len() == expected.len() && expected.iter().all(|piece| told.contains(piece));
                    if is_same { Ok(()) } else { wrong(told, &expected) }
                }
                // Without a chain it sums up messages that no longer fit beside the newest ones.
                None => {
                    let expected = self.transcript(call);
                    let older = &expected[..expected.len().saturating_sub(1)];
                    let told = &told[usize::from(told.first() == Some(&Piece::SummedUp))..];
                    let is_stretch = !told.is_empty() && older.windows(told.len()).any(|some| some == told);
                    if is_stretch { Ok(()) } else { wrong(told, older) }
                }
            };
        }
        if let Some(before) = before.filter(|before| before.run == *run) {
            let expected: Vec<Piece> =
                before.tools.iter().map(|asked| Piece::Returned(asked.id.clone())).collect();
            return if told == expected { Ok(()) } else { wrong(&told, &expected) };
        }
        if before.is_some_and(|before| before.bot != *bot) {
            return Err(format!("wrong turn: run {run} of {bot} continues another bot"));
        }
        let exchange = self.exchange(*run);
        let cut = told.len().saturating_sub(exchange.len());
        if told[cut..] != exchange[..] {
            return wrong(&told, &exchange);
        }
        let told = &told[..cut];
        match before {
            Some(before) => {
                let expected = self.since(call, before);
                if told == expected { Ok(()) } else { wrong(told, &expected) }
            }
            None => {
                let expected = self.transcript(call);
                let marks = told.iter().take_while(|piece| matches!(piece, Piece::SummedUp | Piece::LeftOut));
                let is_left_out = told.iter().take(2).any(|piece| *piece == Piece::LeftOut);
                let told = &told[marks.count()..];
                let is_newest = expected.ends_with(told) && (is_left_out || told.len() == expected.len());
                // Deleted messages take up a part of the window, and an erasure deletes many. A context that proved to be
                // small may hold a few lines only.
                let chain = self.shell.storage.memory.chains.get(bot);
                let is_much = self.options.has_erasures
                    || chain.is_some_and(|chain| chain.context_tokens.is_some())
                    || told.len() + 1 >= self.options.window.min(expected.len()) / 3;
                if is_newest && is_much { Ok(()) } else { wrong(told, &expected) }
            }
        }
    }

    /// Whether the turn of a private answer holds what was asked for, as it stands in the log now, and continues nothing.
    fn is_private_turn(&self, call: &Call, told: &[Piece]) -> bool {
        let memory = &self.shell.storage.memory;
        let Some(record) = memory.runs.get(&call.run) else { return false };
        let (from, to) = (record.parent, record.through);
        let expected: Vec<Piece> = memory.rows.range(from..=to).filter_map(|(_, row)| line(row)).collect();
        let is_alone = call.turn.previous.is_none() && !call.turn.store && call.turn.tools.is_empty();
        is_alone
            && match (record.private, told) {
                (Some(PrivateRequest::Translation(_)), told) => from == to && told == expected,
                (Some(PrivateRequest::CatchUp(_)), [Piece::LeftOut, told @ .., Piece::Missed]) => {
                    !told.is_empty() && expected.ends_with(told)
                }
                (Some(PrivateRequest::CatchUp(_)), [told @ .., Piece::Missed]) => {
                    !told.is_empty() && told == expected
                }
                _ => false,
            }
    }

    fn through(&self, run: Seq) -> Seq {
        self.history.through.get(&run).copied().unwrap_or_default()
    }

    fn parent(&self, run: Seq) -> Option<&LogRow> {
        let rows = &self.shell.storage.memory.rows;
        rows.get(&run).and_then(answer).and_then(|answer| rows.get(&answer.parent))
    }

    /// The tool calls and outputs of a run so far, as a transcript ends with them.
    fn exchange(&self, run: Seq) -> Vec<Piece> {
        let rounds = self.model.calls.iter().filter(|call| call.run == run && !call.is_summary);
        rounds.flat_map(round).collect()
    }

    /// What is new since the response that is continued: other bots' answers where they ended, edits of earlier messages,
    /// and the question last.
    fn since(&self, call: &Call, before: &ModelCall) -> Vec<Piece> {
        let rows = &self.shell.storage.memory.rows;
        let (last, through) = (self.through(before.run), self.through(call.run));
        let parent = self.parent(call.run);
        let parent_seq = parent.map(|row| row.seq);
        let between: Vec<&LogRow> =
            rows.values().filter(|row| row.seq > last && row.seq <= through).collect();
        let own = |row: &&&LogRow| answer(row).is_some_and(|answer| answer.bot == call.bot);
        let given: Vec<Seq> = between
            .iter()
            .filter(own)
            .filter_map(|row| answer(row).filter(|answer| is_whole(answer)).map(|answer| answer.parent))
            .collect();
        let mut pieces: Vec<Piece> = Vec::new();
        let mut changed: Vec<Seq> = Vec::new();
        for row in between {
            let target = row.target.and_then(|target| rows.get(&target));
            let piece = match &row.data {
                RowData::Message(_) if Some(row.seq) == parent_seq => None,
                RowData::Message(_) => line(row),
                RowData::Answer(answer) if answer.bot == call.bot && !given.contains(&answer.parent) => {
                    cut_off(answer, parent_seq)
                }
                RowData::Ended => {
                    target.filter(|row| answer(row).is_some_and(|of| of.bot != call.bot)).and_then(line)
                }
                RowData::Edited => {
                    let target = target.filter(|target| target.seq <= last && !changed.contains(&target.seq));
                    changed.extend(target.map(|target| target.seq));
                    target.and_then(line).map(into_change)
                }
                // Another bot's answer that the chain holds has the text of another option now.
                RowData::Chosen(_) => {
                    let is_told =
                        |of: &AnswerRow| of.bot != call.bot && of.ended.is_some_and(|at| at <= last);
                    let target = target.filter(|target| !changed.contains(&target.seq));
                    changed.extend(target.map(|target| target.seq));
                    target.filter(|row| answer(row).is_some_and(is_told)).and_then(line).map(into_change)
                }
                _ => None,
            };
            pieces.extend(piece);
        }
        pieces.extend(parent.and_then(line));
        pieces
    }

    /// Everything up to the run's question: of several own answers to one question the last, other bots' answers if they
    /// had ended by then, and the question last.
    fn transcript(&self, call: &Call) -> Vec<Piece> {
        let rows = &self.shell.storage.memory.rows;
        let through = self.through(call.run);
        let parent = self.parent(call.run);
        let parent_seq = parent.map(|row| row.seq);
        let mut answered: Vec<Seq> = Vec::new();
        let mut newest_first: Vec<Piece> = parent.and_then(line).into_iter().collect();
        for row in rows.values().rev().filter(|row| row.seq <= through && Some(row.seq) != parent_seq) {
            let piece = match &row.data {
                RowData::Message(_) => line(row),
                RowData::Answer(own) if own.bot == call.bot => {
                    if own.deleted || Some(own.parent) == parent_seq || answered.contains(&own.parent) {
                        continue;
                    }
                    if is_whole(own) {
                        answered.push(own.parent);
                        (!own.text.is_empty()).then(|| Piece::Own(own.text.clone()))
                    } else {
                        cut_off(own, parent_seq)
                    }
                }
                RowData::Answer(other) if other.ended.is_some_and(|ended| ended <= through) => line(row),
                _ => None,
            };
            newest_first.extend(piece);
        }
        newest_first.reverse();
        newest_first
    }
}

impl ModelCall {
    /// Whether this is a prefix of the model's text.
    pub(crate) fn has_said(&self, text: &str) -> bool {
        self.spoken.starts_with(text) || self.whole.as_deref() == Some(text)
    }
}

/// What one call said before its tool calls, these, then their outputs.
fn round(call: &ModelCall) -> Vec<Piece> {
    let words =
        call.whole.as_deref().map(str::trim).filter(|words| !words.is_empty() && !call.tools.is_empty());
    let words = words.map(|words| Piece::Own(words.to_owned())).into_iter();
    let called = call.tools.iter().map(|asked| Piece::Called(asked.id.clone(), asked.arguments.clone()));
    let returned = call.tools.iter().map(|asked| Piece::Returned(asked.id.clone()));
    words.chain(called).chain(returned).collect()
}

fn into_change(piece: Piece) -> Piece {
    match piece {
        Piece::Line { id, text } => Piece::Changed { id, text },
        other => other,
    }
}

fn answer(row: &LogRow) -> Option<&AnswerRow> {
    match &row.data {
        RowData::Answer(answer) => Some(answer),
        _ => None,
    }
}

/// Whether the model finished the answer, so that it is part of the chain.
fn is_whole(answer: &AnswerRow) -> bool {
    answer.state == RunState::Done || answer.code == Some(ErrorCode::Declined)
}

/// A partial answer of the bot itself, unless it is being regenerated.
fn cut_off(answer: &AnswerRow, parent: Option<Seq>) -> Option<Piece> {
    let is_cut = answer.state.is_end() && !is_whole(answer) && !answer.text.is_empty();
    (is_cut && Some(answer.parent) != parent).then(|| Piece::CutOff(answer.text.clone()))
}

fn line(row: &LogRow) -> Option<Piece> {
    let text = row.data.text().to_owned();
    let id = match &row.data {
        RowData::Message(said) => format!("p{}", said.number),
        RowData::Answer(answer) => format!("bot:{}", answer.bot),
        _ => return None,
    };
    (!text.is_empty()).then_some(Piece::Line { id, text })
}
