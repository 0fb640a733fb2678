//! Which passages fit a question: by how many of its words they hold, the rare ones counting more.

use shared::limits;

use super::passages::Passage;
use super::words::{Question, Word, normalize};

/// The part of a question, by the weight of its words, that a passage must hold to fit it.
const LEAST_PART: f64 = 0.4;
/// The part of the best passage's score that further ones must have.
const LEAST_OF_BEST: f64 = 0.6;
/// What a word counts that no passage holds: it may be another word for what one is about.
const UNKNOWN: f64 = 0.6;
/// What a word in the title counts besides.
const TITLE: f64 = 0.6;
/// What a word counts of which the passage holds only parts, and how many of them it must hold.
const PARTS: f64 = 0.8;
const LEAST_PARTS: f64 = 0.5;

/// Which needles of a question a passage holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassageHits {
    /// The place of the passage among those of its bot, from 0.
    pub number: u32,
    pub title: String,
    /// The places of the needles.
    pub found: Vec<usize>,
}

/// What a passage is searched in: its words and those of its title, which a later part of a section does not begin with.
pub fn words(passage: &Passage) -> String {
    normalize(&format!("{} {}", passage.title, passage.text))
}

/// Searches passages in memory, as the storage searches its own.
pub(crate) fn search(passages: &[Passage], needles: &[String]) -> Vec<PassageHits> {
    let hits = |(number, passage): (u32, &Passage)| {
        let words = words(passage);
        let found = (0..).zip(needles).filter(|(_, needle)| words.contains(needle.as_str()));
        PassageHits { number, title: passage.title.clone(), found: found.map(|(at, _)| at).collect() }
    };
    (0..).zip(passages).map(hits).collect()
}

/// The numbers of the passages that fit a question, the most fitting first, at most [`limits::PASSAGES_GIVEN`].
pub(crate) fn rank(question: &Question, hits: &[PassageHits]) -> Vec<u32> {
    let weights: Vec<f64> = question.words.iter().map(|word| weight(word, hits)).collect();
    let all: f64 = weights.iter().sum();
    let scored = hits.iter().filter(|hits| !hits.found.is_empty()).filter_map(|hits| {
        let sum = |found: &[usize]| -> f64 {
            question.words.iter().zip(&weights).map(|(word, weight)| held(word, found) * weight).sum()
        };
        let part = sum(&hits.found) / all;
        let title = normalize(&hits.title);
        let in_title = (0..).zip(&question.needles).filter(|(_, needle)| title.contains(needle.as_str()));
        let in_title: Vec<usize> = in_title.map(|(at, _)| at).collect();
        (part >= LEAST_PART).then(|| (part + TITLE * sum(&in_title) / all, hits.number))
    });
    let mut scored: Vec<(f64, u32)> = scored.collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let best = scored.first().map_or(0.0, |(score, _)| *score);
    let fitting = scored.into_iter().take_while(|(score, _)| *score >= best * LEAST_OF_BEST);
    fitting.take(limits::PASSAGES_GIVEN).map(|(_, number)| number).collect()
}

/// How much a word counts: more, the fewer passages hold it, but for one that none holds.
fn weight(word: &Word, hits: &[PassageHits]) -> f64 {
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let holding = hits.iter().filter(|hits| held(word, &hits.found) > 0.0).count();
    let known = if holding == 0 { UNKNOWN } else { 1.0 };
    known * (1.0 + count(hits.len()) / (1.0 + count(holding))).ln()
}

/// How much of a word a passage holds: 1 for the whole word.
fn held(word: &Word, found: &[usize]) -> f64 {
    if word.forms.iter().any(|form| found.contains(form)) {
        return 1.0;
    }
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let parts = word.parts.iter().filter(|part| found.contains(part)).count();
    let part = count(parts) / count(word.parts.len()).max(1.0);
    if part >= LEAST_PARTS { part * PARTS } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::words::question;
    use super::*;
    use crate::knowledge::cut;

    const SHOP: &str = "\
# 영업시간은 어떻게 되나요?
평일 오전 9시부터 오후 6시까지 열어요. 주말에는 쉬어요.

# 주차할 수 있나요?
건물 뒤에 무료 주차장이 있어요.

# 환불은 어떻게 해요?
영수증을 가지고 7일 안에 오시면 환불해 드려요.

# 배송은 얼마나 걸려요?
주문한 다음 날 보내고, 이틀쯤 걸려요. 배송비는 3,000원이에요.

# How do I reset my password?
Open the settings and choose “Forgot password”. We send you a link.

# Shipping abroad
We ship to Japan and Germany. It takes two weeks.

# Opening hours
We are open from nine to six on weekdays.

문의: 민지 02-123-4567
";

    fn titles(text: &str) -> Vec<String> {
        let passages = cut(SHOP);
        let question = question(text);
        let numbers = rank(&question, &search(&passages, &question.needles));
        numbers.into_iter().map(|number| passages[number as usize].title.clone()).collect()
    }

    #[test]
    fn questions_find_their_passage_first() {
        for (text, expected) in [
            ("@shop 영업시간이 언제예요?", "영업시간은 어떻게 되나요?"),
            ("몇 시까지 열어요?", "영업시간은 어떻게 되나요?"),
            ("주차장 있어요?", "주차할 수 있나요?"),
            ("주차 되나요", "주차할 수 있나요?"),
            ("환불하고 싶어요", "환불은 어떻게 해요?"),
            ("배송비가 얼마예요?", "배송은 얼마나 걸려요?"),
            ("@shop I forgot my password!", "How do I reset my password?"),
            ("do you ship to Germany?", "Shipping abroad"),
            ("What are your opening hours?", "Opening hours"),
            ("when are you open", "Opening hours"),
        ] {
            assert_eq!(titles(text).first().map(String::as_str), Some(expected), "{text}");
        }
    }

    #[test]
    fn nothing_fits_what_the_text_does_not_hold() {
        for text in [
            "@shop 오늘 날씨 어때요?",
            "김치찌개 끓이는 법 알려줘",
            "대통령이 누구예요?",
            "고마워요",
            "안녕하세요",
            "@shop",
            "who won the world cup?",
            "tell me a joke about cats",
            "thanks!",
            "how are you?",
        ] {
            assert_eq!(titles(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn few_passages_are_given() {
        let many: String =
            (0..50).map(|number| format!("# Parking {number}\nParking is free.\n\n")).collect();
        let passages = cut(&many);
        let question = question("parking?");
        let found = rank(&question, &search(&passages, &question.needles));
        assert_eq!(found, [0, 1, 2, 3]);
    }
}
