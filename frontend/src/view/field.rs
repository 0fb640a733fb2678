//! A form of one labelled field and one button, with the sentence that says what is wrong with what was typed.

use leptos::html::Input;
use leptos::prelude::*;

use super::element::view;
use web_sys::SubmitEvent;

use super::dynamic::{value, words};

/// The form. It is uncontrolled: the page reads the field when it is sent, and never writes into it while one types.
#[component]
pub(crate) fn Field(
    /// For the label's `for`, unique on the page.
    id: &'static str,
    label: &'static str,
    button: &'static str,
    /// What stands in the field at first.
    #[prop(optional)]
    start: String,
    #[prop(optional)] example: &'static str,
    /// `nickname` lets the browser help, `off` keeps it quiet.
    autocomplete: &'static str,
    /// What is wrong, if anything.
    complaint: Signal<Option<String>>,
    /// Takes what was typed.
    on_send: Box<dyn Fn(String)>,
    /// Whether the button is the page's main one.
    #[prop(optional)]
    is_main: bool,
) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let sent = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            on_send(field.value());
        }
    };
    let complaint_id = format!("{id}-complaint");
    view! {
        <form class="field" on:submit=sent>
            <label for=id>{label}</label>
            <div class="field-row">
                <input
                    id=id
                    node_ref=field
                    type="text"
                    value=start
                    placeholder=example
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=value(move || Some(complaint.read().is_some().to_string()))
                    aria-describedby=complaint_id.clone()
                />
                <button type="submit" class="button" class:main=is_main>
                    {button}
                </button>
            </div>
            <p class="complaint" id=complaint_id aria-live="polite">
                {words(move || complaint.get().unwrap_or_default())}
            </p>
        </form>
    }
}
