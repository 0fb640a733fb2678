//! Names that people tell: what in a text says "this is what I am called". Only what is said of oneself counts,
//! and no question does.

use super::language::{after, final_consonant, has_question_word, sentences, without_ending};

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
    english(sentence)
        .or_else(|| korean_name_is(sentence))
        .or_else(|| korean_called(sentence))
        .or_else(|| if changed { changed_to(sentence) } else { None })
}

fn speaks_of_change(text: &str) -> bool {
    const VERBS: [&str; 8] = ["바꿨", "바꾸", "바뀌", "바뀐", "바꾼", "변경", "개명", "바뀜"];
    let lower = text.to_ascii_lowercase();
    (text.contains("이름") && VERBS.iter().any(|verb| text.contains(verb)))
        || text.contains("개명")
        || (lower.contains("name") && lower.contains("changed"))
}

fn english(sentence: &str) -> Option<String> {
    const PHRASES: [&str; 19] = [
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
    const ENDS: [&str; 28] = [
        "and", "but", "now", "please", "from", "by", "nice", "actually", "instead", "these", "since", "because",
        "so", "in", "if", "ok", "okay", "everyone", "everybody", "btw", "for", "again", "today", "when", "then",
        "not", "too", "i",
    ];
    const NOT_NAMES: [&str; 16] = [
        "a", "an", "the", "later", "back", "maybe", "crazy", "what", "whatever", "on", "at", "tomorrow", "tonight",
        "soon", "something", "secret",
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

/// "내 이름은 민수야", and its many relatives.
fn korean_name_is(sentence: &str) -> Option<String> {
    const OWN: [&str; 12] =
        ["내", "제", "나의", "저의", "새", "새로운", "이제", "지금", "본명", "진짜", "사실", "현재"];
    for particle in ["이름은", "이름이", "이름 "] {
        for (place, found) in sentence.match_indices(particle) {
            let before = sentence.get(..place)?;
            let owner = before.split([' ', ',']).next_back().unwrap_or_default();
            let own = OWN.contains(&owner) || (before.trim().is_empty() && particle != "이름 ");
            if !own {
                continue;
            }
            let mut rest = sentence.get(place + found.len()..)?.trim();
            // "민수가 아니라 철수야": the name is what follows.
            for negated in ["아니라", "아니고", "아니구", "말고"] {
                rest = rest.rsplit_once(negated).map_or(rest, |(_, follows)| follows);
            }
            if rest.contains("아니") || has_question_word(rest) {
                continue;
            }
            // "내 이름 바꿨어, 이제 …" is understood elsewhere.
            if (particle == "이름 " || rest.contains("바꿨") || rest.contains("바뀌")) && !ends_like_naming(rest) {
                continue;
            }
            let rest = rest.trim_start_matches("이제부터 ").trim_start_matches("이제 ");
            if let Some(name) = korean_name(rest, true) {
                return Some(name);
            }
        }
    }
    None
}

fn ends_like_naming(rest: &str) -> bool {
    !rest.contains("바꿨") && !rest.contains("바뀌") && rest.split_whitespace().any(|word| copula(word).is_some())
}

/// "나는 민수라고 해", "날 민수라고 불러줘".
fn korean_called(sentence: &str) -> Option<String> {
    const SELF: [&str; 14] =
        ["나", "나는", "난", "저", "저는", "전", "날", "나를", "저를", "절", "제가", "내가", "나보고", "저보고"];
    if has_question_word(sentence) {
        return None;
    }
    let words: Vec<&str> = sentence.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    for (place, pair) in words.windows(2).enumerate() {
        let [said, verb] = pair else { continue };
        let Some(called) = ["라고", "라구"].iter().find_map(|ending| without_ending(said, ending)) else {
            continue;
        };
        let calls = ["불러", "부르", "불리", "불린"].iter().any(|stem| verb.starts_with(stem));
        let says = ["해", "합니다", "하고", "하는", "한다"].iter().any(|stem| verb.starts_with(stem))
            && !verb.starts_with("했");
        let before = words.get(..place).unwrap_or_default();
        let oneself = before.iter().any(|word| SELF.contains(word));
        let somebody_else =
            before.iter().any(|word| (word.ends_with('를') || word.ends_with('을')) && !SELF.contains(word));
        if (calls && !somebody_else) || (says && oneself) {
            return clean(without_linking_vowel(called, "라고"));
        }
    }
    None
}

/// In a text about a changed name: "이제 지수야", "지수로 바꿨어", "now it's Eve", "changed … to Eve".
fn changed_to(sentence: &str) -> Option<String> {
    if let Some(rest) = ["it's now ", "it is now ", "now it's ", "now it is ", "now i'm ", "now i am ", "i'm now ",
        "i am now ", "it's ", "it is ", "i'm ", "i am "]
        .iter()
        .find_map(|phrase| after(sentence, phrase))
    {
        return english_name(rest);
    }
    let words: Vec<&str> = sentence.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    for pair in words.windows(2) {
        let [word, verb] = pair else { continue };
        if (verb.starts_with("바꿨") || verb.starts_with("바꾸") || verb.starts_with("바뀌") || verb.starts_with("변경")
            || verb.starts_with("개명") || verb.starts_with("했"))
            && let Some(name) = without_direction(word)
            && !["이름으", "새 이름으", "걸", "것으"].contains(&name)
        {
            return clean(name.trim_end_matches("라고").trim_end_matches("(으)"));
        }
    }
    for marker in ["이제부터는", "이제부터", "이제는", "이젠", "이제", "지금은", "앞으로는", "앞으로", "오늘부터"] {
        if let Some((_, rest)) = sentence.split_once(marker) {
            let rest = rest.trim();
            let rest = ["나는 ", "난 ", "저는 ", "전 ", "내 이름은 ", "제 이름은 "]
                .iter()
                .find_map(|subject| rest.strip_prefix(subject))
                .unwrap_or(rest);
            if let Some(name) = korean_name(rest, false) {
                return Some(name);
            }
        }
    }
    // "이름 바꿨어, 지수야".
    let (_, rest) = sentence.split_once(',')?;
    if rest.contains("바꿨") { None } else { korean_name(rest.trim(), false) }
}

/// "지수로" and "지민으로" without the particle.
fn without_direction(word: &str) -> Option<&str> {
    let stem = without_ending(word, "로")?;
    match without_ending(stem, "으") {
        Some(name) if final_consonant(name) != Some(false) => Some(name),
        _ => Some(stem),
    }
}

/// The name at the start of a clause; `bare`: also without "is" after it.
fn korean_name(rest: &str, bare: bool) -> Option<String> {
    let clause = rest.split([',', ';', '(', ':']).next()?.trim();
    if has_question_word(clause) || clause.contains("아니") {
        return None;
    }
    let words: Vec<&str> = clause.split_whitespace().collect();
    for (place, word) in words.iter().enumerate().take(4) {
        // Two words are a name only if neither is Korean grammar: "김 민수야", "Mary Jane이야".
        if let Some(stem) = copula(word) {
            let mut name: Vec<&str> = words.get(..place).unwrap_or_default().to_vec();
            name.push(stem);
            return clean(&name.join(" "));
        }
    }
    const NOT_NAMES: [&str; 9] = ["기억", "알", "모르", "묻", "말", "비밀", "정말", "너무", "아직"];
    let first = words.first()?;
    if !bare || words.len() > 2 || NOT_NAMES.iter().any(|stem| first.starts_with(stem)) {
        return None;
    }
    clean(clause)
}

/// A word without "is" at its end: 민수야 → 민수, 지민이에요 → 지민.
pub(crate) fn copula(word: &str) -> Option<&str> {
    let word = word.trim_end_matches(['.', '!', '~', 'ㅎ', 'ㅋ', '^', '♥', '*']);
    for ending in ["입니다", "이에요", "이예요", "인데요", "인데", "이랍니다", "이거든요", "이거든", "이라고", "이라구"] {
        if let Some(stem) = without_ending(word, ending) {
            // "유이라고" is 유이 + 라고: after a vowel the 이 belongs to the name.
            let linking = ending.starts_with("이라") && final_consonant(stem) == Some(false);
            return if linking { without_ending(word, ending.trim_start_matches('이')) } else { Some(stem) };
        }
    }
    for ending in ["라고", "라구", "예요", "에요", "야", "얌"] {
        if let Some(stem) = without_ending(word, ending) {
            return Some(without_linking_vowel(stem, ending));
        }
    }
    // These are so short that they may belong to a name of two syllables.
    for ending in ["거든요", "거든", "이요", "이다", "이지", "임", "다", "요"] {
        if let Some(stem) = without_ending(word, ending)
            && stem.chars().count() >= 2
        {
            return Some(stem);
        }
    }
    None
}

/// 지민이 + 야 is 지민, but 유이 + 야 is 유이: the 이 links only after a final consonant.
fn without_linking_vowel<'a>(stem: &'a str, _ending: &str) -> &'a str {
    match without_ending(stem, "이") {
        Some(shorter) if final_consonant(shorter) != Some(false) => shorter,
        _ => stem,
    }
}

/// "나는 민수야", "I'm Ann": perhaps a name.
fn perhaps(sentence: &str) -> Option<String> {
    const NOT_NAMES: [&str; 22] = [
        "학생", "사람", "개발자", "선생님", "친구", "남자", "여자", "한국인", "직장인", "바보", "어른", "아이", "부자",
        "회사원", "의사", "대학생", "고등학생", "중학생", "혼자", "집", "지금", "팀장",
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

fn clean(name: &str) -> Option<String> {
    let name = name.trim_matches(|letter: char| {
        letter.is_whitespace() || "\"'“”‘’「」『』*_`<>.,!?".contains(letter)
    });
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
    }

    #[test]
    fn what_is_no_name() {
        no_name("내 이름이 뭐야?");
        no_name("내 이름이 뭐야");
        no_name("내 이름은?");
        no_name("내 이름 기억해?");
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
