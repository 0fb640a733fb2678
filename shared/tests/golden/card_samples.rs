//! Cards as they go over the wire, with their votes.

use shared::{Answer, Card, CardEntry, Message, RunState, Seq, Vote};

use super::samples::{anna, queued, words};

pub(super) fn closed_poll() -> Card {
    Card::Poll {
        question: "언제?".to_owned(),
        options: vec!["토요일".to_owned(), "일요일".to_owned()],
        added: 1,
        multiple: true,
        secret: true,
        closed: true,
    }
}

pub(super) fn cards() -> Vec<Message> {
    let poll = Card::Poll {
        question: "점심?".to_owned(),
        options: vec!["김밥".to_owned(), "라면".to_owned()],
        added: 0,
        multiple: false,
        secret: false,
        closed: false,
    };
    let summary = Card::Summary {
        topics: vec!["tea".to_owned()],
        decisions: Vec::new(),
        open_questions: vec!["when?".to_owned()],
        resolved: vec![0],
    };
    let message = |card: Card, votes| Message {
        text: card.text(),
        answer: Some(Answer { card: Some(card), votes, ..Answer::new(Seq(7), anna().id, RunState::Done) }),
        ..queued()
    };
    let deleted = Message { text: String::new(), edited: false, deleted: true, ..words() };
    let votes = vec![Vote { person: anna().id, option: 1 }];
    let entry =
        |level, title: &str, text: &str| CardEntry { level, title: title.to_owned(), text: text.to_owned() };
    let entries = vec![entry(0, "Dish", "밥"), entry(0, "Also", ""), entry(1, "", "김")];
    let cards = [(poll, votes), (summary, Vec::new()), (Card::Fields { entries }, Vec::new())];
    std::iter::once(deleted).chain(cards.map(|(card, votes)| message(card, votes))).collect()
}
