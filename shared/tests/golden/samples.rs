//! One of everything that goes over the wire, in values. The files hold the same in JSON.

use super::bot_samples::{alternatives, bill, bot, draft};
use super::card_samples::{cards, closed_poll};
use super::moderation_samples::{acts, audit, moderation, settings};
use shared::frame::{Delta, HistoryPlace, RunStatus, Welcome, You};
use shared::message::UnknownEvent;
use shared::{
    Answer, AnswerEnd, Author, BotOptions, CardKind, Epoch, ErrorCode, Event, FieldError, FinalText, Hit,
    Limits, Message, Millis, Moderation, Nonce, Person, PersonId, PrivateRequest, Reaction, RoomName,
    RoomSettings, RunState, Said, Seq, ServerFrame, Speaker, ToolUse, Usage,
};

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
        ("events_message", events(vec![Event::Message(Message { reactions: vec![reaction()], ..words() })])),
        ("events_answer", events(vec![Event::Message(queued())])),
        ("events_ended", events(vec![Event::Ended(ended())])),
        ("events_ended_stopped", events(vec![Event::Ended(stopped())])),
        (
            "events_ended_streamed",
            events(vec![Event::Ended(AnswerEnd { text: FinalText::Streamed(12), ..ended() })]),
        ),
        (
            "events_ended_cited",
            events(vec![Event::Ended(AnswerEnd {
                text: FinalText::Whole("At noon.".to_owned()),
                answer: Answer {
                    sources: vec!["When is lunch?".to_owned()],
                    ..Answer::new(Seq(7), anna().id, RunState::Done)
                },
                ..ended()
            })]),
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
                Event::Voted { seq: Seq(12), target: Seq(8), person: anna().id, options: vec![1] },
                Event::Voted { seq: Seq(13), target: Seq(8), person: anna().id, options: Vec::new() },
                Event::CardChanged { seq: Seq(17), target: Seq(8), card: closed_poll() },
                Event::Reacted {
                    seq: Seq(16),
                    target: Seq(7),
                    person: anna().id,
                    emoji: "👍".to_owned(),
                    on: false,
                },
                Event::BotSet { seq: Seq(14), bot: Box::new(bot()) },
                Event::BotGone { seq: Seq(15), handle: "cook".to_owned() },
            ]),
        ),
        (
            "events_moderation",
            events(acts().into_iter().map(|act| Event::Moderation(Box::new(moderation(act)))).collect()),
        ),
        ("events_alternatives", events(alternatives())),
        ("audit", ServerFrame::Audit(Box::new(audit()))),
        ("reports", ServerFrame::Reports { count: 2 }),
        ("page_cards", page(HistoryPlace::Before(Seq(9)), cards(), false, false)),
        (
            "drafts",
            ServerFrame::Drafts {
                drafts: vec![draft()],
                offer: BotOptions {
                    models: vec!["gpt-5.4-mini".to_owned()],
                    tools: vec!["current_time".to_owned()],
                    ..BotOptions::default()
                },
            },
        ),
        (
            "knowledge",
            ServerFrame::Knowledge {
                handle: "cook".to_owned(),
                text: "# When is lunch?\nAt noon.\n\nContact: anna".to_owned(),
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
                fields: vec![
                    FieldError::new("handle", ErrorCode::HandleCharacters),
                    FieldError {
                        place: "/properties/dish/pattern".to_owned(),
                        ..FieldError::new("schema", ErrorCode::NotInSchema)
                    },
                ],
            },
        ),
        ("deltas", ServerFrame::Deltas { deltas: vec![Delta { offset: None, ..delta() }] }),
        ("deltas_at", deltas()),
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
                people: vec![Person { operator: true, ..anna() }],
                more: true,
            },
        ),
        ("typing", ServerFrame::Typing { names: vec!["안나".to_owned(), "bo".to_owned()] }),
        ("page", page(HistoryPlace::Before(Seq(9)), vec![words(), answered()], true, false)),
        ("page_after", page(HistoryPlace::After(Seq(6)), vec![words()], false, true)),
        ("page_around", page(HistoryPlace::Around(Seq(7)), vec![words()], true, true)),
        (
            "search_page",
            ServerFrame::SearchPage {
                query: "점심".to_owned(),
                before: Some(Seq(5_000)),
                hits: vec![
                    hit(
                        9,
                        Author::Human { id: anna().id, name: "안나".to_owned(), owner: false },
                        "점심 뭐 먹지",
                    ),
                    hit(8, Author::Bot { name: "chatbot".to_owned() }, "…점심은 김밥이"),
                ],
                next: Some(Seq(8)),
            },
        ),
        (
            "private_answer",
            ServerFrame::PrivateAnswer {
                request: PrivateRequest::CatchUp(Seq(7)),
                text: "- 안나: **점심**은 김밥".to_owned(),
                code: None,
                resets_at: None,
                cost: Some(412),
            },
        ),
        (
            "private_answer_refused",
            ServerFrame::PrivateAnswer {
                request: PrivateRequest::Translation(Seq(7)),
                text: String::new(),
                code: Some(ErrorCode::QuestionsPerson),
                resets_at: Some(Millis(1_800_000_000_000)),
                cost: None,
            },
        ),
        ("batch", ServerFrame::Batch { frames: vec![ServerFrame::Said(said(Speaker::Known(17))), deltas()] }),
        ("unknown", ServerFrame::Unknown),
    ]
}

fn page(place: HistoryPlace, messages: Vec<Message>, more: bool, newer: bool) -> ServerFrame {
    ServerFrame::Page { place, messages, more, newer }
}

fn hit(seq: u64, author: Author, text: &str) -> Hit {
    Hit { seq: Seq(seq), at: Millis(1_800_000_000_000), author, text: text.to_owned() }
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
        acts: vec![Moderation { seq: Seq(9), ..moderation(acts().remove(0)) }],
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
        acts: Vec::new(),
        people: Vec::new(),
        count: 0,
        runs: Vec::new(),
        settings: RoomSettings::default(),
        private: false,
        demo: false,
        ..welcome()
    }
}

pub(super) fn words() -> Message {
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
        reactions: Vec::new(),
    }
}

fn reaction() -> Reaction {
    Reaction { emoji: "👍".to_owned(), people: vec![anna().id] }
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
    Delta { run: Seq(8), offset: Some(6), text: ", Anna".to_owned() }
}

pub(super) fn queued() -> Message {
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
        reactions: Vec::new(),
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

fn stopped() -> AnswerEnd {
    let answer = Answer { stopped_by: Some(anna().id), ..Answer::new(Seq(7), anna().id, RunState::Stopped) };
    AnswerEnd { answer, ..ended() }
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

pub(crate) fn anna() -> Person {
    let (id, name) = (PersonId::parse("person-a").unwrap(), "안나".to_owned());
    Person { number: 17, id, name, owner: true, operator: false }
}

pub(crate) fn nonce() -> Nonce {
    Nonce::parse("nonce-0123456789").unwrap()
}

pub(super) fn epoch() -> Epoch {
    Epoch::parse("epoch-0123456789").unwrap()
}
