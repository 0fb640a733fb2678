//! What a stream consists of, whichever API it speaks. An API makes the steps, faults change them, and `play`
//! writes them.

use super::fault::Cut;
use super::output::pause;
use serde_json::Value;
use std::time::Duration;

/// What an event means to a client, so that faults need not know how an API writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The last event before the answer itself.
    Begin,
    /// A delta of text.
    Delta,
    /// The text is whole.
    TextDone,
    /// After this one nothing is expected.
    Terminal,
    /// Everything else.
    Other,
}

/// One thing the stream does.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Waits, as long as the client listens.
    Wait(Duration),
    /// Writes an event.
    Event(Kind, Value),
    /// Writes these bytes as they are.
    Raw(Vec<u8>),
    /// From here on the response can be chained to.
    Keep(Box<Kept>),
    /// Writes nothing more and keeps the connection.
    Silence,
    /// Writes deltas like this one until the client goes.
    Endless(Value),
    /// Ends the body here.
    Close(Cut),
}

/// A response with the place that it has in its chain.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) parent: Option<String>,
    pub(crate) input: Vec<Value>,
    pub(crate) response: Value,
}

/// An answer in the words of an API: as a stream, and as the one body for those who want no stream.
#[derive(Clone, Debug)]
pub(crate) struct Composed {
    pub(crate) steps: Vec<Step>,
    pub(crate) whole: Value,
}

impl Step {
    /// An event that means nothing in particular.
    pub(crate) fn event(event: Value) -> Step {
        Step::Event(Kind::Other, event)
    }

    /// Bytes from a text.
    pub(crate) fn raw(text: &str) -> Step {
        Step::Raw(text.as_bytes().to_vec())
    }

    /// Whether this is an event of this kind.
    pub(crate) fn is(&self, kind: Kind) -> bool {
        matches!(self, Step::Event(other, _) if *other == kind)
    }
}

/// One event for each piece, with pauses between them.
pub(crate) fn paced(
    pace: Duration,
    pieces: &[String],
    mut event: impl FnMut(&str) -> Step,
) -> impl Iterator<Item = Step> {
    let steps = pieces.iter().enumerate().flat_map(move |(number, piece)| {
        let wait = (number > 0).then(|| Step::Wait(pause(pace, number, piece)));
        wait.into_iter().chain([event(piece)])
    });
    steps.collect::<Vec<_>>().into_iter()
}

/// The place in the steps behind so many deltas; behind the beginning for none.
pub(crate) fn after_deltas(steps: &[Step], deltas: usize) -> usize {
    let last = match deltas.checked_sub(1) {
        Some(skipped) => {
            let mut places = steps.iter().enumerate().filter(|(_, step)| step.is(Kind::Delta));
            // With fewer deltas than asked for, behind the last of them.
            places.clone().nth(skipped).or_else(|| places.next_back())
        }
        None => steps.iter().enumerate().find(|(_, step)| step.is(Kind::Begin)),
    };
    last.map_or(0, |(place, _)| place + 1)
}

/// Ends the stream behind so many deltas, with another ending.
pub(crate) fn end_after(steps: &mut Vec<Step>, deltas: usize, ending: Vec<Step>) {
    steps.truncate(after_deltas(steps, deltas));
    steps.extend(ending);
}
