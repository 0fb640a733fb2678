//! A page: one tab of one person, the shell around one client.

use std::collections::{BTreeMap, BTreeSet};

use client::{Change, Client, Config, Effect, EnterError, Input};
use shared::entry::{EnterReply, EnterStatus};
use shared::{ClientFrame, Lang, Nonce, PersonId};

use crate::agenda::{Happening, Parcel};
use crate::history::SaidOnce;
use crate::options::Sabotage;
use crate::screen::Screen;
use crate::world::World;

/// A person with a browser: its storage is shared by all their tabs.
pub(crate) struct Human {
    pub(crate) id: PersonId,
    pub(crate) name: String,
    pub(crate) outbox: BTreeMap<Nonce, String>,
    joined: Option<String>,
}

/// A tab.
pub(crate) struct Page {
    pub(crate) person: usize,
    pub(crate) is_reader: bool,
    pub(crate) client: Client,
    pub(crate) screen: Screen,
    /// The link of the socket that it wants.
    pub(crate) link: Option<usize>,
    /// Its network is down.
    pub(crate) is_offline: bool,
    /// How far its clock is from true time.
    pub(crate) skew: i64,
    question: u64,
    turn: u64,
    ticks_at: Option<u64>,
    /// The position that it said last, until it was told to begin anew.
    pub(crate) position: Option<i64>,
    tried: BTreeSet<Nonce>,
}

impl Human {
    /// Somebody with an empty browser.
    pub(crate) fn new(id: PersonId, name: String) -> Self {
        Self { id, name, outbox: BTreeMap::new(), joined: None }
    }
}

impl World {
    /// Opens a tab.
    pub(crate) fn add_page(&mut self, person: usize, is_reader: bool) {
        let page = self.pages.len();
        let client = self.client(person, is_reader);
        self.pages.push(Page::new(person, is_reader, client));
        let wait = self.dice.between(0, 3_000);
        self.agenda.after(wait, Happening::Act { page });
        self.tell_page(page, Input::Start);
    }

    /// Loads a tab anew: the client is built from what the browser kept.
    pub(crate) fn reload(&mut self, page: usize) {
        if let Some(link) = self.pages[page].link.take() {
            self.close_page_end(link);
        }
        let (person, is_reader) = (self.pages[page].person, self.pages[page].is_reader);
        let client = self.client(person, is_reader);
        let former = &self.pages[page];
        let (is_offline, skew, turn) = (former.is_offline, former.skew, former.turn + 1);
        let question = former.question + 1;
        self.pages[page] = Page { is_offline, skew, turn, question, ..Page::new(person, is_reader, client) };
        self.tell_page(page, Input::Start);
    }

    /// Gives a client an input and carries out what it asks for.
    pub(crate) fn tell_page(&mut self, page: usize, input: Input) {
        let now = self.clock(self.pages[page].skew);
        let effects = self.pages[page].client.handle(now, input);
        for effect in effects {
            match effect {
                Effect::Enter(_) => self.knock(page),
                Effect::Open => {
                    if let Some(link) = self.pages[page].link.take() {
                        self.close_page_end(link);
                    }
                    let link = self.open_link(page);
                    self.pages[page].link = Some(link);
                }
                Effect::Send(text) => self.page_sends(page, text),
                Effect::Close => {
                    if let Some(link) = self.pages[page].link.take() {
                        self.close_page_end(link);
                    }
                }
                Effect::Persist { nonce, item } => {
                    let outbox = &mut self.people[self.pages[page].person].outbox;
                    match item {
                        Some(item) => drop(outbox.insert(nonce, item)),
                        None => drop(outbox.remove(&nonce)),
                    }
                }
                Effect::Show(change) => self.show(page, change),
            }
        }
        self.plan_tick(page);
    }

    /// The door's answer arrives.
    pub(crate) fn door_answers(&mut self, page: usize, question: u64, is_open: bool) {
        if self.pages[page].question != question {
            return;
        }
        let you = self.people[self.pages[page].person].id.clone();
        let answer = match is_open {
            true => Ok(EnterReply { status: EnterStatus::Open, you, demo: false }),
            false if self.dice.percent(50) => Err(EnterError::Network),
            false => Err(EnterError::Refused("try_later".to_owned())),
        };
        self.tell_page(page, Input::Entered(answer));
    }

    /// Something reaches a page.
    pub(crate) fn page_gets(&mut self, link: usize, parcel: Parcel) {
        let page = self.links[link].page;
        if !self.reaches_page(link) || self.pages[page].link != Some(link) {
            return;
        }
        match parcel {
            Parcel::Opened => self.tell_page(page, Input::Opened),
            Parcel::Text(text) => {
                self.trace.line(self.agenda.now, || format!("page {page} reads {text}"));
                self.read(page, &text);
                self.tell_page(page, Input::Received(text.to_string()));
            }
            Parcel::Closed(code) => self.page_loses(link, code),
        }
    }

