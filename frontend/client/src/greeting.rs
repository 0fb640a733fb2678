//! Hellos: under which nickname, and what each one is still to bring. One is in flight at a time; the welcome to it heals
//! every gap that was noticed meanwhile, since the room writes it after all it had sent.

use shared::{Code, Millis};

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
        let hello = self.in_flight.take();
        if hello.is_some_and(|hello| hello.nickname == self.wanted) {
            self.wanted = None;
        }
        if let Some(name) = name {
            self.nickname = Some(name.to_owned());
        }
        self.is_behind = false;
    }

    /// Something without a nonce was refused. True: it was the hello in flight, because of its nickname.
    pub(crate) fn refused(&mut self, code: Code) -> bool {
        let is_about_name = matches!(
            code,
            Code::NicknameEmpty
                | Code::NicknameTooLong
                | Code::NicknameCharacters
                | Code::NicknameMixed
                | Code::NicknameTaken
                | Code::NicknameReserved
        );
        let named = self.in_flight.as_ref().is_some_and(|hello| hello.nickname.is_some());
        if !is_about_name || !named {
            return false;
        }
        let hello = self.in_flight.take();
        let refused = hello.and_then(|hello| hello.nickname);
        // Never the same name twice: a newer wish stays, the refused one goes.
        if self.wanted == refused {
            self.wanted = None;
        }
        if self.nickname == refused {
            self.nickname = None;
        }
        true
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
