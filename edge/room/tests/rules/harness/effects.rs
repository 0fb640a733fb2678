//! Carries out effects as the Worker's shell does.

use room::{Effect, Input, OnFailure, RawFrame, SocketId};
use shared::{ClientFrame, ErrorCode, Nonce, ServerFrame, limits};

use super::{Harness, printing};

impl Harness {
    pub(super) fn carry_out(&mut self, effects: Vec<Effect>) {
        let kinds: Vec<&str> = effects.iter().map(kind).collect();
        assert!(!kinds.iter().skip(1).any(|kind| *kind == "store"), "the store is first and one: {kinds:?}");
        self.effect_kinds = kinds;
        for effect in effects {
            match effect {
                Effect::Store { writes, on_failure } => {
                    if self.failing_stores == 0 {
                        self.storage.apply(&writes).unwrap();
                        continue;
                    }
                    self.failing_stores -= 1;
                    if on_failure != OnFailure::Ignore {
                        return self.recover(on_failure);
                    }
                }
                Effect::SaveAttachment(attachment) => {
                    let tab =
                        self.tabs.values_mut().find(|tab| tab.is_open && tab.socket == attachment.socket);
                    tab.into_iter().for_each(|tab| tab.attachment = attachment.clone());
                }
                Effect::Send { socket, text } => self.deliver(&[socket], &text),
                Effect::Broadcast { sockets, text } => self.deliver(&sockets, &text),
                Effect::Close { socket, why } => {
                    let mut name = "an older socket";
                    let mut open = self.tabs.iter_mut().filter(|(_, tab)| tab.is_open);
                    if let Some((known, tab)) = open.find(|(_, tab)| tab.socket == socket) {
                        tab.is_open = false;
                        tab.closed = Some(why);
                        name = known;
                    }
                    self.lines.push(format!("{name} is closed {}", why.code()));
                }
                Effect::StartCall(call) => {
                    let record = &self.storage.runs[&call.run];
                    assert_eq!(record.calls, call.call_number, "a call is recorded before it is made");
                    self.lines.push(format!("call {}.{} {}", call.run, call.call_number, call.bot));
                    let (run, call_number) = (call.run, call.call_number);
                    self.tasks.insert((run, call_number));
                    if !self.is_moderating {
                        self.inbox.push_back(Input::CallSent { run, call_number });
                    }
                    self.calls.push(*call);
                }
                Effect::AbortCall { run, call_number } => {
                    if self.tasks.remove(&(run, call_number)) {
                        self.lines.push(format!("abort {run}.{call_number}"));
                    }
                }
                Effect::ReserveBudget { run, call_number, micros, address, .. } => {
                    self.reservations.push((run, call_number, micros));
                    self.addresses.push(address);
                }
                Effect::SettleClaim { run, call_number, micros } => {
                    self.settlements.push((run, call_number, micros));
                    if self.confirms_settlements {
                        self.inbox.push_back(Input::ClaimSettled { run, call_number });
                    }
                }
                Effect::FetchWeather(weather) => self.weather_requests.push(weather),
                Effect::DeleteResponse { id, .. } => self.deletion_requests.push(id),
                Effect::ListReport(report) => self.listed_reports.push(report),
                Effect::Push(push) => self.pushes.push(*push),
                Effect::RemoveRoom => self.is_removed = true,
                Effect::LogWarning(_) => {}
            }
        }
    }

    fn recover(&mut self, on_failure: OnFailure) {
        self.surviving_calls = self.room.take().map(|room| room.active_calls()).unwrap_or_default();
        if let OnFailure::Refuse { socket, nonce } = on_failure {
            self.refuse(socket, nonce);
        }
        self.wake();
    }

    pub(super) fn refuse(&mut self, socket: SocketId, nonce: Option<Nonce>) {
        let refused = ServerFrame::Refused {
            nonce,
            code: ErrorCode::TryLater,
            retry_after_ms: Some(1_000),
            fields: Vec::new(),
        };
        self.deliver(&[socket], &refused.encode());
    }

    fn deliver(&mut self, sockets: &[SocketId], text: &str) {
        let mut names = Vec::new();
        for (name, tab) in &mut self.tabs {
            if sockets.contains(&tab.socket) && tab.is_open {
                names.push(name.as_str());
                tab.unread += text.len() as u64;
                tab.view.read(text);
            }
        }
        if !names.is_empty() {
            let names = names.join(" ");
            for line in printing::frame(text, &mut self.names) {
                self.lines.push(format!("{names} < {line}"));
            }
        }
    }

    pub(super) fn acknowledge(&mut self) {
        for tab in self.tabs.values_mut().filter(|tab| tab.is_open && tab.acknowledges) {
            if tab.unread >= limits::ACK_BYTES {
                let frame =
                    RawFrame::Text(ClientFrame::Ack { bytes: std::mem::take(&mut tab.unread) }.encode());
                self.inbox.push_back(Input::Received { socket: tab.socket, frame });
            }
        }
    }
}

fn kind(effect: &Effect) -> &'static str {
    match effect {
        Effect::Store { .. } => "store",
        Effect::SaveAttachment(_) => "save attachment",
        Effect::Send { .. } => "send",
        Effect::Broadcast { .. } => "broadcast",
        Effect::Close { .. } => "close",
        Effect::StartCall(_) => "call",
        Effect::AbortCall { .. } => "abort",
        Effect::ReserveBudget { .. } => "reserve",
        Effect::SettleClaim { .. } => "settle",
        Effect::FetchWeather(_) => "weather",
        Effect::DeleteResponse { .. } => "forget",
        Effect::ListReport(_) => "list report",
        Effect::Push(_) => "push",
        Effect::RemoveRoom => "remove",
        Effect::LogWarning(_) => "note",
    }
}
