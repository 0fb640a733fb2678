//! The language tutor: knows the errors that learners of English and Korean make most, explains each in a sentence,
//! and offers a word.

use super::Scene;
use super::phrases::{PHRASES, plain};
use crate::demo::talk::language::{Language, final_consonant};

/// What is wrong, what is right, and why, in Korean and English.
#[rustfmt::skip]
const ERRORS: [(&str, &str, &str, &str); 42] = [
    ("i am agree", "I agree", "agree는 동사라서 am이 필요 없어요", "“agree” is a verb, so it needs no “am”"),
    ("i'm agree", "I agree", "agree는 동사라서 am이 필요 없어요", "“agree” is a verb, so it needs no “am”"),
    ("he don't", "he doesn't", "3인칭 단수에는 doesn't를 써요", "with he, she and it, say “doesn't”"),
    ("she don't", "she doesn't", "3인칭 단수에는 doesn't를 써요", "with he, she and it, say “doesn't”"),
    ("he have", "he has", "3인칭 단수에는 has를 써요", "with he, she and it, say “has”"),
    ("she have", "she has", "3인칭 단수에는 has를 써요", "with he, she and it, say “has”"),
    ("he go to", "he goes to", "3인칭 단수 동사에는 -s를 붙여요", "with he, she and it, the verb takes -s"),
    ("she go to", "she goes to", "3인칭 단수 동사에는 -s를 붙여요", "with he, she and it, the verb takes -s"),
    ("i goed", "I went", "go의 과거는 went예요", "the past of “go” is “went”"),
    ("i buyed", "I bought", "buy의 과거는 bought예요", "the past of “buy” is “bought”"),
    ("i eated", "I ate", "eat의 과거는 ate예요", "the past of “eat” is “ate”"),
    ("i didn't went", "I didn't go", "didn't 뒤에는 동사원형이 와요", "after “didn't” comes the base form"),
    ("did you went", "did you go", "did 뒤에는 동사원형이 와요", "after “did” comes the base form"),
    ("i have went", "I have gone", "have 뒤에는 과거분사 gone이 와요", "after “have” comes the participle “gone”"),
    ("informations", "information", "information은 셀 수 없어요", "“information” cannot be counted"),
    ("advices", "advice", "advice는 셀 수 없어요", "“advice” cannot be counted"),
    ("homeworks", "homework", "homework는 셀 수 없어요", "“homework” cannot be counted"),
    ("peoples", "people", "people은 이미 복수예요", "“people” is plural already"),
    ("more better", "better", "better는 이미 비교급이에요", "“better” is a comparative already"),
    ("more easier", "easier", "easier는 이미 비교급이에요", "“easier” is a comparative already"),
    ("discuss about", "discuss", "discuss는 about 없이 바로 목적어를 써요", "“discuss” takes its object without “about”"),
    ("explain me", "explain to me", "explain 뒤에는 to를 써요", "one explains something “to” somebody"),
    ("look forward to meet", "look forward to meeting", "여기서 to는 전치사라 -ing가 와요", "this “to” is a preposition, so -ing follows"),
    ("look forward to see", "look forward to seeing", "여기서 to는 전치사라 -ing가 와요", "this “to” is a preposition, so -ing follows"),
    ("go to home", "go home", "home은 부사라서 to가 필요 없어요", "“home” is an adverb here and needs no “to”"),
    ("i am boring", "I am bored", "boring은 지루하게 만드는 쪽이에요", "“boring” is what makes others bored"),
    ("i very like", "I really like", "very는 동사를 꾸미지 못해요", "“very” does not go with verbs"),
    ("depend of", "depend on", "depend는 on과 함께 써요", "“depend” goes with “on”"),
    ("married with", "married to", "married는 to와 함께 써요", "one is married “to” somebody"),
    ("되요", "돼요", "‘되어요’가 줄어서 ‘돼요’가 돼요", "“돼요” is short for “되어요”"),
    ("안되요", "안 돼요", "‘안’은 띄어 쓰고, ‘되어요’는 ‘돼요’로 줄어요", "“안” stands apart, and “되어요” becomes “돼요”"),
    ("할께요", "할게요", "소리는 [할께요]지만 ‘-ㄹ게요’로 적어요", "it sounds like “께”, but is written “게”"),
    ("몇일", "며칠", "언제나 ‘며칠’로 적어요", "it is always written “며칠”"),
    ("어의없", "어이없", "‘어이’가 맞아요", "the word is “어이”"),
    ("오랫만", "오랜만", "‘오래간만’이 줄어든 말이에요", "it is short for “오래간만”"),
    ("설겆이", "설거지", "소리 나는 대로 ‘설거지’로 적어요", "it is written “설거지”"),
    ("금새", "금세", "‘금시에’가 줄어서 ‘금세’예요", "it is short for “금시에”"),
    ("희안", "희한", "‘희한하다’가 맞아요", "the word is “희한하다”"),
    ("학생이예요", "학생이에요", "받침 뒤에는 ‘이에요’를 써요", "after a final consonant it is “이에요”"),
    ("친구이에요", "친구예요", "받침이 없으면 ‘예요’를 써요", "after a vowel it is “예요”"),
    ("않 먹", "안 먹", "부정은 ‘안’으로 띄어 써요", "the negation is “안”, by itself"),
    ("안녕하새요", "안녕하세요", "높임은 ‘-세요’로 적어요", "the polite ending is “-세요”"),
];

