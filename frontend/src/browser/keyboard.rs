//! What key presses mean in a text field, with care for input methods (IME).

use web_sys::KeyboardEvent;

use super::media::is_touch_device;

/// Whether the key press belongs to an input method that is composing. `isComposing` says so in most browsers; Safari
/// reports the Enter that ends a composition after it, only marked by key code 229
/// (<https://www.w3.org/TR/uievents/#determine-keydown-keyup-keyCode>).
pub(crate) fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// Whether the key press sends the text: Enter without Shift or Alt. On touch devices Enter makes a new line unless Ctrl
/// or Cmd is held.
pub(crate) fn is_submit_key(event: &KeyboardEvent) -> bool {
    let is_command = event.ctrl_key() || event.meta_key();
    event.key() == "Enter"
        && !is_composing(event)
        && !event.shift_key()
        && !event.alt_key()
        && (is_command || !is_touch_device())
}
