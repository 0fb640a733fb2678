//! Drives one `client::Client`: carries out its effects, tells it what happens in the browser, and wakes it when it asks.
//!
//! [`Session`] is what views call: "send this", "vote for that", and reads that are not signals.

mod requests;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use client::CostHint;
use client::MentionCompletion;
use client::{Change, Client, Config, Effect, EnterError, EntryState, Excerpt, Input, PrivateAnswer, Search};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::entry::EnterRequest;
use shared::{Audit, Author, Millis, PersonId, PrivateRequest, RoomName, Seq};

use super::room_signals::{Notice, RoomSignals, TrackedMessages};
use crate::browser::enter::enter;
use crate::browser::socket::{self, Socket, SocketEvent};
use crate::browser::{clock, lifecycle, parts, random, storage};
use crate::i18n::text;

/// The close code of a connection that was lost without one (RFC 6455 §7.1.5).
const ABNORMAL_CLOSURE: u16 = 1006;
/// How many messages are summed up for a reader who has missed nothing.
const RECENT_MESSAGES: u64 = 50;
/// `setTimeout` takes a signed 32-bit number of milliseconds. For longer waits the client is woken early and asks again.
const MAX_TIMEOUT_MS: u32 = i32::MAX as u32;

/// A connection to a room, as long as the view lives that started it.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    driver: StoredValue<Rc<Driver>, LocalStorage>,
    pub(crate) signals: RoomSignals,
}

struct Driver {
    room: RoomName,
    client: RefCell<Client>,
    tracked: RefCell<TrackedMessages>,
    signals: RoomSignals,
    socket: RefCell<Option<Socket>>,
    /// Wakes the client at [`Client::next_wakeup`].
    timer: Cell<Option<Timeout>>,
    /// Counts entry requests: only the answer to the newest one is used.
    entry_requests: Cell<u32>,
    listeners: RefCell<Vec<EventListener>>,
}

impl Session {
    /// Connects to a room to read it; with a nickname, joins it.
    pub(crate) fn start(room: RoomName, key: Option<String>, nickname: Option<String>) -> Self {
        let client = Client::new(Config {
            tab: random::tab(),
            lang: text().lang,
            key,
            create: storage::is_creating(&room),
            nickname,
            seed: random::seed(),
            outbox: storage::outbox(&room),
            room: room.clone(),
        });
        let signals = RoomSignals::new(&client, &room);
        let tracked = TrackedMessages::new(storage::read_through(&room));
        let driver = Rc::new(Driver {
            room,
            client: RefCell::new(client),
            tracked: RefCell::new(tracked),
            signals,
            socket: RefCell::new(None),
            timer: Cell::new(None),
            entry_requests: Cell::new(0),
            listeners: RefCell::default(),
        });
        let weak = Rc::downgrade(&driver);
        driver.listeners.replace(lifecycle::watch(move |input| tell(&weak, input)));
        if !lifecycle::is_online() {
            driver.tell(Input::Offline);
        }
        driver.tell(Input::Start);
        Self { driver: StoredValue::new_local(driver), signals }
    }

    /// Passes an input to the client. After the room was left this does nothing: removing a focused field still fires
    /// its blur event.
    pub(crate) fn tell(self, input: Input) {
        self.driver.try_with_value(|driver| driver.tell(input));
    }

    /// What owners and operators see of the room's moderation. Tracked.
    pub(crate) fn audit(self) -> Option<Audit> {
        self.signals.audit_changed.track();
        self.read(|client| client.audit().cloned())?
    }

    /// The newest message of a person that the page holds.
    pub(crate) fn newest_message_of(self, person: &PersonId) -> Option<Seq> {
        self.read(|client| {
            let timeline = client.timeline();
            let keys = timeline.keys();
            let mut rows = keys.iter().rev().filter_map(|key| timeline.item(key));
            rows.find(|row| row.author.is(person) && !row.deleted)?.seq
        })?
    }

