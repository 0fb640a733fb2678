//! Counts the bytes read since the last `ack`. The room bounds what it keeps unread for each socket (promise G11), and reading an
//! `ack` costs it as much as reading a message, so they are few.

use shared::Millis;
use shared::limits::{ACK_BYTES, ACK_MS};

/// The count of one socket.
#[derive(Debug, Default)]
pub(super) struct Acknowledgement {
    bytes: u64,
    sent_at: Option<Millis>,
}

impl Acknowledgement {
    /// Counts a frame. Returns the number of bytes to acknowledge once it is worth a frame of its own.
    pub(super) fn count(&mut self, now: Millis, frame: &str) -> Option<u64> {
        self.bytes = self.bytes.saturating_add(frame.len() as u64);
        let is_recent = self.sent_at.is_some_and(|at| now >= at && now.since(at) < ACK_MS);
        let least = if is_recent { ACK_BYTES * 2 } else { ACK_BYTES };
        if self.bytes < least {
            return None;
        }
        self.sent_at = Some(now);
        Some(std::mem::take(&mut self.bytes))
    }
}
