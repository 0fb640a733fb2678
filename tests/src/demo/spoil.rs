//! What faults do to a stream, whichever API it speaks.

use super::dialect::{Dialect, Trouble};
use super::fault::Fault;
use super::play::{Split, Wire};
use super::steps::{Kind, Step, after_deltas, end_after};
use serde_json::{Value, json};
use std::time::Duration;

/// How Chat Completions ends its streams.
pub(crate) const DONE: &str = "data: [DONE]\n\n";

impl Fault {
    /// Changes the steps of the stream and how they are written.
    pub(crate) fn stream(&self, dialect: &dyn Dialect, steps: &mut Vec<Step>, wire: &mut Wire) {
        self.framing(dialect, steps, wire);
        self.ends(dialect, steps, wire);
        self.events(dialect, steps);
    }

    /// The same events, framed otherwise.
    fn framing(&self, dialect: &dyn Dialect, steps: &mut Vec<Step>, wire: &mut Wire) {
        match self {
            Fault::SplitEvery(bytes) => wire.split = Some(Split::Every((*bytes).max(1))),
            Fault::SplitAt(offset) => wire.split = Some(Split::At(*offset)),
            Fault::LineEnds(line_end) => wire.line_end = *line_end,
            Fault::ByteOrderMark => steps.insert(0, Step::Raw(vec![0xEF, 0xBB, 0xBF])),
            Fault::OddFraming => wire.odd = true,
            Fault::NoEventLines => wire.event_lines = false,
            Fault::Terse => {
                wire.numbered = false;
                events_of(steps).for_each(|(_, event)| dialect.terse()(event));
            }
            Fault::NoUsage => {
                // An event that carries nothing but the usage is not sent at all.
                events_of(steps).for_each(|(_, event)| dialect.without_usage(event));
                steps.retain(|step| !matches!(step, Step::Event(_, Value::Null)));
            }
            Fault::EmptyFinish => {
                events_of(steps).for_each(|(kind, event)| dialect.empty_finish(kind, event));
            }
            _ => {}
        }
    }

    /// Ends of the stream that are too early, too late or missing.
    fn ends(&self, dialect: &dyn Dialect, steps: &mut Vec<Step>, wire: &mut Wire) {
        match self {
            Fault::SilentAfterHeaders => *steps = vec![Step::Silence],
            Fault::SilentAfterDeltas(deltas) => end_after(steps, *deltas, vec![Step::Silence]),
            Fault::CutAfterBytes { bytes, how } => wire.cut = Some((*bytes, *how)),
            Fault::CutAfterDeltas { deltas, how } => end_after(steps, *deltas, vec![Step::Close(*how)]),
            Fault::DoneMarker => steps.push(Step::raw(DONE)),
            Fault::NoDoneMarker => {
                steps.retain(|step| !matches!(step, Step::Raw(bytes) if bytes == DONE.as_bytes()));
            }
            Fault::NoTerminal => steps.retain(|step| !step.is(Kind::Terminal)),
            Fault::ErrorEvent { deltas, nested, code, message } => {
                end_after(steps, *deltas, vec![dialect.error(*nested, Trouble { code, message })]);
            }
            Fault::Failed { deltas, code, message } => {
                end_after(steps, *deltas, vec![dialect.failed(Trouble { code, message })]);
            }
            Fault::Endless => {
                if let Some(delta) = a_delta(steps) {
                    let more = " …and so on and so forth, for as long as anybody listens";
                    end_after(steps, 1, vec![Step::Endless(dialect.reworded(&delta, more))]);
                }
            }
            Fault::TwoTerminals => steps.push(dialect.second_end()),
            Fault::LateError => {
                let trouble = Trouble { code: "server_error", message: "An error after the end." };
                steps.push(dialect.error(true, trouble));
            }
            Fault::StaysOpen => steps.push(Step::Silence),
            Fault::Body(body) => *steps = vec![Step::raw(body)],
            _ => {}
        }
    }

    /// More events, and other ones.
    fn events(&self, dialect: &dyn Dialect, steps: &mut Vec<Step>) {
        match self {
            Fault::LateDelta(millis) => {
                let wait = Step::Wait(Duration::from_millis(*millis));
                steps.insert(after_deltas(steps, 0), wait);
            }
            Fault::Noise => noise(dialect, steps),
            Fault::BadJson(deltas) => {
                steps.insert(after_deltas(steps, *deltas), Step::raw(dialect.unfinished()));
            }
            Fault::HugeEvent(bytes) => {
                let huge = json!({"type": "response.debug.dump", "dump": "x".repeat(*bytes)});
                steps.insert(after_deltas(steps, 1), Step::event(huge));
            }
            Fault::DeltaAfterDone => {
                // Where an API does not say that the text is done, it is when the answer is.
                let done = [Kind::TextDone, Kind::Terminal];
                let done = done.iter().find_map(|kind| steps.iter().position(|step| step.is(*kind)));
                if let (Some(done), Some(delta)) = (done, a_delta(steps)) {
                    let delta = dialect.reworded(&delta, " (after done)");
                    steps.insert(done + 1, Step::Event(Kind::Delta, delta));
                }
            }
            Fault::DifferentFinal(text) => dialect.different_final(steps, text),
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

fn events_of(steps: &mut [Step]) -> impl Iterator<Item = (Kind, &mut Value)> {
    steps.iter_mut().filter_map(|step| match step {
        Step::Event(kind, event) => Some((*kind, event)),
        _ => None,
    })
}

fn a_delta(steps: &[Step]) -> Option<Value> {
    steps.iter().find_map(|step| match step {
        Step::Event(Kind::Delta, delta) => Some(delta.clone()),
        _ => None,
    })
}

/// Everything that a tolerant client must skip, at the start, between deltas and before the end.
fn noise(dialect: &dyn Dialect, steps: &mut Vec<Step>) {
    let (keepalive, unknown) = dialect.oddities();
    let comment = || Step::raw(": ping - still here\n\n");
    let mut noisy = vec![
        comment(),
        Step::raw("retry: 3000\n\n"),
        Step::raw("event: ping\ndata: {\"type\":\"ping\",\"cost\":\"0\"}\n\n"),
    ];
    for (number, step) in std::mem::take(steps).into_iter().enumerate() {
        if step.is(Kind::Delta) {
            noisy.push(if number % 3 == 0 { comment() } else { Step::event(keepalive.clone()) });
        }
        if step.is(Kind::Terminal) {
            noisy.push(Step::event(unknown.clone()));
            noisy.push(Step::raw("event: nothing\n\n"));
            noisy.push(Step::raw("data: {}\n\n"));
            noisy.push(Step::raw("id: 7\nunknown-field\ndata: {\"no\":\"type\"}\n\n"));
        }
        noisy.push(step);
    }
    *steps = noisy;
}
