//! The translator: a phrase book and honesty. What is not in the book is not translated.

use super::Scene;
use super::phrases::{PHRASES, Phrase, plain};
use crate::demo::talk::digest::is_person;
use crate::demo::talk::language::{Language, sentences};

/// What asks for a translation and is not to be translated itself. Longer ones come before their parts.
const ASKING: [&str; 40] = [
    "영어로 번역해 주세요",
    "한국어로 번역해 주세요",
    "영어로 번역해줘",
    "한국어로 번역해줘",
    "영어로 번역해 줘",
    "한국어로 번역해 줘",
    "번역해 주세요",
    "번역해주세요",
    "번역해 줘",
    "번역해줘",
    "번역 좀",
    "영어로 뭐라고 해요",
    "영어로 뭐라고 해",
    "영어로 뭐예요",
    "영어로 뭐야",
    "영어로 어떻게 말해요",
    "영어로 어떻게 말해",
    "영어로는",
    "영어로",
    "한국어로 뭐라고 해요",
    "한국어로 뭐라고 해",
    "한국어로 뭐예요",
    "한국어로 뭐야",
    "한국어로",
    "한글로",
    "무슨 뜻이에요",
    "무슨 뜻이야",
    "how do you say",
    "how do i say",
    "how to say",
    "please translate",
    "can you translate",
    "translate",
    "what does",
    "what is",
    "into korean",
    "to korean",
    "in korean",
    "into english",
    "to english",
];

pub(crate) fn answer(scene: &Scene<'_>) -> String {
    let own = scene.line.text.as_str();
    // Called without a text, it takes what was said last.
    let last = || scene.before.iter().rev().find(|line| is_person(line)).map(|line| line.text.as_str());
    let text = if plain(own).is_empty() || stripped(own).is_empty() { last().unwrap_or(own) } else { own };
    translated(text).unwrap_or_else(|| unknown(scene))
}

fn translated(text: &str) -> Option<String> {
    if let Some(quoted) = quoted(text) {
        return whole(quoted).or_else(|| part(quoted));
    }
    whole(text).or_else(|| whole(&stripped(text))).or_else(|| part(&stripped(text)))
}

/// The text in the other language, if the book has all of its sentences.
fn whole(text: &str) -> Option<String> {
    if let Some(found) = find(&plain(text)) {
        return Some(shown(found));
    }
    let sentences = sentences(text);
    let all: Option<Vec<String>> = sentences.iter().map(|one| find(&plain(&one.text)).map(shown)).collect();
    all.filter(|all| !all.is_empty()).map(|all| all.join(" "))
}

/// The longest phrase of the book that is in the text, plainly as a part.
fn part(text: &str) -> Option<String> {
    let text = format!(" {} ", plain(text));
    let variants = PHRASES.iter().flat_map(|phrase| {
        phrase.korean.iter().chain(phrase.english).map(move |variant| (phrase, plain(variant)))
    });
    let within =
        variants.filter(|(_, variant)| variant.chars().count() > 2 && text.contains(&format!(" {variant} ")));
    let (phrase, variant) = within.max_by_key(|(_, variant)| variant.len())?;
    let korean = Language::of(&variant) == Some(Language::Korean);
    Some(if korean {
        format!("다는 모르지만 “{variant}”는 알아요: {}", shown((phrase, true)))
    } else {
        format!("I do not know all of it, but “{variant}” I do: {}", shown((phrase, false)))
    })
}

/// A phrase, and whether it was given in Korean.
fn find(plain_text: &str) -> Option<(&'static Phrase, bool)> {
    if plain_text.is_empty() {
        return None;
    }
    let bare = plain_text.strip_suffix(['은', '는', '을', '를']).map(str::trim);
    PHRASES.iter().find_map(|phrase| {
        let is = |variant: &&str| plain(variant) == plain_text || Some(plain(variant).as_str()) == bare;
        let korean = phrase.korean.iter().any(is);
        (korean || phrase.english.iter().any(is)).then_some((phrase, korean))
    })
}

fn shown((phrase, from_korean): (&Phrase, bool)) -> String {
    let first = |variants: &[&'static str]| variants.first().copied().unwrap_or_default();
    if from_korean {
        format!("**{}**", first(phrase.english))
    } else {
        format!("**{}** ({})", first(phrase.korean), phrase.sound)
    }
}

fn quoted(text: &str) -> Option<&str> {
    [('"', '"'), ('“', '”'), ('‘', '’'), ('「', '」')].into_iter().find_map(|(open, close)| {
        let (_, rest) = text.split_once(open)?;
        rest.split_once(close).map(|(quoted, _)| quoted).filter(|quoted| !quoted.trim().is_empty())
    })
}

/// The text without the asking around it.
fn stripped(text: &str) -> String {
    let mut text = plain(text);
    for asking in ASKING {
        text = text.replace(&plain(asking), " ");
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.strip_suffix(" mean")
        .or(text.strip_suffix(" please"))
        .unwrap_or(&text)
        .trim_start_matches("번역 ")
        .to_owned()
}

fn unknown(scene: &Scene<'_>) -> String {
    let some: Vec<&Phrase> = PHRASES.iter().cycle().skip(scene.turn() * 4).step_by(3).take(4).collect();
    let list = |variants: fn(&Phrase) -> &'static [&'static str]| -> String {
        let names = some.iter().filter_map(|phrase| variants(phrase).first().copied());
        names.collect::<Vec<_>>().join(", ")
    };
    scene.pick(
        format!(
            "그 말은 제 회화책에 없어요. 저는 데모라서 몇 가지 표현만 옮길 수 있어요. 이런 말을 보내 보세요: {}.",
            list(|phrase| phrase.korean)
        ),
        format!(
            "That is not in my phrase book: as a demo I only know a few phrases. Try one of these: {}.",
            list(|phrase| phrase.english)
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_in_both_directions_and_however_they_are_asked_for() {
        for (text, expected) in [
            ("안녕하세요", "**Hello**"),
            ("고마워!", "**Thank you**"),
            ("thank you", "**감사합니다** (gamsahamnida)"),
            ("How do you say good morning in Korean?", "**좋은 아침이에요**"),
            ("\"화장실이 어디예요?\" 영어로", "**Where is the bathroom**"),
            ("생일 축하해는 영어로 뭐라고 해?", "**Happy birthday**"),
            ("translate 'see you tomorrow' to Korean", "**내일 봐요**"),
            ("Hello. Nice to meet you!", "**안녕하세요** (annyeonghaseyo) **만나서 반가워요**"),
            ("안녕하세요. 만나서 반가워요!", "**Hello** **Nice to meet you**"),
        ] {
            let said = translated(text).unwrap_or_default();
            assert!(said.starts_with(expected), "{text} -> {said}");
        }
        assert!(translated("thank you dear neighbour").unwrap_or_default().contains("not know all"));
        assert_eq!(translated("양자역학의 불확정성"), None);
    }
}
