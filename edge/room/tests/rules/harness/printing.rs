//! Prints frames and prompts as short lines; the folder's `//!` describes them.

use std::collections::BTreeMap;

use models::{Item, Role};
use shared::frame::HistoryPlace;
use shared::{Event, FinalText, Message, Person, ServerFrame, Speaker};

/// The nicknames of people by their numbers, as far as frames have told them.
pub(super) type Names = BTreeMap<u32, String>;

/// A frame, a line for each frame of a batch.
pub(super) fn frame(text: &str, names: &mut Names) -> Vec<String> {
    match ServerFrame::parse(text) {
        Ok(ServerFrame::Batch { frames }) => frames.iter().map(|frame| one(frame, names)).collect(),
        Ok(frame) => vec![one(&frame, names)],
        Err(_) => vec![text.to_owned()],
    }
}

fn one(frame: &ServerFrame, names: &mut Names) -> String {
    match frame {
        ServerFrame::Welcome(welcome) => {
            let start = match (welcome.recovered, welcome.more) {
                (true, _) => "missed",
                (false, true) => "anew, more",
                (false, false) => "anew",
            };
            learn(names, &welcome.people);
            let mut events: Vec<String> = welcome.messages.iter().map(message).collect();
            events.extend(welcome.events.iter().map(|event| self::event(event, names)));
            let runs: Vec<String> = welcome.runs.iter().map(|run| format!("; {}", self::run(run))).collect();
            let people: Vec<String> = welcome.people.iter().map(person).collect();
            let you = welcome.you.name.as_deref().unwrap_or("reader");
            let owner = if welcome.you.owner { " (owner)" } else { "" };
            format!(
                "welcome {you}{owner} {}..{} {start} [{}]{}; here {}",
                welcome.oldest,
                welcome.head,
                events.join(", "),
                runs.concat(),
                people.join(" ")
            )
        }
        ServerFrame::Said(said) => self::said(said, names),
        ServerFrame::Events { events } => {
            events.iter().map(|event| self::event(event, names)).collect::<Vec<_>>().join(", ")
        }
        ServerFrame::Accepted { nonce, seq } => {
            format!("accepted {} #{seq}", nonce.as_str().trim_end_matches('-'))
        }
        ServerFrame::Refused { nonce, code, retry_after_ms, fields } => {
            let nonce = nonce.as_ref().map(|nonce| format!(" {}", nonce.as_str().trim_end_matches('-')));
            let wait = retry_after_ms.map(|wait| format!(", again in {wait} ms"));
            let fields: String =
                fields.iter().map(|fault| format!(" {}:{:?}", fault.field, fault.code)).collect();
            format!("refused{} {code:?}{fields}{}", nonce.unwrap_or_default(), wait.unwrap_or_default())
        }
        ServerFrame::Deltas { deltas } => {
            let deltas = deltas.iter().map(|delta| {
                let offset = delta.offset.map(|offset| format!("+{offset}")).unwrap_or_default();
                format!("delta {}{offset} {:?}", delta.run, delta.text)
            });
            deltas.collect::<Vec<_>>().join(", ")
        }
        ServerFrame::Run(run) => self::run(run),
        ServerFrame::People { joined, left, count, all } => {
            learn(names, joined);
            let all = if *all { "all " } else { "" };
            let joined = joined.iter().map(|joined| format!("+{} ", person(joined)));
            let left = left.iter().map(|id| format!("-{id} "));
            format!("people {all}{}={count}", joined.chain(left).collect::<String>())
        }
        ServerFrame::PeoplePage { after, people, more } => {
            let after = after.as_ref().map(|after| format!(" after {after}")).unwrap_or_default();
            let people: Vec<String> = people.iter().map(person).collect();
            format!("people page{after} {}{}", people.join(" "), if *more { " more" } else { "" })
        }
        ServerFrame::Typing { names } => format!("typing {names:?}"),
        ServerFrame::Page { place, messages, more, newer } => {
            let messages: Vec<String> = messages.iter().map(message).collect();
            let place = match place {
                HistoryPlace::Before(seq) => format!("before {seq}"),
                HistoryPlace::After(seq) => format!("after {seq}"),
                HistoryPlace::Around(seq) => format!("around {seq}"),
            };
            let (more, newer) = (if *more { " more" } else { "" }, if *newer { " newer" } else { "" });
            format!("page {place} [{}]{more}{newer}", messages.join(", "))
        }
        ServerFrame::SearchPage { query, before, hits, next } => {
            let before = before.map(|before| format!(" before {before}")).unwrap_or_default();
            let next = next.map(|next| format!(" next {next}")).unwrap_or_default();
            let hits = hits.iter().map(|hit| format!("#{} {}: {}", hit.seq, hit.author.name(), hit.text));
            format!("found {query:?}{before} [{}]{next}", hits.collect::<Vec<_>>().join(", "))
        }
        ServerFrame::PrivateAnswer { request, text, code, cost, .. } => {
            let code = code.map(|code| format!(" {code:?}")).unwrap_or_default();
            format!("privately {request:?} {text:?}{code} for {cost:?}")
        }
        ServerFrame::Drafts { drafts, offer } => {
            let handles: Vec<&str> = drafts.iter().map(|draft| draft.handle.as_str()).collect();
            format!("drafts {handles:?} of {:?} {:?}", offer.models, offer.tools)
        }
        ServerFrame::Knowledge { handle, text } => format!("knowledge of {handle} {text:?}"),
        ServerFrame::Bill(bill) => format!(
            "bill day {} all {} yours {}{}",
            totals(&bill.day),
            totals(&bill.all),
            totals(&bill.yours),
            if bill.off { " off" } else { "" }
        ),
        ServerFrame::Audit(audit) => format!("audit {audit:?}"),
        ServerFrame::Reports { count } => format!("reports {count}"),
        ServerFrame::Batch { .. } | ServerFrame::Unknown => "a batch in a batch, or nothing known".to_owned(),
    }
}

