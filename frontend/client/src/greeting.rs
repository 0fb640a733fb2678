//! Hellos: under which nickname, and what each one is still to bring. One is in flight at a time; the welcome to it heals
//! every gap that was noticed meanwhile, since the room writes it after all it had sent.

use shared::{ErrorCode, Millis};

/// How long a hello may stay unanswered.
const ANSWER_MS: u64 = 10_000;

/// What was said at the door of the room, and what is still to be said.
#[derive(Debug)]
pub(crate) struct Greeting {
    /// The nickname that was last accepted here, or that of the last visit.
    nickname: Option<String>,
    /// The nickname that the person wants and has not got yet.
    wanted: Option<String>,
    in_flight: Option<Hello>,
    /// Events or text are missing, and no hello is on its way that would bring them.
    is_behind: bool,
}

#[derive(Debug)]
struct Hello {
    nickname: Option<String>,
    until: Millis,
}

impl Greeting {
    pub(crate) fn new(nickname: Option<String>) -> Self {
        Self { nickname, wanted: None, in_flight: None, is_behind: false }
    }

    /// The person chose a nickname.
    pub(crate) fn want(&mut self, nickname: String) {
        self.wanted = Some(nickname);
    }

    /// Whether the person waits for a nickname.
    pub(crate) fn wants(&self) -> bool {
        self.wanted.is_some()
    }

    /// Something is missing; the next hello brings it.
    pub(crate) fn fell_behind(&mut self) {
        self.is_behind = true;
    }

    /// Whether a hello is to be said on a live socket.
    pub(crate) fn is_due(&self) -> bool {
        self.in_flight.is_none() && (self.is_behind || self.wanted.is_some())
    }

    /// A hello goes out under the nickname that is returned.
    pub(crate) fn hello(&mut self, now: Millis) -> Option<String> {
        let nickname = self.wanted.clone().or_else(|| self.nickname.clone());
        self.in_flight = Some(Hello { nickname: nickname.clone(), until: now.plus(ANSWER_MS) });
        nickname
    }

    /// The welcome came, under this name.
    pub(crate) fn welcomed(&mut self, name: Option<&str>) {
        let said = self.in_flight.take().map(|hello| hello.nickname);
        if said.as_ref() == Some(&self.wanted) {
            self.wanted = None;
        }
        // A new nickname was refused to somebody who came back: the one they had before may still be theirs.
        if name.is_none() && said == Some(None) && self.wanted.is_none() {
            self.wanted.clone_from(&self.nickname);
        }
        if let Some(name) = name {
            self.nickname = Some(name.to_owned());
        }
        self.is_behind = false;
    }

    /// Something without a nonce was refused. If it was the nickname of the hello in flight, that name is not said again;
    /// the hello itself is still answered by a welcome, which says who one is without it.
    pub(crate) fn refused(&mut self, code: ErrorCode) {
        let is_about_name = matches!(
            code,
            ErrorCode::NicknameEmpty
                | ErrorCode::NicknameTooLong
                | ErrorCode::NicknameCharacters
                | ErrorCode::NicknameMixed
                | ErrorCode::NicknameTaken
                | ErrorCode::NicknameReserved
        );
        let Some(hello) = self.in_flight.as_mut().filter(|_| is_about_name) else { return };
        let Some(refused) = hello.nickname.take() else { return };
        if self.wanted.as_ref() == Some(&refused) {
            self.wanted = None;
        }
        if self.nickname.as_ref() == Some(&refused) {
            self.nickname = None;
        }
    }

    /// The socket is gone, and with it every hello.
    pub(crate) fn lost(&mut self) {
        self.in_flight = None;
        self.is_behind = false;
    }

    pub(crate) fn is_overdue(&self, now: Millis) -> bool {
        self.next_wakeup().is_some_and(|until| until <= now)
    }

    pub(crate) fn next_wakeup(&self) -> Option<Millis> {
        self.in_flight.as_ref().map(|hello| hello.until)
    }
}
