//! How much a model thinks before it answers. The models differ in what they allow, and a thought costs output
//! tokens even when nobody is shown it.

use super::error::invalid;
use super::fields::Message;
use crate::answer::tokens;
use crate::api::Rejection;

/// What the demo thinks, always.
pub(crate) const THOUGHT: &str =
    "**Reading the room**\n\nI look at who asks, and at what was said before.\n\n";

/// Whether the model thinks, and whether it shows what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Thinking {
    pub(crate) on: bool,
    pub(crate) shown: bool,
}

impl Thinking {
    /// What a model does when nothing is said about it.
    pub(crate) fn usual(model: &str) -> Thinking {
        let on = model.starts_with("gemini-3") || (model.starts_with("gemini-2.5") && !is_lite(model));
        Thinking { on, shown: false }
    }

    /// What the thought costs.
    pub(crate) fn tokens(self) -> u64 {
        if self.on { tokens(THOUGHT) } else { 0 }
    }
}

/// Reads `thinkingConfig`, or says what the model does not allow.
pub(crate) fn thinking(configuration: &Message<'_>, model: &str) -> Result<Thinking, Rejection> {
    let known = ["includeThoughts", "thinkingBudget", "thinkingLevel"];
    let mut thinking = Thinking::usual(model);
    let Some(settings) = configuration.message("thinkingConfig", &known)? else { return Ok(thinking) };
    let budget = settings.integer("thinkingBudget")?;
    let levels = [
        "THINKING_LEVEL_UNSPECIFIED",
        "MINIMAL",
        "LOW",
        "MEDIUM",
        "HIGH",
        "minimal",
        "low",
        "medium",
        "high",
    ];
    let level = settings.one_of("thinkingLevel", "ThinkingConfig.ThinkingLevel", &levels)?;
    let shown = settings.flag("includeThoughts")?.unwrap_or(false);
    if ["gemini-1", "gemini-2.0"].iter().any(|family| model.starts_with(family)) {
        return Err(invalid("Thinking is not enabled for this model"));
    }
    match (budget, level) {
        (Some(_), Some(_)) => {
            return Err(invalid("You can only set only one of thinking budget and thinking level."));
        }
        (None, Some(_)) if model.starts_with("gemini-2.5") => {
            return Err(invalid("Thinking level is not supported for this model."));
        }
        (None, Some(level)) => {
            if level.eq_ignore_ascii_case("minimal") && model.contains("pro") {
                return Err(invalid("Thinking level MINIMAL is not supported for this model."));
            }
            thinking.on = !level.eq_ignore_ascii_case("minimal");
        }
        (Some(budget), None) => {
            let (least, most) = budgets(model);
            let can_stop = !model.contains("pro");
            let fits = budget == -1 || (least..=most).contains(&budget) || (budget == 0 && can_stop);
            if !fits && budget == 0 {
                return Err(invalid("Budget 0 is invalid. This model only works in thinking mode."));
            }
            if !fits {
                return Err(invalid(format!(
                    "The thinking budget {budget} is invalid. Please choose a value between {least} and {most}."
                )));
            }
            thinking.on = budget != 0;
        }
        (None, None) => {}
    }
    // Thoughts that are to be shown must be had.
    thinking.on |= shown && budget != Some(0);
    thinking.shown = shown && thinking.on;
    Ok(thinking)
}

fn budgets(model: &str) -> (i64, i64) {
    match () {
        () if model.starts_with("gemini-2.5") && model.contains("pro") => (128, 32_768),
        () if model.starts_with("gemini-2.5") && is_lite(model) => (512, 24_576),
        () => (1, 24_576),
    }
}

fn is_lite(model: &str) -> bool {
    model.contains("lite")
}
