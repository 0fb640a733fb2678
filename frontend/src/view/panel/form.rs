//! The form in which a room's owner writes a bot. It says what is wrong with a field as soon as one has written in it, by
//! the same check that the room makes, and shows what only the room can know when the room has said it.

use client::figures::{decimal, hundredths};
use client::{Input, Setting};
use leptos::prelude::*;
use shared::{Draft, FieldFault, Offer};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, SubmitEvent};

use crate::shell::focus::focus;
use crate::shell::words::cleaned;
use crate::text::text;
use crate::view::control::button;
use crate::view::dynamic::{effect, flag, value, words};
use crate::view::element::{side_by_side, view};
use crate::view::yard::Yard;

/// What is being written.
#[derive(Clone, Copy)]
struct Form {
    yard: Yard,
    draft: RwSignal<Draft>,
    /// The fields that were written in since the form was opened or refused.
    touched: RwSignal<Vec<String>>,
}

/// A field, as it is shown.
struct Field {
    /// Its name in the draft.
    name: &'static str,
    label: &'static str,
    note: &'static str,
    start: String,
    kind: Kind,
}

enum Kind {
    Line,
    /// A line that cannot be written in.
    Fixed,
    Long,
    /// From, to, and the step between.
    Number(&'static str, &'static str, &'static str),
    /// What to choose from; the first is what an empty value means.
    Choice(Vec<String>),
}

/// The form, for a new bot or a draft of the room's.
pub(super) fn form(yard: Yard, written: RwSignal<Option<String>>, draft: Option<Draft>) -> AnyView {
    let is_new = draft.is_none();
    let start = draft.unwrap_or_default();
    let form = Form { yard, draft: RwSignal::new(start.clone()), touched: RwSignal::new(Vec::new()) };
    let leave = move || {
        yard.session.tell(Input::ForgetSetting);
        written.set(None);
    };
    effect(move || match yard.session.setting() {
        Setting::Done => leave(),
        // What the room refused is shown until the field is written in again.
        Setting::Refused { .. } => form.touched.set(Vec::new()),
        Setting::Idle | Setting::UnderWay => {}
    });
    let is_under_way = move || yard.session.setting() == Setting::UnderWay;
    let fields = fields(&start, is_new, &form.offer()).into_iter().map(|field| form.field(field)).collect();
    view! {
        <form
            class="bot-form"
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                form.send();
            }
        >
            {side_by_side(fields)}
            {form.tools(&start.tools)}
            <p class="complaint" role="status">
                {words(move || form.refusal())}
            </p>
            <div class="field-row">
                <button type="submit" class="button main" disabled=flag(is_under_way)>
                    {words(move || if is_under_way() { text().saving } else { text().save })}
                </button>
                {button("button", text().cancel, leave)}
            </div>
        </form>
    }
    .into_any()
}

fn fields(start: &Draft, is_new: bool, offer: &Offer) -> Vec<Field> {
    let field =
        |name, label, note, start: &str, kind| Field { name, label, note, start: start.to_owned(), kind };
    let handle = if is_new { Kind::Line } else { Kind::Fixed };
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let efforts = ["minimal", "low", "medium", "high"].map(str::to_owned).to_vec();
    vec![
        field("handle", text().handle, text().handle_note, &start.handle, handle),
        field("aliases", text().aliases, text().aliases_note, &start.aliases.join(" "), Kind::Line),
        field("name", text().bot_name, "", &start.name, Kind::Line),
        field("about", text().about, "", &start.about, Kind::Line),
        field("instructions", text().instructions, text().instructions_note, &start.instructions, Kind::Long),
        field("model", text().model, "", &start.model, Kind::Choice(offer.models.clone())),
        field(
            "temperature",
            text().temperature,
            "",
            &decimal(start.temperature),
            Kind::Number("0", "2", "0.05"),
        ),
        field("top_p", text().top_p, "", &decimal(start.top_p), Kind::Number("0.01", "1", "0.01")),
        field(
            "max_output_tokens",
            text().longest,
            text().longest_note,
            &number(start.max_output_tokens),
            Kind::Number("64", "8192", "1"),
        ),
        field("reasoning_effort", text().effort, "", &start.reasoning_effort, Kind::Choice(efforts)),
    ]
}

impl Form {
    fn offer(self) -> Offer {
        untrack(|| self.yard.session.drafts()).map(|drafts| drafts.offer).unwrap_or_default()
    }

    /// Takes what a field holds now.
    fn wrote(self, name: &'static str, typed: &str) {
        let typed = cleaned(typed);
        self.draft.update(|draft| set(draft, name, &typed));
        self.touched.update(|touched| touched.push(name.to_owned()));
    }

