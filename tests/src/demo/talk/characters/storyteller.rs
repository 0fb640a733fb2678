//! The storyteller: goes on with one story, with the people of the room in it. What the story is about is read from
//! what was asked, the thread from its own earlier chapters.

use super::Scene;
use crate::demo::talk::digest::is_person;
use crate::demo::talk::language::{Language, with};
use crate::demo::talk::transcript::{Line, Speaker};

/// A thing that is found in each chapter and matters in the next, in Korean and English.
const THINGS: [(&str, &str); 8] = [
    ("은빛 열쇠", "a silver key"),
    ("젖은 지도", "a wet map"),
    ("말하는 부채", "a talking fan"),
    ("파란 등불", "a blue lantern"),
    ("이름 없는 편지", "a letter without a name"),
    ("작은 종", "a little bell"),
    ("붉은 실타래", "a ball of red thread"),
    ("따뜻한 돌", "a warm stone"),
];
const PLACES: [(&str, &str); 7] = [
    ("안개 낀 나루터", "the misty landing"),
    ("오래된 은행나무 아래", "the old ginkgo tree"),
    ("달빛 내린 마당", "the moonlit yard"),
    ("구름다리 위", "the hanging bridge"),
    ("빈 방앗간", "the empty mill"),
    ("대나무 숲", "the bamboo grove"),
    ("등대 꼭대기", "the top of the lighthouse"),
];

pub(crate) fn answer(scene: &Scene<'_>) -> String {
    let chapter = scene.turn();
    let people = scene.people();
    let hero = people.first().copied().map_or_else(|| scene.pick("나그네", "a traveller"), str::to_owned);
    let others: Vec<&str> = people.iter().skip(1).copied().collect();
    let friend = others.iter().cycle().nth(chapter).copied();
    let friend = friend.map_or_else(|| scene.pick("늙은 뱃사공", "an old ferryman"), str::to_owned);
    let place = at(&PLACES, chapter, scene.language);
    let thing = at(&THINGS, chapter, scene.language);
    let motif = motif(scene);
    let asked_to_end = scene.has(&["끝내", "마무리", "결말", "the end", "finish", "ending"]);
    if asked_to_end && chapter > 0 {
        return ending(scene, &hero, &friend, motif.as_deref());
    }
    let title = scene.pick(format!("**{}장.**", chapter + 1), format!("**Chapter {}.**", chapter + 1));
    let begins = if chapter == 0 {
        let about = motif.as_ref().map(|motif| {
            scene.pick(
                format!(" 모두가 {} 찾고 있던 밤이었지요.", with(motif, "을", "를")),
                format!(" It was the night when everybody was looking for {motif}."),
            )
        });
        let begins = scene.pick(
            format!("{}에서 {} {} 만났어요.", place, with(&hero, "은", "는"), with(&friend, "을", "를")),
            format!("At {place}, {hero} met {friend}."),
        );
        format!("{begins}{}", about.unwrap_or_default())
    } else {
        let kept = at(&THINGS, chapter - 1, scene.language);
        let wish = wish(scene).map_or_else(String::new, |wish| {
            scene
                .pick(format!(" “{wish}”라는 말이 떠올랐어요."), format!(" The words “{wish}” came to mind."))
        });
        let begins = scene.pick(
            format!(
                "{} 품에 넣은 {} {} 닿았어요. {}도 함께였어요.",
                with(&kept, "을", "를"),
                with(&hero, "은", "는"),
                with(&place, "에", "에"),
                friend
            ),
            format!("With {kept} in the sleeve, {hero} came to {place}, and {friend} came along."),
        );
        format!("{begins}{wish}")
    };
    let turns = scene.next(&[
        ("그때 물소리가 뚝 그쳤어요.", "Then the sound of the water stopped."),
        ("어디선가 방울 소리가 세 번 들렸어요.", "Somewhere a bell rang three times."),
        ("바람이 등불을 껐고, 누군가 웃었어요.", "The wind put out the light, and somebody laughed."),
        ("땅 밑에서 따뜻한 숨결이 올라왔어요.", "From under the ground came a warm breath."),
    ]);
    let leaves = scene.pick(
        format!(
            "발밑에는 {} 있었어요. {} 그것을 집어 들까요, 그냥 둘까요?",
            with(&thing, "이", "가"),
            with(&hero, "은", "는")
        ),
        format!("At their feet lay {thing}. Will {hero} pick it up, or leave it?"),
    );
    format!("{title} {begins} {turns} {leaves}")
}

fn ending(scene: &Scene<'_>, hero: &str, friend: &str, motif: Option<&str>) -> String {
    let kept = at(&THINGS, scene.turn().saturating_sub(1), scene.language);
    let motif = motif.map_or_else(|| scene.pick("집으로 가는 길", "the way home"), str::to_owned);
    scene.pick(
        format!(
            "**마지막 장.** {} 내려놓자 {} 나타났어요. {} {} 마주 보고 웃었고, 마당에는 아침이 왔어요. 끝이에요.",
            with(&kept, "을", "를"),
            with(&motif, "이", "가"),
            with(hero, "과", "와"),
            with(friend, "은", "는")
        ),
        format!(
            "**The last chapter.** When {kept} was laid down, there it was: {motif}. {hero} and {friend} looked at each \
             other and laughed, and morning came to the yard. The end."
        ),
    )
}

fn at(list: &[(&str, &str)], number: usize, language: Language) -> String {
    let (korean, english) = list.iter().cycle().nth(number).copied().unwrap_or_default();
    language.pick(korean, english)
}

/// What the story is about: the first thing that anybody asked a story of.
fn motif(scene: &Scene<'_>) -> Option<String> {
    let lines = scene.before.iter().filter(|line| is_person(line)).chain([scene.line]);
    lines.into_iter().find_map(|line| asked_about(&line.text))
}

fn asked_about(text: &str) -> Option<String> {
    for phrase in ["story about ", "tale about ", "story of ", "tale of "] {
        if let Some(rest) = crate::demo::talk::language::after(text, phrase) {
            let rest = rest.split(['.', '!', '?', ',']).next()?.trim();
            return (!rest.is_empty()).then(|| rest.to_owned());
        }
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let tells = words.iter().position(|word| word.starts_with("이야기") || word.starts_with("얘기"))?;
    let before =
        |places: usize| words.get(tells.checked_sub(places)?).map(|word| word.trim_matches([',', '.']));
    let about = match before(1)? {
        "대한" | "관한" => before(2).map(|word| word.strip_suffix('에').unwrap_or(word)),
        "나오는" => before(2).map(|word| word.strip_suffix(['이', '가']).unwrap_or(word)),
        other => Some(other),
    }?;
    let passed_over = ["재미있는", "긴", "짧은", "무서운", "옛날", "다음", "하나", "그", "좀", "새", "우리"];
    (!about.is_empty() && !passed_over.contains(&about)).then(|| about.to_owned())
}

/// What the asker wants to happen next, if they said more than "go on".
fn wish(scene: &Scene<'_>) -> Option<String> {
    let text = scene.line.text.trim_matches(['.', '!', ' ', '~']);
    let own: &Line = scene.line;
    let plain_asking =
        ["계속", "다음", "이어", "이야기", "go on", "continue", "next", "more", "and then", "story"];
    let only_asks = text.chars().count() < 4 || super::holds(text, &plain_asking);
    (own.speaker != Speaker::Demo && !only_asks).then(|| text.chars().take(60).collect())
}
