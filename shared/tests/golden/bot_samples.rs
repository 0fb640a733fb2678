//! Bots, their drafts and what they cost, as they go over the wire.

use shared::bot::LocalizedText;
use shared::{
    Answer, AnswerEnd, Bill, Bot, BotDraft, CardKind, Event, FinalText, Millis, Price, RunState, Seq, Totals,
    Usage,
};

use super::samples::anna;

pub(super) fn bot() -> Bot {
    let words = |en: &str, ko: &str| LocalizedText { en: en.to_owned(), ko: ko.to_owned() };
    Bot {
        handle: "chatbot".to_owned(),
        aliases: vec!["챗봇".to_owned()],
        name: words("Chatbot", "챗봇"),
        about: words("Knows the conversation", "대화를 알아요"),
        colour: 3,
        price: Some(Price { input: 250_000, cached: 25_000, output: 2_000_000 }),
        reads: 900,
        card: Some(CardKind::Poll),
        custom: true,
    }
}

pub(crate) fn draft() -> BotDraft {
    BotDraft {
        handle: "cook".to_owned(),
        aliases: vec!["요리사".to_owned()],
        name: "요리사".to_owned(),
        about: "cooks".to_owned(),
        instructions: "You cook.\nShortly.".to_owned(),
        model: "gpt-5.4-mini".to_owned(),
        temperature: Some(70),
        top_p: Some(90),
        max_output_tokens: Some(512),
        reasoning_effort: "low".to_owned(),
        tools: vec!["current_time".to_owned()],
        ..BotDraft::default()
    }
}

pub(super) fn bill() -> Bill {
    let usage = Usage { input: 1_200, cached: 1_000, output: 120 };
    let totals = Totals { answers: 2, usage, cost: 315, unmetered: 0 };
    Bill {
        day: totals,
        all: totals,
        yours: totals,
        room_day: Some(5_000_000),
        person_day: None,
        resets_at: Millis(1_800_057_600_000),
        off: true,
    }
}

/// A second answer to a question, and that somebody chose it.
pub(super) fn alternatives() -> Vec<Event> {
    let given = AnswerEnd {
        seq: Seq(10),
        at: Millis(1_800_000_003_000),
        target: Seq(8),
        text: FinalText::Whole("김밥".to_owned()),
        answer: Answer {
            context_messages: 6,
            usage: Some(Usage { input: 240, cached: 220, output: 24 }),
            cost: Some(66),
            options: vec!["김밥".to_owned(), "라면".to_owned()],
            ..Answer::new(Seq(7), anna().id, RunState::Done)
        },
    };
    vec![Event::Alternatives(given), Event::Chosen { seq: Seq(11), target: Seq(8), index: 1, by: anna().id }]
}
