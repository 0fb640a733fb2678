//! Every limit in one place. Texts count Unicode scalar values; nothing is ever cut, only refused.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// Characters of a message.
pub const TEXT_CHARACTERS: usize = 4_000;
/// Characters of a nickname.
pub const NICKNAME_CHARACTERS: usize = 24;
/// Characters of a room's name.
pub const ROOM_NAME_CHARACTERS: usize = 64;
/// Bytes of a frame from a client; a larger one closes the socket with 1009.
pub const FRAME_BYTES: usize = 64 * 1024;
/// Bytes of an answer's text; an answer that would pass it ends there as incomplete.
pub const ANSWER_BYTES: usize = 64 * 1024;

/// Messages in a fresh `welcome`.
pub const WELCOME_MESSAGES: usize = 50;
/// Messages in a `page`, at most.
pub const PAGE_MESSAGES: usize = 100;
/// Bytes of the messages in a `welcome` or a `page`, about: the first one is always sent.
pub const SNAPSHOT_BYTES: usize = 256 * 1024;
/// Events that a resume returns; beyond that the client starts from a fresh snapshot.
pub const RESUME_EVENTS: u64 = 500;
/// How far behind the head a nonce is looked for.
pub const NONCE_REACH: u64 = 10_000;

/// Rows that a room keeps.
pub const HISTORY_ROWS: u64 = 100_000;
/// Bytes that a room's database may have.
pub const HISTORY_BYTES: u64 = 500_000_000;
/// How long a room keeps a row.
pub const HISTORY_AGE_MS: u64 = 90 * 24 * 3_600_000;
/// A room in which nothing was said for so long is deleted; the lobby is not.
pub const ROOM_IDLE_MS: u64 = 30 * 24 * 3_600_000;
/// Rows that are removed at once when there are too many.
pub const TRIM_ROWS: u64 = 1_000;

/// A person's says: how many at once, and how long until one more.
pub const PERSON_BURST: u32 = 30;
/// Milliseconds until a person may say one more.
pub const PERSON_REFILL_MS: u64 = 500;
/// Frames that a connection may send at once.
pub const CONNECTION_BURST: u32 = 64;
/// Milliseconds until a connection may send one more frame.
pub const CONNECTION_REFILL_MS: u64 = 16;
/// How much more an address may do than a person.
pub const ADDRESS_FACTOR: u32 = 10;
/// Bad frames until the socket is closed with 4400.
pub const STRIKES: u8 = 3;

/// Bytes that a socket may be behind before it is closed with 4008.
pub const UNREAD_SOCKET_BYTES: u64 = 512 * 1024;
/// Bytes that all sockets of a room together may be behind, each counted from where it has to acknowledge; then the
/// slowest is closed.
pub const UNREAD_ROOM_BYTES: u64 = 32 * 1024 * 1024;
/// Bytes after which a client acknowledges what it read.
pub const ACK_BYTES: u64 = 32 * 1024;

/// How long a socket may stay without hello.
pub const HELLO_MS: u64 = 10_000;
/// How often a client pings, and how often a room looks for the dead.
pub const HEARTBEAT_MS: u64 = 30_000;
/// Without a ping for this long a peer is dead: two heartbeats.
pub const DEAD_MS: u64 = 60_000;
/// While a line is busy, what happens is gathered this long and sent in one frame.
pub const GATHER_MS: u64 = 50;
/// With more sockets than these a room is a crowd, and all that is told to everybody is gathered in proportion longer: a
/// frame costs the room's only thread about 40 µs for each socket, and it must have time left to listen.
pub const CROWD_SOCKETS: u64 = 500;
/// Joins and leaves are told at most this often.
pub const PEOPLE_MS: u64 = 250;
/// Typing is told at most this often.
pub const TYPING_EVERY_MS: u64 = 500;
/// Typing that nobody renews ends.
pub const TYPING_MS: u64 = 6_000;
/// Names in a `typing`.
pub const TYPING_NAMES: usize = 5;
/// How long a nickname stays its person's after they left.
pub const NAME_KEPT_MS: u64 = 24 * 3_600_000;

/// Questions that wait in a room.
pub const WAITING_ROOM: usize = 20;
/// Questions of one person that wait.
pub const WAITING_PERSON: usize = 3;
/// Tries after the first, before anything was shown.
pub const RETRIES: u32 = 2;
/// How often partial text is stored.
pub const PARTIAL_MS: u64 = 1_000;

/// Bots that a room's owner may add.
pub const BOTS_PER_ROOM: usize = 8;
/// Words that call a bot besides its handle.
pub const BOT_ALIASES: usize = 4;
/// Characters of what a bot is for.
pub const BOT_ABOUT_CHARACTERS: usize = 120;
/// Characters of a bot's instructions.
pub const BOT_INSTRUCTIONS_CHARACTERS: usize = 4_000;

/// Rounds of tools in one answer.
pub const TOOL_ROUNDS: u32 = 4;
/// Tools in one round; what a model wants beyond is answered by an error.
pub const TOOL_CALLS: usize = 4;
/// How long a tool may take.
pub const TOOL_MS: u64 = 10_000;
/// Bytes of what a tool gives to a model.
pub const TOOL_BYTES: usize = 4 * 1024;

/// How many options a poll has.
pub const POLL_OPTIONS: RangeInclusive<usize> = 2..=12;
/// Characters of a line of a card.
pub const CARD_LINE_CHARACTERS: usize = 300;
/// Lines of one part of a summary card.
pub const CARD_LINES: usize = 20;
/// People whose votes a poll keeps.
pub const POLL_VOTERS: usize = 2_000;

/// The part of the limits that a page needs, sent in `welcome`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Characters of a message.
    pub text: usize,
    /// Characters of a nickname.
    pub nickname: usize,
    /// Bytes of a frame.
    pub frame: usize,
    /// Messages of a page.
    pub page: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { text: TEXT_CHARACTERS, nickname: NICKNAME_CHARACTERS, frame: FRAME_BYTES, page: PAGE_MESSAGES }
    }
}
