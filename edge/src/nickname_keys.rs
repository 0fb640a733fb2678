//! The keys by which nicknames are compared, so that nobody can imitate another person's name: the skeletons of Unicode
//! Technical Standard 39, §4, from the tables of the `unicode-security` crate. The tables are large, so they stay in the Worker;
//! the room gets [`nickname_keys`] as a function.
//!
//! Not here: lengths, control and invisible characters, which `shared` refuses for both ends, and who owns a nickname, which
//! the room decides.

use std::collections::BTreeSet;

use room::NicknameKeys;
use shared::text::is_ignorable;
use shared::{ErrorCode, Nickname};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};
use unicode_security::skeleton;

/// Combining marks on one letter at most; more are drawn over the lines above.
const MAX_MARKS: usize = 2;

/// Sets of scripts that one nickname may mix.
const ALLOWED_MIXES: [&[Script]; 2] =
    [&[Script::Latin, Script::Hangul], &[Script::Latin, Script::Han, Script::Hiragana, Script::Katakana]];

/// Computes the keys by which a nickname is compared: two nicknames look alike when they share one.
///
/// # Errors
/// The code that is sent to the client: `NicknameCharacters` for stacked marks, `NicknameMixed` for a mix of scripts that are not
/// written together, `NicknameEmpty` without a letter or digit.
pub fn nickname_keys(name: &Nickname) -> Result<NicknameKeys, ErrorCode> {
    if has_stacked_marks(name.as_str()) {
        return Err(ErrorCode::NicknameCharacters);
    }
    let folded: String = name.as_str().nfkc().filter(|c| !is_ignorable(*c)).collect();
    if has_mixed_scripts(&folded) {
        return Err(ErrorCode::NicknameMixed);
    }
    let letters: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    // Each order finds look-alikes that the other misses: a capital may resemble a letter whose small form does not.
    let first = skeleton(&letters).collect::<String>().to_lowercase();
    let second: String = skeleton(&letters.to_lowercase()).collect();
    if first.is_empty() || second.is_empty() {
        return Err(ErrorCode::NicknameEmpty);
    }
    let mut keys = vec![first, second];
    keys.dedup();
    Ok(NicknameKeys(keys))
}

fn has_stacked_marks(name: &str) -> bool {
    let mut marks = 0_usize;
    name.nfc().any(|c| {
        marks = if is_combining_mark(c) { marks.saturating_add(1) } else { 0 };
        marks > MAX_MARKS
    })
}

fn has_mixed_scripts(name: &str) -> bool {
    let scripts: BTreeSet<&str> =
        name.chars().map(|c| c.script()).filter(|s| !is_script_neutral(*s)).map(Script::full_name).collect();
    let fits =
        |set: &&[Script]| scripts.iter().all(|name| set.iter().any(|script| script.full_name() == *name));
    scripts.len() > 1 && !ALLOWED_MIXES.iter().any(fits)
}

/// Digits, punctuation, emoji, and marks that take the script of their letter.
fn is_script_neutral(script: Script) -> bool {
    matches!(script, Script::Common | Script::Inherited)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Result<NicknameKeys, ErrorCode> {
        nickname_keys(&Nickname::parse(name)?)
    }

    /// Whether the second could be taken for the first.
    fn clash(one: &str, other: &str) -> bool {
        let (NicknameKeys(one), NicknameKeys(other)) = (of(one).unwrap(), of(other).unwrap());
        one.iter().any(|key| other.contains(key))
    }

    #[test]
    fn case_18_names_that_nobody_can_have() {
        for (name, why) in [
            ("", ErrorCode::NicknameEmpty),
            ("   ", ErrorCode::NicknameEmpty),
            ("😀😀", ErrorCode::NicknameEmpty),
            ("---", ErrorCode::NicknameEmpty),
            (&"a".repeat(25), ErrorCode::NicknameTooLong),
            (&"a".repeat(10_000), ErrorCode::NicknameTooLong),
            ("Z\u{300}\u{301}\u{302}", ErrorCode::NicknameCharacters),
            ("a\u{202e}nna", ErrorCode::NicknameCharacters),
            ("a\u{200b}nna", ErrorCode::NicknameCharacters),
            ("ann\u{7}a", ErrorCode::NicknameCharacters),
            ("ann\u{3164}", ErrorCode::NicknameCharacters),
            ("Тom", ErrorCode::NicknameMixed),
            ("Tοm", ErrorCode::NicknameMixed),
            ("Мaria", ErrorCode::NicknameMixed),
            ("철수Т", ErrorCode::NicknameMixed),
            ("철수カ", ErrorCode::NicknameMixed),
        ] {
            assert_eq!(of(name), Err(why), "{name:?}");
        }
    }

    #[test]
    fn nicknames_that_people_have_are_accepted() {
        for name in [
            "ann",
            "Ann B.",
            "ㅋㅋ",
            "ㅎㅇ",
            "철수",
            "Tom철수",
            "철수2",
            "田中",
            "田中さん",
            "タナカー",
            "Tom田中",
            "Мария",
            "Ελένη",
            "محمد",
            "חיים",
            "สมชาย",
            "น้ำ",
            "हिन्दी",
            "Nguyễn",
            "José",
            "ann ❤\u{fe0f}",
            "007",
            "ｱﾝ",
            "Ａｎｎ",
        ] {
            assert!(of(name).is_ok(), "{name:?}: {:?}", of(name));
        }
    }

    #[test]
    fn case_19_look_alikes_of_a_name_are_refused_or_clash() {
        for fake in [
            "gpt",
            "ＧＰＴ",
            "G.P.T",
            "G P T",
            "G-P-T",
            "𝐆𝐏𝐓",
            "𝗚𝗣𝗧",
            "ⒼⓅⓉ",
            "GΡТ",
            "ԌРТ",
            "ԌΡΤ",
            "ᏀᏢᎢ",
            "G\u{200b}PT",
            "GPT\u{e0041}",
        ] {
            assert!(of(fake).is_err() || clash("GPT", fake), "{fake:?}");
        }
        assert!(!clash("GPT", "6PT"), "known and accepted: the badge is what tells a bot");
        for (one, other) in [
            ("chatbot", "ChatBot"),
            ("chatbot", "chat bot"),
            ("chatbot", "chatb0t"),
            ("챗봇", "챗 봇"),
            ("Tom", "TOM"),
            ("ㅋㅋ", "ㅋㅋ!"),
            ("paypal", "раура\u{4cf}"),
            ("scope", "ѕсоре"),
            ("Cafe\u{301}", "Café"),
        ] {
            assert!(clash(one, other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn different_nicknames_do_not_clash() {
        for (one, other) in [
            ("Мария", "Maria"),
            ("ann", "anna"),
            ("철수", "철순"),
            ("ㅋㅋ", "ㅋㅋㅋ"),
            ("Jose", "José"),
            ("김", "금"),
        ] {
            assert!(!clash(one, other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn case_20_names_that_mean_something_elsewhere_are_names() {
        for name in ["__proto__", "<img onerror=x>", "\"; DROP TABLE log", "@bot", "constructor", "NaN"] {
            assert!(of(name).is_ok(), "{name:?}: {:?}", of(name));
        }
        assert!(clash("@bot", "bot"), "a sign before a name does not make another one");
    }
}
