//! Nicknames that would be read as a call of a bot or as somebody's role.
//!
//! A mention takes the longest name, bots' and people's together. So while somebody who is called `챗봇아` is in the room, `@챗봇아`
//! calls nobody. The mention parser itself is asked what `@` and the nickname would call.

use crate::mention::{Mentionable, find_mentions};

/// What may follow a Hangul alias in a call. Vocative particles and forms of "to do" may have more after them.
const CALLS: [&str; 10] = ["아", "야", "해", "하", "할", "한", "합", "했", "함", "좀"];
/// Particles and titles that make a call only where nothing follows.
const PARTICLES: [&str; 26] = [
    "은", "는", "을", "를", "과", "와", "도", "만", "에", "의", "님", "씨", "랑", "이랑", "로", "으로",
    "에게", "한테", "께", "이", "부터", "까지", "처럼", "보다", "이야", "이여",
];
/// Words before a colon that are roles to a model, besides the names that are reserved anyway.
const ROLES: [&str; 6] = ["bot", "user", "developer", "tool", "model", "봇"];

/// Whether `@` and the nickname would be read as a call of one of these names of bots.
pub fn reads_as_call<'a>(nickname: &str, names_of_bots: impl Iterator<Item = &'a str>) -> bool {
    let text = format!("@{nickname}");
    let names: Vec<Mentionable<()>> =
        names_of_bots.map(|name| Mentionable { name: name.to_owned(), target: () }).collect();
    let Some(call) = find_mentions(&text, &names).into_iter().find(|mention| mention.range.start == 0) else {
        return false;
    };
    let name = text.get(1..call.range.end).unwrap_or_default();
    let rest = text.get(call.range.end..).unwrap_or_default();
    // A word that only begins like an alias is a name of its own: `번역가` is a person.
    let is_own_word = is_hangul_at_end(name) && rest.starts_with(is_hangul);
    !is_own_word || continues_call(name, rest)
}

/// The first word of a nickname that is written like a role before its text (`system: p1`, `[owner] hi`), if it is.
pub fn role_word(nickname: &str) -> Option<&str> {
    let inner = nickname.trim_start_matches(['[', '(', '<', '*', '#', '"', ' ']);
    let end = inner.find(|c: char| !c.is_alphanumeric()).unwrap_or(inner.len());
    let (word, rest) = inner.split_at_checked(end)?;
    let is_marked = inner.len() < nickname.len()
        || rest.trim_start().starts_with([':', '：', ';', '|', '>', ']', ')', '=']);
    (is_marked && !word.is_empty()).then_some(word)
}

/// Whether a word is that of a role, whatever its case.
pub fn is_role(word: &str) -> bool {
    ROLES.iter().any(|role| role.eq_ignore_ascii_case(word))
}

fn continues_call(name: &str, rest: &str) -> bool {
    // After a consonant the subject's particle is `이`, so `번역가` is no subject.
    let subject = if ends_in_vowel(name) { "가" } else { "이" };
    CALLS.iter().any(|call| rest.starts_with(call)) || PARTICLES.contains(&rest) || rest == subject
}

fn is_hangul_at_end(text: &str) -> bool {
    text.chars().next_back().is_some_and(is_hangul)
}

fn is_hangul(c: char) -> bool {
    matches!(c, '가'..='힣')
}

/// Whether a text ends in a syllable without a final consonant: 28 finals each, the first of which is none (Unicode, chapter 3.12).
fn ends_in_vowel(text: &str) -> bool {
    text.chars()
        .next_back()
        .filter(|c| is_hangul(*c))
        .is_some_and(|c| u32::from(c).saturating_sub(u32::from('가')).is_multiple_of(28))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTS: [&str; 6] = ["chatbot", "챗봇", "summary", "요약", "translator", "번역"];

    #[test]
    fn case_196_a_nickname_that_reads_as_a_call_is_known() {
        for name in [
            "챗봇아",
            "챗봇야",
            "요약해줘",
            "번역해",
            "번역해 주세요",
            "chatbot안녕",
            "ChatBot아",
            "chatbot hi",
            "chatbot, hi",
            "챗봇님",
            "챗봇이랑",
            "요약 좀",
            "요약좀",
            "번역이",
            "요약!",
            "chatbot",
            "챗봇",
        ] {
            assert!(reads_as_call(name, BOTS.into_iter()), "{name}");
        }
        for name in [
            "번역가",
            "요약왕",
            "챗봇짱",
            "chatbots",
            "chatbot2",
            "chat",
            "봇",
            "안나",
            "나챗봇",
            "my chatbot",
            "Summaries",
            "",
            "아챗봇아",
        ] {
            assert!(!reads_as_call(name, BOTS.into_iter()), "{name}");
        }
    }

    #[test]
    fn case_196_a_nickname_that_is_written_like_a_role_is_known() {
        for (name, word) in [
            ("bot:summary", Some("bot")),
            ("system: p1", Some("system")),
            ("[owner] hi", Some("owner")),
            ("System： p1", Some("System")),
            ("관리자 : p1", Some("관리자")),
            ("anna", None),
            ("anna lee", None),
            ("tom (p1)", None),
            (":)", None),
        ] {
            assert_eq!(role_word(name), word, "{name}");
        }
        assert!(is_role("Bot") && is_role("user") && !is_role("anna"));
    }
}
