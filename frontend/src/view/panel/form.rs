//! The form in which a room's owner writes a bot. It says what is wrong with a field as soon as one has written in it, by
//! the same check that the room makes, and shows what only the room can know when the room has said it.
//!
//! What stands in the fields is kept as texts, in the order of the fields; a draft is made of them when one is needed.

use std::cell::Cell;

use client::number_format::{format_hundredths, parse_hundredths};
use client::{BotSaveState, Input};
use leptos::prelude::*;
use shared::{BotDraft, BotOptions, FieldError};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, SubmitEvent};

use crate::shell::focus::focus;
use crate::shell::words::cleaned;
use crate::text::text;
use crate::view::control::button;
use crate::view::dynamic::{effect, value, words};
use crate::view::element::{side_by_side, view};
use crate::view::yard::Yard;

/// The fields' names in a draft, in their order.
const FIELDS: [&str; 11] = [
    "handle",
    "aliases",
    "name",
    "about",
    "instructions",
    "model",
    "temperature",
    "top_p",
    "max_output_tokens",
    "reasoning_effort",
    "tools",
];
const TOOLS: usize = 10;

/// What is being written.
#[derive(Clone, Copy)]
struct Form {
    yard: Yard,
    values: RwSignal<Vec<String>>,
    /// The fields that were written in since the form was opened or refused.
    touched: RwSignal<Vec<String>>,
}

/// How a field is shown.
enum Kind {
    Line,
    /// A line that cannot be written in.
    Fixed,
    Long,
    /// From, to, and the step between.
    Number(&'static str, &'static str, &'static str),
    /// What to choose from, besides the usual.
    Choice(Vec<String>),
}

/// The form, for a new bot or a draft of the room's.
pub(super) fn form(yard: Yard, written: RwSignal<Option<String>>, draft: Option<BotDraft>) -> AnyView {
    let is_new = draft.is_none();
    let values = values(draft.unwrap_or_default());
    let form = Form { yard, values: RwSignal::new(values), touched: RwSignal::new(Vec::new()) };
    let leave = move || {
        yard.session.tell(Input::ResetBotSaveState);
        written.set(None);
    };
    // What became of a form that was left is not about this one.
    yard.session.tell(Input::ResetBotSaveState);
    let was_under_way = Cell::new(false);
    effect(move || {
        let setting = yard.session.setting();
        let has_ended = was_under_way.replace(setting == BotSaveState::Saving);
        match setting {
            BotSaveState::Saved => leave(),
            // What the room refused is shown until the field is written in again.
            BotSaveState::Refused { errors: faults, .. } if has_ended => {
                form.touched.set(Vec::new());
                lead_to(faults.first());
            }
            BotSaveState::Refused { .. } | BotSaveState::Idle | BotSaveState::Saving => {}
        }
    });
    let is_under_way = move || form.is_under_way();
    view! {
        <form
            class="bot-form"
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                form.send();
            }
        >
            {side_by_side(form.fields(is_new))}
            {form.tools()}
            <p class="complaint" role="status">
                {words(move || form.refusal())}
            </p>
            <div class="field-row">
                // Disabled it would lose the keyboard's place.
                <button
                    type="submit"
                    class="button main"
                    aria-disabled=value(move || is_under_way().then(|| "true".to_owned()))
                >
                    {words(move || if is_under_way() { text().saving } else { text().save })}
                </button>
                {button("button", text().cancel, leave)}
            </div>
        </form>
    }
    .into_any()
}

impl Form {
    fn offer(self) -> BotOptions {
        untrack(|| self.yard.session.drafts()).map(|drafts| drafts.options).unwrap_or_default()
    }

    /// What is wrong with a field, in words.
    fn complaint(self, name: &str) -> Option<String> {
        let is_touched = self.touched.with(|touched| touched.iter().any(|other| other == name));
        let faults = match self.yard.session.setting() {
            _ if is_touched => draft(&self.values.get()).validate(&self.offer()),
            BotSaveState::Refused { errors: faults, .. } => faults,
            _ => Vec::new(),
        };
        let fault = faults.into_iter().find(|fault| fault.field == name)?;
        Some((text().fault)(name, fault.code).to_owned())
    }

