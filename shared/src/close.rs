//! Why the server closes a socket, and whether the client should come back (promise G14).

/// Close codes of the range that RFC 6455, section 7.4.2, leaves to applications, and 1009 of section 7.4.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// The room starts this connection anew.
    Reset,
    /// The client took too long to read.
    Slow,
    /// No hello within ten seconds.
    NoHello,
    /// A frame was larger than the limit.
    TooLarge,
    /// Frames that are none, or a frame before hello.
    BadFrames,
    /// The identity no longer holds.
    Identity,
    /// The person is banned.
    Banned,
    /// The page speaks another version.
    Protocol,
    /// A newer connection of the same tab took over.
    Replaced,
    /// The room is gone.
    Gone,
}

impl Close {
    /// The number on the wire.
    pub fn code(self) -> u16 {
        match self {
            Self::TooLarge => 1009,
            Self::Reset => 4000,
            Self::Slow => 4008,
            Self::BadFrames => 4400,
            Self::Identity => 4401,
            Self::Banned => 4403,
            Self::Protocol => 4406,
            Self::NoHello => 4408,
            Self::Replaced => 4409,
            Self::Gone => 4410,
        }
    }

    /// The meaning of a number; `None` for those that this list does not have.
    pub fn from_code(code: u16) -> Option<Self> {
        let all = [
            Self::Reset,
            Self::Slow,
            Self::NoHello,
            Self::TooLarge,
            Self::BadFrames,
            Self::Identity,
            Self::Banned,
            Self::Protocol,
            Self::Replaced,
            Self::Gone,
        ];
        all.into_iter().find(|close| close.code() == code)
    }

    /// Whether a client comes back by itself, with jitter. Unknown codes, the browser's own 1006 among them, mean yes.
    pub fn is_final(self) -> bool {
        match self {
            Self::Reset | Self::Slow | Self::NoHello => false,
            Self::TooLarge
            | Self::BadFrames
            | Self::Identity
            | Self::Banned
            | Self::Protocol
            | Self::Replaced
            | Self::Gone => true,
        }
    }

    /// The reason that travels with the code: for people who look at the network, at most 123 bytes (RFC 6455, 5.5).
    pub fn reason(self) -> &'static str {
        match self {
            Self::Reset => "the room starts anew, come back",
            Self::Slow => "too much unread, come back",
            Self::NoHello => "no hello within ten seconds, come back",
            Self::TooLarge => "a frame was too large",
            Self::BadFrames => "frames that this room does not understand",
            Self::Identity => "the identity ended",
            Self::Banned => "banned from this room",
            Self::Protocol => "this room speaks protocol 1 to 1, reload the page",
            Self::Replaced => "a newer connection of this tab took over",
            Self::Gone => "there is no such room",
        }
    }
}
