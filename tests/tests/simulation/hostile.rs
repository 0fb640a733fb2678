//! Somebody who speaks the wire directly: floods, lies about what they read, sends frames that no client sends, uses the nonces of
//! others, resumes at impossible positions, opens many sockets. They leave when all faults end; what they did must not
//! have broken a promise to anybody else.
//!
//! Their choices have a random generator of their own, so that a run without them is the same as before.

use std::collections::BTreeMap;

use client::Input;
use room::{RawFrame, Visitor};
use shared::{
    ClientFrame, Lang, Nonce, PersonId, Seq, ServerFrame,
    frame::{HistoryPlace, Resume},
    limits,
};

use crate::fixtures;
use crate::history::{OtherWrite, SentMessage};
use crate::network::Peer;
use crate::random::Random;
use crate::schedule::{Packet, SimEvent};
use crate::world::World;

/// How many sockets they try to have, which is more than a person may.
const SOCKETS: usize = limits::SOCKETS_PER_PERSON + 3;
/// Everybody hostile has this address.
const ADDRESS: &str = "address-of-hostile";
/// Frames that no client sends.
const MALFORMED: [&str; 14] = [
    "",
    "{",
    "null",
    "[]",
    "{\"type\":\"say\"}",
    "{\"type\":\"unheard_of\",\"nonce\":\"nonce-0123456789\"}",
    "{\"type\":\"hello\",\"protocol\":1,\"tab\":\"tab-01234567\"}",
    "{\"type\":\"welcome\"}",
    "{\"type\":\"ack\",\"bytes\":-1}",
    "{\"type\":\"ack\",\"bytes\":1e400}",
    "{\"type\":\"history\",\"before\":9007199254740993,\"limit\":4294967296}",
    "{\"type\":\"stop\",\"run\":\"7\"}",
    "{\"type\":\"typing\",\"on\":true,\"on\":false}",
    "{\"type\":\"say\",\"nonce\":\"\\ud800\",\"after\":0,\"text\":\"x\"}",
];

/// Somebody hostile, with two identities.
pub(crate) struct Hostile {
    random: Random,
    people: [PersonId; 2],
    links: Vec<usize>,
    /// How many bytes arrived at each of their links that they have not acknowledged.
    unread: BTreeMap<usize, u64>,
    said: u64,
}

impl Hostile {
    pub(crate) fn new(seed: u64) -> Self {
        let person = |number: u32| PersonId::parse(format!("hostile-{number}")).expect("it is a person's id");
        let random = Random::new(seed ^ 0x686f_7374_696c_6521);
        Self { random, people: [person(0), person(1)], links: Vec::new(), unread: BTreeMap::new(), said: 0 }
    }
}

impl World {
    /// Lets them do something, and schedules the next time.
    pub(crate) fn hostile_acts(&mut self) {
        if self.is_settling {
            return;
        }
        let Some(mut hostile) = self.hostile.take() else { return };
        if hostile.links.is_empty() || (hostile.links.len() < SOCKETS && hostile.random.percent(10)) {
            let person = hostile.random.pick(&hostile.people).clone();
            let link = self.connect(Peer::Hostile(person));
            hostile.links.push(link);
        } else {
            let link = *hostile.random.pick(&hostile.links);
            self.attack(&mut hostile, link);
        }
        let wait = hostile.random.between(5, 600);
        self.hostile = Some(hostile);
        self.schedule.after(wait, SimEvent::HostileActs);
    }

    fn attack(&mut self, hostile: &mut Hostile, link: usize) {
        self.history.coverage.count("hostile act");
        match hostile.random.between(0, 13) {
            0 | 1 => self.hostile_hello(hostile, link),
            2 => (0..20).for_each(|_| self.hostile_say(hostile, link)),
            3 => self.hostile_say(hostile, link),
            4 | 5 => self.hostile_says_again(hostile, link),
            6 => {
                let text = *hostile.random.pick(&MALFORMED);
                self.send_to_room(link, Packet::Text(text.into()));
            }
            7 => {
                let bytes = *hostile.random.pick(&[0, 1, 300_000, 1_000_000_000_000_000, u64::MAX]);
                self.hostile_sends(link, &ClientFrame::Ack { bytes });
            }
            8 | 9 => self.hostile_reads(hostile, link),
            10 => self.hostile_changes(hostile, link),
            11 => {
                let on = hostile.random.percent(50);
                (0..70).for_each(|_| self.hostile_sends(link, &ClientFrame::Typing { on }));
            }
            12 => {
                let frame = if hostile.random.percent(70) { RawFrame::Binary } else { RawFrame::TooLarge };
                if let Some(socket) = self.open_socket(link) {
                    self.room_input(room::Input::Received { socket, frame });
                }
            }
            _ => {
                hostile.links.retain(|other| *other != link);
                self.close_tab_end(link);
            }
        }
    }