pub(crate) fn answer(scene: &Scene<'_>) -> String {
    let text = scene.line.text.as_str();
    let found = corrections(text, scene.language);
    if !found.is_empty() {
        let praise = scene.next(&[
            ("잘 쓰셨어요! 하나만 고쳐 볼까요?", "Well tried! One thing to mend:"),
            ("거의 다 왔어요.", "Nearly there."),
            ("뜻은 잘 통해요.", "I understood you well."),
        ]);
        return format!("{praise}\n{}\n{}", found.join("\n"), word(scene));
    }
    if let Some(meaning) = meaning(scene) {
        return meaning;
    }
    if text.is_empty() || scene.has(&["안녕", "hello", "hi"]) {
        let invitation = scene.pick(
            "안녕하세요! 영어나 한국어로 한 문장을 써 보세요. 자주 하는 실수를 찾아 드릴게요.",
            "Hello! Write me a sentence in English or Korean, and I will look for the usual mistakes.",
        );
        return format!("{invitation} {}", word(scene));
    }
    let fine = scene.pick(
        "제가 아는 실수는 보이지 않아요, 좋아요! (데모라서 흔한 실수만 알아요.)",
        "I see no mistake that I know of, well done! (As a demo I only know the common ones.)",
    );
    format!("{fine} {}", word(scene))
}

/// Every known error in the text, put right and explained.
fn corrections(text: &str, language: Language) -> Vec<String> {
    let lower = format!(" {} ", plain(text));
    let mut found: Vec<String> = Vec::new();
    let mut taken: Vec<&str> = Vec::new();
    for (wrong, right, korean, english) in ERRORS {
        let latin = Language::of(wrong) == Some(Language::English);
        let there = if latin { lower.contains(&format!(" {wrong} ")) } else { lower.contains(wrong) };
        // "안되요" holds "되요", and one explanation is enough.
        let within =
            taken.iter().any(|other| other.contains(wrong)) || (wrong == "되요" && lower.contains("안되요"));
        if there && !within {
            taken.push(wrong);
            found.push(format!("~~{wrong}~~ → **{right}**: {}.", language.pick(korean, english)));
        }
    }
    for word in text.split_whitespace() {
        found.extend(particle(word, language));
    }
    found
}

/// "밥를", "사과을": the particle that does not fit the ending.
fn particle(word: &str, language: Language) -> Option<String> {
    let word = word.trim_matches(['?', '!', '.', ',', '"', '“', '”']);
    let nouns = ["이름", "집", "책", "밥", "물", "학생", "선생님", "한국", "동생"];
    let fits = |stem: &str, wrong: &str| match wrong {
        "를" => final_consonant(stem) == Some(true),
        // Verbs end in "는" after a consonant, as in "먹는", so only some nouns are sure.
        "는" => final_consonant(stem) == Some(true) && nouns.contains(&stem),
        // "마을" and "가을" are whole words.
        _ => final_consonant(stem) == Some(false) && stem.chars().count() > 1,
    };
    let particles = [("를", "을"), ("는", "은"), ("을", "를")].into_iter();
    let (stem, right) = particles
        .filter_map(|(wrong, right)| Some((word.strip_suffix(wrong)?, wrong, right)))
        .find_map(|(stem, wrong, right)| fits(stem, wrong).then_some((stem, right)))?;
    let why = if right == "를" {
        language.pick("받침이 없으면 ‘를’을 써요", "after a vowel it is “를”")
    } else {
        language.pick(
            format!("받침이 있으면 ‘{right}’을 써요"),
            format!("after a final consonant it is “{right}”"),
        )
    };
    Some(format!("~~{word}~~ → **{stem}{right}**: {why}."))
}

/// "What does … mean?", from the phrase book.
fn meaning(scene: &Scene<'_>) -> Option<String> {
    if !scene.has(&["뜻", "뭐라고 해", "무슨 말", "mean", "how do you say", "what is"]) {
        return None;
    }
    let text = format!(" {} ", plain(&scene.line.text));
    let phrase = PHRASES.iter().find(|phrase| {
        let mut variants = phrase.korean.iter().chain(phrase.english).map(|variant| plain(variant));
        variants.any(|variant| variant.chars().count() > 1 && text.contains(&format!(" {variant}")))
    })?;
    let (korean, english) = (phrase.korean.first()?, phrase.english.first()?);
    Some(scene.pick(
        format!("**{korean}** ({}) = **{english}**. 소리 내어 세 번 말해 보세요!", phrase.sound),
        format!("**{korean}** ({}) = **{english}**. Say it aloud three times!", phrase.sound),
    ))
}

/// A word to take along, another one each time.
fn word(scene: &Scene<'_>) -> String {
    let phrase = PHRASES.iter().cycle().nth(scene.turn() * 7 + 5);
    let Some((phrase, korean, english)) =
        phrase.and_then(|phrase| Some((phrase, phrase.korean.first()?, phrase.english.first()?)))
    else {
        return String::new();
    };
    scene.pick(
        format!("오늘의 표현: **{english}** = {korean}"),
        format!("A phrase for today: **{korean}** ({}) = {english}", phrase.sound),
    )
}
