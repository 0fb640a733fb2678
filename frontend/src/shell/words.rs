//! Typed text made fit for the wire: one Unicode form, no controls. What is too long or empty is judged by `shared`.

use js_sys::JsString;
use shared::text::without_controls;

/// A nickname or a room's name as typed, in NFC.
pub(crate) fn composed(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}

/// A message as typed or pasted: in NFC, with plain line ends and no controls.
pub(crate) fn cleaned(text: &str) -> String {
    without_controls(&composed(text))
}
