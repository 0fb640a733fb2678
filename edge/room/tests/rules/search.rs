//! The search tool: what it finds, what it does not, and how much it reads.

use room::{LogRow, RowData, StateMode};
use shared::{Seq, limits};

use crate::harness::Harness;
use crate::history::fill;
use crate::tools::asked;

/// Searches for a text; returns the speakers of the messages found.
fn search(harness: &mut Harness, query: &str) -> Vec<String> {
    let run = harness.calls.last().unwrap().run;
    let arguments = serde_json::json!({ "query": query });
    harness.run(&format!("answer {run} begins any; answer {run} calls search_room {arguments}"));
    let found = harness.call(run).turn.input.last().unwrap().text().to_owned();
    assert!(found.len() <= limits::TOOL_BYTES);
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let hit = |hit: &serde_json::Value| {
        format!("{}: {}", hit["from"].as_str().unwrap(), hit["text"].as_str().unwrap())
    };
    found["messages"].as_array().expect("a list").iter().map(hit).collect()
}

#[test]
fn search_finds_exact_text_newest_first() {
    let mut harness = asked(StateMode::Auto);
    harness.run("answer 2 ends as Kimchi is fine; 1 s; bob says 오늘은 김치찌개; ann says KIMCHI; ann says 100% _done_; 1 s");
    harness.run("ann says @chatbot kimchi 김치?; 1 s");
    assert_eq!(search(&mut harness, "kimchi"), ["ann: KIMCHI", "chatbot: Kimchi is fine"]);
    assert_eq!(search(&mut harness, "김치"), ["bob: 오늘은 김치찌개"]);
    assert_eq!(search(&mut harness, "100%"), ["ann: 100% _done_"]);
    assert_eq!(search(&mut harness, "%"), ["ann: 100% _done_"]);
}

#[test]
fn case_25_search_text_is_never_a_pattern() {
    let mut harness = asked(StateMode::Auto);
    harness.run("answer 2 ends as ok; 1 s; bob says plain words; ann says @chatbot x; 1 s");
    for query in [".*", "_", "' OR 1=1 --", "plain* AND words"] {
        assert!(search(&mut harness, query).is_empty(), "{query}");
    }
}

#[test]
fn messages_after_the_question_are_not_found() {
    let mut harness = asked(StateMode::Auto);
    harness.run("bob says the weather is later; 1 s");
    assert!(search(&mut harness, "weather").is_empty(), "neither the question nor what follows it");
}

#[test]
fn case_57_deleted_text_is_not_found_and_earlier_results_with_it_are_discarded() {
    let mut harness = asked(StateMode::Replay);
    harness.run("answer 2 ends as ok; 1 s; bob says my secret; bob says no secret; ann says @chatbot x; 1 s; bob deletes 4; 1 s");
    assert_eq!(search(&mut harness, "secret"), ["bob: no secret"]);
    harness.run("bob deletes 5");
    let run = harness.calls.last().unwrap().run;
    harness.run(&format!("answer {run} calls current_time {{}}"));
    let prompt = harness.prompt(run.0);
    assert!(!prompt.contains("secret\",") && prompt.contains("messages were deleted since"), "{prompt}");
}

#[test]
fn long_korean_messages_fit_the_output() {
    let mut harness = asked(StateMode::Auto);
    harness.run("answer 2 ends as ok; 1 s");
    for _ in 0..12 {
        harness.say("bob", &"가".repeat(1_000)).pass(1_000);
    }
    harness.run("ann says @chatbot x; 1 s");
    let hits = search(&mut harness, "가가");
    assert!((3..10).contains(&hits.len()), "{}", hits.len());
}

#[test]
fn a_search_returns_at_most_ten_messages() {
    let mut harness = asked(StateMode::Auto);
    harness.run("answer 2 ends as ok; 20 s");
    for number in 0..15 {
        harness.run(&format!("bob says word {number}; 1 s"));
    }
    harness.run("ann says @chatbot x; 1 s");
    let hits = search(&mut harness, "word");
    assert_eq!((hits.len(), hits[0].as_str(), hits[9].as_str()), (10, "bob: word 14", "bob: word 5"));
}

#[test]
fn a_search_reads_at_most_ten_thousand_rows_of_any_kind() {
    for are_messages in [true, false] {
        let mut harness = Harness::new();
        harness.config.bots[0].tools = room::tools::ALL.map(str::to_owned).to_vec();
        fill(&mut harness, 30_000);
        for row in harness.storage.rows.values_mut().filter(|row| row.seq.0 > 10_000 && !are_messages) {
            *row = LogRow { target: Some(Seq(1)), data: RowData::Voted(Vec::new()), ..row.clone() };
        }
        harness.run("room crashes; ann joins; ann says @chatbot x; 1 s");
        let before = harness.storage.reads.get();
        assert!(search(&mut harness, "nothing like it").is_empty());
        let reads = harness.storage.reads.get() - before;
        assert!((9_000..=10_100).contains(&reads), "{reads}");
    }
}
