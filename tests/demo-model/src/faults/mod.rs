//! The faults that a test can inject, and how they change the model's answer. `inject` changes streams; faults that
//! replace the whole answer are applied by `server::router`.

mod inject;

use crate::answer::{Answer, Output, words};
use crate::stream::{Cut, LineEnd};
use serde::Deserialize;
use serde_json::json;

/// What goes wrong with a request. In control requests a fault is written `"late_error"` or `{"failed":{"code":"x",…}}`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// None: this request is answered as usual. It takes a place in the queue.
    Healthy,
    /// Several faults together, applied in order.
    All(Vec<Fault>),
    /// An HTTP answer instead of the stream, with any body: JSON, an array, HTML, nothing.
    Status {
        status: u16,
        /// Headers besides the usual ones; a `content-type` here replaces `application/json`.
        #[serde(default)]
        headers: Vec<(String, String)>,
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
        how: Cut,
    },
    /// The body ends after so many deltas.
    CutAfterDeltas {
        /// Deltas that are still written.
        deltas: usize,
        how: Cut,
    },
    /// The body comes in chunks of so many bytes.
    SplitEvery(usize),
    /// The body comes in two chunks, cut at this byte, with a pause between.
    SplitAt(usize),
    /// Lines of the event stream end with this.
    LineEnds(LineEnd),
    /// The body begins with a byte order mark.
    ByteOrderMark,
    /// No space after the colon, and the JSON over several `data:` lines.
    OddFraming,
    /// No `event:` lines.
    NoEventLines,
    /// `data: [DONE]` after the last event, in the APIs that have none.
    DoneMarker,
    /// No `data: [DONE]` in Chat Completions.
    NoDoneMarker,
    /// No event has the token usage.
    NoUsage,
    /// The stream ends properly, but without the event that says why; in Chat Completions `[DONE]` is still there.
    NoTerminal,
    /// Chat Completions only: `finish_reason` is an empty string where it should be null.
    EmptyFinish,
    /// Events with only the necessary fields: no sequence numbers, ids, indices or log probabilities.
    Terse,
    /// Comments, keepalives, pings, unknown events and fields all over the stream.
    Noise,
    /// A data line that is no JSON after so many deltas.
    BadJson(usize),
    /// An unknown event of so many bytes after the first delta.
    HugeEvent(usize),
    /// An `error` event after so many deltas, and the end.
    ErrorEvent {
        #[serde(default)]
        deltas: usize,
        /// Inside an `error` object, as the API really sends it. Otherwise in its other form: flat as documented
        /// in Responses, flat as some local servers write it in Chat Completions, and without `data:` in Gemini.
        #[serde(default)]
        nested: bool,
        code: String,
        message: String,
    },
    /// `response.failed` after so many deltas, or its equivalent in another API. A Gemini code is the name of a
    /// status, as in `UNAVAILABLE`.
    Failed {
        #[serde(default)]
        deltas: usize,
        code: String,
        message: String,
    },
    /// `response.incomplete` after so many deltas.
    Incomplete {
        #[serde(default)]
        deltas: usize,
        /// `max_output_tokens` and `content_filter` are translated for each API; anything else is sent as it is, as in
        /// `RECITATION`.
        reason: String,
    },
    /// The model refuses with this text. Gemini has no refusals: there the answer is stopped for safety.
    Refusal(String),
    /// The prompt itself is blocked: Gemini's `promptFeedback.blockReason`, a refused request elsewhere.
    Blocked(String),
    /// The answer is reasoning and no message.
    ReasoningOnly,
    /// The answer is this text after a reasoning item.
    ReasoningFirst(String),
    /// The model calls a function.
    ToolCall {
        name: String,
        /// Its arguments as JSON text.
        arguments: String,
    },
    /// The model calls several functions at once: their names and arguments.
    ToolCalls(Vec<(String, String)>),
    /// The text goes on until the client goes.
    Endless,
    /// A delta comes after the text was said to be done.
    DeltaAfterDone,
    /// A second end follows the first.
    TwoTerminals,
    /// An `error` event follows the end.
    LateError,
    /// Responses only: the last events say this text, the deltas another.
    DifferentFinal(String),
    /// After the last event the connection stays open and silent.
    StaysOpen,
    /// Responses only: the server ignores `previous_response_id`, says so with null, and knows only the new input.
    Stateless,
    /// The same, but `previous_response_id` is not even in the response.
    StatelessWithoutField,
    /// The body is exactly this.
    Body(String),
}

impl Fault {
    /// This fault, or the faults within it.
    pub(crate) fn flatten(self) -> Vec<Fault> {
        match self {
            Fault::All(faults) => faults.into_iter().flat_map(Fault::flatten).collect(),
            one => vec![one],
        }
    }

    /// Google's error body with this status, and with the time after which to try again, as in `"3s"`.
    pub fn google_error(code: u16, status: &str, message: &str, retry_delay: Option<&str>) -> Fault {
        let mut error = json!({"code": code, "message": message, "status": status});
        if let Some(delay) = retry_delay {
            let kind = "type.googleapis.com/google.rpc.RetryInfo";
            error["details"] = json!([{"@type": kind, "retryDelay": delay}]);
        }
        Fault::Status { status: code, headers: Vec::new(), body: json!({"error": error}).to_string() }
    }

    /// Whether this makes the server ignore `previous_response_id`.
    pub(crate) fn is_stateless(&self) -> bool {
        matches!(self, Fault::Stateless | Fault::StatelessWithoutField)
    }

    /// The reason why the prompt itself is blocked, for `Fault::Blocked`.
    pub(crate) fn block_reason(&self) -> Option<&str> {
        match self {
            Fault::Blocked(reason) => Some(reason),
            _ => None,
        }
    }

    /// Changes the answer before an API composes it.
    pub(crate) fn change_answer(&self, answer: &mut Answer) {
        match self {
            Fault::Refusal(text) => answer.outputs = vec![Output::Refusal(words(text))],
            Fault::ReasoningOnly => answer.outputs = vec![Output::Reasoning],
            Fault::ReasoningFirst(text) => {
                answer.outputs = vec![Output::Reasoning, Output::Text(words(text))]
            }
            Fault::ToolCall { name, arguments } => {
                answer.outputs = vec![Output::ToolCall { name: name.clone(), arguments: arguments.clone() }];
            }
            Fault::ToolCalls(calls) => {
                let call = |(name, arguments): &(String, String)| Output::ToolCall {
                    name: name.clone(),
                    arguments: arguments.clone(),
                };
                answer.outputs = calls.iter().map(call).collect();
            }
            Fault::Incomplete { deltas, reason } => {
                for output in &mut answer.outputs {
                    if let Output::Text(pieces) = output {
                        pieces.truncate(*deltas);
                    }
                }
                answer.stop_reason = Some(reason.clone());
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
            read(r#"{"all":["noise",{"status":{"status":429,"body":"slow down"}}]}"#).flatten(),
            [Fault::Noise, Fault::Status { status: 429, headers: Vec::new(), body: "slow down".to_owned() }]
        );
    }
}
