//! What the general bot understands, and what it says.

use super::stories::MARKDOWN;
use crate::talk::language::{QUESTION_WORDS, Replies, Text};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent { OwnName, Fact, WhoSaid, LastWords, Likes, People, NameOf, Summary, Story, Sum, Told, Other, /** Needs no values. */ Simple }

/// What is asked for. The first row that matches and has an answer wins; an empty pattern always matches.
pub(crate) const ROWS: [(Intent, &str, Replies); 17] = [
    (Intent::OwnName, "", &[
        ("name", Text("{name}님이에요! 이름이 {name:이라고/라고} 알려 주셨잖아요.", "Your name is {name}. You told me so.")),
        ("nickname", Text("아직 이름을 알려 주지 않으셔서 몰라요. 닉네임은 {nickname:으로/로} 보여요. 이름을 알려 주시면 기억할게요.", "I do not know: you have not told me your name. I see your nickname, {nickname}. Tell me your name and I will remember it.")),
        ("", Text("아직 이름을 알려 주지 않으셨어요. 뭐라고 불러 드릴까요?", "You have not told me your name yet. What shall I call you?"))]),
    (Intent::Simple, r"(?:[네니]|너의|당신의?) 이름.*(?:뭐|뭔|무엇|\?)|(?:넌|너는?) 누구|누구(?:세요|니)|(?:who|what) are you|your name.*\?|what.*your name", &[("", Text("저는 이 방의 데모 모델이에요. 진짜 언어 모델은 아니지만, 여러분이 한 말은 기억해요.", "I am the demo model of this room: not a real language model, but I remember what people said."))]),
    (Intent::Fact, QUESTION_WORDS, &[("thing", Text("{thing:은/는} {value:이라고/라고} 들었어요.", "I was told that the {thing} is {value}."))]),
    (Intent::WhoSaid, r"(?:^|[\s,])누가 .*(?:했|그랬|좋아|싫어|먹자|말한)|\bwho\b.*\b(?:said|likes?|wants|mentioned|told|hates|loves)\b", &[
        ("said", Text("{speaker}님이에요. “{said}”라고 하셨어요.", "It was {speaker}, who said “{said}”.")),
        ("", Text("그런 말은 못 들었어요.", "I have heard nobody say that."))]),
    (Intent::LastWords, r"뭐라고|뭐라 [했그]|무슨 (?:말|얘기|이야기)|뭐래|했던 말|한 말|\bwhat\b.*\b(?:say|said|saying|tell|told)\b", &[
        ("demo_said", Text("제가 마지막으로 한 말은 “{demo_said}”예요.", "I last said “{demo_said}”.")),
        ("said", Text("{speaker}님이 마지막으로 하신 말은 “{said}”예요.", "{who} last said “{said}”.")),
        ("silent", Text("그 전에 하신 말은 못 봤어요.", "I have seen nothing said before that.")),
        ("", Text("누구의 말인지 모르겠어요. 아직 그런 분의 말은 못 봤어요.", "I am not sure whom you mean: I have not seen anybody like that say something."))]),
    (Intent::Likes, r"(?:뭐|뭘|뭔|무엇|무슨|누구|어떤|궁금).*좋아|좋아.*(?:뭐|뭘|무엇|누구|궁금)|\b(?:what|which)\b.*\b(?:like|love|prefer|enjoy)\b", &[
        ("likes", Text("{speaker}님은 {likes:을/를} 좋아한다고 하셨어요.", "{who} said {they} like {likes}.")),
        ("dislikes", Text("{dislikes:은/는} 싫어한다고 하셨어요.", "{who} said {they} do not like {dislikes}.")),
        ("", Text("그건 아직 못 들었어요.", "You have not told me that yet."))]),
    (Intent::People, r"누[가구] (?:있|여기)|누구누구|누가 누가|참가자|멤버|who(?:['’]s| is| are| all)(?: here| in\b)|who all|participants|(?:우리|모두의) 이름|(?:our|every(?:one|body)['’]s) names?", &[("count", Text("제가 말을 들은 분은 {count}명이에요: {names}.", "I have heard {count} so far: {names}."))]),
    (Intent::NameOf, r"이름[이은]? (?:뭐|무엇|뭔)|\bwhat\b.*\bname\b", &[
        ("name", Text("{speaker}님의 이름은 {name:이에요/예요}.", "The name of {speaker} is {name}.")),
        ("nickname", Text("{nickname}님은 아직 이름을 알려 주지 않으셨어요.", "{nickname} has not told me a name."))]),
    (Intent::Summary, r"요약|정리해|summari[sz]e|summary|sum (?:it )?up", &[("count", Text("지금까지 {count}개의 말이 있었어요.{lines}", "There were {count} messages so far.{lines}"))]),
    (Intent::Simple, r"마크다운|markdown|(?:코드|표 |표를|수식).*(?:보여|해 ?줘|써 ?줘|예시|예제|만들|테스트)|\b(?:show|example|demo|write|give|render|test)\b.*\b(?:code|table|maths?|formula)\b", &[("", MARKDOWN)]),
    (Intent::Story, r"(?:긴|길게).*(?:이야기|얘기|동화)|(?:이야기|얘기|동화).*(?:길게|해 ?줘|들려|써|하나)|\b(?:tell|write|long)\b.*\b(?:story|tale)\b", &[("story", Text("{story}", "{story}"))]),
    (Intent::Sum, r"\d", &[
        ("value", Text("{sum} = {value} 이에요.", "{sum} = {value}")),
        ("", Text("{sum} 은 계산할 수 없어요. 0으로 나눌 수는 없거든요.", "{sum} has no value: nothing can be divided by zero."))]),
    (Intent::Simple, r"(?:뭐|뭘|무엇을) 할 ?수|도움말|도와줘|사용법|what can you|how do you work|^\s*help\W*$", &[("", Text("저는 데모 모델이에요. {abilities}", "I am a demo model. {abilities}"))]),
    // Something told in passing is confirmed, but what is asked comes first.
    (Intent::Told, "", &[
        ("told_name", Text("반가워요, {told_name}님! 이름을 기억할게요.", "Nice to meet you, {told_name}! I will remember your name.")),
        ("told_likes", Text("{told_likes:을/를} 좋아하시는군요, 기억할게요.", "You like {told_likes}: I will remember that.")),
        ("", Text("“{words}”, 기억할게요{address}.", "“{words}”: I will remember that{address}."))]),
    (Intent::Simple, r"고마워|고맙|감사|땡큐|thank|\bthx\b", &[("", Text("천만에요{address}! 또 불러 주세요.", "You are welcome{address}!"))]),
    (Intent::Simple, r"안녕|하이|반가|헬로|\b(?:hello|hi|hey|greetings)\b", &[("", Text("안녕하세요{address}! 반가워요. 저는 데모 모델이에요. 이름을 알려 주시면 기억할게요.", "Hello{address}! Nice to see you. I am a demo model. Tell me your name and I will remember it."))]),
    (Intent::Other, "", &[
        ("words", Text("“{words}”라고 하셨네요{address}. 저는 데모 모델이라 깊은 대답은 못 해요. {abilities}", "You said “{words}”{address}. I am only a demo model, so I have no deeper answer. {abilities}")),
        ("", Text("네{address}, 부르셨어요? 저는 데모 모델이라 깊은 대답은 못 해요. {abilities}", "Yes{address}? I am only a demo model, so I have no deeper answer. {abilities}"))]),
];
pub(crate) const ABILITIES: Text = Text("이름이나 좋아하는 것을 알려 주시면 기억하고, 누가 뭐라고 했는지, 여기 누가 있는지 말해 드리고, 간단한 계산을 하고, 마크다운이나 긴 이야기를 보여 드릴 수 있어요.", "I can remember names and what people like, tell who is here and who said what, do small sums, show Markdown, and tell a long story.");
pub(crate) const ADDRESS: Text = Text(", {name}님", ", {name}");
/// What somebody without a nickname and a name is called.
pub(crate) const NAMELESS: Text = Text("익명", "somebody");
/// How somebody asks for their own name: with these words beside 이름 or "my name" in a question, or in so many words.
pub(crate) const OWN: &str = r"(?:^|[\s,])(?:(?:내|제|나의|저의|나|저) (?:(?:진짜|새|바뀐|지금|현재|원래|본래|새로운) )*|내)이름|\bmy name\b";
pub(crate) const ASKS_FOR_NAME: &str = r"알려 ?줘|알려 ?주세|대답|뭐|무엇|뭔|뭘|기억|알아|알고|알지|아니|아세요|말해|맞춰|맞혀|누구|\b(?:what|know|remember|tell|say|recall)\b";
pub(crate) const WHO_AM_I: &str = r"(?:나|저|날|나를) 기억|(?:내가|제가|나|난|나는|저는) 누구|내가 누군|(?:나를|날) 뭐라고|who am i|who i am|what am i called|remember me|(?:should you|do you) call me";
/// Whose words are asked for.
pub(crate) const OF_DEMO: &str = r"(?:^|\s)(?:너|너는|넌|네가|니가|당신은?|챗봇[이은])(?:\s|$)|(?:did|have) you sa(?:y|id)|you said|are you saying";
pub(crate) const OF_ASKER: &str = r"(?:^|\s)(?:내가|제가|나는?|난)(?:\s|$)|(?:did|have) i (?:say|said|tell)|\bi (?:said|told)";
/// Signs in words, and commas within numbers.
pub(crate) const SIGNS: [(&str, &str); 5] = [("더하기|plus", "+"), ("빼기|minus|−", "-"), ("곱하기|times|×", "*"), ("나누기|divided by|÷", "/"), (r",(\d)", "$1")];
/// Words beside a sum that ask for its value, and a text that is nothing else.
pub(crate) const WANTS_SUM: &str = r"계산|얼마|몇|뭐|=|\?|답|what|calculate|compute|how much| \+ |^[\d\s+*/().-]*(?:[+*]|\s[/-])[\d\s+*/().-]*\W*$";
