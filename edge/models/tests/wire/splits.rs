//! Where bytes are split makes no difference, and no bytes do harm.

use std::convert::Infallible;

use eventsource_stream::EventStream;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use models::responses::decoder;
use models::sse::{self, SseEvent};
use models::{Finish, ModelEvent};
use proptest::prelude::*;

use crate::script::merged;

/// An answer in Korean and emoji (one of them of several characters), with every kind of line ending, a comment, a
/// keep-alive, data over two lines, and a terminal event that repeats the text.
const RECORDED: &str = concat!(
    "event: response.created\n",
    "data: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"in_progress\",\"previous_response_id\":\"resp_0\",\"output\":[]}}\n\n",
    ": 살아 있음\n\n",
    "event: response.output_item.added\r\n",
    "data: {\"type\":\"response.output_item.added\",\"sequence_number\":1,\"output_index\":0,\"item\":{\"type\":\"message\"}}\r\n\r\n",
    "data: {\"type\":\"response.output_text.delta\",\"delta\":\"안녕하세요, \"}\n\n",
    "event: keepalive\rdata: {\"type\":\"keepalive\"}\r\r",
    "data: {\"type\":\"response.output_text.delta\",\r\ndata: \"delta\":\"지민 님 👩‍👩‍👧‍👦\"}\r\n\r\n",
    "data: {\"type\":\"response.output_text.delta\",\"delta\":\" \\ud83c\\udf89 끝\\n\"}\n\n",
    "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"안녕하세요, 지민 님 👩‍👩‍👧‍👦 🎉 끝\\n\"}]}],\"usage\":{\"input_tokens\":30,\"input_tokens_details\":{\"cached_tokens\":0},\"output_tokens\":12}}}\n\n",
    "data: [DONE]\n\n",
);

fn read<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<ModelEvent> {
    let mut decoder = decoder();
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
    let bytes = RECORDED.as_bytes();
    let whole = read([bytes]);
    assert_eq!(whole.len(), 3, "{whole:?}");
    assert!(matches!(whole.get(1), Some(ModelEvent::Text(text)) if text.ends_with("🎉 끝\n")), "{whole:?}");
    for offset in 0..=bytes.len() {
        assert_eq!(read(<[_; 2]>::from(bytes.split_at(offset))), whole, "split at {offset}");
    }
    for size in 1..=7 {
        assert_eq!(read(bytes.chunks(size)), whole, "chunks of {size}");
    }
}

#[test]
fn case_64_a_recorded_stream_cut_at_every_byte_is_complete_or_cut_and_never_garbage() {
    let bytes = RECORDED.as_bytes();
    let terminal = RECORDED.find("\n\ndata: [DONE]").unwrap();
    for offset in 0..=bytes.len() {
        let events = read([bytes.split_at(offset).0]);
        let Some(ModelEvent::Ended(ended)) = events.last() else { panic!("no end at {offset}") };
        let expected = if offset < terminal { Finish::Cut } else { Finish::Complete };
        assert_eq!(ended.finish, expected, "cut at {offset}");
    }
}

#[test]
fn another_decoder_reads_the_same_events() {
    let bytes = RECORDED.as_bytes();
    let ours = read_events([bytes]);
    assert_eq!(ours.len(), 8);
    assert_eq!(ours, read_events_elsewhere(vec![bytes]));
    assert_eq!(ours, read_events_elsewhere(bytes.chunks(1).collect()));
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
        "{\"error\":{\"code\":1}}",
        "{",
        "}",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn streams_split_anywhere_read_the_same(text in pieces(), size in 1usize..9) {
        prop_assert_eq!(read([text.as_bytes()]), read(text.as_bytes().chunks(size)));
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
        let events = read(chunks.iter().map(Vec::as_slice));
        let ends = events.iter().filter(|event| matches!(event, ModelEvent::Ended(_))).count();
        prop_assert_eq!(ends, 1);
        prop_assert!(matches!(events.last(), Some(ModelEvent::Ended(_))));
    }

    #[test]
    fn no_data_panics(data in prop::collection::vec(any::<u8>(), 0..64), flip in 0usize..2000, byte in any::<u8>()) {
        let mut bytes = RECORDED.as_bytes().to_vec();
        if let Some(place) = bytes.get_mut(flip) {
            *place = byte;
        }
        let events = read([b"data: ".as_slice(), &data, b"\n\n", &bytes]);
        prop_assert!(matches!(events.last(), Some(ModelEvent::Ended(_))));
    }
}
