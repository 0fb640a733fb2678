//! The phrase book: what the translator knows, and where the tutor takes words from.

/// A phrase in both languages, the usual form first in each, and how the Korean one sounds.
pub(crate) struct Phrase {
    pub(crate) korean: &'static [&'static str],
    pub(crate) english: &'static [&'static str],
    pub(crate) sound: &'static str,
}

const fn phrase(
    korean: &'static [&'static str],
    english: &'static [&'static str],
    sound: &'static str,
) -> Phrase {
    Phrase { korean, english, sound }
}

#[rustfmt::skip]
pub(crate) const PHRASES: [Phrase; 50] = [
    phrase(&["안녕하세요", "안녕"], &["Hello", "Hi", "Good day"], "annyeonghaseyo"),
    phrase(&["좋은 아침이에요", "좋은 아침"], &["Good morning"], "joeun achimieyo"),
    phrase(&["안녕히 주무세요", "잘 자", "잘 자요"], &["Good night"], "annyeonghi jumuseyo"),
    phrase(&["안녕히 가세요", "잘 가", "잘 가요"], &["Goodbye", "Bye"], "annyeonghi gaseyo"),
    phrase(&["감사합니다", "고마워요", "고마워", "고맙습니다"], &["Thank you", "Thanks", "Thank you very much"], "gamsahamnida"),
    phrase(&["천만에요"], &["You are welcome", "You're welcome"], "cheonmaneyo"),
    phrase(&["죄송합니다", "미안해요", "미안해", "미안합니다"], &["I am sorry", "Sorry", "I'm sorry"], "joesonghamnida"),
    phrase(&["실례합니다", "저기요"], &["Excuse me"], "sillyehamnida"),
    phrase(&["괜찮아요", "괜찮아"], &["It is okay", "It's okay", "No problem"], "gwaenchanayo"),
    phrase(&["네", "예", "응"], &["Yes"], "ne"),
    phrase(&["아니요", "아니"], &["No"], "aniyo"),
    phrase(&["만나서 반가워요", "반갑습니다", "반가워요", "만나서 반갑습니다"], &["Nice to meet you", "Pleased to meet you"], "mannaseo bangawoyo"),
    phrase(&["어떻게 지내세요", "잘 지내요", "잘 지내"], &["How are you"], "eotteoke jinaeseyo"),
    phrase(&["잘 지내요 고마워요", "저는 잘 지내요"], &["I am fine", "I'm fine"], "jal jinaeyo"),
    phrase(&["이름이 뭐예요", "이름이 뭐야", "성함이 어떻게 되세요"], &["What is your name", "What's your name"], "ireumi mwoyeyo"),
    phrase(&["이거 얼마예요", "얼마예요"], &["How much is it", "How much is this"], "igeo eolmayeyo"),
    phrase(&["화장실이 어디예요", "화장실 어디예요"], &["Where is the bathroom", "Where is the toilet"], "hwajangsiri eodiyeyo"),
    phrase(&["지금 몇 시예요", "몇 시예요"], &["What time is it"], "jigeum myeot siyeyo"),
    phrase(&["도와주세요", "도와줘"], &["Please help me", "Help", "Help me"], "dowajuseyo"),
    phrase(&["모르겠어요", "몰라요", "잘 모르겠어요"], &["I do not know", "I don't know"], "moreugesseoyo"),
    phrase(&["알겠어요", "알겠습니다"], &["I understand", "I see"], "algesseoyo"),
    phrase(&["이해가 안 돼요", "이해 못 했어요"], &["I do not understand", "I don't understand"], "ihaega an dwaeyo"),
    phrase(&["천천히 말해 주세요"], &["Please speak slowly"], "cheoncheonhi malhae juseyo"),
    phrase(&["다시 말해 주세요"], &["Please say it again", "Say it again"], "dasi malhae juseyo"),
    phrase(&["배고파요", "배고파"], &["I am hungry", "I'm hungry"], "baegopayo"),
    phrase(&["맛있어요", "맛있어", "맛있습니다"], &["It is delicious", "It's delicious", "Delicious"], "masisseoyo"),
    phrase(&["맛있게 드세요"], &["Enjoy your meal"], "masitge deuseyo"),
    phrase(&["물 주세요", "물 좀 주세요"], &["Water, please", "Water please"], "mul juseyo"),
    phrase(&["피곤해요", "피곤해"], &["I am tired", "I'm tired"], "pigonhaeyo"),
    phrase(&["사랑해요", "사랑해", "사랑합니다"], &["I love you"], "saranghaeyo"),
    phrase(&["보고 싶어요", "보고 싶어"], &["I miss you"], "bogo sipeoyo"),
    phrase(&["좋아요", "좋아"], &["Good", "Sounds good"], "joayo"),
    phrase(&["생일 축하해요", "생일 축하해", "생일 축하합니다"], &["Happy birthday"], "saengil chukahaeyo"),
    phrase(&["축하해요", "축하해", "축하합니다"], &["Congratulations"], "chukahaeyo"),
    phrase(&["힘내세요", "힘내", "화이팅", "파이팅"], &["Cheer up", "You can do it"], "himnaeseyo"),
    phrase(&["새해 복 많이 받으세요"], &["Happy New Year"], "saehae bok mani badeuseyo"),
    phrase(&["내일 봐요", "내일 봐"], &["See you tomorrow"], "naeil bwayo"),
    phrase(&["또 만나요", "또 봐요", "나중에 봐요", "나중에 봐"], &["See you again", "See you later", "See you"], "tto mannayo"),
    phrase(&["오늘 날씨가 좋네요", "날씨가 좋네요", "날씨가 좋아요"], &["The weather is nice today", "The weather is nice"], "oneul nalssiga jonneyo"),
    phrase(&["저는 학생이에요", "나는 학생이야"], &["I am a student", "I'm a student"], "jeoneun haksaengieyo"),
    phrase(&["저는 한국어를 배워요", "한국어를 배우고 있어요"], &["I am learning Korean", "I'm learning Korean", "I learn Korean"], "jeoneun hangugeoreul baewoyo"),
    phrase(&["저는 한국 사람이에요"], &["I am Korean", "I'm Korean"], "jeoneun hanguk saramieyo"),
    phrase(&["점심 먹었어요", "밥 먹었어요", "밥 먹었어"], &["Have you eaten", "Did you eat"], "jeomsim meogeosseoyo"),
    phrase(&["같이 가요", "같이 가자"], &["Let's go together", "Let us go together"], "gachi gayo"),
    phrase(&["잠깐만요", "잠깐만", "잠시만요"], &["Just a moment", "Wait a moment", "One moment"], "jamkkanmanyo"),
    phrase(&["조심하세요", "조심해"], &["Be careful", "Take care"], "josimhaseyo"),
    phrase(&["어서 오세요", "환영합니다"], &["Welcome"], "eoseo oseyo"),
    phrase(&["친구"], &["friend"], "chingu"),
    phrase(&["마당"], &["yard"], "madang"),
    phrase(&["김밥 하나 주세요"], &["One kimbap, please", "One kimbap please"], "gimbap hana juseyo"),
];

/// A text as it is looked up: lower case, single spaces, no marks.
pub(crate) fn plain(text: &str) -> String {
    let letters = text.to_lowercase().replace('’', "'");
    let letters: String = letters
        .chars()
        .map(|letter| if letter.is_alphanumeric() || letter == '\'' { letter } else { ' ' })
        .collect();
    // An apostrophe within a word belongs to it; around words it is a quotation mark.
    let words =
        letters.split_whitespace().map(|word| word.trim_matches('\'')).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
