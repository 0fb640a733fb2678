//! The words of texts and of questions, in the form in which they are compared: lower case, without marks, Korean words without
//! their particles and endings, English ones without theirs.

/// Words of a question that are searched for, needles of all of them together, and pairs of syllables of one.
const WORDS: usize = 24;
const NEEDLES: usize = 96;
const PAIRS: usize = 12;

/// What follows a Korean noun.
const PARTICLES: &str = "\
    에서부터 으로부터 이라도 에서는 에게서 까지는 으로는 이에요 인가요 이나 에서 에게 한테 부터 까지 으로 처럼 보다 마다 이랑 하고 예요 라도 은 는 이 가 을 를 에 의 로 와 도";
/// What ends a Korean verb, or makes one of a noun.
const ENDINGS: &str = "\
    할수있나요 할수있어요 하려면요 해야하나요 하시나요 하는지 하나요 하려면 해야 합니까 합니다 하면 해요 했어 하고 하는 하기 하지 되나요 됩니까 됩니다 되는 되면 돼요 시키나요 을까요 나요 어요 아요 \
    여요 려면 으면 는데 니까 까요 세요 네요 지요 죠 는 면 고 기";
/// Korean words that ask, and say nothing of what is asked for; with their particles.
const KOREAN_STOPS: &str = "\
    어떻게 어떡해 어떤 무엇 무슨 뭐 뭘 뭔 뭔가 왜 언제 어디 어디서 어디에 누구 누가 얼마나 좀 수 것 거 게 건 걸 나 난 내 제 저 전 우리 있 있나 있어 있어요 있나요 있는 없 없나 없나요 하 \
    하나 하는 되 되나 돼 해 할 하면 해요 주세요 줘 줘요 알려 알려줘 알려주세요 가르쳐 궁금 싶어 싶어요 그럼 그리고 그 이 그런데 근데 혹시 안녕 안녕하세요 요 다 더 잘 안 못 그거 이거 여기 \
    방법 법 말해 뭐야 뭐예요 무엇인가요 도와줘 도와주세요 네 응 되는지";
/// English words that say nothing of what is asked for.
const ENGLISH_STOPS: &str = "\
    a about all also am an and any anybody are as at be been but by can cannot could did do does doing don else \
    explain for from get give go got had has have he hello help her here hey hi him his how i if in into is it its \
    know let like ll make may me might mine much my need no not of on one or our please re s shall she should so \
    some somebody t tell thank thanks that the their them then there these they thing this to use using ve want was \
    way we what when where which who why will with work would yes you your";

/// A word of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// The places of its needles among those of the question: forms of the word as a whole, then parts of it.
    pub(crate) forms: Vec<usize>,
    pub(crate) parts: Vec<usize>,
}

/// What a question is searched for by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Question {
    pub(crate) words: Vec<Word>,
    /// Texts that a passage's words may contain, each once.
    pub(crate) needles: Vec<String>,
}

/// A text as its words: lower case, one space around each; Hangul and other letters are words of their own.
pub(crate) fn normalize(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut last = None;
    for c in text.chars().flat_map(char::to_lowercase) {
        let kind = kind(c);
        if (kind.is_none() || kind != last) && !normal.ends_with(' ') {
            normal.push(' ');
        }
        if kind.is_some() {
            normal.push(c);
        }
        last = kind;
    }
    if !normal.ends_with(' ') {
        normal.push(' ');
    }
    normal
}

/// The words of a question without those that only ask.
pub(crate) fn question(text: &str) -> Question {
    let mut question = Question::default();
    for word in normalize(&without_mentions(text)).split_whitespace() {
        if question.words.len() < WORDS && question.needles.len() < NEEDLES {
            question.add(word);
        }
    }
    question
}

