//! The operator's log: one JSON line per event, with the event's name, what failed and what happens next.
//!
//! No line holds what people wrote, a room's name, an address, an identity or a key: rooms are named by their object's id, addresses
//! by keyed hashes. `docs/operations.md` lists the events and which of them deserve an alert; `tests/tests/specification` compares it
//! with this crate.

use std::fmt::Display;

use worker::{console_error, console_warn};

/// The value of a field.
pub type Value<'a> = &'a dyn Display;

/// Something failed that should not: data, money or an answer may be affected.
pub fn error(event: &'static str, fields: &[(&'static str, Value<'_>)]) {
    console_error!("{}", line("error", event, fields));
}

/// Something failed that is expected to fail at times.
pub fn warn(event: &'static str, fields: &[(&'static str, Value<'_>)]) {
    console_warn!("{}", line("warn", event, fields));
}

fn line(level: &str, event: &str, fields: &[(&'static str, Value<'_>)]) -> String {
    let mut line = format!("{{\"level\":{},\"event\":{}", quoted(level), quoted(event));
    for (name, value) in fields {
        line.push_str(&format!(",{}:{}", quoted(name), quoted(&value.to_string())));
    }
    line.push('}');
    line
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_148_a_line_is_one_json_object_whatever_is_in_its_fields() {
        let written =
            line("error", "store_failed", &[("room", &"ab12"), ("error", &"a \"quote\"\nand a line")]);
        let read: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert!(!written.contains('\n'));
        assert_eq!(read["event"], "store_failed");
        assert_eq!(read["error"], "a \"quote\"\nand a line");
    }
}
