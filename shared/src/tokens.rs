//! Estimates how many tokens a model counts for a text: how many it probably are, for hints, and how many at most, for
//! reservations. The model's own count decides what is paid.
//!
//! A tokenizer cuts a text into words, runs of digits and runs of signs, and each of these into pieces that it knows. So the
//! estimate goes by the kind of each character, in hundredths of a token. The numbers are those of OpenAI's encodings
//! `cl100k_base` (gpt-4, gpt-3.5) and `o200k_base` (gpt-4o and later), counted over prose and over random characters of each
//! kind. `most` covers both kinds of text in `o200k_base`, and prose in `cl100k_base`, where random Hangul has up to 40 % more.

/// An estimate in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tokens {
    /// For a text of ordinary prose.
    pub likely: u64,
    /// Also for a text that is made of rare words, codes and signs.
    pub most: u64,
}

/// Hundredths of a token.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    likely: u64,
    most: u64,
}

/// What one piece costs at least.
const PIECE: Cost = Cost { likely: 100, most: 100 };
const NOTHING: Cost = Cost { likely: 0, most: 0 };

/// Estimates the tokens of a text.
pub fn estimate(text: &str) -> Tokens {
    let mut sum = NOTHING;
    let mut rest = text;
    let mut after_digits = false;
    while let Some(first) = rest.chars().next() {
        let kind = Kind::of(first);
        let end = rest.find(|c| Kind::of(c) != kind).unwrap_or(rest.len());
        let (run, later) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let touches_digits = after_digits || later.starts_with(|c: char| c.is_ascii_digit());
        sum.add(kind.cost(run, touches_digits));
        after_digits = kind == Kind::Digit;
        rest = later;
    }
    Tokens { likely: sum.likely.div_ceil(100), most: sum.most.div_ceil(100) }
}

impl Tokens {
    /// The sum for several texts.
    pub fn of_all<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        texts.map(estimate).fold(Self::default(), |sum, tokens| Self {
            likely: sum.likely.saturating_add(tokens.likely),
            most: sum.most.saturating_add(tokens.most),
        })
    }
}

/// What a character is to a tokenizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    Space,
    Sign,
    Hangul,
    Cyrillic,
    /// Other characters of two bytes in UTF-8: letters with accents, Greek, Hebrew, Arabic.
    TwoBytes,
    Kana,
    Ideograph,
    /// Other characters of three bytes: Indian and Thai letters, jamo, symbols.
    ThreeBytes,
    /// Emoji, rare ideographs, letters of mathematics.
    FourBytes,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            'a'..='z' | 'A'..='Z' => Self::Letter,
            '0'..='9' => Self::Digit,
            c if c.is_whitespace() => Self::Space,
            '\0'..='\u{7f}' => Self::Sign,
            '가'..='힣' => Self::Hangul,
            '\u{400}'..='\u{4ff}' => Self::Cyrillic,
            '\u{3040}'..='\u{30ff}' => Self::Kana,
            '\u{4e00}'..='\u{9fff}' => Self::Ideograph,
            c if c.len_utf8() == 2 => Self::TwoBytes,
            c if c.len_utf8() == 3 => Self::ThreeBytes,
            _ => Self::FourBytes,
        }
    }

    /// The cost of a run of characters of this kind.
    fn cost(self, run: &str, touches_digits: bool) -> Cost {
        let each = |likely, most| Cost { likely, most }.times(run);
        match self {
            Self::Letter if touches_digits || is_dense(run) => each(45, 75).or(PIECE),
            Self::Letter => each(24, 45).or(PIECE),
            Self::Digit => each(34, 34).or(PIECE),
            Self::Space => space(run),
            Self::Sign => each(70, 70).or(PIECE),
            Self::Hangul => run.chars().map(hangul).fold(NOTHING, Cost::plus),
            Self::Cyrillic => each(36, 90).or(PIECE),
            Self::TwoBytes => each(60, 185).or(PIECE),
            Self::Kana => each(75, 150).or(PIECE),
            Self::Ideograph => each(90, 240),
            Self::ThreeBytes => each(120, 250),
            Self::FourBytes => each(220, 400),
        }
    }
}

