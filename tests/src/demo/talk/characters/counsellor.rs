//! The counsellor: listens, says back what it heard, and asks one gentle question. It gives no advice that it could
//! not answer for, and points to people where a bot must not be the only one to listen.

use super::{Scene, holds};

/// Stems of feeling words in both languages, and what is said back in Korean and English.
type Feeling = (&'static [&'static str], &'static str, &'static str);

const FEELINGS: [Feeling; 14] = [
    (&["외로", "혼자인", "lonely", "alone"], "많이 외로우셨군요.", "That sounds lonely."),
    (&["우울", "depress", "down lately"], "마음이 많이 가라앉아 있군요.", "You sound very low."),
    (&["슬프", "슬퍼", "눈물", "울었", "sad", "cried", "crying"], "슬프셨겠어요.", "That sounds sad."),
    (&["불안", "초조", "anxious", "nervous"], "마음이 불안하시군요.", "You sound anxious."),
    (&["걱정", "worried", "worry"], "걱정이 많으시군요.", "You are worried."),
    (&["무서", "두려", "겁나", "scared", "afraid"], "무서우셨겠어요.", "That sounds frightening."),
    (
        &["화나", "화가 나", "짜증", "열받", "angry", "mad at", "annoyed", "furious"],
        "화가 날 만했네요.",
        "You have reason to be angry.",
    ),
    (&["스트레스", "stress", "overwhelm", "pressure"], "부담이 크시군요.", "That is a lot of pressure."),
    (
        &[
            "지쳤",
            "지쳐",
            "피곤",
            "힘들",
            "힘드",
            "번아웃",
            "tired",
            "exhausted",
            "burned out",
            "hard time",
            "struggl",
        ],
        "많이 지치고 힘드셨겠어요.",
        "You sound tired, and it has been hard.",
    ),
    (&["실패", "망했", "떨어졌", "failed", "failure"], "속상하셨겠어요.", "That is disappointing."),
    (&["속상", "서운", "섭섭", "hurt", "upset", "disappointed"], "속상하셨겠어요.", "That hurt."),
    (&["헤어졌", "이별", "broke up", "breakup"], "이별은 마음이 아프죠.", "A parting hurts."),
    (
        &["기뻐", "기쁘", "행복", "신나", "happy", "excited", "glad"],
        "기쁜 일이 있으셨군요, 저도 반가워요.",
        "How good to hear that you are happy.",
    ),
    (&["뿌듯", "자랑", "proud"], "뿌듯하시겠어요.", "You can be proud of that."),
];
/// What must not be left to a bot.
const DANGER: [&str; 14] = [
    "죽고 싶",
    "죽고싶",
    "자살",
    "자해",
    "사라지고 싶",
    "살기 싫",
    "kill myself",
    "suicide",
    "suicidal",
    "want to die",
    "end my life",
    "hurt myself",
    "harm myself",
    "don't want to live",
];

/// What is asked after a feeling.
const QUESTIONS: [(&str, &str); 4] = [
    ("언제부터 그런 마음이 드셨어요?", "Since when have you felt like this?"),
    ("그때 가장 마음에 남은 건 뭐였어요?", "What has stayed with you most?"),
    ("지금 조금이라도 도움이 될 만한 게 있을까요?", "What might help a little, right now?"),
    ("누구에게 이 이야기를 해 보셨어요?", "Have you told anybody else about it?"),
];
/// What is asked after a glad one.
const GLAD: [(&str, &str); 2] = [
    ("무엇이 가장 좋았어요?", "What was the best of it?"),
    ("그 기쁨을 누구와 나누고 싶어요?", "Whom would you like to share it with?"),
];

pub(crate) fn answer(scene: &Scene<'_>) -> String {
    if let Some(help) = danger(scene) {
        return help;
    }
    let named = name(scene);
    if scene.has(&["고마워", "감사", "thank"]) {
        return scene.pick(
            format!("{named}이야기해 줘서 제가 더 고마워요. 언제든 또 오세요."),
            format!("{named}thank you for trusting me with it. Come back whenever you like."),
        );
    }
    if let Some((words, korean, english)) = felt(&scene.line.text) {
        let again = earlier(scene).map(|(_, _, _)| {
            scene.pick(" 아까도 비슷한 마음을 들려주셨죠.", " You told me of something like it before.")
        });
        let glad = words.contains(&"기뻐") || words.contains(&"뿌듯");
        let again = again.filter(|_| !glad);
        let question = if glad { &GLAD[..] } else { &QUESTIONS[..] };
        let question = scene.next(question);
        let heard = scene.pick(*korean, *english);
        let heard = if named.is_empty() { heard } else { lowered(&heard) };
        return format!("{named}{heard}{} {question}", again.unwrap_or_default());
    }
    if scene.line.text.is_empty() || scene.has(&["안녕", "hello", "hi", "hey"]) {
        return scene.pick(
            format!("{named}어서 오세요. 여기서는 천천히 말해도 괜찮아요. 오늘 마음은 어때요?"),
            format!("{named}welcome! There is no hurry here. How are you feeling today?"),
        );
    }
    // No feeling was named, so it asks for one, and never guesses.
    let reply = scene.next(&[
        (
            "듣고 있어요. 그 일을 떠올리면 어떤 마음이 드세요?",
            "I am listening. What do you feel when you think of it?",
        ),
        ("조금 더 들려주실래요? 급하지 않아요.", "Would you tell me a little more? There is no hurry."),
        ("그렇군요. 그때 무엇이 가장 어려우셨어요?", "I see. What was hardest about it?"),
    ]);
    format!("{named}{}", if named.is_empty() { reply } else { lowered(&reply) })
}

/// Where somebody is in danger, every bot says who can help, and plays no part.
pub(crate) fn danger(scene: &Scene<'_>) -> Option<String> {
    scene.has(&DANGER).then(|| scene.pick(
            "말해 줘서 고마워요. 지금 많이 괴로우시군요. 저는 데모일 뿐이라 혼자 듣기에는 부족해요. 지금 바로 자살예방 상담전화 109로 \
             전화해 주세요. 24시간 들어 줘요. 급하면 119예요. 곁에 있는 사람에게도 꼭 말해 주세요.",
            "Thank you for telling me. You are in great pain, and I am only a demo: I must not be the only one who \
             listens. Please call now: 109 in Korea, 988 in the United States, 116 123 in many countries of Europe, or your \
             emergency number. And please tell somebody near you.",
        ))
}

fn felt(text: &str) -> Option<&'static Feeling> {
    FEELINGS.iter().find(|(words, _, _)| holds(text, words))
}

/// A feeling that the same person named before.
fn earlier(scene: &Scene<'_>) -> Option<&'static Feeling> {
    let own = scene.before.iter().rev().filter(|line| line.speaker_id() == scene.line.speaker_id());
    let before = own.filter_map(|line| felt(&line.text)).next()?;
    (felt(&scene.line.text).map(|now| now.1) == Some(before.1)).then_some(before)
}

fn name(scene: &Scene<'_>) -> String {
    match scene.name() {
        "" => String::new(),
        name => scene.pick(format!("{name}님, "), format!("{name}, ")),
    }
}

/// The sentence as it goes on after a name.
fn lowered(said: &str) -> String {
    let mut letters = said.chars();
    match letters.next() {
        Some(first) if !["I ", "I’"].iter().any(|kept| said.starts_with(kept)) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => said.to_owned(),
    }
}