    /// Hides this person's messages from the reader, or shows them again. The browser stores it.
    pub(crate) fn set_hidden(self, person: &PersonId, is_hidden: bool) {
        self.signals.hidden_people.update(|hidden| {
            hidden.retain(|other| other != person);
            if is_hidden {
                hidden.push(person.clone());
            }
        });
        let hidden = self.signals.hidden_people.get_untracked();
        self.driver.try_with_value(|driver| {
            storage::set_hidden_people(&driver.room, &hidden);
            parts::refresh_push(&driver.room);
        });
    }

    /// The text with which editing a message starts.
    pub(crate) fn text_to_edit(self, seq: Seq) -> String {
        self.read(|client| client.timeline().to_edit(seq).map(str::to_owned)).flatten().unwrap_or_default()
    }

    /// Suggestions for the `@` word at the caret.
    pub(crate) fn complete(self, text: &str, caret: usize) -> Option<MentionCompletion> {
        self.read(|client| client.complete_mention(text, caret))?
    }

    /// Which bots a text would ask, and what that would cost.
    pub(crate) fn hint(self, text: &str, reply_to: Option<Seq>) -> Option<CostHint> {
        self.read(|client| client.cost_hint(text, reply_to))?
    }

    /// The search in the room. Tracked.
    pub(crate) fn search(self) -> Search {
        self.signals.search_changed.track();
        self.read(|client| client.search().clone()).unwrap_or_default()
    }

    /// Asks a bot for something that nobody else is shown; what was asked before is not asked again.
    pub(crate) fn ask_privately(self, request: PrivateRequest) {
        self.tell(Input::AskPrivately { request });
    }

    /// What became of a private request. Tracked.
    pub(crate) fn private_answer(self, request: PrivateRequest) -> Option<PrivateAnswer> {
        self.signals.private_answers_changed.track();
        self.read(|client| client.private_answer(request).cloned())?
    }

    /// The message after which the reader has missed what was written: the last one that they had read when they came.
    pub(crate) fn missed_after(self) -> Seq {
        let newest = self.signals.messages.with_untracked(|all| all.last()?.info.read_untracked().seq);
        let newest = newest.unwrap_or_default();
        let read = self.driver.try_with_value(|driver| driver.tracked.borrow().read_through).flatten();
        // Who has read everything is told of the last messages.
        read.filter(|read| *read < newest).unwrap_or(Seq(newest.0.saturating_sub(RECENT_MESSAGES)))
    }

    /// Until when an owner or operator keeps the reader out.
    pub(crate) fn kept_out_until(self) -> Option<Millis> {
        self.read(Client::kept_out_until).flatten()
    }

    /// The nickname of a person who is here or who wrote a message that the page holds.
    pub(crate) fn nickname(self, person: &PersonId) -> Option<String> {
        self.read(|client| {
            let here = client.people().get(person).map(|person| person.name.clone());
            here.or_else(|| client.timeline().nickname(person).map(str::to_owned))
        })?
    }

    /// Author and text of a message that another one replies to, where they are known.
    pub(crate) fn quote(self, seq: Seq) -> Option<(Author, String)> {
        self.read(|client| {
            let held = client.timeline().by_seq(seq).map(|row| (row.author, row.text, row.deleted));
            let (author, words, is_deleted) = held.or_else(|| {
                let Excerpt { author, text, deleted } = client.excerpt(seq)?;
                Some((author, text, *deleted))
            })?;
            let words = if is_deleted { text().deleted } else { words };
            Some((author.clone(), words.to_owned()))
        })?
    }

    /// Whether the page holds a message.
    pub(crate) fn holds(self, seq: Seq) -> bool {
        self.read(|client| client.timeline().by_seq(seq).is_some()).unwrap_or_default()
    }

    pub(super) fn read<T>(self, read: impl FnOnce(&Client) -> T) -> Option<T> {
        self.driver.try_with_value(|driver| read(&driver.client.borrow()))
    }
}

/// For callbacks of the browser, which do not keep a session alive.
fn tell(driver: &Weak<Driver>, input: Input) {
    if let Some(driver) = driver.upgrade() {
        driver.tell(input);
    }
}

