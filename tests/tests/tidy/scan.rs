//! A small reader of Rust source, just enough to count lines and find paths. It is no parser: it knows comments, strings
//! and brackets.

/// The same text with comments and the contents of strings and characters blanked. Lines stay where they are.
pub(crate) fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_in_word = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let (length, inside) = match first {
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), (0, 0)),
            '/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), (0, 0)),
            '"' => (quoted(rest), (1, 1)),
            'r' if !is_in_word && raw_hashes(rest).is_some() => {
                let hashes = raw_hashes(rest).unwrap_or_default();
                let end = format!("\"{}", "#".repeat(hashes));
                let start = hashes + 2;
                (rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len()), (0, 0))
            }
            '\'' if character(rest).is_some() => (character(rest).unwrap_or(1), (0, 0)),
            _ => {
                code.push(first);
                rest = &rest[first.len_utf8()..];
                continue;
            }
        };
        let (open, close) = inside;
        code.push_str(&rest[..open]);
        code.extend(rest[open..length - close].chars().filter(|c| *c == '\n'));
        code.push_str(&rest[length - close..length]);
        rest = &rest[length..];
    }
    code
}

/// Code without the items under `#[cfg(test)]`.
pub(crate) fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::new();
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        kept.push_str(&rest[..at]);
        let item = &rest[at + MARK.len()..];
        rest = &item[end_of_item(item).unwrap_or(item.len())..];
    }
    kept + rest
}

/// Where the item at the beginning of this code ends: after its `;`, or after the brace that closes its body.
pub(crate) fn end_of_item(code: &str) -> Option<usize> {
    let mut braces = 0_usize;
    let mut brackets = 0_usize;
    for (at, character) in code.char_indices() {
        match character {
            '{' => braces += 1,
            '}' => braces = braces.checked_sub(1)?,
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.checked_sub(1)?,
            _ => {}
        }
        if braces == 0 && brackets == 0 && matches!(character, ';' | '}') {
            return Some(at + 1);
        }
    }
    None
}

/// The bytes of the string at the beginning, its quotes included.
fn quoted(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// How many `#` the raw string at the beginning has; `None` where there is none.
fn raw_hashes(text: &str) -> Option<usize> {
    let hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
    text[1 + hashes..].starts_with('"').then_some(hashes)
}

/// The bytes of the character literal at the beginning; `None` for a lifetime.
fn character(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    let (_, first) = characters.next()?;
    let (at, second) = characters.next()?;
    if first == '\\' {
        return text[at + second.len_utf8()..].find('\'').map(|end| at + second.len_utf8() + end + 1);
    }
    (second == '\'').then_some(at + 1)
}

#[test]
fn comments_and_strings_are_blanked_and_lifetimes_stay() {
    let text = "let a = \"{\\\"\"; // {\nlet b = '{'; let c: &'a str = r#\"{\"#; /* {\n */ '\\u{7d}' '\\'' x";
    assert_eq!(code_only(text), "let a = \"\"; \nlet b = ; let c: &'a str = ; \n   x");
}

#[test]
fn test_modules_are_left_out() {
    let code =
        "use a;\n#[cfg(test)]\nmod tests;\nfn b() {}\n#[cfg(test)]\nmod c {\n    fn d() {}\n}\nfn e() {}\n";
    assert_eq!(without_tests(code), "use a;\n\nfn b() {}\n\nfn e() {}\n");
}
