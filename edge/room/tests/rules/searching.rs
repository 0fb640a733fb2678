//! Searching the room: what is found, what is not, and how far is looked.

use room::{LogRow, RowData, StateMode};
use shared::{Seq, limits};

use crate::history::fill;
use crate::stage::Stage;
use crate::tools::asked;

/// Asks for words, and gives what was found: who said it.
fn search(stage: &mut Stage, query: &str) -> Vec<String> {
    let run = stage.calls.last().unwrap().run;
    let arguments = serde_json::json!({ "query": query });
    stage.run(&format!("answer {run} begins any; answer {run} calls search_room {arguments}"));
    let found = stage.call(run).turn.input.last().unwrap().text().to_owned();
    assert!(found.len() <= limits::TOOL_BYTES);
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let hit = |hit: &serde_json::Value| {
        format!("{}: {}", hit["from"].as_str().unwrap(), hit["text"].as_str().unwrap())
    };
    found["messages"].as_array().expect("a list").iter().map(hit).collect()
}

#[test]
fn words_are_found_as_they_stand_the_newest_first() {
    let mut stage = asked(StateMode::Auto);
    stage.run("answer 2 ends as Kimchi is fine; 1 s; bob says 오늘은 김치찌개; ann says KIMCHI; ann says 100% _done_; 1 s");
    stage.run("ann says @chatbot kimchi 김치?; 1 s");
    assert_eq!(search(&mut stage, "kimchi"), ["ann: KIMCHI", "chatbot: Kimchi is fine"]);
    assert_eq!(search(&mut stage, "김치"), ["bob: 오늘은 김치찌개"]);
    assert_eq!(search(&mut stage, "100%"), ["ann: 100% _done_"]);
    assert_eq!(search(&mut stage, "%"), ["ann: 100% _done_"]);
}

#[test]
fn case_25_nothing_is_a_pattern() {
    let mut stage = asked(StateMode::Auto);
    stage.run("answer 2 ends as ok; 1 s; bob says plain words; ann says @chatbot x; 1 s");
    for query in [".*", "_", "' OR 1=1 --", "plain* AND words"] {
        assert!(search(&mut stage, query).is_empty(), "{query}");
    }
}

#[test]
fn what_was_said_after_the_question_belongs_to_the_next_turn() {
    let mut stage = asked(StateMode::Auto);
    stage.run("bob says the weather is later; 1 s");
    assert!(search(&mut stage, "weather").is_empty(), "neither the question nor what follows it");
}

#[test]
fn case_57_deleted_words_are_not_found_and_what_was_found_is_taken_back() {
    let mut stage = asked(StateMode::Replay);
    stage.run("answer 2 ends as ok; 1 s; bob says my secret; bob says no secret; ann says @chatbot x; 1 s; bob deletes 4; 1 s");
    assert_eq!(search(&mut stage, "secret"), ["bob: no secret"]);
    stage.run("bob deletes 5");
    let run = stage.calls.last().unwrap().run;
    stage.run(&format!("answer {run} calls current_time {{}}"));
    let prompt = stage.prompt(run.0);
    assert!(!prompt.contains("secret\",") && prompt.contains("messages were deleted since"), "{prompt}");
}

#[test]
fn long_korean_messages_fit_the_output() {
    let mut stage = asked(StateMode::Auto);
    stage.run("answer 2 ends as ok; 1 s");
    for _ in 0..12 {
        stage.say("bob", &"가".repeat(1_000)).pass(1_000);
    }
    stage.run("ann says @chatbot x; 1 s");
    let hits = search(&mut stage, "가가");
    assert!((3..10).contains(&hits.len()), "{}", hits.len());
}

#[test]
fn ten_at_most_are_found() {
    let mut stage = asked(StateMode::Auto);
    stage.run("answer 2 ends as ok; 20 s");
    for number in 0..15 {
        stage.run(&format!("bob says word {number}; 1 s"));
    }
    stage.run("ann says @chatbot x; 1 s");
    let hits = search(&mut stage, "word");
    assert_eq!((hits.len(), hits[0].as_str(), hits[9].as_str()), (10, "bob: word 14", "bob: word 5"));
}

#[test]
fn no_more_than_ten_thousand_rows_are_read_of_whatever_kind_they_are() {
    for are_messages in [true, false] {
        let mut stage = Stage::new();
        stage.config.bots[0].tools = room::tools::ALL.map(str::to_owned).to_vec();
        fill(&mut stage, 30_000);
        for row in stage.log.rows.values_mut().filter(|row| row.seq.0 > 10_000 && !are_messages) {
            *row = LogRow { target: Some(Seq(1)), data: RowData::Voted(None), ..row.clone() };
        }
        stage.run("room crashes; ann joins; ann says @chatbot x; 1 s");
        let before = stage.log.reads.get();
        assert!(search(&mut stage, "nothing like it").is_empty());
        let reads = stage.log.reads.get() - before;
        assert!((9_000..=10_100).contains(&reads), "{reads}");
    }
}
