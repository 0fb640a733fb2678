//! A room as signals: what the client shows, ready to be watched by views.

use client::{Client, Connection, EntryState, ItemKey, TimelineItem, You};
use leptos::prelude::*;
use shared::{Author, Bot, ErrorCode, Millis, Person, RunState, Seq};

use super::announce::Announcer;
use super::line::{Line, Placement, Shape, Source};
use crate::text::{dates, text};

/// Messages of one author within this time stand under one name.
const GROUP_MS: u64 = 5 * 60_000;
/// More new messages than this at once are counted and not read aloud.
const READ_ALOUD: usize = 3;

/// Something was refused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Notice {
    pub(crate) code: ErrorCode,
    pub(crate) retry_after_ms: Option<u64>,
}

/// What views watch.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    pub(crate) connection: RwSignal<Connection>,
    pub(crate) door: RwSignal<EntryState>,
    pub(crate) you: RwSignal<Option<You>>,
    pub(crate) people: RwSignal<Vec<Person>>,
    pub(crate) count: RwSignal<usize>,
    pub(crate) typing: RwSignal<Vec<String>>,
    pub(crate) bots: RwSignal<Vec<Bot>>,
    pub(crate) limit: RwSignal<usize>,
    pub(crate) is_demo: RwSignal<bool>,
    pub(crate) lines: RwSignal<Vec<Line>>,
    pub(crate) has_older: RwSignal<bool>,
    pub(crate) is_loading_older: RwSignal<bool>,
    pub(crate) notice: RwSignal<Option<Notice>>,
    /// Counts news of drafts, the bill and the setting of a bot, which views read from the client.
    pub(crate) bot_news: RwSignal<usize>,
    /// Counts answers that ended while one looked on.
    pub(crate) ended: RwSignal<usize>,
    /// Counts messages that were given other words, or deleted: those who repeat them look again.
    pub(crate) rewritten: RwSignal<usize>,
    pub(crate) announcer: Announcer,
}

/// The lines on the screen by their names, and how far they were read aloud.
#[derive(Default)]
pub(crate) struct Sources {
    by_key: std::collections::BTreeMap<ItemKey, Source>,
    /// Counts orders: a line that the newest one does not name is gone.
    order: u32,
    announced: Option<Seq>,
}

impl Live {
    /// The client as it stands.
    pub(crate) fn new(client: &Client) -> Self {
        Self {
            connection: RwSignal::new(*client.connection()),
            door: RwSignal::new(client.entry_state()),
            you: RwSignal::new(client.you().cloned()),
            people: RwSignal::new(Vec::new()),
            count: RwSignal::new(client.people_count()),
            typing: RwSignal::new(client.typing().to_vec()),
            bots: RwSignal::new(client.bots().to_vec()),
            limit: RwSignal::new(client.limits().text),
            is_demo: RwSignal::new(client.is_demo()),
            lines: RwSignal::new(Vec::new()),
            has_older: RwSignal::new(client.timeline().has_older()),
            is_loading_older: RwSignal::new(client.timeline().is_loading_older()),
            notice: RwSignal::new(None),
            bot_news: RwSignal::new(0),
            ended: RwSignal::new(0),
            rewritten: RwSignal::new(0),
            announcer: Announcer::new(),
        }
    }

    /// Whether one has joined: only then can one say anything.
    pub(crate) fn is_joined(&self) -> bool {
        self.you.with(|you| you.as_ref().is_some_and(|you| you.name.is_some()))
    }

    pub(crate) fn show_people(&self, client: &Client) {
        let you = client.you().map(|you| you.id.clone());
        // Put into place one by one: a sort of its own, and the case of all the world's letters, would weigh more than
        // the rest of this file.
        let letters =
            |person: &Person| person.name.bytes().map(|byte| byte.to_ascii_lowercase()).collect::<Vec<u8>>();
        let mut people: Vec<Person> = Vec::with_capacity(client.people().len());
        for person in client.people().values() {
            let place = if Some(&person.id) == you.as_ref() {
                0
            } else {
                let name = letters(person);
                people.partition_point(|other| Some(&other.id) == you.as_ref() || letters(other) < name)
            };
            people.insert(place, person.clone());
        }
        self.people.set(people);
        self.count.set(client.people_count());
    }

    pub(crate) fn show_bots(&self, client: &Client) {
        self.bots.set(client.bots().to_vec());
        self.limit.set(client.limits().text);
        self.is_demo.set(client.is_demo());
    }

    pub(crate) fn show_older(&self, client: &Client) {
        self.has_older.set(client.timeline().has_older());
        self.is_loading_older.set(client.timeline().is_loading_older());
    }

