//! The words of the scripts as values: frames, messages, runs, people.

use shared::enter::{EnterReply, EnterStatus};
use shared::frame::{Run, Welcome, You};
use shared::message::UnknownEvent;
use shared::{
    Answer, Author, Bot, Ended, Epoch, Event, Limits, Message, Millis, Nonce, Person, PersonId, RoomName,
    RunState, Seq, ServerFrame,
};

use crate::EnterFault;

pub(super) fn entered(word: &str) -> Result<EnterReply, EnterFault> {
    let status = match word {
        "network" => return Err(EnterFault::Network),
        "refused" => return Err(EnterFault::Refused("try_later".to_owned())),
        word => serde_json::from_str::<EnterStatus>(&format!("\"{word}\"")).unwrap(),
    };
    Ok(EnterReply { status, you: person("ann"), demo: false })
}

pub(super) fn frame(word: &str, rest: &str) -> ServerFrame {
    let mut parts = rest.split('|').map(str::trim);
    let head = parts.next().unwrap_or_default();
    let parts: Vec<&str> = parts.collect();
    let words: Vec<&str> = head.split_whitespace().collect();
    match word {
        "welcome" | "back" => ServerFrame::Welcome(Box::new(welcome(word == "back", &words, &parts))),
        "events" => ServerFrame::Events { events: parts.iter().map(|part| event(part)).collect() },
        "delta" => {
            let words: Vec<&str> = rest.splitn(3, ' ').collect();
            delta(words[0].parse().unwrap(), words[1].parse().unwrap(), words[2])
        }
        "run" => ServerFrame::Run(run(head)),
        "accepted" => ServerFrame::Accepted { nonce: nonce(words[0]), seq: seq(words[1]) },
        "refused" => ServerFrame::Refused {
            nonce: (words[0] != "-").then(|| nonce(words[0])),
            code: serde_json::from_str(&format!("\"{}\"", words[1])).unwrap(),
            retry_after_ms: words.get(2).map(|ms| ms.parse().unwrap()),
        },
        "people" => ServerFrame::People {
            joined: words.iter().filter_map(|word| word.strip_prefix('+')).map(someone).collect(),
            left: words.iter().filter_map(|word| word.strip_prefix('-')).map(person).collect(),
            count: words[0].parse().unwrap(),
        },
        "types" => ServerFrame::Typing { names: words.iter().map(|&name| name.to_owned()).collect() },
        "page" => ServerFrame::Page {
            before: seq(words[0]),
            messages: parts.iter().map(|part| message(part)).collect(),
            more: words.contains(&"more"),
        },
        _ => panic!("no such word: {word}"),
    }
}

pub(super) fn delta(run: u64, offset: u64, text: &str) -> ServerFrame {
    ServerFrame::Delta { run: Seq(run), offset, text: text.to_owned() }
}

pub(super) fn welcome(recovered: bool, words: &[&str], parts: &[&str]) -> Welcome {
    let after =
        |name: &str| words.iter().position(|word| *word == name).and_then(|at| words.get(at + 1)).copied();
    let name = after("as");
    let head = seq(words[0]);
    let (runs, rows): (Vec<&str>, Vec<&str>) = parts.iter().partition(|part| part.starts_with("run "));
    let usual = ["1 zed one", "2 zed two", "3 zed three"];
    let messages = match rows.as_slice() {
        _ if recovered => Vec::new(),
        [] => usual.iter().take(head.0 as usize).map(|row| message(row)).collect(),
        rows => rows.iter().map(|row| message(row)).collect(),
    };
    Welcome {
        you: You {
            id: person(after("id").or(name).unwrap_or("ann")),
            name: name.map(str::to_owned),
            owner: words.contains(&"owner"),
        },
        room: RoomName::lobby(),
        now: Millis(0),
        epoch: Epoch::parse(format!("epoch-{}", after("epoch").unwrap_or("aaa"))).unwrap(),
        head,
        oldest: Seq(1),
        recovered,
        messages,
        more: words.contains(&"more"),
        events: if recovered { rows.iter().map(|row| event(row)).collect() } else { Vec::new() },
        people: name.map(someone).into_iter().collect(),
        bots: vec![Bot { handle: "bot".to_owned(), aliases: Vec::new() }],
        runs: runs.iter().map(|part| run(part.trim_start_matches("run "))).collect(),
        limits: Limits::default(),
        demo: false,
    }
}

pub(super) fn event(text: &str) -> Event {
    let words: Vec<&str> = text.splitn(5, ' ').collect();
    match words[1] {
        "strange" => Event::Unknown(UnknownEvent { seq: seq(words[0]) }),
        "end" => Event::Ended(Ended {
            seq: seq(words[0]),
            at: Millis(0),
            target: seq(words[2]),
            text: words.get(4).unwrap_or(&"").to_string(),
            answer: answer(Seq(1), words[3]),
        }),
        _ => Event::Message(message(text)),
    }
}

pub(super) fn message(text: &str) -> Message {
    let words: Vec<&str> = text.splitn(3, ' ').collect();
    let (place, who, rest) = (seq(words[0]), words[1], *words.get(2).unwrap_or(&""));
    let plain = |author, text: &str, nonce, answer| Message {
        seq: place,
        at: Millis(place.0),
        author,
        text: text.to_owned(),
        nonce,
        reply_to: None,
        answer,
    };
    if let Some(bot) = who.strip_prefix('@') {
        let (name, parent) = bot.split_once('<').unwrap();
        let (state, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let author = Author::Bot { name: name.to_owned() };
        return plain(author, text, None, Some(answer(seq(parent), state)));
    }
    let (name, attempt) = who.split_once('/').map_or((who, None), |(name, attempt)| (name, Some(attempt)));
    let author = Author::Human { id: person(name), name: name.to_owned(), owner: false };
    plain(author, rest, attempt.map(nonce), None)
}

/// Answers are ann's.
pub(super) fn answer(parent: Seq, state: &str) -> Answer {
    Answer {
        parent,
        asker: person("ann"),
        state: self::state(state),
        code: None,
        follows: 0,
        reread: false,
        usage: None,
    }
}

pub(super) fn run(text: &str) -> Run {
    let words: Vec<&str> = text.splitn(3, ' ').collect();
    let text = *words.get(2).unwrap_or(&"");
    let position = text.strip_prefix("after ").map(|number| number.parse().unwrap());
    Run {
        run: seq(words[0]),
        state: state(words[1]),
        position,
        reread: false,
        text: if position.is_some() { String::new() } else { text.to_owned() },
    }
}

pub(super) fn state(word: &str) -> RunState {
    serde_json::from_str(&format!("\"{word}\"")).unwrap()
}

pub(super) fn seq(text: &str) -> Seq {
    Seq(text.parse().expect(text))
}

pub(super) fn nonce(short: impl std::fmt::Display) -> Nonce {
    Nonce::parse(format!("nonce-{short:0>12}")).unwrap()
}

pub(super) fn person(name: &str) -> PersonId {
    PersonId::parse(format!("person-{name}")).unwrap()
}

pub(super) fn someone(name: &str) -> Person {
    Person { id: person(name), name: name.to_owned(), owner: false }
}
