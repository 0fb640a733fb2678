//! One of everything that goes over the wire, in values. The files hold the same in JSON.

use super::moderation_samples::{acts, audit, frames_of_owners, moderation, settings};
use shared::bot::LocalizedText;
use shared::frame::{Delta, Resume, RunStatus, Welcome, You};
use shared::message::UnknownEvent;
use shared::{
    Answer, AnswerEnd, Author, Bill, Bot, BotDraft, BotOptions, Card, CardKind, ClientFrame, Epoch,
    ErrorCode, Event, FieldError, FinalText, Lang, Limits, Message, Millis, Nonce, PROTOCOL_VERSION, Person,
    PersonId, Price, RoomName, RoomSettings, RunState, Said, Seq, ServerFrame, Speaker, TabId, ToolUse,
    Totals, Usage, Vote,
};

pub(crate) fn client_frames() -> Vec<(&'static str, ClientFrame)> {
    let hello = |nickname: Option<&str>, resume| ClientFrame::Hello {
        protocol: PROTOCOL_VERSION,
        tab: TabId::parse("tab-01234567").unwrap(),
        lang: Lang::Ko,
        nickname: nickname.map(str::to_owned),
        resume,
    };
    let frames = vec![
        ("hello", hello(None, None)),
        ("hello_joining_and_resuming", hello(Some("안나"), Some(Resume::new(&epoch(), Seq(41))))),
        (
            "say",
            ClientFrame::Say {
                nonce: nonce(),
                after: Seq(41),
                text: "안녕 \"all\"\n🙂".to_owned(),
                reply_to: None,
            },
        ),
        (
            "say_in_reply",
            ClientFrame::Say {
                nonce: nonce(),
                after: Seq(41),
                text: "yes".to_owned(),
                reply_to: Some(Seq(7)),
            },
        ),
        ("regenerate", ClientFrame::Regenerate { nonce: nonce(), after: Seq(41), run: Seq(8) }),
        ("edit", ClientFrame::Edit { nonce: nonce(), after: Seq(41), seq: Seq(7), text: "hello".to_owned() }),
        ("delete", ClientFrame::Delete { nonce: nonce(), after: Seq(41), seq: Seq(7) }),
        ("vote", ClientFrame::Vote { nonce: nonce(), after: Seq(41), seq: Seq(8), option: Some(1) }),
        ("vote_taken_back", ClientFrame::Vote { nonce: nonce(), after: Seq(41), seq: Seq(8), option: None }),
        ("set_bot", ClientFrame::SetBot { nonce: nonce(), after: Seq(41), draft: Box::new(draft()) }),
        ("remove_bot", ClientFrame::RemoveBot { nonce: nonce(), after: Seq(41), handle: "cook".to_owned() }),
        ("drafts", ClientFrame::Drafts),
        ("bill", ClientFrame::Bill),
        ("stop", ClientFrame::Stop { run: Seq(8) }),
        ("typing", ClientFrame::Typing { on: true }),
        ("history", ClientFrame::History { before: Seq(7), limit: 50 }),
        ("people", ClientFrame::People { after: None }),
        ("people_after", ClientFrame::People { after: Some(anna().id) }),
        ("ack", ClientFrame::Ack { bytes: 131_072 }),
    ];
    frames.into_iter().chain(frames_of_owners()).collect()
}

