//! The names on the wire of an enum's variants, as its derived `Deserialize` asks for them.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// Every name that a field-less enum is read from.
pub(crate) fn variant_names<T: for<'de> Deserialize<'de>>() -> BTreeSet<String> {
    match T::deserialize(Asked) {
        Err(Names(names)) => names.iter().map(|name| (*name).to_owned()).collect(),
        Ok(_) => BTreeSet::new(),
    }
}

/// Reads nothing, and fails with the names it is asked for.
struct Asked;

#[derive(Debug)]
struct Names(&'static [&'static str]);

impl Error for Names {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self(&[])
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Names {}

impl<'de> Deserializer<'de> for Asked {
    type Error = Names;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Names> {
        Err(Names(&[]))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Names> {
        Err(Names(variants))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}
