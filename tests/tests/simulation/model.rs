//! The model's server: it streams random words in random pieces, fails in every way that the room knows, and keeps
//! conversations, so that the checker can tell what a bot was told.

use std::collections::{BTreeMap, BTreeSet};

use models::{Ended, Fault, FaultKind, Finish, ModelEvent, ToolCall, Turn};
use room::{Call, Input};
use shared::{Seq, Usage};

use crate::agenda::Happening;
use crate::dice::Dice;
use crate::options::Nature;
use crate::world::World;

/// One call as the server saw it.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) run: Seq,
    pub(crate) attempt: u32,
    pub(crate) bot: String,
    pub(crate) turn: Turn,
    /// The id that it gave.
    pub(crate) response: String,
    /// The text that was streamed so far.
    pub(crate) spoken: String,
    /// The whole text, once the answer was ended as complete.
    pub(crate) whole: Option<String>,
    /// What the model wanted to know, once it has said so.
    pub(crate) tools: Vec<ToolCall>,
    /// It was asked for a summary, which nobody is shown.
    pub(crate) is_summary: bool,
    /// The marks of all that the response holds.
    pub(crate) holds: BTreeSet<String>,
    plan: Vec<ModelEvent>,
}

/// The server.
#[derive(Default)]
pub(crate) struct ModelServer {
    /// Every call, in order.
    pub(crate) calls: Vec<Asked>,
    /// Conversations that can be continued, by their newest response: the call that it answered.
    pub(crate) kept: BTreeMap<String, usize>,
    /// Responses that it was asked to delete.
    pub(crate) deleted: BTreeSet<String>,
}

impl ModelServer {
    /// The call that a response answered.
    pub(crate) fn by_id(&self, id: &str) -> Option<usize> {
        let number: usize = id.strip_prefix("resp-")?.parse().ok()?;
        (number < self.calls.len()).then_some(number)
    }
}

const WORDS: [&str; 8] = ["좋아요", "the", "🎉", "한 줄\n", "is", "**굵게**", "answer", "é"];
const KINDS: [FaultKind; 14] = [
    FaultKind::ChainLost,
    FaultKind::Stateless,
    FaultKind::ContextTooLong,
    FaultKind::Unauthorized,
    FaultKind::Forbidden,
    FaultKind::NotFound,
    FaultKind::BadRequest,
    FaultKind::PolicyBlocked,
    FaultKind::RateLimited,
    FaultKind::QuotaExhausted,
    FaultKind::Overloaded,
    FaultKind::Timeout,
    FaultKind::Connection,
    FaultKind::Garbage,
];

impl World {
    /// A call reaches the server, which plans what it will say.
    pub(crate) fn ask(&mut self, call: Call) {
        let number = self.model.calls.len();
        let response = format!("resp-{number}");
        let nature = self.options.nature;
        let is_troubled = self.options.faults.models && !self.is_settling;
        let is_down = self.agenda.now < self.trouble.model_until;
        let is_summary = is_summary(&call.turn);
        let holds = self.holds(&call.turn);
        let dice = &mut self.dice;
        let plan = match &call.turn.previous {
            Some(_) if nature == Nature::Stateless => vec![failed(dice, FaultKind::Stateless)],
            Some(id) if nature == Nature::Stateful && !self.model.kept.contains_key(id) => {
                vec![failed(dice, FaultKind::ChainLost)]
            }
            _ if is_down => {
                let kind = *dice.pick(&PASSING);
                vec![failed(dice, kind)]
            }
            previous => {
                let kept = previous.clone().filter(|_| nature == Nature::Stateful);
                // Some servers give no id at all.
                let id = (!is_troubled || dice.percent(95)).then(|| response.clone());
                let script = Script {
                    number,
                    is_summary,
                    is_card: call.turn.schema.is_some(),
                    may_look: !call.turn.tools.is_empty(),
                };
                plan(dice, ModelEvent::Started { id, previous: kept }, is_troubled, script)
            }
        };
        let mut wait = 0;
        for step in 0..plan.len() {
            wait += match dice.between(0, 19) {
                0 if is_troubled => dice.between(500, 3_500),
                _ => dice.between(1, 120),
            };
            self.agenda.after(wait, Happening::Model { call: number, step });
        }
        self.model.calls.push(Asked {
            run: call.run,
            attempt: call.attempt,
            bot: call.bot,
            turn: call.turn,
            response,
            spoken: String::new(),
            whole: None,
            tools: Vec::new(),
            is_summary,
            holds,
            plan,
        });
    }

