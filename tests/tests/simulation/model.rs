//! The simulated model server: it streams random text in random deltas, fails in every way that the room knows, and
//! stores responses, so that the checker can tell what a bot was sent.

use std::collections::{BTreeMap, BTreeSet};

use models::{FinishReason, ModelErrorKind, ModelEvent, ToolCall, Turn};
use room::{Call, Input};
use shared::Seq;

use crate::model_plan::{CallTraits, PASSING, failed, plan};
use crate::options::ServerState;
use crate::schedule::SimEvent;
use crate::world::World;

/// One call as the server received it.
#[derive(Debug)]
pub(crate) struct ModelCall {
    pub(crate) run: Seq,
    pub(crate) call_number: u32,
    pub(crate) bot: String,
    pub(crate) turn: Turn,
    /// The id of its response.
    pub(crate) response: String,
    /// The text that was streamed so far.
    pub(crate) spoken: String,
    /// The whole text, once the call has finished as complete.
    pub(crate) whole: Option<String>,
    /// The tool calls, once the call has finished with them.
    pub(crate) tools: Vec<ToolCall>,
    /// It asks for a summary, which nobody is shown.
    pub(crate) is_summary: bool,
    /// The markers of all text that the response holds.
    pub(crate) holds: BTreeSet<String>,
    plan: Vec<ModelEvent>,
}

#[derive(Default)]
pub(crate) struct ModelServer {
    pub(crate) calls: Vec<ModelCall>,
    /// Stored responses that can be continued, with the index of their call.
    pub(crate) kept: BTreeMap<String, usize>,
    pub(crate) deleted: BTreeSet<String>,
    /// The calls whose requests have left.
    pub(crate) sent: BTreeSet<(Seq, u32)>,
}

impl ModelServer {
    /// The index of the call that a response belongs to.
    pub(crate) fn by_id(&self, id: &str) -> Option<usize> {
        let number: usize = id.strip_prefix("resp-")?.parse().ok()?;
        (number < self.calls.len()).then_some(number)
    }
}

impl World {
    /// Receives a call and schedules its model events.
    pub(crate) fn ask(&mut self, call: Call) {
        let number = self.model.calls.len();
        let response = format!("resp-{number}");
        let server_state = self.options.server_state;
        let may_fail = self.options.faults.models && !self.is_settling;
        let is_down = self.schedule.now < self.active_faults.model_until;
        let is_summary = is_summary(&call.turn);
        let holds = self.holds(&call.turn);
        let random = &mut self.random;
        let plan = match &call.turn.previous {
            Some(_) if server_state == ServerState::Stateless => {
                vec![failed(random, ModelErrorKind::Stateless)]
            }
            Some(id) if server_state == ServerState::Stateful && !self.model.kept.contains_key(id) => {
                vec![failed(random, ModelErrorKind::ChainLost)]
            }
            _ if is_down => {
                let kind = *random.pick(&PASSING);
                vec![failed(random, kind)]
            }
            previous => {
                let kept = previous.clone().filter(|_| server_state == ServerState::Stateful);
                // Some servers give no response id.
                let id = (!may_fail || random.percent(95)).then(|| response.clone());
                let script = CallTraits {
                    number,
                    is_summary,
                    is_card: call.turn.schema.is_some(),
                    has_tools: !call.turn.tools.is_empty(),
                };
                plan(random, ModelEvent::Started { id, previous: kept }, may_fail, script)
            }
        };
        // A few calls wait for moderation. A model that answers does so after that.
        let mut wait = if may_fail && random.percent(10) { random.between(500, 5_000) } else { 0 };
        self.schedule.after(wait, SimEvent::CallLeaves { call: number });
        for step in 0..plan.len() {
            wait += match random.between(0, 19) {
                0 if may_fail => random.between(500, 3_500),
                _ => random.between(1, 120),
            };
            self.schedule.after(wait, SimEvent::Model { call: number, step });
        }
        self.model.calls.push(ModelCall {
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

    /// Sends the request of a call, unless it was aborted.
    pub(crate) fn call_leaves(&mut self, call: usize) {
        let asked = &self.model.calls[call];
        let (run, call_number) = (asked.run, asked.call_number);
        if self.shell.tasks.get(&(run, call_number)) == Some(&call) {
            self.model.sent.insert((run, call_number));
            self.room_input(Input::CallSent { run, call_number });
            if self.shell.room.is_none() {
                self.shell.tasks.remove(&(run, call_number));
            }
        }
    }

    /// Delivers the next model event of a call, unless it was aborted.
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
                        self.history.coverage.count("tools");
                    }
                }
                self.shell.tasks.remove(&(run, call_number));
            }
            ModelEvent::Started { id: Some(id), .. } if asked.turn.store => {
                let id = id.clone();
                self.trace.line(self.schedule.now, || format!("model: run {run} call {call_number} is {id}"));
                let failed = self.history.coverage.0.get("store failed").copied();
                self.room_input(Input::ModelEvent { run, call_number, event });
                let has_failed = failed != self.history.coverage.0.get("store failed").copied();
                if !self.history.recorded.contains(&id) && !has_failed && self.shell.room.is_some() {
                    self.fail(format!("unrecorded: the room heard of {id} and does not keep it"));
                }
                return;
            }
            ModelEvent::Started { .. } | ModelEvent::Thought(_) | ModelEvent::Alive => {}
        }
        self.trace.line(self.schedule.now, || format!("model: run {run} call {call_number}: {event:?}"));
        self.room_input(Input::ModelEvent { run, call_number, event });
    }

    /// Loses every stored response.
    pub(crate) fn forget_conversations(&mut self) {
        self.model.kept.clear();
    }
}

/// Whether a turn asks for a summary.
pub(crate) fn is_summary(turn: &Turn) -> bool {
    turn.input.last().is_some_and(|item| item.text().contains("write a summary of it for yourself"))
}
