//! Names that people tell: what in a text says "this is what I am called". Only what is said of oneself counts,
//! and no question does.

use super::korean_names::{self as korean, copula};
use super::language::{after, has_question_word, sentences};

/// A name somebody gave to themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// "My name is X".
    Name(String),
    /// "I am X", which may be something else than a name: it counts only without a better one.
    Perhaps(String),
}

/// The last name told in a text.
pub(crate) fn told(text: &str) -> Option<Told> {
    let changed = speaks_of_change(text);
    let mut found = None;
    for sentence in sentences(text) {
        if sentence.asks {
            continue;
        }
        if let Some(name) = stated(&sentence.text, changed) {
            found = Some(Told::Name(name));
        } else if found.is_none()
            && let Some(name) = perhaps(&sentence.text)
        {
            found = Some(Told::Perhaps(name));
        }
    }
    found
}

/// The name that one sentence states plainly. `changed`: the text says that a name was changed, so that "now it is
/// X" is about a name too.
pub(crate) fn stated(sentence: &str, changed: bool) -> Option<String> {
    english(sentence).or_else(|| korean::name_is(sentence)).or_else(|| korean::called(sentence)).or_else(
        || if changed { english_changed(sentence).or_else(|| korean::changed_to(sentence)) } else { None },
    )
}

fn speaks_of_change(text: &str) -> bool {
    const VERBS: [&str; 9] = ["바꿨", "바꿀", "바꾸", "바뀌", "바뀐", "바꾼", "변경", "개명", "바뀜"];
    const ENGLISH: [&str; 3] = ["changed", "used to be", "no longer"];
    let lower = text.to_ascii_lowercase();
    (text.contains("이름") && VERBS.iter().any(|verb| text.contains(verb)))
        || text.contains("개명")
        || (lower.contains("name") && ENGLISH.iter().any(|phrase| lower.contains(phrase)))
        || lower.contains("from now on")
}

fn english(sentence: &str) -> Option<String> {
    const PHRASES: [&str; 27] = [
        "my name is now ",
        "my new name is ",
        "my real name is ",
        "my name is actually ",
        "my name is really ",
        "my name is ",
        "my name's ",
        "my name’s ",
        "changed my name to ",
        "changing my name to ",
        "i'm called ",
        "i’m called ",
        "i am called ",
        "i'm now called ",
        "i am now called ",
        "i go by ",
        "everyone calls me ",
        "people call me ",
        "friends call me ",
        "they call me ",
        "i'm going by ",
        "i am going by ",
        "renamed myself to ",
        "renamed myself ",
        "name has changed to ",
        "the name's ",
        "call me ",
    ];
    let rest = PHRASES.iter().find_map(|phrase| after(sentence, phrase))?;
    let lower = rest.to_ascii_lowercase();
    let rest = match (lower.starts_with("not ") || lower.starts_with("no longer "), rest) {
        (false, rest) => rest,
        // "My name is not Ann but Eve", "… not Ann, it's Eve".
        (true, rest) => ["but ", "it's ", "it is ", "it’s "].iter().find_map(|word| after(rest, word))?,
    };
    english_name(rest)
}

fn english_name(rest: &str) -> Option<String> {
    const ENDS: [&str; 40] = [
        "and",
        "but",
        "now",
        "please",
        "from",
        "by",
        "nice",
        "actually",
        "instead",
        "these",
        "since",
        "because",
        "so",
        "in",
        "if",
        "ok",
        "okay",
        "everyone",
        "everybody",
        "btw",
        "for",
        "again",
        "today",
        "when",
        "then",
        "not",
        "too",
        "i",
        "what",
        "what\'s",
        "who",
        "how",
        "can",
        "could",
        "do",
        "you",
        "remember",
        "is",
        "was",
        "with",
    ];
    const NOT_NAMES: [&str; 16] = [
        "a",
        "an",
        "the",
        "later",
        "back",
        "maybe",
        "crazy",
        "what",
        "whatever",
        "on",
        "at",
        "tomorrow",
        "tonight",
        "soon",
        "something",
        "secret",
    ];
    let clause = rest.split([',', ';', '(', ')', ':', '—', '–']).next()?;
    let words: Vec<&str> = clause
        .split_whitespace()
        .take_while(|word| !ENDS.contains(&word.to_ascii_lowercase().as_str()))
        .take(3)
        .collect();
    let first = words.first()?.to_ascii_lowercase();
    if NOT_NAMES.contains(&first.as_str()) {
        return None;
    }
    clean(&words.join(" "))
}

/// In a text about a changed name: "now it's Eve".
fn english_changed(sentence: &str) -> Option<String> {
    const PHRASES: [&str; 12] = [
        "it's now ",
        "it is now ",
        "now it's ",
        "now it is ",
        "now i'm ",
        "now i am ",
        "i'm now ",
        "i am now ",
        "it's ",
        "it is ",
        "i'm ",
        "i am ",
    ];
    english_name(PHRASES.iter().find_map(|phrase| after(sentence, phrase))?)
}

