//! Reads the frames, messages and runs that scripts name. The notation is described in the module `tests`.

use shared::entry::{EnterReply, EnterStatus};
use shared::frame::{Delta, HistoryPlace, RunStatus, Welcome, You};
use shared::message::UnknownEvent;
use shared::{
    Answer, AnswerEnd, Author, Bot, BotDraft, BotOptions, Card, CardChange, CardKind, Epoch, Event,
    FieldError, FinalText, Hit, Limits, Message, Millis, Nonce, Person, PersonId, RoomName, RunState, Said,
    Seq, ServerFrame, Speaker, ToolUse,
};

use crate::EnterError;

pub(super) fn entered(word: &str) -> Result<EnterReply, EnterError> {
    let status = match word {
        "network" => return Err(EnterError::Network),
        "slowdown" => return Err(EnterError::SlowDown { retry_after_ms: 20_000 }),
        "challenged" => return Err(EnterError::Challenged),
        "unverified" => return Err(EnterError::Refused("unverified".to_owned())),
        "refused" => return Err(EnterError::Refused("try_later".to_owned())),
        word => serde_json::from_str::<EnterStatus>(&format!("\"{word}\"")).unwrap(),
    };
    Ok(EnterReply { status, you: person("ann"), until: Some(Millis(90_000)), demo: false })
}

pub(super) fn frame(word: &str, rest: &str) -> ServerFrame {
    let mut parts = rest.split('|').map(str::trim);
    let head = parts.next().unwrap_or_default();
    let parts: Vec<&str> = parts.collect();
    let words: Vec<&str> = head.split_whitespace().collect();
    match word {
        "welcome" | "resumed" => ServerFrame::Welcome(Box::new(welcome(word == "resumed", &words, &parts))),
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
            retry_after_ms: words.get(2).and_then(|ms| ms.parse().ok()),
            fields: words.iter().filter_map(|word| word.split_once('=')).map(field_error).collect(),
        },
        "people" => ServerFrame::People {
            joined: words.iter().filter_map(|word| word.strip_prefix('+')).map(someone).collect(),
            left: words.iter().filter_map(|word| word.strip_prefix('-')).map(person).collect(),
            count: words[0].parse().unwrap(),
            all: words.contains(&"all"),
        },
        "peoplepage" => ServerFrame::PeoplePage {
            after: words.iter().find_map(|word| word.strip_prefix('>')).map(person),
            people: words.iter().filter_map(|word| word.strip_prefix('+')).map(someone).collect(),
            more: words.contains(&"more"),
        },
        "said" => match event(rest) {
            Event::Said(said) => ServerFrame::Said(said),
            other => panic!("not said: {other:?}"),
        },
        "types" => ServerFrame::Typing { names: words.iter().map(|&name| name.to_owned()).collect() },
        "page" => ServerFrame::Page {
            place: match words[0] {
                "after" => HistoryPlace::After(seq(words[1])),
                "around" => HistoryPlace::Around(seq(words[1])),
                before => HistoryPlace::Before(seq(before)),
            },
            messages: parts.iter().flat_map(|part| messages(part)).collect(),
            more: words.contains(&"more"),
            newer: words.contains(&"newer"),
        },
        "found" => ServerFrame::SearchPage {
            query: words[0].to_owned(),
            before: words.iter().find_map(|word| word.strip_prefix('<')).map(seq),
            hits: parts.iter().map(|part| message(part)).map(hit).collect(),
            next: words.iter().find_map(|word| word.strip_prefix('>')).map(seq),
        },
        "drafts" => ServerFrame::Drafts {
            drafts: words.iter().map(|handle| draft(handle)).collect(),
            offer: BotOptions::default(),
        },
        "knowledge" => ServerFrame::Knowledge { handle: words[0].to_owned(), text: words[1..].join(" ") },
        "bill" => ServerFrame::Bill(Box::default()),
        _ => panic!("no such word: {word}"),
    }
}

