//! The harness of the room's tests: a shell in memory that carries out effects as the Worker does, runs scripts, and
//! prints what people were sent.
//!
//! After every input it checks what must always hold: the store is the first effect, a call is recorded before it is
//! made, and no due timer is left.
//!
//! # Scripts
//! [`Harness::run`] carries out steps that are separated by `; `. Each is a subject, a verb and the rest:
//!
//! | step | does |
//! | --- | --- |
//! | `500 ms`, `3 s` | advances the clock; timers and alarms fire on the way |
//! | `ann joins` | opens a socket and sends hello with the nickname `ann`; `ann/phone` is another tab of hers |
//! | `ann joins as Anna` | sends hello with another nickname, on the open socket if there is one |
//! | `ann connects`, `ann reads` | opens a socket; opens one and sends hello without a nickname |
//! | `ann says TEXT`, `ann replies SEQ TEXT` | sends a message, or a reply |
//! | `ann edits SEQ TEXT`, `ann deletes SEQ`, `ann votes SEQ [OPTION …]` | changes a message; without an option withdraws the votes |
//! | `ann closes SEQ`, `ann reopens SEQ`, `ann adds SEQ TEXT`, `ann resolves SEQ INDEX`, `… unresolves …` | changes a card |
//! | `ann stops RUN`, `ann regenerates RUN` | stops an answer, or asks for it again; `RUN !` although there are votes |
//! | `ann chooses RUN INDEX` | chooses one of several answers |
//! | `ann misses SEQ`, `ann translates SEQ` | asks privately, in Korean, for what was said after a message, or for that message |
//! | `ann types`, `ann rests` | begins and ends typing |
//! | `ann asks the bill`, `ann asks the drafts`, `ann removes HANDLE` | requests the bill or the custom bots; removes a custom bot |
//! | `ann erases everything` | has everything deleted that she wrote |
//! | `ann leaves`, `ann returns`, `ann dies` | closes the socket; reconnects and resumes; sends nothing any more, not even pings |
//! | `room sleeps`, `room crashes` | hibernates; loses everything that is not stored |
//! | `store fails` | makes the next store fail |
//! | `alarm rings` | fires the alarm |
//! | `ledger grants`, `ledger refuses`, `ledger is silent` | answers the last reservation; the last one as unreachable |
//! | `weather is TEXT` | answers the last weather request |
//! | `upstream deletes ID`, `upstream keeps ID` | a response was deleted at the model's server, or could not be |
//! | `answer RUN leaves` | moderation has passed the last call of a run, and its request leaves; without moderation that is so at once |
//! | `answer privately …` | the same steps for the newest call |
//! | `answer RUN begins ID [after ID]` | the last call of a run starts its response; `after nothing` continues none |
//! | `answer RUN writes TEXT`, `… refuses TEXT`, `… breathes` | a delta of text or of a refusal; an event without text |
//! | `answer RUN ends [as TEXT]`, `… declines TEXT` | the call finishes as complete or refused, stating its whole text |
//! | `answer RUN counts 100/80/20 and ends [as TEXT]` | finishes with usage: tokens of input, of these cached, of output |
//! | `answer RUN calls TOOL {…} \| TOOL {…}` | finishes with tool calls |
//! | `answer RUN is flagged` | moderation flagged the text of the call, which counted 100/0/10 |
//! | `answer RUN runs out`, `… filters`, `… breaks`, `… fails KIND [MS]` | finishes at the length limit, by a filter, cut off, or with an error and its retry-after |
//!
//! # Printed lines
//! [`Harness::take_lines`] returns a line for each frame that tabs were sent (`ann bob < FRAME`, in the order of their
//! names), each call (`call RUN.NUMBER BOT`, `abort RUN.NUMBER`) and each closed socket (`ann is closed 4008`). Events are
//! printed with their seq: `#4 ann: hi`, `#5 chatbot to #4 queued`, `#6 ends #5 done "hello"` (or `=5`, when the five bytes
//! were streamed), `#7 edits #4 "ho"`.
//! In a welcome `anew` is a fresh start and `missed` a resume; in a run `reread` is a rebuilt chain.
//! `example.rs` is a whole example.

mod effects;
mod example;
mod powers;
mod printing;
mod script;
mod time;
mod view;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use room::memory::MemoryStorage;
use room::{
    Attachment, Bot, Budget, Call, Config, CustomBotPolicy, Input, ListedReport, NicknameKeys, Push,
    RawFrame, Room, SocketId, Visitor, WeatherRequest,
};
use shared::{ClientFrame, CloseCode, Epoch, Millis, Nickname, Nonce, PersonId, RoomName, Seq};

