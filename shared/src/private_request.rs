//! What people ask a bot for themselves alone.

use serde::{Deserialize, Serialize};

use crate::Seq;

/// What one person asks for. Nobody else is told of it, and it is not in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivateRequest {
    /// A summary of what was written after this place, up to now.
    CatchUp(Seq),
    /// This message in the language of the one who asks.
    Translation(Seq),
}