    /// The server says the next thing about a call, if anybody still listens.
    pub(crate) fn model_says(&mut self, call: usize, step: usize) {
        let asked = &mut self.model.calls[call];
        let (run, attempt) = (asked.run, asked.attempt);
        if self.shell.tasks.get(&(run, attempt)) != Some(&call) {
            return;
        }
        let event = asked.plan[step].clone();
        match &event {
            ModelEvent::Text(text) | ModelEvent::Refusal(text) => {
                asked.spoken.push_str(text);
                asked.holds.insert(format!("a{call}"));
            }
            ModelEvent::Ended(ended) => {
                if matches!(ended.finish, Finish::Complete | Finish::Refused) {
                    asked.whole = Some(ended.text.clone().unwrap_or_else(|| asked.spoken.clone()));
                    asked.tools.clone_from(&ended.calls);
                    if asked.turn.store {
                        self.model.kept.insert(asked.response.clone(), call);
                    }
                    if !ended.calls.is_empty() {
                        self.history.met.count("tools");
                    }
                }
                self.shell.tasks.remove(&(run, attempt));
            }
            ModelEvent::Started { id: Some(id), .. } if asked.turn.store => {
                let id = id.clone();
                self.trace.line(self.agenda.now, || format!("model: run {run} call {attempt} is {id}"));
                let failed = self.history.met.0.get("store failed").copied();
                self.tell_room(Input::Model { run, attempt, event });
                let has_failed = failed != self.history.met.0.get("store failed").copied();
                if !self.history.recorded.contains(&id) && !has_failed && self.shell.room.is_some() {
                    self.fail(format!("unrecorded: the room heard of {id} and does not keep it"));
                }
                return;
            }
            ModelEvent::Started { .. } | ModelEvent::Alive => {}
        }
        self.trace.line(self.agenda.now, || format!("model: run {run} call {attempt}: {event:?}"));
        self.tell_room(Input::Model { run, attempt, event });
    }

    /// The server forgets every conversation.
    pub(crate) fn forget_chains(&mut self) {
        self.model.kept.clear();
    }
}

/// Failures that pass.
const PASSING: [FaultKind; 4] =
    [FaultKind::RateLimited, FaultKind::Overloaded, FaultKind::Timeout, FaultKind::Connection];

/// What a call is like.
struct Script {
    number: usize,
    is_summary: bool,
    is_card: bool,
    may_look: bool,
}

/// Whether a bot is asked to sum up what it remembers.
pub(crate) fn is_summary(turn: &Turn) -> bool {
    turn.input.last().is_some_and(|item| item.text().contains("write a summary of it for yourself"))
}

