//! One tab of one person: the shell around one client.

use std::collections::{BTreeMap, BTreeSet};

use client::{Change, Client, Config, Effect, EnterError, Input};
use shared::entry::{EnterReply, EnterStatus};
use shared::{ClientFrame, Lang, Nonce, PersonId};

use crate::history::SentMessage;
use crate::network::Peer;
use crate::options::Mutation;
use crate::schedule::{Packet, SimEvent};
use crate::screen::Screen;
use crate::world::World;

/// A person with a browser, whose storage all their tabs share.
pub(crate) struct Human {
    pub(crate) id: PersonId,
    pub(crate) name: String,
    pub(crate) outbox: BTreeMap<Nonce, String>,
    joined: Option<String>,
}

pub(crate) struct Tab {
    pub(crate) person: usize,
    pub(crate) is_reader: bool,
    pub(crate) client: Client,
    pub(crate) screen: Screen,
    /// The link of its present socket.
    pub(crate) link: Option<usize>,
    pub(crate) is_offline: bool,
    /// How far its clock is from true time, in milliseconds.
    pub(crate) skew: i64,
    entry_request: u64,
    turn: u64,
    ticks_at: Option<u64>,
    /// The position of its last hello, until a welcome starts it afresh.
    pub(crate) position: Option<i64>,
    sent_nonces: BTreeSet<Nonce>,
}

impl Human {
    pub(crate) fn new(id: PersonId, name: String) -> Self {
        Self { id, name, outbox: BTreeMap::new(), joined: None }
    }
}

impl World {
    /// Opens a tab.
    pub(crate) fn add_tab(&mut self, person: usize, is_reader: bool) {
        let tab = self.tabs.len();
        let client = self.client(person, is_reader);
        self.tabs.push(Tab::new(person, is_reader, client));
        let wait = self.random.between(0, 3_000);
        self.schedule.after(wait, SimEvent::Act { tab });
        self.tab_input(tab, Input::Start);
    }

    /// Reloads a tab: the client is built from the browser's storage.
    pub(crate) fn reload(&mut self, tab: usize) {
        if let Some(link) = self.tabs[tab].link.take() {
            self.close_tab_end(link);
        }
        let (person, is_reader) = (self.tabs[tab].person, self.tabs[tab].is_reader);
        let client = self.client(person, is_reader);
        let former = &self.tabs[tab];
        let (is_offline, skew, turn) = (former.is_offline, former.skew, former.turn + 1);
        let entry_request = former.entry_request + 1;
        self.tabs[tab] = Tab { is_offline, skew, turn, entry_request, ..Tab::new(person, is_reader, client) };
        self.tab_input(tab, Input::Start);
    }

    /// Gives a client an input and carries out its effects.
    pub(crate) fn tab_input(&mut self, tab: usize, input: Input) {
        let now = self.clock(self.tabs[tab].skew);
        let effects = self.tabs[tab].client.handle(now, input);
        for effect in effects {
            match effect {
                Effect::Enter(_) => self.request_entry(tab),
                Effect::Open => {
                    if let Some(link) = self.tabs[tab].link.take() {
                        self.close_tab_end(link);
                    }
                    let link = self.open_link(tab);
                    self.tabs[tab].link = Some(link);
                }
                Effect::Send(text) => self.tab_sends(tab, text),
                Effect::Close => {
                    if let Some(link) = self.tabs[tab].link.take() {
                        self.close_tab_end(link);
                    }
                }
                Effect::Persist { nonce, item } => {
                    let outbox = &mut self.people[self.tabs[tab].person].outbox;
                    match item {
                        Some(item) => drop(outbox.insert(nonce, item)),
                        None => drop(outbox.remove(&nonce)),
                    }
                }
                Effect::Show(change) => self.show(tab, change),
            }
        }
        self.plan_tick(tab);
    }

    /// Delivers the reply to `POST /api/enter`.
    pub(crate) fn entry_replied(&mut self, tab: usize, entry_request: u64, is_open: bool) {
        if self.tabs[tab].entry_request != entry_request {
            return;
        }
        let you = self.people[self.tabs[tab].person].id.clone();
        let answer = match is_open {
            true => Ok(EnterReply { status: EnterStatus::Open, you, until: None, demo: false }),
            false if self.random.percent(50) => Err(EnterError::Network),
            false => Err(EnterError::Refused("try_later".to_owned())),
        };
        self.tab_input(tab, Input::Entered(answer));
    }

    pub(crate) fn tab_gets(&mut self, link: usize, packet: Packet) {
        let tab = match self.links[link].peer {
            Peer::Tab(tab) => tab,
            Peer::Hostile(_) => return self.hostile_gets(link, &packet),
        };
        if !self.reaches_tab(link) || self.tabs[tab].link != Some(link) {
            return;
        }
        match packet {
            Packet::Opened => self.tab_input(tab, Input::Opened),
            Packet::Text(text) => {
                self.trace.line(self.schedule.now, || format!("tab {tab} reads {text}"));
                self.read(tab, &text);
                self.tab_input(tab, Input::Received(text.to_string()));
            }
            Packet::Closed(code) => self.tab_loses(link, code),
        }
    }

