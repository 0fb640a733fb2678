//! Reading the fields of a request body, and saying what is wrong with them in the words of the API.

use super::ApiError;
use serde_json::{Map, Value};

/// The fields of an object.
pub(crate) type Fields = Map<String, Value>;

/// The field, unless it is missing or null: the API makes no difference between the two.
pub(crate) fn given<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value> {
    fields.get(name).filter(|value| !value.is_null())
}

pub(crate) fn text<'a>(fields: &'a Fields, name: &str) -> Result<Option<&'a str>, ApiError> {
    match given(fields, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(ApiError::wrong_type(name, "a string", other)),
    }
}

pub(crate) fn flag(fields: &Fields, name: &str) -> Result<Option<bool>, ApiError> {
    match given(fields, name) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(other) => Err(ApiError::wrong_type(name, "a boolean", other)),
    }
}

/// Refuses fields that are not among the documented ones.
pub(crate) fn known(fields: &Fields, parameters: &[&str]) -> Result<(), ApiError> {
    match fields.keys().find(|key| !parameters.contains(&key.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let message = format!("Unknown parameter: '{unknown}'.");
            Err(ApiError::about(unknown, "unknown_parameter", message))
        }
    }
}

/// The model, which must be named.
pub(crate) fn model(fields: &Fields) -> Result<&str, ApiError> {
    let model = text(fields, "model")?.filter(|model| !model.is_empty());
    model.ok_or_else(|| ApiError::missing("model"))
}

/// A text of limited length.
pub(crate) fn short(param: &str, value: &str, limit: usize) -> Result<(), ApiError> {
    let length = value.chars().count();
    if length <= limit {
        return Ok(());
    }
    let message = format!(
        "Invalid '{param}': string too long. Expected a string with maximum length {limit}, but got a string \
         with length {length} instead."
    );
    Err(ApiError::about(param, "string_above_max_length", message))
}

/// A text out of a list; `param` is its full name.
pub(crate) fn choice(param: &str, value: Option<&Value>, supported: &[&str]) -> Result<(), ApiError> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(()) };
    let given = value.as_str().ok_or_else(|| ApiError::wrong_type(param, "a string", value))?;
    if supported.contains(&given) { Ok(()) } else { Err(ApiError::wrong_value(param, given, supported)) }
}

/// A whole number that is not too small.
pub(crate) fn at_least(fields: &Fields, name: &str, least: u64) -> Result<Option<u64>, ApiError> {
    let Some(value) = given(fields, name) else { return Ok(None) };
    let number = value.as_i64().ok_or_else(|| ApiError::wrong_type(name, "an integer", value))?;
    let number = u64::try_from(number).ok().filter(|number| *number >= least).ok_or_else(|| {
        let message = format!(
            "Invalid '{name}': integer below minimum value. Expected a value >= {least}, but got {number} instead."
        );
        ApiError::about(name, "integer_below_min_value", message)
    })?;
    Ok(Some(number))
}

/// A number between two whole ones.
pub(crate) fn decimal(
    fields: &Fields,
    name: &str,
    lowest: i32,
    highest: i32,
) -> Result<Option<f64>, ApiError> {
    let Some(value) = given(fields, name) else { return Ok(None) };
    let number = value.as_f64().ok_or_else(|| ApiError::wrong_type(name, "a decimal number", value))?;
    let beyond = if number < f64::from(lowest) {
        Some(("below minimum", "decimal_below_min_value", format!(">= {lowest}")))
    } else if number > f64::from(highest) {
        Some(("above maximum", "decimal_above_max_value", format!("<= {highest}")))
    } else {
        None
    };
    match beyond {
        None => Ok(Some(number)),
        Some((side, code, limit)) => {
            let message = format!(
                "Invalid '{name}': decimal {side} value. Expected a value {limit}, but got {value} instead."
            );
            Err(ApiError::about(name, code, message))
        }
    }
}

/// `metadata`: a few short pairs.
pub(crate) fn metadata(fields: &Fields) -> Result<(), ApiError> {
    let Some(value) = given(fields, "metadata") else { return Ok(()) };
    let pairs = value.as_object().ok_or_else(|| ApiError::wrong_type("metadata", "an object", value))?;
    if pairs.len() > 16 {
        let message = format!(
            "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an \
             object with {} properties instead.",
            pairs.len()
        );
        return Err(ApiError::about("metadata", "object_above_max_properties", message));
    }
    for (key, value) in pairs {
        let param = format!("metadata.{key}");
        short(&param, key, 64)?;
        short(&param, value.as_str().ok_or_else(|| ApiError::wrong_type(&param, "a string", value))?, 512)?;
    }
    Ok(())
}

/// The identifiers that are passed on, and the two switches of a stream: whether there is one, and whether its
/// events are padded.
pub(crate) fn stream(fields: &Fields) -> Result<(bool, bool), ApiError> {
    for limited in ["safety_identifier", "prompt_cache_key"] {
        if let Some(value) = text(fields, limited)? {
            short(limited, value, 64)?;
        }
    }
    let stream = flag(fields, "stream")?.unwrap_or(false);
    let options = given(fields, "stream_options");
    if options.is_some() && !stream {
        let message = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
        return Err(ApiError {
            param: Some("stream_options".to_owned()),
            code: None,
            ..ApiError::new(400, message)
        });
    }
    let padded = options.and_then(|value| value.get("include_obfuscation")?.as_bool()).unwrap_or(true);
    Ok((stream, padded))
}