    /// Says hello, perhaps under the name of somebody else, at a position that may be impossible.
    fn hostile_hello(&mut self, hostile: &mut Hostile, link: usize) {
        let names = ["", "system", "chatbot", "\u{202e}evil", "악당", "끝끝", "e\u{301}\u{301}\u{301}"];
        let nickname = match hostile.random.between(0, 3) {
            0 => None,
            1 => Some(hostile.random.pick(&self.people).name.clone()),
            _ => Some((*hostile.random.pick(&names)).to_owned()),
        };
        let after = *hostile.random.pick(&[-1, 0, 1, 5, i64::MAX, i64::MIN, 1 << 53, 1 << 40]);
        let epoch = self.shell.storage.memory.room.epoch.as_str().to_owned();
        let epoch = if hostile.random.percent(60) { epoch } else { "no epoch at all".to_owned() };
        let resume = hostile.random.percent(70).then_some(Resume { epoch, after });
        let tab = hostile.random.tab();
        let hello =
            ClientFrame::Hello { protocol: shared::PROTOCOL_VERSION, tab, lang: Lang::En, nickname, resume };
        self.hostile_sends(link, &hello);
    }

    fn hostile_say(&mut self, hostile: &mut Hostile, link: usize) {
        let nonce = hostile.random.nonce();
        self.hostile_says(hostile, link, nonce);
    }

    /// Writes under the nonce of somebody else, whose message may not have arrived yet.
    fn hostile_says_again(&mut self, hostile: &mut Hostile, link: usize) {
        let nonces: Vec<Nonce> = self.history.messages.keys().cloned().collect();
        if let Some(newest) = nonces.len().checked_sub(1) {
            let nonce = nonces[hostile.random.below(newest + 1)].clone();
            self.hostile_says(hostile, link, nonce);
        }
    }

    fn hostile_says(&mut self, hostile: &mut Hostile, link: usize, nonce: Nonce) {
        let Peer::Hostile(author) = self.links[link].peer.clone() else { return };
        hostile.said += 1;
        let calls = if hostile.random.percent(10) { fixtures::call(&mut hostile.random) } else { Vec::new() };
        let mentions: String = calls.iter().map(|call| format!("@{call} ")).collect();
        let text = format!("h{} {mentions} hostile", hostile.said);
        let key = (author.clone(), nonce.clone());
        // What was sent first under a nonce is what is sent again: the room may have refused it for now.
        let sent = self.history.hostile_messages.entry(key).or_insert(SentMessage {
            author,
            text,
            calls,
            accepted: None,
            is_discarded: true,
        });
        let text = sent.text.clone();
        self.hostile_sends(link, &ClientFrame::Say { nonce, after: Seq::ZERO, text, reply_to: None });
    }

    fn hostile_reads(&mut self, hostile: &mut Hostile, link: usize) {
        let before = Seq(*hostile.random.pick(&[0, 1, 7, 1 << 30, (1 << 53) - 1]));
        let limit = *hostile.random.pick(&[0, 1, 100, u32::MAX]);
        let nobody = PersonId::parse("nobody-at-all").expect("it is a person's id");
        for _ in 0..hostile.random.between(1, 30) {
            let frame = match hostile.random.between(0, 3) {
                0 => ClientFrame::History { place: HistoryPlace::Before(before), limit },
                1 => ClientFrame::People { after: Some(nobody.clone()) },
                2 => ClientFrame::Bill,
                _ => ClientFrame::Drafts,
            };
            self.hostile_sends(link, &frame);
        }
    }

