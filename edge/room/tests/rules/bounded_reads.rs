//! Reads are bounded in bytes, whatever the history holds: the heaviest that the limits allow makes no input read more than a few
//! megabytes of it.

use room::{ChainRecord, HeldRows, LogRow, RowData};
use shared::{
    ClientFrame, Seq,
    frame::{HistoryPlace, Resume},
    limits,
};

use crate::harness::{Harness, person};
use crate::history::fill;

/// What one input may read of the log: several prompts of a megabyte each.
const MOST: usize = 4 * 1024 * 1024;
const ROWS: u64 = 10_000;

/// A room with ten thousand messages of the longest text: 40 MB. `edits` of the last rows are edits of the first messages.
fn heavy(edits: u64) -> Harness {
    let mut harness = Harness::new();
    harness.config.bots[0].rotate_at = 1_000;
    harness.config.bots[0].window = (500, 400_000);
    harness.config.bots[0].tools = vec!["search_room".to_owned()];
    fill(&mut harness, ROWS);
    for row in harness.storage.rows.values_mut() {
        if row.seq.0 > ROWS - edits {
            let target = Seq(row.seq.0 + edits - ROWS);
            *row = LogRow { target: Some(target), data: RowData::Edited, ..row.clone() };
        } else if let RowData::Message(message) = &mut row.data {
            message.text = "long ".repeat(limits::TEXT_CHARACTERS / 5);
        }
    }
    harness
}

fn with_chain(mut harness: Harness, last: u64, tokens: u64) -> Harness {
    let chain = ChainRecord {
        bot: "chatbot".to_owned(),
        head: Some("r1".to_owned()),
        run: Seq(last),
        base: None,
        last: Seq(last),
        context_messages: 1,
        tokens,
        held: HeldRows::default(),
        summary: None,
        summary_through: None,
        fingerprint: "model-1".to_owned(),
        stateless: false,
        context_tokens: None,
    };
    harness.storage.chains.insert(chain.bot.clone(), chain);
    harness.run("room crashes; ann joins; bob joins; 1 s");
    harness
}

/// Runs a script and checks how many bytes of the log it read.
fn check(harness: &mut Harness, script: &str) -> usize {
    let before = harness.storage.read_bytes.get();
    harness.run(script);
    let bytes = harness.storage.read_bytes.get() - before;
    assert!(bytes <= MOST, "{script}: {bytes} bytes");
    bytes
}

#[test]
fn case_100_waking_joining_resuming_and_paging_read_few_bytes() {
    let mut harness = heavy(0);
    assert!(check(&mut harness, "room crashes") < 64 * 1024);
    let snapshot = 2 * limits::SNAPSHOT_BYTES;
    assert!(check(&mut harness, "ann joins") <= snapshot);
    let before = harness.storage.read_bytes.get();
    harness.send("ann", &ClientFrame::History { place: HistoryPlace::Before(Seq(9_000)), limit: 100 });
    assert!(harness.storage.read_bytes.get() - before <= snapshot);
    let before = harness.storage.read_bytes.get();
    let resume = Resume { epoch: "epoch-01".to_owned(), after: i64::try_from(ROWS).unwrap() - 499 };
    harness.connect("bob").hello_from("bob", Some("bob"), Some(resume));
    assert!(
        harness.storage.read_bytes.get() - before <= 2 * snapshot,
        "the missed events, and then a snapshot"
    );
    assert!(!harness.tabs["bob"].view.recovered);
}

#[test]
fn case_100_a_resume_over_many_votes_reads_their_poll_once() {
    let mut harness = heavy(0);
    for row in harness.storage.rows.values_mut().filter(|row| row.seq.0 > ROWS - 400) {
        *row = LogRow { target: Some(Seq(1)), data: RowData::Voted(Vec::new()), ..row.clone() };
    }
    harness.run("room crashes; ann joins");
    let before = harness.storage.read_bytes.get();
    let resume = Resume { epoch: "epoch-01".to_owned(), after: i64::try_from(ROWS).unwrap() - 400 };
    harness.run("bob joins").connect("bob");
    harness.hello_from("bob", Some("bob"), Some(resume));
    assert!(harness.tabs["bob"].view.recovered);
    assert!(
        harness.storage.read_bytes.get() - before <= 64 * 1024 + 2 * limits::SNAPSHOT_BYTES,
        "and a snapshot"
    );
}

