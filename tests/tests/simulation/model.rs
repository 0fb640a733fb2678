//! The model's server: it streams random words in random pieces, fails in every way that the room knows, and keeps
//! conversations, so that the checker can tell what a bot was told.

use std::collections::{BTreeMap, BTreeSet};

use models::{FinishReason, ModelErrorKind, ModelEvent, ToolCall, Turn};
use room::{Call, Input};
use shared::Seq;

use crate::agenda::Happening;
use crate::options::Nature;
use crate::plan::{PASSING, Script, failed, plan};
use crate::world::World;

/// One call as the server saw it.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) run: Seq,
    pub(crate) call_number: u32,
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
            Some(_) if nature == Nature::Stateless => vec![failed(dice, ModelErrorKind::Stateless)],
            Some(id) if nature == Nature::Stateful && !self.model.kept.contains_key(id) => {
                vec![failed(dice, ModelErrorKind::ChainLost)]
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
            call_number: call.call_number,
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
        let (run, call_number) = (asked.run, asked.call_number);
        if self.shell.tasks.get(&(run, call_number)) != Some(&call) {
            return;
        }
        let event = asked.plan[step].clone();
        match &event {
            ModelEvent::Text(text) | ModelEvent::Refusal(text) => {
                asked.spoken.push_str(text);
                asked.holds.insert(format!("a{call}"));
            }
            ModelEvent::Finished(ended) => {
                if matches!(ended.finish, FinishReason::Complete | FinishReason::Refused) {
                    asked.whole = Some(ended.text.clone().unwrap_or_else(|| asked.spoken.clone()));
                    asked.tools.clone_from(&ended.calls);
                    if asked.turn.store {
                        self.model.kept.insert(asked.response.clone(), call);
                    }
                    if !ended.calls.is_empty() {
                        self.history.met.count("tools");
                    }
                }
                self.shell.tasks.remove(&(run, call_number));
            }
            ModelEvent::Started { id: Some(id), .. } if asked.turn.store => {
                let id = id.clone();
                self.trace.line(self.agenda.now, || format!("model: run {run} call {call_number} is {id}"));
                let failed = self.history.met.0.get("store failed").copied();
                self.tell_room(Input::ModelEvent { run, call_number, event });
                let has_failed = failed != self.history.met.0.get("store failed").copied();
                if !self.history.recorded.contains(&id) && !has_failed && self.shell.room.is_some() {
                    self.fail(format!("unrecorded: the room heard of {id} and does not keep it"));
                }
                return;
            }
            ModelEvent::Started { .. } | ModelEvent::Alive => {}
        }
        self.trace.line(self.agenda.now, || format!("model: run {run} call {call_number}: {event:?}"));
        self.tell_room(Input::ModelEvent { run, call_number, event });
    }

    /// The server forgets every conversation.
    pub(crate) fn forget_chains(&mut self) {
        self.model.kept.clear();
    }
}

/// Whether a bot is asked to sum up what it remembers.
pub(crate) fn is_summary(turn: &Turn) -> bool {
    turn.input.last().is_some_and(|item| item.text().contains("write a summary of it for yourself"))
}
