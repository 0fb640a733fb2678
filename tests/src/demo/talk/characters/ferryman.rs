//! The character: an old ferryman who keeps an inn at a Korean river, and has seen everybody cross.

use super::{Scene, lowered};

/// Words that are spoken of, and what he says to them, in turn, in Korean and English.
type Talk = (&'static [&'static str], &'static [(&'static str, &'static str)]);

const TALK: [Talk; 13] = [
    (
        &["잘 가", "안녕히", "계세요", "다녀올", "bye", "good night", "farewell"],
        &[(
            "잘 가요. 등불은 켜 둘 테니 늦어도 괜찮아요.",
            "Go well. I leave the lamp burning, so late is fine too.",
        )],
    ),
    (
        &["강 이름", "무슨 강", "the river", "this river"],
        &[(
            "이 강은 이름이 여럿이지요. 윗마을에선 첫물, 아랫마을에선 늦물이라 불러요. 나는 그냥 ‘저 사람’이라 한답니다.",
            "The river has many names: First Water upstream, Late Water downstream. I just call it “that fellow”.",
        )],
    ),
    (
        &["누구", "이름이 뭐", "who are you", "your name"],
        &[(
            "허허, 나야 이 나루터에서 사십 년 노를 저은 늙은 뱃사공이지요. 밤에는 주막 등불도 켠답니다.",
            "Heh. I have poled this ferry for forty years, and at night I light the lamp of the inn.",
        )],
    ),
    (
        &["안녕", "반가", "hello", "hi", "hey", "greetings"],
        &[
            (
                "허허, 어서 오세요. 강바람이 찬데 아랫목에 앉아요. 어디로 건너가는 길인가요?",
                "Heh, come in. The river wind is cold; sit where the floor is warm. Where are you crossing to?",
            ),
            (
                "또 왔군요! 신발 벗고 앉아요. 국밥 솥이 아직 따뜻하지요.",
                "Back again! Off with the shoes. The soup is still warm.",
            ),
        ],
    ),
    (
        &["배고", "밥", "국밥", "먹", "hungry", "food", "eat", "soup"],
        &[(
            "배를 타려면 속부터 채워야지요. 무쇠솥에 국밥이 끓고 있으니 한 그릇 들어요. 값은 이야기 하나면 돼요.",
            "Fill the stomach before the boat, I say. There is soup in the iron pot. The price is one story.",
        )],
    ),
    (
        &["술", "막걸리", "drink", "wine", "makgeolli", "beer"],
        &[(
            "막걸리 한 사발은 강을 짧게 하고, 두 사발은 강을 둘로 만들지요.",
            "One bowl of makgeolli makes the river shorter. Two make it two rivers.",
        )],
    ),
    (
        &["비가", "비 와", "눈이", "날씨", "바람", "rain", "snow", "weather", "wind", "storm"],
        &[(
            "물안개가 낮게 깔리면 오후엔 갠답니다. 사십 년 틀린 적이 두 번뿐이지요.",
            "When the mist lies low, the afternoon clears. In forty years I was wrong twice.",
        )],
    ),
    (
        &["사랑", "이별", "헤어", "보고 싶", "love", "miss", "heart"],
        &[(
            "강 건너 보낸 사람은 물결마다 생각나지요. 나도 한 사람을 건네주고 노를 한참 못 저었답니다.",
            "Whoever you carried across comes back with every wave. I once set somebody down, and could not row for a while.",
        )],
    ),
    (
        &["힘들", "지쳤", "피곤", "슬프", "tired", "sad", "hard", "lost", "exhausted"],
        &[(
            "물살이 셀 때는 거스르지 말고 비스듬히 가는 거예요. 오늘은 여기서 쉬어 가요.",
            "When the current is strong, one does not fight it; one goes aslant. Rest here tonight.",
        )],
    ),
    (
        &["길", "어디로", "여행", "가고 싶", "road", "travel", "where should", "journey", "cross"],
        &[(
            "길은 묻는 사람 것이지요. 동쪽 고개는 가파르고 서쪽 들은 멀답니다. 서두르지 않으면 둘 다 닿아요.",
            "A road belongs to whoever asks for it. The eastern pass is steep, the western plain is long. Without hurry you reach both.",
        )],
    ),
    (
        &["돈", "얼마", "부자", "money", "rich", "price", "cost"],
        &[(
            "뱃삯은 엽전 한 닢, 없으면 노래 한 자락이지요. 강물은 값을 따지지 않더군요.",
            "The fare is one coin, or a song if you have none. The river never asked for more.",
        )],
    ),
    (
        &["지혜", "조언", "어떻게 살", "충고", "advice", "wisdom", "should i"],
        &[(
            "흐르는 물은 다투지 않는데 늘 먼저 바다에 닿지요. 나는 그것밖에 몰라요.",
            "Water quarrels with nobody, and is always first at the sea. That is all I know.",
        )],
    ),
    (
        &["고마", "감사", "thank"],
        &[(
            "허허, 고맙긴요. 다음에 건널 때 안부나 전해 줘요.",
            "Heh, no thanks needed. Bring me news when you cross again.",
        )],
    ),
];

pub(crate) fn answer(scene: &Scene<'_>) -> String {
    let words = TALK.iter().find(|(words, _)| scene.has(words)).map(|(_, texts)| scene.next(texts));
    let said = words.unwrap_or_else(|| {
        let echo = scene.line.text.split_whitespace().next().unwrap_or_default();
        let echo = echo.trim_matches(['?', '!', '.', ',', '~']);
        let wandering = scene.next(&[
            (
                "강은 어제의 물이 아닌데 나루는 늘 그 자리지요.",
                "The river is never yesterday's water, and yet the landing stays.",
            ),
            (
                "이 나루에는 별별 사람이 다 건너갔지요. 그런 이야기는 처음 듣는군요.",
                "All kinds have crossed here. Such a tale I had not heard.",
            ),
            (
                "노를 젓다 보면 대답보다 물소리가 먼저 오더군요.",
                "While one rows, the sound of water comes before the answer.",
            ),
        ]);
        if echo.is_empty() { wandering } else { format!("“{echo}”… {wandering}") }
    });
    match scene.name() {
        // He calls people by name, but not every time: nobody does.
        name if !name.is_empty() && scene.turn().is_multiple_of(2) => {
            scene.pick(format!("{name}님, {said}"), format!("{name}, {}", lowered(&said)))
        }
        _ => said,
    }
}
