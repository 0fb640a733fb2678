//! Every error code has a sentence in both languages. The sentences are the page's; they are plain text, so
//! they are read here, where tests run without a browser.

use shared::ErrorCode;
use strum::IntoEnumIterator;

#[path = "../../../src/i18n/en/errors.rs"]
mod en;
#[path = "../../../src/i18n/ko/errors.rs"]
mod ko;

#[test]
fn every_error_code_has_a_sentence_of_its_own() {
    for code in ErrorCode::iter() {
        let sentences = [
            (en::error(code), "."),
            (ko::error(code), "요."),
            (en::error_of_hour(code), "."),
            (ko::error_of_hour(code), "요."),
        ];
        for (sentence, end) in sentences {
            assert!(sentence.ends_with(end), "{code}: {sentence}");
            assert!(
                sentence.len() > 12 && !sentence.contains('_') || code == ErrorCode::HandleCharacters,
                "{code}"
            );
        }
        // Only a code of a newer server may get the sentence for those.
        assert!(code == ErrorCode::Unknown || en::error(code) != en::error(ErrorCode::Unknown), "{code}");
        assert!(code == ErrorCode::Unknown || ko::error(code) != ko::error(ErrorCode::Unknown), "{code}");
    }
}

#[test]
fn every_field_of_a_draft_has_a_sentence() {
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
        for code in ErrorCode::iter() {
            assert!(en::field_error(field, code).ends_with('.'), "{field} {code:?}");
            assert!(ko::field_error(field, code).ends_with("요."), "{field} {code:?}");
        }
    }
}