/// A message, or with `7..9` in place of one those of zed from 7 to 9.
fn messages(part: &str) -> Vec<Message> {
    match part.split_once("..") {
        Some((first, last)) => {
            let seqs = first.trim().parse::<u64>().unwrap()..=last.trim().parse().unwrap();
            seqs.map(|seq| message(&format!("{seq} zed m{seq}"))).collect()
        }
        None => vec![message(part)],
    }
}

fn hit(message: Message) -> Hit {
    Hit { seq: message.seq, at: message.at, author: message.author, text: message.text }
}

pub(super) fn delta(run: u64, offset: u64, text: &str) -> ServerFrame {
    ServerFrame::Deltas { deltas: vec![Delta { run: Seq(run), offset: Some(offset), text: text.to_owned() }] }
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
            operator: words.contains(&"operator"),
            muted_until: after("muted").map(|until| Millis(until.parse().unwrap())),
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
        acts: Vec::new(),
        people: name.map(someone).into_iter().collect(),
        count: after("of").map_or(usize::from(name.is_some()), |count| count.parse().unwrap()),
        bots: vec![bot("bot")],
        runs: runs.iter().map(|part| run(part.trim_start_matches("run "))).collect(),
        limits: Limits::default(),
        settings: shared::RoomSettings::default(),
        private: words.contains(&"private"),
        demo: false,
    }
}

pub(super) fn event(text: &str) -> Event {
    let words: Vec<&str> = text.splitn(5, ' ').collect();
    match words[1] {
        "unknown" => Event::Unknown(UnknownEvent { seq: seq(words[0]) }),
        // `6 end 5 done text`; `6 end 5<3 done text` where the question is not just before the answer
        "end" => {
            let (target, parent) = words[2].split_once('<').unzip();
            let target = seq(target.unwrap_or(words[2]));
            Event::Ended(AnswerEnd {
                seq: seq(words[0]),
                at: Millis(0),
                target,
                text: final_text(words.get(4).unwrap_or(&"")),
                answer: answer(parent.map_or(target.previous(), seq), words[3]),
            })
        }
        // `6 options 5 one/two/three`
        "options" => {
            let options: Vec<String> = words[3].split('/').map(str::to_owned).collect();
            Event::Alternatives(AnswerEnd {
                seq: seq(words[0]),
                at: Millis(0),
                target: seq(words[2]),
                text: FinalText::Whole(options[0].clone()),
                answer: Answer { options, ..answer(seq(words[2]).previous(), "done") },
            })
        }
        "choice" => Event::Chosen {
            seq: seq(words[0]),
            target: seq(words[2]),
            index: words[3].parse().unwrap(),
            by: person(words[4]),
        },
        "edit" => Event::Edited {
            seq: seq(words[0]),
            at: Millis(0),
            target: seq(words[2]),
            text: words[3..].join(" "),
        },
        "delete" => Event::Deleted { seq: seq(words[0]), at: Millis(0), target: seq(words[2]) },
        "vote" => Event::Voted {
            seq: seq(words[0]),
            target: seq(words[2]),
            person: person(words[3]),
            options: options(words[4]),
        },
        "card" => Event::CardChanged { seq: seq(words[0]), target: seq(words[2]), card: poll(words[3]) },
        "react" | "unreact" => Event::Reacted {
            seq: seq(words[0]),
            target: seq(words[2]),
            person: person(words[3]),
            emoji: words[4].to_owned(),
            on: words[1] == "react",
        },
        "bot" => Event::BotSet { seq: seq(words[0]), bot: Box::new(bot(words[2])) },
        "botgone" => Event::BotGone { seq: seq(words[0]), handle: words[2].to_owned() },
        who => match who.strip_prefix('#') {
            Some(who) => Event::Said(said(seq(words[0]), who, &words[2..].join(" "))),
            None => Event::Message(message(text)),
        },
    }
}

fn said(place: Seq, who: &str, text: &str) -> Said {
    let by = match who.parse() {
        Ok(number) => Speaker::Known(number),
        Err(_) => Speaker::Introduced(someone(who)),
    };
    Said { seq: place, at: Millis(place.0), by, text: text.to_owned(), reply_to: None }
}

