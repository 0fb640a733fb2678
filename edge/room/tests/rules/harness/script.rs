//! Reads the steps of scripts; the folder's `//!` describes them.
//!
//! A step of an answer belongs to the last call of its run.

use models::{CallEnd, FinishReason, ModelError, ModelErrorKind, ModelEvent, ToolCall};
use room::{ClaimReply, Input};
use shared::{BotDraft, CardChange, ClientFrame, Lang, Nonce, PROTOCOL_VERSION, PrivateRequest, Seq, TabId};

use super::{Harness, item};

impl Harness {
    /// Runs a script.
    pub(crate) fn run(&mut self, script: &str) -> &mut Self {
        for step in script.split("; ") {
            self.step(step);
        }
        self
    }

    fn step(&mut self, step: &str) -> &mut Self {
        let (subject, rest) = step.split_once(' ').expect(step);
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        match (subject, verb) {
            (ms, "ms") => self.pass(ms.parse().unwrap()),
            (s, "s") => self.pass(s.parse::<u64>().unwrap() * 1_000),
            ("room", "sleeps") => self.sleep(),
            ("room", "crashes") => self.crash(),
            ("store", "fails") => {
                self.failing_stores = 1;
                self
            }
            // The newest call, whose run has no short number.
            ("answer", "privately") => self.model_step(self.calls.last().unwrap().run, rest),
            ("answer", run) => self.model_step(Seq(run.parse().unwrap()), rest),
            ("ledger", reply) => self.ledger(reply),
            ("weather", "is") => self.weather_is(rest),
            ("alarm", _) => self.input(Input::Alarm { last_heard: Default::default() }),
            ("upstream", "deletes") => {
                self.input(Input::ResponseDeleted { id: rest.to_owned(), is_gone: true })
            }
            ("upstream", "keeps") => {
                self.input(Input::ResponseDeleted { id: rest.to_owned(), is_gone: false })
            }
            (name, verb) => self.page_step(name, verb, rest),
        }
    }

    fn page_step(&mut self, name: &str, verb: &str, rest: &str) -> &mut Self {
        let number = || Seq(rest.split(' ').next().unwrap().parse().unwrap());
        match (verb, rest) {
            ("connects", _) => self.connect(name),
            ("joins", "") => self.connect(name).hello(name, name.split('/').next()),
            ("joins", nickname) => {
                if !self.tabs.get(name).is_some_and(|tab| tab.is_open) {
                    self.connect(name);
                }
                self.hello(name, Some(nickname.trim_start_matches("as ")))
            }
            ("reads", _) => self.connect(name).hello(name, None),
            ("says", text) => self.say(name, text),
            ("replies", rest) => {
                let (_, text) = rest.split_once(' ').unwrap();
                let nonce = self.new_nonce();
                self.say_as(name, nonce, text, Some(number()))
            }
            ("leaves", _) => self.leave(name),
            ("returns", _) => self.reconnect(name),
            ("dies", _) => {
                self.tabs.get_mut(name).unwrap().silent_since = Some(self.now);
                self
            }
            ("stops", _) => self.send(name, &ClientFrame::Stop { run: number() }),
            ("types", _) => self.send(name, &ClientFrame::Typing { on: true }),
            ("rests", _) => self.send(name, &ClientFrame::Typing { on: false }),
            ("edits", _) => {
                let (nonce, after) = (self.new_nonce(), self.tabs[name].view.last);
                let text = rest.split_once(' ').unwrap().1.to_owned();
                self.send(name, &ClientFrame::Edit { nonce, after, seq: number(), text })
            }
            ("deletes", _) => {
                let (nonce, after) = (self.new_nonce(), self.tabs[name].view.last);
                self.send(name, &ClientFrame::Delete { nonce, after, seq: number() })
            }
            ("votes", _) => {
                let (nonce, after) = (self.new_nonce(), self.tabs[name].view.last);
                let options = rest.split(' ').skip(1).map(|option| option.parse().unwrap()).collect();
                self.send(name, &ClientFrame::Vote { nonce, after, seq: number(), options })
            }
            ("closes" | "reopens", _) => {
                self.change_card(name, number(), CardChange::Close(verb == "closes"))
            }
            ("adds", _) => {
                let option = rest.split_once(' ').unwrap().1.to_owned();
                self.change_card(name, number(), CardChange::AddOption(option))
            }
            ("resolves" | "unresolves", _) => {
                let index = rest.split_once(' ').unwrap().1.parse().unwrap();
                self.change_card(name, number(), CardChange::Resolve { index, on: verb == "resolves" })
            }
            ("reacts" | "unreacts", _) => {
                let (nonce, after) = (self.new_nonce(), self.tabs[name].view.last);
                let emoji = rest.split_once(' ').unwrap().1.to_owned();
                let frame = ClientFrame::React { nonce, after, seq: number(), emoji, on: verb == "reacts" };
                self.send(name, &frame)
            }
            ("erases", _) => self.input(Input::Erase { person: super::person(name) }),
            ("misses", _) => self.ask_privately(name, PrivateRequest::CatchUp(number())),
            ("translates", _) => self.ask_privately(name, PrivateRequest::Translation(number())),
            ("asks", "the bill") => self.send(name, &ClientFrame::Bill),
            ("asks", "the drafts") => self.send(name, &ClientFrame::Drafts),
            ("removes", handle) => {
                let (nonce, after) = (self.new_nonce(), self.tabs[name].view.last);
                self.send(name, &ClientFrame::RemoveBot { nonce, after, handle: handle.to_owned() })
            }
            ("regenerates", _) => {
                let (nonce, after) = (self.new_nonce(), self.tabs[name].view.last);
                self.send(
                    name,
                    &ClientFrame::Regenerate { nonce, after, run: number(), confirmed: rest.ends_with("!") },
                )
            }
            ("chooses", _) => {
                let (nonce, after) = (self.new_nonce(), self.tabs[name].view.last);
                let index = rest.split_once(' ').unwrap().1.parse().unwrap();
                self.send(name, &ClientFrame::Choose { nonce, after, seq: number(), index })
            }
            _ => panic!("what is {name} {verb}?"),
        }
    }

