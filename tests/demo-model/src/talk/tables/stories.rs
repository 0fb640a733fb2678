//! What the storyteller and the general bot tell, and the Markdown sample.

use crate::talk::language::Text;

/// Lists that take turns have different lengths, so that no two near chapters are alike.
pub(crate) const PLACES: [Text; 7] = [
    Text("안개 낀 나루터", "the misty landing"), Text("오래된 은행나무 아래", "the old ginkgo tree"), Text("달빛 내린 마당", "the moonlit yard"), Text("구름다리 위", "the hanging bridge"),
    Text("빈 방앗간", "the empty mill"), Text("대나무 숲", "the bamboo grove"), Text("등대 꼭대기", "the top of the lighthouse"),
];
/// A thing is found in each chapter and matters in the next.
pub(crate) const THINGS: [Text; 8] = [
    Text("은빛 열쇠", "a silver key"), Text("젖은 지도", "a wet map"), Text("말하는 부채", "a talking fan"), Text("파란 등불", "a blue lantern"),
    Text("이름 없는 편지", "a letter without a name"), Text("작은 종", "a little bell"), Text("붉은 실타래", "a ball of red thread"), Text("따뜻한 돌", "a warm stone"),
];
pub(crate) const TURNS: [Text; 4] = [
    Text("그때 물소리가 뚝 그쳤어요.", "Then the sound of the water stopped."), Text("어디선가 방울 소리가 세 번 들렸어요.", "Somewhere a bell rang three times."),
    Text("바람이 등불을 껐고, 누군가 웃었어요.", "The wind put out the light, and somebody laughed."), Text("땅 밑에서 따뜻한 숨결이 올라왔어요.", "From under the ground came a warm breath."),
];
pub(crate) const HERO: Text = Text("나그네", "a traveller");
pub(crate) const FRIEND: Text = Text("늙은 뱃사공", "an old ferryman");
pub(crate) const WAY_HOME: Text = Text("집으로 가는 길", "the way home");
pub(crate) const BEGINNING: Text = Text("**{number}장.** {place}에서 {hero:은/는} {friend:을/를} 만났어요.{about} {turn} {end}", "**Chapter {number}.** At {place}, {hero} met {friend}.{about} {turn} {end}");
pub(crate) const CHAPTER: Text = Text("**{number}장.** {kept:을/를} 품에 넣은 {hero:은/는} {place}에 닿았어요. {friend}도 함께였어요.{about} {turn} {end}", "**Chapter {number}.** With {kept} in the sleeve, {hero} came to {place}, and {friend} came along.{about} {turn} {end}");
pub(crate) const END_OF_CHAPTER: Text = Text("발밑에는 {thing:이/가} 있었어요. {hero:은/는} 그것을 집어 들까요, 그냥 둘까요?", "At their feet lay {thing}. Will {hero} pick it up, or leave it?");
pub(crate) const ABOUT: Text = Text(" 모두가 {motif:을/를} 찾고 있던 밤이었지요.", " It was the night when everybody was looking for {motif}.");
pub(crate) const WISH: Text = Text(" “{wish}”라는 말이 떠올랐어요.", " The words “{wish}” came to mind.");
pub(crate) const LAST_CHAPTER: Text = Text("**마지막 장.** {kept:을/를} 내려놓자 {motif:이/가} 나타났어요. {hero:과/와} {friend:은/는} 마주 보고 웃었고, 마당에는 아침이 왔어요. 끝이에요.", "**The last chapter.** When {kept} was laid down, there it was: {motif}. {hero} and {friend} looked at each other and laughed, and morning came to the yard. The end.");
pub(crate) const ENDS: &str = r"끝내|마무리|결말|\b(?:the end|finish|ending)\b";
/// What a request wants a story about: "a story about a dragon", "용에 대한 이야기", "호랑이 이야기".
pub(crate) const SUBJECT: &str = r"\b(?:story|tale) (?:about|of) ([^.!?,]+)|(?:^|\s)(?:(\S+?)에? [대관]한|(\S+?)[이가] 나오는|([^\s,.]+)[,.]?) (?:이야기|얘기)";
pub(crate) const NO_SUBJECTS: &str = "재미있는 긴 짧은 무서운 옛날 다음 하나 그 좀 새 우리 words";
pub(crate) const ONLY_GO_ON: &str = r"^.{0,3}$|계속|다음|이어|이야기|\b(?:go on|continue|next|more\b|and then|story)";
/// The general bot's long story: its beginning, each of its days, and its end.
pub(crate) const LONG_STORY: [Text; 3] = [
    Text("옛날 어느 마을에 누구나 모이는 넓은 마당이 있었어요.", "Once there was a village with a wide yard where everybody met."),
    Text("{day}번째 날, 누군가 {place}에 {thing:을/를} 내려놓았어요. 아이들은 그것이 어디서 왔는지 궁금해서 저녁까지 이야기를 나누었어요. 할머니는 웃으면서 마당은 모두의 것이니 함께 나누면 된다고 했어요.", "On day {day}, somebody came to {place} and laid down {thing}. The children wondered where it was from and talked about it until the evening. Grandmother smiled and said that the yard belonged to all, so they shared it."),
    Text("그래서 오늘도 마당에는 이야기가 끊이지 않는대요. 끝이에요.", "And so the talk in the yard goes on to this day. The end."),
];
pub(crate) const MARKDOWN: Text = Text(
"## 마크다운 견본\n\n이 글에는 **굵은 글씨**, *기울임*, ~~취소선~~, `코드 조각`이 있어요.\n\n- 첫째\n- 둘째\n  - 둘째의 안쪽\n\n1. 하나\n2. 둘\n\n| 이름 | 좋아하는 것 |\n|---|---:|\n| 민수 | 김밥 |\n| 지수 | 떡볶이 |\n\n```rust\n// 인사를 하는 코드예요.\nfn main() {\n    println!(\"안녕하세요\");\n}\n```\n\n> 가는 말이 고와야 오는 말이 고와요.\n\n[러스트 누리집](https://www.rust-lang.org/)도 있어요.\n\n수식은 $e^{i\\pi} + 1 = 0$ 처럼 써요.\n",
"## A Markdown sample\n\nThis has **bold**, *italics*, ~~struck text~~ and `inline code`.\n\n- first\n- second\n  - inside the second\n\n1. one\n2. two\n\n| Name | Likes |\n|---|---:|\n| Ann | tea |\n| Bob | coffee |\n\n```rust\n// Says hello.\nfn main() {\n    println!(\"Hello\");\n}\n```\n\n> A kind word brings a kind word back.\n\nThere is [the Rust site](https://www.rust-lang.org/) too.\n\nMaths is written like $e^{i\\pi} + 1 = 0$.\n",
);
