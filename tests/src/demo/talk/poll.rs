//! A poll from a question: what is asked, and between what.

use super::language::{Language, after, has_question_word};
use super::transcript::{Line, Speaker};

/// A question and its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Poll {
    pub(crate) question: String,
    pub(crate) options: Vec<String>,
}

/// Words between two options.
const BETWEEN: [&str; 6] = [" or ", " vs. ", " vs ", " 아니면 ", " 또는 ", " 혹은 "];

impl Poll {
    /// The poll that a line asks for; without a question in it, the last one that somebody asked before.
    pub(crate) fn read(text: &str, before: &[Line], language: Language) -> Poll {
        let text = text.trim();
        if text.is_empty() {
            let asked = before.iter().rev().filter(|line| line.speaker != Speaker::Demo);
            return match asked.map(|line| line.text.as_str()).find(|text| text.contains(['?', '？'])) {
                Some(question) => Poll::read(question, &[], language),
                None => {
                    let question = language.pick("무엇을 정해 볼까요?", "What shall we decide?");
                    Poll { question, options: agreement(language) }
                }
            };
        }
        let (head, rest) = split(text);
        let mut options = listed(rest);
        let mut question = asked(head);
        if options.len() < 2 {
            options.extend(within(head));
        }
        if options.len() < 2 && !head.contains(['?', '？']) && rest.is_empty() {
            // Only options, and no question: "pizza, pasta".
            let only = listed(head);
            if only.len() > 1 {
                question = language.pick("어느 쪽이 좋아요?", "Which one do you prefer?");
                options = only;
            }
        }
        let mut different: Vec<String> = Vec::new();
        for option in options {
            if !different.contains(&option) {
                different.push(option);
            }
        }
        if different.len() < 2 {
            let by_people = by_people(before);
            different = if by_people.len() > 1 { by_people } else { proposed(&question, language) };
        }
        different.truncate(12);
        let short = |text: &str, limit: usize| text.chars().take(limit).collect::<String>();
        let options = different.iter().map(|option| short(option, 60)).collect();
        Poll { question: short(&question, 100), options }
    }

    /// The poll in plain words, for when no card was asked for.
    pub(crate) fn written(&self) -> String {
        let options = self.options.iter().enumerate();
        let lines: Vec<String> = options.map(|(place, option)| format!("{}. {option}", place + 1)).collect();
        format!("**{}**\n{}", self.question, lines.join("\n"))
    }
}

/// The question and what follows it: after a question mark, a colon that is no time of day, or the first line.
fn split(text: &str) -> (&str, &str) {
    let mut letters = text.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        let follows = letters.peek().map(|(_, next)| *next);
        let ends = match letter {
            '?' | '？' => true,
            ':' => follows.is_none_or(|next| !next.is_ascii_digit()),
            '\n' => true,
            _ => false,
        };
        if ends {
            let end = place + letter.len_utf8();
            let head = if letter == ':' || letter == '\n' { text.get(..place) } else { text.get(..end) };
            return (head.unwrap_or(text).trim(), text.get(end..).unwrap_or_default().trim());
        }
    }
    (text, "")
}

/// What is asked, as a question.
fn asked(head: &str) -> String {
    let head = head.trim_end_matches([',', '.', ' ']);
    if head.ends_with(['?', '？']) { head.to_owned() } else { format!("{head}?") }
}

/// The options of a list, whatever separates them.
fn listed(text: &str) -> Vec<String> {
    let mut text = text.replace(['\n', '/', ';', '|', '、'], ",");
    for between in BETWEEN {
        text = text.replace(between, ",");
    }
    let option = |part: &str| {
        let part = part.trim().trim_start_matches(['-', '*', '•', '·']).trim_start();
        // "1. Kimbap" and "2) ramen" are counted, not named so.
        let digits = part.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let counted = digits.len() < part.len() && digits.starts_with(['.', ')']);
        let part = if counted { digits.trim_start_matches(['.', ')']) } else { part };
        let part = part.trim_matches(['.', '!', '?', ' ', '"', '\'', '“', '”']);
        part.strip_prefix("or ").unwrap_or(part).trim().to_owned()
    };
    text.split(',').map(option).filter(|option| !option.is_empty()).collect()
}

/// The options that the question itself names: "pizza or pasta?", "김밥이랑 라면 중에".
fn within(head: &str) -> Vec<String> {
    let head = head.trim_end_matches(['?', '？', ' ']);
    if let Some((among, _)) = head.split_once(" 중에").or_else(|| head.split_once(" 중 ")) {
        let mut among = among.to_owned();
        for joint in ["이랑 ", "랑 ", "하고 ", "과 ", "와 "] {
            among = among.replace(joint, ",");
        }
        return listed(&among);
    }
    if !BETWEEN.iter().any(|between| head.contains(between)) {
        return Vec::new();
    }
    let mut options = listed(head);
    if options.len() > 2 && options.first().is_some_and(|first| has_question_word(first)) {
        options.remove(0);
    }
    // "Should we eat pizza" is about pizza.
    if let Some(first) = options.first_mut()
        && first.split(' ').count() > 2
        && let Some((_, last)) = first.rsplit_once(' ')
    {
        *first = last.to_owned();
    }
    options
}

