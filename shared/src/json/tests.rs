//! What is read and written, compared with `serde_json`.

use proptest::prelude::*;

use super::{Object, Value};

/// Fields in the library's order, and each once.
fn sorted(value: Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.into_iter().map(sorted).collect()),
        Value::Object(fields) => {
            let fields: std::collections::BTreeMap<_, _> = fields.into_iter().collect();
            Value::Object(fields.into_iter().map(|(name, value)| (name, sorted(value))).collect())
        }
        value => value,
    }
}

fn agree(text: &str) {
    let library = match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => Some(Value::from(value)),
        // Beyond every float: the one difference.
        Err(error) if error.to_string().contains("out of range") => return,
        Err(_) => None,
    };
    assert_eq!(Value::parse(text).map(sorted), library, "{text}");
}

#[test]
fn the_library_agrees_about_texts_that_are_json_or_nearly() {
    for text in [
        "",
        " ",
        "null",
        "nul",
        "nulll",
        "true",
        "false",
        "tru",
        " 1 ",
        "1 2",
        "[",
        "]",
        "[]",
        "[ ]",
        "[1]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "}",
        "{}",
        "{ }",
        "{\"a\":1}",
        "{\"a\":1,}",
        "{\"a\"}",
        "{a:1}",
        "{\"a\" : 1}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":[null,true,false,\"c\"]}}",
        "{}{}",
        "\"\"",
        "\"",
        "\"a",
        "\"a\"b",
    ] {
        agree(text);
    }
}

#[test]
fn the_library_agrees_about_numbers() {
    for text in [
        "0",
        "-0",
        "00",
        "01",
        "7",
        "-7",
        "+7",
        "7.",
        ".7",
        "7.0",
        "7.5",
        "7e2",
        "7E+2",
        "7e-2",
        "7e",
        "7e+",
        "-",
        "18446744073709551615",
        "18446744073709551616",
        "9007199254740992",
        "NaN",
        "0x7",
        "1_000",
    ] {
        agree(text);
    }
}

#[test]
fn the_library_agrees_about_texts_in_quotes() {
    for text in [
        r#""\"\\\/\b\f\n\r\t""#,
        r#""\u0041\uac00\u20AC""#,
        r#""\ud83d\ude42""#,
        r#""\ud83d""#,
        r#""\ude42""#,
        r#""\ud83d\u0041""#,
        r#""\u00""#,
        r#""\u00zz""#,
        r#""\u+041""#,
        r#""\x""#,
        "\"\n\"",
        "\"\u{7f}\"",
        "\"가🙂\"",
        "\"\\가\"",
        "\"\\",
        "\"\\u",
        "\"\\ud83d\\",
    ] {
        agree(text);
    }
}

#[test]
fn depth_is_bounded() {
    agree(&format!("{}{}", "[".repeat(100), "]".repeat(100)));
    agree(&format!("{}{}", "[".repeat(127), "]".repeat(127)));
    agree(&format!("{}{}", "[".repeat(128), "]".repeat(128)));
    agree(&"[".repeat(100_000));
    agree(&"{\"a\":".repeat(100_000));
}

#[test]
fn every_control_is_written_as_the_library_writes_it() {
    let text: String = (0..0x80).filter_map(char::from_u32).chain("가🙂\u{2028}".chars()).collect();
    let mut object = Object::new();
    object.text("a", &text);
    object.flag("b", true);
    object.number("c", u64::MAX);
    object.raw("d", "[]");
    object.texts_if_any("e", &[]);
    object.texts_if_any("f", &["\"".to_owned(), String::new()]);
    object.number_if_any("g", Some(0));
    object.number_if_any("h", None);
    object.text_if_any("i", "");
    object.text_if_any("j", "\\");
    let library = serde_json::json!(
        { "a": text, "b": true, "c": u64::MAX, "d": [], "f": ["\"", ""], "g": 0, "j": "\\" }
    );
    assert_eq!(object.finish(), library.to_string());
    assert_eq!(Object::new().finish(), "{}");
}

proptest! {
    #[test]
    fn the_library_agrees_about_what_looks_like_json(text in r#"[\[\]{}",:\\u0-9a-f \-.etrnul가]{0,24}"#) {
        agree(&text);
    }

    #[test]
    fn what_is_written_is_read_again(text in any::<String>(), number in any::<u64>()) {
        let mut object = Object::new();
        object.text("text", &text);
        object.number("number", number);
        let value = Value::parse(&object.finish()).unwrap();
        prop_assert_eq!(value.get("text").and_then(Value::as_str), Some(text.as_str()));
        prop_assert_eq!(value.get("number").and_then(Value::as_u64), Some(number));
    }
}
