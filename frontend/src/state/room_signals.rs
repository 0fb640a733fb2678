//! A room as signals: what `client` knows, ready to be watched by views.

use std::collections::{BTreeMap, BTreeSet};

use client::{Client, Connection, EntryState, ItemKey, TimelineItem, You};
use leptos::prelude::*;
use shared::{Author, Bot, ErrorCode, Millis, Person, RunState, Seq};

use super::announcer::Announcer;
use super::message::{MessageInfo, MessageSignals, Placement, TrackedMessage};
use crate::browser::dates;
use crate::i18n::text;

/// Messages of one author within this time are grouped under one name.
const GROUP_MS: u64 = 5 * 60_000;
/// If more new messages than this arrive at once, only their number is announced.
const MAX_ANNOUNCED: usize = 3;
/// Shorter waits than this are not told to the reader.
const MIN_TOLD_WAIT_MS: u64 = 3_000;

/// An error of the room that belongs to no message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Notice {
    pub(crate) code: ErrorCode,
    pub(crate) retry_after_ms: Option<u64>,
}

/// The signals of a room.
#[derive(Clone, Copy)]
pub(crate) struct RoomSignals {
    pub(crate) connection: RwSignal<Connection>,
    pub(crate) door: RwSignal<EntryState>,
    pub(crate) you: RwSignal<Option<You>>,
    pub(crate) people: RwSignal<Vec<Person>>,
    pub(crate) people_count: RwSignal<usize>,
    pub(crate) typing: RwSignal<Vec<String>>,
    pub(crate) bots: RwSignal<Vec<Bot>>,
    /// The most characters a message may have.
    pub(crate) max_characters: RwSignal<usize>,
    pub(crate) is_demo: RwSignal<bool>,
    pub(crate) messages: RwSignal<Vec<MessageSignals>>,
    pub(crate) has_older: RwSignal<bool>,
    pub(crate) is_loading_older: RwSignal<bool>,
    pub(crate) notice: RwSignal<Option<Notice>>,
    /// Notifies of a new bill, new custom bots or a new state of saving one; views read these from the session.
    pub(crate) bots_changed: Trigger,
    /// Notifies that an answer has ended while the page was open.
    pub(crate) answer_ended: Trigger,
    /// Notifies that a message was edited or deleted, so that quotes of it are drawn again.
    pub(crate) message_rewritten: Trigger,
    pub(crate) announcer: Announcer,
}

/// The messages on screen, and up to which one they were announced.
#[derive(Default)]
pub(crate) struct TrackedMessages {
    by_key: BTreeMap<ItemKey, TrackedMessage>,
    announced: Option<Seq>,
}

impl Notice {
    /// What went wrong and what the reader can do now.
    pub(crate) fn sentence(self) -> String {
        let why = (text().error)(self.code);
        match self.retry_after_ms {
            Some(wait) if wait >= MIN_TOLD_WAIT_MS => {
                format!("{why} {}", (text().wait_seconds)(wait.div_ceil(1000)))
            }
            _ => why.to_owned(),
        }
    }
}

impl RoomSignals {
    pub(crate) fn new(client: &Client) -> Self {
        Self {
            connection: RwSignal::new(*client.connection()),
            door: RwSignal::new(client.entry_state()),
            you: RwSignal::new(client.you().cloned()),
            people: RwSignal::new(Vec::new()),
            people_count: RwSignal::new(client.people_count()),
            typing: RwSignal::new(client.typing().to_vec()),
            bots: RwSignal::new(client.bots().to_vec()),
            max_characters: RwSignal::new(client.limits().text),
            is_demo: RwSignal::new(client.is_demo()),
            messages: RwSignal::new(Vec::new()),
            has_older: RwSignal::new(client.timeline().has_older()),
            is_loading_older: RwSignal::new(client.timeline().is_loading_older()),
            notice: RwSignal::new(None),
            bots_changed: Trigger::new(),
            answer_ended: Trigger::new(),
            message_rewritten: Trigger::new(),
            announcer: Announcer::new(),
        }
    }

    /// Whether the reader has joined and may write. Tracked.
    pub(crate) fn is_joined(&self) -> bool {
        self.you.with(|you| you.as_ref().is_some_and(|you| you.name.is_some()))
    }

    /// Whether the reader owns the room. Tracked.
    pub(crate) fn is_owner(&self) -> bool {
        self.you.with(|you| you.as_ref().is_some_and(|you| you.owner))
    }

    /// Shows who is here: the reader first, then everybody by nickname.
    pub(crate) fn show_people(&self, client: &Client) {
        let you = client.you().map(|you| &you.id);
        let mut people: Vec<Person> = client.people().values().cloned().collect();
        people.sort_by_cached_key(|person| (Some(&person.id) != you, person.name.to_ascii_lowercase()));
        self.people.set(people);
        self.people_count.set(client.people_count());
    }

    pub(crate) fn show_bots(&self, client: &Client) {
        self.bots.set(client.bots().to_vec());
        self.max_characters.set(client.limits().text);
        self.is_demo.set(client.is_demo());
    }

    pub(crate) fn show_older(&self, client: &Client) {
        self.has_older.set(client.timeline().has_older());
        self.is_loading_older.set(client.timeline().is_loading_older());
    }