    /// The browser reports that a socket is dead.
    pub(crate) fn tab_loses(&mut self, link: usize, code: u16) {
        let Peer::Tab(tab) = self.links[link].peer else { return self.hostile_loses(link) };
        if self.tabs[tab].link == Some(link) {
            self.trace.line(self.schedule.now, || format!("tab {tab} lost its socket: {code}"));
            self.tabs[tab].link = None;
            self.tab_input(tab, Input::Closed { code });
        }
    }

    /// The tab's timer rings.
    pub(crate) fn tick(&mut self, tab: usize, turn: u64) {
        if self.tabs[tab].turn == turn {
            self.tabs[tab].ticks_at = None;
            self.tab_input(tab, Input::Tick);
        }
    }

    /// Builds the client at a load of the tab.
    fn client(&mut self, person: usize, is_reader: bool) -> Client {
        let human = &self.people[person];
        Client::new(Config {
            room: self.options.room(),
            tab: self.random.tab(),
            lang: Lang::Ko,
            key: None,
            create: false,
            nickname: human.joined.clone().filter(|_| !is_reader),
            seed: self.random.bits(),
            // A reader's browser has no outbox.
            outbox: human.outbox.values().filter(|_| !is_reader).cloned().collect(),
        })
    }

    fn request_entry(&mut self, tab: usize) {
        self.tabs[tab].entry_request += 1;
        let entry_request = self.tabs[tab].entry_request;
        let may_fail = self.tabs[tab].is_offline || self.schedule.now < self.active_faults.entry_until;
        let wait = self.random.between(5, 200);
        // A request may also hang until the client gives up.
        if !may_fail || self.random.percent(70) {
            self.schedule.after(wait, SimEvent::EntryReplied { tab, entry_request, is_open: !may_fail });
        }
    }

    fn tab_sends(&mut self, tab: usize, text: String) {
        self.trace.line(self.schedule.now, || format!("tab {tab} sends {text}"));
        let Some(link) = self.tabs[tab].link else { return };
        let mut text = text;
        match ClientFrame::parse(&text) {
            Ok(ClientFrame::Hello { resume, .. }) => {
                let position = resume.map(|resume| resume.after);
                if position.is_some() && position < self.tabs[tab].position {
                    let before = self.tabs[tab].position;
                    self.fail(format!("backwards: tab {tab} was at {before:?} and is at {position:?}"));
                }
                self.tabs[tab].position = position;
            }
            Ok(ClientFrame::Say { nonce, after, text: words, reply_to })
                if self.options.has_mutation(Mutation::FreshNonces)
                    && !self.tabs[tab].sent_nonces.insert(nonce.clone()) =>
            {
                let fresh = self.random.nonce();
                let author = self.people[self.tabs[tab].person].id.clone();
                let said = SentMessage {
                    author,
                    text: words.clone(),
                    calls: Vec::new(),
                    accepted: None,
                    is_discarded: true,
                };
                self.history.messages.insert(fresh.clone(), said);
                text = ClientFrame::Say { nonce: fresh, after, text: words, reply_to }.encode();
            }
            _ => {}
        }
        self.send_to_room(link, Packet::Text(text.into()));
    }

    /// Shows a change as the page's views do, and checks what is shown.
    fn show(&mut self, tab: usize, change: Change) {
        let Tab { client, screen, person, .. } = &mut self.tabs[tab];
        let seen = match change {
            Change::Order => screen.order(client),
            Change::Item(key) => {
                screen.row(client, &key);
                Ok(())
            }
            Change::You => {
                if let Some(name) = client.you().and_then(|you| you.name.clone()) {
                    self.people[*person].joined = Some(name);
                }
                screen.order(client)
            }
            _ => Ok(()),
        };
        if let Err(violation) = seen {
            self.fail(format!("tab {tab}: {violation}"));
        }
        self.check_streams(tab);
    }

    fn plan_tick(&mut self, tab: usize) {
        let now = self.clock(self.tabs[tab].skew);
        let wait = self.tabs[tab].client.next_wakeup().map(|at| at.since(now));
        let at = wait.map(|wait| self.schedule.now + wait);
        if at == self.tabs[tab].ticks_at {
            return;
        }
        self.tabs[tab].ticks_at = at;
        self.tabs[tab].turn += 1;
        let turn = self.tabs[tab].turn;
        if let Some(wait) = wait {
            // Browsers slow the timers of background tabs.
            let late = if self.random.percent(3) { 1_000 } else { 15 };
            let wait = wait + self.random.between(0, late);
            self.schedule.after(wait, SimEvent::Tick { tab, turn });
        }
    }

    pub(crate) fn room_gets(&mut self, link: usize, packet: Packet) {
        if !self.reaches_room(link) {
            return;
        }
        match packet {
            Packet::Text(text) => self.received(link, &text),
            Packet::Closed(_) => self.socket_is_gone(link),
            Packet::Opened => {}
        }
    }
}

impl Tab {
    fn new(person: usize, is_reader: bool, client: Client) -> Self {
        Self {
            person,
            is_reader,
            client,
            screen: Screen::default(),
            link: None,
            is_offline: false,
            skew: 0,
            entry_request: 0,
            turn: 0,
            ticks_at: None,
            position: None,
            sent_nonces: BTreeSet::new(),
        }
    }
}
