//! The estimate of what a question would cost.

use shared::{AnswerEnd, Bot, Event, Millis, Person, Price, Seq, ServerFrame, Usage};

use super::Script;
use super::parse::{answer, someone};
use crate::Input;

/// Returns the client of ann with a bot of a known price that has answered once, and one of an unknown price.
fn room() -> Script {
    let mut script = Script::live();
    let mut last = answer(Seq(3), "done");
    last.usage = Some(Usage { input: 1_000, cached: 900, output: 200 });
    let bot = Bot {
        handle: "chatbot".to_owned(),
        aliases: vec!["챗봇".to_owned()],
        price: Some(Price { input: 1_000_000, cached: 0, output: 2_000_000 }),
        reads: 900,
        ..Bot::default()
    };
    let free = Bot { handle: "local".to_owned(), reads: 50, ..Bot::default() };
    let events = vec![
        Event::BotSet { seq: Seq(4), bot: Box::new(bot) },
        Event::BotSet { seq: Seq(5), bot: Box::new(free) },
        super::parse::event("6 @chatbot<3 queued"),
        Event::Ended(AnswerEnd {
            seq: Seq(7),
            at: Millis(0),
            target: Seq(6),
            text: shared::FinalText::Whole("hi".to_owned()),
            answer: last,
        }),
    ];
    script.handle(Input::Received(ServerFrame::Events { events }.encode()));
    script
}

fn hint(script: &Script, text: &str, reply_to: Option<u64>) -> Option<(String, u64, Option<u64>)> {
    let hint = script.client.cost_hint(text, reply_to.map(Seq))?;
    Some((hint.bots.join(" "), hint.tokens, hint.cost))
}

#[test]
fn only_a_question_to_a_bot_has_a_cost() {
    let mut script = room();
    for text in ["", "hello", "@nobody hi", "`@chatbot`", "me@chatbot.com"] {
        assert_eq!(hint(&script, text, None), None, "{text}");
    }
    // 1,200 tokens in the chain, and 4 of the question; 200 tokens of answer.
    assert_eq!(hint(&script, "@chatbot abc", None), Some(("chatbot".to_owned(), 1_204, Some(1_604))));
    assert_eq!(hint(&script, "@챗봇 안녕하세요하", None).unwrap().1, 1_208);
    // The messages since the last answer are added.
    script.run("events | 8 zed 123456789");
    assert_eq!(hint(&script, "@chatbot abc", None).unwrap().1, 1_208);
    // Several bots, and a price that is not known.
    assert_eq!(hint(&script, "@local @chatbot", None), Some(("local chatbot".to_owned(), 55 + 1_209, None)));
    // A reply to a bot asks it, once.
    assert_eq!(hint(&script, "abc", Some(6)).unwrap().0, "chatbot");
    assert_eq!(hint(&script, "@chatbot abc", Some(6)).unwrap().0, "chatbot");
    assert_eq!(hint(&script, "abc", Some(1)), None);
    // The longer name of a person present mentions that person.
    let person = Person { name: "챗봇이".to_owned(), ..someone("ann") };
    let frame = ServerFrame::People { joined: vec![person], left: Vec::new(), count: 1, all: false };
    script.handle(Input::Received(frame.encode()));
    assert_eq!(hint(&script, "@챗봇이 안녕", None), None);
}
