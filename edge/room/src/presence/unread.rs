//! What a socket has yet to read: bytes that were sent and not acknowledged (promise G11), and the large answers among them.
//!
//! Not here: which sockets are closed for it (`roster`).

use std::collections::BTreeMap;

use shared::limits;

/// What a client asks for and may be large. A socket has one of each kind on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LargeAnswer {
    Welcome,
    Page,
    SearchPage,
    PeoplePage,
    Bill,
    Drafts,
    Knowledge,
    Audit,
}

/// The client acknowledges more than it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more bytes are acknowledged than were sent")]
pub(crate) struct NeverSent;

/// The bytes of one socket, counted from its beginning or from when the room woke.
#[derive(Debug, Default)]
pub(crate) struct Unread {
    sent: u64,
    acknowledged: u64,
    /// Bytes beyond `sent` that may be acknowledged, because they were sent before the room woke, or because a client counts
    /// a little differently. They acknowledge nothing.
    tolerance: u64,
    /// The last answer of each kind.
    answers: BTreeMap<LargeAnswer, SentAnswer>,
}

#[derive(Debug)]
struct SentAnswer {
    /// How much had been sent with it.
    end: u64,
    bytes: u64,
}

/// What an honest client has read and not yet acknowledged, at most: twice [`limits::ACK_BYTES`], and one frame.
const HELD_BACK: u64 = limits::ACK_BYTES * 2 + limits::FRAME_BYTES as u64;
/// What may have been sent before the room woke.
const BEFORE_WAKING: u64 = (limits::UNREAD_SOCKET_BYTES + limits::SNAPSHOT_BYTES as u64) * 2;

impl Unread {
    /// Of a socket that opens.
    pub(super) fn new() -> Self {
        Self { tolerance: limits::ACK_BYTES, ..Self::default() }
    }

    /// Of a socket that was open before the room woke.
    pub(super) fn restored() -> Self {
        Self { tolerance: BEFORE_WAKING, ..Self::default() }
    }

    fn bytes(&self) -> u64 {
        self.sent.saturating_sub(self.acknowledged)
    }

    /// Bytes that this socket should have acknowledged. Clients acknowledge every [`limits::ACK_BYTES`]; what is below that
    /// does not count, because all sockets of a room come to that point at the same moment.
    pub(super) fn backlog(&self) -> u64 {
        self.bytes().saturating_sub(limits::ACK_BYTES)
    }

    /// Whether nothing more may be sent. Large answers do not count until they should have been acknowledged: a client that
    /// was just sent a `welcome` has not read slowly.
    pub(super) fn is_over_limit(&self) -> bool {
        let on_the_way = self.answers.values().filter(|answer| self.is_on_the_way(answer));
        let large: u64 = on_the_way.map(|answer| answer.bytes).sum();
        self.bytes() > limits::UNREAD_SOCKET_BYTES.saturating_add(large)
    }

    /// Whether the last answer of a kind is still on its way, so that another one has to wait. An honest client asks again only
    /// when it has read that answer, and then holds back less than [`HELD_BACK`] of all that was sent until its end.
    pub(super) fn is_waiting_for(&self, kind: LargeAnswer) -> bool {
        self.answers.get(&kind).is_some_and(|answer| self.is_on_the_way(answer))
    }

    fn is_on_the_way(&self, answer: &SentAnswer) -> bool {
        self.acknowledged.saturating_add(HELD_BACK) < answer.end
    }

    /// Counts bytes that are sent.
    pub(super) fn count_sent(&mut self, bytes: u64) {
        self.sent = self.sent.saturating_add(bytes);
    }

    /// Notes that the last bytes were an answer.
    pub(super) fn note_answer(&mut self, kind: LargeAnswer, bytes: u64) {
        self.answers.insert(kind, SentAnswer { end: self.sent, bytes });
    }

    /// Counts bytes that the client says it has read.
    ///
    /// # Errors
    /// [`NeverSent`]; then nothing is acknowledged.
    pub(super) fn acknowledge(&mut self, bytes: u64) -> Result<(), NeverSent> {
        let excess = bytes.saturating_sub(self.bytes());
        self.tolerance = self.tolerance.checked_sub(excess).ok_or(NeverSent)?;
        self.acknowledged = self.acknowledged.saturating_add(bytes).min(self.sent);
        Ok(())
    }
}