    fn change_card(&mut self, name: &str, seq: Seq, change: CardChange) -> &mut Self {
        let (nonce, after) = (self.new_nonce(), self.tabs[name].view.last);
        self.send(name, &ClientFrame::ChangeCard { nonce, after, seq, change })
    }

    fn ask_privately(&mut self, name: &str, request: PrivateRequest) -> &mut Self {
        self.send(name, &ClientFrame::AskPrivately { request, lang: Lang::Ko })
    }

    fn model_step(&mut self, run: Seq, rest: &str) -> &mut Self {
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let event = match (verb, rest) {
            ("begins", ids) => {
                let (id, previous) = ids.split_once(" after ").unzip();
                let started = |id: &str, previous: Option<&str>| ModelEvent::Started {
                    id: Some(id.to_owned()),
                    previous: previous.map(str::to_owned),
                };
                // A server that keeps state repeats the `previous_response_id` that it was sent.
                let told = self.call(run).turn.previous.clone();
                match (id, previous) {
                    (Some(id), Some("nothing")) => started(id, None),
                    (Some(id), previous) => started(id, previous),
                    (None, _) => started(ids, told.as_deref()),
                }
            }
            ("writes", text) => ModelEvent::Text(text.to_owned()),
            ("refuses", text) => ModelEvent::Refusal(text.to_owned()),
            ("ends", "") => ended(FinishReason::Complete, None),
            ("ends", text) => ended(FinishReason::Complete, Some(text.trim_start_matches("as "))),
            // `calls weather {"city":"Seoul"}`, `calls a {} | b {}`
            ("calls", calls) => {
                let call = |(index, call): (usize, &str)| {
                    let (name, arguments) = call.split_once(' ').unwrap();
                    ToolCall {
                        id: format!("call_{index}"),
                        name: name.to_owned(),
                        arguments: arguments.to_owned(),
                        signature: None,
                    }
                };
                let calls = calls.split(" | ").enumerate().map(call).collect();
                ModelEvent::Finished(CallEnd { calls, ..CallEnd::bare(FinishReason::Complete) })
            }
            // `counts 100/80/20 and ends`, or with a text
            ("counts", rest) => {
                let (counts, text) = rest.split_once(" and ends").unwrap();
                let mut counts = counts.split('/').map(|count| count.parse().unwrap());
                let mut next = || counts.next().unwrap();
                let usage = Some(shared::Usage { input: next(), cached: next(), output: next() });
                let text = text.strip_prefix(" as ").map(str::to_owned);
                ModelEvent::Finished(CallEnd { usage, text, ..CallEnd::bare(FinishReason::Complete) })
            }
            ("runs", _) => ended(FinishReason::Length, None),
            ("is", _) => {
                let usage = Some(shared::Usage { input: 100, cached: 0, output: 10 });
                ModelEvent::Finished(CallEnd { usage, ..CallEnd::bare(FinishReason::Flagged) })
            }
            ("filters", _) => ended(FinishReason::Filtered, None),
            ("declines", text) => ended(FinishReason::Refused, Some(text)),
            ("breaks", _) => ended(FinishReason::Cut, None),
            ("fails", kind) => {
                let (kind, wait) = kind.split_once(' ').unwrap_or((kind, ""));
                let retry_after_ms = wait.parse().ok();
                let (kind, note) = (fault(kind), "upstream said a secret".to_owned());
                let error =
                    ModelError { kind, retry_after_ms, status: status(kind), context_tokens: None, note };
                ended(FinishReason::Failed(error), None)
            }
            ("leaves", _) => {
                let call_number = self.call(run).call_number;
                return self.input(Input::CallSent { run, call_number });
            }
            ("breathes", _) => ModelEvent::Alive,
            _ => panic!("what is {verb:?}?"),
        };
        self.model(run, event)
    }