    /// Changes what is not theirs. What they may change, as their own messages, is recorded.
    fn hostile_changes(&mut self, hostile: &mut Hostile, link: usize) {
        let head = self.shell.storage.memory.rows.keys().next_back().copied().unwrap_or_default();
        let seq = Seq(hostile.random.between(0, head.0 + 3));
        let (nonce, after) = (hostile.random.nonce(), Seq::ZERO);
        let (what, frame) = match hostile.random.between(0, 4) {
            0 => {
                let text = format!("changed by somebody hostile {nonce}");
                let what = Input::Edit { nonce: nonce.clone(), seq, text: text.clone() };
                (what, ClientFrame::Edit { nonce: nonce.clone(), after, seq, text })
            }
            1 => {
                let what = Input::Delete { nonce: nonce.clone(), seq };
                (what, ClientFrame::Delete { nonce: nonce.clone(), after, seq })
            }
            2 => {
                let handle = "chatbot".to_owned();
                let what = Input::RemoveBot { nonce: nonce.clone(), handle: handle.clone() };
                (what, ClientFrame::RemoveBot { nonce: nonce.clone(), after, handle })
            }
            3 => {
                let draft = Box::new(fixtures::draft(&mut hostile.random));
                let what = Input::SetBot { nonce: nonce.clone(), draft: draft.clone(), knowledge: None };
                (what, ClientFrame::SetBot { nonce: nonce.clone(), after, draft, knowledge: None })
            }
            _ => return self.hostile_sends(link, &ClientFrame::Stop { run: seq }),
        };
        self.history.other_writes.insert(nonce, OtherWrite { what, accepted: None });
        self.hostile_sends(link, &frame);
    }

    fn hostile_sends(&mut self, link: usize, frame: &ClientFrame) {
        self.send_to_room(link, Packet::Text(frame.encode().into()));
    }

    /// A packet reached one of their links. They acknowledge what they have read, now and then.
    pub(crate) fn hostile_gets(&mut self, link: usize, packet: &Packet) {
        let Some(mut hostile) = self.hostile.take() else { return };
        match packet {
            Packet::Opened => {}
            Packet::Closed(code) => {
                self.history.coverage.count(format!("hostile closed with {code}"));
                hostile.links.retain(|other| *other != link);
            }
            Packet::Text(text) => {
                if let Ok(ServerFrame::Refused { code, .. }) = ServerFrame::parse(text) {
                    self.history.coverage.count(format!("hostile refused {code:?}"));
                }
                let unread = hostile.unread.entry(link).or_default();
                *unread += text.len() as u64;
                // One in three sockets is honest about it, which keeps it open.
                if link.is_multiple_of(3) && *unread > limits::ACK_BYTES {
                    let bytes = std::mem::take(unread);
                    self.hostile_sends(link, &ClientFrame::Ack { bytes });
                }
            }
        }
        self.hostile = Some(hostile);
    }

    pub(crate) fn hostile_loses(&mut self, link: usize) {
        if let Some(hostile) = &mut self.hostile {
            hostile.links.retain(|other| *other != link);
        }
    }

    /// Ends all their connections.
    pub(crate) fn hostile_leaves(&mut self) {
        let links = self.hostile.as_mut().map(|hostile| std::mem::take(&mut hostile.links));
        links.into_iter().flatten().for_each(|link| self.socket_is_gone(link));
        let open: Vec<usize> = self.shell.sockets.values().map(|socket_state| socket_state.link).collect();
        let theirs = open.into_iter().filter(|link| matches!(self.links[*link].peer, Peer::Hostile(_)));
        let theirs: Vec<usize> = theirs.collect();
        theirs.into_iter().for_each(|link| self.socket_is_gone(link));
    }

    /// Who is behind a link.
    pub(crate) fn visitor(&self, link: usize) -> Visitor {
        match &self.links[link].peer {
            Peer::Tab(tab) => {
                let person = self.people[self.tabs[*tab].person].id.clone();
                Visitor { address: format!("address-of-{person}"), person, operator_until: None }
            }
            Peer::Hostile(person) => {
                Visitor { address: ADDRESS.to_owned(), person: person.clone(), operator_until: None }
            }
        }
    }
}
