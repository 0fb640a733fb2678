//! Streams as text, and events as lines.

use std::fmt::Write as _;

use expect_test::Expect;
use models::responses::decoder;
use models::{Ended, Fault, Finish, ModelEvent};

/// Pushes the chunks and ends the stream. One line an event; what only the end brings stands after `end of bytes`.
pub(crate) fn check(chunks: &[&str], expected: Expect) {
    let mut decoder = decoder();
    let mut seen: Vec<_> = chunks.iter().flat_map(|chunk| decoder.push(chunk.as_bytes())).map(line).collect();
    let rest = decoder.finish();
    if !rest.is_empty() {
        seen.push("end of bytes".to_owned());
        seen.extend(rest.into_iter().map(line));
    }
    assert_eq!(decoder.finish(), [], "the end is said once");
    seen.push(String::new());
    expected.assert_eq(&seen.join("\n"));
}

/// The same for events that come in one chunk.
pub(crate) fn check_events(events: &[&str], expected: Expect) {
    check(&[&stream(events)], expected);
}

/// Each JSON text as one event, named by its type as the API does it.
pub(crate) fn stream(events: &[&str]) -> String {
    let mut stream = String::new();
    for data in events {
        let name =
            data.split_once("\"type\":\"").and_then(|(_, rest)| rest.split_once('"')).map(|(name, _)| name);
        write!(stream, "event: {}\ndata: {data}\n\n", name.unwrap_or_default()).unwrap();
    }
    stream
}

/// What came in all: neighbouring texts are one, signs of life are left out.
pub(crate) fn merged(events: impl IntoIterator<Item = ModelEvent>) -> Vec<ModelEvent> {
    let mut all: Vec<ModelEvent> = Vec::new();
    for event in events {
        match (all.last_mut(), event) {
            (_, ModelEvent::Alive) => {}
            (Some(ModelEvent::Text(text)), ModelEvent::Text(more)) => text.push_str(&more),
            (Some(ModelEvent::Refusal(text)), ModelEvent::Refusal(more)) => text.push_str(&more),
            (_, event) => all.push(event),
        }
    }
    all
}

pub(crate) fn line(event: ModelEvent) -> String {
    match event {
        ModelEvent::Started { id, previous } => {
            let (id, previous) = (id.unwrap_or("?".to_owned()), previous.unwrap_or("nothing".to_owned()));
            format!("started {id} after {previous}")
        }
        ModelEvent::Text(text) => format!("text {text:?}"),
        ModelEvent::Refusal(text) => format!("refusal {text:?}"),
        ModelEvent::Alive => "alive".to_owned(),
        ModelEvent::Ended(Ended { finish, text, usage, .. }) => {
            let mut line = match finish {
                Finish::Failed(fault) => format!("failed: {}", fault_line(&fault)),
                finish => format!("ended {finish:?}"),
            };
            if let Some(text) = text {
                write!(line, ", text {text:?}").unwrap();
            }
            if let Some(usage) = usage {
                write!(line, ", tokens {} ({} cached) + {}", usage.input, usage.cached, usage.output)
                    .unwrap();
            }
            line
        }
    }
}

pub(crate) fn fault_line(Fault { kind, retry_after_ms, note }: &Fault) -> String {
    let retry = retry_after_ms.map(|wait| format!(", wait {wait} ms")).unwrap_or_default();
    format!("{kind:?}{retry}, note \"{note}\"")
}