    /// Answers the last reservation.
    fn ledger(&mut self, reply: &str) -> &mut Self {
        let (run, call_number, _) = *self.reservations.last().expect("nobody asked the ledger");
        let resets_at = self.now.plus(60_000);
        let reply = match reply {
            "grants" => Some(ClaimReply::Granted),
            "refuses" => Some(ClaimReply::Refused { code: shared::ErrorCode::BudgetAll, resets_at }),
            _ => None,
        };
        self.input(Input::Reserved { run, call_number, reply })
    }

    /// Answers the last weather request.
    fn weather_is(&mut self, what: &str) -> &mut Self {
        let asked = self.weather_requests.last().expect("nobody asked for the weather").clone();
        let output = serde_json::json!({ "sky": what });
        self.input(Input::ToolFinished {
            run: asked.run,
            call_number: asked.call_number,
            index: asked.index,
            output,
        })
    }

    /// Adds or changes a custom bot.
    pub(crate) fn set_bot(&mut self, name: &str, draft: BotDraft) -> &mut Self {
        self.set_bot_knowing(name, draft, None)
    }

    /// Adds or changes a custom bot, and what it knows.
    pub(crate) fn set_bot_knowing(
        &mut self,
        name: &str,
        draft: BotDraft,
        knowledge: Option<&str>,
    ) -> &mut Self {
        let (nonce, after) = (self.new_nonce(), self.tabs[name].view.last);
        let knowledge = knowledge.map(str::to_owned);
        self.send(name, &ClientFrame::SetBot { nonce, after, draft: Box::new(draft), knowledge })
    }

    /// Delivers a model event of the last call of a run.
    pub(crate) fn model(&mut self, run: Seq, event: ModelEvent) -> &mut Self {
        let call_number = self.call(run).call_number;
        self.model_event(run, call_number, event)
    }

    /// Delivers a model event of any call.
    pub(crate) fn model_event(&mut self, run: Seq, call_number: u32, event: ModelEvent) -> &mut Self {
        if matches!(event, ModelEvent::Finished(_)) {
            self.tasks.remove(&(run, call_number));
        }
        self.input(Input::ModelEvent { run, call_number, event })
    }

    /// The last call of a run.
    pub(crate) fn call(&self, run: Seq) -> &room::Call {
        self.calls.iter().rev().find(|call| call.run == run).expect("no such call")
    }

