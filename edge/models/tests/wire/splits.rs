//! Where bytes are split makes no difference, and no bytes do harm.

use std::convert::Infallible;

use eventsource_stream::EventStream;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use models::sse::{self, SseEvent};
use models::{Api, FinishReason, ModelEvent};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::recordings;
use crate::script::{line, merged};

fn read<'a>(api: Api, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<ModelEvent> {
    let mut decoder = api.decoder();
    let mut events: Vec<_> = chunks.into_iter().flat_map(|chunk| decoder.push(chunk)).collect();
    events.extend(decoder.finish());
    merged(events)
}

fn read_events<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<SseEvent> {
    let mut decoder = sse::Decoder::default();
    chunks.into_iter().flat_map(|chunk| decoder.push(chunk).unwrap()).collect()
}

/// The same by another decoder.
fn read_events_elsewhere(chunks: Vec<&[u8]>) -> Vec<SseEvent> {
    EventStream::new(stream::iter(chunks.into_iter().map(Ok::<_, Infallible>)))
        .map(|event| event.unwrap())
        .map(|event| SseEvent { event: Some(event.event).filter(|name| name != "message"), data: event.data })
        .collect::<Vec<_>>()
        .now_or_never()
        .unwrap()
}

#[test]
fn case_66_a_recorded_stream_split_at_every_byte_reads_the_same() {
    for (api, recorded, _) in recordings::all() {
        let bytes = recorded.as_bytes();
        let whole = read(api, [bytes]);
        // Where the recording has thoughts, they are told apart.
        let shown: Vec<&ModelEvent> =
            whole.iter().filter(|event| !matches!(event, ModelEvent::Thought(_))).collect();
        let [ModelEvent::Started { .. }, ModelEvent::Text(text), end @ ModelEvent::Finished(ended)] = &*shown
        else {
            panic!("{api:?}: {whole:?}");
        };
        assert_eq!(text, recordings::TEXT);
        assert_eq!(ended.calls.len(), 1, "{api:?}");
        assert!(line((*end).clone()).contains("tokens 30 (0 cached) + 12"), "{api:?}");
        for offset in 0..=bytes.len() {
            assert_eq!(read(api, <[_; 2]>::from(bytes.split_at(offset))), whole, "{api:?} split at {offset}");
        }
        for size in 1..=7 {
            assert_eq!(read(api, bytes.chunks(size)), whole, "{api:?} in chunks of {size}");
        }
    }
}

#[test]
fn case_64_a_recorded_stream_cut_at_every_byte_is_complete_or_cut_and_never_garbage() {
    for (api, recorded, end) in recordings::all() {
        let bytes = recorded.as_bytes();
        let terminal = recorded.find(end).unwrap();
        for offset in 0..=bytes.len() {
            let events = read(api, [bytes.split_at(offset).0]);
            let Some(ModelEvent::Finished(ended)) = events.last() else {
                panic!("{api:?}: no end at {offset}")
            };
            let expected = if offset < terminal { FinishReason::Cut } else { FinishReason::Complete };
            assert_eq!(ended.finish, expected, "{api:?} cut at {offset}");
            assert_eq!(ended.calls.len(), usize::from(offset >= terminal), "{api:?} cut at {offset}");
        }
    }
}

#[test]
fn another_decoder_reads_the_same_events() {
    for (_, recorded, _) in recordings::all() {
        let bytes = recorded.as_bytes();
        let ours = read_events([bytes]);
        assert!(ours.len() > 5);
        assert_eq!(ours, read_events_elsewhere(vec![bytes]));
        assert_eq!(ours, read_events_elsewhere(bytes.chunks(1).collect()));
    }
}

/// Pieces from which streams are made, well-formed and not.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "data: ",
        "data",
        "data:",
        "event: ",
        "event:a",
        ":",
        ": 한",
        "id: 1",
        "retry: 5",
        "x",
        "한",
        "🎉",
        " ",
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\r\n\r\n",
        "[DONE]",
        "{\"type\":\"response.output_text.delta\",\"delta\":\"가\"}",
        "{\"type\":\"response.completed\",\"response\":{\"id\":\"r\"}}",
        "{\"choices\":[{\"delta\":{\"content\":\"나\"}}]}",
        "{\"choices\":[{\"finish_reason\":\"stop\"}]}",
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"다\"}]}}]}",
        "{\"candidates\":[{\"finishReason\":\"STOP\"}]}",
        "{\"error\":{\"code\":1}}",
        "{",
        "}",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn streams_split_anywhere_read_the_same(text in pieces(), size in 1usize..9) {
        for api in Api::ALL {
            prop_assert_eq!(read(api, [text.as_bytes()]), read(api, text.as_bytes().chunks(size)));
        }
    }

    #[test]
    fn another_decoder_reads_the_same_of_any_stream(text in pieces(), size in 1usize..9) {
        // It reads its own way what the end leaves open, so every stream here ends its last event.
        let text = format!("data: first\n\n{text}\n\n");
        let ours = read_events(text.as_bytes().chunks(size));
        prop_assert_eq!(ours, read_events_elsewhere(text.as_bytes().chunks(size).collect()));
    }

    #[test]
    fn no_bytes_panic_and_the_end_is_last_and_single(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..64), 0..8)) {
        for api in Api::ALL {
            let events = read(api, chunks.iter().map(Vec::as_slice));
            let ends = events.iter().filter(|event| matches!(event, ModelEvent::Finished(_))).count();
            prop_assert_eq!(ends, 1);
            prop_assert!(matches!(events.last(), Some(ModelEvent::Finished(_))));
        }
    }

    #[test]
    fn no_data_panics(data in prop::collection::vec(any::<u8>(), 0..64), flip in 0usize..2000, byte in any::<u8>()) {
        for (api, recorded, _) in recordings::all() {
            let mut bytes = recorded.as_bytes().to_vec();
            if let Some(index) = bytes.get_mut(flip) {
                *index = byte;
            }
            let events = read(api, [bytes.as_slice(), b"data: ", &data, b"\n\n"]);
            prop_assert!(matches!(events.last(), Some(ModelEvent::Finished(_))));
        }
    }

    #[test]
    fn no_value_panics_wherever_it_stands(value in any_json(), index in 0usize..400) {
        for (api, recorded, _) in recordings::all() {
            // One value of the recording becomes another: every field is once of a wrong type.
            let mut events = read_events([recorded.as_bytes()]);
            let count = events.len();
            if let Some(event) = events.get_mut(index % count)
                && let Ok(mut json) = serde_json::from_str(&event.data)
            {
                replace(&mut json, &mut (index / count), &value);
                event.data = json.to_string();
            }
            let text: String = events.iter().map(|event| format!("data: {}\n\n", event.data)).collect();
            let events = read(api, [text.as_bytes()]);
            prop_assert!(matches!(events.last(), Some(ModelEvent::Finished(_))));
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("text"),
        json!([]),
        json!([null, 7, "x", {}]),
        json!({}),
        json!({"text": 1, "type": []}),
    ])
}

/// Puts `new` in the place of the value at this number, counted from the outside.
fn replace(value: &mut Value, index: &mut usize, new: &Value) {
    if *index == 0 {
        *value = new.clone();
    }
    *index = index.wrapping_sub(1);
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, index, new)),
        Value::Object(values) => values.values_mut().for_each(|value| replace(value, index, new)),
        _ => {}
    }
}