fn totals(totals: &shared::Totals) -> String {
    let usage = totals.usage;
    format!("{}: {}/{}/{} = {}", totals.answers, usage.input, usage.cached, usage.output, totals.cost)
}

fn run(run: &shared::frame::RunStatus) -> String {
    let position = run.position.map(|position| format!(" after {position}")).unwrap_or_default();
    let text = if run.text.is_empty() { String::new() } else { format!(" {:?}", run.text) };
    let reread = if run.chain_rebuilt { " reread" } else { "" };
    let tool_uses: String =
        run.tool_uses.iter().map(|look| format!(" {}({})", look.tool, look.argument)).collect();
    let card = run.card.map(|card| format!(" {}", card.as_str())).unwrap_or_default();
    format!("run {} {}{position}{text}{reread}{tool_uses}{card}", run.run, run.state.as_str())
}

fn person(person: &Person) -> String {
    format!("{}{}", person.name, if person.owner { "*" } else { "" })
}

fn learn(names: &mut Names, people: &[Person]) {
    names.extend(people.iter().map(|person| (person.number, person.name.clone())));
}

fn said(said: &shared::Said, names: &mut Names) -> String {
    let name = match &said.by {
        Speaker::Introduced(person) => {
            learn(names, std::slice::from_ref(person));
            &person.name
        }
        Speaker::Known(number) => &names[number],
    };
    format!("#{} {name}: {}", said.seq, said.text)
}

fn event(event: &Event, names: &mut Names) -> String {
    match event {
        Event::Said(said) => self::said(said, names),
        Event::Message(message) => self::message(message),
        Event::Ended(ended) => {
            let text = match &ended.text {
                FinalText::Whole(text) => format!("{text:?}"),
                FinalText::Streamed(bytes) => format!("={bytes}"),
            };
            let code = ended.answer.code.map(|code| format!(" {code:?}")).unwrap_or_default();
            format!("#{} ends #{} {}{code} {text}", ended.seq, ended.target, ended.answer.state.as_str(),)
        }
        Event::Alternatives(state) => {
            format!("#{} options of #{} {:?}", state.seq, state.target, state.answer.options)
        }
        Event::Chosen { seq, target, index, by } => format!("#{seq} {by} chooses {index} of #{target}"),
        Event::Edited { seq, target, text, .. } => format!("#{seq} edits #{target} {text:?}"),
        Event::Deleted { seq, target, .. } => format!("#{seq} deletes #{target}"),
        Event::Voted { seq, target, person, options } => {
            format!("#{seq} {person} votes in #{target} {options:?}")
        }
        Event::CardChanged { seq, target, card } => format!("#{seq} card of #{target} {:?}", card.text()),
        Event::Reacted { seq, target, person, emoji, on } => {
            let verb = if *on { "adds" } else { "removes" };
            format!("#{seq} {person} {verb} {emoji} of #{target}")
        }
        Event::BotSet { seq, bot } => format!("#{seq} bot {}", bot.handle),
        Event::BotGone { seq, handle } => format!("#{seq} no bot {handle}"),
        Event::Moderation(moderation) => {
            format!("#{} {}: {:?}", moderation.seq, moderation.name, moderation.act)
        }
        Event::Unknown(unknown) => format!("#{} ?", unknown.seq),
    }
}

fn message(message: &Message) -> String {
    let (seq, name, text) = (message.seq, message.author.name(), &message.text);
    match &message.answer {
        None if message.deleted => format!("#{seq} {name} deleted"),
        None => format!("#{seq} {name}: {text}"),
        Some(answer) => {
            let code = answer.code.map(|code| format!(" {code:?}")).unwrap_or_default();
            let text = if text.is_empty() { String::new() } else { format!(" {text:?}") };
            format!("#{seq} {name} to #{} {}{code}{text}", answer.parent, answer.state.as_str())
        }
    }
}

/// An item of a prompt: `p1 ann: hi`, `(note) text`, `me: text`.
pub(crate) fn item(item: &Item) -> String {
    let text = match item {
        Item::Message { role: Role::User, text } => text,
        Item::Message { role: Role::Assistant, text } => return format!("me: {text}"),
        Item::ToolCall(call) => return format!("me: {}({})", call.name, call.arguments),
        Item::ToolOutput { name, output, .. } => return format!("{name} -> {output}"),
    };
    let value: serde_json::Value = serde_json::from_str(text).expect("one JSON object an item");
    let part = |key: &str| value.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    match value.get("note") {
        Some(_) => format!("({}) {}", part("note"), part("text")).trim_end().to_owned(),
        None => format!("{} {}: {}", part("id"), part("from"), part("text")),
    }
}
