//! What can go wrong with a model API, by name. A test queues one; the next request meets it.

use super::compose::{Frame, Output, Step, response, words};
use super::wire::{LineEnd, Split, Wire};
use serde::Deserialize;
use serde_json::{Value, json};

/// How a body is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// The HTTP body ends properly, only too early.
    Clean,
    /// The connection is closed in the middle of the chunked body.
    Broken,
    /// The connection is reset.
    Reset,
}

/// A behaviour of the next request. In control requests: `"late_error"`, `{"failed":{"code":"x",…}}`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing: this request is answered as usual. A place holder in the queue.
    Healthy,
    /// Several of these together, applied in order.
    All(Vec<Fault>),
    /// An HTTP answer instead of the stream, whatever the body: JSON, an array, HTML, nothing.
    Status {
        /// The HTTP status.
        status: u16,
        /// Headers besides the usual ones; a `content-type` here replaces `application/json`.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The body as it is.
        body: String,
    },
    /// The connection is closed before any header.
    HangUp(Cut),
    /// Neither headers nor anything else, until the client goes.
    SilentBeforeHeaders,
    /// Headers, and then nothing, until the client goes.
    SilentAfterHeaders,
    /// So many deltas, and then nothing, until the client goes.
    SilentAfterDeltas(usize),
    /// Headers only after so many milliseconds.
    LateHeaders(u64),
    /// So many milliseconds of silence before the first delta.
    LateDelta(u64),
    /// The body ends after so many bytes.
    CutAfterBytes {
        /// Bytes of the event stream that are still written.
        bytes: usize,
        /// How it ends.
        how: Cut,
    },
    /// The body ends after so many deltas.
    CutAfterDeltas {
        /// Deltas that are still written.
        deltas: usize,
        /// How it ends.
        how: Cut,
    },
    /// The body comes in chunks of so many bytes.
    SplitEvery(usize),
    /// The body comes in two chunks, cut at this byte, with a pause between.
    SplitAt(usize),
    /// Lines end so.
    LineEnds(LineEnd),
    /// The body begins with a byte order mark.
    ByteOrderMark,
    /// No space after the colon, and the JSON over several `data:` lines.
    OddFraming,
    /// No `event:` lines.
    NoEventLines,
    /// `data: [DONE]` after the last event.
    DoneMarker,
    /// Events with only what a terse server sends: no sequence numbers, item ids or log probabilities.
    Terse,
    /// Comments, keepalives, pings, unknown events and fields all over the stream.
    Noise,
    /// A data line that is no JSON after so many deltas.
    BadJson(usize),
    /// An unknown event of so many bytes after the first delta.
    HugeEvent(usize),
    /// An `error` event after so many deltas, and the end.
    ErrorEvent {
        /// Deltas before it.
        #[serde(default)]
        deltas: usize,
        /// Inside an `error` object, as the API really sends it, or flat, as it is documented.
        #[serde(default)]
        nested: bool,
        /// The code.
        code: String,
        /// The message.
        message: String,
    },
    /// `response.failed` after so many deltas.
    Failed {
        /// Deltas before it.
        #[serde(default)]
        deltas: usize,
        /// The code.
        code: String,
        /// The message.
        message: String,
    },
    /// `response.incomplete` after so many deltas.
    Incomplete {
        /// Deltas before it.
        #[serde(default)]
        deltas: usize,
        /// `max_output_tokens`, `content_filter` or anything.
        reason: String,
    },
    /// The model refuses with this text.
    Refusal(String),
    /// The answer is reasoning and no message.
    ReasoningOnly,
    /// The answer is this text after a reasoning item.
    ReasoningFirst(String),
    /// The model calls a function.
    Call {
        /// The function.
        name: String,
        /// Its arguments as JSON text.
        arguments: String,
    },
    /// The text goes on until the client goes.
    Endless,
    /// A delta comes after `output_text.done`.
    DeltaAfterDone,
    /// `response.failed` follows `response.completed`.
    TwoTerminals,
    /// An `error` event follows `response.completed`.
    LateError,
    /// The last events say this text, the deltas another.
    DifferentFinal(String),
    /// After the last event the connection stays open and silent.
    StaysOpen,
    /// The server ignores `previous_response_id`, says so with null, and knows only the new input.
    Stateless,
    /// The same, but `previous_response_id` is not even in the response.
    StatelessWithoutField,
    /// The body is exactly this.
    Body(String),
}

