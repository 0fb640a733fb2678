//! The steps of a stream. An API composes them, faults change them, and `writer` carries them out.

use super::framing::Cut;
use crate::answer::pause;
use crate::stores::StoredResponse;
use serde_json::Value;
use std::time::Duration;

/// What an event means to a client, so that faults need not know how an API writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// The last event before the answer itself.
    Begin,
    /// A delta of text.
    Delta,
    /// Says that the text is whole.
    TextDone,
    /// Nothing is expected after this one.
    Terminal,
    Other,
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Waits, as long as the client is connected.
    Wait(Duration),
    Event(EventKind, Value),
    /// Writes these bytes as they are.
    Raw(Vec<u8>),
    /// Stores the response, so that later requests can name it as the previous one.
    Store(Box<StoredResponse>),
    /// Writes nothing more and keeps the connection open.
    Silence,
    /// Writes this delta again and again until the client goes.
    Endless(Value),
    /// Ends the body here.
    Close(Cut),
}

/// An answer in an API's format: as the steps of a stream, and as the one body for a client that wants no stream.
#[derive(Clone, Debug)]
pub(crate) struct ComposedAnswer {
    pub(crate) steps: Vec<Step>,
    pub(crate) whole: Value,
}

impl Step {
    pub(crate) fn event(event: Value) -> Step {
        Step::Event(EventKind::Other, event)
    }

    pub(crate) fn raw(text: &str) -> Step {
        Step::Raw(text.as_bytes().to_vec())
    }

    pub(crate) fn is(&self, kind: EventKind) -> bool {
        matches!(self, Step::Event(other, _) if *other == kind)
    }
}

/// One event for each piece of text, with pauses between them.
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

/// The index behind so many deltas, or behind all of them if there are fewer; for 0, the index behind the beginning.
pub(crate) fn insertion_point(steps: &[Step], deltas: usize) -> usize {
    let last = match deltas.checked_sub(1) {
        Some(skipped) => {
            let mut places = steps.iter().enumerate().filter(|(_, step)| step.is(EventKind::Delta));
            places.clone().nth(skipped).or_else(|| places.next_back())
        }
        None => steps.iter().enumerate().find(|(_, step)| step.is(EventKind::Begin)),
    };
    last.map_or(0, |(place, _)| place + 1)
}

/// Ends the stream behind so many deltas, with another ending.
pub(crate) fn end_after(steps: &mut Vec<Step>, deltas: usize, ending: Vec<Step>) {
    steps.truncate(insertion_point(steps, deltas));
    steps.extend(ending);
}
