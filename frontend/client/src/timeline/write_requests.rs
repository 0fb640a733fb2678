//! Write requests besides `say`: regenerate, choose, edit, delete, vote, change a card, react, save and remove bots. They live in memory only: after a
//! reload the person sees what came of them and asks again if nothing did.
//!
//! The effect of a request on a message is shown at once, but for a change of a card. It stays until the log says the same, and is taken back when the
//! room refuses.

use std::collections::BTreeSet;
use std::sync::Arc;

use shared::frame::You;
use shared::{ClientFrame, Epoch, ErrorCode, Event, Nonce, PersonId, Seq};

/// A refusal of the room that belongs to a nonce.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    pub(crate) retry_after_ms: Option<u64>,
}

/// One write request. Its frame is the same for every attempt, so that the room executes it once.
#[derive(Debug)]
struct WriteRequest {
    frame: Arc<ClientFrame>,
    epoch: Epoch,
    person: PersonId,
    state: RequestState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RequestState {
    Unanswered,
    /// The room has written it at this position. It stays until the log has reached it.
    Accepted(Seq),
}

/// The text of an edit that the room refused.
#[derive(Debug)]
struct RefusedEdit {
    message: Seq,
    text: String,
}

/// All write requests in their order.
#[derive(Debug, Default)]
pub(super) struct WriteRequests {
    requests: Vec<WriteRequest>,
    /// The newest refused edit.
    refused_edit: Option<RefusedEdit>,
    /// Positions at which the room has written something of this person's, until the log has reached them.
    own: BTreeSet<Seq>,
}

impl WriteRequests {
    /// Adds a request of this person in this sequence space. Returns false for a nonce that was used before.
    pub(super) fn add(&mut self, frame: Arc<ClientFrame>, epoch: Epoch, person: PersonId) -> bool {
        let is_known = self.requests.iter().any(|request| request.frame.nonce() == frame.nonce());
        if !is_known {
            if self.refused_edit.as_ref().map(|edit| edit.message) == target(&frame) {
                self.refused_edit = None;
            }
            let state = RequestState::Unanswered;
            self.requests.push(WriteRequest { frame, epoch, person, state });
        }
        !is_known
    }

    /// Marks a request as accepted. Returns its frame; `None` if it is not one of these or was answered before.
    pub(super) fn accepted(&mut self, nonce: &Nonce, seq: Seq) -> Option<Arc<ClientFrame>> {
        self.own.insert(seq);
        let request = self.requests.iter_mut().find(|request| request.awaits(nonce))?;
        request.state = RequestState::Accepted(seq);
        Some(Arc::clone(&request.frame))
    }

    /// Removes a refused request. Returns its frame; `None` if it is not one of these or was answered before.
    pub(super) fn refused(&mut self, nonce: &Nonce) -> Option<Arc<ClientFrame>> {
        let index = self.requests.iter().position(|request| request.awaits(nonce))?;
        let frame = self.requests.remove(index).frame;
        if let ClientFrame::Edit { seq, text, .. } = &*frame {
            self.refused_edit = Some(RefusedEdit { message: *seq, text: text.clone() });
        }
        Some(frame)
    }

    /// Removes accepted requests that the log has reached. Returns the messages to show again: of two changes of one's own
    /// the log may hold another as the last.
    pub(super) fn log_reached(&mut self, position: Option<Seq>) -> Vec<Seq> {
        self.own.retain(|seq| Some(*seq) > position);
        self.remove(|request| matches!(request.state, RequestState::Accepted(seq) if Some(seq) <= position))
    }

    /// Removes requests of another sequence space and of another person. Returns the messages to show again.
    pub(super) fn welcomed(&mut self, epoch: &Epoch, person: &PersonId) -> Vec<Seq> {
        self.own.clear();
        self.remove(|request| request.epoch != *epoch || request.person != *person)
    }

    /// Names this person as the voter where the room has accepted the vote as theirs, from this tab or another one. In a secret poll
    /// events do not tell whose a vote is.
    pub(super) fn name_own_voter(&self, event: &mut Event, you: Option<&You>) {
        if let (Event::Voted { seq, person, .. }, Some(you)) = (event, you)
            && self.own.contains(seq)
        {
            person.clone_from(&you.id);
        }
    }

    /// Returns the frames to send on a new socket.
    pub(super) fn unanswered(&self) -> impl Iterator<Item = &ClientFrame> {
        let unanswered = self.requests.iter().filter(|request| request.state == RequestState::Unanswered);
        unanswered.map(|request| &*request.frame)
    }

    /// Whether a bot is being saved.
    pub(super) fn is_saving_bot(&self) -> bool {
        self.requests.iter().any(|request| matches!(*request.frame, ClientFrame::SetBot { .. }))
    }

    /// Returns the new text of a message that the person has edited.
    pub(super) fn edit(&self, message: Seq) -> Option<&str> {
        self.frames_for(message).find_map(|frame| match frame {
            ClientFrame::Edit { text, .. } => Some(text.as_str()),
            _ => None,
        })
    }

    /// Returns the text of the newest refused edit, if it was of this message.
    pub(super) fn refused_edit(&self, message: Seq) -> Option<&str> {
        let edit = self.refused_edit.as_ref().filter(|edit| edit.message == message)?;
        Some(&edit.text)
    }

    /// Whether the person has deleted a message.
    pub(super) fn deletes(&self, message: Seq) -> bool {
        self.frames_for(message).any(|frame| matches!(frame, ClientFrame::Delete { .. }))
    }

    /// Returns the person's votes in a poll; an empty list if they took them back.
    pub(super) fn votes(&self, message: Seq) -> Option<&[usize]> {
        self.frames_for(message).find_map(|frame| match frame {
            ClientFrame::Vote { options, .. } => Some(options.as_slice()),
            _ => None,
        })
    }

    /// Returns the person's changes of their reactions to a message, in their order.
    pub(super) fn reactions(&self, message: Seq) -> impl Iterator<Item = (&str, bool)> {
        self.requests.iter().filter_map(move |request| match &*request.frame {
            ClientFrame::React { seq, emoji, on, .. } if *seq == message => Some((emoji.as_str(), *on)),
            _ => None,
        })
    }

    /// Returns the requests that change a message, the newest first.
    fn frames_for(&self, message: Seq) -> impl Iterator<Item = &ClientFrame> {
        let frames = self.requests.iter().rev().map(|request| &*request.frame);
        frames.filter(move |frame| target(frame) == Some(message))
    }

    /// Removes requests and returns the messages that they changed.
    fn remove(&mut self, is_removed: impl Fn(&WriteRequest) -> bool) -> Vec<Seq> {
        let mut changed = Vec::new();
        self.requests.retain(|request| {
            let is_removed = is_removed(request);
            if is_removed {
                changed.extend(target(&request.frame));
            }
            !is_removed
        });
        changed
    }
}

impl WriteRequest {
    fn awaits(&self, nonce: &Nonce) -> bool {
        self.state == RequestState::Unanswered && self.frame.nonce() == Some(nonce)
    }
}

/// Returns the message that a frame changes.
pub(super) fn target(frame: &ClientFrame) -> Option<Seq> {
    match frame {
        ClientFrame::Edit { seq, .. }
        | ClientFrame::Delete { seq, .. }
        | ClientFrame::Vote { seq, .. }
        | ClientFrame::ChangeCard { seq, .. }
        | ClientFrame::React { seq, .. } => Some(*seq),
        _ => None,
    }
}
