//! A person who asks a bot in a room of their own while the model's server fails in given ways.

use demo_model::{Fault, RecordedRequest};
use shared::{ClientFrame, ErrorCode, Event, RunState, Seq, ServerFrame};

use crate::browser::{Browser, Socket, TIMEOUT};
use crate::model_requests::Api;
use crate::received::EndedAnswer;
use crate::shared_deployment::{Room, SharedDeployment, room_name};

/// A room with one person, and the demo model of the shared deployment.
pub(crate) struct Conversation {
    pub(crate) deployment: SharedDeployment,
    pub(crate) room: String,
    pub(crate) ann: Browser,
    pub(crate) ann_socket: Socket,
    calls_seen: usize,
}

/// How an answer ended: state and code.
pub(crate) type End = (RunState, Option<ErrorCode>);

pub(crate) const DONE: End = (RunState::Done, None);
pub(crate) const CUT: End = (RunState::Interrupted, Some(ErrorCode::Cut));

impl Conversation {
    pub(crate) async fn new() -> Self {
        Self::speaking(Api::Responses).await
    }

    /// The same on the deployment of another model API.
    pub(crate) async fn speaking(api: Api) -> Self {
        let deployment = SharedDeployment::speaking(api).await;
        let (room, mut ann) = (room_name(), Browser::new(&deployment));
        let (ann_socket, _) = ann.join(&room, "Ann").await;
        let calls_seen = deployment.demo.model_calls().len();
        Self { deployment, room, ann, ann_socket, calls_seen }
    }

    /// Moves to a new room, whose bots have no chains and closed circuit breakers.
    pub(crate) async fn change_room(&mut self) {
        self.room = room_name();
        (self.ann_socket, _) = self.ann.join(&self.room, "Ann").await;
    }

    /// Another person who chats in the same room.
    pub(crate) async fn with_bystander(&self) -> Room {
        Room::named(&self.deployment, &self.room).await
    }

    /// Asks the chatbot something and waits for the answer's end.
    pub(crate) async fn ask(&mut self, text: &str) -> EndedAnswer {
        self.ask_somebody(&format!("@chatbot {text}")).await
    }

    /// Mentions one bot and waits for its answer's end.
    pub(crate) async fn ask_somebody(&mut self, text: &str) -> EndedAnswer {
        let asked = self.say(text).await;
        let ended = self.ann_socket.end().await;
        assert_eq!(ended.target, asked.next());
        ended
    }

    /// Waits for so many ends of answers; returns them by the seq of their answers.
    pub(crate) async fn ends(&mut self, count: usize) -> Vec<EndedAnswer> {
        let ends = |events: Vec<Event>| -> Vec<EndedAnswer> {
            let ends = events.into_iter().filter_map(|event| match event {
                Event::Ended(ended) => Some(EndedAnswer::from(ended)),
                _ => None,
            });
            ends.collect()
        };
        let mut found = Vec::new();
        while found.len() < count {
            if let Ok(ServerFrame::Events { events }) = self.ann_socket.next().await {
                found.extend(ends(events));
            }
        }
        found.sort_by_key(|ended| ended.target);
        found
    }

    /// Every event up to this seq.
    pub(crate) async fn events_until(&mut self, place: Seq) -> Vec<Event> {
        let mut events = self.ann_socket.events();
        while events.last().map(Event::seq) < Some(place) {
            if let Err(code) = self.ann_socket.next().await {
                panic!("closed with {code}");
            }
            events = self.ann_socket.events();
        }
        events
    }

    /// Asks the chatbot something.
    pub(crate) async fn begin(&mut self, text: &str) -> Seq {
        self.say(&format!("@chatbot {text}")).await
    }

    /// Sends a message as soon as the rate limit allows it.
    pub(crate) async fn say(&mut self, text: &str) -> Seq {
        // The burst is thirty messages, and some tests send more.
        loop {
            match self.ann_socket.try_say(&self.ann.nonce(), Seq::ZERO, text).await {
                Ok(seq) => return seq,
                Err((ErrorCode::SlowDown, Some(wait))) => {
                    tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
                }
                Err(refused) => panic!("{refused:?}"),
            }
        }
    }

    /// Asks while the server injects a fault; returns the end, the text and the number of requests.
    pub(crate) async fn ask_with_fault(&mut self, fault: Fault) -> (End, String, usize) {
        self.calls();
        self.deployment.demo.queue_answer("one two three");
        self.deployment.demo.inject_fault(fault);
        let ended = self.ask("what do you say?").await;
        // A queued answer that was not used must not be the next one.
        self.deployment.demo.reset();
        (end(&ended), ended.text, self.calls().len())
    }

    /// The requests to models since the last call of this function.
    pub(crate) fn calls(&mut self) -> Vec<RecordedRequest> {
        let all = self.deployment.demo.model_calls();
        let new = all.get(self.calls_seen..).unwrap_or_default().to_vec();
        self.calls_seen = all.len();
        new
    }

    /// Asks once more and expects a normal answer.
    pub(crate) async fn expect_normal_answer(&mut self) {
        self.calls();
        self.deployment.demo.queue_answer("all is well");
        let ended = self.ask("are you well?").await;
        assert_eq!((end(&ended), ended.text.as_str()), (DONE, "all is well"));
        assert_eq!(self.calls().len(), 1);
    }

    /// Stops an answer and waits for its end.
    pub(crate) async fn stop(&mut self, run: Seq) -> EndedAnswer {
        self.ann_socket.send(&ClientFrame::Stop { run }).await;
        self.ann_socket.end().await
    }

    /// Waits until the last request has this outcome at the model's server.
    pub(crate) async fn last_ended(&self, ending: demo_model::Outcome) {
        let last = |all: &[RecordedRequest]| {
            all.iter().rfind(|seen| seen.endpoint.is_model_call()).map(|seen| seen.outcome)
        };
        let is_so = |all: &[RecordedRequest]| last(all) == Some(ending);
        let all = self.deployment.demo.wait_for(TIMEOUT, is_so).await;
        assert!(is_so(&all), "{:?}", all.last());
    }

    /// Waits for the first delta of an answer.
    pub(crate) async fn text_comes(&mut self, run: Seq) {
        self.ann_socket
            .find(|frame| match frame {
                ServerFrame::Deltas { deltas } => deltas.iter().find(|delta| delta.run == run).map(drop),
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

/// How an answer ended: state and code.
pub(crate) fn end(ended: &EndedAnswer) -> End {
    (ended.answer.state, ended.answer.code)
}
