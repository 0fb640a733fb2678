//! The limits of the wire and of a room. Texts count Unicode scalar values; nothing is ever cut, only refused.
//!
//! docs/protocol.md lists them; a test compares the two.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// Characters of a message: a long post, and at most 16 KB of UTF-8, which leaves a frame room for its other fields.
pub const TEXT_CHARACTERS: usize = 4_000;
/// Characters of a nickname.
pub const NICKNAME_CHARACTERS: usize = 24;
/// Characters of a room's name.
pub const ROOM_NAME_CHARACTERS: usize = 64;
/// Bytes of a frame from a client; a larger one closes the socket with 1009.
pub const FRAME_BYTES: usize = 64 * 1024;
/// Bytes of an answer's text; an answer that would pass it ends there as incomplete.
pub const ANSWER_BYTES: usize = 64 * 1024;
/// Texts that end a custom bot's answers: no API takes more.
pub const BOT_STOPS: usize = 4;
/// Bytes that are kept of what a model thought before an answer.
pub const THOUGHT_BYTES: usize = 4 * 1024;

/// Messages in a fresh `welcome`: more than two screens.
pub const WELCOME_MESSAGES: usize = 50;
/// Messages in a `page`, at most.
pub const PAGE_MESSAGES: usize = 100;
/// Characters of what somebody searches for.
pub const SEARCH_CHARACTERS: usize = 100;
/// Rows that a `search_page` looks at, and the bytes of their data, about: some 5 ms of the room's thread.
pub const SEARCH_ROWS: usize = 5_000;
pub const SEARCH_BYTES: usize = 4 * 1024 * 1024;
/// Messages in a `search_page`, at most.
pub const SEARCH_HITS: usize = 20;
/// Read tokens that a `search` or an `ask_privately` takes: somebody who searches all the time has one in five seconds.
pub const SEARCH_READS: u32 = 10;
/// Approximate bytes of the messages in a `welcome` or a `page`; the first message is always sent. Below the bytes that a
/// socket may leave unread, so that a snapshot alone never closes it.
pub const SNAPSHOT_BYTES: usize = 256 * 1024;
/// Events that a resume returns; a client that missed more gets a fresh snapshot, which is smaller.
pub const RESUME_EVENTS: u64 = 500;
/// Rows behind the head that are searched for a nonce: a range of the primary key, so no index is needed.
pub const NONCE_REACH: u64 = 10_000;

/// Rows that a room keeps.
pub const HISTORY_ROWS: u64 = 100_000;
/// Bytes that a room's database may have.
pub const HISTORY_BYTES: u64 = 500_000_000;
/// Age at which a row is trimmed.
pub const HISTORY_AGE_MS: u64 = 90 * 24 * 3_600_000;
/// A room without a new row for this long is deleted; the lobby is not.
pub const ROOM_IDLE_MS: u64 = 30 * 24 * 3_600_000;
/// A room that nobody has joined yet is deleted when its last visitor has been gone for this long.
pub const ROOM_UNJOINED_MS: u64 = 3_600_000;
/// Rows that one trim removes: a batch, so that a full room does not trim at every write.
pub const TRIM_ROWS: u64 = 1_000;

/// Writes that a person may make at once.
pub const PERSON_BURST: u32 = 30;
/// Milliseconds until a person may write once more: 2 a second. The bucket is full again after 15 s, so it can live in a
/// socket's attachment.
pub const PERSON_REFILL_MS: u64 = 500;
/// Writes that a person may make within an hour or so, and then one in each [`PERSON_HOURLY_REFILL_MS`]: a stranger who never
/// stops must not push a room's history out. Two hundred questions, or an hour of ten messages a minute.
pub const PERSON_HOURLY_BURST: u32 = 600;
pub const PERSON_HOURLY_REFILL_MS: u64 = 5_000;
/// Write tokens of a question besides its message's, for each bot that it asks: the row of the answer and that of its end.
pub const ANSWER_TOKENS: u32 = 2;
/// Rows that all people of a room together may write at once: 1,000 people who say hello.
pub const ROOM_BURST: u32 = 3_000;
/// Milliseconds until a room may write one more row: 100 a second.
pub const ROOM_REFILL_MS: u64 = 10;
/// Rows that a room may write within hours, and then one in each [`ROOM_HOURLY_REFILL_MS`] (20 a second). 100,000 rows take
/// about an hour, however many write.
pub const ROOM_HOURLY_BURST: u32 = 30_000;
pub const ROOM_HOURLY_REFILL_MS: u64 = 50;
/// Read tokens that a person has at once. Every `hello`, `history`, `people`, `bill` and `drafts` takes one, and one more for
/// each [`READ_TOKEN_ROWS`] rows or [`READ_TOKEN_BYTES`] bytes: 10,000 short messages, or a reload every second.
pub const READ_BURST: u32 = 200;
/// Milliseconds until a person has one more read token: 2 a second.
pub const READ_REFILL_MS: u64 = 500;
/// Read tokens that a room has at once: 1,000 people who come back and missed 500 events each.
pub const ROOM_READ_BURST: u32 = 12_000;
/// Milliseconds until a room has one more read token. A token costs about a millisecond of its only thread.
pub const ROOM_READ_REFILL_MS: u64 = 4;
pub const READ_TOKEN_ROWS: u64 = 50;
pub const READ_TOKEN_BYTES: usize = 64 * 1024;
/// Read tokens that a person and their address lose with a frame over [`FRAME_BYTES`], or with a socket closed for bad frames.
pub const OFFENCE_READS: u32 = 100;
/// Open sockets of a person in a room. One more closes the oldest with 4409: a phone whose dead sockets are not yet noticed
/// must come in.
pub const SOCKETS_PER_PERSON: usize = 10;
/// Frames that a connection may send at once.
pub const CONNECTION_BURST: u32 = 64;
/// Milliseconds until a connection may send one more frame.
pub const CONNECTION_REFILL_MS: u64 = 16;
/// How many persons' rates one IP address may use: schools and companies share an address.
pub const ADDRESS_FACTOR: u32 = 10;
/// Invalid frames until the socket is closed with 4400.
pub const STRIKES: u8 = 3;

