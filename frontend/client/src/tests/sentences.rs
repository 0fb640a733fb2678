//! Every reason that the wire knows is a sentence in both languages. The sentences are the page's; they are plain text, so
//! they are read here, where tests run without a browser.

use shared::Code;

#[path = "../../../src/text/en/codes.rs"]
mod en;
#[path = "../../../src/text/ko/codes.rs"]
mod ko;

/// The words that `Code::from_word` knows, from its own source: a new one is here by itself.
fn words() -> Vec<&'static str> {
    let source = include_str!("../../../../shared/src/code.rs");
    let quoted = source.split('"').skip(1).step_by(2);
    let words: Vec<&str> = quoted.filter(|word| Code::from_word(word) != Code::Unknown).collect();
    assert!(words.len() >= 44 && words.contains(&"bad_json") && words.contains(&"no_such_bot"), "{words:?}");
    words
}

#[test]
fn no_reason_is_without_a_sentence() {
    for word in words().into_iter().chain(["a_word_of_tomorrow"]) {
        let code = Code::from_word(word);
        assert!(code != Code::Unknown || matches!(word, "a_word_of_tomorrow" | "unknown"), "{word}");
        for (sentence, end) in [(en::code(code), "."), (ko::code(code), "요.")] {
            assert!(sentence.ends_with(end), "{word}: {sentence}");
            assert!(
                sentence.len() > 12 && !sentence.contains('_') || code == Code::HandleCharacters,
                "{word}"
            );
        }
        // Only a word of a newer server may get the sentence for those.
        assert!(code == Code::Unknown || en::code(code) != en::code(Code::Unknown), "{word}");
        assert!(code == Code::Unknown || ko::code(code) != ko::code(Code::Unknown), "{word}");
    }
}

#[test]
fn no_field_is_without_a_sentence() {
    let fields = [
        "handle",
        "aliases",
        "name",
        "about",
        "instructions",
        "model",
        "temperature",
        "top_p",
        "max_output_tokens",
        "reasoning_effort",
        "tools",
        "a_field_of_tomorrow",
    ];
    for field in fields {
        for code in words().into_iter().map(Code::from_word) {
            assert!(en::fault(field, code).ends_with('.'), "{field} {code:?}");
            assert!(ko::fault(field, code).ends_with("요."), "{field} {code:?}");
        }
    }
}
