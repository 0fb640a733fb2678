//! Reading what the room says.
//!
//! By hand, over JSON values: derived readers of tagged enums would be a tenth of the page. The golden files hold this
//! and the derived writers together. It is tolerant, so that an older page gets along with a newer room (promise G15):
//! fields, types and kinds that it does not know are passed over, and so is a message that it cannot show.

use serde_json::{Map, Value};

use super::server::{Run, ServerFrame, Welcome, You};
use crate::message::UnknownEvent;
use crate::{
    Answer, Author, Bot, Code, Ended, Epoch, Event, Limits, Message, Millis, Nonce, Person, PersonId,
    RoomName, RunState, Seq, Usage,
};

/// A frame. `None`: the value is none.
pub(super) fn frame(value: Value) -> Option<ServerFrame> {
    let mut fields = Fields::of(value)?;
    Some(match fields.text("type")?.as_str() {
        "welcome" => ServerFrame::Welcome(Box::new(welcome(&mut fields)?)),
        "events" => ServerFrame::Events { events: fields.list("events", event) },
        "accepted" => ServerFrame::Accepted { nonce: fields.nonce("nonce")?, seq: fields.seq("seq")? },
        "refused" => ServerFrame::Refused {
            nonce: fields.nonce("nonce"),
            code: fields.code("code")?,
            retry_after_ms: fields.number("retry_after_ms"),
        },
        "delta" => ServerFrame::Delta {
            run: fields.seq("run")?,
            offset: fields.number("offset")?,
            text: fields.text("text")?,
        },
        "run" => ServerFrame::Run(run(&mut fields)?),
        "people" => ServerFrame::People {
            joined: fields.list("joined", person),
            left: fields.list("left", |value| person_id(Some(value))),
            count: fields.size("count")?,
        },
        "typing" => ServerFrame::Typing { names: fields.list("names", string) },
        "page" => ServerFrame::Page {
            before: fields.seq("before")?,
            messages: fields.list("messages", message),
            more: fields.is("more"),
        },
        "batch" => ServerFrame::Batch { frames: fields.list("frames", frame) },
        _ => ServerFrame::Unknown,
    })
}

fn welcome(fields: &mut Fields) -> Option<Welcome> {
    Some(Welcome {
        you: you(fields.take("you")?)?,
        room: RoomName::parse(&fields.text("room")?)?,
        now: Millis(fields.number("now")?),
        epoch: Epoch::parse(fields.text("epoch")?)?,
        head: fields.seq("head")?,
        oldest: fields.seq("oldest")?,
        recovered: fields.is("recovered"),
        messages: fields.list("messages", message),
        more: fields.is("more"),
        events: fields.list("events", event),
        people: fields.list("people", person),
        bots: fields.list("bots", bot),
        runs: fields.list("runs", |value| run(&mut Fields::of(value)?)),
        limits: limits(fields.take("limits")?)?,
        demo: fields.is("demo"),
    })
}

fn you(value: Value) -> Option<You> {
    let mut fields = Fields::of(value)?;
    Some(You { id: person_id(fields.take("id"))?, name: fields.text("name"), owner: fields.is("owner") })
}

fn limits(value: Value) -> Option<Limits> {
    let mut fields = Fields::of(value)?;
    Some(Limits {
        text: fields.size("text")?,
        nickname: fields.size("nickname")?,
        frame: fields.size("frame")?,
        page: fields.size("page")?,
    })
}

fn person(value: Value) -> Option<Person> {
    let mut fields = Fields::of(value)?;
    Some(Person { id: person_id(fields.take("id"))?, name: fields.text("name")?, owner: fields.is("owner") })
}

fn bot(value: Value) -> Option<Bot> {
    let mut fields = Fields::of(value)?;
    Some(Bot { handle: fields.text("handle")?, aliases: fields.list("aliases", string) })
}

fn run(fields: &mut Fields) -> Option<Run> {
    Some(Run {
        run: fields.seq("run")?,
        state: RunState::from_word(&fields.text("state")?)?,
        position: fields.size("position"),
        reread: fields.is("reread"),
        text: fields.text("text").unwrap_or_default(),
    })
}

