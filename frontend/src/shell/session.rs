//! Drives one pure client: carries out its effects, tells it what happens, wakes it when it asks for that.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use super::later::later;
use client::CostHint;
use client::MentionCompletion;
use client::{BotSaveState, Change, Client, Config, CustomBots, Effect, EntryState, Input, ItemKey};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use shared::entry::EnterRequest;
use shared::{Bill, BotDraft, Nonce, PersonId, RoomName, Seq};

use super::live::{Live, Notice, Sources};
use super::socket::{News, Socket};
use super::{clock, door, lifecycle, random, storage};
use crate::text::text;

/// A room that is looked at. It ends with the view that began it.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    core: StoredValue<Rc<Core>, LocalStorage>,
    pub(crate) live: Live,
}

struct Core {
    room: RoomName,
    client: RefCell<Client>,
    sources: RefCell<Sources>,
    live: Live,
    socket: RefCell<Option<Socket>>,
    alarm: Cell<Option<TimeoutHandle>>,
    /// Counts questions to the door: only the newest one's answer is wanted.
    asked: Cell<u32>,
    listeners: RefCell<Vec<WindowListenerHandle>>,
}

impl Session {
    /// Begins to look at a room; with a nickname, joins it.
    pub(crate) fn begin(room: RoomName, key: Option<String>, nickname: Option<String>) -> Self {
        let client = Client::new(Config {
            tab: random::tab(),
            lang: text().lang,
            key,
            create: storage::creates(&room),
            nickname,
            seed: random::seed(),
            outbox: storage::outbox(&room),
            room: room.clone(),
        });
        let live = Live::new(&client);
        let core = Rc::new(Core {
            room,
            client: RefCell::new(client),
            sources: RefCell::default(),
            live,
            socket: RefCell::new(None),
            alarm: Cell::new(None),
            asked: Cell::new(0),
            listeners: RefCell::default(),
        });
        let listeners = lifecycle::watch({
            let core = Rc::downgrade(&core);
            move |input| tell(&core, input)
        });
        core.listeners.replace(listeners);
        if !lifecycle::is_online() {
            core.tell(Input::Offline);
        }
        core.tell(Input::Start);
        Self { core: StoredValue::new_local(core), live }
    }

    /// Tells the client what the person did.
    pub(crate) fn tell(self, input: Input) {
        // A field that loses its focus by being taken away still reports that.
        self.core.try_with_value(|core| core.tell(input));
    }

    /// Says something.
    pub(crate) fn say(self, text: String, reply_to: Option<Seq>) {
        self.tell(Input::Say { nonce: random::nonce(), text, reply_to });
    }

    /// Sends a failed message again.
    pub(crate) fn retry(self, key: &ItemKey) {
        if let Some(nonce) = attempt(key) {
            self.tell(Input::Retry { nonce, fresh: random::nonce() });
        }
    }

    /// Throws a message away that was not sent.
    pub(crate) fn discard(self, key: &ItemKey) {
        if let Some(nonce) = attempt(key) {
            self.tell(Input::Discard { nonce });
        }
    }

    /// Asks the bot of an answer again.
    pub(crate) fn regenerate(self, run: Seq) {
        self.tell(Input::Regenerate { nonce: random::nonce(), run });
    }

    /// Gives one's own message other words.
    pub(crate) fn edit(self, seq: Seq, text: String) {
        self.tell(Input::Edit { nonce: random::nonce(), seq, text });
    }

    /// The words with which the changing of a message begins.
    pub(crate) fn to_edit(self, seq: Seq) -> String {
        let words =
            self.core.try_with_value(|core| core.client.borrow().timeline().to_edit(seq).map(str::to_owned));
        words.flatten().unwrap_or_default()
    }

    /// Deletes a message.
    pub(crate) fn delete(self, seq: Seq) {
        self.tell(Input::Delete { nonce: random::nonce(), seq });
    }

    /// Votes, or takes the vote back.
    pub(crate) fn vote(self, seq: Seq, option: Option<usize>) {
        self.tell(Input::Vote { nonce: random::nonce(), seq, option });
    }

    /// Adds or changes a bot.
    pub(crate) fn set_bot(self, draft: BotDraft) {
        self.tell(Input::SetBot { nonce: random::nonce(), draft: Box::new(draft) });
    }

    /// Removes a bot.
    pub(crate) fn remove_bot(self, handle: String) {
        self.tell(Input::RemoveBot { nonce: random::nonce(), handle });
    }

    /// Who may be meant by the `@` word at the caret.
    pub(crate) fn complete(self, text: &str, caret: usize) -> Option<MentionCompletion> {
        self.core.try_with_value(|core| core.client.borrow().complete_mention(text, caret))?
    }

    /// What sending a text would set off.
    pub(crate) fn hint(self, text: &str, reply_to: Option<Seq>) -> Option<CostHint> {
        self.core.try_with_value(|core| core.client.borrow().cost_hint(text, reply_to))?
    }

    /// What the bots cost, as it was said last. Watched.
    pub(crate) fn bill(self) -> Option<Bill> {
        self.live.bot_news.track();
        self.core.try_with_value(|core| core.client.borrow().bill().cloned())?
    }

    /// The room's own bots as they were written. Watched.
    pub(crate) fn drafts(self) -> Option<CustomBots> {
        self.live.bot_news.track();
        self.core.try_with_value(|core| core.client.borrow().custom_bots().cloned())?
    }

