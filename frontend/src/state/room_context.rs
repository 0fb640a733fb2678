//! What the components of a room's page share. The page provides it as context; components get it with
//! [`RoomContext::expect`].

use client::{Command, Connection, EntryState, Input};
use leptos::prelude::*;
use shared::mention::Mentionable;
use shared::{ModerationAct, Nickname, PersonId, PrivateRequest, RoomName, Seq};

use super::pending_deletion::PendingDeletion;
use super::room_signals::{Notice, RoomSignals};
use super::session::Session;
use crate::browser::focus::focus;
use crate::browser::random;
use crate::browser::scroll::TimelineScroll;
use crate::i18n::{localized_handle, text};
use crate::reactive::effect;
use crate::router::Route;

/// A room on screen.
#[derive(Clone, Copy)]
pub(crate) struct RoomContext {
    pub(crate) session: Session,
    pub(crate) signals: RoomSignals,
    pub(crate) scroll: TimelineScroll,
    pub(crate) name: StoredValue<RoomName>,
    /// The key of a private room's link.
    pub(crate) key: RwSignal<Option<String>>,
    /// The key that the reader has asked the room to take in place of the present one.
    requested_key: StoredValue<Option<String>>,
    /// The message that the next one replies to.
    pub(crate) reply_to: RwSignal<Option<Seq>>,
    /// Whether the reader has asked to join, now or on an earlier visit.
    pub(crate) wants_to_join: RwSignal<bool>,
    /// Where the reader was in the history before they went to another message.
    pub(crate) came_from: RwSignal<Option<Seq>>,
    /// The message whose menu is open.
    pub(crate) open_menu: RwSignal<Option<Seq>>,
    /// The message whose menu of emoji is open.
    pub(crate) open_reactions: RwSignal<Option<Seq>>,
    pub(crate) pending_deletion: PendingDeletion,
    /// The messages whose translation is open.
    pub(crate) translated: RwSignal<Vec<Seq>>,
    /// The message that is being edited.
    pub(crate) editing: RwSignal<Option<Seq>>,
    pub(crate) is_bots_panel_open: RwSignal<bool>,
    pub(crate) dialog: RwSignal<Option<Dialog>>,
    /// A nickname that the composer is to mention.
    pub(crate) mention_request: RwSignal<Option<String>>,
    /// Whether the list of people is open, on screens where it is a drawer.
    pub(crate) is_people_open: RwSignal<bool>,
    /// The names that are highlighted in messages.
    pub(crate) mention_names: Memo<Vec<Mentionable<Mentioned>>>,
}

/// A dialog over the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// What can be done with a person; `message` is the one whose author was clicked.
    Person {
        id: PersonId,
        name: String,
        message: Option<Seq>,
    },
    /// Reports a message to the owner.
    Report {
        seq: Seq,
        name: String,
    },
    /// Adds an option to the poll of this answer.
    AddOption {
        poll: Seq,
    },
    Settings,
    Search,
    /// A summary of what was written after this message, for the reader alone.
    CatchUp {
        after: Seq,
    },
    /// A link for another device of the reader.
    Device,
}

/// Whom an `@` word in a message means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mentioned {
    Bot,
    Reader,
    /// Somebody else who is here.
    Person,
}

impl RoomContext {
    /// Connects to the room. With a nickname the reader joins it at once.
    pub(crate) fn new(name: RoomName, key: Option<String>, nickname: Option<String>) -> Self {
        let wants_to_join = RwSignal::new(nickname.is_some());
        let session = Session::start(name.clone(), key.clone(), nickname);
        let signals = session.signals;
        let room = Self {
            session,
            signals,
            scroll: TimelineScroll::new(signals.is_detached),
            name: StoredValue::new(name),
            key: RwSignal::new(key),
            requested_key: StoredValue::new(None),
            reply_to: RwSignal::new(None),
            wants_to_join,
            came_from: RwSignal::new(None),
            open_menu: RwSignal::new(None),
            open_reactions: RwSignal::new(None),
            pending_deletion: PendingDeletion::new(session),
            translated: RwSignal::new(Vec::new()),
            editing: RwSignal::new(None),
            is_bots_panel_open: RwSignal::new(false),
            dialog: RwSignal::new(None),
            mention_request: RwSignal::new(None),
            is_people_open: RwSignal::new(false),
            mention_names: Memo::new(move |_| mention_names(signals)),
        };
        effect(move || {
            let newest = signals.newest_act.get();
            if let Some(act) = newest.filter(|act| act.act == ModerationAct::KeyRotated) {
                room.key_rotated(&act.by);
            }
        });
        room
    }

    /// The context that [`RoomPage`](crate::pages::room::RoomPage) provides.
    pub(crate) fn expect() -> Self {
        expect_context()
    }

    /// The link to share; `None` for a private room whose present key this page does not know. Tracked.
    pub(crate) fn link(self) -> Option<String> {
        let key = self.key.get();
        let is_known = key.is_some() || !self.signals.is_private.get();
        is_known.then(|| Route::Room { name: self.name.get_value(), key }.link())
    }

    /// The link to a message; without the key of a private room where this page does not know it.
    pub(crate) fn link_to(self, seq: Seq) -> String {
        let key = self.key.get_untracked();
        let mark = if key.is_some() { '&' } else { '#' };
        format!("{}{mark}m={seq}", Route::Room { name: self.name.get_value(), key }.link())
    }

