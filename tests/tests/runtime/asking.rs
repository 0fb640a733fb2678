//! Somebody who asks the bot again and again while the model's server misbehaves.

use demo_model::{Fault, RecordedRequest};
use shared::{AnswerEnd, ClientFrame, ErrorCode, Event, RunState, Seq, ServerFrame};

use crate::api::Api;
use crate::guest::{Guest, Room, room_name};
use crate::person::{PATIENCE, Socket, Visitor};

/// A room with one person in it, and the demo model of the shared product.
pub(crate) struct Asking {
    pub(crate) stage: Guest,
    pub(crate) room: String,
    pub(crate) ann: Visitor,
    pub(crate) at_ann: Socket,
    tool_uses: usize,
}

/// How an answer ended.
pub(crate) type End = (RunState, Option<ErrorCode>);

pub(crate) const DONE: End = (RunState::Done, None);
pub(crate) const CUT: End = (RunState::Interrupted, Some(ErrorCode::Cut));

impl Asking {
    /// A new room.
    pub(crate) async fn new() -> Self {
        Self::speaking(Api::Responses).await
    }

    /// The same where the models' server speaks another API.
    pub(crate) async fn speaking(api: Api) -> Self {
        let stage = Guest::speaking(api).await;
        let (room, mut ann) = (room_name(), Visitor::new(&stage));
        let (at_ann, _) = ann.join(&room, "Ann").await;
        let looked = stage.demo.model_calls().len();
        Self { stage, room, ann, at_ann, tool_uses: looked }
    }

    /// Goes on in a new room: its bots remember nothing, not even that their server refused them.
    pub(crate) async fn moves(&mut self) {
        self.room = room_name();
        (self.at_ann, _) = self.ann.join(&self.room, "Ann").await;
    }

    /// Somebody who talks on in the same room.
    pub(crate) async fn beside(&self) -> Room {
        Room::named(&self.stage, &self.room).await
    }

    /// Asks the chatbot something and waits for the answer's end.
    pub(crate) async fn ask(&mut self, text: &str) -> AnswerEnd {
        self.ask_somebody(&format!("@chatbot {text}")).await
    }

    /// Says something that calls one bot, and waits for the answer's end.
    pub(crate) async fn ask_somebody(&mut self, text: &str) -> AnswerEnd {
        let asked = self.say(text).await;
        let ended = self.at_ann.end().await;
        assert_eq!(ended.target, asked.next());
        ended
    }

    /// Waits for so many answers' ends, and says them in the order of their places. Several may be told at once.
    pub(crate) async fn ends(&mut self, count: usize) -> Vec<AnswerEnd> {
        let ends = |events: Vec<Event>| -> Vec<AnswerEnd> {
            let ends = events.into_iter().filter_map(|event| match event {
                Event::Ended(ended) => Some(ended),
                _ => None,
            });
            ends.collect()
        };
        let mut found = Vec::new();
        while found.len() < count {
            if let Ok(ServerFrame::Events { events }) = self.at_ann.next().await {
                found.extend(ends(events));
            }
        }
        found.sort_by_key(|ended| ended.target);
        found
    }

    /// Every event that was told up to this place.
    pub(crate) async fn told_until(&mut self, place: Seq) -> Vec<Event> {
        let mut events = self.at_ann.events();
        while events.last().map(Event::seq) < Some(place) {
            if let Err(code) = self.at_ann.next().await {
                panic!("closed with {code}");
            }
            events = self.at_ann.events();
        }
        events
    }

    /// Asks the chatbot something.
    pub(crate) async fn begin(&mut self, text: &str) -> Seq {
        self.say(&format!("@chatbot {text}")).await
    }

    /// Says something, as soon as it may be said.
    pub(crate) async fn say(&mut self, text: &str) -> Seq {
        // Thirty at once, and more than that is said in one test.
        loop {
            match self.at_ann.try_say(&self.ann.nonce(), Seq::ZERO, text).await {
                Ok(seq) => return seq,
                Err((ErrorCode::SlowDown, Some(wait))) => {
                    tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
                }
                Err(refused) => panic!("{refused:?}"),
            }
        }
    }

    /// Asks something of a server that does this, and tells how it ended, with which text, after how many requests.
    pub(crate) async fn under(&mut self, fault: Fault) -> (End, String, usize) {
        self.calls();
        self.stage.demo.queue_answer("one two three");
        self.stage.demo.inject_fault(fault);
        let ended = self.ask("what do you say?").await;
        // What was prepared for an answer that never came is not for the next one.
        self.stage.demo.reset();
        (end(&ended), ended.text, self.calls().len())
    }

    /// The questions to a model since the last look.
    pub(crate) fn calls(&mut self) -> Vec<RecordedRequest> {
        let all = self.stage.demo.model_calls();
        let new = all.get(self.tool_uses..).unwrap_or_default().to_vec();
        self.tool_uses = all.len();
        new
    }

    /// The next question is answered as ever.
    pub(crate) async fn is_well(&mut self) {
        self.calls();
        self.stage.demo.queue_answer("all is well");
        let ended = self.ask("are you well?").await;
        assert_eq!((end(&ended), ended.text.as_str()), (DONE, "all is well"));
        assert_eq!(self.calls().len(), 1);
    }

    /// Stops an answer and waits for its end.
    pub(crate) async fn stop(&mut self, run: Seq) -> AnswerEnd {
        self.at_ann.send(&ClientFrame::Stop { run }).await;
        self.at_ann.end().await
    }

    /// Waits until the last question has ended so at the model's server.
    pub(crate) async fn last_ended(&self, ending: demo_model::Outcome) {
        let last = |all: &[RecordedRequest]| {
            all.iter().rfind(|seen| seen.endpoint.is_model_call()).map(|seen| seen.outcome)
        };
        let is_so = |all: &[RecordedRequest]| last(all) == Some(ending);
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
pub(crate) fn end(ended: &AnswerEnd) -> End {
    (ended.answer.state, ended.answer.code)
}
