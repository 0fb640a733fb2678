//! What a question would cost.

use shared::{AnswerEnd, Bot, Event, Millis, Person, Price, Seq, ServerFrame, Usage};

use super::Script;
use super::words::{answer, someone};
use crate::Input;

/// ann's client, with a bot of a known price that has answered once, and one of an unknown price.
fn room() -> Script {
    let mut it = Script::live();
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
        super::words::event("6 @chatbot<3 queued"),
        Event::Ended(AnswerEnd {
            seq: Seq(7),
            at: Millis(0),
            target: Seq(6),
            text: "hi".to_owned(),
            answer: last,
        }),
    ];
    it.handle(Input::Received(ServerFrame::Events { events }.encode()));
    it
}

fn hint(it: &Script, text: &str, reply_to: Option<u64>) -> Option<(String, u64, Option<u64>)> {
    let hint = it.client.hint(text, reply_to.map(Seq))?;
    Some((hint.bots.join(" "), hint.tokens, hint.cost))
}

#[test]
fn only_a_call_has_a_price() {
    let mut it = room();
    for text in ["", "hello", "@nobody hi", "`@chatbot`", "me@chatbot.com"] {
        assert_eq!(hint(&it, text, None), None, "{text}");
    }
    // 1,200 remembered, and 12 characters of the question; 200 tokens of answer.
    assert_eq!(hint(&it, "@chatbot abc", None), Some(("chatbot".to_owned(), 1_204, Some(1_604))));
    assert_eq!(hint(&it, "@챗봇 안녕하세요하", None).unwrap().1, 1_204);
    // What was said since comes on top.
    it.run("events | 8 zed 123456789");
    assert_eq!(hint(&it, "@chatbot abc", None).unwrap().1, 1_207);
    // Several bots, and a price that is not known.
    assert_eq!(hint(&it, "@local @chatbot", None), Some(("local chatbot".to_owned(), 55 + 1_208, None)));
    // A reply to a bot calls it, once.
    assert_eq!(hint(&it, "abc", Some(6)).unwrap().0, "chatbot");
    assert_eq!(hint(&it, "@chatbot abc", Some(6)).unwrap().0, "chatbot");
    assert_eq!(hint(&it, "abc", Some(1)), None);
    // Somebody present with a longer name is meant themselves.
    let person = Person { name: "챗봇이".to_owned(), ..someone("ann") };
    let frame = ServerFrame::People { joined: vec![person], left: Vec::new(), count: 1 };
    it.handle(Input::Received(frame.encode()));
    assert_eq!(hint(&it, "@챗봇이 안녕", None), None);
}
