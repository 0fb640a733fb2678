//! Deserializers for fields that a newer peer may extend (promise G15): what this version cannot read is left out, and the
//! frame around it is still read.

use serde::{Deserialize, Deserializer, de::IgnoredAny};

/// Either a value this version knows, or anything else.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tolerant<T> {
    Known(T),
    Unknown(IgnoredAny),
}

impl<T> Tolerant<T> {
    fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }
}

/// Reads a list and skips the items that cannot be read. Use with `#[serde(default, deserialize_with = "tolerant::list")]`.
///
/// # Errors
/// Fails only where the field is not a list.
pub(crate) fn list<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let items = Vec::<Tolerant<T>>::deserialize(deserializer)?;
    Ok(items.into_iter().filter_map(Tolerant::known).collect())
}

/// Reads an optional value; one that cannot be read counts as absent.
///
/// # Errors
/// Fails only where the deserializer itself does.
pub(crate) fn option<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Tolerant::<T>::deserialize(deserializer)?.known())
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
