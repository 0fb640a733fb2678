//! The parts of the page that are written in JavaScript and loaded when they are first used (frontend/parts). They are no part
//! of what a first visit loads, and the page works without them.

use shared::{RoomName, Seq};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use super::{lifecycle, storage};

/// The parts, by their names in frontend/parts/parts.js.
const ATTENTION: &str = "attention";

#[wasm_bindgen]
extern "C" {
    /// Defined in frontend/boot.js. Settles in any case, with what the part gives, or with `undefined`.
    #[wasm_bindgen(js_name = usePart)]
    async fn use_part(part: &str) -> JsValue;

    #[wasm_bindgen(js_name = usePart)]
    fn start_part(part: &str, first: &str, second: &str, third: &str);
}

/// Colors the code blocks on the page, soon.
pub(crate) fn color_code() {
    start_part("colors", "", "", "");
}

/// Typesets the formulas on the page, soon.
pub(crate) fn typeset_formulas() {
    start_part("maths", "", "", "");
}

/// Lets the reader choose one of all emoji.
pub(crate) async fn choose_emoji() -> Option<String> {
    use_part("emoji").await.as_string()
}

/// Lets the reader choose one of all emoji and writes it at the caret of the composer, which hears of it as of any input.
pub(crate) fn write_emoji() {
    start_part("emoji", "composer", "", "");
}

/// Shows the link to a room with a QR code and the system's share sheet.
pub(crate) fn invite(link: &str, title: &str) {
    start_part("invite", link, title, "");
}

/// Lets the reader save the conversation as a file.
pub(crate) fn export() {
    start_part("export", "", "", "");
}

/// Helps with what is in the composer: names of emoji, and texts longer than a message may be.
pub(crate) fn help_composing(max_characters: usize) {
    start_part("composer", &max_characters.to_string(), "", "");
}

/// Opens the dialog in which the reader chooses what the page calls their attention to.
pub(crate) fn open_attention_settings() {
    start_part(ATTENTION, "", "", "");
}

/// Tells the room again what it is to push to this browser, where the reader wants push messages of it.
pub(crate) fn refresh_push(room: &RoomName) {
    if storage::is_pushed(room) {
        start_part("push", "", "", "");
    }
}

/// Calls attention to a message of somebody else while the page is not in front. The part finds by itself whether it mentions the
/// reader, since that is marked in the text on screen.
pub(crate) fn call_attention(seq: Seq, name: &str, text: &str, is_reply: bool) {
    if !lifecycle::is_visible() {
        let kind = if is_reply { "reply" } else { "message" };
        start_part(ATTENTION, kind, &seq.to_string(), &format!("{name}: {text}"));
    }
}