/// What the server will say, from the first word to the last.
fn plan(dice: &mut Dice, started: ModelEvent, is_troubled: bool, script: Script) -> Vec<ModelEvent> {
    let mut plan = vec![started];
    let fate = if is_troubled { dice.between(0, 19) } else { 19 };
    if fate == 0 {
        // It took the turn and never says anything.
        plan.truncate(dice.below(2));
        return plan;
    }
    if fate == 1 {
        let kind = *dice.pick(&KINDS);
        plan.truncate(dice.below(2));
        plan.push(failed(dice, kind));
        return plan;
    }
    let calls = lookups(dice, &script);
    let pieces = if calls.is_empty() || dice.percent(40) { words(dice, &script) } else { Vec::new() };
    let text = pieces.concat();
    for piece in pieces {
        plan.push(if fate == 2 { ModelEvent::Refusal(piece) } else { ModelEvent::Text(piece) });
        if dice.percent(10) {
            plan.push(ModelEvent::Alive);
        }
    }
    let finish = match fate {
        // It falls silent in the middle.
        3 => return plan,
        4 => Finish::Cut,
        5 => Finish::Length,
        6 => Finish::Filtered,
        2 => Finish::Refused,
        7 => {
            let kind = *dice.pick(&KINDS);
            plan.push(failed(dice, kind));
            return plan;
        }
        _ => Finish::Complete,
    };
    if fate == 8 {
        // Some servers name the answer late.
        plan.rotate_left(1);
    }
    // Never more than the room expects at worst: 64 tokens of form, and the output's limit.
    let usage = Usage { input: dice.between(10, 60), cached: 5, output: dice.between(0, 99) };
    let usage = dice.percent(80).then_some(usage);
    let calls = if finish == Finish::Complete { calls } else { Vec::new() };
    plan.push(ModelEvent::Ended(Ended { text: dice.percent(50).then_some(text), usage, finish, calls }));
    plan
}

/// Words in pieces. The first of them is the answer's mark.
fn words(dice: &mut Dice, script: &Script) -> Vec<String> {
    let mark = format!("{}{}", if script.is_summary { 's' } else { 'a' }, script.number);
    if script.is_card && dice.percent(85) {
        let text = match dice.between(0, 9) {
            0 => format!("{mark} is no card"),
            1 => format!(r#"{{"question":"{mark}","options":["one"]}}"#),
            2 => format!(r#"{{"question":"{mark}","options":["김밥","#),
            _ => format!(r#"{{"question":"{mark} 점심?","options":["김밥","라면","떡볶이"]}}"#),
        };
        let letters: Vec<char> = text.chars().collect();
        let length = dice.between(3, 30) as usize;
        return letters.chunks(length).map(|piece| piece.iter().collect()).collect();
    }
    let count = dice.between(u64::from(script.is_summary), 12);
    let piece = |dice: &mut Dice, number: u64| match number {
        0 => format!("{mark} "),
        _ => format!("{}{number} ", dice.pick(&WORDS)),
    };
    (0..count).map(|number| piece(dice, number)).collect()
}

/// What the model wants to know before it answers. Some ask for tools that nobody offered, or in words that are no JSON.
fn lookups(dice: &mut Dice, script: &Script) -> Vec<ToolCall> {
    let chance = if script.may_look { 45 } else { 2 };
    if !dice.percent(chance) {
        return Vec::new();
    }
    let number = script.number;
    let call = |dice: &mut Dice, index: u64| {
        let (name, arguments) = *dice.pick(&LOOKUPS);
        // One id for two calls is wrong, and happens.
        let index = if dice.percent(5) { 0 } else { index };
        let (name, arguments) = (name.to_owned(), arguments.to_owned());
        ToolCall { id: format!("call-{number}-{index}"), name, arguments, signature: None }
    };
    (0..dice.between(1, 6)).map(|index| call(dice, index)).collect()
}

const LOOKUPS: [(&str, &str); 10] = [
    ("get_current_weather", r#"{"city":"Seoul"}"#),
    ("get_current_weather", r#"{"city":"부산"}"#),
    ("get_current_weather", r#"{"city":7}"#),
    ("current_time", r#"{"utc_offset":"+09:00"}"#),
    ("current_time", "{}"),
    ("search_room", r#"{"query":"m"}"#),
    ("search_room", r#"{"query":"안녕"}"#),
    ("search_room", "{\"query\":"),
    ("drop_table", r#"{"really":true}"#),
    ("", ""),
];

fn failed(dice: &mut Dice, kind: FaultKind) -> ModelEvent {
    let retry_after_ms = *dice.pick(&[None, None, Some(700), Some(30_000)]);
    let fault = Fault { kind, retry_after_ms, note: String::new() };
    ModelEvent::Ended(Ended::bare(Finish::Failed(fault)))
}
