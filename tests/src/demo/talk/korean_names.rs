//! The Korean ways of telling one's name, and the endings that have to come off it.

use super::language::{final_consonant, has_question_word, without_ending};
use super::names::clean;

/// "내 이름은 민수야", and its many relatives.
pub(crate) fn name_is(sentence: &str) -> Option<String> {
    const OWN: [&str; 12] =
        ["내", "제", "나의", "저의", "새", "새로운", "이제", "지금", "본명", "진짜", "사실", "현재"];
    for particle in ["이름은", "이름이", "이름 "] {
        for (place, found) in sentence.match_indices(particle) {
            let before = sentence.get(..place)?;
            let owner = before.trim_end().split([' ', ',']).next_back().unwrap_or_default();
            let own = OWN.contains(&owner) || (owner.is_empty() && particle != "이름 ");
            if !own {
                continue;
            }
            let mut rest = sentence.get(place + found.len()..)?.trim();
            // "민수가 아니라 철수야": the name is what follows.
            for negated in ["아니라", "아니고", "아니구", "말고"] {
                rest = rest.rsplit_once(negated).map_or(rest, |(_, follows)| follows);
            }
            if rest.contains("아니") {
                continue;
            }
            // "내 이름 바꿨어, 이제 …" is understood elsewhere.
            if (particle == "이름 " || rest.contains("바꿨") || rest.contains("바뀌"))
                && !ends_like_naming(rest)
            {
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
    !rest.contains("바꿨")
        && !rest.contains("바뀌")
        && rest.split_whitespace().any(|word| copula(word).is_some())
}

/// "나는 민수라고 해", "날 민수라고 불러줘".
pub(crate) fn called(sentence: &str) -> Option<String> {
    const SELF: [&str; 14] = [
        "나",
        "나는",
        "난",
        "저",
        "저는",
        "전",
        "날",
        "나를",
        "저를",
        "절",
        "제가",
        "내가",
        "나보고",
        "저보고",
    ];
    if has_question_word(sentence) {
        return None;
    }
    let words: Vec<&str> = sentence.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    for (place, pair) in words.windows(2).enumerate() {
        let [said, verb] = pair else { continue };
        let calls = ["불러", "부르", "불리", "불린", "기억"].iter().any(|stem| verb.starts_with(stem));
        let says = ["해", "합니다", "하고", "하는", "한다"].iter().any(|stem| verb.starts_with(stem));
        let quoted = ["라고", "라구", "라"].iter().find_map(|ending| without_ending(said, ending));
        let called = match quoted {
            Some(called) => without_linking_vowel(called),
            // "내 이름을 지수로 기억해줘"; other things may be remembered too.
            None if calls
                && (sentence.contains("이름") || verb.starts_with("부") || verb.starts_with("불")) =>
            {
                let Some(called) = without_direction(said) else { continue };
                called
            }
            None => continue,
        };
        let before = words.get(..place).unwrap_or_default();
        let oneself = before.iter().any(|word| SELF.contains(word));
        let somebody_else = before.iter().any(|word| {
            (word.ends_with('를') || word.ends_with('을'))
                && !SELF.contains(word)
                && !word.starts_with("이름")
        });
        if (calls && !somebody_else) || (says && oneself) {
            return clean(called);
        }
    }
    None
}

/// In a text about a changed name: "이제 지수야", "지수로 바꿨어".
pub(crate) fn changed_to(sentence: &str) -> Option<String> {
    let words: Vec<&str> = sentence.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    for pair in words.windows(2) {
        let [word, verb] = pair else { continue };
        if (verb.starts_with("바꿨")
            || verb.starts_with("바꾸")
            || verb.starts_with("바뀌")
            || verb.starts_with("변경")
            || verb.starts_with("개명")
            || verb.starts_with("했"))
            && let Some(name) = without_direction(word)
            && !["이름으", "새 이름으", "걸", "것으"].contains(&name)
        {
            return clean(name.trim_end_matches("라고").trim_end_matches("(으)"));
        }
    }
    for marker in
        ["이제부터는", "이제부터", "이제는", "이젠", "이제", "지금은", "앞으로는", "앞으로", "오늘부터"]
    {
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
    if clause.contains("아니") {
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
    for ending in ["입니다", "이에요", "인데요", "인데", "이랍니다", "이거든요", "이거든"]
    {
        if let Some(stem) = without_ending(word, ending) {
            return Some(stem);
        }
    }
    for ending in ["라고", "라구", "예요", "에요", "야", "얌"] {
        if let Some(stem) = without_ending(word, ending) {
            return Some(without_linking_vowel(stem));
        }
    }
    // These are so short that they may belong to a name of two syllables.
    for ending in ["거든요", "거든", "이요", "이고", "이다", "이지", "임", "다", "고", "요"]
    {
        if let Some(stem) = without_ending(word, ending)
            && stem.chars().count() >= 2
        {
            return Some(stem);
        }
    }
    None
}

/// 지민이 + 야 is 지민, but 유이 + 야 is 유이: the 이 links only after a final consonant.
fn without_linking_vowel(stem: &str) -> &str {
    match without_ending(stem, "이") {
        Some(shorter) if final_consonant(shorter) != Some(false) => shorter,
        _ => stem,
    }
}
