//! The counsellor: says back the feeling that it heard, and asks one question. It gives no advice, and names people who can
//! help where a bot must not be the only one to listen.

use super::TalkRow;
use crate::talk::language::Text;

/// Where somebody is in danger, every bot with a voice says who can help, and plays no part.
pub(crate) const DANGER: TalkRow = (r"죽고 ?싶|자살|자해|사라지고 싶|살기 싫|\b(?:kill myself|suicid|want to die|end my life|hurt myself|harm myself|don['’]t want to live)", &[
    Text("말해 줘서 고마워요. 지금 많이 괴로우시군요. 저는 데모일 뿐이라 혼자 듣기에는 부족해요. 지금 바로 자살예방 상담전화 109로 전화해 주세요. 24시간 들어 줘요. 급하면 119예요. 곁에 있는 사람에게도 꼭 말해 주세요.", "Thank you for telling me. You are in great pain, and I am only a demo: I must not be the only one who listens. Please call now: 109 in Korea, 988 in the United States, 116 123 in many countries of Europe, or your emergency number. And please tell somebody near you.")], &[]);
/// What follows a feeling; `{again}` is empty unless the asker spoke of the same before.
const ASK: &[Text] = &[
    Text("{again}언제부터 그런 마음이 드셨어요?", "{again}Since when have you felt like this?"),
    Text("{again}그때 가장 마음에 남은 건 뭐였어요?", "{again}What has stayed with you most?"),
    Text("{again}지금 조금이라도 도움이 될 만한 게 있을까요?", "{again}What might help a little, right now?"),
    Text("{again}누구에게 이 이야기를 해 보셨어요?", "{again}Have you told anybody else about it?"),
];
pub(crate) const AGAIN: Text = Text("아까도 비슷한 마음을 들려주셨죠. ", "You told me of something like it before. ");
pub(crate) const ROWS: [TalkRow; 16] = [
    DANGER,
    (r"고마워|감사|\bthank", &[Text("{vocative}이야기해 줘서 제가 더 고마워요. 언제든 또 오세요.", "Thank you for trusting me with it{address}. Come back whenever you like.")], &[]),
    (r"외로|혼자인|\b(?:lonely|alone\b)", &[Text("{vocative}많이 외로우셨군요.", "That sounds lonely{address}.")], ASK),
    (r"우울|\bdepress|down lately", &[Text("{vocative}마음이 많이 가라앉아 있군요.", "You sound very low{address}.")], ASK),
    (r"슬[프퍼픈]|눈물|울었|\b(?:sad|cried|crying)\b", &[Text("{vocative}슬프셨겠어요.", "That sounds sad{address}.")], ASK),
    (r"불안|초조|\b(?:anxious|nervous)", &[Text("{vocative}마음이 불안하시군요.", "You sound anxious{address}.")], ASK),
    (r"걱정|\bworr(?:y|ied)", &[Text("{vocative}걱정이 많으시군요.", "You are worried{address}.")], ASK),
    (r"무서|두려|겁나|\b(?:scared|afraid)", &[Text("{vocative}무서우셨겠어요.", "That sounds frightening{address}.")], ASK),
    (r"화나|화가 나|짜증|열받|\b(?:angry|mad at|annoyed|furious)", &[Text("{vocative}화가 날 만했네요.", "You have reason to be angry{address}.")], ASK),
    (r"스트레스|\b(?:stress|overwhelm|pressure)", &[Text("{vocative}부담이 크시군요.", "That is a lot of pressure{address}.")], ASK),
    (r"지[쳤쳐]|피곤|힘[들드]|번아웃|\b(?:tired|exhausted|burned out|hard time|struggl)", &[Text("{vocative}많이 지치고 힘드셨겠어요.", "You sound tired{address}, and it has been hard.")], ASK),
    (r"실패|망했|떨어졌|속상|서운|섭섭|\b(?:fail|hurt\b|upset|disappointed)", &[Text("{vocative}속상하셨겠어요.", "That hurts{address}.")], ASK),
    (r"헤어졌|이별|\b(?:broke up|breakup)", &[Text("{vocative}이별은 마음이 아프죠.", "A parting hurts{address}.")], ASK),
    (r"기[뻐쁘]|행복|신나|뿌듯|자랑|\b(?:happy|excited|glad|proud)\b", &[Text("{vocative}기쁜 일이 있으셨군요, 저도 반가워요.", "How good to hear that you are glad{address}.")],
        &[Text("무엇이 가장 좋았어요?", "What was the best of it?"), Text("그 기쁨을 누구와 나누고 싶어요?", "Whom would you like to share it with?")]),
    (r"^$|안녕|\b(?:hello|hi|hey)\b", &[Text("{vocative}어서 오세요. 여기서는 천천히 말해도 괜찮아요. 오늘 마음은 어때요?", "Welcome{address}! There is no hurry here. How are you feeling today?")], &[]),
    // No feeling was named: it asks for one, and never guesses.
    ("", &[Text("{vocative}듣고 있어요. 그 일을 떠올리면 어떤 마음이 드세요?", "I am listening{address}. What do you feel when you think of it?"),
        Text("{vocative}조금 더 들려주실래요? 급하지 않아요.", "Would you tell me a little more{address}? There is no hurry."),
        Text("{vocative}그렇군요. 그때 무엇이 가장 어려우셨어요?", "I see{address}. What was hardest about it?")], &[]),
];
