//! Checks of single values that serde's types cannot express: ranges, lengths, and words of a list.

use std::fmt::Display;
use std::ops::RangeInclusive;

use toml::Spanned;

use crate::error::Source;
use crate::localized::LocalizedStr;

impl Source<'_> {
    pub(crate) fn check_range<T: PartialOrd + Display>(
        &mut self,
        key: &str,
        value: Option<&Spanned<T>>,
        range: RangeInclusive<T>,
    ) {
        let Some(value) = value else { return };
        if !range.contains(value.get_ref()) {
            let (value_text, min, max) = (value.get_ref(), range.start(), range.end());
            self.error(value.span(), format!("\"{key}\" is {value_text}, not {min} to {max}"));
        }
    }

    pub(crate) fn check_word(&mut self, key: &str, word: Option<&Spanned<String>>, known: &[&str]) {
        let Some(word) = word else { return };
        if !known.contains(&word.get_ref().as_str()) {
            let reason = format!("unknown {key} \"{}\"; there are {}", word.get_ref(), known.join(", "));
            self.error(word.span(), reason);
        }
    }

    pub(crate) fn check_one_word(&mut self, key: &str, text: Option<&Spanned<String>>) {
        let Some(text) = text else { return };
        if text.get_ref().is_empty() || text.get_ref().contains(char::is_whitespace) {
            self.error(text.span(), format!("{key} \"{}\" is not one word", text.get_ref()));
        }
    }

    /// Both languages must be there, and no longer than `max` characters.
    pub(crate) fn check_text(&mut self, text: &LocalizedStr, max: usize) {
        for (language, text) in [("en", &text.en), ("ko", &text.ko)] {
            let length = text.get_ref().chars().count();
            if text.get_ref().trim().is_empty() {
                self.error(text.span(), format!("\"{language}\" is empty"));
            } else if length > max {
                self.error(text.span(), format!("\"{language}\" has {length} characters, more than {max}"));
            }
        }
    }
}
