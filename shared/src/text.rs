//! Validated texts that people write: [`Body`] of a message and [`Nickname`].
//!
//! Both ends check here lengths, controls and characters that show nothing. Not here: normalization to NFC
//! (the browser's on input, the Worker's on receipt) and the tables of scripts and look-alikes (the Worker's).

use std::fmt;

use crate::ErrorCode;
use crate::limits::{NICKNAME_CHARACTERS, TEXT_CHARACTERS};

/// A message's text: 1 to 4,000 characters of which at least one can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body(String);

impl Body {
    /// Trims the text and checks it. Line feeds and tabs are the only allowed controls.
    ///
    /// # Errors
    /// `Empty`, `TooLong` or `ControlCharacters`.
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        let text = text.trim();
        if text.chars().all(is_blank) {
            return Err(ErrorCode::Empty);
        }
        if text.chars().count() > TEXT_CHARACTERS {
            return Err(ErrorCode::TooLong);
        }
        if text.chars().any(|c| is_control(c) && c != '\n' && c != '\t') {
            return Err(ErrorCode::ControlCharacters);
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// A nickname: 1 to 24 characters on one line, at least one of them a letter or a digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nickname(String);

impl Nickname {
    /// Trims the text, joins its words by single spaces, and checks it.
    ///
    /// # Errors
    /// `NicknameEmpty`, `NicknameTooLong` or `NicknameCharacters`.
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        // A name of ten thousand characters is refused before anything is copied.
        if text.trim().chars().nth(NICKNAME_CHARACTERS * 4).is_some() {
            return Err(ErrorCode::NicknameTooLong);
        }
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err(ErrorCode::NicknameEmpty);
        }
        if name.chars().count() > NICKNAME_CHARACTERS {
            return Err(ErrorCode::NicknameTooLong);
        }
        let mut before = ' ';
        for c in name.chars() {
            // U+FE0F after a symbol only asks for its coloured form.
            let is_emoji_style = c == '\u{fe0f}' && !before.is_alphanumeric() && !before.is_whitespace();
            if is_control(c) || (is_ignorable(c) && !is_emoji_style) {
                return Err(ErrorCode::NicknameCharacters);
            }
            before = c;
        }
        if !name.chars().any(char::is_alphanumeric) {
            return Err(ErrorCode::NicknameEmpty);
        }
        Ok(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Nickname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Prepares text from outside for [`Body::parse`]: line ends of every kind become line feeds, other controls are removed.
pub fn without_controls(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => Some('\n'),
            '\n' | '\t' => Some(c),
            c if is_control(c) => None,
            c => Some(c),
        })
        .collect()
}

/// Checks a text of one line that may be empty: its words are joined by single spaces.
///
/// # Errors
/// `TooLong`, or `ControlCharacters` when it has controls or characters that change the direction of what follows.
pub(crate) fn parse_line(text: &str, characters: usize) -> Result<String, ErrorCode> {
    // A text of ten thousand characters is refused before anything is copied.
    if text.trim().chars().nth(characters.saturating_mul(4)).is_some() {
        return Err(ErrorCode::TooLong);
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().all(is_blank) {
        return Ok(String::new());
    }
    let changes_direction = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if line.chars().any(|c| is_control(c) || changes_direction(c)) {
        return Err(ErrorCode::ControlCharacters);
    }
    if line.chars().count() > characters { Err(ErrorCode::TooLong) } else { Ok(line) }
}

/// C0, C1, and the two separators that break lines where nobody expects it.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_control(c) || is_ignorable(c)
}

/// Default_Ignorable_Code_Point of Unicode 17, DerivedCoreProperties.txt: what a renderer shows as nothing. The bidi
/// controls are among them, but for U+200E, U+200F and U+061C, which are added here by being in these ranges as well.
pub fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Result<String, ErrorCode> {
        Body::parse(text).map(Body::into_string)
    }

    fn name(text: &str) -> Result<String, ErrorCode> {
        Nickname::parse(text).map(|name| name.to_string())
    }

    #[test]
    fn case_15_text_that_shows_nothing_is_empty() {
        for text in
            ["", "   ", "\n\t\n", "\u{3164}", "\u{200b}\u{200b}", "\u{e0041}\u{e0042}", "\u{feff} \u{2060}"]
        {
            assert_eq!(body(text), Err(ErrorCode::Empty), "{text:?}");
        }
    }

    #[test]
    fn case_16_controls_are_refused_but_not_line_feed_and_tab() {
        for c in ['\0', '\u{7}', '\u{1b}', '\u{7f}', '\u{85}', '\u{9f}', '\u{2028}', '\u{2029}', '\r'] {
            assert_eq!(body(&format!("a{c}b")), Err(ErrorCode::ControlCharacters), "{c:?}");
        }
        assert_eq!(body("a\n\tb"), Ok("a\n\tb".to_owned()));
    }

    #[test]
    fn case_16_the_page_repairs_what_was_pasted() {
        assert_eq!(without_controls("a\r\nb\rc\u{2028}d\u{0}e\u{1b}[0m\tf"), "a\nb\nc\nde[0m\tf");
        assert!(Body::parse(&without_controls("a\u{0}\u{85}b")).is_ok());
    }

    #[test]
    fn case_17_the_limit_counts_scalar_values_and_cuts_nothing() {
        let family = "👨‍👩‍👧‍👦"; // seven scalar values
        let full = format!("{}{family}", "가".repeat(3_993));
        assert_eq!(body(&full), Ok(full.clone()));
        assert_eq!(body(&format!("{full}a")), Err(ErrorCode::TooLong));
        assert_eq!(body(&format!(" {full}\n")), Ok(full));
    }

    #[test]
    fn case_18_nicknames_that_are_none() {
        assert_eq!(name(&"a".repeat(10_000)), Err(ErrorCode::NicknameTooLong));
        assert_eq!(name(&"a".repeat(25)), Err(ErrorCode::NicknameTooLong));
        assert_eq!(name(""), Err(ErrorCode::NicknameEmpty));
        assert_eq!(name(" \n "), Err(ErrorCode::NicknameEmpty));
        assert_eq!(name("🙂🙂"), Err(ErrorCode::NicknameEmpty));
        assert_eq!(name("\u{202e}moT"), Err(ErrorCode::NicknameCharacters));
        assert_eq!(name("To\u{200b}m"), Err(ErrorCode::NicknameCharacters));
        assert_eq!(name("To\0m"), Err(ErrorCode::NicknameCharacters));
        assert_eq!(name("Tom\u{fe0f}"), Err(ErrorCode::NicknameCharacters));
        assert_eq!(name("민\u{3164}수"), Err(ErrorCode::NicknameCharacters));
    }

    #[test]
    fn case_20_strange_nicknames_are_plain_text() {
        for good in [
            "__proto__",
            "<img onerror>",
            "\"; DROP TABLE",
            "@bot",
            "ㅋㅋ",
            "Tom철수",
            "나 ❤\u{fe0f}",
            "가나다라마바사아자차카타파하거너더러머버서어저처",
        ] {
            assert_eq!(name(good), Ok(good.to_owned()), "{good}");
        }
        assert_eq!(name("  a \n b  "), Ok("a b".to_owned()));
    }
}
