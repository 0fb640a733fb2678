//! How much was read since the last `ack`: the room bounds what it keeps unread for each socket (promise G11).

use shared::limits::ACK_BYTES;

/// The count of one socket.
#[derive(Debug, Default)]
pub(crate) struct Acknowledge {
    bytes: u64,
}

impl Acknowledge {
    /// Counts a frame, and says how much to acknowledge once that is worth a frame of its own.
    pub(crate) fn read(&mut self, frame: &str) -> Option<u64> {
        self.bytes = self.bytes.saturating_add(frame.len() as u64);
        (self.bytes >= ACK_BYTES).then(|| std::mem::take(&mut self.bytes))
    }
}
