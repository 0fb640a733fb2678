//! Checks `protocol.md`: its codes, limits and frames are those of `shared`.

use std::collections::BTreeSet;

use serde_json::Value;
use shared::entry::EnterStatus;
use shared::{CloseCode, ErrorCode, RunState, limits};
use strum::VariantNames;

use crate::documents::cells;
use crate::{files, read, report, root};

#[test]
fn error_codes_and_states_are_those_of_the_protocol() {
    let text = read("docs/protocol.md");
    let documented = first_cells(&text, "## Error codes");
    // The code for words of a newer server is never sent.
    let mut actual: BTreeSet<String> = ErrorCode::VARIANTS.iter().map(ToString::to_string).collect();
    actual.remove("unknown");
    let mut problems = differences("error code", &documented, &actual);
    let all: BTreeSet<String> = text.lines().flat_map(cells).filter_map(|cell| unquoted(&cell)).collect();
    for (what, names) in [("run state", RunState::VARIANTS), ("enter status", EnterStatus::VARIANTS)] {
        let missing = names.iter().filter(|name| **name != "unknown" && !all.contains(**name));
        problems.extend(missing.map(|name| format!("docs/protocol.md: no table has the {what} `{name}`")));
    }
    report(problems);
}

#[test]
fn close_codes_are_those_of_the_protocol() {
    let text = read("docs/protocol.md");
    let documented: BTreeSet<String> = table(&text, "## Close codes")
        .iter()
        .map(|cells| format!("{} {}", cells.first().unwrap(), cells.get(2).unwrap()))
        .collect();
    let actual = (1000..5000).filter_map(|code| Some((code, CloseCode::from_code(code)?)));
    let actual =
        actual.map(|(code, close)| format!("{code} {}", if close.is_final() { "no" } else { "yes" }));
    report(differences("close code", &documented, &actual.collect()));
}

#[test]
fn limits_are_those_of_the_code() {
    macro_rules! pairs {
        ($($name:ident)*) => { [$((stringify!($name), u64::try_from(limits::$name).unwrap())),*] };
    }
    let actual = pairs![
        TEXT_CHARACTERS NICKNAME_CHARACTERS ROOM_NAME_CHARACTERS FRAME_BYTES ANSWER_BYTES WELCOME_MESSAGES PAGE_MESSAGES
        SNAPSHOT_BYTES RESUME_EVENTS NONCE_REACH HISTORY_ROWS HISTORY_BYTES HISTORY_AGE_MS ROOM_IDLE_MS ROOM_UNJOINED_MS PERSON_BURST
        PERSON_REFILL_MS ADDRESS_FACTOR CONNECTION_BURST CONNECTION_REFILL_MS STRIKES ACK_BYTES UNREAD_SOCKET_BYTES
        UNREAD_ROOM_BYTES HELLO_MS HEARTBEAT_MS DEAD_MS ACK_MS SEND_MICROS ALONE_PERCENT GATHERED_PERCENT SEND_BURST_MS
        DELTAS_MS DELTAS_PERCENT PRESENCE_PERCENT WELCOME_PEOPLE PAGE_PEOPLE CROWD_PEOPLE
        INTRODUCED_PEOPLE PEOPLE_MS TYPING_EVERY_MS TYPING_MS
        TYPING_NAMES NAME_KEPT_MS WAITING_ROOM WAITING_PERSON BOTS_PER_ROOM BOT_ALIASES BOT_ABOUT_CHARACTERS
        BOT_INSTRUCTIONS_CHARACTERS TOOL_ROUNDS TOOL_CALLS TOOL_MS
        PERSON_HOURLY_BURST PERSON_HOURLY_REFILL_MS ANSWER_TOKENS ROOM_BURST ROOM_REFILL_MS ROOM_HOURLY_BURST
        ROOM_HOURLY_REFILL_MS READ_BURST READ_REFILL_MS ROOM_READ_BURST ROOM_READ_REFILL_MS READ_TOKEN_ROWS
        READ_TOKEN_BYTES OFFENCE_READS SOCKETS_PER_PERSON BOTS_PER_MESSAGE NAMES_PER_PERSON
        MEMBER_KEPT_MS REACTIONS_PER_MESSAGE REACTORS_PER_MESSAGE ERASED_AT_ONCE ERASURE_READS OWN_DATA_ROWS OWN_DATA_READS OWN_DATA_ENTRIES OWN_DATA_PAGES SPENDING_DAYS_KEPT
        PUSH_SUBSCRIPTIONS PUSH_SUBSCRIPTIONS_PER_PERSON PUSH_HIDDEN PUSH_READS PUSH_BURST PUSH_REFILL_MS PUSHES_PER_MESSAGE PUSH_CHARACTERS
        SPENDING_DAYS_OF_HOURS_KEPT
        MUTE_MINUTES BAN_MINUTES ADDRESS_BAN_MS KICK_MS SLOW_MODE_SECONDS
        TOPIC_CHARACTERS RESTRICTIONS_PER_ROOM AUDIT_ROWS AUDIT_PAGE REPORTS_PER_ROOM
        REPORTS_PER_PERSON REPORT_AGE_MS REPORT_REASON_CHARACTERS REPORT_REASONS REPORT_EXCERPT_CHARACTERS
        DEVICE_LINK_MS OPERATOR_MS OPERATOR_REPORTS OPERATOR_REPORTS_PER_ROOM LISTED_REPORTS_BURST LISTED_REPORTS_REFILL_MS
        OFFENCES OFFENCE_REFILL_MS WELCOME_ACTS ALTERNATIVES KNOWLEDGE_BYTES KNOWLEDGE_FRAME_BYTES KNOWLEDGE_PASSAGES
        PASSAGE_CHARACTERS PASSAGES_PER_TOKEN PASSAGE_TITLE_CHARACTERS PASSAGES_GIVEN PASSAGES_GIVEN_BYTES
        SEARCH_CHARACTERS SEARCH_ROWS SEARCH_BYTES SEARCH_HITS SEARCH_READS
    ];
    let rows = table(&read("docs/protocol.md"), "## Limits");
    let documented =
        rows.iter().map(|cells| format!("{} = {}", cells.get(2).unwrap(), first_number(&cells[1])));
    let actual = actual.iter().map(|(name, value)| format!("`{name}` = {value}"));
    report(differences("limit", &documented.collect(), &actual.collect()));
}

