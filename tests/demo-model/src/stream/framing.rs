//! How events become bytes, as the format "server-sent events" of the HTML standard allows it, and where faults cut
//! or split them.

use serde::Deserialize;
use serde_json::Value;

/// How Chat Completions ends its streams.
pub(crate) const DONE: &str = "data: [DONE]\n\n";

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

/// What ends a line of the event stream; the format allows all three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// `\n`
    Lf,
    /// `\r\n`
    Crlf,
    /// `\r`
    Cr,
}

/// How an API frames its events when no fault is injected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Framing {
    /// `event:` lines with the event's type.
    pub(crate) event_lines: bool,
    /// A `sequence_number` in each event.
    pub(crate) sequence_numbers: bool,
    pub(crate) line_end: LineEnd,
}

/// How the body is divided into chunks; without it each event is one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Split {
    Every(usize),
    At(usize),
}

/// How a stream's events are written.
#[derive(Clone, Debug)]
pub(crate) struct WireFormat {
    pub(crate) framing: Framing,
    /// No space after the colon, and the JSON over several `data:` lines.
    pub(crate) multi_line: bool,
    pub(crate) split: Option<Split>,
    /// After how many bytes the body ends, and how.
    pub(crate) cut: Option<(usize, Cut)>,
}

impl WireFormat {
    pub(crate) fn new(framing: Framing) -> WireFormat {
        WireFormat { framing, multi_line: false, split: None, cut: None }
    }

    /// The bytes of an event, with `\n` as line end.
    pub(crate) fn event(&self, event: &Value) -> Vec<u8> {
        let mut text = String::new();
        if let Some(kind) = event["type"].as_str().filter(|_| self.framing.event_lines) {
            text.push_str(&format!("event: {kind}\n"));
        }
        if self.multi_line {
            for line in format!("{event:#}").lines() {
                text.push_str(&format!("data:{line}\n"));
            }
        } else {
            text.push_str(&format!("data: {event}\n"));
        }
        text.push('\n');
        text.into_bytes()
    }

    /// Replaces `\n` by the stream's line end. JSON has no bare line feeds, so each one ends a line.
    pub(crate) fn with_line_ends(&self, bytes: Vec<u8>) -> Vec<u8> {
        let end: &[u8] = match self.framing.line_end {
            LineEnd::Lf => return bytes,
            LineEnd::Crlf => b"\r\n",
            LineEnd::Cr => b"\r",
        };
        bytes.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(end)
    }
}
