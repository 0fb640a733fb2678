//! A shell for the room made of maps: it carries out effects as the Worker's shell does, and writes down what it saw.
//!
//! After every input it checks what must hold always: the store comes first, a call was recorded before it is made, and
//! nothing is due that was not done.

mod line;
mod script;
mod shell;
mod time;
mod view;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use room::memory::MemoryStorage;
use room::{
    Attachment, Bot, Budget, Call, Config, CustomBotPolicy, Input, NicknameKeys, RawFrame, Room, SocketId,
    Visitor, WeatherRequest,
};
use shared::{ClientFrame, CloseCode, Epoch, Millis, Nickname, Nonce, PersonId, RoomName, Seq};

pub(crate) use line::item;
pub(crate) use script::ended;
pub(crate) use view::View;

/// When every test begins.
pub(crate) const START: Millis = Millis(1_795_177_957_000);

/// A room, its storage, and everybody who is connected to it.
pub(crate) struct Stage {
    pub(crate) now: Millis,
    pub(crate) config: Config,
    pub(crate) log: MemoryStorage,
    pub(crate) room: Option<Room>,
    pub(crate) tabs: BTreeMap<String, Tab>,
    /// Every call that was made, in order.
    pub(crate) calls: Vec<Call>,
    /// What the ledger was asked: run, number of the call, micro-dollars.
    pub(crate) reserves: Vec<(Seq, u32, u64)>,
    /// What the ledger was told: run, number of the call, micro-dollars.
    pub(crate) settled: Vec<(Seq, u32, Option<u64>)>,
    /// Questions for the weather.
    pub(crate) weather: Vec<WeatherRequest>,
    /// Responses that are to be deleted at the model's server.
    pub(crate) forgets: Vec<String>,
    /// The room was to be removed.
    pub(crate) is_removed: bool,
    /// Calls whose tasks still run.
    pub(crate) tasks: BTreeSet<(Seq, u32)>,
    /// How many of the next stores fail.
    pub(crate) failing: usize,
    /// How many effects of the last input were of which kind: `store`, `send`, `broadcast` …
    pub(crate) order: Vec<&'static str>,
    pub(crate) alarm: Option<Millis>,
    unheard: Vec<room::ActiveCall>,
    inbox: VecDeque<Input>,
    lines: Vec<String>,
    /// How often in a row the timer wanted to ring at once.
    hot: u32,
    nonces: u32,
    seed: u64,
}

/// One page.
pub(crate) struct Tab {
    pub(crate) socket: SocketId,
    pub(crate) is_open: bool,
    pub(crate) view: View,
    /// What it was closed with.
    pub(crate) closed: Option<CloseCode>,
    /// Whether it reads and says so.
    pub(crate) acknowledges: bool,
    /// Since when it is silent.
    pub(crate) silent_since: Option<Millis>,
    pub(crate) unread: u64,
    pub(crate) nickname: Option<String>,
    attachment: Attachment,
}

impl Stage {
    /// A room with two bots, in which nothing has happened.
    pub(crate) fn new() -> Self {
        Self::with(config())
    }

    pub(crate) fn with(config: Config) -> Self {
        let owner = person("owner");
        let epoch = Epoch::parse("epoch-01").unwrap();
        let log = MemoryStorage::new(RoomName::parse("lobby").unwrap(), epoch, Some(owner), START);
        let mut stage = Self {
            now: START,
            config,
            log,
            room: None,
            tabs: BTreeMap::new(),
            calls: Vec::new(),
            reserves: Vec::new(),
            settled: Vec::new(),
            weather: Vec::new(),
            forgets: Vec::new(),
            is_removed: false,
            tasks: BTreeSet::new(),
            failing: 0,
            order: Vec::new(),
            alarm: None,
            unheard: Vec::new(),
            inbox: VecDeque::new(),
            lines: Vec::new(),
            hot: 0,
            nonces: 0,
            seed: 7,
        };
        stage.wake();
        stage
    }

    /// One input, and everything that follows from it at once.
    pub(crate) fn input(&mut self, input: Input) -> &mut Self {
        self.inbox.push_back(input);
        while let Some(input) = self.inbox.pop_front() {
            self.wake();
            let Some(room) = &mut self.room else {
                if let Input::Received { socket, .. } = input {
                    self.refuse(socket, None);
                }
                continue;
            };
            let effects = room.handle(self.now, input, &self.log);
            self.carry_out(effects);
            self.acknowledge();
            self.keep_time();
        }
        self
    }

