//! A room as signals: what `client` knows, ready to be watched by views.

use std::collections::BTreeMap;

use client::{Client, Connection, EntryState, ItemKey, TimelineItem, You};
use leptos::prelude::*;
use shared::{
    Author, Bot, ErrorCode, Millis, Moderation, Person, PersonId, RoomName, RoomSettings, RunState, Seq,
};

use super::acts::Acts;
use super::announcer::Announcer;
use super::message::{MessageInfo, MessageSignals, Placement, TrackedMessage};
use crate::browser::clock::now;
use crate::browser::{dates, lifecycle, parts, storage};
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
    /// What owners and operators did before the first message on screen. Later acts are with the message above them.
    pub(crate) first_acts: RwSignal<Vec<Moderation>>,
    /// The newest of all these acts.
    pub(crate) newest_act: RwSignal<Option<Moderation>>,
    pub(crate) has_older: RwSignal<bool>,
    /// Whether older messages are shown, and not the newest.
    pub(crate) is_detached: RwSignal<bool>,
    pub(crate) is_loading: RwSignal<bool>,
    /// Messages of others that came since the newest was not on screen.
    pub(crate) unseen: RwSignal<usize>,
    /// The first of them that mentions the reader or replies to them.
    pub(crate) called_by: RwSignal<Option<Seq>>,
    /// The message that is to be shown now. Set anew for each jump.
    pub(crate) jumped: RwSignal<Option<Seq>>,
    /// Whether the page is in front, as far as the browser says.
    pub(crate) is_visible: RwSignal<bool>,
    pub(crate) notice: RwSignal<Option<Notice>>,
    pub(crate) settings: RwSignal<RoomSettings>,
    pub(crate) is_private: RwSignal<bool>,
    /// How many messages have reports, for owners and operators.
    pub(crate) reports: RwSignal<usize>,
    /// The message whose report by this reader the room took last.
    pub(crate) reported: RwSignal<Option<Seq>>,
    /// The people whose messages this reader does not want to see.
    pub(crate) hidden_people: RwSignal<Vec<PersonId>>,
    /// Notifies of a new audit list, which views read from the session.
    pub(crate) audit_changed: Trigger,
    /// Notifies of a new bill, new custom bots or a new state of saving one; views read these from the session.
    pub(crate) bots_changed: Trigger,
    /// Notifies of a new state of the search, which views read from the session.
    pub(crate) search_changed: Trigger,
    /// Notifies of what became of a private request; views read it from the session.
    pub(crate) private_answers_changed: Trigger,
    /// Notifies that an answer has ended while the page was open.
    pub(crate) answer_ended: Trigger,
    /// Notifies that a message was edited or deleted, or older ones were loaded, so that quotes of them are drawn again.
    pub(crate) message_rewritten: Trigger,
    pub(crate) announcer: Announcer,
}

/// The messages on screen, and up to which one they were announced.
#[derive(Default)]
pub(crate) struct TrackedMessages {
    by_key: BTreeMap<ItemKey, TrackedMessage>,
    oldest: Option<ItemKey>,
    announced: Option<Seq>,
    /// The last message that was read before the page was opened, or before it was hidden.
    pub(crate) read_through: Option<Seq>,
}

