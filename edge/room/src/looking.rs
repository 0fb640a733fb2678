//! A round of tools: the model asks, the room or the shell looks, and the model is asked again with what was found.
//!
//! The room sees what is looked up. Whatever goes wrong is said to the model as the tool's output, so no round can hang and
//! no person is shown a tool's error.

use models::{Item, ToolCall};
use serde_json::Value;
use shared::{Millis, Seq, limits};

use crate::answers::{ActiveRun, Phase};
use crate::room::Effects;
use crate::tools::{self, Found};
use crate::{Effect, Room, Storage, WeatherRequest};

impl Room {
    /// The model wants to know something before it goes on.
    pub(crate) fn look_up(
        &mut self,
        now: Millis,
        run: Seq,
        calls: Vec<ToolCall>,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        // What was said after the question belongs to the next turn, also where it is looked for.
        let before = live.record.through;
        let offered =
            self.config.bots.iter().find(|bot| bot.handle == live.record.bot).map(|bot| bot.tools.clone());
        let offered = offered.unwrap_or_default();
        live.tools.count = live.tools.count.saturating_add(1);
        live.settled = live.text.len();
        live.tools.asked_by = live.response.clone().filter(|_| live.keeps_response && !live.is_rebuilt);
        let mut asked = Vec::with_capacity(calls.len());
        for (index, call) in calls.into_iter().enumerate() {
            let found = if index < limits::TOOL_CALLS {
                // Names are the model's: only those of tools are shown.
                if offered.contains(&call.name) {
                    live.tools.tool_uses.push(tools::look(&call));
                }
                tools::find(&call, &offered, now, before, log).unwrap_or_else(|error| {
                    out.push(Effect::LogWarning(format!("a tool could not read: {error}")));
                    Found::Here(tools::error("the room cannot be searched now"))
                })
            } else {
                Found::Here(tools::error("too many calls at once"))
            };
            let output = match found {
                Found::Here(value) => Some(tools::output(&value)),
                Found::Weather(city) => {
                    let (call_number, id) = (live.record.calls, call.id.clone());
                    out.push(Effect::FetchWeather(WeatherRequest { run, call_number, id, city }));
                    None
                }
            };
            asked.push((call, output));
        }
        live.phase = Phase::Looking { since: now, calls: asked };
        self.publish_run(run);
        self.go_on(now, run, log, out);
    }

    /// A tool answered.
    #[expect(clippy::too_many_arguments, reason = "the parts of one input")]
    pub(crate) fn looked(
        &mut self,
        now: Millis,
        run: Seq,
        call_number: u32,
        id: &str,
        output: &Value,
        log: &dyn Storage,
        out: &mut Effects,
    ) {
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        let Phase::Looking { calls, .. } = &mut live.phase else { return };
        if live.record.calls != call_number {
            return;
        }
        let waiting = calls.iter_mut().find(|(call, found)| call.id == id && found.is_none());
        if let Some((_, found)) = waiting {
            *found = Some(tools::output(output));
            self.go_on(now, run, log, out);
        }
    }

    /// Tools and ledgers that took too long are not waited for.
    pub(crate) fn end_waiting(&mut self, now: Millis, log: &dyn Storage, out: &mut Effects) {
        let mut late = Vec::new();
        for live in self.answers.open.values_mut() {
            match &mut live.phase {
                Phase::Looking { since, calls } if since.plus(limits::TOOL_MS) <= now => {
                    for (_, found) in calls.iter_mut().filter(|(_, found)| found.is_none()) {
                        *found = Some(tools::output(&tools::error("it took too long")));
                    }
                    late.push((live.record.run, None));
                }
                Phase::Reserving { since } if since.plus(crate::calling::LEDGER_MS) <= now => {
                    late.push((live.record.run, Some(live.record.calls.saturating_add(1))));
                }
                _ => {}
            }
        }
        for (run, call_number) in late {
            match call_number {
                Some(call_number) => self.reserved(now, run, call_number, None, log, out),
                None => self.go_on(now, run, log, out),
            }
        }
    }

    /// Asks the model again, once every tool has answered.
    fn go_on(&mut self, now: Millis, run: Seq, log: &dyn Storage, out: &mut Effects) {
        let Some(live) = self.answers.open.get_mut(&run) else { return };
        if !live.take_found() {
            return;
        }
        self.begin(now, run, log, out);
    }
}

impl ActiveRun {
    /// Something was deleted that a search may have found: the model is not told of it in a later round.
    pub(crate) fn forget_found(&mut self) {
        let gone = || tools::output(&tools::error("messages were deleted since, search again"));
        if let Phase::Looking { calls, .. } = &mut self.phase {
            let searches = calls.iter_mut().filter(|(call, _)| call.name == tools::SEARCH);
            searches.for_each(|(_, found)| *found = Some(gone()));
        }
        for item in self.tools.exchange.iter_mut().chain(&mut self.tools.found) {
            if let Item::ToolOutput { name, output, .. } = item
                && name == tools::SEARCH
            {
                *output = gone();
            }
        }
    }

    /// Takes over what the tools of this round found. False: some have not answered.
    fn take_found(&mut self) -> bool {
        let Phase::Looking { calls, .. } = &mut self.phase else { return false };
        if calls.iter().any(|(_, found)| found.is_none()) {
            return false;
        }
        let calls = std::mem::take(calls);
        self.tools.found = calls
            .iter()
            .map(|(call, found)| Item::ToolOutput {
                id: call.id.clone(),
                name: call.name.clone(),
                output: found.clone().unwrap_or_default(),
            })
            .collect();
        self.tools.exchange.extend(calls.into_iter().map(|(call, _)| Item::ToolCall(call)));
        self.tools.exchange.extend(self.tools.found.iter().cloned());
        self.phase = Phase::Waiting;
        true
    }
}
