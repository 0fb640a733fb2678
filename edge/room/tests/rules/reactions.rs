//! Reactions to messages and answers, and what is refused as one.

use shared::{Seq, limits};

use crate::harness::Harness;

#[test]
fn g8_reactions_are_rows_of_the_log_and_end_with_their_message() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; 1 s; ann says hello; 1 s").discard_lines();
    harness.run("bob reacts 1 👍; ann reacts 1 ❤; bob reacts 1 ❤️; bob unreacts 1 👍; 1 s");
    let reactions = |harness: &Harness, tab: &str| {
        let message = &harness.tabs[tab].view.messages[&Seq(1)];
        let parts = message.reactions.iter().map(|it| format!("{} {}", it.emoji, it.people.len()));
        parts.collect::<Vec<_>>()
    };
    for tab in ["ann", "bob"] {
        assert_eq!(reactions(&harness, tab), ["❤️ 2"], "{tab}: both ways to write a heart are one");
    }
    // A late joiner is sent the current state, and so is who comes back.
    harness.run("carol joins; 1 s");
    assert_eq!(reactions(&harness, "carol"), ["❤️ 2"]);
    harness.run("room sleeps; ann unreacts 1 ❤️; 1 s");
    assert_eq!(reactions(&harness, "carol"), ["❤️ 1"]);
    harness.run("ann deletes 1; 1 s");
    assert_eq!(reactions(&harness, "carol"), Vec::<String>::new());
    harness.discard_lines();
    harness.run("bob reacts 1 👍");
    assert!(harness.take_lines().contains("NoSuchMessage"));
}

#[test]
fn g8_what_cannot_be_a_reaction_is_refused() {
    let mut harness = Harness::new();
    harness.run("ann joins; bob joins; carol reads; 1 s; ann says @chatbot hello; 1 s").discard_lines();
    for (step, code) in [
        ("bob reacts 1 hi", "OutOfRange"),
        ("bob reacts 1 👍👍", "OutOfRange"),
        ("bob reacts 1 <b>", "OutOfRange"),
        ("bob reacts 2 👍", "NotNow"),
        ("bob reacts 3 👍", "NoSuchMessage"),
        ("bob reacts 99 👍", "NoSuchMessage"),
        ("carol reacts 1 👍", "NotJoined"),
    ] {
        harness.run(step);
        let lines = harness.take_lines();
        assert!(lines.contains(code), "{step}: {lines}");
    }
    assert_eq!(harness.storage.rows.len(), 2);
    harness.run("answer 2 begins r1; answer 2 ends as hi; 1 s; bob reacts 2 👍; 1 s");
    assert_eq!(harness.tabs["ann"].view.messages[&Seq(2)].reactions.len(), 1);
}

#[test]
fn a_message_keeps_so_many_reactions() {
    let mut harness = Harness::new();
    harness.run("ann joins; 1 s; ann says hello; 1 s").discard_lines();
    let all = [
        "😀", "😃", "😄", "😁", "😆", "😅", "🤣", "😂", "🙂", "🙃", "🫠", "😉", "😊", "😇", "🥰", "😍", "🤩",
        "😘", "😗", "😚",
    ];
    assert_eq!(all.len(), limits::REACTIONS_PER_MESSAGE);
    for emoji in all {
        harness.run(&format!("ann reacts 1 {emoji}; 1 s"));
    }
    harness.discard_lines();
    harness.run("ann reacts 1 😙");
    assert!(harness.take_lines().contains("TooMany"));
    harness.run("10 s; ann unreacts 1 😀; ann reacts 1 😙; 1 s");
    let reactions = &harness.tabs["ann"].view.messages[&Seq(1)].reactions;
    assert_eq!(reactions.len(), limits::REACTIONS_PER_MESSAGE);
    assert_eq!(reactions.last().map(|reaction| reaction.emoji.as_str()), Some("😙"));
}
