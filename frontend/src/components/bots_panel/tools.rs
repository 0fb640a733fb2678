//! The check boxes for the tools of a custom bot.

use leptos::prelude::*;

use super::draft::DraftField;
use super::form_state::FormState;
use crate::components::views::views;
use crate::i18n::text;

/// A check box for each tool that the operator offers; nothing if there is none.
#[component]
pub(super) fn ToolChoices(state: FormState) -> impl IntoView {
    let tools = state.options().tools;
    (!tools.is_empty()).then(|| {
        view! {
            // It takes the focus when the tools are wrong.
            <fieldset class="field" id=DraftField::Tools.id() tabindex="-1">
                <legend>{text().tools}</legend>
                {views(tools.into_iter().map(|tool| view! { <ToolChoice state tool /> }))}
                <p class="complaint" aria-live="polite">
                    {move || state.complaint(DraftField::Tools)}
                </p>
            </fieldset>
        }
    })
}

#[component]
fn ToolChoice(state: FormState, tool: String) -> impl IntoView {
    let label = (text().choice)(&tool).map_or_else(|| tool.clone(), str::to_owned);
    let is_chosen = chosen(state).contains(&tool);
    let choose = move |event| {
        let mut tools = chosen(state);
        tools.retain(|other| *other != tool);
        if event_target_checked(&event) {
            tools.push(tool.clone());
        }
        state.set_text(DraftField::Tools, tools.join(" "));
        state.touch(DraftField::Tools);
    };
    view! {
        <label class="tool">
            <input type="checkbox" checked=is_chosen on:input=choose />
            {label}
        </label>
    }
}

fn chosen(state: FormState) -> Vec<String> {
    state.text(DraftField::Tools).split(' ').filter(|tool| !tool.is_empty()).map(str::to_owned).collect()
}
