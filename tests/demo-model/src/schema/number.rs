//! Numbers that fit a schema.

use serde_json::{Value, json};

/// A number as it is written.
pub(crate) struct Number(pub(crate) Value);

impl Number {
    /// The number as a whole one.
    pub(crate) fn ceil_to_integer(self) -> i64 {
        #[allow(clippy::cast_possible_truncation, reason = "bounds in schemas of tests are small")]
        self.0.as_i64().unwrap_or_else(|| self.0.as_f64().unwrap_or(0.0).ceil() as i64)
    }
}

/// The number that is known, if it is within the bounds, otherwise the smallest pleasant one.
pub(crate) fn number(schema: &Value, hint: Option<&Value>) -> Number {
    let bound = |name: &str| schema[name].as_f64();
    let least = bound("minimum").or(bound("exclusiveMinimum").map(|bound| bound + 1.0)).unwrap_or(f64::MIN);
    let most = bound("maximum").or(bound("exclusiveMaximum").map(|bound| bound - 1.0)).unwrap_or(f64::MAX);
    if let Some(hint) = hint.filter(|hint| hint.as_f64().is_some_and(|hint| (least..=most).contains(&hint))) {
        return Number(hint.clone());
    }
    let step = bound("multipleOf").filter(|step| *step > 0.0).unwrap_or(1.0);
    let value = (step.max(least) / step).ceil() * step;
    let value = value.min(most).max(least);
    #[allow(clippy::cast_possible_truncation, reason = "it was just found to be whole")]
    Number(if value.fract() == 0.0 { json!(value as i64) } else { json!(value) })
}