/// A row. What cannot be read as its kind still has a place.
fn event(value: Value) -> Option<Event> {
    let seq = value.get("seq").and_then(Value::as_u64).map(Seq)?;
    let event = match value.get("kind").and_then(Value::as_str).unwrap_or_default() {
        "message" => message(value).map(Event::Message),
        "ended" => ended(value).map(Event::Ended),
        _ => None,
    };
    Some(event.unwrap_or(Event::Unknown(UnknownEvent { seq })))
}

fn message(value: Value) -> Option<Message> {
    let mut fields = Fields::of(value)?;
    let answer = match fields.take("answer") {
        Some(value) => Some(answer(value)?),
        None => None,
    };
    Some(Message {
        seq: fields.seq("seq")?,
        at: Millis(fields.number("at")?),
        author: author(fields.take("author")?)?,
        text: fields.text("text")?,
        nonce: fields.nonce("nonce"),
        reply_to: fields.seq("reply_to"),
        answer,
    })
}

fn author(value: Value) -> Option<Author> {
    let mut fields = Fields::of(value)?;
    match fields.text("kind")?.as_str() {
        "human" => Some(Author::Human {
            id: person_id(fields.take("id"))?,
            name: fields.text("name")?,
            owner: fields.is("owner"),
        }),
        "bot" => Some(Author::Bot { name: fields.text("name")? }),
        _ => None,
    }
}

fn ended(value: Value) -> Option<Ended> {
    let mut fields = Fields::of(value)?;
    Some(Ended {
        seq: fields.seq("seq")?,
        at: Millis(fields.number("at")?),
        target: fields.seq("target")?,
        text: fields.text("text")?,
        answer: answer(fields.take("answer")?)?,
    })
}

fn answer(value: Value) -> Option<Answer> {
    let mut fields = Fields::of(value)?;
    Some(Answer {
        parent: fields.seq("parent")?,
        asker: person_id(fields.take("asker"))?,
        state: RunState::from_word(&fields.text("state")?)?,
        code: fields.code("code"),
        follows: fields.number("follows").unwrap_or_default(),
        reread: fields.is("reread"),
        usage: fields.take("usage").and_then(usage),
    })
}

fn usage(value: Value) -> Option<Usage> {
    let mut fields = Fields::of(value)?;
    Some(Usage {
        input: fields.number("input")?,
        cached: fields.number("cached")?,
        output: fields.number("output")?,
    })
}

fn person_id(value: Option<Value>) -> Option<PersonId> {
    PersonId::parse(string(value?)?)
}

fn string(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The fields of an object, each taken out once so that nothing is copied.
struct Fields(Map<String, Value>);

impl Fields {
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self(fields)),
            _ => None,
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    fn text(&mut self, name: &str) -> Option<String> {
        string(self.take(name)?)
    }

    fn number(&mut self, name: &str) -> Option<u64> {
        self.take(name)?.as_u64()
    }

    fn size(&mut self, name: &str) -> Option<usize> {
        usize::try_from(self.number(name)?).ok()
    }

    fn seq(&mut self, name: &str) -> Option<Seq> {
        self.number(name).map(Seq)
    }

    fn nonce(&mut self, name: &str) -> Option<Nonce> {
        Nonce::parse(self.text(name)?)
    }

    fn code(&mut self, name: &str) -> Option<Code> {
        self.text(name).map(|word| Code::from_word(&word))
    }

    /// A flag that is absent is off.
    fn is(&mut self, name: &str) -> bool {
        matches!(self.take(name), Some(Value::Bool(true)))
    }

    /// Those items that can be read; a list that is absent is empty.
    fn list<T>(&mut self, name: &str, read: impl Fn(Value) -> Option<T>) -> Vec<T> {
        match self.take(name) {
            Some(Value::Array(items)) => items.into_iter().filter_map(read).collect(),
            _ => Vec::new(),
        }
    }
}