/// Unacknowledged bytes at which a socket is closed with 4008 (promise G11).
pub const UNREAD_SOCKET_BYTES: u64 = 512 * 1024;
/// Unacknowledged bytes of all sockets of a room together, each counted beyond [`ACK_BYTES`], at which the slowest is closed:
/// an isolate has 128 MB for all its rooms.
pub const UNREAD_ROOM_BYTES: u64 = 32 * 1024 * 1024;
/// Received bytes after which a client sends an `ack`. Reading one costs the room as much as reading a message, so they are
/// few: a socket that reads 50 messages a second sends one in ten seconds.
pub const ACK_BYTES: u64 = 128 * 1024;
/// Minimum time between two `ack` frames of a client, unless it has read twice [`ACK_BYTES`] meanwhile.
pub const ACK_MS: u64 = 1_000;

/// How long a socket may stay open before its hello.
pub const HELLO_MS: u64 = 10_000;
/// How often a client pings and a room checks for dead peers: common proxies close a connection
/// that was idle for 60 s.
pub const HEARTBEAT_MS: u64 = 30_000;
/// A peer without a ping for this long is dead: two heartbeats (promise G13).
pub const DEAD_MS: u64 = 60_000;
/// What sending a frame to one socket costs the room's only thread, in microseconds, whatever the frame's size. Counted, not
/// timed, because a Worker's clock stands still while it computes. Measured in the local runtime: 20 to 45 on different
/// machines (`cargo xtask bench rooms`).
pub const SEND_MICROS: u64 = 25;
/// Percent of its time that a room may spend on sending each message alone. When messages come faster than that, it gathers
/// them; the rest of the time stays for receiving.
pub const ALONE_PERCENT: u64 = 60;
/// Percent of its time that a room that gathers messages spends on sending them: less than [`ALONE_PERCENT`], because one
/// frame for several messages is what saves.
pub const GATHERED_PERCENT: u64 = 40;
/// Milliseconds of sending that a room may spend at once before it gathers.
pub const SEND_BURST_MS: u64 = 100;
/// How long deltas of answers are gathered at least. With many sockets they are gathered longer, so that they take at most
/// [`DELTAS_PERCENT`] of the time.
pub const DELTAS_MS: u64 = 30;
pub const DELTAS_PERCENT: u64 = 17;
/// Percent of a room's time for telling who joined and left, and as much for telling who types.
pub const PRESENCE_PERCENT: u64 = 5;
/// People in a `welcome`.
pub const WELCOME_PEOPLE: usize = 100;
/// People in a `people_page`.
pub const PAGE_PEOPLE: usize = 200;
/// With more people than this a room is a crowd: `people` frames tell their number only. It is one no more with four fifths of
/// them, so that one person who comes and goes does not make the room send the whole list again and again.
pub const CROWD_PEOPLE: usize = 100;
/// People whom a message may name by number alone: those who joined or spoke last. More than [`CROWD_PEOPLE`], so that in a
/// small room everybody is one of them.
pub const INTRODUCED_PEOPLE: usize = 250;
/// Minimum time between two `people` frames.
pub const PEOPLE_MS: u64 = 250;
/// Minimum time between two `typing` frames.
pub const TYPING_EVERY_MS: u64 = 500;
/// Typing ends when it is not renewed for this long.
pub const TYPING_MS: u64 = 6_000;
/// Nicknames in a `typing` frame.
pub const TYPING_NAMES: usize = 5;
/// How long a nickname stays reserved for its person after they left.
pub const NAME_KEPT_MS: u64 = 24 * 3_600_000;