pub(crate) fn server_frames() -> Vec<(&'static str, ServerFrame)> {
    let events = |events| ServerFrame::Events { events };
    let deltas = || ServerFrame::Deltas { deltas: vec![delta()] };
    vec![
        ("welcome", ServerFrame::Welcome(Box::new(welcome()))),
        ("welcome_recovered", ServerFrame::Welcome(Box::new(welcome_recovered()))),
        ("said", ServerFrame::Said(said(Speaker::Known(17)))),
        ("said_introduced", ServerFrame::Said(said(Speaker::Introduced(anna())))),
        (
            "events_said",
            events(vec![
                Event::Said(said(Speaker::Known(17))),
                Event::Said(Said { seq: Seq(8), reply_to: None, ..said(Speaker::Introduced(anna())) }),
            ]),
        ),
        ("events_message", events(vec![Event::Message(words())])),
        ("events_answer", events(vec![Event::Message(queued())])),
        ("events_ended", events(vec![Event::Ended(ended())])),
        (
            "events_ended_streamed",
            events(vec![Event::Ended(AnswerEnd { text: FinalText::Streamed(12), ..ended() })]),
        ),
        (
            "events_changes",
            events(vec![
                Event::Edited {
                    seq: Seq(10),
                    at: Millis(1_800_000_003_000),
                    target: Seq(7),
                    text: "hello".to_owned(),
                },
                Event::Deleted { seq: Seq(11), at: Millis(1_800_000_003_000), target: Seq(7) },
                Event::Voted { seq: Seq(12), target: Seq(8), person: anna().id, option: Some(1) },
                Event::Voted { seq: Seq(13), target: Seq(8), person: anna().id, option: None },
                Event::BotSet { seq: Seq(14), bot: Box::new(bot()) },
                Event::BotGone { seq: Seq(15), handle: "cook".to_owned() },
            ]),
        ),
        (
            "events_moderation",
            events(acts().into_iter().map(|act| Event::Moderation(Box::new(moderation(act)))).collect()),
        ),
        ("audit", ServerFrame::Audit(Box::new(audit()))),
        ("reports", ServerFrame::Reports { count: 2 }),
        ("page_cards", ServerFrame::Page { before: Seq(9), messages: cards(), more: false }),
        (
            "drafts",
            ServerFrame::Drafts {
                drafts: vec![draft()],
                offer: BotOptions {
                    models: vec!["gpt-5.4-mini".to_owned()],
                    tools: vec!["current_time".to_owned()],
                },
            },
        ),
        ("bill", ServerFrame::Bill(Box::new(bill()))),
        ("events_unknown", events(vec![Event::Unknown(UnknownEvent { seq: Seq(10) })])),
        ("accepted", ServerFrame::Accepted { nonce: nonce(), seq: Seq(42) }),
        (
            "refused",
            ServerFrame::Refused {
                nonce: None,
                code: ErrorCode::NicknameTaken,
                retry_after_ms: None,
                fields: Vec::new(),
            },
        ),
        (
            "refused_for_now",
            ServerFrame::Refused {
                nonce: Some(nonce()),
                code: ErrorCode::SlowDown,
                retry_after_ms: Some(500),
                fields: Vec::new(),
            },
        ),
        (
            "refused_fields",
            ServerFrame::Refused {
                nonce: Some(nonce()),
                code: ErrorCode::BadBot,
                retry_after_ms: None,
                fields: vec![FieldError { field: "handle".to_owned(), code: ErrorCode::HandleCharacters }],
            },
        ),
        ("deltas", deltas()),
        ("run", ServerFrame::Run(run(RunState::Thinking, None, true, ""))),
        (
            "run_looking",
            ServerFrame::Run(RunStatus {
                tool_uses: vec![look()],
                card: Some(CardKind::Poll),
                ..run(RunState::Thinking, None, false, "")
            }),
        ),
        ("run_queued", ServerFrame::Run(run(RunState::Queued, Some(2), false, ""))),
        (
            "people",
            ServerFrame::People {
                joined: vec![anna()],
                left: vec![PersonId::parse("person-b").unwrap()],
                count: 2,
                all: false,
            },
        ),
        (
            "people_count",
            ServerFrame::People { joined: Vec::new(), left: Vec::new(), count: 1_204, all: false },
        ),
        ("people_all", ServerFrame::People { joined: vec![anna()], left: Vec::new(), count: 1, all: true }),
        (
            "people_page",
            ServerFrame::PeoplePage {
                after: Some(PersonId::parse("person-0").unwrap()),
                people: vec![anna()],
                more: true,
            },
        ),
        ("typing", ServerFrame::Typing { names: vec!["안나".to_owned(), "bo".to_owned()] }),
        ("page", ServerFrame::Page { before: Seq(9), messages: vec![words(), answered()], more: true }),
        ("batch", ServerFrame::Batch { frames: vec![ServerFrame::Said(said(Speaker::Known(17))), deltas()] }),
        ("unknown", ServerFrame::Unknown),
    ]
}

fn welcome() -> Welcome {
    Welcome {
        you: You {
            id: anna().id,
            name: Some("안나".to_owned()),
            owner: true,
            operator: true,
            muted_until: None,
        },
        room: RoomName::lobby(),
        now: Millis(1_800_000_000_000),
        epoch: epoch(),
        head: Seq(9),
        oldest: Seq(2),
        recovered: false,
        messages: vec![words(), queued()],
        more: true,
        events: Vec::new(),
        people: vec![anna()],
        count: 240,
        bots: vec![bot()],
        runs: vec![run(RunState::Streaming, None, false, "안녕")],
        limits: Limits::default(),
        settings: settings(),
        private: true,
        demo: true,
    }
}

