//! Bytes to Server-Sent Events, by the rules of the WHATWG HTML standard, section 9.2 "Server-sent events".
//!
//! Not here: connecting, reconnecting (`id` and `retry` are read over), and what an event means. Every rule carries the
//! subsection it comes from: 9.2.5 "Parsing an event stream", 9.2.6 "Interpreting an event stream".

use std::mem;

/// The most bytes that one event may take. A terminal event repeats the whole output, so this is generous.
pub const EVENT_BYTES: usize = 4 * 1024 * 1024;

/// One event of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SseEvent {
    /// The `event` field, where it is there and not empty.
    pub event: Option<String>,
    /// The `data` lines, joined with line feeds.
    pub data: String,
}

/// One event passed [`EVENT_BYTES`]. The stream is of no use any more: every later push says this again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooLarge {
    /// The events of the same push that were whole before it.
    pub before: Vec<SseEvent>,
}

/// Turns chunks of bytes into events. Where the chunks are split makes no difference, not even inside a character.
#[derive(Debug, Default)]
pub struct Decoder {
    /// The line that has no end yet. Lines are decoded whole, so a split character comes together here.
    line: Vec<u8>,
    /// The last line ended with CR: an LF that follows belongs to that ending.
    after_return: bool,
    /// The first line, where a byte order mark may stand, is behind us.
    begun: bool,
    event: String,
    /// Every `data` line with an LF after it, as the standard's data buffer.
    data: String,
    too_large: bool,
}