/// How long a member of a private room stays one without a nickname there and without a message.
pub const MEMBER_KEPT_MS: u64 = ROOM_IDLE_MS;

/// How long the spending of days is kept, and that of hours. Budgets need one of each.
pub const SPENDING_DAYS_KEPT: u64 = 31;
pub const SPENDING_DAYS_OF_HOURS_KEPT: u64 = 2;
/// Rows of the log that one page of a person's own data looks at, and one step of deleting it.
pub const OWN_DATA_ROWS: u64 = 5_000;
/// Read tokens of such a page, besides those of its entries: looking at a row costs a tenth of reading one.
pub const OWN_DATA_READS: u32 = 5;
/// Push subscriptions of a room. Each takes one to four kilobytes of the room's memory.
pub const PUSH_SUBSCRIPTIONS: usize = 500;
/// Push subscriptions of a person in a room, which are their browsers. The oldest gives way to a further one.
pub const PUSH_SUBSCRIPTIONS_PER_PERSON: usize = 5;
/// People whose messages are not pushed to a subscription because its person does not want to see them.
pub const PUSH_HIDDEN: usize = 50;
/// Read tokens that subscribing takes, or changing a subscription.
pub const PUSH_READS: u32 = 5;
/// Messages of which a subscription is sent push messages at once: mentions and replies, and as many others.
pub const PUSH_BURST: u32 = 5;
/// Milliseconds after which it may be sent one more of each.
pub const PUSH_REFILL_MS: u64 = 60_000;
/// Push messages that are sent of one message. Each is a request to another server; on Cloudflare's Free plan one event may lead to 50.
pub const PUSHES_PER_MESSAGE: usize = 40;
/// Characters of a message in its push message. Push services take 4,096 bytes (RFC 8030, section 7.2).
pub const PUSH_CHARACTERS: usize = 160;
/// Entries of one page of a person's own data.
pub const OWN_DATA_ENTRIES: usize = 1_000;
/// Pages of one download of a person's own data: more than the rows of a full history need.
pub const OWN_DATA_PAGES: usize = 40;
/// Messages that one step deletes of somebody who has everything deleted.
pub const ERASED_AT_ONCE: usize = 100;
/// Read tokens that having everything deleted takes: half of those that a person has at once.
pub const ERASURE_READS: u32 = 100;

/// Bots that one message asks; it asks no further ones that it mentions.
pub const BOTS_PER_MESSAGE: usize = 4;
/// Nicknames that are kept for a person; a new one frees the one that they used the longest time ago.
pub const NAMES_PER_PERSON: usize = 3;
/// Queued questions of a room.
pub const WAITING_ROOM: usize = 20;
/// Queued questions of one person.
pub const WAITING_PERSON: usize = 3;
/// Minutes that a mute lasts, at most: 30 days.
pub const MUTE_MINUTES: u32 = 30 * 24 * 60;
/// Minutes that a ban with an end lasts, at most: a year.
pub const BAN_MINUTES: u32 = 365 * 24 * 60;
/// How long newcomers of a banned person's address are kept out, at most: addresses are shared, and given to others.
pub const ADDRESS_BAN_MS: u64 = 24 * 3_600_000;
/// How long somebody who was kicked is kept out.
pub const KICK_MS: u64 = 60_000;
/// Seconds of slow mode, at most.
pub const SLOW_MODE_SECONDS: u32 = 3_600;
/// Characters of a room's topic.
pub const TOPIC_CHARACTERS: usize = 120;
/// Mutes, bans and kicks of a room that have not ended. All are read when the room wakes.
pub const RESTRICTIONS_PER_ROOM: usize = 1_000;
/// What owners and operators did, in a `welcome`.
pub const WELCOME_ACTS: usize = 20;
/// Entries of the audit list that a room keeps, and those that an `audit` frame holds.
pub const AUDIT_ROWS: usize = 500;
pub const AUDIT_PAGE: usize = 100;
/// Reports that a room keeps, and those of one person among them.
pub const REPORTS_PER_ROOM: usize = 200;
pub const REPORTS_PER_PERSON: usize = 10;
/// Age at which a report is forgotten.
pub const REPORT_AGE_MS: u64 = 30 * 24 * 3_600_000;
/// Characters of a report's reason, the reasons that an `audit` frame tells of each message, and the characters of the message.
pub const REPORT_REASON_CHARACTERS: usize = 200;
pub const REPORT_REASONS: usize = 3;
pub const REPORT_EXCERPT_CHARACTERS: usize = 200;
/// How long a link for another device holds.
pub const DEVICE_LINK_MS: u64 = 10 * 60_000;
/// How long an operator stays signed in.
pub const OPERATOR_MS: u64 = 12 * 3_600_000;