fn welcome_recovered() -> Welcome {
    Welcome {
        you: You {
            id: anna().id,
            name: None,
            owner: false,
            operator: false,
            muted_until: Some(Millis(1_800_003_600_000)),
        },
        recovered: true,
        messages: Vec::new(),
        more: false,
        events: vec![Event::Ended(ended())],
        people: Vec::new(),
        count: 0,
        runs: Vec::new(),
        settings: RoomSettings::default(),
        private: false,
        demo: false,
        ..welcome()
    }
}

fn words() -> Message {
    Message {
        seq: Seq(7),
        at: Millis(1_800_000_000_000),
        author: Author::Human { id: anna().id, name: "안나".to_owned(), owner: true },
        text: "@chatbot hi".to_owned(),
        nonce: Some(nonce()),
        reply_to: Some(Seq(3)),
        answer: None,
        edited: true,
        deleted: false,
    }
}

fn said(by: Speaker) -> Said {
    Said {
        seq: Seq(7),
        at: Millis(1_800_000_000_000),
        by,
        text: "@chatbot hi".to_owned(),
        reply_to: Some(Seq(3)),
    }
}

fn delta() -> Delta {
    Delta { run: Seq(8), offset: 6, text: ", Anna".to_owned() }
}

fn queued() -> Message {
    Message {
        seq: Seq(8),
        at: Millis(1_800_000_000_001),
        author: Author::Bot { name: "chatbot".to_owned() },
        text: String::new(),
        nonce: None,
        reply_to: None,
        answer: Some(Answer::new(Seq(7), anna().id, RunState::Queued)),
        edited: false,
        deleted: false,
    }
}

fn answered() -> Message {
    Message { text: "안녕, Anna".to_owned(), answer: Some(ended().answer), ..queued() }
}

fn ended() -> AnswerEnd {
    AnswerEnd {
        seq: Seq(9),
        at: Millis(1_800_000_002_000),
        target: Seq(8),
        text: FinalText::Whole("안녕, Anna".to_owned()),
        answer: Answer {
            code: Some(ErrorCode::Length),
            context_messages: 6,
            chain_rebuilt: true,
            usage: Some(Usage { input: 120, cached: 100, output: 12 }),
            cost: Some(33),
            tool_uses: vec![look()],
            resets_at: Some(Millis(1_800_057_600_000)),
            ..Answer::new(Seq(7), anna().id, RunState::Incomplete)
        },
    }
}

fn run(state: RunState, position: Option<usize>, chain_rebuilt: bool, text: &str) -> RunStatus {
    RunStatus {
        run: Seq(8),
        state,
        position,
        chain_rebuilt,
        tool_uses: Vec::new(),
        card: None,
        text: text.to_owned(),
    }
}

fn look() -> ToolUse {
    ToolUse { tool: "get_current_weather".to_owned(), argument: "서울".to_owned() }
}

fn cards() -> Vec<Message> {
    let poll = Card::Poll {
        question: "점심?".to_owned(),
        options: vec!["김밥".to_owned(), "라면".to_owned()],
    };
    let summary = Card::Summary {
        topics: vec!["tea".to_owned()],
        decisions: Vec::new(),
        open_questions: vec!["when?".to_owned()],
    };
    let message = |card: Card, votes| Message {
        text: card.text(),
        answer: Some(Answer { card: Some(card), votes, ..Answer::new(Seq(7), anna().id, RunState::Done) }),
        ..queued()
    };
    let deleted = Message { text: String::new(), edited: false, deleted: true, ..words() };
    let votes = vec![Vote { person: anna().id, option: 1 }];
    vec![deleted, message(poll, votes), message(summary, Vec::new())]
}

fn bot() -> Bot {
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

fn draft() -> BotDraft {
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
    }
}

fn bill() -> Bill {
    let usage = Usage { input: 1_200, cached: 1_000, output: 120 };
    let totals = Totals { answers: 2, usage, cost: 315 };
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

fn anna() -> Person {
    Person { number: 17, id: PersonId::parse("person-a").unwrap(), name: "안나".to_owned(), owner: true }
}

fn nonce() -> Nonce {
    Nonce::parse("nonce-0123456789").unwrap()
}

fn epoch() -> Epoch {
    Epoch::parse("epoch-0123456789").unwrap()
}
