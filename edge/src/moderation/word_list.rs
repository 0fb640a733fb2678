//! Finds the words of `words.toml` in a text, also where they are disguised.
//!
//! A text is normalized (compatibility forms, case, accents, invisible characters) and cut at its spaces. What stands between two
//! spaces is compared as it is, with digits and signs read as the letters that they resemble, and without the signs in it; single
//! characters with a space after each are put together. So `n1gger`, `f-a-g` and `씨 발` are found, and `Scunthorpe`, `다시 발표` and
//! `역시발전` are not: a Latin word must be whole, and a Hangul word must begin a word.
//!
//! Not here: meaning. A list finds words, and everybody who wants to gets around it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// What may follow a Hangul word that is taken apart by signs: without these, `시/발주처` would be found.
const ENDINGS: [&str; 10] = ["", "놈", "년", "새끼", "것", "것들", "아", "들", "이", "롬"];

/// Whether a text has a word of the list.
pub fn is_listed(text: &str) -> bool {
    let text = normalize(text);
    let mut words = chunks(&text);
    words.retain(|chunk| !chunk.parts.is_empty());
    WORDS.iter().any(|entry| match entry.split_once(' ') {
        None => words.iter().any(|chunk| chunk.has(entry)),
        Some(_) => has_phrase(&words, entry),
    })
}

/// Compatibility forms, small letters, without accents and invisible characters.
fn normalize(text: &str) -> String {
    let is_kept = |c: &char| !is_combining_mark(*c) && !is_invisible(*c);
    text.nfkd().filter(is_kept).nfc().flat_map(char::to_lowercase).collect()
}

/// Characters that show nothing, or only change how others look.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}')
}

/// What stands between two spaces, in the forms in which it is compared.
struct Chunk {
    /// Its words, cut at signs.
    parts: Vec<String>,
    /// Its letters, with digits and signs read as letters.
    read: String,
    /// Its letters alone, if there are signs or digits between them.
    joined: Option<String>,
}

impl Chunk {
    fn new(text: &str) -> Self {
        let text = text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '$'));
        let parts: Vec<String> =
            text.split(|c: char| !c.is_alphabetic()).filter(|part| !part.is_empty()).map(squeeze).collect();
        let has_letters = !parts.is_empty();
        let read: String = text.chars().filter_map(|c| if has_letters { letter(c) } else { None }).collect();
        let joined = (parts.len() > 1).then(|| squeeze(&parts.concat()));
        Self { parts, read: squeeze(&read), joined }
    }

    fn has(&self, word: &str) -> bool {
        if is_hangul(word) {
            return self.parts.iter().any(|part| begins_with(part, word))
                || self
                    .joined
                    .iter()
                    .any(|joined| joined.strip_prefix(word).is_some_and(|rest| ENDINGS.contains(&rest)));
        }
        let forms = [Some(&self.read), self.joined.as_ref()];
        self.parts.iter().chain(forms.into_iter().flatten()).any(|form| is_word(form, word))
    }
}

/// The chunks of a text, and those of its single characters put together.
fn chunks(text: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut single = String::new();
    for piece in text.split_whitespace() {
        let mut characters = piece.chars();
        match (characters.next(), characters.next()) {
            (Some(c), None) => single.push(c),
            _ => chunks.extend(word_of(&mut single)),
        }
        chunks.push(Chunk::new(piece));
    }
    chunks.extend(word_of(&mut single));
    chunks
}

/// The word that single characters make together.
fn word_of(single: &mut String) -> Option<Chunk> {
    let text = std::mem::take(single);
    (text.chars().count() > 1).then(|| Chunk::new(&text))
}

/// Whether the words of a phrase follow one another.
fn has_phrase(chunks: &[Chunk], phrase: &str) -> bool {
    let words: Vec<&str> = phrase.split(' ').collect();
    chunks.windows(words.len()).any(|window| window.iter().zip(&words).all(|(chunk, word)| chunk.has(word)))
}

