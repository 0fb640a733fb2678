//! Ready texts: everything that Markdown can do here, and a story as long as one likes.

use super::language::Language;

/// A text with every kind of Markdown that the page shows.
pub(crate) fn markdown(language: Language) -> String {
    let (title, intro, list, table, rows, code, quote, link, maths) = match language {
        Language::Korean => (
            "마크다운 견본",
            "이 글에는 **굵은 글씨**, *기울임*, ~~취소선~~, `코드 조각`이 있어요.",
            "- 첫째\n- 둘째\n  - 둘째의 안쪽\n\n1. 하나\n2. 둘",
            "| 이름 | 좋아하는 것 |\n|---|---:|",
            "| 민수 | 김밥 |\n| 지수 | 떡볶이 |",
            "// 인사를 하는 코드예요.\nfn main() {\n    println!(\"안녕하세요\");\n}",
            "> 가는 말이 고와야 오는 말이 고와요.",
            "[러스트 누리집](https://www.rust-lang.org/)도 있어요.",
            "수식은 $e^{i\\pi} + 1 = 0$ 처럼 써요.",
        ),
        Language::English => (
            "A Markdown sample",
            "This has **bold**, *italics*, ~~struck text~~ and `inline code`.",
            "- first\n- second\n  - inside the second\n\n1. one\n2. two",
            "| Name | Likes |\n|---|---:|",
            "| Ann | tea |\n| Bob | coffee |",
            "// Says hello.\nfn main() {\n    println!(\"Hello\");\n}",
            "> A kind word brings a kind word back.",
            "There is [the Rust site](https://www.rust-lang.org/) too.",
            "Maths is written like $e^{i\\pi} + 1 = 0$.",
        ),
    };
    format!(
        "## {title}\n\n{intro}\n\n{list}\n\n{table}\n{rows}\n\n```rust\n{code}\n```\n\n{quote}\n\n{link}\n\n{maths}\n"
    )
}

/// A story of at least so many words, in short chapters that differ from each other.
pub(crate) fn story(language: Language, words: usize) -> String {
    const PLACES: [(&str, &str); 7] = [
        ("은행나무 아래", "under the ginkgo tree"),
        ("오래된 우물가", "beside the old well"),
        ("장독대 옆", "next to the clay jars"),
        ("돌담 너머", "beyond the stone wall"),
        ("대문 앞", "before the gate"),
        ("툇마루 위", "on the wooden porch"),
        ("감나무 그늘", "in the shade of the persimmon tree"),
    ];
    const ANIMALS: [(&str, &str); 5] = [
        ("까치 한 마리가", "a magpie"),
        ("얼룩고양이가", "a spotted cat"),
        ("늙은 두꺼비가", "an old toad"),
        ("하얀 강아지가", "a white puppy"),
        ("길 잃은 토끼가", "a lost rabbit"),
    ];
    const GIFTS: [(&str, &str); 6] = [
        ("반짝이는 단추를", "a shining button"),
        ("따뜻한 고구마를", "a warm sweet potato"),
        ("작은 종을", "a little bell"),
        ("파란 실타래를", "a ball of blue thread"),
        ("오래된 편지를", "an old letter"),
        ("노란 우산을", "a yellow umbrella"),
    ];
    let mut story = language.pick(
        "옛날 어느 마을에 누구나 모이는 넓은 마당이 있었어요.",
        "Once there was a village with a wide yard where everybody met.",
    );
    let mut day = 0_usize;
    while story.split_whitespace().count() + 14 < words {
        // The lists have different lengths, so that no two near days are alike.
        let cycle =
            |list: &[(&'static str, &'static str)]| list.iter().cycle().nth(day).copied().unwrap_or_default();
        let (place, animal, gift) = (cycle(&PLACES), cycle(&ANIMALS), cycle(&GIFTS));
        day += 1;
        story.push_str("\n\n");
        story.push_str(&language.pick(
            format!(
                "{day}번째 날, {} {} 찾아와 {} 내려놓았어요. 아이들은 그것이 어디서 왔는지 궁금해서 저녁까지 이야기를 나누었어요. \
                 할머니는 웃으면서 마당은 모두의 것이니 함께 나누면 된다고 했어요.",
                place.0, animal.0, gift.0
            ),
            format!(
                "On day {day}, {} came and laid down {} {}. The children wondered where it was from and talked about \
                 it until the evening. Grandmother smiled and said that the yard belonged to all, so they shared it.",
                animal.1, gift.1, place.1
            ),
        ));
    }
    story.push_str("\n\n");
    story.push_str(&language.pick(
        "그래서 오늘도 마당에는 이야기가 끊이지 않는대요. 끝이에요.",
        "And so the talk in the yard goes on to this day. The end.",
    ));
    story
}
