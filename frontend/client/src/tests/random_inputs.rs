//! Random inputs in random order, none of which may break a client.

use proptest::prelude::*;

use super::Script;
use crate::{Connection, Input};

fn line() -> impl Strategy<Value = String> {
    let words = [
        "start",
        "entered open",
        "entered absent",
        "entered network",
        "opened",
        "closed 1006",
        "closed 4401",
        "closed 4000",
        "online",
        "offline",
        "visible",
        "suspend",
        "wake",
        "pass 100",
        "pass 16000",
        "reload",
        "join ann",
        "join bob",
        "retry 1 as 5",
        "discard 2",
        "regenerate 6 of 4",
        "typing on",
        "typing off",
        "older",
        "newer",
        "tonewest",
        "follow on",
        "follow off",
        "jump 1",
        "jump 4",
        "jump 90",
        "search x",
        "searcholder",
        "found x >4 | 5 zed x",
        "found x <4 | 3 zed x",
        "page around 1 newer | 1 zed x",
        "page around 4 newer more | 3..4",
        "page after 1 newer | 2..3",
        "page after 4 | 5 ann/1 x",
        "edit 7 of 2 new",
        "edit 7 of 4 new",
        "delete 8 of 3",
        "vote 9 in 4 for 1",
        "vote 10 in 4 for -",
        "setbot 11 cook",
        "removebot 12 cook",
        "resetsave",
        "requestbots",
        "requestbill",
        "accepted 7 8",
        "accepted 9 6",
        "refused 8 not_allowed",
        "refused 9 no_such_message",
        "refused 11 bad_bot handle=too_long",
        "drafts cook",
        "bill",
        "events | 6 edit 3 x | 7 delete 4 | 8 vote 4 ann 1",
        "events | 4 bot poll | 5 botgone cook",
        "run 4 streaming card poll",
        "pong",
        "welcome 3 as ann more",
        "welcome 5 as ann epoch bbb | 4 @bot<3 queued | 5 ann/1 x | run 4 streaming a가b",
        "resumed 5 as ann | 4 @bot<3 queued | 5 ann/1 x | run 4 thinking",
        "resumed 3 as ann",
        "events | 4 @bot<3 queued | 5 ann/1 x",
        "events | 6 end 4 done x | 7 unknown",
        "events | 9 ann/2 y",
        "delta 4 0 a가",
        "delta 4 2 가나다",
        "delta 4 900 z",
        "run 4 queued after 3",
        "accepted 1 5",
        "accepted 2 9",
        "refused 1 slow_down 300",
        "refused 2 stale",
        "refused - nickname_taken",
        "refused - slow_down",
        "page 1 more | 1 zed x",
        "types ann bob",
        "people 2 +bob -zed",
    ];
    prop_oneof![
        9 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => (1..4_u32, "[a-z가-힣]{1,5}").prop_map(|(nonce, text)| format!("say {nonce} {text}")),
    ]
}

proptest! {
    #[test]
    fn any_sequence_of_inputs_shows_each_item_once(lines in proptest::collection::vec(line(), 0..60)) {
        let mut script = Script::new();
        for line in lines {
            script.run(&line);
            // Printing checks that no item shows twice and that every key has its item.
            script.items();
            if let Some(at) = script.client.next_wakeup() {
                // A deadline that has passed has been met.
                let waits = matches!(script.client.connection(), Connection::Offline { .. });
                prop_assert!(at > script.now || waits, "{}", script.transcript);
            }
        }
    }

    #[test]
    fn any_text_is_read_without_panic(texts in proptest::collection::vec(".{0,60}", 0..10)) {
        let mut script = Script::live();
        for text in texts {
            script.handle(Input::Received(text));
        }
        let is_live = matches!(script.client.connection(), Connection::Live { .. });
        prop_assert!(is_live);
    }

    #[test]
    fn any_frame_that_is_nearly_right_is_read_without_panic(
        kind in proptest::sample::select(vec![
            "welcome", "events", "accepted", "refused", "delta", "run", "people", "typing", "page", "search_page", "batch", "new",
            "drafts", "bill", "knowledge",
        ]),
        fields in proptest::collection::vec((
            proptest::sample::select(vec![
                "you", "epoch", "head", "recovered", "messages", "events", "runs", "nonce", "seq", "code", "run",
                "offset", "text", "state", "names", "joined", "left", "count", "before", "around", "more", "newer", "query", "hits",
                "next", "frames", "limits",
                "drafts", "offer", "day", "all", "yours", "tool_uses", "card", "fields", "handle", "sources",
            ]),
            proptest::sample::select(vec![
                "0", "3", "18446744073709551615", "-1", "1.5", "null", "true", "[]", "{}", "\"\"", "\"가\"",
                "\"queued\"", "\"nonce-000000000001\"", "[{\"kind\":\"message\",\"seq\":4}]", "[{\"type\":\"batch\"}]",
            ]),
        ), 0..8),
    ) {
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let mut script = Script::live();
        script.run("events | 4 @bot<3 queued\nsay 1 hi");
        let comma = if fields.is_empty() { "" } else { "," };
        script.handle(Input::Received(format!("{{\"type\":\"{kind}\"{comma}{}}}", fields.join(","))));
        script.items();
    }
}
