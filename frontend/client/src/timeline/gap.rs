//! The error of something that cannot be applied because something before it is missing.

use thiserror::Error;

/// Events or text are missing. The client resumes, which brings them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("something before this is missing")]
pub(crate) struct Gap;
