//! Every way in which an answer ends.

use expect_test::expect;
use models::Api;

use super::{HELLO, STOP, check, check_events, ended};
use crate::script::{data, line};

#[test]
fn case_64_an_end_of_bytes_without_a_reason_is_a_cut() {
    check(
        &[],
        expect![[r#"
            end of bytes
            ended Cut
        "#]],
    );
    check_events(
        &[HELLO],
        expect![[r#"
            started ? after nothing
            text "Hello"
            end of bytes
            ended Cut
        "#]],
    );
    check_events(
        &[HELLO, "[DONE]"],
        expect![[r#"
            started ? after nothing
            text "Hello"
            ended Cut
        "#]],
    );
    check(
        &[&data(&[HELLO]), data(&[STOP]).split_at(200).0],
        expect![[r#"
            started ? after nothing
            text "Hello"
            alive
            end of bytes
            ended Cut
        "#]],
    );
}

#[test]
fn the_last_event_may_lack_its_empty_line() {
    check(
        &[&data(&[HELLO]), data(&[STOP]).trim_end()],
        expect![[r#"
            started ? after nothing
            text "Hello"
            alive
            end of bytes
            text " there"
            ended Complete, tokens 11 (4 cached) + 23
        "#]],
    );
}

#[test]
fn case_69_every_reason() {
    let reasons: Vec<_> = [
        "STOP",
        "MAX_TOKENS",
        "SAFETY",
        "RECITATION",
        "LANGUAGE",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "MODEL_ARMOR",
        "IMAGE_SAFETY",
        "MALFORMED_FUNCTION_CALL",
        "UNEXPECTED_TOOL_CALL",
        "MALFORMED_RESPONSE",
        "OTHER",
        "TOO_MANY_TOOL_CALLS",
        "MISSING_THOUGHT_SIGNATURE",
        "FROM_THE_FUTURE",
        "not a word",
    ]
    .iter()
    .map(|reason| {
        let mut decoder = Api::Gemini.decoder();
        decoder.push(data(&[HELLO, &ended(reason)]).as_bytes());
        format!("{reason}: {}", line(decoder.finish().pop().unwrap()))
    })
    .collect();
    expect![[r#"
        STOP: ended Complete, tokens 11 (4 cached) + 23
        MAX_TOKENS: ended Length, tokens 11 (4 cached) + 23
        SAFETY: ended Filtered, tokens 11 (4 cached) + 23
        RECITATION: ended Filtered, tokens 11 (4 cached) + 23
        LANGUAGE: ended Filtered, tokens 11 (4 cached) + 23
        BLOCKLIST: ended Filtered, tokens 11 (4 cached) + 23
        PROHIBITED_CONTENT: ended Filtered, tokens 11 (4 cached) + 23
        SPII: ended Filtered, tokens 11 (4 cached) + 23
        MODEL_ARMOR: ended Filtered, tokens 11 (4 cached) + 23
        IMAGE_SAFETY: ended Filtered, tokens 11 (4 cached) + 23
        MALFORMED_FUNCTION_CALL: failed: Overloaded, note "stream finish=malformed_function_call", tokens 11 (4 cached) + 23
        UNEXPECTED_TOOL_CALL: failed: Overloaded, note "stream finish=unexpected_tool_call", tokens 11 (4 cached) + 23
        MALFORMED_RESPONSE: failed: Overloaded, note "stream finish=malformed_response", tokens 11 (4 cached) + 23
        OTHER: failed: Overloaded, note "stream finish=other", tokens 11 (4 cached) + 23
        TOO_MANY_TOOL_CALLS: failed: BadRequest, note "stream finish=too_many_tool_calls", tokens 11 (4 cached) + 23
        MISSING_THOUGHT_SIGNATURE: failed: BadRequest, note "stream finish=missing_thought_signature", tokens 11 (4 cached) + 23
        FROM_THE_FUTURE: failed: InvalidResponse, note "stream finish=from_the_future", tokens 11 (4 cached) + 23
        not a word: failed: InvalidResponse, note "stream finish=odd", tokens 11 (4 cached) + 23
    "#]].assert_eq(&(reasons.join("\n") + "\n"));
}

#[test]
fn case_69_thinking_can_take_the_whole_limit() {
    check_events(
        &[&ended("MAX_TOKENS")],
        expect![[r#"
            started ? after nothing
            end of bytes
            ended Length, tokens 11 (4 cached) + 23
        "#]],
    );
}

#[test]
fn case_70_a_prompt_that_is_not_answered_is_blocked() {
    check_events(
        &[
            r#"{"promptFeedback":{"blockReason":"SAFETY","safetyRatings":[]},"usageMetadata":{"promptTokenCount":8,"totalTokenCount":8}}"#,
            HELLO,
        ],
        expect![[r#"
            started ? after nothing
            failed: PolicyBlocked, note "stream block=safety", tokens 8 (0 cached) + 0
        "#]],
    );
    let reasons: Vec<_> = [
        "OTHER",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "IMAGE_SAFETY",
        "MODEL_ARMOR",
        "JAILBREAK",
        "FROM_THE_FUTURE",
        "a b",
    ]
    .iter()
    .map(|reason| {
        let event = format!(r#"{{"promptFeedback":{{"blockReason":"{reason}"}}}}"#);
        line(Api::Gemini.decoder().push(data(&[&event]).as_bytes()).pop().unwrap())
    })
    .collect();
    expect![[r#"
        failed: PolicyBlocked, note "stream block=other"
        failed: PolicyBlocked, note "stream block=blocklist"
        failed: PolicyBlocked, note "stream block=prohibited_content"
        failed: PolicyBlocked, note "stream block=image_safety"
        failed: PolicyBlocked, note "stream block=model_armor"
        failed: PolicyBlocked, note "stream block=jailbreak"
        failed: PolicyBlocked, note "stream block=from_the_future"
        failed: PolicyBlocked, note "stream block=odd"
    "#]]
    .assert_eq(&(reasons.join("\n") + "\n"));
}

#[test]
fn case_70_an_answer_may_be_empty() {
    check_events(
        &[&ended("STOP")],
        expect![[r#"
            started ? after nothing
            end of bytes
            ended Complete, text "", tokens 11 (4 cached) + 23
        "#]],
    );
    let thought = HELLO.replace(r#""text":"Hello""#, r#""text":"Hm.","thought":true"#);
    check_events(
        &[&thought, &ended("STOP")],
        expect![[r#"
            started ? after nothing
            thought "Hm."
            end of bytes
            ended Complete, text "", tokens 11 (4 cached) + 23
        "#]],
    );
}
