//! The cards: how a poll's options and a conversation's topics are recognized, and what is proposed where there are none.

use crate::talk::language::Text;

/// Options for a question that names none; the last row fits every question.
pub(crate) const PROPOSALS: [(&str, Text); 4] = [
    ("언제|몇 시|무슨 요일|when|what day|what time", Text("금요일 저녁/토요일 점심/일요일 오후", "Friday evening/Saturday noon/Sunday afternoon")),
    ("어디|where|장소", Text("공원/카페/우리 동네", "The park/A café/Somewhere near")),
    ("먹|점심|저녁 뭐|메뉴|lunch|dinner|eat|food", Text("비빔밥/김치찌개/칼국수/떡볶이", "Bibimbap/Kimchi stew/Noodles/Pizza")),
    ("", Text("좋아요/별로예요/아무래도 좋아요", "Yes/No/Either is fine")),
];
pub(crate) const WHAT_TO_DECIDE: Text = Text("무엇을 정해 볼까요?", "What shall we decide?");
/// Words by which somebody asks for a poll in which one may choose several options.
pub(crate) const SEVERAL: &str = "(?i)여러|모두 골라|다 골라|복수|all that|several|multiple|as many as";
/// Words by which somebody asks for a poll in which nobody sees who chose what.
pub(crate) const SECRET: &str = "(?i)비밀|익명|무기명|secret|anonymous";
pub(crate) const WHICH_ONE: Text = Text("어느 쪽이 좋아요?", "Which one do you prefer?");
/// What stands between options, and what comes off each of them.
pub(crate) const BETWEEN: &str = r"[\n/;|、,]| or | vs\.? | 아니면 | 또는 | 혹은 ";
pub(crate) const OPTION_MARKS: &str = r#"^[\s*•·?？:-]*(?:\d+[.)])?[\s"'“”.!?]*(?:or )?|[\s"'“”.!?]+$"#;
pub(crate) const QUESTION: &str = r"^(.*?)(?:[?？]|:(?:[^\d]|$)|\n|$)";
/// How people propose something: "김밥 어때?", "how about tea?".
pub(crate) const PROPOSED: &str = r"^(.{1,30}?)[은는을를]? (?:어때요?|먹자|가자)[?!. ~]*$|\b(?:how|what) about (.{1,30}?)[?!. ~]*$";
pub(crate) const DECIDES: &str = r"하자|먹자|가자|보자|만나자|정하자|정했|정해졌|결정|(?:하|가|먹|보|만나)기로|let['’]s|decided|we['’]ll |we will |agreed";
/// Words that say little about what a text is about: what everybody says, verbs, and the particles of the others.
pub(crate) const COMMON: &str = "그럼 그냥 진짜 정말 오늘 내일 우리 나도 저도 나는 저는 너무 이거 그거 저거 어디 언제 뭐야 뭐지 무슨 누가 누구 어때 어떻 좋아 좋아요 좋네 그래 그래요 아니 네네 안녕 안녕하세요 반가워 있어 있어요 없어 하자 할까 먹자 먹지 가자 보자 해요 했어 같이 다들 여기 거기 지금 the and that this with for you are was but not have has what when where who how why let's let lets can will shall about yes okay just like they our your its it's i'm we'll from all too some hello said says say like likes wants mentioned told";
pub(crate) const VERBS: &str = "(?:니다|어요|아요|해요|예요|에요|세요|네요|는데|을까|할게|했다|기로|었어|았어|했어|하자|먹자|가자|보자|만나자|정하자)$|^(?:정했|정해졌|결정|말했|그랬|말한)";
pub(crate) const PARTICLES: &str = "(..+?)(?:에서는?|으로|이라고|라고|이랑|한테|에게|부터|까지|에는|자고|다고|이나|에도|처럼|[랑을를이가은는의에로도와과])$";
pub(crate) const NOTHING: Text = Text("아직 정리할 이야기가 없어요.", "There is nothing to sum up yet.");
pub(crate) const TITLES: [Text; 3] = [Text("주제", "Topics"), Text("정한 것", "Decided"), Text("남은 질문", "Open questions")];
pub(crate) const NONE: Text = Text("없어요", "none");
