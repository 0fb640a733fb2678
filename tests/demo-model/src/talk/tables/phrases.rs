//! The phrase book of the translator, from which the tutor takes phrases too.

use crate::talk::language::Text;

/// Korean, English (variants separated by `/`, the usual one first), and how the Korean one sounds.
pub(crate) struct Phrase(pub(crate) &'static str, pub(crate) &'static str, pub(crate) &'static str);

pub(crate) const PHRASES: [Phrase; 24] = [
    Phrase("안녕하세요/안녕", "Hello/Hi/Good day", "annyeonghaseyo"),
    Phrase("좋은 아침이에요/좋은 아침", "Good morning", "joeun achimieyo"),
    Phrase("안녕히 주무세요/잘 자/잘 자요", "Good night", "annyeonghi jumuseyo"),
    Phrase("안녕히 가세요/잘 가/잘 가요", "Goodbye/Bye", "annyeonghi gaseyo"),
    Phrase("감사합니다/고마워요/고마워/고맙습니다", "Thank you/Thanks/Thank you very much", "gamsahamnida"),
    Phrase("죄송합니다/미안해요/미안해/미안합니다", "I am sorry/Sorry/I'm sorry", "joesonghamnida"),
    Phrase("만나서 반가워요/반갑습니다/반가워요/만나서 반갑습니다", "Nice to meet you/Pleased to meet you", "mannaseo bangawoyo"),
    Phrase("어떻게 지내세요/잘 지내", "How are you", "eotteoke jinaeseyo"),
    Phrase("이름이 뭐예요/이름이 뭐야/성함이 어떻게 되세요", "What is your name/What's your name", "ireumi mwoyeyo"),
    Phrase("이거 얼마예요/얼마예요", "How much is it/How much is this", "igeo eolmayeyo"),
    Phrase("화장실이 어디예요/화장실 어디예요", "Where is the bathroom/Where is the toilet", "hwajangsiri eodiyeyo"),
    Phrase("지금 몇 시예요/몇 시예요", "What time is it", "jigeum myeot siyeyo"),
    Phrase("모르겠어요/몰라요/잘 모르겠어요", "I do not know/I don't know", "moreugesseoyo"),
    Phrase("배고파요/배고파", "I am hungry/I'm hungry", "baegopayo"),
    Phrase("물 주세요/물 좀 주세요", "Water, please", "mul juseyo"),
    Phrase("피곤해요/피곤해", "I am tired/I'm tired", "pigonhaeyo"),
    Phrase("사랑해요/사랑해/사랑합니다", "I love you", "saranghaeyo"),
    Phrase("보고 싶어요/보고 싶어", "I miss you", "bogo sipeoyo"),
    Phrase("생일 축하해요/생일 축하해/생일 축하합니다", "Happy birthday", "saengil chukahaeyo"),
    Phrase("내일 봐요/내일 봐", "See you tomorrow", "naeil bwayo"),
    Phrase("또 만나요/또 봐요/나중에 봐요/나중에 봐", "See you again/See you later/See you", "tto mannayo"),
    Phrase("오늘 날씨가 좋네요/날씨가 좋네요/날씨가 좋아요", "The weather is nice today/The weather is nice", "oneul nalssiga jonneyo"),
    Phrase("점심 먹었어요/밥 먹었어요/밥 먹었어", "Have you eaten/Did you eat", "jeomsim meogeosseoyo"),
    Phrase("김밥 하나 주세요", "One kimbap, please", "gimbap hana juseyo"),
];
/// Words that ask for a translation and are not to be translated.
pub(crate) const ASKING: &str = r"(?:영어|한국어|한글)로는?(?: (?:번역해 ?(?:주세요|줘)|뭐라고 ?해요?|뭐예요|뭐야|어떻게 말해요?))?|번역(?:해 ?(?:주세요|줘)| 좀)?|무슨 뜻이(?:에요|야)|how (?:do you|do i|to) say|(?:please |can you )?translate|what (?:does|is)\b|(?:(?:in)?to|in) (?:korean|english)| mean$| please$";
/// When only a part of a Korean or an English text is in the book.
pub(crate) const PART: Text = Text("다는 모르지만 “{part}”는 알아요: {found}", "I do not know all of it, but “{part}” I do: {found}");
pub(crate) const UNKNOWN: Text = Text("그 말은 제 회화책에 없어요. 저는 데모라서 몇 가지 표현만 옮길 수 있어요. 이런 말을 보내 보세요: 안녕하세요, 감사합니다, 이거 얼마예요, 보고 싶어요.", "That is not in my phrase book: as a demo I only know a few phrases. Try one of these: Hello, Thank you, How much is it, I miss you.");