impl Decoder {
    /// The events that are whole with these bytes.
    ///
    /// # Errors
    /// [`TooLarge`] when one event passes [`EVENT_BYTES`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<SseEvent>, TooLarge> {
        let mut events = Vec::new();
        if self.too_large {
            return Err(TooLarge { before: events });
        }
        // 9.2.5: a line ends with LF, CR, or CR LF. At most one of them stands in a piece, as its last byte.
        for piece in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            if mem::take(&mut self.after_return) && piece == b"\n" {
                continue;
            }
            let (part, ends) = match piece.split_last() {
                Some((b'\n' | b'\r', part)) => (part, true),
                _ => (piece, false),
            };
            self.after_return = piece.ends_with(b"\r");
            self.too_large = self.line.len() + self.data.len() + part.len() > EVENT_BYTES;
            if self.too_large {
                (self.line, self.data) = Default::default();
                return Err(TooLarge { before: events });
            }
            self.line.extend_from_slice(part);
            if ends {
                events.extend(self.end_line());
            }
        }
        Ok(events)
    }

    /// The event that the end of the stream left open. The standard throws it away (9.2.6: "any pending data must be
    /// discarded"); servers that forget the last empty line are real, so the caller decides whether it is whole.
    pub fn finish(&mut self) -> Option<SseEvent> {
        if !self.line.is_empty() {
            self.end_line();
        }
        self.dispatch()
    }

    /// 9.2.6, what to do with one line.
    fn end_line(&mut self) -> Option<SseEvent> {
        let bytes = mem::take(&mut self.line);
        // 9.2.5: one leading byte order mark is dropped.
        let mark: &[u8] = if mem::replace(&mut self.begun, true) { b"" } else { b"\xEF\xBB\xBF" };
        // 9.2.6: "Streams must be decoded using the UTF-8 decode algorithm", which replaces what is not UTF-8.
        let line = String::from_utf8_lossy(bytes.strip_prefix(mark).unwrap_or(&bytes));
        if line.is_empty() {
            return self.dispatch();
        }
        // A line without a colon is a name without a value. A comment is a line whose name is empty.
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => self.event = value.to_owned(),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            _ => {}
        }
        None
    }

    /// 9.2.6, "dispatch the event": nothing happens without a `data` line, and the last LF goes.
    fn dispatch(&mut self) -> Option<SseEvent> {
        let event = Some(mem::take(&mut self.event)).filter(|event| !event.is_empty());
        let mut data = mem::take(&mut self.data);
        data.pop().map(|_| SseEvent { event, data })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::{Decoder, EVENT_BYTES, TooLarge};

    /// Pushes the chunks one after another. What only the end of the stream brings stands after `end:`.
    fn read(chunks: &[&[u8]]) -> String {
        let mut decoder = Decoder::default();
        let mut seen = String::new();
        for chunk in chunks {
            for event in decoder.push(chunk).unwrap() {
                writeln!(seen, "{} {:?}", event.event.as_deref().unwrap_or("-"), event.data).unwrap();
            }
        }
        if let Some(event) = decoder.finish() {
            writeln!(seen, "end: {} {:?}", event.event.as_deref().unwrap_or("-"), event.data).unwrap();
        }
        seen
    }

    fn check(chunks: &[&[u8]], expected: Expect) {
        expected.assert_eq(&read(chunks));
    }

    #[test]
    fn an_event_has_a_name_and_data() {
        check(
            &[b"event: greeting\ndata: hi\n\ndata: again\n\n"],
            expect![[r#"
                greeting "hi"
                - "again"
            "#]],
        );
    }

    #[test]
    fn every_line_ending_ends_a_line_once() {
        let newline: &[u8] = b"event: a\ndata: 1\ndata: 2\n\ndata: 3\n\n";
        check(
            &[newline],
            expect![[r#"
                a "1\n2"
                - "3"
            "#]],
        );
        let variants: [&[&[u8]]; 3] = [
            &[b"event: a\rdata: 1\rdata: 2\r\rdata: 3\r\r"],
            &[b"event: a\r\ndata: 1\r\ndata: 2\r\n\r\ndata: 3\r\n\r\n"],
            &[b"event: a\r", b"\ndata: 1\r\ndata: 2\r\n\r", b"\ndata: 3\r\n", b"", b"\r", b"", b"\n"],
        ];
        for variant in variants {
            assert_eq!(read(variant), read(&[newline]));
        }
    }

    #[test]
    fn one_leading_mark_is_dropped_and_only_there() {
        check(
            &[b"\xEF", b"\xBB", b"\xBFdata: 1\n\n"],
            expect![[r#"
                - "1"
            "#]],
        );
        check(
            &[b"\xEF\xBB\xBF\xEF\xBB\xBFdata: 1\n\ndata: 2\n\n\xEF\xBB\xBFdata: 3\n\n"],
            expect![[r#"
                - "2"
            "#]],
        );
    }

    #[test]
    fn comments_unknown_fields_and_names_without_data_say_nothing() {
        check(
            &[b": keep-alive\n\nid: 1\nretry: 10\nfoo: bar\n\nevent: lonely\n\ndata: x\n\n"],
            expect![[r#"
                - "x"
            "#]],
        );
    }

    #[test]
    fn one_space_after_the_colon_goes() {
        check(
            &[b"data:a\ndata:  b\ndata: c: d\n\n"],
            expect![[r#"
                - "a\n b\nc: d"
            "#]],
        );
    }

    #[test]
    fn data_may_be_empty() {
        check(
            &[b"data\n\ndata:\ndata\n\n"],
            expect![[r#"
                - ""
                - "\n"
            "#]],
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced() {
        check(
            &[b"data: \xED\x95\x9C \xFF \xED\x95\n\n"],
            expect![[r#"
                - "한 � �"
            "#]],
        );
    }

    #[test]
    fn the_end_of_the_stream_brings_what_was_left_open() {
        check(
            &[b"data: 1\n\ndata: 2\ndata: 3"],
            expect![[r#"
                - "1"
                end: - "2\n3"
            "#]],
        );
        check(
            &[b"data: 1\n"],
            expect![[r#"
                end: - "1"
            "#]],
        );
        check(
            &[b"data: 1\n\n: bye"],
            expect![[r#"
                - "1"
            "#]],
        );
    }

    #[test]
    fn an_event_over_the_limit_is_an_error_and_stays_one() {
        let mut decoder = Decoder::default();
        let error =
            decoder.push(format!("data: 1\n\ndata: {}", "x".repeat(EVENT_BYTES)).as_bytes()).unwrap_err();
        assert_eq!(error.before.len(), 1);
        assert_eq!(decoder.push(b"\n\ndata: 2\n\n"), Err(TooLarge { before: Vec::new() }));
        assert_eq!(decoder.finish(), None);
    }

    #[test]
    fn many_small_lines_of_one_event_reach_the_limit_too() {
        let mut decoder = Decoder::default();
        let line = format!("data: {}\n", "x".repeat(1024));
        let pushes = (0..8192).take_while(|_| decoder.push(line.as_bytes()).is_ok()).count();
        assert!((4000..4096).contains(&pushes), "{pushes}");
    }
}
