//! Counts the bytes read since the last `ack`. The room bounds what it keeps unread for each socket (promise G11).

use shared::limits::ACK_BYTES;

/// The count of one socket.
#[derive(Debug, Default)]
pub(super) struct Acknowledgement {
    bytes: u64,
}

impl Acknowledgement {
    /// Counts a frame. Returns the number of bytes to acknowledge once it is worth a frame of its own.
    pub(super) fn count(&mut self, frame: &str) -> Option<u64> {
        self.bytes = self.bytes.saturating_add(frame.len() as u64);
        (self.bytes >= ACK_BYTES).then(|| std::mem::take(&mut self.bytes))
    }
}