/// What people in the room proposed lately: "김밥 어때?", "how about tea?".
fn by_people(before: &[Line]) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    let people = before.iter().filter(|line| line.speaker != Speaker::Demo && !line.calls);
    for line in people {
        let text = line.text.trim_end_matches(['?', '!', '.', ' ', '~']);
        let korean =
            [" 어때요", " 어때", " 먹자", " 가자"].iter().find_map(|ending| text.strip_suffix(ending));
        let english = ["how about ", "what about "].iter().find_map(|start| after(text, start));
        let option =
            korean.or(english).map(|option| option.trim_end_matches(['은', '는', '을', '를']).trim());
        let option = option.filter(|option| !option.is_empty() && option.chars().count() <= 30);
        if let Some(option) = option.filter(|option| !options.iter().any(|known| known == option)) {
            options.push(option.to_owned());
        }
    }
    options
}

/// Options for a question that names none.
fn proposed(question: &str, language: Language) -> Vec<String> {
    const FOOD: [&str; 8] = ["먹", "점심", "저녁 뭐", "메뉴", "lunch", "dinner", "eat", "food"];
    const TIME: [&str; 6] = ["언제", "몇 시", "무슨 요일", "when", "what day", "what time"];
    const PLACE: [&str; 3] = ["어디", "where", "장소"];
    let lower = question.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let pick = |korean: &[&str], english: &[&str]| -> Vec<String> {
        let list = if language == Language::Korean { korean } else { english };
        list.iter().map(|option| (*option).to_owned()).collect()
    };
    if has(&TIME) {
        let english = ["Friday evening", "Saturday noon", "Sunday afternoon"];
        pick(&["금요일 저녁", "토요일 점심", "일요일 오후"], &english)
    } else if has(&PLACE) {
        pick(&["공원", "카페", "우리 동네"], &["The park", "A café", "Somewhere near"])
    } else if has(&FOOD) {
        pick(&["비빔밥", "김치찌개", "칼국수", "떡볶이"], &["Bibimbap", "Kimchi stew", "Noodles", "Pizza"])
    } else {
        agreement(language)
    }
}

fn agreement(language: Language) -> Vec<String> {
    let (korean, english) = (["좋아요", "별로예요", "아무래도 좋아요"], ["Yes", "No", "Either is fine"]);
    korean.iter().zip(english).map(|(korean, english)| language.pick(*korean, english)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(text: &str, question: &str, options: &[&str]) {
        let language = Language::of(text).unwrap_or(Language::English);
        let poll = Poll::read(text, &[], language);
        assert_eq!(
            (poll.question.as_str(), poll.options.as_slice()),
            (question, &options.iter().map(|option| (*option).to_owned()).collect::<Vec<_>>()[..])
        );
    }

    #[test]
    fn options_in_every_form() {
        is("점심 뭐 먹지? 김밥, 라면, 비빔밥", "점심 뭐 먹지?", &["김밥", "라면", "비빔밥"]);
        is("What for lunch? Pizza or pasta", "What for lunch?", &["Pizza", "pasta"]);
        is("What for lunch? Pizza, pasta, or salad.", "What for lunch?", &["Pizza", "pasta", "salad"]);
        is("어디 갈까?\n- 산\n- 바다", "어디 갈까?", &["산", "바다"]);
        is("회식 장소: 1) 고깃집 / 2) 횟집", "회식 장소?", &["고깃집", "횟집"].map(|option| option));
        is("Should we eat pizza or pasta?", "Should we eat pizza or pasta?", &["pizza", "pasta"]);
        is("김밥이랑 라면 중에 뭐 먹을까?", "김밥이랑 라면 중에 뭐 먹을까?", &["김밥", "라면"]);
        is("pizza, pasta", "Which one do you prefer?", &["pizza", "pasta"]);
        is("몇 시에 볼까? 12:30, 13:00", "몇 시에 볼까?", &["12:30", "13:00"]);
    }

    #[test]
    fn what_people_proposed_comes_before_what_could_be() {
        let line = |text: &str| Line {
            speaker: Speaker::Person { id: "p1".to_owned(), nickname: "a".to_owned() },
            text: text.to_owned(),
            calls: false,
        };
        let before = [line("김밥 어때?"), line("좋은 아침"), line("how about tea?")];
        assert_eq!(Poll::read("점심 뭐 먹지?", &before, Language::Korean).options, ["김밥", "tea"]);
    }

    #[test]
    fn without_options_there_are_sensible_ones() {
        is("점심 뭐 먹지?", "점심 뭐 먹지?", &["비빔밥", "김치찌개", "칼국수", "떡볶이"]);
        is(
            "When shall we meet?",
            "When shall we meet?",
            &["Friday evening", "Saturday noon", "Sunday afternoon"],
        );
        is("Shall we take a break?", "Shall we take a break?", &["Yes", "No", "Either is fine"]);
    }
}
