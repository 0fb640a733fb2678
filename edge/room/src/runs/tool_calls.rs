//! Tool rounds: the model calls tools, the room or its caller runs them, and the model is called again with their outputs.
//!
//! Whatever goes wrong is told to the model as the tool's output, so no round can hang and no person is shown a tool's error.

use models::{Item, ToolCall};
use serde_json::Value;
use shared::{Seq, limits};

use super::Runs;
use super::active_run::{ActiveRun, LEDGER_MS, Phase, RunningTool};
use crate::context::Context;
use crate::effect::{Effect, WeatherRequest};
use crate::prompt::ResponseWithTools;
use crate::tools::{self, ToolResult};

impl Runs {
    /// Starts a tool round. `chain_tokens` are those of the chain that ends with the response that asks for the tools.
    pub(super) fn start_tool_round(
        &mut self,
        cx: &mut Context<'_>,
        run: Seq,
        calls: Vec<ToolCall>,
        chain_tokens: u64,
    ) {
        let Some(active) = self.active.get_mut(&run) else { return };
        let offered = cx.config.bot(&active.record.bot).map(|bot| bot.tools.clone()).unwrap_or_default();
        let response = active.call().filter(|call| call.keeps_response && !active.without_chain);
        let id = response.and_then(|call| call.response_id.clone());
        active.tools.asked_by = id.map(|id| ResponseWithTools { id, chain_tokens });
        active.tools.count = active.tools.count.saturating_add(1);
        // The model is told what it has said before it called.
        let words = active.answer.text.get(active.earlier_bytes..).unwrap_or_default().trim();
        if !words.is_empty() {
            active.tools.exchange.push(Item::assistant(words));
        }
        active.earlier_bytes = active.answer.text.len();
        let mut running = Vec::with_capacity(calls.len());
        let mut has_searched = false;
        for (index, call) in calls.into_iter().enumerate() {
            let is_search = call.name == tools::SEARCH;
            let output = if index >= limits::TOOL_CALLS {
                Some(tools::output(&tools::error("too many calls at once")))
            } else if is_search && has_searched {
                Some(tools::output(&tools::error("one search at a time: search again after this one")))
            } else {
                run_tool(cx, active, (index, &call), &offered)
            };
            has_searched |= is_search;
            running.push(RunningTool { call, output });
        }
        active.phase = Phase::RunningTools { since: cx.now, calls: running };
        self.publish(cx, run);
        self.continue_after_tools(cx, run);
    }

    /// Handles the output of a tool that the caller ran.
    pub(crate) fn tool_finished(
        &mut self,
        cx: &mut Context<'_>,
        run: Seq,
        call_number: u32,
        index: usize,
        output: &Value,
    ) {
        let Some(active) = self.active.get_mut(&run) else { return };
        let Phase::RunningTools { calls, .. } = &mut active.phase else { return };
        if active.record.calls != call_number {
            return;
        }
        if let Some(tool) = calls.get_mut(index).filter(|tool| tool.output.is_none()) {
            tool.output = Some(tools::output(output));
            self.continue_after_tools(cx, run);
        }
    }

    /// Goes on without the tools and the ledger where they take too long.
    pub(crate) fn end_late_waits(&mut self, cx: &mut Context<'_>) {
        let (mut late_tools, mut late_claims) = (Vec::new(), Vec::new());
        for active in self.active.values_mut() {
            let (run, call_number) = (active.record.run, active.next_call_number());
            match &mut active.phase {
                Phase::RunningTools { since, calls } if since.plus(limits::TOOL_MS) <= cx.now => {
                    for tool in calls.iter_mut().filter(|tool| tool.output.is_none()) {
                        tool.output = Some(tools::output(&tools::error("it took too long")));
                    }
                    late_tools.push(run);
                }
                Phase::Reserving { since, .. } if since.plus(LEDGER_MS) <= cx.now => {
                    late_claims.push((run, call_number));
                }
                _ => {}
            }
        }
        for run in late_tools {
            self.continue_after_tools(cx, run);
        }
        for (run, call_number) in late_claims {
            self.claim_answered(cx, run, call_number, None);
        }
    }

    /// Calls the model again, once every tool has answered.
    fn continue_after_tools(&mut self, cx: &mut Context<'_>, run: Seq) {
        let Some(active) = self.active.get_mut(&run) else { return };
        if active.take_tool_outputs() {
            self.start_next_call(cx, run);
        }
    }
}

impl ActiveRun {
    /// Replaces what searches found, because it may hold deleted messages: the model is not told of them in a later call.
    pub(super) fn forget_search_results(&mut self) {
        let gone = || tools::output(&tools::error("messages were deleted since, search again"));
        if let Phase::RunningTools { calls, .. } = &mut self.phase {
            let searches = calls.iter_mut().filter(|tool| tool.call.name == tools::SEARCH);
            searches.for_each(|tool| tool.output = Some(gone()));
        }
        for item in self.tools.exchange.iter_mut().chain(&mut self.tools.last_outputs) {
            if let Item::ToolOutput { name, output, .. } = item
                && name == tools::SEARCH
            {
                *output = gone();
            }
        }
    }

    /// Ends the tool round if every tool has answered: its outputs become a part of the next prompt. Returns whether it did.
    fn take_tool_outputs(&mut self) -> bool {
        let Phase::RunningTools { calls, .. } = &mut self.phase else { return false };
        if calls.iter().any(|tool| tool.output.is_none()) {
            return false;
        }
        let calls = std::mem::take(calls);
        self.tools.last_outputs = calls
            .iter()
            .map(|tool| Item::ToolOutput {
                id: tool.call.id.clone(),
                name: tool.call.name.clone(),
                output: tool.output.clone().unwrap_or_default(),
            })
            .collect();
        self.tools.exchange.extend(calls.into_iter().map(|tool| Item::ToolCall(tool.call)));
        self.tools.exchange.extend(self.tools.last_outputs.iter().cloned());
        self.phase = Phase::Queued;
        true
    }
}

/// Runs one tool call. `None`: its output comes later as [`crate::Input::ToolFinished`].
fn run_tool(
    cx: &mut Context<'_>,
    active: &mut ActiveRun,
    (index, call): (usize, &ToolCall),
    offered: &[String],
) -> Option<String> {
    // The model invents names: people are shown only those of tools.
    if tools::is_offered(&call.name, offered) {
        active.answer.tool_uses.push(tools::tool_use(call));
    }
    // What was written after the question belongs to the next turn, so it is not searched either.
    let before = active.record.through;
    let result = tools::run(call, offered, cx.now, before, cx.storage).unwrap_or_else(|error| {
        cx.warn(format!(
            "run {}: a tool failed to read the log: {error}; the model is told",
            active.record.run
        ));
        ToolResult::Output(tools::error("the room cannot be searched now"))
    });
    match result {
        ToolResult::Output(value) => Some(tools::output(&value)),
        ToolResult::Found { output, oldest } => {
            active.tools.oldest_hit = Some(active.tools.oldest_hit.map_or(oldest, |known| known.min(oldest)));
            Some(tools::output(&output))
        }
        ToolResult::FetchWeather(query) => {
            let (run, call_number) = (active.record.run, active.record.calls);
            cx.effects.push(Effect::FetchWeather(WeatherRequest { run, call_number, index, query }));
            None
        }
    }
}
