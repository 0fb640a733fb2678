//! How faults change a stream, whichever API it belongs to.

use super::Fault;
use crate::api::{ApiCall, ErrorDetail};
use crate::stream::{DONE, EventKind, Split, Step, WireFormat, end_after, insertion_point};
use serde_json::{Value, json};
use std::time::Duration;

impl Fault {
    /// Changes the steps of the stream and how they are written.
    pub(crate) fn change_stream(&self, call: &dyn ApiCall, steps: &mut Vec<Step>, format: &mut WireFormat) {
        self.framing(call, steps, format);
        self.ends(call, steps, format);
        self.events(call, steps);
    }

    /// Frames the same events in another way.
    fn framing(&self, call: &dyn ApiCall, steps: &mut Vec<Step>, format: &mut WireFormat) {
        match self {
            Fault::SplitEvery(bytes) => format.split = Some(Split::Every((*bytes).max(1))),
            Fault::SplitAt(offset) => format.split = Some(Split::At(*offset)),
            Fault::LineEnds(line_end) => format.framing.line_end = *line_end,
            Fault::ByteOrderMark => steps.insert(0, Step::Raw(vec![0xEF, 0xBB, 0xBF])),
            Fault::OddFraming => format.multi_line = true,
            Fault::NoEventLines => format.framing.event_lines = false,
            Fault::Terse => {
                format.framing.sequence_numbers = false;
                events_of(steps).for_each(|(_, event)| call.remove_optional_fields(event));
            }
            Fault::NoUsage => {
                // An event that carries nothing but the usage is not sent at all.
                events_of(steps).for_each(|(_, event)| call.remove_usage(event));
                steps.retain(|step| !matches!(step, Step::Event(_, Value::Null)));
            }
            Fault::EmptyFinish => {
                events_of(steps).for_each(|(kind, event)| call.empty_finish_reason(kind, event));
            }
            _ => {}
        }
    }

    /// Ends the stream too early, too late, or without its terminal event.
    fn ends(&self, call: &dyn ApiCall, steps: &mut Vec<Step>, format: &mut WireFormat) {
        match self {
            Fault::SilentAfterHeaders => *steps = vec![Step::Silence],
            Fault::SilentAfterDeltas(deltas) => end_after(steps, *deltas, vec![Step::Silence]),
            Fault::CutAfterBytes { bytes, how } => format.cut = Some((*bytes, *how)),
            Fault::CutAfterDeltas { deltas, how } => end_after(steps, *deltas, vec![Step::Close(*how)]),
            Fault::DoneMarker => steps.push(Step::raw(DONE)),
            Fault::NoDoneMarker => {
                steps.retain(|step| !matches!(step, Step::Raw(bytes) if bytes == DONE.as_bytes()));
            }
            Fault::NoTerminal => steps.retain(|step| !step.is(EventKind::Terminal)),
            Fault::ErrorEvent { deltas, nested, code, message } => {
                end_after(steps, *deltas, vec![call.error_event(*nested, ErrorDetail { code, message })]);
            }
            Fault::Failed { deltas, code, message } => {
                end_after(steps, *deltas, vec![call.failed_event(ErrorDetail { code, message })]);
            }
            Fault::Endless => {
                if let Some(delta) = first_delta(steps) {
                    let more = " …and so on and so forth, until the connection ends";
                    end_after(steps, 1, vec![Step::Endless(call.with_text(&delta, more))]);
                }
            }
            Fault::TwoTerminals => steps.push(call.second_terminal()),
            Fault::LateError => {
                let detail = ErrorDetail { code: "server_error", message: "An error after the end." };
                steps.push(call.error_event(true, detail));
            }
            Fault::StaysOpen => steps.push(Step::Silence),
            Fault::Body(body) => *steps = vec![Step::raw(body)],
            _ => {}
        }
    }

    /// Adds events, and changes some.
    fn events(&self, call: &dyn ApiCall, steps: &mut Vec<Step>) {
        match self {
            Fault::LateDelta(millis) => {
                let wait = Step::Wait(Duration::from_millis(*millis));
                steps.insert(insertion_point(steps, 0), wait);
            }
            Fault::Noise => noise(call, steps),
            Fault::BadJson(deltas) => {
                steps.insert(insertion_point(steps, *deltas), Step::raw(call.truncated_event()));
            }
            Fault::HugeEvent(bytes) => {
                let huge = json!({"type": "response.debug.dump", "dump": "x".repeat(*bytes)});
                steps.insert(insertion_point(steps, 1), Step::event(huge));
            }
            Fault::DeltaAfterDone => {
                // Where an API has no event for the end of the text, the terminal event is it.
                let done = [EventKind::TextDone, EventKind::Terminal];
                let done = done.iter().find_map(|kind| steps.iter().position(|step| step.is(*kind)));
                if let (Some(done), Some(delta)) = (done, first_delta(steps)) {
                    let delta = call.with_text(&delta, " (after done)");
                    steps.insert(done + 1, Step::Event(EventKind::Delta, delta));
                }
            }
            Fault::DifferentFinal(text) => call.change_final_text(steps, text),
            Fault::StatelessWithoutField => {
                for (_, event) in events_of(steps) {
                    if let Some(response) = event.get_mut("response").and_then(Value::as_object_mut) {
                        response.remove("previous_response_id");
                    }
                }
            }
            _ => {}
        }
    }
}

fn events_of(steps: &mut [Step]) -> impl Iterator<Item = (EventKind, &mut Value)> {
    steps.iter_mut().filter_map(|step| match step {
        Step::Event(kind, event) => Some((*kind, event)),
        _ => None,
    })
}

fn first_delta(steps: &[Step]) -> Option<Value> {
    steps.iter().find_map(|step| match step {
        Step::Event(EventKind::Delta, delta) => Some(delta.clone()),
        _ => None,
    })
}

/// Adds what a tolerant client must ignore, at the start, between deltas and before the end.
fn noise(call: &dyn ApiCall, steps: &mut Vec<Step>) {
    let (keepalive, unknown) = call.ignorable_events();
    let comment = || Step::raw(": ping - still here\n\n");
    let mut noisy = vec![
        comment(),
        Step::raw("retry: 3000\n\n"),
        Step::raw("event: ping\ndata: {\"type\":\"ping\",\"cost\":\"0\"}\n\n"),
    ];
    for (number, step) in std::mem::take(steps).into_iter().enumerate() {
        if step.is(EventKind::Delta) {
            noisy.push(if number % 3 == 0 { comment() } else { Step::event(keepalive.clone()) });
        }
        if step.is(EventKind::Terminal) {
            noisy.push(Step::event(unknown.clone()));
            noisy.push(Step::raw("event: nothing\n\n"));
            noisy.push(Step::raw("data: {}\n\n"));
            noisy.push(Step::raw("id: 7\nunknown-field\ndata: {\"no\":\"type\"}\n\n"));
        }
        noisy.push(step);
    }
    *steps = noisy;
}