    /// Builds the room anew from what is stored, if it is not awake.
    pub(crate) fn wake(&mut self) {
        if self.room.is_some() {
            return;
        }
        let sockets = self.open().map(|(_, tab)| tab.attachment.clone()).collect();
        self.seed += 1;
        let mut live = self.unheard.clone();
        live.retain(|live| self.tasks.contains(&(live.run, live.call_number)));
        let woken = Room::wake(self.now, self.config.clone(), &self.log, sockets, live, self.seed);
        if let Ok(Some((room, effects))) = woken {
            self.room = Some(room);
            self.unheard.clear();
            self.carry_out(effects);
            self.keep_time();
        }
    }

    /// Opens a socket for a page; a page that had one has a new one.
    pub(crate) fn connect(&mut self, name: &str) -> &mut Self {
        self.wake();
        let socket = self.room.as_ref().unwrap().next_socket_id();
        let who = name.split('/').next().unwrap();
        let visitor = Visitor { person: person(who), address: format!("{who}'s home") };
        let attachment = Attachment {
            socket,
            visitor: visitor.clone(),
            since: self.now,
            tab: None,
            name: None,
            number: None,
            says: Default::default(),
            frames: Default::default(),
            strikes: 0,
        };
        let before = self.tabs.remove(name);
        let tab = Tab {
            socket,
            is_open: true,
            closed: None,
            acknowledges: true,
            silent_since: None,
            unread: 0,
            nickname: before.as_ref().and_then(|tab| tab.nickname.clone()),
            view: before.map(|tab| tab.view).unwrap_or_default(),
            attachment,
        };
        self.tabs.insert(name.to_owned(), tab);
        self.input(Input::Connected { socket, visitor })
    }

    /// A page sends a frame.
    pub(crate) fn send(&mut self, name: &str, frame: &ClientFrame) -> &mut Self {
        self.send_text(name, &frame.encode())
    }

    /// A page sends any text.
    pub(crate) fn send_text(&mut self, name: &str, text: &str) -> &mut Self {
        let Some(socket) = self.socket(name) else { return self };
        self.input(Input::Received { socket, frame: RawFrame::Text(text.to_owned()) })
    }

    /// A page's socket, unless the number belongs to another one by now: a room that wakes gives numbers again.
    pub(crate) fn socket(&self, name: &str) -> Option<SocketId> {
        let tab = &self.tabs[name];
        let is_anothers = self.open().any(|(other, open)| other != name && open.socket == tab.socket);
        (tab.is_open || !is_anothers).then_some(tab.socket)
    }

    /// Everything that was seen since the last time, a line each.
    pub(crate) fn seen(&mut self) -> String {
        let mut lines = std::mem::take(&mut self.lines);
        lines.push(String::new());
        lines.join("\n")
    }

    /// Forgets what was seen.
    pub(crate) fn look_away(&mut self) -> &mut Self {
        self.lines.clear();
        self
    }

    pub(crate) fn open(&self) -> impl Iterator<Item = (&String, &Tab)> {
        self.tabs.iter().filter(|(_, tab)| tab.is_open)
    }

    pub(crate) fn head(&self) -> Seq {
        self.log.rows.keys().next_back().copied().unwrap_or_default()
    }

    /// A nonce that nobody has used.
    pub(crate) fn new_nonce(&mut self) -> Nonce {
        self.nonces += 1;
        nonce(&format!("auto{}", self.nonces))
    }
}

/// A nonce by a short name.
pub(crate) fn nonce(name: &str) -> Nonce {
    Nonce::parse(format!("{name:-<16}")).unwrap()
}

/// A person by a nickname.
pub(crate) fn person(name: &str) -> PersonId {
    PersonId::parse(format!("{name}-person")).unwrap()
}

/// A bot that is called by its handle alone.
pub(crate) fn bot(handle: &str) -> Bot {
    Bot {
        fingerprint: "model-1".to_owned(),
        window: (40, 20_000),
        ..Bot::plain(handle, &format!("You are {handle}."))
    }
}

/// One bot instead of the two.
pub(crate) fn only(bot: Bot) -> Config {
    Config { bots: vec![bot], ..config() }
}

/// Two bots; names are compared by their letters and digits.
pub(crate) fn config() -> Config {
    let keys = |name: &Nickname| {
        let letters = name.as_str().chars().filter(|c| c.is_alphanumeric());
        Ok(NicknameKeys(vec![letters.flat_map(char::to_lowercase).collect()]))
    };
    let chatbot = Bot { aliases: vec!["챗봇".to_owned()], ..bot("chatbot") };
    Config {
        bots: vec![chatbot, bot("helper")],
        custom_bots: CustomBotPolicy { models: Vec::new(), template: bot("template") },
        budget: Budget::default(),
        nickname_keys: keys,
        demo: false,
        tuning: Default::default(),
    }
}