/// "나는 민수야", "I'm Ann": perhaps a name.
fn perhaps(sentence: &str) -> Option<String> {
    const NOT_NAMES: [&str; 22] = [
        "학생",
        "사람",
        "개발자",
        "선생님",
        "친구",
        "남자",
        "여자",
        "한국인",
        "직장인",
        "바보",
        "어른",
        "아이",
        "부자",
        "회사원",
        "의사",
        "대학생",
        "고등학생",
        "중학생",
        "혼자",
        "집",
        "지금",
        "팀장",
    ];
    for subject in ["나는 ", "난 ", "저는 ", "전 "] {
        let Some(rest) = sentence.strip_prefix(subject) else { continue };
        let mut words = rest.split([' ', ',']).filter(|word| !word.is_empty());
        let stem = copula(words.next()?)?;
        let syllables = stem.chars().count();
        let fits = (2..=4).contains(&syllables) && !NOT_NAMES.contains(&stem) && !has_question_word(stem);
        return if fits { clean(stem) } else { None };
    }
    for subject in ["i'm ", "i am ", "i’m ", "this is "] {
        let Some(rest) = after(sentence, subject) else { continue };
        let word = rest.split([' ', ',']).next()?;
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let rest_small = word.chars().skip(1).all(char::is_lowercase);
        return if capital && rest_small && word.chars().count() > 1 { clean(word) } else { None };
    }
    None
}

pub(crate) fn clean(name: &str) -> Option<String> {
    let name = name
        .trim_matches(|letter: char| letter.is_whitespace() || "\"'“”‘’「」『』*_`<>.,!?".contains(letter));
    let length = name.chars().count();
    let fits = (1..=40).contains(&length) && !name.contains(['{', '}', '"']) && !has_question_word(name);
    fits.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn name(text: &str, expected: &str) {
        assert_eq!(told(text), Some(Told::Name(expected.to_owned())), "{text}");
    }

    #[track_caller]
    fn no_name(text: &str) {
        assert_eq!(told(text), None, "{text}");
    }

    #[test]
    fn korean_ways_of_telling_a_name() {
        name("내 이름은 민수야", "민수");
        name("내 이름은 지민이야!", "지민");
        name("내 이름은 유이야", "유이");
        name("제 이름은 민수예요.", "민수");
        name("제 이름은 지민이에요", "지민");
        name("안녕하세요, 제 이름은 김민수입니다. 반가워요", "김민수");
        name("내 이름은 Tom이야", "Tom");
        name("내 이름은 '별이'야", "별이");
        name("내 이름은 민수인데, 뭐 좀 물어볼게", "민수");
        name("내 이름은 민수야 잘 부탁해", "민수");
        name("내 이름은 민수", "민수");
        name("내이름은 민수야", "민수");
        name("제 이름은 유이예요", "유이");
        name("이름은 민수고, 나이는 스무 살이야", "민수");
        name("내 이름은 민수인데 뭐 먹을까", "민수");
        name("참고로 나 이제 이름이 지수야", "지수");
        name("저 개명했어요. 이제 김하늘입니다", "김하늘");
        name("근데 나 이름 바꿨어. 이제부터는 '하늘'이야", "하늘");
        name("내 이름을 지수로 기억해줘", "지수");
        name("민수라 불러줘", "민수");
        name("제 이름 민수예요", "민수");
        name("아 참, 이름은 민수야", "민수");
        name("나는 민수라고 해", "민수");
        name("저는 지민이라고 합니다", "지민");
        name("날 민수라고 불러줘", "민수");
        name("앞으로 저를 지민이라고 불러 주세요", "지민");
        name("이름 바꿨어, 이제 지수야", "지수");
        name("나 이름 바꿨어. 이제부터 지민이야", "지민");
        name("이름을 지수로 바꿨어", "지수");
        name("나 이름 지민으로 바꿨어요", "지민");
        name("사실 내 이름은 철수야", "철수");
        name("내 이름은 민수가 아니라 철수야", "철수");
        name("아 맞다 이제 내 이름은 하늘이야", "하늘");
        name("내 이름은 민수야. 아니, 내 이름은 철수야", "철수");
        name("점심 뭐 먹지? 아 참, 내 이름은 영희예요", "영희");
    }

    #[test]
    fn english_ways_of_telling_a_name() {
        name("my name is Ann", "Ann");
        name("Hi! My name is Mary Jane, nice to meet you", "Mary Jane");
        name("I'm called Bob", "Bob");
        name("please call me Bo from now on", "Bo");
        name("actually my name is Eve", "Eve");
        name("by the way I changed my name to Eve", "Eve");
        name("I changed my name, it's Eve now", "Eve");
        name("my name is not Ann, it's Eve", "Eve");
        name("My name is 민수", "민수");
        name("my name is alice what's the weather", "alice");
        name("my name used to be Ann, now it's Eve", "Eve");
        name("From now on I'm Max", "Max");
        name("just so you know, I go by Max now", "Max");
        name("I've changed my name. Call me Max", "Max");
    }

    #[test]
    fn what_is_no_name() {
        no_name("내 이름이 뭐야?");
        no_name("내 이름이 뭐야");
        no_name("내 이름은?");
        no_name("내 이름 기억해?");
        no_name("내 이름이 혹시 뭐야");
        no_name("내 이름 알려줘");
        no_name("내가 뭐라고 했지");
        no_name("내 친구 이름은 영희야");
        no_name("아내 이름은 지수야");
        no_name("네 이름은 뭐니");
        no_name("내 이름은 민수가 아니야");
        no_name("나는 김밥을 좋아해");
        no_name("민수가 뭐라고 했어?");
        no_name("얘를 민수라고 불러줘");
        no_name("what is my name?");
        no_name("do you know what my name is?");
        no_name("call me later");
        no_name("I'm hungry");
        no_name("my name is not Ann");
        no_name("나는 학생이야");
    }

    #[test]
    fn being_somebody_is_perhaps_a_name() {
        assert_eq!(told("나는 민수야"), Some(Told::Perhaps("민수".to_owned())));
        assert_eq!(told("I'm Ann"), Some(Told::Perhaps("Ann".to_owned())));
    }
}
