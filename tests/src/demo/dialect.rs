//! What makes one API differ from another once a request has been understood. The three APIs implement this; how
//! an answer is found, spoiled, paced, written and recorded is the same for all.

use super::output::Told;
use super::prompt::Prompt;
use super::steps::{Composed, Kind, Step};
use serde_json::Value;

/// A request that is answered with an error.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// A mid-stream error: what the API calls it, and what it says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trouble<'a> {
    pub(crate) code: &'a str,
    pub(crate) message: &'a str,
}

/// How events of an API are framed when nothing is wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Framing {
    /// `event:` lines with the event's type.
    pub(crate) event_lines: bool,
    /// A `sequence_number` in each event.
    pub(crate) numbered: bool,
    /// `\r\n` and not `\n`.
    pub(crate) carriage_returns: bool,
}

/// An understood request of one API, ready to be answered.
pub(crate) trait Dialect: Send + Sync {
    /// What the model is given.
    fn prompt(&self) -> &Prompt;

    /// The id of the answer.
    fn id(&self) -> &str;

    /// Whether a stream was asked for.
    fn streams(&self) -> bool;

    /// The most tokens that the text may have.
    fn limit(&self) -> Option<u64>;

    /// Sequences that end the text.
    fn stops(&self) -> Vec<String> {
        Vec::new()
    }

    /// Headers of every answer.
    fn headers(&self) -> Vec<(&'static str, String)>;

    /// How events are framed.
    fn framing(&self) -> Framing;

    /// The answer in the words of this API.
    fn compose(&self, told: Told) -> Composed;

    /// The prompt itself is blocked, for this reason.
    fn blocked(&self, reason: &str) -> Result<Composed, Refused>;

    /// An error in the middle of a stream; `nested` as the API really sends it, otherwise in its other form.
    fn error(&self, nested: bool, trouble: Trouble<'_>) -> Step;

    /// The model failed after it had begun.
    fn failed(&self, trouble: Trouble<'_>) -> Step;

    /// The same where no stream was asked for: status and body.
    fn failed_whole(&self, trouble: Trouble<'_>) -> Refused;

    /// A second end after the first.
    fn second_end(&self) -> Step;

    /// A delta like this one with another text.
    fn reworded(&self, delta: &Value, text: &str) -> Value;

    /// Events that a tolerant client passes over: one that keeps the connection alive, and one that it cannot know.
    fn oddities(&self) -> (Value, Value);

    /// An event that ends in the middle of its JSON.
    fn unfinished(&self) -> &'static str;

    /// Takes away what a terse server leaves out of an event.
    fn terse(&self) -> fn(&mut Value);

    /// Takes the usage out of an event.
    fn without_usage(&self, event: &mut Value);

    /// Makes the last events say this text although the deltas said another, where an API says it twice.
    fn different_final(&self, _steps: &mut [Step], _text: &str) {}

    /// Whatever else a fault does to an event in this API only.
    fn empty_finish(&self, _kind: Kind, _event: &mut Value) {}
}
