//! Questions that were asked again and not answered yet. They live in memory only: after a reload the person sees whether
//! a new answer came, and asks once more if not.

use shared::{ClientFrame, Epoch, Nonce, Seq};

/// One such question. Its frame is the same for every attempt, so that it is asked once.
#[derive(Debug)]
struct Regeneration {
    nonce: Nonce,
    epoch: Epoch,
    after: Seq,
    run: Seq,
}

/// All of them, in their order.
#[derive(Debug, Default)]
pub(crate) struct Regenerations {
    waiting: Vec<Regeneration>,
}

impl Regenerations {
    /// Takes one, and gives its frame.
    pub(crate) fn add(&mut self, nonce: Nonce, epoch: Epoch, after: Seq, run: Seq) -> ClientFrame {
        let regeneration = Regeneration { nonce, epoch, after, run };
        let frame = regeneration.frame();
        self.waiting.push(regeneration);
        frame
    }

    /// Accepted or refused: either way nothing is left to do. False: it is not one of these.
    pub(crate) fn answered(&mut self, nonce: &Nonce) -> bool {
        let count = self.waiting.len();
        self.waiting.retain(|regeneration| regeneration.nonce != *nonce);
        self.waiting.len() != count
    }

    /// The frames to send on a new socket. Places of another numbering mean nothing, so those questions go.
    pub(crate) fn again(&mut self, epoch: &Epoch) -> Vec<ClientFrame> {
        self.waiting.retain(|regeneration| regeneration.epoch == *epoch);
        self.waiting.iter().map(Regeneration::frame).collect()
    }
}

impl Regeneration {
    fn frame(&self) -> ClientFrame {
        ClientFrame::Regenerate { nonce: self.nonce.clone(), after: self.after, run: self.run }
    }
}