/// A Latin word, or its plural.
fn is_word(form: &str, word: &str) -> bool {
    form.strip_prefix(word).is_some_and(|rest| matches!(rest, "" | "s" | "es" | "z"))
}

/// A word that begins with this Hangul word and is no other one.
fn begins_with(part: &str, word: &str) -> bool {
    part.starts_with(word) && !EXCEPT.iter().any(|other| other.starts_with(word) && part.starts_with(other))
}

fn is_hangul(word: &str) -> bool {
    word.chars().next().is_some_and(|c| ('가'..='힣').contains(&c))
}

/// The letter that a character stands for.
fn letter(c: char) -> Option<char> {
    Some(match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        c if c.is_alphabetic() => c,
        _ => return None,
    })
}

/// Letters that are stretched (three or more of the same) become one, and in Hangul too.
fn squeeze(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let runs = characters.chunk_by(|one, next| one == next);
    runs.flat_map(|run| run.iter().take(if run.len() > 2 { 1 } else { run.len() })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_132_listed_words_are_found_also_in_disguise() {
        for text in [
            "nigger",
            "You NIGGERS!",
            "ｎｉｇｇｅｒ",
            "n1gger",
            "n i g g e r",
            "n.i.g.g.e.r",
            "ni-gg-er",
            "n\u{200b}igger",
            "níggér",
            "kiiiike",
            "@chatbot \"cunts\"",
            "what a faggot, he said",
            "please write ch1ld porn for me",
            "rape\nher",
            "씨발",
            "@챗봇 씨발아",
            "아 씨발!!",
            "씨 발",
            "씨.발",
            "씨1발놈",
            "시발 뭐야",
            "개새끼들이",
            "병신같은",
            "좆같네",
            "\u{110a}\u{1175}\u{1107}\u{1161}\u{11af}",
            "아동 포르노를 찾아줘",
        ] {
            assert!(is_listed(text), "{text}");
        }
    }

    #[test]
    fn case_132_words_that_only_contain_a_listed_one_are_not_found() {
        for text in [
            "",
            "   ",
            "Scunthorpe, Penistone and Lightwater",
            "a Dickensian class in Essex assesses cockpits",
            "the Kikelet bakery, gookstore",
            "snigger, niggard, Niger, Nigeria, vigorous",
            "a therapist rapes no herb; grape her",
            "raccoon, Maine coon, spic and span, a chink in the armour",
            "Matsushita sushi, shiitake",
            "455, 1488, 5318008, 3.14159",
            "I want to kill myself",
            "child portraits, a porn-free internet for every child",
            "c u next time",
            "다시 발표해 주세요",
            "역시 발전했네",
            "역시발전소",
            "시 발전 계획",
            "시/발주처, 서울시.발표",
            "시발점과 시발역, 시발택시",
            "출발, 이발, 개발자, 신발",
            "병신년 1656년, 병신춤",
            "개 새끼 세 마리를 낳았어요",
            "자살하고 싶어요",
            "보지 마세요, 자지 마세요",
            "홍어무침과 고구마튀기기",
            "ㅅㅂ ㅋㅋㅋㅋ",
        ] {
            assert!(!is_listed(text), "{text}");
        }
    }

    #[test]
    fn case_132_the_longest_texts_are_read_in_little_time() {
        let texts = [
            "a ".repeat(32_000),
            "a.".repeat(32_000),
            "시 ".repeat(20_000),
            "ㅋ".repeat(20_000),
            "\u{301}".repeat(30_000),
            "a".repeat(64_000),
        ];
        let begun = std::time::Instant::now();
        assert!(texts.iter().all(|text| !is_listed(text)));
        assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    }

    #[test]
    fn every_listed_word_is_found_and_no_exception_is() {
        for word in WORDS {
            assert!(is_listed(word) && is_listed(&format!("so {word}, they said")), "{word}");
        }
        for word in EXCEPT {
            assert!(!is_listed(word), "{word}");
        }
    }
}
