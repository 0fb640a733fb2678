//! The one place where the page takes random values, always from the browser's cryptographic source.

use leptos::prelude::window;
use shared::{Nonce, RoomName, TabId};

/// How the name of a private room begins.
pub(crate) const PRIVATE: &str = "p-";
const WIDE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Without letters and digits that look alike, since a room's name is read aloud.
const NARROW: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A fresh attempt: 132 random bits.
pub(crate) fn nonce() -> Nonce {
    Nonce::parse(random_text(WIDE, 22))
        .unwrap_or_else(|_| wasm_bindgen::throw_str("a nonce does not fit the wire"))
}

/// A fresh load of the page.
pub(crate) fn tab() -> TabId {
    TabId::parse(random_text(WIDE, 16))
        .unwrap_or_else(|_| wasm_bindgen::throw_str("a tab does not fit the wire"))
}

/// The name of a private room: `p-` and 100 random bits.
pub(crate) fn private_room() -> RoomName {
    RoomName::parse(&format!("{PRIVATE}{}", random_text(NARROW, 20))).unwrap_or_else(|_| RoomName::lobby())
}

/// The key of a private room's link: 132 random bits.
pub(crate) fn key() -> String {
    random_text(WIDE, 22)
}

/// A start for the client's jitter.
pub(crate) fn seed() -> u64 {
    let mut bytes = [0; 8];
    fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

/// Letters of an alphabet whose size is a power of two, so each is equally likely.
fn random_text(alphabet: &[u8], length: usize) -> String {
    let mut bytes = vec![0; length];
    fill(&mut bytes);
    let mask = alphabet.len().saturating_sub(1);
    bytes.iter().filter_map(|byte| alphabet.get(usize::from(*byte) & mask)).map(|c| char::from(*c)).collect()
}

fn fill(bytes: &mut [u8]) {
    let filled = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(bytes));
    if filled.is_err() {
        // Every browser that runs WebAssembly has this source. Going on with zeros would hand out guessable keys.
        wasm_bindgen::throw_str("no random source");
    }
}
