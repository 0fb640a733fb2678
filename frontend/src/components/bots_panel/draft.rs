//! The texts in the fields of the bot form, and the draft that they make.

use client::number_format::{format_hundredths, parse_hundredths};
use shared::BotDraft;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DraftField {
    Handle,
    Aliases,
    Name,
    About,
    Instructions,
    Model,
    Temperature,
    TopP,
    MaxOutputTokens,
    FrequencyPenalty,
    PresencePenalty,
    Stop,
    ReasoningEffort,
    ToolChoice,
    Tools,
    Schema,
    Alternatives,
    Knowledge,
}

/// The text of each field, as typed.
#[derive(Debug, Clone, Default)]
pub(super) struct DraftTexts([String; DraftField::COUNT]);

impl DraftField {
    const COUNT: usize = 18;

    /// The field's name in a draft and in the errors about it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Handle => "handle",
            Self::Aliases => "aliases",
            Self::Name => "name",
            Self::About => "about",
            Self::Instructions => "instructions",
            Self::Model => "model",
            Self::Temperature => "temperature",
            Self::TopP => "top_p",
            Self::MaxOutputTokens => "max_output_tokens",
            Self::FrequencyPenalty => "frequency_penalty",
            Self::PresencePenalty => "presence_penalty",
            Self::Stop => "stop",
            Self::ReasoningEffort => "reasoning_effort",
            Self::ToolChoice => "tool_choice",
            Self::Tools => "tools",
            Self::Schema => "schema",
            Self::Alternatives => "alternatives",
            Self::Knowledge => shared::knowledge::FIELD,
        }
    }

    /// The id of the field's control.
    pub(super) fn id(self) -> String {
        control_id(self.name())
    }
}

/// The id of the control for the field with this name.
pub(super) fn control_id(name: &str) -> String {
    format!("bot-{name}")
}

impl DraftTexts {
    pub(super) fn new(draft: BotDraft) -> Self {
        let max_output_tokens = draft.max_output_tokens.map(|number| number.to_string()).unwrap_or_default();
        Self([
            draft.handle,
            draft.aliases.join(" "),
            draft.name,
            draft.about,
            draft.instructions,
            draft.model,
            format_hundredths(draft.temperature),
            format_hundredths(draft.top_p),
            max_output_tokens,
            format_signed(draft.frequency_penalty),
            format_signed(draft.presence_penalty),
            draft.stop.join(" "),
            draft.reasoning_effort,
            draft.tool_choice,
            draft.tools.join(" "),
            draft.schema,
            draft.alternatives.map(|number| number.to_string()).unwrap_or_default(),
            // The room sends it by itself.
            String::new(),
        ])
    }

    /// The trimmed text of a field.
    pub(super) fn get(&self, field: DraftField) -> &str {
        self.0.get(field as usize).map_or("", |text| text.trim())
    }

    pub(super) fn set(&mut self, field: DraftField, text: String) {
        if let Some(old) = self.0.get_mut(field as usize) {
            *old = text;
        }
    }

    /// The words of a field that holds a list.
    pub(super) fn words(&self, field: DraftField) -> Vec<String> {
        let words = self.get(field).split([' ', ',', '\n', '\t']).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    }

    /// The draft, which may be wrong in every field: `BotDraft::faults` finds what is.
    pub(super) fn draft(&self) -> BotDraft {
        let text = |field| self.get(field).to_owned();
        let max_output_tokens = self.get(DraftField::MaxOutputTokens);
        BotDraft {
            handle: text(DraftField::Handle),
            aliases: self.words(DraftField::Aliases),
            name: text(DraftField::Name),
            about: text(DraftField::About),
            instructions: text(DraftField::Instructions),
            model: text(DraftField::Model),
            temperature: parse_hundredths(self.get(DraftField::Temperature)).unwrap_or(Some(u32::MAX)),
            top_p: parse_hundredths(self.get(DraftField::TopP)).unwrap_or(Some(u32::MAX)),
            // A text that is not a number becomes one above every limit.
            max_output_tokens: (!max_output_tokens.is_empty())
                .then(|| max_output_tokens.parse().unwrap_or(u32::MAX)),
            frequency_penalty: parse_signed(self.get(DraftField::FrequencyPenalty)),
            presence_penalty: parse_signed(self.get(DraftField::PresencePenalty)),
            stop: self.words(DraftField::Stop),
            reasoning_effort: text(DraftField::ReasoningEffort),
            tool_choice: text(DraftField::ToolChoice),
            tools: self.words(DraftField::Tools),
            schema: text(DraftField::Schema),
            alternatives: self.get(DraftField::Alternatives).parse().ok(),
        }
    }
}

fn format_signed(hundredths: Option<i32>) -> String {
    let size = format_hundredths(hundredths.map(i32::unsigned_abs));
    if hundredths.is_some_and(i32::is_negative) { format!("-{size}") } else { size }
}

/// A number with a sign. What is none becomes one above every limit.
fn parse_signed(typed: &str) -> Option<i32> {
    let size = parse_hundredths(typed.trim_start_matches('-')).unwrap_or(Some(u32::MAX))?;
    let size = i32::try_from(size).unwrap_or(i32::MAX);
    Some(if typed.starts_with('-') { size.saturating_neg() } else { size })
}
