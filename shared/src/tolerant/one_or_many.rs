//! A list that is written as its item where it has one, since earlier versions know a single item only.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{Unreadable, read as read_value};

/// Writes a list of one as its item.
///
/// # Errors
/// Fails only where the serializer does.
pub fn serialize<T: Serialize, S: Serializer>(items: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    match items {
        [item] => item.serialize(serializer),
        items => items.serialize(serializer),
    }
}

/// Reads a list, or one item, which is a list of one; null is an empty list.
///
/// # Errors
/// Fails where an item cannot be read.
pub fn deserialize<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    from_value(Value::deserialize(deserializer)?).map_err(Error::custom)
}

/// Takes such a list out of an object. One that is not there is empty.
///
/// # Errors
/// Fails where an item cannot be read.
pub fn read<T: DeserializeOwned>(object: &mut Value, name: &str) -> Result<Vec<T>, Unreadable> {
    from_value(object.get_mut(name).map(Value::take).unwrap_or_default())
}

fn from_value<T: DeserializeOwned>(value: Value) -> Result<Vec<T>, Unreadable> {
    let items = match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items,
        item => vec![item],
    };
    items.into_iter().map(read_value).collect()
}
