//! Reading what the room says.
//!
//! By hand, over JSON values: derived readers of tagged enums would be a tenth of the page. The golden files hold this
//! and the derived writers together. It is tolerant, so that an older page gets along with a newer room (promise G15):
//! fields, types and kinds that it does not know are passed over, and so is a message that it cannot show.

use super::server::{Run, ServerFrame, Welcome, You};
use crate::bot::Words;
use crate::json::Value;
use crate::message::UnknownEvent;
use crate::{
    Answer, Author, Bill, Bot, Card, CardKind, Code, Draft, Ended, Epoch, Event, FieldFault, Limits, Look,
    Message, Millis, Nonce, Offer, Person, PersonId, Price, RoomName, RunState, Seq, Totals, Usage, Vote,
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
            fields: fields.list("fields", field_fault),
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
        "drafts" => ServerFrame::Drafts {
            drafts: fields.list("drafts", draft),
            offer: fields.take("offer").and_then(Fields::of).map(offer).unwrap_or_default(),
        },
        "bill" => ServerFrame::Bill(Box::new(bill(&mut fields)?)),
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
    Some(Bot {
        handle: fields.text("handle")?,
        aliases: fields.list("aliases", string),
        name: words(fields.take("name")),
        about: words(fields.take("about")),
        colour: fields.small("colour").unwrap_or_default(),
        price: fields.take("price").and_then(price),
        reads: fields.number("reads").unwrap_or_default(),
        card: fields.card_kind("card"),
        own: fields.is("own"),
    })
}

fn words(value: Option<Value>) -> Words {
    let mut text = value.and_then(Fields::of);
    let mut word = |name: &str| text.as_mut().and_then(|fields| fields.text(name)).unwrap_or_default();
    Words { en: word("en"), ko: word("ko") }
}

fn price(value: Value) -> Option<Price> {
    let mut fields = Fields::of(value)?;
    Some(Price {
        input: fields.number("input")?,
        cached: fields.number("cached")?,
        output: fields.number("output")?,
    })
}

fn draft(value: Value) -> Option<Draft> {
    let mut fields = Fields::of(value)?;
    Some(Draft {
        handle: fields.text("handle")?,
        aliases: fields.list("aliases", string),
        name: fields.text("name").unwrap_or_default(),
        about: fields.text("about").unwrap_or_default(),
        instructions: fields.text("instructions")?,
        model: fields.text("model").unwrap_or_default(),
        temperature: fields.small("temperature"),
        top_p: fields.small("top_p"),
        max_output_tokens: fields.small("max_output_tokens"),
        reasoning_effort: fields.text("reasoning_effort").unwrap_or_default(),
        tools: fields.list("tools", string),
    })
}

fn offer(mut fields: Fields) -> Offer {
    Offer { models: fields.list("models", string), tools: fields.list("tools", string) }
}

fn field_fault(value: Value) -> Option<FieldFault> {
    let mut fields = Fields::of(value)?;
    Some(FieldFault { field: fields.text("field")?, code: fields.code("code")? })
}

fn bill(fields: &mut Fields) -> Option<Bill> {
    Some(Bill {
        day: totals(fields.take("day")?)?,
        all: totals(fields.take("all")?)?,
        yours: totals(fields.take("yours")?)?,
        room_day: fields.number("room_day"),
        person_day: fields.number("person_day"),
        resets_at: Millis(fields.number("resets_at")?),
        off: fields.is("off"),
    })
}

fn totals(value: Value) -> Option<Totals> {
    let mut fields = Fields::of(value)?;
    Some(Totals {
        answers: fields.number("answers")?,
        cost: fields.number("cost")?,
        usage: usage(&mut fields)?,
    })
}

fn run(fields: &mut Fields) -> Option<Run> {
    Some(Run {
        run: fields.seq("run")?,
        state: RunState::from_word(&fields.text("state")?)?,
        position: fields.size("position"),
        reread: fields.is("reread"),
        looked: fields.list("looked", look),
        card: fields.card_kind("card"),
        text: fields.text("text").unwrap_or_default(),
    })
}

/// A row. What cannot be read as its kind still has a place.
fn event(value: Value) -> Option<Event> {
    let seq = value.get("seq").and_then(Value::as_u64).map(Seq)?;
    let event = match value.get("kind").and_then(Value::as_str).unwrap_or_default() {
        "message" => message(value).map(Event::Message),
        "ended" => ended(value).map(Event::Ended),
        kind @ ("edited" | "deleted" | "voted" | "bot_set" | "bot_gone") => {
            let kind = kind.to_owned();
            Fields::of(value).and_then(|mut fields| change(&kind, seq, &mut fields))
        }
        _ => None,
    };
    Some(event.unwrap_or(Event::Unknown(UnknownEvent { seq })))
}

/// A change of something that is there already.
fn change(kind: &str, seq: Seq, fields: &mut Fields) -> Option<Event> {
    Some(match kind {
        "bot_set" => Event::BotSet { seq, bot: Box::new(bot(fields.take("bot")?)?) },
        "bot_gone" => Event::BotGone { seq, handle: fields.text("handle")? },
        _ => {
            let target = fields.seq("target")?;
            match kind {
                "voted" => Event::Voted {
                    seq,
                    target,
                    person: person_id(fields.take("person"))?,
                    option: fields.size("option"),
                },
                "deleted" => Event::Deleted { seq, at: Millis(fields.number("at")?), target },
                _ => {
                    let at = Millis(fields.number("at")?);
                    Event::Edited { seq, at, target, text: fields.text("text")? }
                }
            }
        }
    })
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
        edited: fields.is("edited"),
        deleted: fields.is("deleted"),
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
        usage: fields.take("usage").and_then(Fields::of).and_then(|mut fields| usage(&mut fields)),
        cost: fields.number("cost"),
        looked: fields.list("looked", look),
        card: fields.take("card").and_then(card),
        votes: fields.list("votes", vote),
        resets_at: fields.number("resets_at").map(Millis),
    })
}

fn look(value: Value) -> Option<Look> {
    let mut fields = Fields::of(value)?;
    Some(Look { tool: fields.text("tool")?, what: fields.text("what").unwrap_or_default() })
}

fn card(value: Value) -> Option<Card> {
    let kind = CardKind::from_word(value.get("kind")?.as_str()?)?;
    Card::of(kind, &value)
}

fn vote(value: Value) -> Option<Vote> {
    let mut fields = Fields::of(value)?;
    Some(Vote { person: person_id(fields.take("person"))?, option: fields.size("option")? })
}

fn usage(fields: &mut Fields) -> Option<Usage> {
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
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// The fields of an object, each taken out once so that nothing is copied.
struct Fields(Vec<(String, Value)>);

impl Fields {
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self(fields)),
            _ => None,
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let place = self.0.iter().rposition(|(key, _)| key == name)?;
        Some(self.0.swap_remove(place).1)
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

    /// A number of fewer bits.
    fn small<T: TryFrom<u64>>(&mut self, name: &str) -> Option<T> {
        T::try_from(self.number(name)?).ok()
    }

    fn card_kind(&mut self, name: &str) -> Option<CardKind> {
        CardKind::from_word(&self.text(name)?)
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
            Some(Value::List(items)) => items.into_iter().filter_map(read).collect(),
            _ => Vec::new(),
        }
    }
}