pub(crate) use printing::item;
pub(crate) use script::{ended, status};
pub(crate) use view::View;

/// The time at which every test begins.
pub(crate) const START: Millis = Millis(1_795_177_957_000);

/// A room, its storage and the tabs that are connected to it.
pub(crate) struct Harness {
    pub(crate) now: Millis,
    pub(crate) config: Config,
    pub(crate) storage: MemoryStorage,
    pub(crate) room: Option<Room>,
    pub(crate) tabs: BTreeMap<String, Tab>,
    pub(crate) calls: Vec<Call>,
    /// The reservations that the ledger was asked for: run, number of the call, micro-dollars.
    pub(crate) reservations: Vec<(Seq, u32, u64)>,
    /// The claims that were settled: run, number of the call, micro-dollars.
    pub(crate) settlements: Vec<(Seq, u32, Option<u64>)>,
    /// The addresses of the reservations.
    pub(crate) addresses: Vec<String>,
    /// The address of new sockets, instead of their person's home.
    pub(crate) address: Option<String>,
    /// Until when the person `operator` is one.
    pub(crate) operator_until: Option<Millis>,
    /// Whether the ledger confirms what it is told.
    pub(crate) confirms_settlements: bool,
    /// Whether calls wait for moderation before their requests leave.
    pub(crate) is_moderating: bool,
    pub(crate) weather_requests: Vec<WeatherRequest>,
    /// What the operator's list was told.
    pub(crate) listed_reports: Vec<ListedReport>,
    /// Responses that the model's server was asked to delete.
    pub(crate) deletion_requests: Vec<String>,
    pub(crate) pushes: Vec<Push>,
    pub(crate) is_removed: bool,
    /// Calls that have neither finished nor been aborted.
    pub(crate) tasks: BTreeSet<(Seq, u32)>,
    pub(crate) failing_stores: usize,
    /// The kinds of the effects of the last input, apart from what the harness reports by itself: `store`, `send`, `broadcast` …
    pub(crate) effect_kinds: Vec<&'static str>,
    pub(crate) alarm: Option<Millis>,
    surviving_calls: Vec<room::ActiveCall>,
    inbox: VecDeque<Input>,
    lines: Vec<String>,
    names: printing::Names,
    /// How often in a row the timer was due at once.
    immediate_timers: u32,
    nonces: u32,
    seed: u64,
}

/// One tab: a load of the page with its socket.
pub(crate) struct Tab {
    pub(crate) socket: SocketId,
    pub(crate) is_open: bool,
    pub(crate) view: View,
    pub(crate) closed: Option<CloseCode>,
    /// Whether it acknowledges what it reads.
    pub(crate) acknowledges: bool,
    /// Since when it sends no pings.
    pub(crate) silent_since: Option<Millis>,
    pub(crate) unread: u64,
    pub(crate) nickname: Option<String>,
    attachment: Attachment,
}

impl Harness {
    /// A new room with two bots.
    pub(crate) fn new() -> Self {
        Self::with(config())
    }

    pub(crate) fn with(config: Config) -> Self {
        let owner = person("owner");
        let epoch = Epoch::parse("epoch-01").unwrap();
        let storage = MemoryStorage::new(RoomName::parse("lobby").unwrap(), epoch, Some(owner), START);
        let mut harness = Self {
            now: START,
            config,
            storage,
            room: None,
            tabs: BTreeMap::new(),
            calls: Vec::new(),
            reservations: Vec::new(),
            settlements: Vec::new(),
            addresses: Vec::new(),
            address: None,
            operator_until: Some(Millis(u64::MAX)),
            confirms_settlements: true,
            is_moderating: false,
            weather_requests: Vec::new(),
            listed_reports: Vec::new(),
            deletion_requests: Vec::new(),
            pushes: Vec::new(),
            is_removed: false,
            tasks: BTreeSet::new(),
            failing_stores: 0,
            effect_kinds: Vec::new(),
            alarm: None,
            surviving_calls: Vec::new(),
            inbox: VecDeque::new(),
            lines: Vec::new(),
            immediate_timers: 0,
            names: Default::default(),
            nonces: 0,
            seed: 7,
        };
        harness.wake();
        harness
    }

