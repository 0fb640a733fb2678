//! The bots: by what they are called, and what those say that answer by patterns alone, the counsellor and the ferryman. Both
//! name people who can help where a bot must not be the only one to listen.

use crate::talk::language::{Replies, Text};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice { General, Summary, Translator, Counsellor, Ferryman, Tutor, Storyteller, Poll, Support }

/// Handles and aliases as in edge/bots.toml; a name that begins another one comes after it.
pub(crate) const HANDLES: [(Voice, &str); 9] = [
    (Voice::General, "chatbot|챗봇"), (Voice::Summary, "summary|대화요약|요약"),
    (Voice::Translator, "translator|translate|번역가|번역"), (Voice::Counsellor, "counsell?or|상담사|상담"),
    (Voice::Ferryman, "character|캐릭터|뱃사공|여울영감"), (Voice::Tutor, "tutor|튜터|언어튜터|과외|선생님"),
    (Voice::Storyteller, "storyteller|이야기꾼|이야기|story"), (Voice::Poll, "poll|투표|설문"),
    (Voice::Support, "support|도움말|도움"),
];

/// What a bot with knowledge says of the passages that it was given, or where it was given none.
pub(crate) const PASSAGE: Text = Text("“{title}”에 이렇게 적혀 있어요.\n\n{text}", "Under “{title}” it says:\n\n{text}");
pub(crate) const NO_PASSAGE: Text = Text("그건 제가 받은 글에 없어서 몰라요. 여기에 물어보세요: {contact}", "That is not in what I was given, so I do not know. You could ask: {contact}");