    /// How the setting of a bot goes. Watched.
    pub(crate) fn setting(self) -> BotSaveState {
        self.live.bot_news.track();
        self.core.try_with_value(|core| core.client.borrow().bot_save_state().clone()).unwrap_or_default()
    }

    /// The nickname of somebody who is here, or who has written something that the page holds.
    pub(crate) fn nickname(self, person: &PersonId) -> Option<String> {
        self.core.try_with_value(|core| {
            let client = core.client.borrow();
            let here = client.people().get(person).map(|person| person.name.clone());
            here.or_else(|| client.timeline().nickname(person).map(str::to_owned))
        })?
    }

    /// Who wrote the message at a place, and what; `None` if the page does not hold it.
    pub(crate) fn quote(self, seq: Seq) -> Option<(String, String)> {
        self.core.try_with_value(|core| {
            let client = core.client.borrow();
            let row = client.timeline().by_seq(seq)?;
            let words = if row.deleted { text().deleted } else { row.text };
            Some((row.author.name().to_owned(), words.to_owned()))
        })?
    }
}

fn attempt(key: &ItemKey) -> Option<Nonce> {
    match key {
        ItemKey::Human { nonce, .. } => Some(nonce.clone()),
        ItemKey::Seq(_) => None,
    }
}

/// Callbacks of the browser hold no room alive that nobody looks at.
fn tell(core: &Weak<Core>, input: Input) {
    if let Some(core) = core.upgrade() {
        core.tell(input);
    }
}

impl Core {
    /// The borrow of the client ends before its effects are carried out, and no effect tells it anything at once.
    fn tell(self: &Rc<Self>, input: Input) {
        let effects = self.client.borrow_mut().handle(clock::now(), input);
        for effect in effects {
            self.carry_out(effect);
        }
        self.set_alarm();
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Enter(request) => self.enter(request),
            Effect::Open => self.open(),
            Effect::Send(text) => {
                if let Some(socket) = self.socket.borrow().as_ref() {
                    socket.send(&text);
                }
            }
            Effect::Close => drop(self.socket.take()),
            Effect::Persist { nonce, item } => storage::keep_unsent(&self.room, &nonce, item.as_deref()),
            Effect::Show(change) => self.show(change),
        }
    }

    fn enter(self: &Rc<Self>, request: EnterRequest) {
        let question = self.asked.get().wrapping_add(1);
        self.asked.set(question);
        let core = Rc::downgrade(self);
        later(async move {
            let answer = door::ask(&request).await;
            if let Some(core) = core.upgrade().filter(|core| core.asked.get() == question) {
                core.tell(Input::Entered(answer));
            }
        });
    }

    fn open(self: &Rc<Self>) {
        // The former one first: a browser may limit how many there are.
        drop(self.socket.take());
        let core = Rc::downgrade(self);
        let socket = Socket::open(&socket_url(&self.room), move |news| {
            tell(
                &core,
                match news {
                    News::Opened => Input::Opened,
                    News::Received(text) => Input::Received(text),
                    News::Closed(code) => Input::Closed { code },
                },
            );
        });
        if socket.is_none() {
            let core = Rc::downgrade(self);
            later(async move { tell(&core, Input::Closed { code: 1006 }) });
        }
        self.socket.replace(socket);
    }

    fn set_alarm(self: &Rc<Self>) {
        if let Some(alarm) = self.alarm.take() {
            alarm.clear();
        }
        let Some(at) = self.client.borrow().next_wakeup() else { return };
        let core = Rc::downgrade(self);
        let wait = Duration::from_millis(at.since(clock::now()));
        self.alarm.set(set_timeout_with_handle(move || tell(&core, Input::Tick), wait).ok());
    }

    fn show(&self, change: Change) {
        let client = self.client.borrow();
        let mut sources = self.sources.borrow_mut();
        let live = &self.live;
        match change {
            Change::Connection => live.connection.set(*client.connection()),
            Change::EntryState => {
                live.door.set(client.entry_state());
                if client.entry_state() == EntryState::Open {
                    storage::keep_creates(&self.room, false);
                }
            }
            Change::You => {
                live.you.set(client.you().cloned());
                if let Some(name) = client.you().and_then(|you| you.name.as_deref()) {
                    storage::keep_joined(&self.room, name);
                }
                live.show_rows(&client, &mut sources);
                live.show_people(&client);
            }
            Change::People => live.show_people(&client),
            Change::Typing => live.typing.set(client.typing().to_vec()),
            Change::Bots => live.show_bots(&client),
            Change::Order => live.show_order(&client, &mut sources),
            Change::Item(key) => live.show_row(&client, &mut sources, &key),
            Change::History => live.show_older(&client),
            Change::CustomBots | Change::Bill | Change::BotSaveState => {
                live.bot_news.update(|count| *count = count.wrapping_add(1));
            }
            Change::Notice { code, retry_after_ms } => live.notice.set(Some(Notice { code, retry_after_ms })),
        }
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        if let Some(alarm) = self.alarm.take() {
            alarm.clear();
        }
        for listener in self.listeners.take() {
            listener.remove();
        }
    }
}

fn socket_url(room: &RoomName) -> String {
    let location = window().location();
    let is_secure = location.protocol().is_ok_and(|protocol| protocol == "https:");
    let scheme = if is_secure { "wss" } else { "ws" };
    let host = location.host().unwrap_or_default();
    let room = js_sys::encode_uri_component(room.as_str());
    format!("{scheme}://{host}/api/rooms/{room}/socket")
}
