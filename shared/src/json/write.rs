//! Writing an object, field by field.

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