    /// Goes to a message, wherever it is in the history.
    pub(crate) fn jump(self, seq: Seq) {
        self.came_from.set(self.scroll.first_visible());
        self.session.tell(Input::JumpTo { seq });
    }

    /// Goes back to where the reader was before [`Self::jump`].
    pub(crate) fn go_back(self) {
        if let Some(seq) = self.came_from.try_update(Option::take).flatten() {
            self.session.tell(Input::JumpTo { seq });
        }
    }

    /// Goes to the newest message and stays there.
    pub(crate) fn to_newest(self) {
        self.came_from.set(None);
        self.session.tell(Input::ToNewest);
        self.scroll.to_newest();
    }

    /// Opens the dialog that searches the room, for people who have joined.
    pub(crate) fn open_search(self) {
        if untrack(|| self.signals.is_joined()) {
            self.is_people_open.set(false);
            self.close_bots_panel();
            self.dialog.set(Some(Dialog::Search));
        }
    }

    /// Carries out a command that is no message.
    pub(crate) fn obey(self, command: Command, words: String) {
        match command {
            Command::Search => {
                if !words.is_empty() {
                    self.session.tell(Input::Search { query: words });
                }
                self.open_search();
            }
            Command::Nickname => match Nickname::parse(&words) {
                Ok(nickname) => {
                    self.session.tell(Input::Join { nickname: nickname.as_str().to_owned() });
                }
                Err(code) => self.signals.notice.set(Some(Notice { code, retry_after_ms: None })),
            },
            Command::Help => self.is_bots_panel_open.set(true),
            // The composer says it to the bot.
            Command::Ask { .. } => {}
        }
    }

    /// Sums up for the reader alone what they missed.
    pub(crate) fn catch_up(self) {
        let after = self.session.missed_after();
        self.session.ask_privately(PrivateRequest::CatchUp(after));
        self.is_people_open.set(false);
        self.dialog.set(Some(Dialog::CatchUp { after }));
    }

    /// Shows a message in the reader's language, to them alone.
    pub(crate) fn translate(self, seq: Seq) {
        self.session.ask_privately(PrivateRequest::Translation(seq));
        self.translated.update(|open| open.push(seq));
    }

    /// Begins a question to a bot about a message: a reply to it that mentions the room's first bot.
    pub(crate) fn ask_bot_about(self, seq: Seq) {
        let bot =
            self.signals.bots.with_untracked(|bots| bots.first().map(|bot| localized_handle(bot).to_owned()));
        self.reply_to.set(Some(seq));
        self.mention_request.set(bot);
    }

    /// Gives the private room's link a new key.
    pub(crate) fn rotate_key(self) {
        let key = random::key();
        self.requested_key.set_value(Some(key.clone()));
        self.session.rotate_key(key);
    }

    /// Takes over the new key, in the address bar too, or forgets the old one if another person made it.
    fn key_rotated(self, by: &PersonId) {
        let is_own = self.signals.you.with_untracked(|you| you.as_ref().is_some_and(|you| you.id == *by));
        let key = self.requested_key.try_update_value(Option::take).flatten().filter(|_| is_own);
        Route::Room { name: self.name.get_value(), key: key.clone() }.replace();
        self.key.set(key);
    }

    /// Closes the open dialog, which gives the focus back to where it was.
    pub(crate) fn close_dialog(self) {
        self.dialog.set(None);
    }

    /// Why the reader cannot enter the room, if trying again would not help. Tracked.
    pub(crate) fn blocked_reason(self) -> Option<&'static str> {
        if let Connection::Ended { why } = self.signals.connection.get() {
            return Some((text().connection_ended)(why));
        }
        match self.signals.door.get() {
            EntryState::Unknown | EntryState::Open | EntryState::SlowDown | EntryState::Unverified => None,
            EntryState::Absent => {
                let is_private =
                    self.key.with(Option::is_some) || self.name.with_value(random::is_private_room);
                is_private.then_some(text().private_room_not_found)
            }
            EntryState::Gone => Some(text().room_deleted),
            EntryState::Banned => Some(text().banned),
            EntryState::Kicked => Some(text().kicked),
            EntryState::Locked => Some(text().locked),
            EntryState::Version => Some(text().reload_required),
        }
    }

    /// Closes the panel of bots and moves the focus to the button that opened it.
    pub(crate) fn close_bots_panel(self) {
        if self.is_bots_panel_open.get_untracked() {
            self.is_bots_panel_open.set(false);
            focus(".bots-button");
        }
    }
}

/// A room's name as a heading. The names of private rooms are random, so they are not shown.
pub(crate) fn title(name: &RoomName) -> String {
    if name.is_lobby() {
        text().lobby.to_owned()
    } else if random::is_private_room(name) {
        text().private_room.to_owned()
    } else {
        name.as_str().to_owned()
    }
}

fn mention_names(signals: RoomSignals) -> Vec<Mentionable<Mentioned>> {
    let bots = signals.bots.get();
    let handles = bots.into_iter().flat_map(|bot| std::iter::once(bot.handle).chain(bot.aliases));
    let bots = handles.map(|text| Mentionable { name: text, target: Mentioned::Bot });
    let you = signals.you.get().and_then(|you| you.name);
    let reader = you.clone().map(|name| Mentionable { name, target: Mentioned::Reader });
    let others = signals.people.get().into_iter().map(|person| person.name);
    let others = others.filter(|name| Some(name) != you.as_ref());
    let others = others.map(|name| Mentionable { name, target: Mentioned::Person });
    bots.chain(reader).chain(others).collect()
}
