//! Connects and reconnects: entry call, socket, handshake, heartbeat, backoff.
//!
//! An attempt begins with the entry call, since a browser never learns why a WebSocket did not open. A reconnection skips it,
//! so that a thousand pages that lose their sockets at once make one request each. When it fails before its welcome without
//! telling why, the next attempt begins with the entry call again.

use shared::entry::{EnterReply, EnterRequest, EnterStatus};
use shared::frame::{PING, PONG, Resume};
use shared::{
    ClientFrame, CloseCode, ErrorCode, Lang, Millis, PROTOCOL_VERSION, RoomName, SplitMix64, TabId, limits,
};

use super::acknowledgement::Acknowledgement;
use super::backoff::Backoff;
use super::entry::{EnterError, EntryState};
use super::handshake::Handshake;
use super::heartbeat::Heartbeat;
use super::phase::{Phase, PhaseTracker, STEP_TIMEOUT_MS};
use super::state::Connection;
use crate::config::Config;
use crate::effect::{Change, Effect, Effects};

/// How long a connection must hold until earlier failures no longer lengthen the backoff.
const STABLE_MS: u64 = 5_000;

/// The longest wait that is believed: a new room may have to wait ten minutes.
const MOST_REFUSED_MS: u64 = 3_600_000;
/// How long a visitor may take for a challenge: its token holds as long (Cloudflare Turnstile).
const CHALLENGE_MS: u64 = 300_000;

/// The connection to one room.
#[derive(Debug)]
pub(crate) struct Connector {
    room: RoomName,
    tab: TabId,
    lang: Lang,
    key: Option<String>,
    create: bool,
    phases: PhaseTracker,
    backoff: Backoff,
    /// The entry renewed an expired identity, and no socket has held since.
    is_identity_renewed: bool,
    entry_state: EntryState,
    /// The room answered the last socket, so the next attempt needs no entry call.
    can_skip_entry: bool,
    /// The current socket was opened without an entry call.
    has_skipped_entry: bool,
    handshake: Handshake,
    acknowledgement: Acknowledgement,
    /// Until when an owner or operator keeps this person out, as far as it is known.
    kept_out_until: Option<Millis>,
    /// The server refuses this network's requests until then.
    refused_until: Millis,
}

