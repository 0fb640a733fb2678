//! One field of the bot form: label, control, note and complaint.

use leptos::prelude::*;
use web_sys::Event;

use super::draft::DraftField;
use super::form_state::FormState;
use crate::browser::form::typed;
use crate::browser::text_input::clean;
use crate::components::views::views;
use crate::i18n::text;

/// The kind of control.
pub(super) enum Control {
    Line,
    ReadOnly,
    Lines,
    Number {
        min: &'static str,
        max: &'static str,
        step: &'static str,
    },
    /// The values to choose from, besides the default.
    Select(Vec<String>),
}

#[component]
pub(super) fn FormField(
    state: FormState,
    field: DraftField,
    label: &'static str,
    note: &'static str,
    control: Control,
) -> impl IntoView {
    let id = field.id();
    let (complaint_id, note_id) = (format!("{id}-complaint"), format!("{id}-note"));
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <FieldControl state field control described_by=format!("{complaint_id} {note_id}") />
            <p class="quiet-text" id=note_id>
                {note} " " {move || state.is_refused(field).then_some(text().not_taken)}
            </p>
            <p class="complaint" id=complaint_id aria-live="polite">
                {move || state.complaint(field)}
            </p>
        </div>
    }
}

#[component]
fn FieldControl(
    state: FormState,
    field: DraftField,
    control: Control,
    described_by: String,
) -> impl IntoView {
    let initial = state.text(field);
    let on_input = move |event: Event| {
        state.set_text(field, clean(&typed(&event)));
        state.touch(field);
    };
    let common = view! {
        <{..}
            id=field.id()
            class="input"
            aria-describedby=described_by
            aria-invalid=move || state.complaint(field).map(|_| "true")
            on:input=on_input
        />
    };
    let (kind, is_read_only, [min, max, step]) = match control {
        Control::Lines => {
            return view! { <textarea rows="5" dir="auto" {..common}>{initial}</textarea> }.into_any();
        }
        Control::Select(values) => {
            return view! { <select {..common}>{options(values, &initial)}</select> }.into_any();
        }
        Control::Line => ("text", false, [None; 3]),
        Control::ReadOnly => ("text", true, [None; 3]),
        Control::Number { min, max, step } => ("number", false, [min, max, step].map(Some)),
    };
    view! {
        <input
            type=kind
            min=min
            max=max
            step=step
            value=initial
            readonly=is_read_only
            dir="auto"
            autocomplete="off"
            autocapitalize="none"
            {..common}
        />
    }
    .into_any()
}

/// The default, which is the empty value, and the values to choose from.
fn options(values: Vec<String>, chosen: &str) -> AnyView {
    let values = std::iter::once(String::new()).chain(values).map(|value| {
        let label = match (text().choice)(&value) {
            _ if value.is_empty() => text().default_choice.to_owned(),
            Some(label) => label.to_owned(),
            None => value.clone(),
        };
        let is_chosen = value == chosen;
        view! { <option value=value selected=is_chosen>{label}</option> }
    });
    views(values)
}