    /// What the room refused.
    fn refusal(self) -> String {
        match self.yard.session.setting() {
            BotSaveState::Refused { code, .. } => (text().code)(code).to_owned(),
            BotSaveState::Idle | BotSaveState::Saving | BotSaveState::Saved => String::new(),
        }
    }

    fn is_under_way(self) -> bool {
        self.yard.session.setting() == BotSaveState::Saving
    }

    /// Sends the draft, or leads to the first field that is wrong.
    fn send(self) {
        if untrack(|| self.is_under_way()) {
            return;
        }
        let draft = draft(&self.values.get_untracked());
        let faults = draft.validate(&self.offer());
        if faults.is_empty() {
            return self.yard.session.set_bot(draft);
        }
        lead_to(faults.first());
        self.touched.set(faults.into_iter().map(|fault| fault.field).collect());
    }

    fn fields(self, is_new: bool) -> Vec<AnyView> {
        let efforts = ["minimal", "low", "medium", "high"].map(str::to_owned).to_vec();
        let words = text();
        let fields = [
            (words.handle, words.handle_note, if is_new { Kind::Line } else { Kind::Fixed }),
            (words.aliases, words.aliases_note, Kind::Line),
            (words.bot_name, "", Kind::Line),
            (words.about, "", Kind::Line),
            (words.instructions, words.instructions_note, Kind::Long),
            (words.model, "", Kind::Choice(self.offer().models)),
            (words.temperature, "", Kind::Number("0", "2", "0.05")),
            (words.top_p, "", Kind::Number("0.01", "1", "0.01")),
            (words.longest, words.longest_note, Kind::Number("64", "8192", "1")),
            (words.effort, "", Kind::Choice(efforts)),
        ];
        let fields = fields.into_iter().enumerate();
        fields.map(|(index, (label, note, kind))| self.field(index, label, note, kind)).collect()
    }

    fn field(self, index: usize, label: &'static str, note: &'static str, kind: Kind) -> AnyView {
        let name = FIELDS.get(index).copied().unwrap_or_default();
        let start = self.values.with_untracked(|values| at(values, index).to_owned());
        let (complaint_id, note_id) = (format!("{}-complaint", id(name)), format!("{}-note", id(name)));
        let control = match kind {
            Kind::Long => view! {
                <textarea rows="5" dir="auto">
                    {start}
                </textarea>
            },
            Kind::Choice(choices) => {
                let choices = std::iter::once(String::new()).chain(choices).map(|choice| {
                    let shown = if choice.is_empty() { text().usual.to_owned() } else { choice.clone() };
                    let is_chosen = choice == start;
                    view! { <option value=choice selected=is_chosen>{shown}</option> }.into_any()
                });
                let choices = choices.collect();
                view! { <select>{side_by_side(choices)}</select> }
            }
            Kind::Line | Kind::Fixed | Kind::Number(..) => {
                let is_fixed = matches!(kind, Kind::Fixed);
                let (kind, limits) = match kind {
                    Kind::Number(from, to, step) => {
                        ("number", [from, to, step].map(|it| Some(it.to_owned())))
                    }
                    _ => ("text", [None, None, None]),
                };
                let [from, to, step] = limits;
                view! {
                    <input
                        type=kind
                        min=from
                        max=to
                        step=step
                        value=start
                        readonly=is_fixed
                        dir="auto"
                        autocomplete="off"
                        autocapitalize="none"
                    />
                }
            }
        };
        let mut control = control;
        control.set("id", id(name));
        control.set("class", "input");
        control.set("aria-describedby", format!("{complaint_id} {note_id}"));
        control.set("aria-invalid", value(move || self.complaint(name).map(|_| "true".to_owned())));
        control.on(leptos::ev::input, move |event: Event| {
            self.write(index, cleaned(&typed(&event)));
            self.touched.update(|touched| touched.push(name.to_owned()));
        });
        view! {
            <div class="field">
                <label for=id(name)>{label}</label>
                {control}
                <p class="quiet-text" id=note_id>
                    {note}
                </p>
                <p class="complaint" id=complaint_id aria-live="polite">
                    {words(move || self.complaint(name).unwrap_or_default())}
                </p>
            </div>
        }
        .into_any()
    }