impl Fault {
    /// This fault and those within it.
    pub(crate) fn flat(self) -> Vec<Fault> {
        match self {
            Fault::All(faults) => faults.into_iter().flat_map(Fault::flat).collect(),
            one => vec![one],
        }
    }

    /// Whether the chain is ignored.
    pub(crate) fn is_stateless(&self) -> bool {
        matches!(self, Fault::Stateless | Fault::StatelessWithoutField)
    }

    /// Changes what the model answers: the outputs and the reason for stopping early.
    pub(crate) fn answer(&self, outputs: &mut Vec<Output>, incomplete: &mut Option<String>) {
        match self {
            Fault::Refusal(text) => *outputs = vec![Output::Refusal(words(text))],
            Fault::ReasoningOnly => *outputs = vec![Output::Reasoning],
            Fault::ReasoningFirst(text) => *outputs = vec![Output::Reasoning, Output::Text(words(text))],
            Fault::Call { name, arguments } => {
                *outputs = vec![Output::Call { name: name.clone(), arguments: arguments.clone() }];
            }
            Fault::Incomplete { deltas, reason } => {
                for output in outputs {
                    if let Output::Text(pieces) = output {
                        pieces.truncate(*deltas);
                    }
                }
                *incomplete = Some(reason.clone());
            }
            _ => {}
        }
    }

    /// Changes the steps of the stream and how they are written.
    pub(crate) fn stream(&self, frame: &Frame, steps: &mut Vec<Step>, wire: &mut Wire) {
        match self {
            Fault::SilentAfterHeaders => *steps = vec![Step::Silence],
            Fault::SilentAfterDeltas(deltas) => end_after(steps, *deltas, vec![Step::Silence]),
            Fault::LateDelta(millis) => {
                let wait = Step::Wait(std::time::Duration::from_millis(*millis));
                steps.insert(after_deltas(steps, 0), wait);
            }
            Fault::CutAfterBytes { bytes, how } => wire.cut = Some((*bytes, *how)),
            Fault::CutAfterDeltas { deltas, how } => end_after(steps, *deltas, vec![Step::Close(*how)]),
            Fault::SplitEvery(bytes) => wire.split = Some(Split::Every((*bytes).max(1))),
            Fault::SplitAt(offset) => wire.split = Some(Split::At(*offset)),
            Fault::LineEnds(line_end) => wire.line_end = *line_end,
            Fault::ByteOrderMark => steps.insert(0, Step::Raw(vec![0xEF, 0xBB, 0xBF])),
            Fault::OddFraming => wire.odd = true,
            Fault::NoEventLines => wire.event_lines = false,
            Fault::Terse => wire.terse = true,
            Fault::DoneMarker => steps.push(raw("data: [DONE]\n\n")),
            Fault::Noise => noise(steps),
            Fault::BadJson(deltas) => {
                let line =
                    "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\n\n";
                steps.insert(after_deltas(steps, *deltas), raw(line));
            }
            Fault::HugeEvent(bytes) => {
                let huge = json!({"type": "response.debug.dump", "dump": "x".repeat(*bytes)});
                steps.insert(after_deltas(steps, 1), Step::Event(huge));
            }
            Fault::ErrorEvent { deltas, nested, code, message } => {
                end_after(steps, *deltas, vec![Step::Event(error_event(*nested, code, message))]);
            }
            Fault::Failed { deltas, code, message } => {
                end_after(steps, *deltas, vec![failed(frame, code, message)]);
            }
            Fault::Endless => {
                let delta = steps.iter().find(|step| step.is_delta()).cloned();
                if let Some(Step::Event(mut delta)) = delta {
                    delta["delta"] = json!(" …and");
                    end_after(steps, 1, vec![Step::Endless(delta)]);
                }
            }
            Fault::DeltaAfterDone => {
                let done = steps.iter().position(|step| step.is("response.output_text.done"));
                let delta = steps.iter().rfind(|step| step.is_delta()).cloned();
                if let (Some(done), Some(Step::Event(mut delta))) = (done, delta) {
                    delta["delta"] = json!(" (after done)");
                    steps.insert(done + 1, Step::Event(delta));
                }
            }
            Fault::TwoTerminals => steps.push(failed(frame, "server_error", "A second end.")),
            Fault::LateError => {
                steps.push(Step::Event(error_event(true, "server_error", "An error after the end.")));
            }
            Fault::DifferentFinal(text) => different_final(steps, text),
            Fault::StaysOpen => steps.push(Step::Silence),
            Fault::StatelessWithoutField => {
                for step in steps {
                    if let Step::Event(event) = step
                        && let Some(response) = event.get_mut("response").and_then(Value::as_object_mut)
                    {
                        response.remove("previous_response_id");
                    }
                }
            }
            Fault::Body(body) => *steps = vec![Step::Raw(body.clone().into_bytes())],
            _ => {}
        }
    }
}