    /// Gives the room an input and carries out everything that follows at once.
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
            let is_report = matches!(input, Input::CallSent { .. } | Input::ClaimSettled { .. });
            let kinds = self.effect_kinds.clone();
            let effects = room.handle(self.now, input, &self.storage);
            self.carry_out(effects);
            if is_report {
                self.effect_kinds = kinds;
            }
            self.acknowledge();
            self.plan_wakeups();
        }
        self
    }

    /// Wakes the room from its storage, if it is not awake.
    pub(crate) fn wake(&mut self) {
        if self.room.is_some() {
            return;
        }
        let sockets = self.open().map(|(_, tab)| tab.attachment.clone()).collect();
        self.seed += 1;
        let mut live = self.surviving_calls.clone();
        live.retain(|live| self.tasks.contains(&(live.run, live.call_number)));
        let woken = Room::wake(self.now, self.config.clone(), &self.storage, sockets, live, self.seed);
        if let Ok(Some((room, effects))) = woken {
            self.room = Some(room);
            self.surviving_calls.clear();
            self.carry_out(effects);
            self.plan_wakeups();
        }
    }

    /// Opens a socket for a tab, instead of the one that it had.
    pub(crate) fn connect(&mut self, name: &str) -> &mut Self {
        self.wake();
        let socket = self.room.as_ref().unwrap().next_socket_id();
        let who = name.split('/').next().unwrap();
        let address = self.address.clone().unwrap_or_else(|| format!("{who}'s home"));
        let operator_until = self.operator_until.filter(|_| who == "operator");
        let visitor = Visitor { person: person(who), address, operator_until };
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
            told: None,
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

    /// Sends a frame from a tab.
    pub(crate) fn send(&mut self, name: &str, frame: &ClientFrame) -> &mut Self {
        self.send_text(name, &frame.encode())
    }

    /// Sends any text from a tab.
    pub(crate) fn send_text(&mut self, name: &str, text: &str) -> &mut Self {
        let Some(socket) = self.socket(name) else { return self };
        self.input(Input::Received { socket, frame: RawFrame::Text(text.to_owned()) })
    }

    /// A tab's socket, unless another tab has its id now: a room that wakes gives ids again.
    pub(crate) fn socket(&self, name: &str) -> Option<SocketId> {
        let tab = &self.tabs[name];
        let is_reused = self.open().any(|(other, open)| other != name && open.socket == tab.socket);
        (tab.is_open || !is_reused).then_some(tab.socket)
    }

    /// The lines printed since the last time.
    pub(crate) fn take_lines(&mut self) -> String {
        let mut lines = std::mem::take(&mut self.lines);
        lines.push(String::new());
        lines.join("\n")
    }

    /// Drops the lines printed so far.
    pub(crate) fn discard_lines(&mut self) -> &mut Self {
        self.lines.clear();
        self
    }

    pub(crate) fn open(&self) -> impl Iterator<Item = (&String, &Tab)> {
        self.tabs.iter().filter(|(_, tab)| tab.is_open)
    }

    pub(crate) fn head(&self) -> Seq {
        self.storage.rows.keys().next_back().copied().unwrap_or_default()
    }

    /// The newest answer.
    pub(crate) fn head_answer(&self) -> u64 {
        let answers =
            self.storage.rows.iter().rev().filter(|(_, row)| matches!(row.data, room::RowData::Answer(_)));
        answers.map(|(seq, _)| seq.0).next().unwrap_or_default()
    }

    /// A fresh nonce.
    pub(crate) fn new_nonce(&mut self) -> Nonce {
        self.nonces += 1;
        nonce(&format!("auto{}", self.nonces))
    }
}

/// The nonce with a short name.
pub(crate) fn nonce(name: &str) -> Nonce {
    Nonce::parse(format!("{name:-<16}")).unwrap()
}

/// The person with a nickname.
pub(crate) fn person(name: &str) -> PersonId {
    PersonId::parse(format!("{name}-person")).unwrap()
}

/// A bot without aliases.
pub(crate) fn bot(handle: &str) -> Bot {
    Bot {
        fingerprint: "model-1".to_owned(),
        window: (40, 20_000),
        ..Bot::plain(handle, &format!("You are {handle}."))
    }
}

/// The configuration with one bot instead of the two.
pub(crate) fn only(bot: Bot) -> Config {
    Config { bots: vec![bot], ..config() }
}

/// A configuration with two bots; nicknames are compared by their letters and digits.
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
        moderation: shared::Strictness::Off,
        is_listed: |text| text.contains("ugly"),
        nickname_keys: keys,
        demo: false,
        tuning: Default::default(),
    }
}
