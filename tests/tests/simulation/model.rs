//! The model's server: it streams random words in random pieces, fails in every way that the room knows, and keeps
//! conversations, so that the checker can tell what a bot was told.

use std::collections::BTreeMap;

use models::{Ended, Fault, FaultKind, Finish, ModelEvent, Turn};
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
    plan: Vec<ModelEvent>,
}

/// The server.
#[derive(Default)]
pub(crate) struct ModelServer {
    /// Every call, in order.
    pub(crate) calls: Vec<Asked>,
    /// Conversations that can be continued, by their newest response: the call that it answered.
    pub(crate) kept: BTreeMap<String, usize>,
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
                plan(dice, ModelEvent::Started { id, previous: kept }, is_troubled)
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
            ModelEvent::Text(text) | ModelEvent::Refusal(text) => asked.spoken.push_str(text),
            ModelEvent::Ended(ended) => {
                if matches!(ended.finish, Finish::Complete | Finish::Refused) {
                    asked.whole = Some(ended.text.clone().unwrap_or_else(|| asked.spoken.clone()));
                    self.model.kept.insert(asked.response.clone(), call);
                }
                self.shell.tasks.remove(&(run, attempt));
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

/// What the server will say, from the first word to the last.
fn plan(dice: &mut Dice, started: ModelEvent, is_troubled: bool) -> Vec<ModelEvent> {
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
    let mut text = String::new();
    for number in 0..dice.between(0, 12) {
        let piece = format!("{}{number} ", dice.pick(&WORDS));
        text.push_str(&piece);
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
    let usage = dice.percent(80).then_some(Usage { input: 10, cached: 5, output: 7 });
    plan.push(ModelEvent::Ended(Ended {
        text: dice.percent(50).then_some(text),
        usage,
        ..Ended::bare(finish)
    }));
    plan
}

fn failed(dice: &mut Dice, kind: FaultKind) -> ModelEvent {
    let retry_after_ms = *dice.pick(&[None, None, Some(700), Some(30_000)]);
    let fault = Fault { kind, retry_after_ms, note: String::new() };
    ModelEvent::Ended(Ended::bare(Finish::Failed(fault)))
}
