//! What somebody wants to know, read from the text of the question.

use super::language::{Language, ascii_words, has_question_word, sentences, without_ending};
use super::memory::{Fact, Memory};
use super::names::stated;
use super::sums;

/// What is asked for. The first that fits wins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Question {
    /// "What is my name?"
    OwnName,
    /// "What is Ann's name?" with the id of the person.
    NameOf(String),
    /// "Who are you?"
    Demo,
    /// Something told earlier.
    Fact(Fact),
    /// "What do I like?" with the id of the person.
    LikesOf(String),
    /// "What did I say?"
    OwnWords,
    /// "What did you say?"
    DemoWords,
    /// "What did Ann say?" with the id of the person.
    WordsOf(String),
    /// "What did … say?" of somebody unknown.
    WordsOfNobody,
    /// "Who said that …?" with the words that the line must have.
    WhoSaid(Vec<String>),
    /// "Who is here?"
    People,
    /// "Sum it up."
    Summary,
    /// "Show Markdown."
    Markdown,
    /// "Tell me a long story", in so many words.
    Story(usize),
    /// Arithmetic: the expression and its value, if it has one.
    Sum(String, Option<f64>),
    /// "What can you do?"
    Abilities,
    /// "Thank you."
    Thanks,
    /// "Hello."
    Greeting,
    /// Nothing of these.
    Other,
}

impl Question {
    pub(crate) fn read(text: &str, memory: &Memory, asker: &str) -> Question {
        let lower = text.to_lowercase();
        let korean = Language::of(text) == Some(Language::Korean);
        if asks_own_name(text) {
            return Question::OwnName;
        }
        let talk = Reading { text, lower: &lower, korean, memory, asker };
        talk.about_people().or_else(|| talk.about_things()).unwrap_or(Question::Other)
    }
}

struct Reading<'a> {
    text: &'a str,
    lower: &'a str,
    korean: bool,
    memory: &'a Memory,
    asker: &'a str,
}

impl Reading<'_> {
    fn has(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.lower.contains(phrase))
    }

    fn word(&self, words: &[&str]) -> bool {
        ascii_words(self.lower).any(|word| words.contains(&word))
    }

    fn korean_word(&self, words: &[&str]) -> bool {
        self.lower.split([' ', ',', '?', '!', '.']).any(|word| words.contains(&word))
    }

    fn about_people(&self) -> Option<Question> {
        let asks = has_question_word(self.text);
        if self.has(&[
            "네 이름",
            "니 이름",
            "너의 이름",
            "당신 이름",
            "당신의 이름",
            "넌 누구",
            "너는 누구",
            "너 누구",
            "누구세요",
            "누구니",
            "who are you",
            "what are you",
            "your name",
        ]) && (asks || self.lower.contains('?'))
        {
            return Some(Question::Demo);
        }
        if asks && let Some(fact) = self.memory.fact(self.asker, self.text) {
            return Some(Question::Fact(fact.clone()));
        }
        if let Some(words) = self.who_said() {
            return Some(Question::WhoSaid(words));
        }
        let said =
            self.has(&["뭐라고", "뭐라 했", "뭐라 그랬", "무슨 말", "무슨 얘기", "무슨 이야기", "뭐래"])
                || (self.korean && self.has(&["했던 말", "한 말"]))
                || (self.word(&["what", "what's"]) && self.word(&["say", "said", "saying", "tell", "told"]));
        if said {
            return Some(self.words());
        }
        let likes = (asks && self.has(&["좋아"]))
            || (self.word(&["what", "which"])
                && self.word(&["like", "love", "prefer", "enjoy"])
                && !self.korean);
        if likes {
            let own = self.korean_word(&["내가", "나는", "난", "제가", "저는", "나", "저", "i"]);
            let other = if own { None } else { self.memory.mentioned(self.text) };
            let id = other.map_or(self.asker, |person| person.id.as_str());
            return Some(Question::LikesOf(id.to_owned()));
        }
        if self.has(&[
            "누가 있",
            "누가 여기",
            "누구 있",
            "누구누구",
            "누가 누가",
            "참가자",
            "멤버",
            "who is here",
            "who's here",
            "who is in",
            "who's in",
            "who are here",
            "who all",
            "participants",
            "우리 이름",
            "모두의 이름",
            "our names",
            "everyone's name",
            "everybody's name",
        ]) {
            return Some(Question::People);
        }
        let name = self.has(&["이름이 뭐", "이름 뭐", "이름은 뭐", "이름이 무엇", "이름이 뭔"])
            || (self.word(&["what", "what's"]) && self.word(&["name"]));
        if name {
            return self.memory.mentioned(self.text).map(|person| Question::NameOf(person.id.clone()));
        }
        None
    }

    /// The words that the line looked for has, if this asks who said it.
    fn who_said(&self) -> Option<Vec<String>> {
        const PARTICLES: [&str; 14] = [
            "이라고",
            "라고",
            "다고",
            "으로",
            "에서",
            "을",
            "를",
            "이",
            "가",
            "은",
            "는",
            "로",
            "자고",
            "에",
        ];
        const PASSED_OVER: [&str; 17] = [
            "누가",
            "말했",
            "했어",
            "했지",
            "했니",
            "그랬",
            "who",
            "said",
            "likes",
            "like",
            "wants",
            "mentioned",
            "told",
            "the",
            "they",
            "that",
            "to",
        ];
        let korean = self.korean_word(&["누가"]) && self.has(&["했", "그랬", "좋아", "싫어", "먹자", "말한"]);
        let english = self.word(&["who"])
            && self.word(&["said", "likes", "like", "wants", "mentioned", "told", "hates", "loves"]);
        if !korean && !english {
            return None;
        }
        let words = self.lower.split(|letter: char| !letter.is_alphanumeric());
        let words = words.filter(|word| {
            word.chars().count() > 1 && !PASSED_OVER.iter().any(|passed| word.starts_with(passed))
        });
        let bare = |word: &str| {
            let stem = PARTICLES.iter().find_map(|particle| without_ending(word, particle));
            stem.filter(|stem| stem.chars().count() > 1).unwrap_or(word).to_owned()
        };
        Some(words.map(bare).collect())
    }

    fn words(&self) -> Question {
        let demo =
            self.korean_word(&["너", "너는", "넌", "네가", "니가", "당신", "당신은", "챗봇이", "챗봇은"])
                || self.has(&["did you say", "you said", "have you said", "are you saying"]);
        if demo {
            return Question::DemoWords;
        }
        let own = self.korean_word(&["내가", "제가", "나", "나는", "난"])
            || self.has(&["did i say", "i said", "have i said", "did i tell", "i told"]);
        if own {
            return Question::OwnWords;
        }
        match self.memory.mentioned(self.text) {
            Some(person) => Question::WordsOf(person.id.clone()),
            None => Question::WordsOfNobody,
        }
    }

    fn about_things(&self) -> Option<Question> {
        if self.has(&["요약", "정리해", "summarize", "summarise", "summary", "sum up", "sum it up"]) {
            return Some(Question::Summary);
        }
        let shows = self.has(&["보여", "해줘", "해 줘", "써줘", "써 줘", "예시", "예제", "만들", "테스트"])
            || self.word(&["show", "example", "demo", "write", "give", "render", "test"]);
        let formats = self.has(&["마크다운", "코드", "표 ", "표를", "수식", "markdown"])
            || self.word(&["code", "table", "maths", "math", "formula"]);
        if formats && (shows || self.has(&["마크다운", "markdown"])) {
            return Some(Question::Markdown);
        }
        let story = self.has(&["이야기", "얘기", "동화", "story", "tale"]);
        if story
            && (self.has(&["긴", "길게", "해줘", "해 줘", "들려", "써", "하나", "long"])
                || self.word(&["tell", "write"]))
        {
            return Some(Question::Story(self.count().unwrap_or(250)));
        }
        if let Some((expression, value)) = sums::find(self.text) {
            return Some(Question::Sum(expression, value));
        }
        if self.has(&[
            "뭐 할 수",
            "뭘 할 수",
            "무엇을 할 수",
            "뭐 할수",
            "뭘 할수",
            "도움말",
            "도와줘",
            "사용법",
            "what can you",
            "how do you work",
        ]) || self.lower.trim() == "help"
        {
            return Some(Question::Abilities);
        }
        if self.has(&["고마워", "고맙", "감사", "땡큐", "thank"]) || self.word(&["thanks", "thx"]) {
            return Some(Question::Thanks);
        }
        if self.has(&["안녕", "하이", "반가", "헬로"]) || self.word(&["hello", "hi", "hey", "greetings"])
        {
            return Some(Question::Greeting);
        }
        None
    }

    /// A number of words asked for, within reason.
    fn count(&self) -> Option<usize> {
        let digits = self.lower.split(|letter: char| !letter.is_ascii_digit());
        let number = digits.filter_map(|digits| digits.parse::<usize>().ok()).next()?;
        Some(number.clamp(20, 5000))
    }
}