    /// What is wrong with a field, in words.
    fn complaint(self, name: &str) -> Option<String> {
        let is_touched = self.touched.with(|touched| touched.iter().any(|other| other == name));
        let faults = match self.yard.session.setting() {
            _ if is_touched => self.draft.with(|draft| draft.faults(&self.offer())),
            Setting::Refused { faults, .. } => faults,
            _ => Vec::new(),
        };
        let fault = faults.into_iter().find(|fault| fault.field == name)?;
        Some((text().fault)(name, fault.code).to_owned())
    }

    /// What the room refused besides single fields.
    fn refusal(self) -> String {
        match self.yard.session.setting() {
            Setting::Refused { code, .. } => (text().code)(code).to_owned(),
            Setting::Idle | Setting::UnderWay | Setting::Done => String::new(),
        }
    }

    /// Sends the draft, or leads to the first field that is wrong.
    fn send(self) {
        let draft = self.draft.get_untracked();
        let faults = draft.faults(&self.offer());
        let Some(FieldFault { field, .. }) = faults.first() else { return self.yard.session.set_bot(draft) };
        focus(&format!("#{}", id(field)));
        self.touched.set(faults.into_iter().map(|fault| fault.field).collect());
    }

    fn field(self, field: Field) -> AnyView {
        let Field { name, label, note, start, kind } = field;
        let (complaint_id, note_id) = (format!("{}-complaint", id(name)), format!("{}-note", id(name)));
        let described = format!("{complaint_id} {note_id}");
        let invalid = value(move || self.complaint(name).map(|_| "true".to_owned()));
        let input = move |event: Event| self.wrote(name, &typed(&event));
        let control = match kind {
            Kind::Long => view! {
                <textarea
                    id=id(name)
                    class="input"
                    rows="5"
                    dir="auto"
                    aria-describedby=described
                    aria-invalid=invalid
                    on:input=input
                >
                    {start}
                </textarea>
            },
            Kind::Choice(choices) => {
                let choices = std::iter::once(String::new()).chain(choices);
                let choices = choices.map(|choice| {
                    let shown = if choice.is_empty() { text().usual.to_owned() } else { choice.clone() };
                    let is_chosen = choice == start;
                    view! { <option value=choice selected=is_chosen>{shown}</option> }.into_any()
                });
                let choices = choices.collect();
                view! {
                    <select
                        id=id(name)
                        class="input"
                        aria-describedby=described
                        aria-invalid=invalid
                        on:input=input
                    >
                        {side_by_side(choices)}
                    </select>
                }
            }
            Kind::Line | Kind::Fixed | Kind::Number(..) => {
                let is_fixed = matches!(kind, Kind::Fixed);
                let (from, to, step) = match kind {
                    Kind::Number(from, to, step) => (Some(from), Some(to), Some(step)),
                    _ => (None, None, None),
                };
                let own = |text: Option<&str>| text.map(str::to_owned);
                view! {
                    <input
                        id=id(name)
                        class="input"
                        type=if from.is_some() { "number" } else { "text" }
                        min=own(from)
                        max=own(to)
                        step=own(step)
                        value=start
                        readonly=is_fixed
                        dir="auto"
                        autocomplete="off"
                        autocapitalize="none"
                        aria-describedby=described
                        aria-invalid=invalid
                        on:input=input
                    />
                }
            }
        };
        view! {
            <div class="field">
                <label for=id(name)>{label}</label>
                {control}
                <p class="quiet-text" id=note_id>{note}</p>
                <p class="complaint" id=complaint_id aria-live="polite">
                    {words(move || self.complaint(name).unwrap_or_default())}
                </p>
            </div>
        }
        .into_any()
    }

    /// The tools that the operator offers.
    fn tools(self, chosen: &[String]) -> AnyView {
        let tools = self.offer().tools.into_iter().map(|tool| {
            let shown = (text().tool)(&tool).map_or_else(|| tool.clone(), str::to_owned);
            let is_chosen = chosen.contains(&tool);
            let chose = move |event: Event| {
                let is_on = field_of(&event).is_some_and(|field| field.checked());
                self.draft.update(|draft| {
                    draft.tools.retain(|other| *other != tool);
                    if is_on {
                        draft.tools.push(tool.clone());
                    }
                });
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

fn set(draft: &mut Draft, name: &str, typed: &str) {
    let line = typed.trim().to_owned();
    match name {
        "handle" => draft.handle = line,
        "aliases" => {
            draft.aliases = line
                .split([' ', ',', '\n', '\t'])
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        }
        "name" => draft.name = line,
        "about" => draft.about = line,
        "instructions" => draft.instructions = line,
        "model" => draft.model = line,
        "temperature" => draft.temperature = hundredths(&line),
        "top_p" => draft.top_p = hundredths(&line),
        "max_output_tokens" => {
            draft.max_output_tokens = (!line.is_empty()).then(|| line.parse().unwrap_or(u32::MAX));
        }
        "reasoning_effort" => draft.reasoning_effort = line,
        _ => {}
    }
}
