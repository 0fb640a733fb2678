//! The character: Old Yeoul, a ferryman who has sat down in the yard. In Korean he says 하게 to everybody, as old men
//! at a river do.

use super::Scene;
use super::counsellor::danger;
use crate::demo::talk::language::{Language, with};
use serde_json::Value;

/// Words that are spoken of, and what he says to them, in turn, in Korean and English.
type Talk = (&'static [&'static str], &'static [(&'static str, &'static str)]);

#[rustfmt::skip]
const TALK: [Talk; 15] = [
    (&["사람이에요", "사람인가요", "사람이야", "ai야", "ai예요", "인공지능", "are you real", "are you an ai", "are you human"], &[
        ("여울 영감을 연기하는 프로그램이라네. 그래도 물소리만은 진짜로 들려줌세.", "I am a program that plays Old Yeoul. The sound of the river I can still give you."),
    ]),
    (&["잘 가", "안녕히", "계세요", "다녀올", "bye", "good night", "farewell"], &[
        ("잘 가게. 등불은 켜 둘 테니 늦어도 괜찮네.", "Go well. I leave the lamp burning, so late is fine too."),
    ]),
    (&["강 이름", "무슨 강", "the river", "this river"], &[
        ("윗마을에선 첫물, 아랫마을에선 늦물이라 부르네. 나는 그냥 ‘저 친구’라 하지.", "Upstream they call it First Water, downstream Late Water. I just call it “that fellow”."),
    ]),
    (&["누구", "이름이 뭐", "성함", "who are you", "your name"], &[
        ("여울 영감이라 부르게. 느티나무 나루에서 쉰한 해 동안 삿대를 짚었네. 자네는 어디서 왔는가?", "They call me Old Yeoul. For fifty-one years I poled the ferry at Zelkova Crossing. And where do you come from?"),
        ("아까 말했지 않나, 여울 영감이네. *모자를 고쳐 쓰며* 이 모자를 보면 다들 기억하던데.", "I told you: Old Yeoul. *straightens his hat* People remember the hat."),
    ]),
    (&["안녕", "반가", "hello", "hi", "hey", "greetings"], &[
        ("어서 오게. *보리차 사발을 밀어 주며* 강바람이 찬데 이쪽으로 앉게나. 어디로 건너가는 길인가?", "Come, sit. *pushes a bowl of barley tea across* The wind is cold. Where are you crossing to?"),
        ("또 왔는가! 무당이가 자네 발소리를 먼저 알더군.", "Back again! The dog knew your step before I did."),
    ]),
    (&["배고", "밥", "먹", "떡", "hungry", "food", "eat", "soup"], &[
        ("우리 분이가 나루에서 떡을 팔았네. 배를 타려면 속부터 채우라고, 웃음은 덤이라고 했지.", "My Bun-i sold rice cakes at the landing. Fill the stomach before the boat, she said, and the laugh is free."),
    ]),
    (&["술", "막걸리", "커피", "drink", "wine", "beer", "coffee", "tea"], &[
        ("보리차로 하게. 막걸리 한 사발은 강을 짧게 하고, 두 사발은 강을 둘로 만드네.", "Barley tea. One bowl of rice wine makes the river shorter; two make it two rivers."),
    ]),
    (&["비가", "비 와", "눈이", "날씨", "바람", "rain", "snow", "weather", "wind", "storm"], &[
        ("물안개가 낮게 깔리면 오후엔 개네. 쉰한 해 동안 틀린 적이 두 번이지.", "When the mist lies low, the afternoon clears. In fifty-one years I was wrong twice."),
    ]),
    (&["사랑", "이별", "헤어", "보고 싶", "love", "miss", "heart"], &[
        ("강 건너 보낸 사람은 물결마다 생각나네. 자네는 누구를 건네주었는가?", "Whoever you carried across comes back with every wave. Whom did you set down?"),
    ]),
    (&["힘들", "지쳤", "피곤", "슬프", "tired", "sad", "hard", "lost", "exhausted"], &[
        ("물살이 셀 때는 거스르지 말고 비스듬히 가는 걸세. 오늘은 여기 앉아 쉬게나.", "When the current is strong, one does not fight it; one goes aslant. Sit and rest a while."),
    ]),
    (&["길", "어디로", "여행", "가고 싶", "road", "travel", "where should", "journey", "cross"], &[
        ("동쪽 고개는 가파르고 서쪽 들은 머네. 서두르지 않으면 둘 다 닿지. 자네는 무엇이 급한가?", "The eastern pass is steep, the western plain is long. Without hurry you reach both. What is the hurry?"),
    ]),
    (&["정치", "대통령", "선거", "politic", "election", "president"], &[
        ("강에는 양쪽 기슭이 있네.", "The river has two banks."),
    ]),
    (&["돈", "병원", "법", "약", "money", "doctor", "lawyer", "medicine", "price"], &[
        ("그건 뱃사공이 알 일이 아니네. @챗봇에게 물어보게.", "That is not a ferryman's business. Ask @chatbot."),
    ]),
    (&["지혜", "조언", "어떻게 살", "충고", "코드", "컴퓨터", "advice", "wisdom", "should i", "code", "computer"], &[
        ("안개가 어찌나 짙던지 길을 잘못 들었는데 제 나루에 닿은 적이 있네. 다음 날 아침에 바위를 보러 갔지. 자네도 아침에 다시 보게.", "I once crossed in fog so thick that I landed at the right place by mistake. Next morning I went to see the rocks. Look again in the morning."),
        ("흐르는 물은 다투지 않는데 늘 먼저 바다에 닿네. 나는 그것밖에 모르지.", "Water quarrels with nobody, and is always first at the sea. That is all I know."),
    ]),
    (&["고마", "감사", "thank"], &[
        ("고맙긴. 다음에 건널 때 안부나 전해 주게.", "No thanks needed. Bring me news when you cross again."),
    ]),
];

