//! Somebody who asks the bot again and again while the model's server misbehaves.

use shared::{ClientFrame, Code, Ended, Event, RunState, Seq, ServerFrame};
use tests::demo::{Fault, Seen};

use crate::guest::{Guest, room_name};
use crate::person::{PATIENCE, Socket, Visitor};

/// A room with one person in it, and the demo model of the shared product.
pub(crate) struct Asking {
    pub(crate) stage: Guest,
    pub(crate) room: String,
    pub(crate) ann: Visitor,
    pub(crate) at_ann: Socket,
    looked: usize,
}

/// How an answer ended.
pub(crate) type End = (RunState, Option<Code>);

pub(crate) const DONE: End = (RunState::Done, None);
pub(crate) const CUT: End = (RunState::Interrupted, Some(Code::Cut));

impl Asking {
    /// A new room.
    pub(crate) async fn new() -> Self {
        let stage = Guest::new().await;
        let (room, mut ann) = (room_name(), Visitor::new(&stage));
        let (at_ann, _) = ann.join(&room, "Ann").await;
        let looked = stage.demo.requests().len();
        Self { stage, room, ann, at_ann, looked }
    }

    /// Asks something and waits for the answer's end.
    pub(crate) async fn ask(&mut self, text: &str) -> Ended {
        let asked = self.begin(text).await;
        let ended = self.at_ann.end().await;
        assert_eq!(ended.target, asked.next());
        ended
    }

    /// Asks something.
    pub(crate) async fn begin(&mut self, text: &str) -> Seq {
        // Thirty at once, and more questions than that are asked in one test.
        let asking = format!("@chatbot {text}");
        loop {
            match self.at_ann.try_say(&self.ann.nonce(), Seq::ZERO, &asking).await {
                Ok(seq) => return seq,
                Err((Code::SlowDown, Some(wait))) => {
                    tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
                }
                Err(refused) => panic!("{refused:?}"),
            }
        }
    }

    /// Asks something of a server that does this, and tells how it ended, with which text, after how many requests.
    pub(crate) async fn under(&mut self, fault: Fault) -> (End, String, usize) {
        self.calls();
        self.stage.demo.say("one two three");
        self.stage.demo.script(fault);
        let ended = self.ask("what do you say?").await;
        // What was prepared for an answer that never came is not for the next one.
        self.stage.demo.reset();
        (end(&ended), ended.text, self.calls().len())
    }

    /// The requests since the last look.
    pub(crate) fn calls(&mut self) -> Vec<Seen> {
        let all = self.stage.demo.requests();
        let new = all.get(self.looked..).unwrap_or_default().to_vec();
        self.looked = all.len();
        new
    }

    /// The next question is answered as ever.
    pub(crate) async fn is_well(&mut self) {
        self.calls();
        self.stage.demo.say("all is well");
        let ended = self.ask("are you well?").await;
        assert_eq!((end(&ended), ended.text.as_str()), (DONE, "all is well"));
        assert_eq!(self.calls().len(), 1);
    }

    /// Stops an answer and waits for its end.
    pub(crate) async fn stop(&mut self, run: Seq) -> Ended {
        self.at_ann.send(&ClientFrame::Stop { run }).await;
        self.at_ann.end().await
    }

    /// Waits until the last request has ended so at the model's server.
    pub(crate) async fn last_ended(&self, ending: tests::demo::Ending) {
        let is_so = |all: &[Seen]| all.last().is_some_and(|seen| seen.ending == ending);
        let all = self.stage.demo.wait_for(PATIENCE, is_so).await;
        assert!(is_so(&all), "{:?}", all.last());
    }

    /// Waits for text of an answer.
    pub(crate) async fn text_comes(&mut self, run: Seq) {
        self.at_ann
            .find(|frame| match frame {
                ServerFrame::Delta { run: of, .. } if *of == run => Some(()),
                ServerFrame::Events { events } => {
                    let ended = events.iter().find(|event| matches!(event, Event::Ended(_)));
                    assert!(ended.is_none(), "{ended:?}");
                    None
                }
                _ => None,
            })
            .await;
    }
}

/// How an answer ended.
pub(crate) fn end(ended: &Ended) -> End {
    (ended.answer.state, ended.answer.code)
}