    /// Shows which messages there are, in which order.
    pub(crate) fn show_order(&self, client: &Client, sources: &mut Sources) {
        sources.order = sources.order.wrapping_add(1);
        let mut lines: Vec<Line> = Vec::new();
        let mut above: Option<Shape> = None;
        for key in client.timeline().keys() {
            let Some(row) = client.timeline().item(&key) else { continue };
            sources.by_key.entry(key.clone()).or_insert_with(|| Source::new(&row));
            let Some(source) = sources.by_key.get_mut(&key) else { continue };
            self.update(source, &row);
            source.order = sources.order;
            let shape = source.line.shape.get_untracked();
            let placement = placement(above.as_ref(), &shape);
            if source.line.placement.get_untracked() != placement {
                source.line.placement.set(placement);
            }
            above = Some(shape);
            lines.push(source.line.clone());
        }
        let order = sources.order;
        sources.by_key.retain(|_, source| source.order == order);
        self.lines.set(lines);
        self.announce_new(client, sources);
    }

    /// Shows one message as it is now.
    pub(crate) fn show_row(&self, client: &Client, sources: &mut Sources, key: &ItemKey) {
        let Some(row) = client.timeline().item(key) else { return };
        let Some(source) = sources.by_key.get_mut(key) else { return };
        let Some(before) = self.update(source, &row) else { return };
        let Some(run) = source.line.shape.get_untracked().run() else { return };
        let name = row.author.name();
        let voice = self.announcer;
        if run.is_end() {
            self.ended.update(|count| *count = count.wrapping_add(1));
        }
        match run {
            RunState::Thinking | RunState::Streaming if before == RunState::Queued => {
                voice.say(format!("{name}: {}", text().thinking));
            }
            RunState::Queued | RunState::Thinking | RunState::Streaming => {}
            RunState::Done => voice.quote(name, row.text),
            RunState::Incomplete => voice.quote(name, &format!("{} {}", row.text, text().incomplete)),
            RunState::Failed => voice.say(format!("{name}: {}", text().failed)),
            RunState::Stopped => voice.say(format!("{name}: {}", text().stopped)),
            RunState::Interrupted => voice.say(format!("{name}: {}", text().interrupted)),
        }
    }

    /// Shows every message as it is now: what one may do with them has changed.
    pub(crate) fn show_rows(&self, client: &Client, sources: &mut Sources) {
        for (key, source) in sources.by_key.iter_mut() {
            if let Some(row) = client.timeline().item(key) {
                self.update(source, &row);
            }
        }
    }

    /// Brings a line up to date. Where its words were repeated, they are so no longer.
    fn update(&self, source: &mut Source, row: &TimelineItem<'_>) -> Option<RunState> {
        let is_rewritten = source.is_rewritten(row);
        let before = source.update(row);
        if is_rewritten {
            self.announcer.forget();
            self.rewritten.update(|count| *count = count.wrapping_add(1));
        }
        before
    }

    fn announce_new(&self, client: &Client, sources: &mut Sources) {
        if !matches!(client.connection(), Connection::Live { .. }) {
            return;
        }
        let rows = client.timeline().keys();
        let rows = rows.iter().filter_map(|key| client.timeline().item(key)).filter(|row| row.seq.is_some());
        // What was there when one came is history, and is read by walking through the list.
        let Some(announced) = sources.announced else {
            sources.announced = Some(rows.filter_map(|row| row.seq).max().unwrap_or_default());
            return;
        };
        let new: Vec<_> = rows.filter(|row| row.seq > Some(announced)).collect();
        sources.announced = new.iter().filter_map(|row| row.seq).max().or(Some(announced));
        let heard: Vec<_> = new.iter().filter(|row| !row.mine && row.answer.is_none()).collect();
        if heard.len() > READ_ALOUD {
            self.announcer.say((text().newest)(heard.len()));
        } else {
            for row in heard {
                self.announcer.quote(row.author.name(), row.text);
            }
        }
    }
}

fn placement(above: Option<&Shape>, shape: &Shape) -> Placement {
    let Some(above) = above else { return Placement { begins_day: true, ..Placement::default() } };
    let begins_day = dates::day(above.at) != dates::day(shape.at);
    let continues = !begins_day
        && is_same(&above.author, &shape.author)
        && shape.answer.is_none()
        && shape.reply_to.is_none()
        && near(above.at, shape.at);
    let answers_above = shape.answer.is_some() && shape.reply_to.is_some() && shape.reply_to == above.seq;
    Placement { begins_day, continues, answers_above }
}

fn near(above: Millis, below: Millis) -> bool {
    below.since(above) < GROUP_MS
}

fn is_same(above: &Author, below: &Author) -> bool {
    match (above, below) {
        (Author::Human { id, name, .. }, Author::Human { id: other, name: other_name, .. }) => {
            id == other && name == other_name
        }
        _ => false,
    }
}