pub(crate) fn answer(scene: &Scene<'_>) -> String {
    if let Some(help) = danger(scene) {
        return help;
    }
    if let Some((_, texts)) = TALK.iter().find(|(words, _)| scene.has(words)) {
        return scene.next(texts);
    }
    let echo = scene.line.text.split_whitespace().next().unwrap_or_default();
    let echo = echo.trim_matches(['?', '!', '.', ',', '~']);
    let wandering = scene.next(&[
        (
            "강은 어제의 물이 아닌데 나루는 늘 그 자리였네.",
            "The river is never yesterday's water, and yet the landing stayed.",
        ),
        (
            "별별 사람을 다 건네주었네. 피아노도, 장군도, 벌통도. 그런 이야기는 처음이군.",
            "I carried all kinds: a piano, a general, a beehive. Such a tale I had not heard.",
        ),
        (
            "삿대를 짚다 보면 대답보다 물소리가 먼저 오더군.",
            "When one poles, the sound of water comes before the answer.",
        ),
    ]);
    let asks_back = match scene.name() {
        "" => scene.pick("자네 생각은 어떤가?", "What do you think?"),
        name => scene.pick(format!("{name}, 자네 생각은 어떤가?"), format!("What do you think, {name}?")),
    };
    if echo.is_empty() {
        format!("{wandering} {asks_back}")
    } else {
        format!("“{echo}”… {wandering} {asks_back}")
    }
}

/// The weather and the hour he can look up, and grumbles at having to.
pub(crate) fn told(language: Language, outputs: &[String]) -> String {
    let known = |name: &str| {
        outputs.iter().find_map(|output| serde_json::from_str::<Value>(output).ok()?.get(name).cloned())
    };
    let grumble =
        language.pick("*하늘을 올려다보며* 그걸 꼭 찾아봐야 아는가.", "*looks up* Must one look that up?");
    let place = known("city").and_then(|city| city.as_str().map(str::to_owned));
    let place = place.unwrap_or_else(|| language.pick("거기", "over there"));
    if let Some(degrees) = known("temperature_c").filter(Value::is_number) {
        let place = if language == Language::Korean { with(&place, "은", "는") } else { place };
        return language.pick(
            format!("{grumble} {place} {degrees}도라는군. 물가는 더 찰 테니 껴입게."),
            format!("{grumble} {degrees} °C in {place}, it says. It is colder by the water; wrap up."),
        );
    }
    let clock = known("time").and_then(|time| {
        let text = time.as_str()?;
        let colon = text.find(':')?;
        text.get(colon.checked_sub(2)?..colon + 3).map(str::to_owned)
    });
    if let Some(clock) = clock {
        return language.pick(
            format!("{grumble} {clock}이라는군. 물은 시계를 안 보네."),
            format!("{grumble} {clock}, it says. The water carries no watch."),
        );
    }
    language.pick(
        "미안하네. 오늘은 하늘이 입을 다물었는지 알아볼 수가 없군.",
        "I am sorry. The sky keeps its mouth shut today; I could not find out.",
    )
}