    /// The turn of the last call of a run: the response that it continues, and a line for each item.
    pub(crate) fn prompt(&self, run: u64) -> String {
        let turn = &self.call(Seq(run)).turn;
        let previous =
            turn.previous.as_ref().map(|previous| format!("after {previous}\n")).unwrap_or_default();
        let lines: String = turn.input.iter().map(|one| format!("{}\n", item(one))).collect();
        format!("{previous}{lines}")
    }

    /// Sends hello on a tab's socket, resuming from the tab's position.
    pub(crate) fn hello(&mut self, name: &str, nickname: Option<&str>) -> &mut Self {
        let resume = self.tabs[name].view.resume();
        self.hello_from(name, nickname, resume)
    }

    pub(crate) fn hello_from(
        &mut self,
        name: &str,
        nickname: Option<&str>,
        resume: Option<shared::frame::Resume>,
    ) -> &mut Self {
        let tab = TabId::parse(format!("page-of-{}", name.replace('/', "-"))).unwrap();
        let nickname = nickname.map(str::to_owned);
        self.tabs.get_mut(name).unwrap().nickname.clone_from(&nickname);
        let frame = ClientFrame::Hello {
            protocol: PROTOCOL_VERSION,
            tab,
            lang: Default::default(),
            nickname,
            resume,
        };
        self.send(name, &frame)
    }

    pub(crate) fn say(&mut self, name: &str, text: &str) -> &mut Self {
        let nonce = self.new_nonce();
        self.say_as(name, nonce, text, None)
    }

    pub(crate) fn say_as(&mut self, name: &str, nonce: Nonce, text: &str, to: Option<Seq>) -> &mut Self {
        let after = self.tabs[name].view.last;
        self.say_after(name, nonce, after, text, to)
    }

    pub(crate) fn say_after(
        &mut self,
        name: &str,
        nonce: Nonce,
        after: Seq,
        text: &str,
        reply_to: Option<Seq>,
    ) -> &mut Self {
        self.send(name, &ClientFrame::Say { nonce, after, text: text.to_owned(), reply_to })
    }

    /// Closes a tab's socket.
    pub(crate) fn leave(&mut self, name: &str) -> &mut Self {
        let Some(socket) = self.socket(name) else { return self };
        self.tabs.get_mut(name).unwrap().is_open = false;
        self.input(Input::Disconnected { socket })
    }

    /// Opens another socket for a tab and resumes.
    pub(crate) fn reconnect(&mut self, name: &str) -> &mut Self {
        let nickname = self.tabs[name].nickname.clone();
        self.connect(name).hello(name, nickname.as_deref())
    }

    /// Hibernates: the room's memory is dropped, the sockets stay.
    pub(crate) fn sleep(&mut self) -> &mut Self {
        let timer = self.room.as_ref().and_then(|room| room.wakeups().timer);
        assert_eq!(timer, None, "a pending timer prevents hibernation");
        assert!(self.tasks.is_empty(), "a running call prevents hibernation");
        self.room = None;
        self
    }

    /// Drops everything that is not stored.
    pub(crate) fn crash(&mut self) -> &mut Self {
        self.room = None;
        self.tasks.clear();
        self.tabs.values_mut().for_each(|tab| tab.is_open = false);
        self.wake();
        self
    }
}

pub(crate) fn ended(finish: FinishReason, text: Option<&str>) -> ModelEvent {
    ModelEvent::Finished(CallEnd { text: text.map(str::to_owned), ..CallEnd::bare(finish) })
}

/// The HTTP status that an error of this kind comes with, unless it comes without a response.
pub(crate) fn status(kind: ModelErrorKind) -> Option<u16> {
    use ModelErrorKind::*;
    match kind {
        Timeout | Connection | InvalidResponse | Flagged | Unchecked => None,
        Overloaded => Some(503),
        _ => Some(400),
    }
}

fn fault(kind: &str) -> ModelErrorKind {
    use ModelErrorKind::*;
    let all = [
        ChainLost,
        Stateless,
        ContextTooLong,
        Unauthorized,
        Forbidden,
        NotFound,
        BadRequest,
        PolicyBlocked,
        RateLimited,
        QuotaExhausted,
        Overloaded,
        Timeout,
        Connection,
        InvalidResponse,
        Flagged,
        Unchecked,
    ];
    all.into_iter().find(|known| format!("{known:?}") == kind).expect(kind)
}
