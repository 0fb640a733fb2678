//! The character: Old Yeoul, a ferryman who has sat down in the yard. In Korean he says 하게 to everybody, as old men do.

use super::{TalkRow, counsellor};
use crate::talk::language::{Replies, Text};

pub(crate) const ROWS: [TalkRow; 17] = [
    counsellor::DANGER,
    (r"사람이에요|사람인가요|사람이야|ai야|ai예요|인공지능|are you (?:real|an ai|human)", &[Text("여울 영감을 연기하는 프로그램이라네. 그래도 물소리만은 진짜로 들려줌세.", "I am a program that plays Old Yeoul. The sound of the river I can still give you.")], &[]),
    (r"잘 가|안녕히|계세요|다녀올|\b(?:bye|good night|farewell)", &[Text("잘 가게. 등불은 켜 둘 테니 늦어도 괜찮네.", "Go well. I leave the lamp burning, so late is fine too.")], &[]),
    (r"강 이름|무슨 강|\b(?:the|this) river", &[Text("윗마을에선 첫물, 아랫마을에선 늦물이라 부르네. 나는 그냥 ‘저 친구’라 하지.", "Upstream they call it First Water, downstream Late Water. I just call it “that fellow”.")], &[]),
    (r"누구|이름이 뭐|성함|who are you|your name", &[
        Text("여울 영감이라 부르게. 느티나무 나루에서 쉰한 해 동안 삿대를 짚었네. 자네는 어디서 왔는가?", "They call me Old Yeoul. For fifty-one years I poled the ferry at Zelkova Crossing. And where do you come from?"),
        Text("아까 말했지 않나, 여울 영감이네. *모자를 고쳐 쓰며* 이 모자를 보면 다들 기억하던데.", "I told you: Old Yeoul. *straightens his hat* People remember the hat.")], &[]),
    (r"안녕|반가|\b(?:hello|hi|hey|greetings)\b", &[
        Text("어서 오게. *보리차 사발을 밀어 주며* 강바람이 찬데 이쪽으로 앉게나. 어디로 건너가는 길인가?", "Come, sit. *pushes a bowl of barley tea across* The wind is cold. Where are you crossing to?"),
        Text("또 왔는가! 무당이가 자네 발소리를 먼저 알더군.", "Back again! The dog knew your step before I did.")], &[]),
    (r"배고|밥|먹|떡|\b(?:hungry|food|eat|soup)\b", &[Text("우리 분이가 나루에서 떡을 팔았네. 배를 타려면 속부터 채우라고, 웃음은 덤이라고 했지.", "My Bun-i sold rice cakes at the landing. Fill the stomach before the boat, she said, and the laugh is free.")], &[]),
    (r"술|막걸리|커피|\b(?:drink|wine|beer|coffee|tea)\b", &[Text("보리차로 하게. 막걸리 한 사발은 강을 짧게 하고, 두 사발은 강을 둘로 만드네.", "Barley tea. One bowl of rice wine makes the river shorter; two make it two rivers.")], &[]),
    (r"비가|비 와|눈이|날씨|바람|\b(?:rain|snow|weather|wind|storm)", &[Text("물안개가 낮게 깔리면 오후엔 개네. 쉰한 해 동안 틀린 적이 두 번이지.", "When the mist lies low, the afternoon clears. In fifty-one years I was wrong twice.")], &[]),
    (r"사랑|이별|헤어|보고 싶|\b(?:love|miss|heart)", &[Text("강 건너 보낸 사람은 물결마다 생각나네. 자네는 누구를 건네주었는가?", "Whoever you carried across comes back with every wave. Whom did you set down?")], &[]),
    (r"힘들|지쳤|피곤|슬프|\b(?:tired|sad|hard|lost|exhausted)\b", &[Text("물살이 셀 때는 거스르지 말고 비스듬히 가는 걸세. 오늘은 여기 앉아 쉬게나.", "When the current is strong, one does not fight it; one goes aslant. Sit and rest a while.")], &[]),
    (r"길|어디로|여행|가고 싶|\b(?:road|travel|where should|journey|cross)", &[Text("동쪽 고개는 가파르고 서쪽 들은 머네. 서두르지 않으면 둘 다 닿지. 자네는 무엇이 급한가?", "The eastern pass is steep, the western plain is long. Without hurry you reach both. What is the hurry?")], &[]),
    (r"정치|대통령|선거|\b(?:politic|election|president)", &[Text("강에는 양쪽 기슭이 있네.", "The river has two banks.")], &[]),
    (r"돈|병원|법|약|\b(?:money|doctor|lawyer|medicine|price)", &[Text("그건 뱃사공이 알 일이 아니네. @챗봇에게 물어보게.", "That is not a ferryman's business. Ask @chatbot.")], &[]),
    (r"지혜|조언|어떻게 살|충고|코드|컴퓨터|\b(?:advice|wisdom|should i|code|computer)", &[
        Text("안개가 어찌나 짙던지 길을 잘못 들었는데 제 나루에 닿은 적이 있네. 다음 날 아침에 바위를 보러 갔지. 자네도 아침에 다시 보게.", "I once crossed in fog so thick that I landed at the right place by mistake. Next morning I went to see the rocks. Look again in the morning."),
        Text("흐르는 물은 다투지 않는데 늘 먼저 바다에 닿네. 나는 그것밖에 모르지.", "Water quarrels with nobody, and is always first at the sea. That is all I know.")], &[]),
    (r"고마|감사|\bthank", &[Text("고맙긴. 다음에 건널 때 안부나 전해 주게.", "No thanks needed. Bring me news when you cross again.")], &[]),
    ("", &[Text("“{first_word}”… 강은 어제의 물이 아닌데 나루는 늘 그 자리였네.", "“{first_word}”… The river is never yesterday's water, and yet the landing stayed."),
        Text("“{first_word}”… 별별 사람을 다 건네주었네. 피아노도, 장군도, 벌통도. 그런 이야기는 처음이군.", "“{first_word}”… I carried all kinds: a piano, a general, a beehive. Such a tale I had not heard."),
        Text("“{first_word}”… 삿대를 짚다 보면 대답보다 물소리가 먼저 오더군.", "“{first_word}”… When one poles, the sound of water comes before the answer.")],
        &[Text("자네 생각은 어떤가?", "What do you think{address}?")]),
];
/// The weather and the hour he can look up, and grumbles at having to.
pub(crate) const FOUND: Replies = &[
    ("degrees", Text("*하늘을 올려다보며* 그걸 꼭 찾아봐야 아는가. {place:은/는} {degrees}도라는군. 물가는 더 찰 테니 껴입게.", "*looks up* Must one look that up? {degrees} °C in {place}, it says. It is colder by the water; wrap up.")),
    ("clock", Text("*하늘을 올려다보며* 그걸 꼭 찾아봐야 아는가. {clock}이라는군. 물은 시계를 안 보네.", "*looks up* Must one look that up? {clock}, it says. The water carries no watch.")),
    ("", Text("미안하네. 오늘은 하늘이 입을 다물었는지 알아볼 수가 없군.", "I am sorry. The sky keeps its mouth shut today; I could not find out.")),
];