/// Sentence by sentence, so that "내 이름은 민수야. 내 이름이 뭐야?" is a question although it also tells.
fn asks_own_name(text: &str) -> bool {
    const OWNERS: [&str; 6] = ["내", "제", "나의", "저의", "나", "저"];
    const ADJECTIVES: [&str; 8] = ["진짜", "새", "바뀐", "지금", "현재", "원래", "본래", "새로운"];
    const ASKS: [&str; 19] = [
        "알려줘",
        "알려 줘",
        "알려주세",
        "알려 주세",
        "대답",
        "뭐",
        "무엇",
        "뭔",
        "뭘",
        "기억",
        "알아",
        "알고",
        "알지",
        "아니",
        "아세요",
        "말해",
        "맞춰",
        "맞혀",
        "누구",
    ];
    sentences(text).into_iter().any(|sentence| {
        let lower = sentence.text.to_lowercase();
        if !sentence.asks && stated(&sentence.text, false).is_some() {
            return false;
        }
        let words: Vec<&str> = lower.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let own = words.iter().enumerate().any(|(place, word)| {
            let mut rest = words.iter().skip(place + 1).skip_while(|word| ADJECTIVES.contains(word));
            OWNERS.contains(word) && rest.next().is_some_and(|word| word.starts_with("이름"))
        });
        let own = own || lower.starts_with("내이름") || lower.contains(" 내이름");
        if own && (sentence.asks || ASKS.iter().any(|asks| lower.contains(asks))) {
            return true;
        }
        let who = [
            "나 기억",
            "저 기억",
            "날 기억",
            "나를 기억",
            "내가 누구",
            "제가 누구",
            "나 누구",
            "난 누구",
            "나는 누구",
            "저는 누구",
            "내가 누군",
            "나를 뭐라고",
            "날 뭐라고",
        ];
        if who.iter().any(|who| lower.contains(who)) {
            return true;
        }
        let english = ["what", "what's", "know", "remember", "tell", "say", "recall"];
        (lower.contains("my name")
            && (sentence.asks || ascii_words(&lower).any(|word| english.contains(&word))))
            || lower.contains("who am i")
            || lower.contains("who i am")
            || lower.contains("what am i called")
            || lower.contains("remember me")
            || lower.contains("should you call me")
            || lower.contains("do you call me")
    })
}
