//! The form in which a room's owner writes a custom bot. Fields are checked as soon as they are typed in, by the same check
//! that the room makes; errors that only the room can find are shown when the room has answered.

use client::Input;
use leptos::prelude::*;
use shared::BotDraft;
use shared::bot::{EFFORTS, TOOL_CHOICES};
use web_sys::SubmitEvent;

use super::draft::DraftField;
use super::field::{Control, FormField};
use super::form_state::FormState;
use super::tools::ToolChoices;
use crate::components::button::TextButton;
use crate::components::views::views;
use crate::components::when::When;
use crate::i18n::text;
use crate::state::room_context::RoomContext;

/// The form, for a new bot or for one of the room's drafts. It leaves by setting `edited` to `None`; before that, `on_saved` is told
/// the handle of a bot that was saved.
#[component]
pub(super) fn BotForm(
    edited: RwSignal<Option<String>>,
    draft: Option<BotDraft>,
    on_saved: Callback<String>,
) -> impl IntoView {
    let session = RoomContext::expect().session;
    let is_new = draft.is_none();
    let state = FormState::new(session, draft.unwrap_or_default());
    let leave = move || {
        session.tell(Input::ResetBotSaveState);
        edited.set(None);
    };
    // The result of saving in a form that was left before is not about this one.
    session.tell(Input::ResetBotSaveState);
    state.watch_saving(move || {
        on_saved.run(state.text(DraftField::Handle));
        leave();
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        state.save();
    };
    view! {
        <form class="bot-form" on:submit=submit>
            <Fields state is_new />
            <ToolChoices state />
            <When is=move || state.has_knowledge()>
                <FormField
                    state
                    field=DraftField::Knowledge
                    label=text().knowledge
                    note=text().knowledge_note
                    control=Control::Lines
                />
            </When>
            <p class="complaint" role="status">
                {move || state.refusal()}
            </p>
            <div class="field-row">
                // Not `disabled`, which would lose the focus.
                <button
                    type="submit"
                    class="button main"
                    aria-disabled=move || state.is_saving().then_some("true")
                >
                    {move || if state.is_saving() { text().saving } else { text().save }}
                </button>
                <TextButton class="button" label=text().cancel on_click=Callback::new(move |()| leave()) />
            </div>
        </form>
    }
}

#[component]
fn Fields(state: FormState, is_new: bool) -> impl IntoView {
    let handle = if is_new { Control::Line } else { Control::ReadOnly };
    let models = Control::Select(state.options().models);
    let efforts = Control::Select(EFFORTS.map(str::to_owned).to_vec());
    let choices = TOOL_CHOICES.map(str::to_owned).into_iter().chain(state.options().tools);
    let choices = Control::Select(choices.collect());
    let alternatives = Control::Select(["1", "2", "3"].map(str::to_owned).to_vec());
    let number = |min, max, step| Control::Number { min, max, step };
    let fields = [
        (DraftField::Handle, text().handle, text().handle_note, handle),
        (DraftField::Aliases, text().aliases, text().aliases_note, Control::Line),
        (DraftField::Name, text().bot_name, "", Control::Line),
        (DraftField::About, text().about, "", Control::Line),
        (DraftField::Instructions, text().instructions, text().instructions_note, Control::Lines),
        (DraftField::Model, text().model, "", models),
        (DraftField::Temperature, text().temperature, "", number("0", "2", "0.05")),
        (DraftField::TopP, text().top_p, "", number("0.01", "1", "0.01")),
        (
            DraftField::MaxOutputTokens,
            text().max_output_tokens,
            text().max_output_tokens_note,
            number("64", "8192", "1"),
        ),
        (DraftField::FrequencyPenalty, text().frequency_penalty, "", number("-2", "2", "0.1")),
        (DraftField::PresencePenalty, text().presence_penalty, "", number("-2", "2", "0.1")),
        (DraftField::Stop, text().stop_texts, text().stop_texts_note, Control::Line),
        (DraftField::ReasoningEffort, text().reasoning_effort, "", efforts),
        (DraftField::ToolChoice, text().tool_choice, "", choices),
        (DraftField::Alternatives, text().alternatives, text().alternatives_note, alternatives),
        (DraftField::Schema, text().schema, text().schema_note, Control::Lines),
    ];
    let fields = fields.into_iter();
    views(fields.map(|(field, label, note, control)| view! { <FormField state field label note control /> }))
}
