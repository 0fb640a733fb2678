//! What a search finds.

use serde::{Deserialize, Serialize};

use crate::{Author, Millis, Seq};

/// A message or an answer that contains the words of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    pub seq: Seq,
    pub at: Millis,
    pub author: Author,
    /// The part of the text around the first match, with an ellipsis where it was cut.
    pub text: String,
}
