//! Reading fields of JSON that may be missing or of a wrong type: they then count as not said. An answer must never be
//! lost because one number in it is odd.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use shared::Usage;

/// The field's value, or its default where it has another type than we think.
pub(crate) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Value::deserialize(deserializer).map(|value| T::deserialize(value).unwrap_or_default())
}

/// What can be read of `value`. Nothing in it makes this fail.
pub(crate) fn read<T: DeserializeOwned + Default>(value: &Value) -> T {
    T::deserialize(value).unwrap_or_default()
}

/// A number of tokens. Some servers write whole numbers as `12.0`.
pub(crate) fn count(value: &Value) -> Option<u64> {
    let float = || value.as_f64().filter(|number| *number >= 0.0).map(|number| number as u64);
    value.as_u64().or_else(float)
}

/// What was spent. What a total counts beyond the input is output too: some servers leave the reasoning out of the
/// output's number, and nobody gives it away.
pub(crate) fn usage(input: u64, cached: Option<u64>, output: u64, total: Option<u64>) -> Usage {
    let beyond = total.unwrap_or_default().saturating_sub(input);
    Usage { input, cached: cached.unwrap_or_default().min(input), output: output.max(beyond) }
}

/// A text that is not empty.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// What JavaScript takes for true, since that is what the APIs' own libraries ask.
pub(crate) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}