fn final_text(text: &str) -> FinalText {
    match text.strip_prefix('=').and_then(|bytes| bytes.parse().ok()) {
        Some(bytes) => FinalText::Streamed(bytes),
        None => FinalText::Whole(text.to_owned()),
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
        edited: false,
        deleted: false,
        reactions: Vec::new(),
    };
    if let Some(bot) = who.strip_prefix('@') {
        let (name, parent) = bot.split_once('<').unwrap();
        let (state, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let author = Author::Bot { name: name.to_owned() };
        let mut answer = answer(seq(parent), state);
        if let Some(options) = text.strip_prefix("poll ") {
            answer.card = Some(poll(options));
        }
        return plain(author, text, None, Some(answer));
    }
    let (who, parent) = who.split_once('>').map_or((who, None), |(who, parent)| (who, Some(seq(parent))));
    let (name, attempt) = who.split_once('/').map_or((who, None), |(name, attempt)| (name, Some(attempt)));
    let author = Author::Human { id: person(name), name: name.to_owned(), owner: false };
    Message { reply_to: parent, ..plain(author, rest, attempt.map(nonce), None) }
}

/// Returns an answer to a question of ann.
pub(super) fn answer(parent: Seq, state: &str) -> Answer {
    Answer::new(parent, person("ann"), self::state(state))
}

pub(super) fn run(text: &str) -> RunStatus {
    let words: Vec<&str> = text.splitn(3, ' ').collect();
    let text = *words.get(2).unwrap_or(&"");
    let position = text.strip_prefix("after ").map(|number| number.parse().unwrap());
    let tool_use =
        text.strip_prefix("tool ").map(|what| ToolUse { tool: "t".to_owned(), argument: what.to_owned() });
    let card = text.strip_prefix("card ").map(|word| word.parse::<CardKind>().unwrap());
    let is_text = position.is_none() && tool_use.is_none() && card.is_none();
    RunStatus {
        run: seq(words[0]),
        state: state(words[1]),
        position,
        chain_rebuilt: false,
        tool_uses: tool_use.into_iter().collect(),
        card,
        text: if is_text { text.to_owned() } else { String::new() },
    }
}

pub(super) fn state(word: &str) -> RunState {
    serde_json::from_str(&format!("\"{word}\"")).unwrap()
}

/// A poll with options like `a/b`.
fn poll(options: &str) -> Card {
    let options = options.split('/').map(str::to_owned).collect();
    Card::Poll { question: "q".to_owned(), options, added: 0, multiple: false, secret: false, closed: false }
}

/// The options of a vote: `0`, `0,2`, or `-` for none.
pub(super) fn options(text: &str) -> Vec<usize> {
    text.split(',').filter_map(|option| option.parse().ok()).collect()
}

/// A change of a card: `close`, `reopen`, `add text`, `resolve 1` or `open 1`.
pub(super) fn card_change(text: &str) -> CardChange {
    match text.split_once(' ').unwrap_or((text, "")) {
        ("close" | "reopen", _) => CardChange::Close(text == "close"),
        ("add", option) => CardChange::AddOption(option.to_owned()),
        (word, index) => CardChange::Resolve { index: index.parse().expect(text), on: word == "resolve" },
    }
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
    // ann, bob and zed are 1, 2 and 26.
    let number = name.bytes().next().map_or(0, |letter| u32::from(letter.saturating_sub(b'a')) + 1);
    Person { number, id: person(name), name: name.to_owned(), owner: false, operator: false }
}

/// Returns a bot; one whose handle ends in `poll` answers with polls.
pub(super) fn bot(handle: &str) -> Bot {
    let card = handle.ends_with("poll").then_some(CardKind::Poll);
    Bot { handle: handle.to_owned(), card, ..Bot::default() }
}

pub(super) fn draft(handle: &str) -> BotDraft {
    BotDraft { handle: handle.to_owned(), instructions: "Be.".to_owned(), ..BotDraft::default() }
}

fn field_error((field, code): (&str, &str)) -> FieldError {
    FieldError::new(field, code.parse().unwrap())
}
