//! What was asked of the room besides messages, and not answered yet: asking again, editing, deleting, voting, bots. These
//! live in memory only: after a reload the person sees what came of it, and asks once more if nothing did.
//!
//! What one did to a message is shown at once. It stays shown until the log itself says it, and is taken back when the
//! room refuses.

use shared::{ClientFrame, Epoch, Nonce, PersonId, Seq};

/// One such question. Its frame is the same for every sending, so that it is done once.
#[derive(Debug)]
struct Attempt {
    frame: ClientFrame,
    epoch: Epoch,
    person: PersonId,
    /// Where the room has written it, if it has said so: then it only waits for the log.
    written: Option<Seq>,
}

/// All of them, in their order.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    waiting: Vec<Attempt>,
    /// The words that the room refused last, for which message.
    unsaved: Option<(Seq, String)>,
}

impl Attempts {
    /// Takes one, in this numbering and this person's name. False: the nonce was used before.
    pub(crate) fn add(&mut self, frame: &ClientFrame, epoch: Epoch, person: PersonId) -> bool {
        let is_known = self.waiting.iter().any(|attempt| attempt.frame.nonce() == frame.nonce());
        if !is_known {
            if self.unsaved.as_ref().map(|(seq, _)| *seq) == target(frame) {
                self.unsaved = None;
            }
            self.waiting.push(Attempt { frame: frame.clone(), epoch, person, written: None });
        }
        !is_known
    }

    /// The room wrote it. Gives what was asked; `None` if it is not one of these, or was answered before.
    pub(crate) fn accepted(&mut self, nonce: &Nonce, seq: Seq) -> Option<ClientFrame> {
        let attempt = self.waiting.iter_mut().find(|attempt| attempt.is(nonce))?;
        attempt.written = Some(seq);
        Some(attempt.frame.clone())
    }

    /// The room refused it, and nothing is left to do. Gives what was asked.
    pub(crate) fn refused(&mut self, nonce: &Nonce) -> Option<ClientFrame> {
        let index = self.waiting.iter().position(|attempt| attempt.is(nonce))?;
        let frame = self.waiting.remove(index).frame;
        if let ClientFrame::Edit { seq, text, .. } = &frame {
            self.unsaved = Some((*seq, text.clone()));
        }
        Some(frame)
    }

    /// The log was applied up to here: what was written at or before it stands there now. Gives the places of the messages
    /// that are shown as the log has them again: of two changes of one's own the log may hold another last.
    pub(crate) fn passed(&mut self, position: Option<Seq>) -> Vec<Seq> {
        let mut gone = Vec::new();
        self.waiting.retain(|attempt| {
            let is_waiting = attempt.written.is_none_or(|seq| Some(seq) > position);
            if !is_waiting {
                gone.extend(target(&attempt.frame));
            }
            is_waiting
        });
        gone
    }

    /// Forgets what means nothing any more: places of another numbering, and what another person did. Gives the places
    /// of the messages that were shown otherwise because of it.
    pub(crate) fn welcomed(&mut self, epoch: &Epoch, person: &PersonId) -> Vec<Seq> {
        let mut gone = Vec::new();
        self.waiting.retain(|attempt| {
            let is_valid = attempt.epoch == *epoch && attempt.person == *person;
            if !is_valid {
                gone.extend(target(&attempt.frame));
            }
            is_valid
        });
        gone
    }

    /// The frames to send on a new socket.
    pub(crate) fn unanswered(&self) -> impl Iterator<Item = &ClientFrame> {
        self.waiting.iter().filter(|attempt| attempt.written.is_none()).map(|attempt| &attempt.frame)
    }

    /// Whether the setting of a bot is on its way.
    pub(crate) fn sets_bot(&self) -> bool {
        self.waiting.iter().any(|attempt| matches!(attempt.frame, ClientFrame::SetBot { .. }))
    }

    /// The words that one has given to a message.
    pub(crate) fn edit(&self, message: Seq) -> Option<&str> {
        self.of(message).find_map(|frame| match frame {
            ClientFrame::Edit { text, .. } => Some(text.as_str()),
            _ => None,
        })
    }

    /// The words that one gave to a message and the room did not take.
    pub(crate) fn unsaved(&self, message: Seq) -> Option<&str> {
        self.unsaved.as_ref().filter(|(seq, _)| *seq == message).map(|(_, text)| text.as_str())
    }

    /// Whether one has deleted a message.
    pub(crate) fn deletes(&self, message: Seq) -> bool {
        self.of(message).any(|frame| matches!(frame, ClientFrame::Delete { .. }))
    }

    /// How one has voted in a poll: `Some(None)` took the vote back.
    pub(crate) fn vote(&self, message: Seq) -> Option<Option<usize>> {
        self.of(message).find_map(|frame| match frame {
            ClientFrame::Vote { option, .. } => Some(*option),
            _ => None,
        })
    }

    /// What one does to a message, the latest first.
    fn of(&self, message: Seq) -> impl Iterator<Item = &ClientFrame> {
        let frames = self.waiting.iter().rev().map(|attempt| &attempt.frame);
        frames.filter(move |frame| target(frame) == Some(message))
    }
}

impl Attempt {
    fn is(&self, nonce: &Nonce) -> bool {
        self.written.is_none() && self.frame.nonce() == Some(nonce)
    }
}

/// The message that is shown otherwise because of a frame.
pub(crate) fn target(frame: &ClientFrame) -> Option<Seq> {
    match frame {
        ClientFrame::Edit { seq, .. } | ClientFrame::Delete { seq, .. } | ClientFrame::Vote { seq, .. } => {
            Some(*seq)
        }
        _ => None,
    }
}