    /// The tools that the operator offers.
    fn tools(self) -> AnyView {
        let chosen = self.values.with_untracked(|values| at(values, TOOLS).to_owned());
        let tools = self.offer().tools.into_iter().map(|tool| {
            let shown = (text().tool)(&tool).map_or_else(|| tool.clone(), str::to_owned);
            let is_chosen = chosen.split(' ').any(|other| other == tool);
            let chose = move |event: Event| {
                let is_on = field_of(&event).is_some_and(|field| field.checked());
                let tools = self.values.with_untracked(|values| at(values, TOOLS).to_owned());
                let others = tools.split(' ').filter(|other| *other != tool);
                let tools: Vec<&str> = others.chain(is_on.then_some(tool.as_str())).collect();
                self.write(TOOLS, tools.join(" "));
            };
            view! {
                <label class="tool">
                    <input type="checkbox" checked=is_chosen on:input=chose />
                    {shown}
                </label>
            }
            .into_any()
        });
        let tools: Vec<AnyView> = tools.collect();
        if tools.is_empty() {
            return side_by_side(tools);
        }
        view! {
            <fieldset class="field">
                <legend>{text().tools}</legend>
                {side_by_side(tools)}
            </fieldset>
        }
        .into_any()
    }

    fn write(self, index: usize, typed: String) {
        self.values.update(|values| {
            if let Some(value) = values.get_mut(index) {
                *value = typed;
            }
        });
    }
}

/// Moves the keyboard's place to the field that is wrong.
fn lead_to(fault: Option<&FieldError>) {
    if let Some(fault) = fault {
        focus(&format!("#{}", id(&fault.field)));
    }
}

fn id(name: &str) -> String {
    format!("bot-{name}")
}

/// What the field of an event holds. Every kind of field has its value under the same name.
fn typed(event: &Event) -> String {
    field_of(event).map(|field| field.value()).unwrap_or_default()
}

fn field_of(event: &Event) -> Option<HtmlInputElement> {
    event.current_target().map(JsCast::unchecked_into)
}

fn at(values: &[String], index: usize) -> &str {
    values.get(index).map_or("", |value| value.trim())
}

/// A draft as it is typed.
fn values(draft: BotDraft) -> Vec<String> {
    let longest = draft.max_output_tokens.map(|number| number.to_string()).unwrap_or_default();
    vec![
        draft.handle,
        draft.aliases.join(" "),
        draft.name,
        draft.about,
        draft.instructions,
        draft.model,
        format_hundredths(draft.temperature),
        format_hundredths(draft.top_p),
        longest,
        draft.reasoning_effort,
        draft.tools.join(" "),
    ]
}

/// What is typed as a draft. It may be wrong in every field.
fn draft(values: &[String]) -> BotDraft {
    let text = |index| at(values, index).to_owned();
    let list = |index| {
        let words = at(values, index).split([' ', ',', '\n', '\t']).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let longest = at(values, 8);
    BotDraft {
        handle: text(0),
        aliases: list(1),
        name: text(2),
        about: text(3),
        instructions: text(4),
        model: text(5),
        temperature: parse_hundredths(at(values, 6)).unwrap_or(Some(u32::MAX)),
        top_p: parse_hundredths(at(values, 7)).unwrap_or(Some(u32::MAX)),
        // What is no number is more than any limit.
        max_output_tokens: (!longest.is_empty()).then(|| longest.parse().unwrap_or(u32::MAX)),
        reasoning_effort: text(9),
        tools: list(TOOLS),
    }
}