impl Question {
    fn add(&mut self, word: &str) {
        let is_hangul = word.starts_with(is_hangul);
        let stem = if is_hangul { korean_stem(word) } else { english_stem(word) };
        let Some(stem) = stem else { return };
        let length = stem.chars().count();
        // Latin words and single syllables are found where a word begins with them, others anywhere.
        let is_joined = is_hangul || word.starts_with(is_cjk);
        let forms = if is_joined && length > 1 { korean_forms(stem) } else { vec![format!(" {stem}")] };
        let letters: Vec<char> = stem.chars().collect();
        let pairs = letters.windows(2).map(String::from_iter).filter(|_| is_joined && length > 2).take(PAIRS);
        let parts = pairs.collect::<Vec<_>>().into_iter().map(|pair| self.needle(pair)).collect();
        let forms: Vec<usize> = forms.into_iter().map(|form| self.needle(form)).collect();
        if !self.words.iter().any(|word| word.forms == forms) {
            self.words.push(Word { forms, parts });
        }
    }

    fn needle(&mut self, needle: String) -> usize {
        self.needles.iter().position(|known| *known == needle).unwrap_or_else(|| {
            self.needles.push(needle);
            self.needles.len().saturating_sub(1)
        })
    }
}

/// Which letters stand together in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Hangul,
    Cjk,
    Other,
}

fn kind(c: char) -> Option<Kind> {
    match c {
        c if is_hangul(c) => Some(Kind::Hangul),
        c if is_cjk(c) => Some(Kind::Cjk),
        c if c.is_alphanumeric() => Some(Kind::Other),
        _ => None,
    }
}

fn is_hangul(c: char) -> bool {
    matches!(c, '가'..='힣' | 'ㄱ'..='ㆎ')
}

/// Han and Kana, which are written without spaces.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// A text without what follows `@`: who is asked is not what is asked for.
fn without_mentions(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '@' {
            kept.push(c);
            continue;
        }
        let first = rest.peek().copied().and_then(kind);
        let is_of_handle =
            |c: &char| kind(*c).is_some_and(|kind| Some(kind) == first) || matches!(c, '_' | '-');
        while first.is_some() && rest.next_if(is_of_handle).is_some() {}
        kept.push(' ');
    }
    kept
}

/// A Korean word without its particle or ending. `None`: it only asks.
fn korean_stem(word: &str) -> Option<&str> {
    let is_stop = |word: &str| KOREAN_STOPS.split(' ').any(|stop| stop == word);
    let without = |endings: &'static str| {
        let shorter = endings.split(' ').filter_map(|ending| word.strip_suffix(ending));
        shorter.filter(|stem| !stem.is_empty()).min_by_key(|stem| stem.len())
    };
    if is_stop(word) || ENDINGS.split(' ').any(|ending| ending == word) {
        return None;
    }
    let length = |word: &str| word.chars().count();
    let verb = without(ENDINGS).filter(|stem| length(stem) > 1);
    let noun = without(PARTICLES).filter(|stem| length(word) > 2 || length(stem) == 1);
    let stem = match (noun, verb) {
        (Some(noun), Some(verb)) => {
            if verb.len() < noun.len() {
                verb
            } else {
                noun
            }
        }
        (noun, verb) => noun.or(verb).unwrap_or(word),
    };
    (!is_stop(stem)).then_some(stem)
}

