//! JSON as small as the page needs it: values read from a text, and objects written in the order of their fields.
//!
//! The Worker reads what clients say with `serde_json`. In the page that library and what it derives would weigh more
//! than all rules of the protocol. Both take the same texts for JSON; the tests compare them.

/// How deep lists and objects may lie in each other. Without a bound a text could overflow the stack.
const DEPTH: usize = 127;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number from 0 to 2^64 - 1, or any other one, which no frame has.
    Number(Option<u64>),
    /// A text.
    Text(String),
    /// Values in their order.
    List(Vec<Value>),
    /// Named values in their order.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Reads a text that is one value and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader(text);
        let value = reader.value(DEPTH)?;
        reader.skip_blanks();
        reader.0.is_empty().then_some(value)
    }

    /// The field of an object; of two fields of one name the last.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(number) => *number,
            _ => None,
        }
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(is) => Self::Bool(is),
            serde_json::Value::Number(number) => Self::Number(number.as_u64()),
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            serde_json::Value::Object(fields) => {
                Self::Object(fields.into_iter().map(|(name, value)| (name, Self::from(value))).collect())
            }
        }
    }
}

/// What is left of a text.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        self.skip_blanks();
        match self.peek()? {
            b'{' => self.object(depth.checked_sub(1)?),
            b'[' => self.list(depth.checked_sub(1)?),
            b'"' => self.text().map(Value::Text),
            b'n' => self.word("null", Value::Null),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut fields = Vec::new();
        self.skip(1);
        if !self.ends(b'}') {
            loop {
                self.skip_blanks();
                let name = self.text()?;
                self.skip_blanks();
                self.take(b':').then_some(())?;
                fields.push((name, self.value(depth)?));
                if self.ends(b'}') {
                    break;
                }
                self.take(b',').then_some(())?;
            }
        }
        Some(Value::Object(fields))
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        self.skip(1);
        if !self.ends(b']') {
            loop {
                items.push(self.value(depth)?);
                if self.ends(b']') {
                    break;
                }
                self.take(b',').then_some(())?;
            }
        }
        Some(Value::List(items))
    }

    fn text(&mut self) -> Option<String> {
        self.take(b'"').then_some(())?;
        let mut text = String::new();
        loop {
            let plain = self.0.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
            let (before, rest) = self.0.split_at_checked(plain)?;
            text.push_str(before);
            self.0 = rest;
            if self.take(b'"') {
                return Some(text);
            }
            self.take(b'\\').then_some(())?;
            text.push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let byte = self.peek()?;
        self.skip(1);
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.four_digits()?;
                // Beyond the first 65,536 characters there are two halves; one alone is no character.
                if first & 0xfc00 == 0xd800 {
                    (self.take(b'\\') && self.take(b'u')).then_some(())?;
                    let second = self.four_digits()?;
                    (second & 0xfc00 == 0xdc00).then_some(())?;
                    char::from_u32(0x1_0000 + ((first & 0x3ff) << 10) + (second & 0x3ff))?
                } else {
                    char::from_u32(first)?
                }
            }
            _ => return None,
        })
    }

    fn four_digits(&mut self) -> Option<u32> {
        let mut number = 0;
        for _ in 0..4 {
            number = number * 16 + char::from(self.peek()?).to_digit(16)?;
            self.skip(1);
        }
        Some(number)
    }

    fn number(&mut self) -> Option<Value> {
        let mut is_plain = !self.take(b'-');
        let whole = if self.take(b'0') { Some(0) } else { self.digits()? };
        if self.take(b'.') {
            is_plain = false;
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            is_plain = false;
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Some(Value::Number(whole.filter(|_| is_plain)))
    }

    /// At least one digit. Within: `None` for a number that is too large.
    fn digits(&mut self) -> Option<Option<u64>> {
        let mut number = None;
        while let Some(byte @ b'0'..=b'9') = self.peek() {
            let before = number.unwrap_or(Some(0_u64));
            let digit = u64::from(byte - b'0');
            number = Some(before.and_then(|number| number.checked_mul(10)?.checked_add(digit)));
            self.skip(1);
        }
        number
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        self.0 = self.0.strip_prefix(word)?;
        Some(value)
    }

    /// Whether a list or an object ends here; then it has ended.
    fn ends(&mut self, bracket: u8) -> bool {
        self.skip_blanks();
        self.take(bracket)
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.skip(1);
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_it = self.peek() == Some(byte);
        if is_it {
            self.skip(1);
        }
        is_it
    }

    fn peek(&self) -> Option<u8> {
        self.0.as_bytes().first().copied()
    }

    /// Passes over bytes that are characters of their own. After another one nothing can be read any more.
    fn skip(&mut self, bytes: usize) {
        self.0 = self.0.get(bytes..).unwrap_or_default();
    }
}

/// An object that is being written.
#[derive(Debug)]
pub struct Object(String);

impl Object {
    /// One without fields.
    pub fn new() -> Self {
        Self("{".to_owned())
    }

    /// A text.
    pub fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        self.quote(value);
    }

    /// A text, if it is not empty.
    pub fn text_if_any(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.text(name, value);
        }
    }

    /// A whole number.
    pub fn number(&mut self, name: &str, value: u64) {
        self.raw(name, &value.to_string());
    }

    /// A whole number, if there is one.
    pub fn number_if_any(&mut self, name: &str, value: Option<u64>) {
        if let Some(value) = value {
            self.number(name, value);
        }
    }

    /// Yes or no.
    pub fn flag(&mut self, name: &str, value: bool) {
        self.raw(name, if value { "true" } else { "false" });
    }

    /// Texts in their order, if there are any.
    pub fn texts_if_any(&mut self, name: &str, values: &[String]) {
        let Some((first, rest)) = values.split_first() else { return };
        self.name(name);
        self.0.push('[');
        self.quote(first);
        for value in rest {
            self.0.push(',');
            self.quote(value);
        }
        self.0.push(']');
    }

    /// A value that is JSON already.
    pub fn raw(&mut self, name: &str, value: &str) {
        self.name(name);
        self.0.push_str(value);
    }

    /// The whole object.
    pub fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.quote(name);
        self.0.push(':');
    }

    fn quote(&mut self, text: &str) {
        self.0.push('"');
        for character in text.chars() {
            let short = match character {
                '"' | '\\' => character,
                '\u{8}' => 'b',
                '\u{c}' => 'f',
                '\n' => 'n',
                '\r' => 'r',
                '\t' => 't',
                '\0'..='\u{1f}' => {
                    self.0.push_str("\\u00");
                    for digit in [u32::from(character) >> 4, u32::from(character) & 15] {
                        self.0.extend(char::from_digit(digit, 16));
                    }
                    continue;
                }
                _ => {
                    self.0.push(character);
                    continue;
                }
            };
            self.0.push('\\');
            self.0.push(short);
        }
        self.0.push('"');
    }
}

impl Default for Object {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
        let library = serde_json::from_str::<serde_json::Value>(text).ok().map(Value::from);
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
}
