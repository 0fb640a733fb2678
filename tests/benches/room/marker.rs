//! What texts carry so that a receiver finds them in a frame of any server without parsing it.

use std::sync::LazyLock;
use std::time::Instant;

/// Characters of a message's text, all ASCII.
pub(crate) const TEXT_LENGTH: usize = 200;
/// Messages from this number on warm a server up and are not counted.
pub(crate) const WARM_UP: u32 = 900_000;
/// Tokens of an answer, at most: every bot's `max_output_tokens` (edge/bots.toml) is 900 or more among the first five.
pub(crate) const TOKENS: usize = 850;
/// Bytes of a token: as much text as a model's token has in English, and what the demo model counts as one.
pub(crate) const TOKEN_LENGTH: usize = 4;
/// The digits of a token's number.
const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// When the benchmark began; times in texts count from here.
static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Something numbered that a socket received.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    /// A message's number, or an answer's number × [`TOKENS`] + a token's number.
    pub(crate) number: u32,
    /// When it was received, in microseconds.
    pub(crate) at: u64,
    /// When a message was sent, in microseconds; 0 for a token, whose time the demo model knows.
    pub(crate) sent: u64,
}

/// Microseconds since the benchmark began.
pub(crate) fn now() -> u64 {
    micros(Instant::now())
}

/// A time in microseconds since the benchmark began.
pub(crate) fn micros(time: Instant) -> u64 {
    u64::try_from(time.saturating_duration_since(*ORIGIN).as_micros()).unwrap()
}

/// The text of a message that is sent now.
pub(crate) fn message(number: u32) -> String {
    format!("{:x<TEXT_LENGTH$}", format!("m={number:06} t={:012} ", now()))
}

/// The text of a token: the answer as a letter, the token's number in two digits, a space.
pub(crate) fn token(answer: u8, number: usize) -> String {
    let digit = |value: usize| char::from(DIGITS[value % DIGITS.len()]);
    format!("{}{}{} ", char::from(b'A' + answer), digit(number / DIGITS.len()), digit(number))
}

/// Finds every message in a frame that was received at a time.
pub(crate) fn messages(frame: &str, at: u64) -> impl Iterator<Item = Arrival> + '_ {
    frame.match_indices("m=").filter_map(move |(place, _)| {
        let rest = frame.get(place + 2..)?;
        let number = rest.get(..6)?.parse().ok()?;
        let sent = rest.get(6..)?.strip_prefix(" t=")?.get(..12)?.parse().ok()?;
        Some(Arrival { number, at, sent })
    })
}

/// Finds every token of the first answers in a frame. `expected` holds the next token of each answer: an earlier one is
/// repeated by the end of an answer that was not streamed whole, and not counted.
pub(crate) fn tokens(frame: &str, at: u64, expected: &mut [u32]) -> Vec<Arrival> {
    let mut found = Vec::new();
    for window in frame.as_bytes().windows(TOKEN_LENGTH) {
        let [letter, high, low, b' '] = window else { continue };
        let answer = usize::from(letter.wrapping_sub(b'A'));
        let (Some(high), Some(low)) = (digit(*high), digit(*low)) else { continue };
        if answer >= expected.len() {
            continue;
        }
        let token = high * 36 + low;
        if token < expected[answer] {
            continue;
        }
        expected[answer] = token + 1;
        let number = u32::try_from(answer * TOKENS).unwrap() + token;
        found.push(Arrival { number, at, sent: 0 });
    }
    found
}

/// The last place in the log that a frame of Madang names.
pub(crate) fn head(frame: &str) -> Option<u64> {
    field(frame, frame.rfind(r#""seq":"#)? + 6)?.parse().ok()
}

/// The value of the first string field of this name.
pub(crate) fn string<'a>(frame: &'a str, name: &str) -> Option<&'a str> {
    let name = format!(r#""{name}":""#);
    frame.get(frame.find(&name)? + name.len()..)?.split('"').next()
}

/// The value of a digit of a token's number.
fn digit(byte: u8) -> Option<u32> {
    let is_digit = byte.is_ascii_digit() || byte.is_ascii_uppercase();
    char::from(byte).to_digit(36).filter(|_| is_digit)
}

/// The digits that begin at a place.
fn field(frame: &str, place: usize) -> Option<&str> {
    frame.get(place..)?.split(|c: char| !c.is_ascii_digit()).next()
}