#[test]
fn case_100_a_prompt_is_built_from_few_bytes_and_says_what_it_leaves_out() {
    let mut without = heavy(0);
    without.run("room crashes; ann joins; bob joins; 1 s");
    // Without a chain, and with one whose end is 40 MB ago.
    for mut harness in [without, with_chain(heavy(0), 5, 10)] {
        for script in ["ann says @chatbot hi; 1 s", "ann says @helper hi; 1 s"] {
            check(&mut harness, script);
            let call = harness.calls.last().unwrap();
            let prompt = harness.prompt(call.run.0);
            assert!(prompt.starts_with("(older messages are left out)\n"), "{prompt:.100}");
            let bytes: usize = call.turn.input.iter().map(|item| item.text().len()).sum();
            assert!(bytes <= 400_000 + 1_000, "{bytes}");
        }
    }
}

#[test]
fn case_100_a_summary_is_told_of_as_many_changes_as_fit() {
    let mut harness = with_chain(heavy(4_000), ROWS - 4_000, 100_000);
    check(&mut harness, "ann says @chatbot hi; 1 s");
    let prompt = harness.prompt(harness.calls[0].run.0);
    assert!(prompt.starts_with("after r1\n(an earlier message was changed"), "{prompt:.100}");
    assert!(prompt.contains("write a summary") && prompt.contains("more earlier messages were changed"));
    let bytes: usize = harness.calls[0].turn.input.iter().map(|item| item.text().len()).sum();
    assert!(bytes <= 401_000, "{bytes}");
}

#[test]
fn case_100_writing_changing_and_trimming_read_few_bytes() {
    let mut harness = with_chain(heavy(0), 5, 10);
    for row in harness.storage.rows.values_mut().filter(|row| row.seq == Seq(ROWS)) {
        row.author = person("ann");
    }
    for script in [&format!("ann edits {ROWS} short"), &format!("ann deletes {ROWS}")] {
        assert!(check(&mut harness, script) <= 64 * 1024, "{script}");
    }
    // One of so many writes looks at the age and the size of the log.
    for number in 0..130 {
        assert!(check(&mut harness, &format!("bob says {number}; 1 s")) <= 64 * 1024);
    }
}

#[test]
fn case_100_a_batch_of_questions_to_every_bot_reads_one_window_for_each() {
    let mut harness = heavy(0);
    harness.run("room crashes; ann joins; 1 s");
    check(&mut harness, "ann says @chatbot @helper hi; 1 s");
    assert_eq!(harness.calls.len(), 2);
}

#[test]
fn case_102_a_search_over_a_heavy_history_reads_few_rows_and_returns_few_bytes() {
    let mut harness = with_chain(heavy(0), 0, 0);
    harness.run("ann says @chatbot find it; 1 s");
    let run = harness.calls[0].run;
    let (rows, bytes) = (harness.storage.reads.get(), harness.storage.read_bytes.get());
    harness
        .run(&format!("answer {run} begins any; answer {run} calls search_room {{\"query\":\"nothing\"}}"));
    let rows = harness.storage.reads.get() - rows;
    assert!((1_500..=2_500).contains(&rows), "8 MiB are {rows} rows");
    assert!(harness.storage.read_bytes.get() - bytes <= 64 * 1024);
    // A text that is everywhere is returned ten times at most, and cut off.
    let bytes = harness.storage.read_bytes.get();
    harness.run(&format!("answer {run} begins any; answer {run} calls search_room {{\"query\":\"LONG\"}}"));
    assert!(harness.storage.read_bytes.get() - bytes <= 64 * 1024);
    assert!(harness.call(run).turn.input.last().unwrap().text().contains("long long"));
}

#[test]
fn case_102_one_search_is_made_in_a_round() {
    let mut harness = with_chain(heavy(0), 0, 0);
    harness.run("ann says @chatbot find it; 1 s");
    let run = harness.calls[0].run;
    let calls = ["search_room {\"query\":\"long\"}"; 4].join(" | ");
    let before = harness.storage.reads.get();
    harness.run(&format!("answer {run} begins any; answer {run} calls {calls}"));
    assert!(harness.storage.reads.get() - before <= 300);
    let outputs: Vec<&str> = harness.call(run).turn.input.iter().map(|item| item.text()).collect();
    assert!(outputs[0].contains("messages"), "{outputs:?}");
    assert_eq!(outputs.iter().filter(|output| output.contains("one search at a time")).count(), 3);
}