/// A stem, and the forms in which a verb of it begins: `만드`, `만들`; `지우`, `지워`; `마시`, `마셔`.
fn korean_forms(stem: &str) -> Vec<String> {
    const FIRST: u32 = 0xac00;
    const VOWELS: u32 = 21;
    const FINALS: u32 = 28;
    const L: u32 = 8;
    // Vowels of open syllables, and what they become before 어: ㅜ and ㅝ, ㅣ and ㅕ.
    const CONTRACTED: [(u32, u32); 2] = [(13, 14), (20, 6)];
    let mut forms = vec![stem.to_owned()];
    let Some((before, last)) =
        stem.char_indices().next_back().map(|(at, last)| (stem.get(..at).unwrap_or_default(), last))
    else {
        return forms;
    };
    let Some(index) = u32::from(last).checked_sub(FIRST).filter(|_| ('가'..='힣').contains(&last)) else {
        return forms;
    };
    let (initial, vowel, end) = (index / (VOWELS * FINALS), index / FINALS % VOWELS, index % FINALS);
    if end != 0 && end != L {
        return forms;
    }
    let open =
        CONTRACTED.iter().find(|(_, contracted)| *contracted == vowel).map_or(vowel, |(open, _)| *open);
    let contracted =
        CONTRACTED.iter().find(|(other, _)| *other == open).map(|(_, contracted)| (*contracted, 0));
    for (vowel, end) in [Some((open, 0)), Some((open, L)), contracted].into_iter().flatten() {
        let syllable = char::from_u32(FIRST + (initial * VOWELS + vowel) * FINALS + end);
        let form = syllable.map(|syllable| format!("{before}{syllable}")).unwrap_or_default();
        if !form.is_empty() && !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

/// An English word without its ending. `None`: it says nothing.
fn english_stem(word: &str) -> Option<&str> {
    if ENGLISH_STOPS.split(' ').any(|stop| stop == word) {
        return None;
    }
    if !word.is_ascii() || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return Some(word);
    }
    let endings = ["ingly", "ings", "ing", "edly", "ies", "ied", "ed", "es", "ly", "s", "e", "y"];
    let shorter = endings.iter().filter_map(|ending| word.strip_suffix(ending)).find(|stem| stem.len() > 2);
    Some(shorter.unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needles(text: &str) -> Vec<String> {
        let question = question(text);
        question.words.iter().map(|word| question.needles[word.forms[0]].clone()).collect()
    }

    #[test]
    fn texts_are_compared_by_their_letters() {
        assert_eq!(normalize("AI봇은 \"ROOM-7\"!"), " ai 봇은 room 7 ");
        assert_eq!(normalize(""), " ");
        assert_eq!(normalize("東京タワー é"), " 東京タワー é ");
    }

    #[test]
    fn korean_words_lose_particles_and_endings() {
        for (text, expected) in [
            ("@support 방은 어떻게 만들어요?", vec![" 방", "만들"]),
            ("초대는 어떻게 하나요", vec!["초대"]),
            ("비밀번호를 잊어버렸어요", vec!["비밀번호", "잊어버렸"]),
            ("안녕@도움말 메시지를 삭제하려면", vec!["메시지", "삭제"]),
            ("환불이 되나요?", vec!["환불"]),
            ("영업시간이 언제예요", vec!["영업시간"]),
        ] {
            assert_eq!(needles(text), expected, "{text}");
        }
    }

    #[test]
    fn english_words_lose_endings_and_are_found_at_their_beginning() {
        for (text, expected) in [
            ("@support, how do I make a room?", vec![" room"]),
            ("Inviting people", vec![" invit", " peopl"]),
            ("can I delete messages", vec![" delet", " messag"]),
            ("what is the 2nd policy", vec![" 2nd", " polic"]),
            ("please help me", vec![]),
        ] {
            assert_eq!(needles(text), expected, "{text}");
        }
    }

    #[test]
    fn korean_verbs_are_found_in_their_other_forms() {
        for (stem, expected) in [
            ("만드", vec!["만드", "만들"]),
            ("만들", vec!["만들", "만드"]),
            ("지워", vec!["지워", "지우", "지울"]),
            ("방법", vec!["방법"]),
        ] {
            assert_eq!(korean_forms(stem), expected, "{stem}");
        }
    }

    #[test]
    fn long_korean_words_are_found_by_pairs_of_syllables_too() {
        let question = question("비밀번호");
        let parts: Vec<&str> =
            question.words[0].parts.iter().map(|at| question.needles[*at].as_str()).collect();
        assert_eq!(parts, ["비밀", "밀번", "번호"]);
    }

    #[test]
    fn case_203_a_question_has_a_limited_number_of_needles() {
        let text: String = (0..2_000_u32).filter_map(|number| char::from_u32(0xac00 + number * 5)).collect();
        let long = question(
            &text
                .chars()
                .collect::<Vec<_>>()
                .chunks(4)
                .map(|word| String::from_iter(word) + " ")
                .collect::<String>(),
        );
        assert!(
            long.words.len() <= WORDS && long.needles.len() <= NEEDLES + PAIRS + 3,
            "{}",
            long.needles.len()
        );
    }
}
