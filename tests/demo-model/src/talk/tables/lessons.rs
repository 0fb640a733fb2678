//! The translator's phrase book, and the mistakes that learners of English and Korean make most.

use crate::talk::language::Text;

/// The usual Korean, the usual English, how the Korean one sounds, and variants in both languages.
pub(crate) struct Phrase(pub(crate) &'static str, pub(crate) &'static str, pub(crate) &'static str, pub(crate) &'static str);

pub(crate) const PHRASES: [Phrase; 14] = [
    Phrase("안녕하세요", "Hello", "annyeonghaseyo", "안녕/Hi/Good day"), Phrase("좋은 아침이에요", "Good morning", "joeun achimieyo", "좋은 아침"),
    Phrase("안녕히 가세요", "Goodbye", "annyeonghi gaseyo", "잘 가/잘 가요/Bye"), Phrase("감사합니다", "Thank you", "gamsahamnida", "고마워요/고마워/고맙습니다/Thanks/Thank you very much"),
    Phrase("죄송합니다", "I am sorry", "joesonghamnida", "미안해요/미안해/미안합니다/Sorry/I'm sorry"), Phrase("만나서 반가워요", "Nice to meet you", "mannaseo bangawoyo", "반갑습니다/반가워요/만나서 반갑습니다/Pleased to meet you"),
    Phrase("이름이 뭐예요", "What is your name", "ireumi mwoyeyo", "이름이 뭐야/성함이 어떻게 되세요/What's your name"), Phrase("이거 얼마예요", "How much is it", "igeo eolmayeyo", "얼마예요/How much is this"),
    Phrase("화장실이 어디예요", "Where is the bathroom", "hwajangsiri eodiyeyo", "화장실 어디예요/Where is the toilet"), Phrase("배고파요", "I am hungry", "baegopayo", "배고파/I'm hungry"),
    Phrase("사랑해요", "I love you", "saranghaeyo", "사랑해/사랑합니다"), Phrase("보고 싶어요", "I miss you", "bogo sipeoyo", "보고 싶어"),
    Phrase("생일 축하해요", "Happy birthday", "saengil chukahaeyo", "생일 축하해/생일 축하합니다"), Phrase("내일 봐요", "See you tomorrow", "naeil bwayo", "내일 봐"),
];
/// Words that ask for a translation and are not to be translated.
pub(crate) const ASKING: &str = r"(?:영어|한국어|한글)로는?(?: (?:번역해 ?(?:주세요|줘)|뭐라고 ?해요?|뭐예요|뭐야|어떻게 말해요?))?|번역(?:해 ?(?:주세요|줘)| 좀)?|무슨 뜻이(?:에요|야)|how (?:do you|do i|to) say|(?:please |can you )?translate|what (?:does|is)\b|(?:(?:in)?to|in) (?:korean|english)| mean$| please$";
/// When only a part of a Korean or an English text is in the book.
pub(crate) const PART: Text = Text("다는 모르지만 “{part}”는 알아요: {found}", "I do not know all of it, but “{part}” I do: {found}");
pub(crate) const UNKNOWN: Text = Text("그 말은 제 회화책에 없어요. 저는 데모라서 몇 가지 표현만 옮길 수 있어요. 이런 말을 보내 보세요: 안녕하세요, 감사합니다, 이거 얼마예요, 보고 싶어요.", "That is not in my phrase book: as a demo I only know a few phrases. Try one of these: Hello, Thank you, How much is it, I miss you.");
/// What is wrong, what is right, and why.
pub(crate) const MISTAKES: [(&str, &str, Text); 12] = [
    (r"\bi(?: a|')m agree\b", "I agree", Text("agree는 동사라서 am이 필요 없어요", "“agree” is a verb, so it needs no “am”")),
    (r"\b(he|she|it) don't\b", "$1 doesn't", Text("3인칭 단수에는 doesn't를 써요", "with he, she and it, say “doesn't”")),
    (r"\b(he|she) have\b", "$1 has", Text("3인칭 단수에는 has를 써요", "with he, she and it, say “has”")),
    (r"\bgoed\b", "went", Text("go의 과거는 went예요", "the past of “go” is “went”")),
    (r"\b(didn't|did you|did he|did she) went\b", "$1 go", Text("did 뒤에는 동사원형이 와요", "after “did” comes the base form")),
    (r"\b(information|advice|homework)s\b", "$1", Text("셀 수 없는 명사예요", "this noun cannot be counted")),
    (r"\bdiscuss about\b", "discuss", Text("discuss는 about 없이 바로 목적어를 써요", "“discuss” takes its object without “about”")),
    (r"되요", "돼요", Text("‘되어요’가 줄어서 ‘돼요’가 돼요", "“돼요” is short for “되어요”")),
    (r"할께요", "할게요", Text("소리는 [할께요]지만 ‘-ㄹ게요’로 적어요", "it sounds like “께”, but is written “게”")),
    (r"몇일", "며칠", Text("언제나 ‘며칠’로 적어요", "it is always written “며칠”")),
    (r"오랫만", "오랜만", Text("‘오래간만’이 줄어든 말이에요", "it is short for “오래간만”")),
    (r"학생이예요", "학생이에요", Text("받침 뒤에는 ‘이에요’를 써요", "after a final consonant it is “이에요”")),
];
pub(crate) const PARTICLE: Text = Text("받침이 있으면 ‘을’, 없으면 ‘를’이라서 ‘{particle}’을 써요", "after a consonant it is “을”, after a vowel “를”: here “{particle}”");
pub(crate) const PRAISE: Text = Text("거의 다 왔어요. 조금만 고쳐 볼까요?", "Well tried! Something to mend:");
pub(crate) const GREETING: &str = r"^$|안녕|\b(?:hello|hi)\b";
pub(crate) const WELCOME: Text = Text("안녕하세요! 영어나 한국어로 한 문장을 써 보세요. 자주 하는 실수를 찾아 드릴게요.", "Hello! Write me a sentence in English or Korean, and I will look for the usual mistakes.");
pub(crate) const NO_MISTAKE: Text = Text("제가 아는 실수는 보이지 않아요, 좋아요! (데모라서 흔한 실수만 알아요.)", "I see no mistake that I know of, well done! (As a demo I only know the common ones.)");