impl Connector {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            room: config.room.clone(),
            tab: config.tab.clone(),
            lang: config.lang,
            key: config.key.clone(),
            create: config.create,
            phases: PhaseTracker::new(),
            backoff: Backoff::default(),
            is_identity_renewed: false,
            entry_state: EntryState::Unknown,
            can_skip_entry: false,
            has_skipped_entry: false,
            handshake: Handshake::new(config.nickname.clone()),
            acknowledgement: Acknowledgement::default(),
            kept_out_until: None,
            refused_until: Millis::default(),
        }
    }

    pub(crate) fn shown(&self) -> &Connection {
        self.phases.shown()
    }

    pub(crate) fn entry_state(&self) -> EntryState {
        self.entry_state
    }

    /// Until when an owner or operator keeps this person out, as far as it is known.
    pub(crate) fn kept_out_until(&self) -> Option<Millis> {
        self.kept_out_until
    }

    /// Whether a socket exists, open or opening.
    pub(crate) fn has_socket(&self) -> bool {
        self.phases.has_socket()
    }

    /// Whether the socket is open, before or after the welcome.
    pub(crate) fn is_open(&self) -> bool {
        self.phases.is_open()
    }

    pub(crate) fn is_live(&self) -> bool {
        self.phases.is_live()
    }

    pub(crate) fn is_entering(&self) -> bool {
        matches!(self.phases.phase(), Phase::Entering { .. })
    }

    pub(crate) fn start(&mut self, now: Millis, effects: &mut Effects) {
        if matches!(self.phases.phase(), Phase::Idle | Phase::Offline { .. } | Phase::Ended { .. }) {
            self.forget_failures();
            self.connect(now, effects);
        }
    }

    /// Applies the reply to the entry call that is under way.
    pub(crate) fn entered(
        &mut self,
        now: Millis,
        result: Result<EnterReply, EnterError>,
        rng: &mut SplitMix64,
        effects: &mut Effects,
    ) {
        let reply = match &result {
            Ok(reply) => reply,
            Err(EnterError::SlowDown { retry_after_ms }) => {
                self.set_entry_state(EntryState::SlowDown, effects);
                self.refused_until = now.plus((*retry_after_ms).min(MOST_REFUSED_MS));
                return self.retry_later(now, rng, effects);
            }
            Err(EnterError::Challenged) => {
                return self.phases.set(Phase::Entering { deadline: now.plus(CHALLENGE_MS) }, effects);
            }
            Err(EnterError::Network | EnterError::Refused(_)) => {
                if matches!(&result, Err(EnterError::Refused(code)) if code == "unverified") {
                    self.set_entry_state(EntryState::Unverified, effects);
                }
                return self.retry_later(now, rng, effects);
            }
        };
        self.kept_out_until = reply.until;
        match reply.status {
            EnterStatus::Open => {
                self.set_entry_state(EntryState::Open, effects);
                // A mere reconnection must not create a room that was deleted meanwhile.
                self.create = false;
                self.has_skipped_entry = false;
                self.open(now, effects);
            }
            EnterStatus::Absent => {
                // A nickname chosen while the entry call was under way creates the room, like one chosen afterwards.
                let is_news = self.entry_state != EntryState::Absent;
                self.set_entry_state(EntryState::Absent, effects);
                if is_news && self.creates_by_joining() {
                    return self.enter(now, effects);
                }
                self.phases.set(Phase::Offline { retry_at: None }, effects);
            }
            EnterStatus::Gone => self.end(CloseCode::Gone, effects),
            EnterStatus::Banned => self.end(CloseCode::Banned, effects),
            EnterStatus::Kicked => self.end(CloseCode::Kicked, effects),
            EnterStatus::Locked => {
                self.set_entry_state(EntryState::Locked, effects);
                self.phases.set(Phase::Offline { retry_at: None }, effects);
            }
            EnterStatus::Version => self.end(CloseCode::Protocol, effects),
            EnterStatus::Unknown => self.retry_later(now, rng, effects),
        }
    }

    /// Sends the first hello of a socket that opened.
    pub(crate) fn opened(&mut self, now: Millis, resume: Option<Resume>, effects: &mut Effects) {
        if matches!(self.phases.phase(), Phase::Connecting { .. }) {
            self.phases.set(Phase::Handshake, effects);
            self.hello(now, resume, effects);
        }
    }

    /// Sends a hello on a live socket if a gap or a nickname asks for one.
    pub(crate) fn hello_if_due(&mut self, now: Millis, resume: Option<Resume>, effects: &mut Effects) {
        if self.is_live() && self.handshake.is_due() {
            self.hello(now, resume, effects);
        }
    }

    /// Decides what to do after the socket closed with a code.
    pub(crate) fn closed(&mut self, now: Millis, code: u16, rng: &mut SplitMix64, effects: &mut Effects) {
        let is_refused_unasked = self.has_skipped_entry && !self.is_live();
        self.socket_lost(now);
        match CloseCode::from_code(code) {
            // The entry call renews the identity, so one more attempt is worth it.
            Some(CloseCode::Identity) if !self.is_identity_renewed => {
                self.is_identity_renewed = true;
                self.enter(now, effects);
            }
            // The room may be there to be created, or know this person by the key only: the entry call finds out.
            Some(CloseCode::Gone) if is_refused_unasked => self.enter(now, effects),
            Some(close) if close.is_final() => {
                let is_kicked = close == CloseCode::Kicked;
                self.kept_out_until = is_kicked.then(|| now.plus(limits::KICK_MS));
                self.end(close, effects);
            }
            Some(_) => {
                // Only the room sends these codes, so it can be reached and let this person in.
                self.can_skip_entry = true;
                self.retry_later(now, rng, effects);
            }
            None => self.retry_later(now, rng, effects),
        }
    }

    /// Closes a socket that does not do what it should, and reconnects after the backoff.
    pub(crate) fn hang_up(&mut self, now: Millis, rng: &mut SplitMix64, effects: &mut Effects) {
        effects.push(Effect::Close);
        self.socket_lost(now);
        self.retry_later(now, rng, effects);
    }

    /// Closes the socket and stays offline until [`Self::nudge`]: the network is lost or the page is hidden away.
    pub(crate) fn suspend(&mut self, now: Millis, effects: &mut Effects) {
        if self.has_socket() {
            effects.push(Effect::Close);
            self.socket_lost(now);
        }
        if !matches!(self.phases.phase(), Phase::Idle | Phase::Ended { .. }) {
            self.phases.set(Phase::Offline { retry_at: None }, effects);
        }
    }

    /// Reconnects at once, or checks at once whether a live socket still answers.
    pub(crate) fn nudge(&mut self, now: Millis, effects: &mut Effects) {
        if matches!(self.phases.phase(), Phase::Offline { .. }) {
            self.connect(now, effects);
        } else if let Some(heartbeat) = self.phases.heartbeat() {
            heartbeat.ping_now(now);
        }
    }

    /// Asks for a nickname. The person waits, so the next attempt starts at once, except after a wrong link.
    pub(crate) fn join(&mut self, now: Millis, nickname: String, effects: &mut Effects) {
        self.handshake.want_nickname(nickname);
        let is_link_wrong = self.entry_state == EntryState::Absent && self.key.is_some();
        if matches!(self.phases.phase(), Phase::Offline { .. }) && !is_link_wrong {
            self.connect(now, effects);
        }
    }

    /// Counts a text that arrived and acknowledges it when due. Returns whether it is to be read as a frame.
    pub(crate) fn text_arrived(&mut self, now: Millis, text: &str, effects: &mut Effects) -> bool {
        if !self.is_open() {
            return false;
        }
        if let Some(heartbeat) = self.phases.heartbeat() {
            heartbeat.frame_arrived();
        }
        if text == PONG {
            return false;
        }
        if let Some(bytes) = self.acknowledgement.count(now, text) {
            effects.send(&ClientFrame::Ack { bytes });
        }
        true
    }

    /// Applies a welcome that the timeline has accepted. Returns whether the connection became live with it.
    pub(crate) fn welcomed(&mut self, now: Millis, name: Option<&str>, effects: &mut Effects) -> bool {
        self.handshake.welcomed(name);
        let is_first = !self.is_live();
        if is_first {
            self.can_skip_entry = true;
            self.phases.set(Phase::Live { since: now, heartbeat: Heartbeat::new(now) }, effects);
        }
        is_first
    }

    /// Applies a refusal without a nonce.
    pub(crate) fn refused(&mut self, code: ErrorCode) {
        self.handshake.refused(code);
    }

    /// Records that events or text are missing.
    pub(crate) fn note_gap(&mut self) {
        self.handshake.note_gap();
    }

    /// Starts the next attempt, or gives up an entry call, when its time has come.
    pub(crate) fn meet_deadlines(&mut self, now: Millis, rng: &mut SplitMix64, effects: &mut Effects) {
        match self.phases.phase() {
            Phase::Offline { retry_at: Some(at) } if *at <= now => self.connect(now, effects),
            Phase::Entering { deadline } if *deadline <= now => self.retry_later(now, rng, effects),
            _ => {}
        }
    }

    /// Whether the socket has to be given up: it does not open, nobody answers the hello, or pings stay unanswered.
    pub(crate) fn is_overdue(&self, now: Millis) -> bool {
        self.phases.is_overdue(now) || self.handshake.is_overdue(now)
    }

    pub(crate) fn ping_if_due(&mut self, now: Millis, effects: &mut Effects) {
        if self.phases.heartbeat().is_some_and(|heartbeat| heartbeat.take_ping(now)) {
            effects.push(Effect::Send(PING.to_owned()));
        }
    }

    pub(crate) fn next_wakeup(&self) -> Option<Millis> {
        [self.phases.next_wakeup(), self.handshake.next_wakeup()].into_iter().flatten().min()
    }

    /// Begins an attempt: with the entry call, or where that can be skipped with the socket.
    fn connect(&mut self, now: Millis, effects: &mut Effects) {
        if now < self.refused_until {
            let retry_at = Some(self.refused_until);
            self.phases.set(Phase::Offline { retry_at }, effects);
        } else if self.can_skip_entry {
            self.can_skip_entry = false;
            self.has_skipped_entry = true;
            self.open(now, effects);
        } else {
            self.enter(now, effects);
        }
    }

    fn open(&mut self, now: Millis, effects: &mut Effects) {
        self.acknowledgement = Acknowledgement::default();
        effects.push(Effect::Open);
        self.phases.set(Phase::Connecting { deadline: now.plus(STEP_TIMEOUT_MS) }, effects);
    }

    fn enter(&mut self, now: Millis, effects: &mut Effects) {
        self.can_skip_entry = false;
        effects.push(Effect::Enter(EnterRequest {
            protocol: PROTOCOL_VERSION,
            room: self.room.clone(),
            create: self.create || self.creates_by_joining(),
            key: self.key.clone(),
        }));
        self.phases.set(Phase::Entering { deadline: now.plus(STEP_TIMEOUT_MS) }, effects);
    }

    fn hello(&mut self, now: Millis, resume: Option<Resume>, effects: &mut Effects) {
        effects.send(&ClientFrame::Hello {
            protocol: PROTOCOL_VERSION,
            tab: self.tab.clone(),
            lang: self.lang,
            nickname: self.handshake.begin(now),
            resume,
        });
    }

    /// Waits for the backoff, which begins when the server takes requests again: so the pages of one network do not all come at that
    /// moment.
    fn retry_later(&mut self, now: Millis, rng: &mut SplitMix64, effects: &mut Effects) {
        let retry_at = now.max(self.refused_until).plus(self.backoff.next_wait_ms(rng));
        self.phases.set(Phase::Offline { retry_at: Some(retry_at) }, effects);
    }

    fn end(&mut self, why: CloseCode, effects: &mut Effects) {
        self.can_skip_entry = false;
        match why {
            CloseCode::Gone => self.set_entry_state(EntryState::Gone, effects),
            CloseCode::Banned => self.set_entry_state(EntryState::Banned, effects),
            CloseCode::Kicked => self.set_entry_state(EntryState::Kicked, effects),
            CloseCode::Protocol => self.set_entry_state(EntryState::Version, effects),
            _ => {}
        }
        self.phases.set(Phase::Ended { why }, effects);
    }

    fn socket_lost(&mut self, now: Millis) {
        let is_stable = |since: Millis| now.since(since) >= STABLE_MS;
        if matches!(self.phases.phase(), Phase::Live { since, .. } if is_stable(*since)) {
            self.forget_failures();
        }
        self.handshake.socket_lost();
    }

    /// Whether joining here means creating the room.
    fn creates_by_joining(&self) -> bool {
        self.entry_state == EntryState::Absent && self.key.is_none() && self.handshake.is_nickname_wanted()
    }

    fn forget_failures(&mut self) {
        self.backoff.reset();
        self.is_identity_renewed = false;
    }

    fn set_entry_state(&mut self, state: EntryState, effects: &mut Effects) {
        if self.entry_state != state {
            self.entry_state = state;
            effects.show(Change::EntryState);
        }
    }
}