    /// Shows which messages there are and in which order.
    pub(crate) fn show_order(&self, client: &Client, tracked: &mut TrackedMessages) {
        let mut messages: Vec<MessageSignals> = Vec::new();
        let mut previous: Option<MessageInfo> = None;
        let keys = client.timeline().keys();
        for key in &keys {
            let Some(row) = client.timeline().item(key) else { continue };
            let message = tracked.by_key.entry(key.clone()).or_insert_with(|| TrackedMessage::new(&row));
            self.update(message, &row);
            let info = message.signals.info.get_untracked();
            let placement = placement(previous.as_ref(), &info);
            if message.signals.placement.get_untracked() != placement {
                message.signals.placement.set(placement);
            }
            previous = Some(info);
            messages.push(message.signals.clone());
        }
        let keys: BTreeSet<&ItemKey> = keys.iter().collect();
        tracked.by_key.retain(|key, _| keys.contains(key));
        self.messages.set(messages);
        self.announce_new(client, tracked);
    }

    /// Shows one message as it is now.
    pub(crate) fn show_message(&self, client: &Client, tracked: &mut TrackedMessages, key: &ItemKey) {
        let Some(row) = client.timeline().item(key) else { return };
        let Some(message) = tracked.by_key.get_mut(key) else { return };
        let Some(before) = self.update(message, &row) else { return };
        let Some(run) = message.signals.info.get_untracked().run() else { return };
        if run.is_end() {
            self.answer_ended.notify();
        }
        self.announce_run(before, run, &row);
    }

    /// Shows every message as it is now, after the reader's permissions have changed.
    pub(crate) fn show_all_messages(&self, client: &Client, tracked: &mut TrackedMessages) {
        for (key, message) in &mut tracked.by_key {
            if let Some(row) = client.timeline().item(key) {
                self.update(message, &row);
            }
        }
    }

    /// Updates a message's signals. If its text was rewritten, announcements and quotes of the old text go.
    fn update(&self, message: &mut TrackedMessage, row: &TimelineItem<'_>) -> Option<RunState> {
        let is_rewritten = message.is_rewritten(row);
        let before = message.update(row);
        if is_rewritten {
            self.announcer.clear();
            self.message_rewritten.notify();
        }
        before
    }

    fn announce_run(&self, before: RunState, run: RunState, row: &TimelineItem<'_>) {
        let name = row.author.name();
        let announcer = self.announcer;
        match run {
            RunState::Thinking | RunState::Streaming if before == RunState::Queued => {
                announcer.announce(format!("{name}: {}", text().thinking));
            }
            RunState::Queued | RunState::Thinking | RunState::Streaming => {}
            RunState::Done => announcer.announce_message(name, row.text),
            RunState::Incomplete => {
                announcer.announce_message(name, &format!("{} {}", row.text, text().incomplete));
            }
            RunState::Failed => announcer.announce(format!("{name}: {}", text().failed)),
            RunState::Stopped => announcer.announce(format!("{name}: {}", text().stopped)),
            RunState::Interrupted => announcer.announce(format!("{name}: {}", text().interrupted)),
        }
    }

    fn announce_new(&self, client: &Client, tracked: &mut TrackedMessages) {
        if !matches!(client.connection(), Connection::Live { .. }) {
            return;
        }
        let rows = client.timeline().keys();
        let rows = rows.iter().filter_map(|key| client.timeline().item(key)).filter(|row| row.seq.is_some());
        // Messages that were there before the page was opened are not announced.
        let Some(announced) = tracked.announced else {
            tracked.announced = Some(rows.filter_map(|row| row.seq).max().unwrap_or_default());
            return;
        };
        let new: Vec<_> = rows.filter(|row| row.seq > Some(announced)).collect();
        tracked.announced = new.iter().filter_map(|row| row.seq).max().or(Some(announced));
        let of_others: Vec<_> = new.iter().filter(|row| !row.mine && row.answer.is_none()).collect();
        if of_others.len() > MAX_ANNOUNCED {
            self.announcer.announce((text().jump_to_newest)(of_others.len()));
        } else {
            for row in of_others {
                self.announcer.announce_message(row.author.name(), row.text);
            }
        }
    }
}

fn placement(previous: Option<&MessageInfo>, info: &MessageInfo) -> Placement {
    let Some(previous) = previous else { return Placement { starts_day: true, ..Placement::default() } };
    let starts_day = dates::day(previous.at) != dates::day(info.at);
    let continues_author = !starts_day
        && is_same_person(&previous.author, &info.author)
        && info.answer.is_none()
        && info.reply_to.is_none()
        && is_soon_after(previous.at, info.at);
    let answers_previous = info.answer.is_some() && info.reply_to.is_some() && info.reply_to == previous.seq;
    Placement { starts_day, continues_author, answers_previous }
}

fn is_soon_after(previous: Millis, at: Millis) -> bool {
    at.since(previous) < GROUP_MS
}

fn is_same_person(one: &Author, other: &Author) -> bool {
    match (one, other) {
        (Author::Human { id, name, .. }, Author::Human { id: other_id, name: other_name, .. }) => {
            id == other_id && name == other_name
        }
        _ => false,
    }
}