/// What a row matches, replies that take turns, and questions that follow in turn.
pub(crate) type TalkRow = (&'static str, &'static [Text], &'static [Text]);

/// Where somebody is in danger, every bot with a voice says who can help, and plays no part.
const DANGER: TalkRow = (r"죽고 ?싶|자살|자해|사라지고 싶|살기 싫|\b(?:kill myself|suicid|want to die|end my life|hurt myself|harm myself|don['’]t want to live)", &[
    Text("말해 줘서 고마워요. 지금 많이 괴로우시군요. 저는 데모일 뿐이라 혼자 듣기에는 부족해요. 지금 바로 자살예방 상담전화 109로 전화해 주세요. 24시간 들어 줘요. 급하면 119예요. 곁에 있는 사람에게도 꼭 말해 주세요.", "Thank you for telling me. You are in great pain, and I am only a demo: I must not be the only one who listens. Please call now: 109 in Korea, 988 in the United States, 116 123 in many countries of Europe, or your emergency number. And please tell somebody near you.")], &[]);
/// What follows a feeling; `{again}` is empty unless the asker spoke of the same before.
const ASK: &[Text] = &[
    Text("{again}언제부터 그런 마음이 드셨어요?", "{again}Since when have you felt like this?"),
    Text("{again}지금 조금이라도 도움이 될 만한 게 있을까요?", "{again}What might help a little, right now?"),
    Text("{again}누구에게 이 이야기를 해 보셨어요?", "{again}Have you told anybody else about it?"),
];
pub(crate) const AGAIN: Text = Text("아까도 비슷한 마음을 들려주셨죠. ", "You told me of something like it before. ");
/// The counsellor says back the feeling that it heard, and asks one question. It gives no advice.
pub(crate) const COUNSELLOR: [TalkRow; 12] = [
    DANGER,
    (r"고마워|감사|\bthank", &[Text("{vocative}이야기해 줘서 제가 더 고마워요. 언제든 또 오세요.", "Thank you for trusting me with it{address}. Come back whenever you like.")], &[]),
    (r"외로|혼자인|\b(?:lonely|alone\b)", &[Text("{vocative}많이 외로우셨군요.", "That sounds lonely{address}.")], ASK),
    (r"우울|슬[프퍼픈]|눈물|울었|\bdepress|down lately|\b(?:sad|cried|crying)\b", &[Text("{vocative}슬프셨겠어요.", "That sounds sad{address}.")], ASK),
    (r"불안|초조|걱정|무서|두려|겁나|\b(?:anxious|nervous|worr(?:y|ied)|scared|afraid)", &[Text("{vocative}마음이 불안하시군요.", "You sound anxious{address}.")], ASK),
    (r"화나|화가 나|짜증|열받|\b(?:angry|mad at|annoyed|furious)", &[Text("{vocative}화가 날 만했네요.", "You have reason to be angry{address}.")], ASK),
    (r"스트레스|\b(?:stress|overwhelm|pressure)", &[Text("{vocative}부담이 크시군요.", "That is a lot of pressure{address}.")], ASK),
    (r"지[쳤쳐]|피곤|힘[들드]|번아웃|\b(?:tired|exhausted|burned out|hard time|struggl)", &[Text("{vocative}많이 지치고 힘드셨겠어요.", "You sound tired{address}, and it has been hard.")], ASK),
    (r"실패|망했|떨어졌|속상|서운|섭섭|헤어졌|이별|\b(?:fail|hurt\b|upset|disappointed|broke up|breakup)", &[Text("{vocative}속상하셨겠어요.", "That hurts{address}.")], ASK),
    (r"기[뻐쁘]|행복|신나|뿌듯|자랑|\b(?:happy|excited|glad|proud)\b", &[Text("{vocative}기쁜 일이 있으셨군요, 저도 반가워요.", "How good to hear that you are glad{address}.")],
        &[Text("무엇이 가장 좋았어요?", "What was the best of it?"), Text("그 기쁨을 누구와 나누고 싶어요?", "Whom would you like to share it with?")]),
    (r"^$|안녕|\b(?:hello|hi|hey)\b", &[Text("{vocative}어서 오세요. 여기서는 천천히 말해도 괜찮아요. 오늘 마음은 어때요?", "Welcome{address}! There is no hurry here. How are you feeling today?")], &[]),
    // No feeling was named: it asks for one, and never guesses.
    ("", &[Text("{vocative}듣고 있어요. 그 일을 떠올리면 어떤 마음이 드세요?", "I am listening{address}. What do you feel when you think of it?"),
        Text("{vocative}조금 더 들려주실래요? 급하지 않아요.", "Would you tell me a little more{address}? There is no hurry.")], &[]),
];
/// Old Yeoul, a ferryman who has sat down in the yard. In Korean he says 하게 to everybody, as old men do.
pub(crate) const FERRYMAN: [TalkRow; 11] = [
    DANGER,
    (r"사람이에요|사람인가요|사람이야|ai야|ai예요|인공지능|are you (?:real|an ai|human)", &[Text("여울 영감을 연기하는 프로그램이라네. 그래도 물소리만은 진짜로 들려줌세.", "I am a program that plays Old Yeoul. The sound of the river I can still give you.")], &[]),
    (r"잘 가|안녕히|계세요|다녀올|\b(?:bye|good night|farewell)", &[Text("잘 가게. 등불은 켜 둘 테니 늦어도 괜찮네.", "Go well. I leave the lamp burning, so late is fine too.")], &[]),
    (r"누구|이름이 뭐|성함|who are you|your name", &[Text("여울 영감이라 부르게. 느티나무 나루에서 쉰한 해 동안 삿대를 짚었네. 자네는 어디서 왔는가?", "They call me Old Yeoul. For fifty-one years I poled the ferry at Zelkova Crossing. And where do you come from?")], &[]),
    (r"안녕|반가|\b(?:hello|hi|hey|greetings)\b", &[Text("어서 오게. *보리차 사발을 밀어 주며* 강바람이 찬데 이쪽으로 앉게나. 어디로 건너가는 길인가?", "Come, sit. *pushes a bowl of barley tea across* The wind is cold. Where are you crossing to?")], &[]),
    (r"배고|밥|먹|떡|\b(?:hungry|food|eat|soup|drink|tea)\b", &[Text("우리 분이가 나루에서 떡을 팔았네. 배를 타려면 속부터 채우라고, 웃음은 덤이라고 했지.", "My Bun-i sold rice cakes at the landing. Fill the stomach before the boat, she said, and the laugh is free.")], &[]),
    (r"비가|비 와|눈이|날씨|바람|\b(?:rain|snow|weather|wind|storm)", &[Text("물안개가 낮게 깔리면 오후엔 개네. 쉰한 해 동안 틀린 적이 두 번이지.", "When the mist lies low, the afternoon clears. In fifty-one years I was wrong twice.")], &[]),
    (r"힘들|지쳤|피곤|슬프|\b(?:tired|sad|hard|lost|exhausted)\b", &[Text("물살이 셀 때는 거스르지 말고 비스듬히 가는 걸세. 오늘은 여기 앉아 쉬게나.", "When the current is strong, one does not fight it; one goes aslant. Sit and rest a while.")], &[]),
    (r"돈|병원|법|약|정치|대통령|선거|\b(?:money|doctor|lawyer|medicine|price|politic|election|president)", &[Text("그건 뱃사공이 알 일이 아니네. @챗봇에게 물어보게.", "That is not a ferryman's business. Ask @chatbot.")], &[]),
    (r"고마|감사|\bthank", &[Text("고맙긴. 다음에 건널 때 안부나 전해 주게.", "No thanks needed. Bring me news when you cross again.")], &[]),
    ("", &[Text("“{first_word}”… 강은 어제의 물이 아닌데 나루는 늘 그 자리였네.", "“{first_word}”… The river is never yesterday's water, and yet the landing stayed."),
        Text("“{first_word}”… 별별 사람을 다 건네주었네. 피아노도, 장군도, 벌통도. 그런 이야기는 처음이군.", "“{first_word}”… I carried all kinds: a piano, a general, a beehive. Such a tale I had not heard.")],
        &[Text("자네 생각은 어떤가?", "What do you think{address}?")]),
];
/// The ferryman can look up the weather and the hour, and grumbles at having to.
pub(crate) const FOUND: Replies = &[
    ("degrees", Text("*하늘을 올려다보며* 그걸 꼭 찾아봐야 아는가. {place:은/는} {degrees}도라는군. 물가는 더 찰 테니 껴입게.", "*looks up* Must one look that up? {degrees} °C in {place}, it says. It is colder by the water; wrap up.")),
    ("clock", Text("*하늘을 올려다보며* 그걸 꼭 찾아봐야 아는가. {clock}이라는군. 물은 시계를 안 보네.", "*looks up* Must one look that up? {clock}, it says. The water carries no watch.")),
    ("", Text("미안하네. 오늘은 하늘이 입을 다물었는지 알아볼 수가 없군.", "I am sorry. The sky keeps its mouth shut today; I could not find out.")),
];
