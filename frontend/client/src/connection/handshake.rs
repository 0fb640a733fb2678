//! The handshake (`hello` … `welcome`): under which nickname, and what the next hello is to bring. One hello is in flight
//! at a time; its welcome repairs every gap noticed meanwhile, since the room writes it after everything it had sent.

use shared::{ErrorCode, Millis};

/// How long a hello may stay unanswered.
const REPLY_TIMEOUT_MS: u64 = 10_000;

/// The nicknames of this person and the hello in flight.
#[derive(Debug)]
pub(super) struct Handshake {
    /// The nickname that the room accepted last, or that of the last visit.
    nickname: Option<String>,
    /// The nickname that the person chose and the room has not accepted yet.
    wanted: Option<String>,
    in_flight: Option<Hello>,
    /// Events or text are missing, and no hello in flight brings them.
    has_gap: bool,
}

#[derive(Debug)]
struct Hello {
    nickname: Option<String>,
    deadline: Millis,
}

impl Handshake {
    pub(super) fn new(nickname: Option<String>) -> Self {
        Self { nickname, wanted: None, in_flight: None, has_gap: false }
    }

    pub(super) fn want_nickname(&mut self, nickname: String) {
        self.wanted = Some(nickname);
    }

    /// Whether the person waits for a nickname to be accepted.
    pub(super) fn is_nickname_wanted(&self) -> bool {
        self.wanted.is_some()
    }

    /// Records a gap, which the next hello repairs.
    pub(super) fn note_gap(&mut self) {
        self.has_gap = true;
    }

    /// Whether to send a hello on a live socket.
    pub(super) fn is_due(&self) -> bool {
        self.in_flight.is_none() && (self.has_gap || self.wanted.is_some())
    }

    /// Records that a hello is sent. Returns the nickname for it.
    pub(super) fn begin(&mut self, now: Millis) -> Option<String> {
        let nickname = self.wanted.clone().or_else(|| self.nickname.clone());
        self.in_flight = Some(Hello { nickname: nickname.clone(), deadline: now.plus(REPLY_TIMEOUT_MS) });
        nickname
    }

    /// Applies a welcome, which says under which nickname this person has joined.
    pub(super) fn welcomed(&mut self, name: Option<&str>) {
        let sent = self.in_flight.take().map(|hello| hello.nickname);
        if sent.as_ref() == Some(&self.wanted) {
            self.wanted = None;
        }
        // The room refused a new nickname after a reconnection: the one from before may still be free.
        if name.is_none() && sent == Some(None) && self.wanted.is_none() {
            self.wanted.clone_from(&self.nickname);
        }
        if let Some(name) = name {
            self.nickname = Some(name.to_owned());
        }
        self.has_gap = false;
    }

    /// Applies a refusal without a nonce. If it is about the nickname of the hello in flight, that nickname is not sent
    /// again. The hello itself is still answered by a welcome, which says who this person is without it.
    pub(super) fn refused(&mut self, code: ErrorCode) {
        let is_about_nickname = matches!(
            code,
            ErrorCode::NicknameEmpty
                | ErrorCode::NicknameTooLong
                | ErrorCode::NicknameCharacters
                | ErrorCode::NicknameMixed
                | ErrorCode::NicknameTaken
                | ErrorCode::NicknameReserved
        );
        let Some(hello) = self.in_flight.as_mut().filter(|_| is_about_nickname) else { return };
        let Some(refused) = hello.nickname.take() else { return };
        if self.wanted.as_ref() == Some(&refused) {
            self.wanted = None;
        }
        if self.nickname.as_ref() == Some(&refused) {
            self.nickname = None;
        }
    }

    /// Drops the hello in flight with its socket.
    pub(super) fn socket_lost(&mut self) {
        self.in_flight = None;
        self.has_gap = false;
    }

    pub(super) fn is_overdue(&self, now: Millis) -> bool {
        self.next_wakeup().is_some_and(|deadline| deadline <= now)
    }

    pub(super) fn next_wakeup(&self) -> Option<Millis> {
        self.in_flight.as_ref().map(|hello| hello.deadline)
    }
}