impl TrackedMessages {
    /// None yet; `read_through` is the last one that was read on an earlier visit.
    pub(crate) fn new(read_through: Option<Seq>) -> Self {
        Self { read_through, ..Self::default() }
    }
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
    pub(crate) fn new(client: &Client, room: &RoomName) -> Self {
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
            first_acts: RwSignal::new(Vec::new()),
            newest_act: RwSignal::new(None),
            has_older: RwSignal::new(client.timeline().has_older()),
            is_detached: RwSignal::new(false),
            is_loading: RwSignal::new(false),
            unseen: RwSignal::new(0),
            called_by: RwSignal::new(None),
            jumped: RwSignal::new(None),
            is_visible: RwSignal::new(lifecycle::is_visible()),
            notice: RwSignal::new(None),
            settings: RwSignal::new(client.timeline().settings().clone()),
            is_private: RwSignal::new(client.is_private()),
            reports: RwSignal::new(client.reports()),
            reported: RwSignal::new(None),
            hidden_people: RwSignal::new(storage::hidden_people(room)),
            audit_changed: Trigger::new(),
            bots_changed: Trigger::new(),
            search_changed: Trigger::new(),
            private_answers_changed: Trigger::new(),
            answer_ended: Trigger::new(),
            message_rewritten: Trigger::new(),
            announcer: Announcer::new(),
        }
    }

    /// Whether the room is there. Tracked.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.connection.get(), Connection::Live { .. })
    }

    /// Whether the reader has joined and may write. Tracked.
    pub(crate) fn is_joined(&self) -> bool {
        self.you.with(|you| you.as_ref().is_some_and(|you| you.name.is_some()))
    }

    /// Whether the reader owns the room. Tracked.
    pub(crate) fn is_owner(&self) -> bool {
        self.you.with(|you| you.as_ref().is_some_and(|you| you.owner))
    }

    /// Whether the reader may mute, kick and ban, and change the room. Tracked.
    pub(crate) fn can_moderate(&self) -> bool {
        self.you.with(|you| you.as_ref().is_some_and(|you| you.owner || you.operator))
    }

    /// Until when the reader is muted, if that is not over. Tracked.
    pub(crate) fn muted_until(&self) -> Option<Millis> {
        self.you.with(|you| you.as_ref()?.muted_until).filter(|until| *until > now())
    }

    /// Whether the reader hides this author's messages. Tracked.
    pub(crate) fn is_hidden(&self, author: &Author) -> bool {
        match author {
            Author::Human { id, .. } => self.hidden_people.with(|hidden| hidden.contains(id)),
            Author::Bot { .. } => false,
        }
    }

    pub(crate) fn show_settings(&self, client: &Client) {
        self.settings.set(client.timeline().settings().clone());
        self.is_private.set(client.is_private());
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
        self.is_detached.set(client.timeline().is_detached());
        self.is_loading.set(client.timeline().is_loading());
        self.unseen.set(client.timeline().unseen());
        self.called_by.set(client.timeline().called_by());
    }

    /// Shows which messages there are and in which order.
    pub(crate) fn show_order(&self, client: &Client, tracked: &mut TrackedMessages) {
        let mut messages: Vec<MessageSignals> = Vec::new();
        let mut previous: Option<MessageInfo> = None;
        // Whether the messages above were read, and none of them is the first that was not.
        let mut has_read = false;
        let mut acts = Acts::default();
        let mut by_key = BTreeMap::new();
        let keys = client.timeline().keys();
        for key in &keys {
            if let Some(act) = client.timeline().moderation(key) {
                acts.add(act);
                continue;
            }
            let Some(row) = client.timeline().item(key) else { continue };
            let is_interrupted = acts.show_below(messages.last(), self.first_acts);
            let mut message = tracked.by_key.remove(key).unwrap_or_else(|| TrackedMessage::new(&row));
            self.update(&mut message, &row);
            let info = message.signals.info.get_untracked();
            let mut placement = placement(previous.as_ref(), &info);
            // Below a quiet line the author's name stands again.
            placement.starts_unread = has_read && !info.mine && info.seq > tracked.read_through;
            has_read = tracked.read_through.is_some() && (has_read || info.seq <= tracked.read_through);
            has_read &= !placement.starts_unread;
            placement.continues_author &= !is_interrupted && !placement.starts_unread;
            if message.signals.placement.get_untracked() != placement {
                message.signals.placement.set(placement);
            }
            previous = Some(info);
            messages.push(message.signals.clone());
            by_key.insert(key.clone(), message);
        }
        tracked.by_key = by_key;
        if tracked.oldest.as_ref() != keys.first() {
            tracked.oldest = keys.first().cloned();
            self.message_rewritten.notify();
        }
        acts.show_below(messages.last(), self.first_acts);
        self.show_newest_act(acts.newest);
        self.messages.set(messages);
        self.announce_new(client, tracked);
    }

    fn show_newest_act(&self, newest: Option<Moderation>) {
        if self.newest_act.with_untracked(|shown| *shown != newest) {
            self.newest_act.set(newest);
        }
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
        if run.is_end() && !before.is_end() {
            call_attention(client, &row);
        }
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
        let is_told = |row: &&TimelineItem<'_>| {
            !row.mine && row.answer.is_none() && !untrack(|| self.is_hidden(row.author))
        };
        let of_others: Vec<_> = new.iter().filter(|row| is_told(row)).collect();
        for row in &of_others {
            call_attention(client, row);
        }
        if of_others.len() > MAX_ANNOUNCED {
            self.announcer.announce((text().jump_to_newest)(of_others.len()));
        } else {
            for row in of_others {
                self.announcer.announce_message(row.author.name(), row.text);
            }
        }
    }
}

fn call_attention(client: &Client, row: &TimelineItem<'_>) {
    let Some(seq) = row.seq else { return };
    let is_reply = row.reply_to.and_then(|seq| client.timeline().by_seq(seq)).is_some_and(|row| row.mine);
    parts::call_attention(seq, row.author.name(), row.text, is_reply);
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
    Placement { starts_day, continues_author, starts_unread: false, answers_previous }
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
