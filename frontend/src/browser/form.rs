//! Reading the control that an event is about.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, HtmlSelectElement};

/// The value of the event's control. Text areas and selects have it under the same name as inputs.
pub(crate) fn typed(event: &Event) -> String {
    control(event).map(|control| control.value()).unwrap_or_default()
}

pub(crate) fn is_checked(event: &Event) -> bool {
    control(event).is_some_and(|control| control.checked())
}

/// The index of the chosen option of the event's select.
pub(crate) fn choice_index(event: &Event) -> usize {
    let select = event.current_target().map(JsCast::unchecked_into::<HtmlSelectElement>);
    let index = select.map(|select| select.selected_index());
    index.and_then(|index| usize::try_from(index).ok()).unwrap_or_default()
}

fn control(event: &Event) -> Option<HtmlInputElement> {
    event.current_target().map(JsCast::unchecked_into)
}