#[test]
fn frames_are_those_of_the_golden_files() {
    let text = read("docs/protocol.md");
    let golden: Vec<(String, Value)> = ["client", "server"]
        .iter()
        .flat_map(|side| files(&root().join("shared/golden").join(side), &["json"]))
        .map(|path| (path.clone(), serde_json::from_str(&read(&path)).unwrap()))
        .collect();
    let examples = json_examples(&text);
    let mut problems = Vec::new();
    for (line, example) in &examples {
        if !golden.iter().any(|(_, value)| value == example) {
            let word = &example["type"];
            let same =
                golden.iter().filter(|(_, value)| value["type"] == *word).map(|(path, _)| path.as_str());
            let same: Vec<&str> = same.collect();
            problems.push(format!(
                "docs/protocol.md:{line}: this {word} is in no golden file; that type has {same:?}"
            ));
        }
    }
    let (mut shown, mut keys_shown) = (BTreeSet::new(), BTreeSet::new());
    examples.iter().for_each(|(_, value)| collect(value, &mut shown, &mut keys_shown));
    for (path, value) in &golden {
        let (mut words, mut keys) = (BTreeSet::new(), BTreeSet::new());
        collect(value, &mut words, &mut keys);
        let missing = words.difference(&shown).chain(keys.difference(&keys_shown));
        problems
            .extend(missing.map(|word| format!("docs/protocol.md has no example with {word}, as in {path}")));
    }
    report(problems);
}

/// What only one of two sets has.
fn differences(what: &str, documented: &BTreeSet<String>, actual: &BTreeSet<String>) -> Vec<String> {
    assert!(!actual.is_empty(), "no {what} was found in the code");
    let missing =
        actual.difference(documented).map(|name| format!("docs/protocol.md lacks the {what} {name}"));
    let extra = documented
        .difference(actual)
        .map(|name| format!("docs/protocol.md has the {what} {name}, the code has not"));
    missing.chain(extra).collect()
}

/// The rows of the last table below a heading, without its head.
fn table(text: &str, heading: &str) -> Vec<Vec<String>> {
    let below = text.lines().skip_while(|line| *line != heading).skip(1);
    let section = below.take_while(|line| !line.starts_with("## "));
    section.map(cells).filter(|cells| !cells.is_empty()).skip(2).collect()
}

fn first_cells(text: &str, heading: &str) -> BTreeSet<String> {
    table(text, heading).iter().filter_map(|cells| unquoted(cells.first()?)).collect()
}

fn unquoted(cell: &str) -> Option<String> {
    cell.strip_prefix('`')?.strip_suffix('`').map(str::to_owned)
}

/// The first number in a text: `65,536 bytes` is 65536.
fn first_number(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',').collect()
}

/// The JSON values in fenced blocks, with the line of their block.
fn json_examples(text: &str) -> Vec<(usize, Value)> {
    let mut examples = Vec::new();
    let mut line = 1;
    for (index, part) in text.split("```").enumerate() {
        if let Some(json) = part.strip_prefix("json\n").filter(|_| index % 2 == 1) {
            let values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
            let read = |value: serde_json::Result<Value>| {
                (line, value.unwrap_or_else(|error| panic!("docs/protocol.md:{line}: {error}")))
            };
            examples.extend(values.map(read));
        }
        line += part.matches('\n').count();
    }
    examples
}

/// The types, kinds and keys in a value.
fn collect(value: &Value, words: &mut BTreeSet<String>, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                keys.insert(format!("the key {key:?}"));
                if let Value::String(word) = value
                    && (key == "type" || key == "kind")
                {
                    words.insert(format!("the {key} {word:?}"));
                }
                collect(value, words, keys);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, words, keys)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A\n## Codes\n| code | is |\n| --- | --- |\n| `a` | 1 |\n| `b` | 65,536 bytes |\n## More\n| `c` | 2 |\n";

    #[test]
    fn tables_are_read_up_to_the_next_heading() {
        assert_eq!(first_cells(TEXT, "## Codes"), BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        assert_eq!(first_number("65,536 bytes, 1"), "65536");
        let found =
            differences("code", &first_cells(TEXT, "## Codes"), &BTreeSet::from(["b".into(), "c".into()]));
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn examples_are_read_with_their_lines() {
        let examples =
            json_examples("a\n```json\n{\"type\":\"x\"}\n{}\n```\n```sh\nls\n```\n```json\n[]\n```\n");
        let lines: Vec<usize> = examples.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 2, 9]);
    }
}