fn raw(text: &str) -> Step {
    Step::Raw(text.as_bytes().to_vec())
}

/// The place in the steps behind so many deltas; behind `response.in_progress` for none.
fn after_deltas(steps: &[Step], deltas: usize) -> usize {
    let last = match deltas.checked_sub(1) {
        Some(skipped) => {
            let mut places = steps.iter().enumerate().filter(|(_, step)| step.is_delta());
            // With fewer deltas than asked for, behind the last of them.
            places.clone().nth(skipped).or_else(|| places.next_back())
        }
        None => steps.iter().enumerate().find(|(_, step)| step.is("response.in_progress")),
    };
    last.map_or(0, |(place, _)| place + 1)
}

fn end_after(steps: &mut Vec<Step>, deltas: usize, ending: Vec<Step>) {
    steps.truncate(after_deltas(steps, deltas));
    steps.extend(ending);
}

fn error_event(nested: bool, code: &str, message: &str) -> Value {
    if nested {
        let error = json!({"type": code, "code": code, "message": message, "param": null});
        json!({"type": "error", "error": error})
    } else {
        json!({"type": "error", "code": code, "message": message, "param": null})
    }
}

fn failed(frame: &Frame, code: &str, message: &str) -> Step {
    let mut response = response(frame, "failed", &[], None, None);
    response["error"] = json!({"code": code, "message": message});
    Step::Event(json!({"type": "response.failed", "response": response}))
}

/// Everything that a tolerant client must skip, at the start, between deltas and before the end.
fn noise(steps: &mut Vec<Step>) {
    let comment = || raw(": ping - still here\n\n");
    let keepalive = || Step::Event(json!({"type": "keepalive"}));
    let unknown = || Step::Event(json!({"type": "response.dream.delta", "delta": "not text", "response": 7}));
    let mut noisy = vec![
        comment(),
        raw("retry: 3000\n\n"),
        raw("event: ping\ndata: {\"type\":\"ping\",\"cost\":\"0\"}\n\n"),
    ];
    for (number, step) in std::mem::take(steps).into_iter().enumerate() {
        if step.is_delta() {
            noisy.push(if number % 3 == 0 { comment() } else { keepalive() });
        }
        if step.is_terminal() {
            noisy.push(unknown());
            noisy.push(raw("event: nothing\n\n"));
            noisy.push(raw("data: {}\n\n"));
            noisy.push(raw("id: 7\nunknown-field\ndata: {\"no\":\"type\"}\n\n"));
        }
        noisy.push(step);
    }
    *steps = noisy;
}

fn different_final(steps: &mut [Step], text: &str) {
    let change = |part: &mut Value| {
        if part["type"] == "output_text" {
            part["text"] = json!(text);
        }
    };
    let change_item = |item: &mut Value| {
        item.get_mut("content").and_then(Value::as_array_mut).into_iter().flatten().for_each(change);
    };
    for step in steps {
        match step {
            Step::Event(event) if event["type"] == "response.output_text.done" => event["text"] = json!(text),
            Step::Event(event) if event["type"] == "response.content_part.done" => change(&mut event["part"]),
            Step::Event(event) if event["type"] == "response.output_item.done" => {
                change_item(&mut event["item"]);
            }
            Step::Event(event) if event["type"] == "response.completed" => {
                let output = event["response"]["output"].as_array_mut();
                output.into_iter().flatten().for_each(change_item);
            }
            Step::Keep(response) => {
                response["output"].as_array_mut().into_iter().flatten().for_each(change_item);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_written_in_control_requests_as_their_names() {
        let read = |text: &str| serde_json::from_str::<Fault>(text).unwrap();
        assert_eq!(read("\"endless\""), Fault::Endless);
        assert_eq!(
            read(r#"{"cut_after_bytes":{"bytes":7,"how":"reset"}}"#),
            Fault::CutAfterBytes { bytes: 7, how: Cut::Reset }
        );
        assert_eq!(read(r#"{"line_ends":"crlf"}"#), Fault::LineEnds(LineEnd::Crlf));
        assert_eq!(
            read(r#"{"all":["noise",{"status":{"status":429,"body":"slow down"}}]}"#).flat(),
            [Fault::Noise, Fault::Status { status: 429, headers: Vec::new(), body: "slow down".to_owned() }]
        );
    }
}