impl Driver {
    /// The borrow of the client ends before its effects are carried out, and no effect calls this at once.
    fn tell(self: &Rc<Self>, input: Input) {
        if let Input::Visible(is_visible) = input {
            self.signals.is_visible.set(is_visible);
            // What comes from now on is unread.
            if !is_visible {
                self.tracked.borrow_mut().read_through = storage::read_through(&self.room);
            }
        }
        let effects = self.client.borrow_mut().handle(clock::now(), input);
        for effect in effects {
            self.carry_out(effect);
        }
        self.set_timer();
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Enter(request) => self.enter(request),
            Effect::Open => self.open_socket(),
            Effect::Send(text) => {
                if let Some(socket) = self.socket.borrow().as_ref() {
                    socket.send(text);
                }
            }
            Effect::Close => drop(self.socket.take()),
            Effect::Persist { nonce, item } => storage::set_outbox_item(&self.room, &nonce, item.as_deref()),
            Effect::Show(change) => self.show(change),
        }
    }

    fn enter(self: &Rc<Self>, request: EnterRequest) {
        let number = self.entry_requests.get().wrapping_add(1);
        self.entry_requests.set(number);
        let driver = Rc::downgrade(self);
        spawn_local(async move {
            let on_challenge = || tell(&driver, Input::Entered(Err(EnterError::Challenged)));
            let reply = enter(&request, on_challenge).await;
            if let Some(driver) = driver.upgrade().filter(|driver| driver.entry_requests.get() == number) {
                driver.tell(Input::Entered(reply));
            }
        });
    }

    fn open_socket(self: &Rc<Self>) {
        let driver = Rc::downgrade(self);
        let socket = Socket::open(&socket::url(&self.room), move |event| {
            tell(
                &driver,
                match event {
                    SocketEvent::Opened => Input::Opened,
                    SocketEvent::Received(text) => Input::Received(text),
                    SocketEvent::Closed(code) => Input::Closed { code },
                },
            );
        });
        if socket.is_err() {
            let driver = Rc::downgrade(self);
            spawn_local(async move { tell(&driver, Input::Closed { code: ABNORMAL_CLOSURE }) });
        }
        self.socket.replace(socket.ok());
    }

    fn set_timer(self: &Rc<Self>) {
        let Some(at) = self.client.borrow().next_wakeup() else { return self.timer.set(None) };
        let driver = Rc::downgrade(self);
        let wait = u32::try_from(at.since(clock::now())).unwrap_or(u32::MAX);
        self.timer.set(Some(Timeout::new(wait.min(MAX_TIMEOUT_MS), move || tell(&driver, Input::Tick))));
    }

    fn show(&self, change: Change) {
        let client = self.client.borrow();
        let mut tracked = self.tracked.borrow_mut();
        let signals = &self.signals;
        match change {
            Change::Connection => signals.connection.set(*client.connection()),
            Change::EntryState => {
                signals.door.set(client.entry_state());
                if client.entry_state() == EntryState::Open {
                    storage::set_creating(&self.room, false);
                }
            }
            Change::You => {
                signals.you.set(client.you().cloned());
                if let Some(name) = client.you().and_then(|you| you.name.as_deref()) {
                    storage::set_joined_nickname(&self.room, name);
                    parts::refresh_push(&self.room);
                }
                signals.show_all_messages(&client, &mut tracked);
                signals.show_people(&client);
            }
            Change::People => signals.show_people(&client),
            Change::Typing => signals.typing.set(client.typing().to_vec()),
            Change::Bots => signals.show_bots(&client),
            Change::Order => signals.show_order(&client, &mut tracked),
            Change::Item(key) => signals.show_message(&client, &mut tracked, &key),
            Change::History => signals.show_older(&client),
            Change::Jumped { seq } => signals.jumped.set(Some(seq)),
            Change::Search => signals.search_changed.notify(),
            Change::Quotes => signals.message_rewritten.notify(),
            Change::PrivateAnswers => signals.private_answers_changed.notify(),
            Change::Settings => signals.show_settings(&client),
            Change::Audit => signals.audit_changed.notify(),
            Change::Reports => signals.reports.set(client.reports()),
            Change::Reported { seq } => signals.reported.set(Some(seq)),
            Change::CustomBots | Change::Bill | Change::BotSaveState => signals.bots_changed.notify(),
            Change::Notice { code, retry_after_ms } => {
                signals.notice.set(Some(Notice { code, retry_after_ms }));
            }
        }
    }
}
