//! A form of one labelled text field and a button, with a complaint about what was typed.

use leptos::html::Input;
use leptos::prelude::*;
use web_sys::SubmitEvent;

use crate::reactive::effect;

/// The form. The field is uncontrolled: it is read on submit and never written to while the reader types.
#[component]
pub(crate) fn SingleFieldForm(
    /// The field's id, unique on the page.
    id: &'static str,
    label: &'static str,
    button: &'static str,
    /// The text that is in the field at first.
    #[prop(optional)]
    initial: String,
    #[prop(optional)] placeholder: &'static str,
    autocomplete: &'static str,
    #[prop(into)] complaint: Signal<Option<String>>,
    /// Is called with the typed text.
    on_submit: Callback<String>,
    /// Whether the button is the main one of the page.
    #[prop(optional)]
    is_primary: bool,
) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            on_submit.run(field.value());
        }
    };
    // What is wrong is said where it can be mended.
    effect(move || {
        if let (true, Some(field)) = (complaint.read().is_some(), field.get_untracked()) {
            let _ = field.focus();
        }
    });
    let complaint_id = format!("{id}-complaint");
    view! {
        <form class="field" on:submit=submit>
            <label for=id>{label}</label>
            <div class="field-row">
                <input
                    id=id
                    node_ref=field
                    type="text"
                    value=initial
                    placeholder=placeholder
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=move || complaint.read().is_some().to_string()
                    aria-describedby=complaint_id.clone()
                />
                <button type="submit" class="button" class:main=is_primary>
                    {button}
                </button>
            </div>
            <p class="complaint" id=complaint_id aria-live="polite">
                {move || complaint.get()}
            </p>
        </form>
    }
}