/// Retries of a failed call, as long as nothing of the answer was shown (promise G10).
pub const RETRIES: u32 = 2;
/// Minimum time between two stores of an answer's partial text.
pub const PARTIAL_MS: u64 = 1_000;

/// Custom bots of a room.
pub const BOTS_PER_ROOM: usize = 8;
/// Aliases of a bot.
pub const BOT_ALIASES: usize = 4;
/// Characters of a bot's description.
pub const BOT_ABOUT_CHARACTERS: usize = 120;
/// Characters of a bot's instructions.
pub const BOT_INSTRUCTIONS_CHARACTERS: usize = 4_000;

/// Answers that a bot gives to one question to choose from. Each is a call, and the first pays for all.
pub const ALTERNATIVES: u32 = 3;

/// Bytes of a bot's knowledge: an FAQ of some 300 questions.
pub const KNOWLEDGE_BYTES: usize = 100_000;
/// Bytes of a `set_bot` frame with knowledge: each of its bytes may take two in JSON.
pub const KNOWLEDGE_FRAME_BYTES: usize = 256 * 1024;
/// Passages into which a bot's knowledge is cut, at most, and the characters of each.
pub const KNOWLEDGE_PASSAGES: usize = 500;
pub const PASSAGE_CHARACTERS: usize = 1_200;
/// Passages that saving takes a further write token for: each is a row.
pub const PASSAGES_PER_TOKEN: usize = 25;
/// Characters of a passage's title.
pub const PASSAGE_TITLE_CHARACTERS: usize = 80;
/// Passages that a bot is given with a question, at most, and their bytes: about 4,000 tokens.
pub const PASSAGES_GIVEN: usize = 4;
pub const PASSAGES_GIVEN_BYTES: usize = 12_000;

/// Tool rounds of one answer (promise G10).
pub const TOOL_ROUNDS: u32 = 4;
/// Tool calls in one round; further calls get an error as their output.
pub const TOOL_CALLS: usize = 4;
/// Timeout of a tool.
pub const TOOL_MS: u64 = 10_000;
/// Days of a weather forecast: what people plan by. Forecasts beyond a week are guesses.
pub const FORECAST_DAYS: u64 = 7;
/// Bytes of a tool's output.
pub const TOOL_BYTES: usize = 4 * 1024;

/// How many options a poll has.
pub const POLL_OPTIONS: RangeInclusive<usize> = 2..=12;
/// Characters of a line of a card.
pub const CARD_LINE_CHARACTERS: usize = 300;
/// Characters of a text in a card by an owner's schema, and the lines of such a card.
pub const CARD_TEXT_CHARACTERS: usize = 2_000;
pub const CARD_ENTRIES: usize = 200;
/// Characters of a schema as its owner writes it. It is sent, and paid for, with every call.
pub const SCHEMA_CHARACTERS: usize = 4_000;
/// Properties of a schema in all, and choices of one of them.
pub const SCHEMA_PROPERTIES: usize = 40;
/// Levels of objects and lists in a schema; OpenAI's strict mode takes five to ten, a card on a phone fewer.
pub const SCHEMA_DEPTH: usize = 4;
/// Characters of a property's name or title, and of a choice.
pub const SCHEMA_NAME_CHARACTERS: usize = 60;
/// Lines of one part of a summary card.
pub const CARD_LINES: usize = 20;
/// Votes that a poll keeps; a person may have one for each option.
pub const POLL_VOTES: usize = 2_000;
/// Different emoji that a message keeps as reactions.
pub const REACTIONS_PER_MESSAGE: usize = 20;
/// People whose reactions a message keeps, each counted once for every emoji.
pub const REACTORS_PER_MESSAGE: usize = 500;

/// How often sockets of one person may be closed for malformed, oversized or too many frames before the door is closed to them, and the
/// time after which they may be once more.
pub const OFFENCES: u32 = 3;
pub const OFFENCE_REFILL_MS: u64 = 300_000;
/// Reported messages that the operator's list keeps, and those of one room among them.
pub const OPERATOR_REPORTS: usize = 500;
pub const OPERATOR_REPORTS_PER_ROOM: usize = 50;
/// How often a room tells that list of a report: so many at once, then one in each period.
pub const LISTED_REPORTS_BURST: u32 = 20;
pub const LISTED_REPORTS_REFILL_MS: u64 = 60_000;

/// The limits that a page needs, sent in `welcome`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Characters of a message.
    pub text: usize,
    /// Characters of a nickname.
    pub nickname: usize,
    /// Bytes of a frame.
    pub frame: usize,
    /// Messages of a `page`.
    pub page: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { text: TEXT_CHARACTERS, nickname: NICKNAME_CHARACTERS, frame: FRAME_BYTES, page: PAGE_MESSAGES }
    }
}
