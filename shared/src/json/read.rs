//! Reading a value, byte by byte from the front.

use super::Value;

/// How deep lists and objects may lie in each other. Without a bound a text could overflow the stack.
const DEPTH: usize = 127;

/// A text that is one value and nothing else.
pub(super) fn whole(text: &str) -> Option<Value> {
    let mut reader = Reader(text);
    let value = reader.value(DEPTH)?;
    reader.skip_blanks();
    reader.0.is_empty().then_some(value)
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