/// Whether a run of Latin letters is no word: capitals within, or too few vowels.
fn is_dense(run: &str) -> bool {
    let has_inner_capital = run.chars().skip(1).any(|c| c.is_ascii_uppercase());
    let vowels = run.chars().filter(|c| "aeiouyAEIOUY".contains(*c)).count();
    has_inner_capital || vowels.saturating_mul(4) < run.len()
}

/// A space before a word is a part of it. Other white space is pieces of its own.
fn space(run: &str) -> Cost {
    if run == " " {
        return NOTHING;
    }
    let others = run.chars().filter(|c| *c != ' ').count();
    let spaces = u64::try_from(run.chars().count().saturating_sub(others)).unwrap_or(u64::MAX);
    let others = u64::try_from(others).unwrap_or(u64::MAX);
    let hundredths = spaces.saturating_mul(10).saturating_add(others.saturating_mul(35));
    Cost { likely: hundredths, most: hundredths.saturating_mul(3) / 2 }.or(PIECE)
}

/// A syllable. Those that are rare are two or three pieces.
fn hangul(c: char) -> Cost {
    let index = u32::from(c).saturating_sub(u32::from('가'));
    let (first, vowel, last) = (index / 588, index / 28 % 21, index % 28);
    // Doubled initials with a final; ㅑ ㅒ ㅖ ㅙ ㅞ ㅠ ㅢ; finals that are doubled, or ㄷ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ.
    let is_rare = (matches!(first, 1 | 4 | 8 | 10 | 13) && last > 0)
        || matches!(vowel, 2 | 3 | 7 | 10 | 15 | 17 | 19)
        || matches!(last, 2 | 3 | 5..=7 | 9..=15 | 18 | 22..=27);
    if is_rare { Cost { likely: 130, most: 265 } } else { Cost { likely: 85, most: 170 } }
}

impl Cost {
    fn times(self, run: &str) -> Self {
        let count = u64::try_from(run.chars().count()).unwrap_or(u64::MAX);
        Self { likely: self.likely.saturating_mul(count), most: self.most.saturating_mul(count) }
    }

    fn plus(self, other: Self) -> Self {
        Self { likely: self.likely.saturating_add(other.likely), most: self.most.saturating_add(other.most) }
    }

    fn add(&mut self, other: Self) {
        *self = self.plus(other);
    }

