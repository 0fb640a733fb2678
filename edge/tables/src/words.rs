//! `words.toml`: the word list of moderation.

use serde::Deserialize;
use toml::Spanned;

use crate::error::{Source, TableError};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// Words and phrases, sorted.
    pub words: Vec<String>,
    /// Beginnings of words that only begin like a listed one.
    pub except: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordFile {
    words: Vec<Spanned<String>>,
    except: Vec<Spanned<String>>,
}

pub(crate) fn read(mut source: Source<'_>) -> Result<Words, Vec<TableError>> {
    let file: WordFile = source.parse()?;
    let mut words: Vec<String> = Vec::new();
    for word in &file.words {
        check(&mut source, word);
        if words.contains(word.get_ref()) {
            source.error(word.span(), format!("\"{}\" is listed twice", word.get_ref()));
        }
        words.push(word.get_ref().clone());
    }
    for word in &file.except {
        check(&mut source, word);
        let text = word.get_ref();
        if !words.iter().any(|listed| text.starts_with(listed.as_str()) && text != listed) {
            source.error(word.span(), format!("\"{text}\" does not begin with a listed word"));
        }
    }
    words.sort();
    let mut except: Vec<String> = file.except.into_iter().map(Spanned::into_inner).collect();
    except.sort();
    source.finish(Words { words, except })
}

/// The Worker compares with small letters and single spaces. A single Latin letter would be found everywhere.
fn check(source: &mut Source<'_>, word: &Spanned<String>) {
    let text = word.get_ref();
    let is_plain = text
        .split(' ')
        .all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphabetic() && !c.is_uppercase()));
    if !is_plain || text.len() < 3 {
        source.error(
            word.span(),
            format!("\"{text}\" is not words of small letters with single spaces, or is too short"),
        );
    }
}
