//! The language tutor: the mistakes that learners of English and Korean make most, each explained in a sentence.

use crate::talk::language::Text;

/// What is wrong, what is right, and why.
pub(crate) const MISTAKES: [(&str, &str, Text); 21] = [
    (r"\bi(?: a|')m agree\b", "I agree", Text("agree는 동사라서 am이 필요 없어요", "“agree” is a verb, so it needs no “am”")),
    (r"\b(he|she|it) don't\b", "$1 doesn't", Text("3인칭 단수에는 doesn't를 써요", "with he, she and it, say “doesn't”")),
    (r"\b(he|she) have\b", "$1 has", Text("3인칭 단수에는 has를 써요", "with he, she and it, say “has”")),
    (r"\b(he|she) go to\b", "$1 goes to", Text("3인칭 단수 동사에는 -s를 붙여요", "with he, she and it, the verb takes -s")),
    (r"\bgoed\b", "went", Text("go의 과거는 went예요", "the past of “go” is “went”")),
    (r"\b(didn't|did you|did he|did she) went\b", "$1 go", Text("did 뒤에는 동사원형이 와요", "after “did” comes the base form")),
    (r"\b(have|has) went\b", "$1 gone", Text("have 뒤에는 과거분사 gone이 와요", "after “have” comes the participle “gone”")),
    (r"\b(information|advice|homework)s\b", "$1", Text("셀 수 없는 명사예요", "this noun cannot be counted")),
    (r"\bmore (better|easier)\b", "$1", Text("이미 비교급이에요", "this is a comparative already")),
    (r"\bdiscuss about\b", "discuss", Text("discuss는 about 없이 바로 목적어를 써요", "“discuss” takes its object without “about”")),
    (r"\blook(ing)? forward to (meet|see)\b", "look$1 forward to ${2}ing", Text("여기서 to는 전치사라 -ing가 와요", "this “to” is a preposition, so -ing follows")),
    (r"\bgo to home\b", "go home", Text("home은 부사라서 to가 필요 없어요", "“home” is an adverb here and needs no “to”")),
    (r"\bdepend of\b", "depend on", Text("depend는 on과 함께 써요", "“depend” goes with “on”")),
    (r"안 ?되요", "안 돼요", Text("‘안’은 띄어 쓰고, ‘되어요’는 ‘돼요’로 줄어요", "“안” stands apart, and “되어요” becomes “돼요”")),
    (r"되요", "돼요", Text("‘되어요’가 줄어서 ‘돼요’가 돼요", "“돼요” is short for “되어요”")),
    (r"할께요", "할게요", Text("소리는 [할께요]지만 ‘-ㄹ게요’로 적어요", "it sounds like “께”, but is written “게”")),
    (r"몇일", "며칠", Text("언제나 ‘며칠’로 적어요", "it is always written “며칠”")),
    (r"오랫만", "오랜만", Text("‘오래간만’이 줄어든 말이에요", "it is short for “오래간만”")),
    (r"설겆이", "설거지", Text("소리 나는 대로 ‘설거지’로 적어요", "it is written “설거지”")),
    (r"학생이예요", "학생이에요", Text("받침 뒤에는 ‘이에요’를 써요", "after a final consonant it is “이에요”")),
    (r"친구이에요", "친구예요", Text("받침이 없으면 ‘예요’를 써요", "after a vowel it is “예요”")),
];
/// Nouns that surely take 은: verbs end in 는 too, as in 먹는.
pub(crate) const NOUNS: &str = "^(?:이름|집|책|밥|물|학생|선생님|한국|동생)$";
pub(crate) const AFTER_CONSONANT: Text = Text("받침이 있으면 ‘{particle}’을 써요", "after a final consonant it is “{particle}”");
pub(crate) const AFTER_VOWEL: Text = Text("받침이 없으면 ‘{particle}’을 써요", "after a vowel it is “{particle}”");
pub(crate) const PRAISE: [Text; 3] = [Text("잘 쓰셨어요! 하나만 고쳐 볼까요?", "Well tried! One thing to mend:"), Text("거의 다 왔어요.", "Nearly there."), Text("뜻은 잘 통해요.", "I understood you well.")];
pub(crate) const WELCOME: Text = Text("안녕하세요! 영어나 한국어로 한 문장을 써 보세요. 자주 하는 실수를 찾아 드릴게요.", "Hello! Write me a sentence in English or Korean, and I will look for the usual mistakes.");
pub(crate) const NO_MISTAKE: Text = Text("제가 아는 실수는 보이지 않아요, 좋아요! (데모라서 흔한 실수만 알아요.)", "I see no mistake that I know of, well done! (As a demo I only know the common ones.)");
pub(crate) const PHRASE: Text = Text("오늘의 표현: **{english}** = {korean}", "A phrase for today: **{korean}** ({sound}) = {english}");
