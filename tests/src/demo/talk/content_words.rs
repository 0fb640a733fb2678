//! The words that a text is about: without particles, verbs, and what everybody says all the time.

use super::language::Language;

/// Words that decide.
pub(crate) const DECIDES: [&str; 20] = [
    "하자",
    "먹자",
    "가자",
    "보자",
    "만나자",
    "정하자",
    "정했",
    "정해졌",
    "결정",
    "하기로",
    "가기로",
    "먹기로",
    "보기로",
    "만나기로",
    "let's",
    "let’s",
    "decided",
    "we'll ",
    "we will ",
    "agreed",
];
/// Endings of Korean words that are no part of what they are about.
const PARTICLES: [&str; 27] = [
    "에서는",
    "에서",
    "으로",
    "이라고",
    "라고",
    "이랑",
    "한테",
    "에게",
    "부터",
    "까지",
    "에는",
    "이나",
    "에도",
    "처럼",
    "랑",
    "을",
    "를",
    "이",
    "가",
    "은",
    "는",
    "의",
    "에",
    "로",
    "도",
    "와",
    "과",
];
/// Words that say little about what a conversation is about.
const EMPTY: [&str; 92] = [
    "그럼",
    "그냥",
    "진짜",
    "정말",
    "오늘",
    "내일",
    "우리",
    "나도",
    "저도",
    "나는",
    "저는",
    "너무",
    "이거",
    "그거",
    "저거",
    "어디",
    "언제",
    "뭐야",
    "뭐지",
    "무슨",
    "누가",
    "누구",
    "어때",
    "어떻",
    "좋아",
    "좋아요",
    "좋네",
    "그래",
    "그래요",
    "아니",
    "네네",
    "안녕",
    "안녕하세요",
    "반가워",
    "있어",
    "있어요",
    "없어",
    "하자",
    "할까",
    "먹자",
    "먹지",
    "가자",
    "보자",
    "해요",
    "했어",
    "같이",
    "다들",
    "여기",
    "거기",
    "지금",
    "the",
    "and",
    "that",
    "this",
    "with",
    "for",
    "you",
    "are",
    "was",
    "but",
    "not",
    "have",
    "has",
    "what",
    "when",
    "where",
    "who",
    "how",
    "why",
    "let's",
    "let",
    "lets",
    "can",
    "will",
    "shall",
    "about",
    "yes",
    "okay",
    "just",
    "like",
    "they",
    "our",
    "your",
    "its",
    "it's",
    "i'm",
    "we'll",
    "from",
    "all",
    "too",
    "some",
    "hello",
];
/// Endings of Korean words that do something; what a conversation is about has other ones.
const DOES: [&str; 17] = [
    "니다", "어요", "아요", "해요", "예요", "에요", "세요", "네요", "는데", "을까", "ㄹ까", "할게", "했다",
    "기로", "었어", "았어", "했어",
];

/// The words of a text that it is about, each once.
pub(crate) fn content_words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(|letter: char| !(letter.is_alphanumeric() || letter == '\'' || letter == '’')) {
        let word = word.trim_matches(['\'', '’']).to_lowercase();
        if EMPTY.contains(&word.as_str()) || word.chars().all(|letter| letter.is_ascii_digit()) {
            continue;
        }
        let korean = Language::of(&word) == Some(Language::Korean);
        if korean && (DOES.iter().any(|ending| word.ends_with(ending)) || decides_by_itself(&word)) {
            continue;
        }
        let bare = PARTICLES
            .iter()
            .find_map(|particle| word.strip_suffix(particle).filter(|rest| rest.chars().count() > 1));
        let bare = if korean { bare.unwrap_or(&word) } else { &word };
        let long = bare.chars().count() >= if korean { 2 } else { 3 };
        if long && !EMPTY.contains(&bare) && !words.iter().any(|known| known == bare) {
            words.push(bare.to_owned());
        }
    }
    words
}

fn decides_by_itself(word: &str) -> bool {
    DECIDES.iter().any(|decides| word.ends_with(decides))
        || word.starts_with("정했")
        || word.starts_with("결정")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_and_small_words_are_left_out() {
        assert_eq!(content_words("우리 소풍은 토요일에 공원에서 하자"), ["소풍", "토요일", "공원"]);
        assert_eq!(
            content_words("Let's talk about the release, and the 2 tests"),
            ["talk", "release", "tests"]
        );
    }
}