    /// The browser reports that a socket is dead.
    pub(crate) fn page_loses(&mut self, link: usize, code: u16) {
        let page = self.links[link].page;
        if self.pages[page].link == Some(link) {
            self.trace.line(self.agenda.now, || format!("page {page} lost its socket: {code}"));
            self.pages[page].link = None;
            self.tell_page(page, Input::Closed { code });
        }
    }

    /// The page's timer rings.
    pub(crate) fn tick(&mut self, page: usize, turn: u64) {
        if self.pages[page].turn == turn {
            self.pages[page].ticks_at = None;
            self.tell_page(page, Input::Tick);
        }
    }

    /// What a client is made of at each load of the page.
    fn client(&mut self, person: usize, is_reader: bool) -> Client {
        let human = &self.people[person];
        Client::new(Config {
            room: self.options.room(),
            tab: self.dice.tab(),
            lang: Lang::Ko,
            key: None,
            create: false,
            nickname: human.joined.clone().filter(|_| !is_reader),
            seed: self.dice.bits(),
            // Who only reads was here before anybody of theirs wrote anything.
            outbox: human.outbox.values().filter(|_| !is_reader).cloned().collect(),
        })
    }

    fn knock(&mut self, page: usize) {
        self.pages[page].question += 1;
        let question = self.pages[page].question;
        let is_troubled = self.pages[page].is_offline || self.agenda.now < self.trouble.door_until;
        let wait = self.dice.between(5, 200);
        // A request may also hang until the page gives it up.
        if !is_troubled || self.dice.percent(70) {
            self.agenda.after(wait, Happening::DoorAnswers { page, question, is_open: !is_troubled });
        }
    }

    fn page_sends(&mut self, page: usize, text: String) {
        self.trace.line(self.agenda.now, || format!("page {page} sends {text}"));
        let Some(link) = self.pages[page].link else { return };
        let mut text = text;
        match ClientFrame::parse(&text) {
            Ok(ClientFrame::Hello { resume, .. }) => {
                let position = resume.map(|resume| resume.after);
                if position.is_some() && position < self.pages[page].position {
                    let before = self.pages[page].position;
                    self.fail(format!("backwards: page {page} was at {before:?} and is at {position:?}"));
                }
                self.pages[page].position = position;
            }
            Ok(ClientFrame::Say { nonce, after, text: words, reply_to })
                if self.options.is(Sabotage::FreshNonces)
                    && !self.pages[page].tried.insert(nonce.clone()) =>
            {
                let fresh = self.dice.nonce();
                let author = self.people[self.pages[page].person].id.clone();
                let said = SaidOnce {
                    author,
                    text: words.clone(),
                    calls: Vec::new(),
                    accepted: None,
                    is_discarded: true,
                };
                self.history.says.insert(fresh.clone(), said);
                text = ClientFrame::Say { nonce: fresh, after, text: words, reply_to }.encode();
            }
            _ => {}
        }
        self.send_to_room(link, Parcel::Text(text.into()));
    }

    /// Shows what changed, as a view does, and looks at what the person sees then.
    fn show(&mut self, page: usize, change: Change) {
        let Page { client, screen, person, .. } = &mut self.pages[page];
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
            self.fail(format!("page {page}: {violation}"));
        }
        self.check_streams(page);
    }

    fn plan_tick(&mut self, page: usize) {
        let now = self.clock(self.pages[page].skew);
        let wait = self.pages[page].client.next_wakeup().map(|at| at.since(now));
        let at = wait.map(|wait| self.agenda.now + wait);
        if at == self.pages[page].ticks_at {
            return;
        }
        self.pages[page].ticks_at = at;
        self.pages[page].turn += 1;
        let turn = self.pages[page].turn;
        if let Some(wait) = wait {
            // Pages behind others have slow timers.
            let late = if self.dice.percent(3) { 1_000 } else { 15 };
            let wait = wait + self.dice.between(0, late);
            self.agenda.after(wait, Happening::Tick { page, turn });
        }
    }

    /// Something reaches the server.
    pub(crate) fn room_gets(&mut self, link: usize, parcel: Parcel) {
        if !self.reaches_room(link) {
            return;
        }
        match parcel {
            Parcel::Text(text) => self.received(link, &text),
            Parcel::Closed(_) => self.socket_is_gone(link),
            Parcel::Opened => {}
        }
    }
}

impl Page {
    fn new(person: usize, is_reader: bool, client: Client) -> Self {
        Self {
            person,
            is_reader,
            client,
            screen: Screen::default(),
            link: None,
            is_offline: false,
            skew: 0,
            question: 0,
            turn: 0,
            ticks_at: None,
            position: None,
            tried: BTreeSet::new(),
        }
    }
}
