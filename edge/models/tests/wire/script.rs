//! Streams as text, and events as lines.

use std::fmt::Write as _;

use expect_test::Expect;
use models::{Api, CallEnd, FinishReason, ModelError, ModelEvent, ToolCall};

/// Pushes the chunks and ends the stream. One line an event; what only the end brings stands after `end of bytes`.
pub(crate) fn check(api: Api, chunks: &[&str], expected: Expect) {
    let mut decoder = api.decoder();
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

/// Each JSON text as one event without a name.
pub(crate) fn data(events: &[&str]) -> String {
    events.iter().map(|data| format!("data: {data}\n\n")).collect()
}

/// What came in all: neighbouring texts are one, signs of life are left out.
pub(crate) fn merged(events: impl IntoIterator<Item = ModelEvent>) -> Vec<ModelEvent> {
    let mut all: Vec<ModelEvent> = Vec::new();
    for event in events {
        match (all.last_mut(), event) {
            (_, ModelEvent::Alive) => {}
            (Some(ModelEvent::Text(text)), ModelEvent::Text(more)) => text.push_str(&more),
            (Some(ModelEvent::Refusal(text)), ModelEvent::Refusal(more))
            | (Some(ModelEvent::Thought(text)), ModelEvent::Thought(more)) => text.push_str(&more),
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
        ModelEvent::Thought(text) => format!("thought {text:?}"),
        ModelEvent::Refusal(text) => format!("refusal {text:?}"),
        ModelEvent::Alive => "alive".to_owned(),
        ModelEvent::Finished(CallEnd { finish, text, usage, calls }) => {
            let mut line = match finish {
                FinishReason::Failed(fault) => format!("failed: {}", fault_line(&fault)),
                finish => format!("ended {finish:?}"),
            };
            if let Some(text) = text {
                write!(line, ", text {text:?}").unwrap();
            }
            if let Some(usage) = usage {
                write!(line, ", tokens {} ({} cached) + {}", usage.input, usage.cached, usage.output)
                    .unwrap();
            }
            for ToolCall { id, name, arguments, signature } in calls {
                write!(line, "\n  calls {name}({arguments}) as {id}").unwrap();
                if let Some(signature) = signature {
                    write!(line, ", signed {signature}").unwrap();
                }
            }
            line
        }
    }
}

pub(crate) fn fault_line(ModelError { kind, retry_after_ms, note, .. }: &ModelError) -> String {
    let retry = retry_after_ms.map(|wait| format!(", wait {wait} ms")).unwrap_or_default();
    format!("{kind:?}{retry}, note \"{note}\"")
}
