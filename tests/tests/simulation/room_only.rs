//! A room and its people without a network and without faults. Its calls and its requests to the ledger are handed out
//! and can be answered in any order.

use std::collections::BTreeMap;

use room::memory::MemoryStorage;
use room::{Attachment, Call, Config, Effect, Input, RawFrame, Room, SocketId, Visitor};
use shared::{ClientFrame, Epoch, Lang, Millis, Nonce, PersonId, RoomName, ServerFrame, TabId, frame::You};

const BEGIN: Millis = Millis(1_795_177_957_000);

/// The room, its storage and its sockets.
pub(crate) struct RoomOnly {
    pub(crate) log: MemoryStorage,
    pub(crate) now: Millis,
    /// Calls that were started and not taken yet.
    pub(crate) calls: Vec<Call>,
    /// Requests to the ledger that were not taken yet.
    pub(crate) ledger_requests: Vec<Effect>,
    room: Room,
    config: Config,
    sockets: BTreeMap<PersonId, SocketId>,
    attachments: BTreeMap<SocketId, Attachment>,
    sent: Vec<(SocketId, ServerFrame)>,
    nonces: u64,
}

impl RoomOnly {
    pub(crate) fn new(config: Config) -> Self {
        let epoch = Epoch::parse("epoch-of-the-room").expect("it is an epoch");
        let log = MemoryStorage::new(RoomName::lobby(), epoch, None, BEGIN);
        let room = wake(BEGIN, &config, &log, Vec::new());
        Self {
            log,
            now: BEGIN,
            calls: Vec::new(),
            ledger_requests: Vec::new(),
            room,
            config,
            sockets: BTreeMap::new(),
            attachments: BTreeMap::new(),
            sent: Vec::new(),
            nonces: 0,
        }
    }

    /// Advances the clock by a millisecond and gives the room an input.
    pub(crate) fn input(&mut self, input: Input) {
        self.now = self.now.plus(1);
        let effects = self.room.handle(self.now, input, &self.log);
        self.carry_out(effects);
    }

    /// Advances the clock.
    pub(crate) fn wait(&mut self, wait: u64) {
        self.now = self.now.plus(wait);
        self.input(Input::Timer);
    }

    /// Drops the room's memory and wakes it again.
    pub(crate) fn restart(&mut self) {
        let sockets = self.attachments.values().cloned().collect();
        let config = self.config.clone();
        let (room, effects) = Room::wake(self.now, config, &self.log, sockets, Vec::new(), 7)
            .expect("it can be read")
            .expect("it is there");
        self.room = room;
        self.carry_out(effects);
    }

    /// Joins or renames a person; false if the room refuses the nickname.
    pub(crate) fn join(&mut self, person: &PersonId, nickname: &str) -> bool {
        let socket = match self.sockets.get(person) {
            Some(socket) => *socket,
            None => self.sit(person),
        };
        let tab = TabId::parse(format!("tab-{:08}", socket.0)).expect("it is a tab");
        let (lang, nickname) = (Lang::En, Some(nickname.to_owned()));
        let hello =
            ClientFrame::Hello { protocol: shared::PROTOCOL_VERSION, tab, lang, nickname, resume: None };
        let sent = self.send(socket, &hello);
        sent.into_iter().any(|frame| match frame {
            ServerFrame::Welcome(welcome) => matches!(welcome.you, You { name: Some(_), .. }),
            _ => false,
        }) && !self.has_refused(socket)
    }

    pub(crate) fn leave(&mut self, person: &PersonId) {
        if let Some(socket) = self.sockets.remove(person) {
            self.attachments.remove(&socket);
            self.input(Input::Disconnected { socket });
        }
    }

    /// Whether a person is connected.
    pub(crate) fn has(&self, person: &PersonId) -> bool {
        self.sockets.contains_key(person)
    }

    /// Sends a message; false if the room refuses it.
    pub(crate) fn say(&mut self, person: &PersonId, text: &str) -> bool {
        self.nonces += 1;
        let nonce = Nonce::parse(format!("nonce-{:016}", self.nonces)).expect("it is a nonce");
        let after = self.log.rows.keys().next_back().copied().unwrap_or_default();
        let socket = self.sockets[person];
        let say = ClientFrame::Say { nonce, after, text: text.to_owned(), reply_to: None };
        self.send(socket, &say).iter().any(|frame| matches!(frame, ServerFrame::Accepted { .. }))
    }

    fn sit(&mut self, person: &PersonId) -> SocketId {
        let socket = self.room.next_socket_id();
        let visitor =
            Visitor { person: person.clone(), address: format!("address-of-{person}"), operator_until: None };
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
        self.sockets.insert(person.clone(), socket);
        self.attachments.insert(socket, attachment);
        self.input(Input::Connected { socket, visitor });
        socket
    }

    /// Sends a frame and returns the frames that came back on its socket.
    fn send(&mut self, socket: SocketId, frame: &ClientFrame) -> Vec<ServerFrame> {
        self.sent.clear();
        self.input(Input::Received { socket, frame: RawFrame::Text(frame.encode()) });
        let mine = self.sent.iter().filter(|(to, _)| *to == socket);
        mine.map(|(_, frame)| frame.clone()).collect()
    }

    fn has_refused(&self, socket: SocketId) -> bool {
        self.sent.iter().any(|(to, frame)| *to == socket && matches!(frame, ServerFrame::Refused { .. }))
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut sent = Vec::new();
        for effect in effects {
            match effect {
                Effect::Store { writes, .. } => {
                    writes.iter().for_each(|write| self.log.write(write).expect("it is possible"));
                }
                Effect::SaveAttachment(attachment) => {
                    self.attachments.insert(attachment.socket, attachment);
                }
                Effect::Send { socket, text } => {
                    let frames = match ServerFrame::parse(&text).expect("the room sends frames") {
                        ServerFrame::Batch { frames } => frames,
                        frame => vec![frame],
                    };
                    self.sent.extend(frames.into_iter().map(|frame| (socket, frame)));
                }
                Effect::StartCall(call) => {
                    sent.push((call.run, call.call_number));
                    self.calls.push(*call);
                }
                Effect::ReserveBudget { .. } | Effect::SettleClaim { .. } => {
                    self.ledger_requests.push(effect)
                }
                Effect::Close { socket, why } => panic!("{} was closed: {why:?}", socket.0),
                _ => {}
            }
        }
        for (run, call_number) in sent {
            let effects = self.room.handle(self.now, Input::CallSent { run, call_number }, &self.log);
            self.carry_out(effects);
        }
    }
}

fn wake(now: Millis, config: &Config, log: &MemoryStorage, sockets: Vec<Attachment>) -> Room {
    let woken = Room::wake(now, config.clone(), log, sockets, Vec::new(), 1);
    woken.expect("it can be read").expect("it is there").0
}
