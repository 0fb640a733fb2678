//! Prepares typed text for the wire. Whether it is too long or empty is checked in `shared`.

use js_sys::JsString;
use shared::text::without_controls;

/// The text in Unicode normalization form NFC, for nicknames and room names.
pub(crate) fn to_nfc(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}

/// The text in NFC, with `\n` line ends and without control characters, for messages and other longer texts.
pub(crate) fn clean(text: &str) -> String {
    without_controls(&to_nfc(text))
}