    /// The cost, but at least this much.
    fn or(self, least: Self) -> Self {
        Self { likely: self.likely.max(least.likely), most: self.most.max(least.most) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts and their tokens in `cl100k_base` and `o200k_base`. The first five are published (OpenAI, "Hello GPT-4o", language
    /// tokenization, 2024-05-13); a reimplementation of the two encodings gave these numbers, and those of the other texts.
    const COUNTED: [(&str, u64, u64); 15] = [
        ("Hello, my name is GPT-4o. I'm a new type of language model, it's nice to meet you!", 27, 24),
        (
            "안녕하세요, 제 이름은 GPT-4o입니다. 저는 새로운 유형의 언어 모델입니다, 만나서 반갑습니다!",
            45,
            27,
        ),
        ("こんにちは、私の名前はGPT−4oです。私は新しいタイプの言語モデルです。初めまして！", 37, 26),
        ("你好，我的名字是GPT-4o。我是一种新型的语言模型，很高兴见到你!", 34, 24),
        ("నమస్కారము, నా పేరు జీపీటీ-4o. నేను ఒక్క కొత్త రకమైన భాషా మోడల్ ని. మిమ్మల్ని కలిసినందుకు సంతోషం!", 159, 45),
        ("모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.", 41, 24),
        ("오늘 저녁에 뭐 먹을까? 나는 김치찌개가 좋을 것 같은데, 너는 어때?", 44, 26),
        ("All human beings are born free and equal in dignity and rights.", 13, 13),
        ("The quick brown fox jumps over the lazy dog.", 10, 10),
        ("Когда Алиса и Боб встретились, было уже темно.", 25, 14),
        (
            "Hallo, mein Name is GPT-4o. Ich bin ein neues KI-Sprachmodell. Es ist schön, dich kennenzulernen.",
            34,
            29,
        ),
        ("fn main() { let x = vec![1, 2, 3]; println!(\"{:?}\", x.iter().map(|y| y * 2)); }", 34, 34),
        (
            "{\"id\":\"p7\",\"from\":\"진\",\"text\":\"@챗봇 내일 비 와?\",\"at\":\"2026-11-21T09:30Z\"}",
            40,
            37,
        ),
        ("supercalifragilisticexpialidocious", 11, 10),
        ("iPhone15ProMax256GB_v2.1.0-rc.3+build.77", 20, 21),
    ];

    /// Dense texts, counted in the same way.
    const DENSE: [(&str, u64, u64); 12] = [
        ("1234567890123456789012345678901234567890", 14, 14),
        ("0x7f3a9c41e2b85d60, 8f14e45fceea167a5a36dedd4bea2543", 36, 36),
        ("!@#$%^&*()_+{}|:\"<>?~`-=[]\\;',./", 21, 21),
        ("😀😃😄😁😆😅🤣😂🙂🙃", 22, 15),
        ("👩\u{200d}👩\u{200d}👧\u{200d}👦🏳\u{fe0f}\u{200d}🌈", 27, 17),
        ("ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ ㅠㅠㅠㅠ ㅎㅎ", 34, 12),
        ("qwxzjkvbpy QZXJKVWPYB xqzjvkwpbf", 20, 22),
        ("똠방각하 쬲쮊 뷁 꿻뛟", 23, 21),
        ("a b c d e f g h i j k l m n o p", 16, 16),
        ("a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6", 32, 32),
        ("(a)[b]{c}<d>*e*_f_~g~`h`|i|\\j\\", 23, 23),
        ("𠮷𠮷𠮷 𝓗𝓮𝓵𝓵𝓸", 27, 27),
    ];

    #[test]
    fn case_134_no_text_has_more_tokens_than_are_reserved() {
        for (text, older, newer) in COUNTED {
            let most = estimate(text).most;
            assert!(most >= older.max(newer), "{text}: {most} of {older} and {newer}");
        }
        // Random syllables are up to 40 % more in the encoding of gpt-4 and gpt-3.5.
        for (text, older, newer) in DENSE {
            let most = estimate(text).most;
            assert!(most >= newer && most * 4 >= older * 3, "{text}: {most} of {older} and {newer}");
        }
    }

    #[test]
    fn case_134_the_estimate_for_prose_is_near_the_count() {
        for (text, older, newer) in COUNTED {
            let Tokens { likely, most } = estimate(text);
            let percent = |tokens: u64, of: u64| tokens * 100 / of;
            assert!((85..=260).contains(&percent(likely, newer)), "{text}: {likely} of {newer}");
            assert!(likely <= most && percent(most, older.max(newer)) <= 300, "{text}: {most} of {older}");
        }
        // Korean, the language of most rooms, and English: within a quarter of the newer encoding.
        let sums = |texts: [usize; 3]| {
            texts.into_iter().fold((0, 0), |(likely, counted), index| {
                let (text, _, newer) = COUNTED[index];
                (likely + estimate(text).likely, counted + newer)
            })
        };
        for (likely, counted) in [sums([1, 5, 6]), sums([0, 7, 8])] {
            assert!(likely * 100 >= counted * 90 && likely * 100 <= counted * 150, "{likely} of {counted}");
        }
    }

    #[test]
    fn the_parts_of_a_text_add_up() {
        assert_eq!(estimate(""), Tokens::default());
        let whole = estimate("안녕, hello");
        let parts = Tokens::of_all(["안녕,", "hello"].into_iter());
        assert!(parts.most >= whole.most && parts.most <= whole.most + 1);
    }
}
