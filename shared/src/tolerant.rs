//! Deserializers for fields that a newer peer may extend (promise G15): what this version cannot read is left out, and the
//! frame around it is still read.
//!
//! Everything here goes through [`serde_json::Value`]. It keeps the page small: each type is then compiled for one
//! deserializer, instead of once for each way in which an internally tagged enum buffers its fields (6.5 KB of the
//! page after Brotli).

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Reads a list and skips the items that cannot be read. Use with `#[serde(default, deserialize_with = "tolerant::list")]`.
///
/// # Errors
/// Fails only where the field is not a list.
pub(crate) fn list<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let items = Vec::<Value>::deserialize(deserializer)?;
    Ok(items.into_iter().filter_map(|item| T::deserialize(item).ok()).collect())
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
    Ok(T::deserialize(Value::deserialize(deserializer)?).ok())
}

/// Reads a value that must be there, like the derived code does.
///
/// # Errors
/// Fails where the value is not a `T`.
pub(crate) fn value<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    T::deserialize(Value::deserialize(deserializer)?).map_err(D::Error::custom)
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
