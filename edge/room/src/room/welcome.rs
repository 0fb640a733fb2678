//! Answers a `hello` with a `welcome`, which brings the client up to date.

use shared::frame::{Resume, Welcome, You};
use shared::{CloseCode, Limits, Person, PersonId, ServerFrame, TabId, limits};

use super::Subjects;
use crate::attachment::SocketId;
use crate::context::Context;
use crate::messages::history::{self, CatchUp};
use crate::messages::reports;
use crate::presence::{Handshake, LargeAnswer, ReadCheck};
use crate::storage::StorageError;

impl Subjects<'_> {
    /// Handles a `hello`. It is always answered with a `welcome`, also where its nickname is refused, or the socket is closed:
    /// because a newer one has its tab, the log cannot be read, or too much was read for this person.
    pub(super) fn hello(
        &mut self,
        cx: &mut Context<'_>,
        socket: SocketId,
        tab: TabId,
        nickname: Option<&str>,
        resume: Option<&Resume>,
    ) {
        let rows = rows_to_read(cx, resume);
        if !matches!(self.presence.check_read(cx, socket, LargeAnswer::Welcome, rows), ReadCheck::Read) {
            return;
        }
        let Handshake::Welcome(id) = self.presence.hello(cx, socket, tab, nickname) else { return };
        self.push.note_nickname(cx, self.presence, &id);
        let (people, beyond) = self.presence.people_to_tell(cx);
        match self.welcome(cx, socket, id, people, resume) {
            Ok(welcome) => {
                let count = welcome.count;
                let welcome = ServerFrame::Welcome(Box::new(welcome));
                self.presence.answer(cx, socket, LargeAnswer::Welcome, &welcome);
                cx.fanout.welcomed();
                if cx.administration.count_reported() > 0
                    && self.presence.sockets_with_powers(cx).contains(&socket)
                {
                    reports::tell_count_to(cx, self.presence, socket);
                }
                if !beyond.is_empty() {
                    let rest = ServerFrame::People { joined: beyond, left: Vec::new(), count, all: false };
                    self.presence.send(cx, socket, &rest);
                }
            }
            Err(error) => {
                cx.warn(format!(
                    "failed to read the log for a welcome: {error}; the socket is closed and connects again"
                ));
                self.presence.close(cx, socket, CloseCode::Reset);
            }
        }
    }

    fn welcome(
        &self,
        cx: &Context<'_>,
        socket: SocketId,
        id: PersonId,
        people: Vec<Person>,
        resume: Option<&Resume>,
    ) -> Result<Welcome, StorageError> {
        let (recovered, messages, more, events) = match history::catch_up(cx, &id, resume)? {
            CatchUp::Events(events) => (true, Vec::new(), false, events),
            CatchUp::Snapshot(page) => (false, page.messages, page.more, Vec::new()),
        };
        // Those before the first message belong to a page that nobody has asked for yet.
        let first = messages.first().filter(|_| more).map_or(cx.log.oldest(), |message| message.seq);
        let acts = if recovered { Vec::new() } else { cx.administration.acts_from(first) };
        let roster = self.presence.roster();
        let you = You {
            owner: cx.log.owner() == Some(&id),
            operator: roster.socket(socket).is_some_and(|state| state.attachment.visitor.is_operator(cx.now)),
            muted_until: cx.administration.muted_until(&id, cx.now),
            id,
            // A tab that only reads has no name, even while its person has joined with another tab.
            name: roster.socket(socket).and_then(|state| state.attachment.name.clone()),
        };
        let bots = cx.config.bots.iter();
        Ok(Welcome {
            you,
            room: cx.log.room_name().clone(),
            now: cx.now,
            epoch: cx.log.epoch().clone(),
            head: cx.log.head(),
            oldest: cx.log.oldest(),
            recovered,
            messages,
            more,
            events,
            acts,
            people,
            count: roster.count_people(),
            bots: bots.map(|bot| bot.view(self.runs.chain_tokens(&bot.handle))).collect(),
            runs: self.runs.statuses(cx.config),
            limits: Limits::default(),
            settings: cx.log.settings().clone(),
            private: cx.log.record().private,
            demo: cx.config.demo,
        })
    }
}

/// About how many rows a `welcome` reads: the events that were missed, or the newest messages.
fn rows_to_read(cx: &Context<'_>, resume: Option<&Resume>) -> u64 {
    let missed = resume
        .filter(|resume| resume.epoch == cx.log.epoch().as_str())
        .and_then(|resume| u64::try_from(resume.after).ok())
        .map(|after| cx.log.head().0.saturating_sub(after))
        .filter(|missed| *missed <= limits::RESUME_EVENTS);
    missed.unwrap_or(limits::WELCOME_MESSAGES as u64)
}
