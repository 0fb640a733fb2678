//! Why the server closes a WebSocket, and whether the client should come back (promise G14).

use strum::{EnumIter, IntoEnumIterator};

/// Close codes of the range that RFC 6455, section 7.4.2, leaves to applications, and 1009 of section 7.4.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter)]
pub enum CloseCode {
    /// The room restarts this connection.
    Reset,
    /// The client reads too slowly.
    Slow,
    /// No hello within ten seconds.
    NoHello,
    /// A frame was larger than the limit.
    TooLarge,
    /// Three invalid frames, or a frame before hello.
    BadFrames,
    /// The identity no longer holds.
    Identity,
    /// The person is banned.
    Banned,
    /// The page speaks another version.
    Protocol,
    /// A newer connection of the same tab took over.
    Replaced,
    /// There is no such room.
    Gone,
    /// The owner or the operator removed the person for a moment.
    Kicked,
}

impl CloseCode {
    /// The close code on the wire.
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
            Self::Kicked => 4411,
        }
    }

    /// The meaning of a close code; `None` for codes that Madang does not send.
    pub fn from_code(code: u16) -> Option<Self> {
        Self::iter().find(|close| close.code() == code)
    }

    /// Whether the client must not reconnect by itself. After the others, and after unknown codes such as the browser's own
    /// 1006, it reconnects with jitter.
    pub fn is_final(self) -> bool {
        match self {
            Self::Reset | Self::Slow | Self::NoHello => false,
            Self::TooLarge
            | Self::BadFrames
            | Self::Identity
            | Self::Banned
            | Self::Protocol
            | Self::Replaced
            | Self::Gone
            | Self::Kicked => true,
        }
    }

    /// The reason that travels with the code: for people who look at the network, at most 123 bytes (RFC 6455, 5.5).
    pub fn reason(self) -> &'static str {
        match self {
            Self::Reset => "the room restarts, reconnect",
            Self::Slow => "too much unread, reconnect",
            Self::NoHello => "no hello within ten seconds, reconnect",
            Self::TooLarge => "a frame was too large",
            Self::BadFrames => "invalid frames",
            Self::Identity => "the identity is no longer valid",
            Self::Banned => "banned from this room",
            Self::Protocol => "another protocol version, reload the page",
            Self::Replaced => "a newer connection of this tab took over",
            Self::Gone => "there is no such room",
            Self::Kicked => "removed from this room for a moment",
        }
    }
}
