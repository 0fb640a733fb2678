//! Deserializers for fields that a newer peer may extend (promise G15): what this version cannot read is left out, and the
//! frame around it is still read.
//!
//! What clients read goes through [`serde_json::Value`] and [`json`], and the enums with a tag take their fields out of it or read all of them
//! as one struct. It keeps the page small: each type is then compiled for one deserializer. What serde derives for a tagged
//! enum buffers the fields in a type of its own, and compiles all of them once more for it (25 KB of the page after
//! Brotli).

mod json;
pub mod one_or_many;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use self::json::Json;
pub use self::json::Unreadable;

/// Reads a list and skips the items that cannot be read. Use with `#[serde(default, deserialize_with = "tolerant::list")]`.
///
/// # Errors
/// Fails only where the field is not a list.
pub(crate) fn list<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    Ok(readable(Vec::deserialize(deserializer)?))
}

/// Reads an optional value; one that cannot be read counts as absent.
///
/// # Errors
/// Fails only where the deserializer itself does.
pub(crate) fn option<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    Ok(read(Value::deserialize(deserializer)?).ok())
}

/// Reads a JSON value as a type of the wire.
///
/// # Errors
/// Fails where the value is not a `T`.
pub(crate) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Unreadable> {
    T::deserialize(Json(value))
}

/// Takes a field out of an object and reads it. One that is not there is read like null.
///
/// # Errors
/// Fails where the value is not a `T`.
pub fn field<T: DeserializeOwned>(object: &mut Value, name: &str) -> Result<T, Unreadable> {
    read(object.get_mut(name).map(Value::take).unwrap_or_default())
}

/// Takes a list out of an object and skips the items that cannot be read. One that is not there is empty.
///
/// # Errors
/// Fails only where the field is not a list.
pub(crate) fn items<T: DeserializeOwned>(object: &mut Value, name: &str) -> Result<Vec<T>, Unreadable> {
    array(object, name).map(readable)
}

/// Takes a list out of an object as it is. One that is not there is empty.
///
/// # Errors
/// Fails where the field is not a list.
pub(crate) fn array(object: &mut Value, name: &str) -> Result<Vec<Value>, Unreadable> {
    match object.get_mut(name).map(Value::take) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(Unreadable),
    }
}

/// Reads the items of a list and skips those that cannot be read.
pub(crate) fn readable<T: DeserializeOwned>(items: Vec<Value>) -> Vec<T> {
    items.into_iter().filter_map(|item| read(item).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Frame {
        #[serde(default, deserialize_with = "list")]
        items: Vec<u8>,
        #[serde(default, deserialize_with = "option")]
        one: Option<u8>,
    }

    fn read(text: &str) -> Frame {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn unreadable_items_are_skipped() {
        assert_eq!(read(r#"{"items":[1,"two",{"three":3},4]}"#).items, [1, 4]);
        assert_eq!(read("{}").items, [0_u8; 0]);
    }

    #[test]
    fn unreadable_options_count_as_absent() {
        assert_eq!(read(r#"{"one":7}"#).one, Some(7));
        for text in ["{}", r#"{"one":null}"#, r#"{"one":"seven"}"#, r#"{"one":{"deep":[1]}}"#] {
            assert_eq!(read(text).one, None, "{text}");
        }
    }
}
