//! Random values from the browser's cryptographic source. No other file makes random values.

use leptos::prelude::window;
use shared::{Nonce, RoomName, TabId};

const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Lower case without letters and digits that look alike, since people read room names aloud.
const UNAMBIGUOUS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const PRIVATE_ROOM_PREFIX: &str = "p-";
/// 20 characters of 5 bits: nobody guesses the name of a private room.
const PRIVATE_ROOM_CHARACTERS: usize = 20;

/// A nonce of 132 random bits for a write request.
pub(crate) fn nonce() -> Nonce {
    Nonce::parse(token(BASE64_URL, 22))
        .unwrap_or_else(|_| wasm_bindgen::throw_str("a generated nonce is not valid"))
}

/// An id for this load of the page.
pub(crate) fn tab() -> TabId {
    TabId::parse(token(BASE64_URL, 16))
        .unwrap_or_else(|_| wasm_bindgen::throw_str("a generated tab id is not valid"))
}

/// A name for a new private room: `p-` and 100 random bits.
pub(crate) fn private_room() -> RoomName {
    let name = format!("{PRIVATE_ROOM_PREFIX}{}", token(UNAMBIGUOUS, PRIVATE_ROOM_CHARACTERS));
    RoomName::parse(&name).unwrap_or_else(|_| RoomName::lobby())
}

/// Whether [`private_room`] may have made this name.
pub(crate) fn is_private_room(name: &RoomName) -> bool {
    name.as_str().starts_with(PRIVATE_ROOM_PREFIX) && name.as_str().len() > 16
}

/// A key of 132 random bits for a private room's link.
pub(crate) fn key() -> String {
    token(BASE64_URL, 22)
}

/// A seed for the client's backoff jitter.
pub(crate) fn seed() -> u64 {
    let mut bytes = [0; 8];
    fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// Random characters of an alphabet whose size is a power of two, so that each is equally likely.
fn token(alphabet: &[u8], length: usize) -> String {
    let mut bytes = vec![0; length];
    fill(&mut bytes);
    let mask = alphabet.len().saturating_sub(1);
    bytes.iter().filter_map(|byte| alphabet.get(usize::from(*byte) & mask)).map(|c| char::from(*c)).collect()
}

fn fill(bytes: &mut [u8]) {
    let filled = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(bytes));
    if filled.is_err() {
        // Every browser that runs WebAssembly has `getRandomValues`. Continuing with zeros would make guessable keys.
        wasm_bindgen::throw_str("the browser has no random source");
    }
}
