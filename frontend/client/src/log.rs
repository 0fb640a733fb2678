//! What is held of the room's log: messages in their current state, answers that have not ended, the bots, and the position
//! up to which everything was applied. Unsent messages are the outbox's.

use shared::frame::{Resume, RunStatus};
use shared::{
    AnswerEnd, Author, Bot, CardKind, Epoch, Event, Message, PersonId, RunState, Seq, ToolUse, Vote,
};

use crate::effect::Out;
use crate::{Change, Key, Sorted};

/// What became of something that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It was applied, was known already, or means nothing here.
    Fine,
    /// Something before it is missing.
    Gap,
}

/// A message, and the name of its row.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) key: Key,
    pub(crate) message: Message,
}

/// An answer that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Live {
    pub(crate) state: RunState,
    pub(crate) position: Option<usize>,
    pub(crate) chain_rebuilt: bool,
    pub(crate) tool_uses: Vec<ToolUse>,
    pub(crate) card: Option<CardKind>,
    pub(crate) text: String,
}

/// The part of the log that this page holds.
#[derive(Debug, Default)]
pub(crate) struct Log {
    epoch: Option<Epoch>,
    last: Seq,
    /// The room contradicted itself about what comes after the position.
    is_doubtful: bool,
    held: Sorted<Seq, Held>,
    seqs: Sorted<Key, Seq>,
    live: Sorted<Seq, Live>,
    /// The bots are few: a list of them is smaller than one more kind of map.
    newest: Vec<(String, Seq)>,
    bots: Vec<Bot>,
}

impl Log {
    /// The last place that was applied; `None` before the first welcome.
    pub(crate) fn position(&self) -> Option<Seq> {
        self.epoch.as_ref().map(|_| self.last)
    }

    pub(crate) fn epoch(&self) -> Option<&Epoch> {
        self.epoch.as_ref()
    }

    /// The position as a hello says it; `None` asks for a fresh snapshot.
    pub(crate) fn resume(&self) -> Option<Resume> {
        let epoch = self.epoch.as_ref().filter(|_| !self.is_doubtful)?;
        Some(Resume::new(epoch, self.last))
    }

    pub(crate) fn oldest(&self) -> Option<Seq> {
        self.held.names().next().copied()
    }

    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = &Held> {
        self.held.values()
    }

    pub(crate) fn by_seq(&self, seq: Seq) -> Option<&Held> {
        self.held.get(&seq)
    }

    pub(crate) fn by_key(&self, key: &Key) -> Option<&Held> {
        self.seqs.get(key).and_then(|seq| self.held.get(seq))
    }

    pub(crate) fn bots(&self) -> &[Bot] {
        &self.bots
    }

    /// The form of a bot's answers, if they are cards.
    pub(crate) fn form(&self, bot: &str) -> Option<CardKind> {
        self.bots.iter().find(|other| other.handle == bot)?.card
    }

    pub(crate) fn live(&self, run: Seq) -> Option<&Live> {
        self.live.get(&run)
    }

    /// Whether a bot has given no newer answer than this one.
    pub(crate) fn is_newest(&self, bot: &str, run: Seq) -> bool {
        self.newest.iter().any(|(name, newest)| name == bot && *newest == run)
    }

    /// Forgets everything and starts from a snapshot.
    pub(crate) fn reset(&mut self, epoch: Epoch, head: Seq, messages: Vec<Message>, out: &mut Out) {
        let before = std::mem::take(&mut self.seqs);
        let bots = std::mem::take(&mut self.bots);
        *self = Self { epoch: Some(epoch), last: head, bots, ..Self::default() };
        for message in messages {
            self.insert(message, out);
        }
        // A name may stand for another message now, or for the same one in another state.
        for key in self.seqs.names().filter(|key| before.contains(key)) {
            out.show(Change::Row(key.clone()));
        }
        out.show(Change::Order);
    }

    /// Makes the next welcome a fresh snapshot. The position stays, as the place that new messages are written after.
    pub(crate) fn distrust(&mut self) {
        self.is_doubtful = true;
    }

    /// Takes the next row of the log.
    pub(crate) fn apply(&mut self, event: Event, out: &mut Out) -> Step {
        let seq = event.seq();
        if seq <= self.last {
            return Step::Fine;
        }
        if seq != self.last.next() {
            return Step::Gap;
        }
        self.last = seq;
        match event {
            Event::Message(message) => {
                self.insert(message, out);
                out.show(Change::Order);
            }
            Event::Ended(ended) => self.end(ended, out),
            Event::Edited { target, text, .. } => {
                if let Some(message) = self.changes(target, out).filter(|message| !message.deleted) {
                    message.text = text;
                    message.edited = true;
                }
            }
            Event::Deleted { target, .. } => {
                if let Some(message) = self.changes(target, out) {
                    blank(message);
                }
            }
            Event::Voted { target, person, option, .. } => {
                if let Some(answer) = self.changes(target, out).and_then(|message| message.answer.as_mut()) {
                    cast(&mut answer.votes, person, option);
                }
            }
            Event::BotSet { bot, .. } => self.set_bot(*bot, out),
            Event::BotGone { handle, .. } => {
                self.bots.retain(|bot| bot.handle != handle);
                out.show(Change::Bots);
            }
            Event::Unknown(_) => {}
        }
        Step::Fine
    }

    /// Takes more text of an answer: an overlap is dropped, text after a hole is not taken.
    pub(crate) fn delta(&mut self, run: Seq, offset: u64, text: &str, out: &mut Out) -> Step {
        let Some(live) = self.live.get_mut(&run) else { return Step::Fine };
        let length = live.text.len() as u64;
        if offset > length {
            return Step::Gap;
        }
        let known = usize::try_from(length.saturating_sub(offset)).unwrap_or(usize::MAX);
        if known >= text.len() {
            return Step::Fine;
        }
        // An overlap that ends inside a character is not of this text: start over from the room's own.
        let Some(more) = text.get(known..) else { return Step::Gap };
        live.text.push_str(more);
        live.state = RunState::Streaming;
        live.position = None;
        self.show(run, out);
        Step::Fine
    }

    /// Takes how an answer stands.
    pub(crate) fn run(&mut self, run: RunStatus, out: &mut Out) {
        // Below the position an answer that is not live has ended. Above it, its own row is still on its way.
        if run.state.is_end() || (run.run <= self.last && !self.live.contains(&run.run)) {
            return;
        }
        let text = self.live.remove(&run.run).map(|live| live.text).unwrap_or_default();
        let seq = run.run;
        self.live.insert(seq, Live { text, ..Live::from(run) });
        self.show(seq, out);
    }

    /// Replaces all live answers by those of a welcome.
    pub(crate) fn runs(&mut self, runs: Vec<RunStatus>, out: &mut Out) {
        let before = std::mem::take(&mut self.live);
        for run in runs {
            if !run.state.is_end() {
                self.live.insert(run.run, Live::from(run));
            }
        }
        let mut changed: Vec<Seq> = self.live.names().chain(before.names()).copied().collect();
        changed.retain(|run| self.live.get(run) != before.get(run));
        for run in changed {
            self.show(run, out);
        }
    }

    /// Takes the room's bots, all of them.
    pub(crate) fn everybot(&mut self, bots: Vec<Bot>, out: &mut Out) {
        if self.bots != bots {
            self.bots = bots;
            out.show(Change::Bots);
        }
    }

    /// A message that is held is about to change.
    fn changes(&mut self, target: Seq, out: &mut Out) -> Option<&mut Message> {
        let held = self.held.get_mut(&target)?;
        out.show(Change::Row(held.key.clone()));
        Some(&mut held.message)
    }

    fn set_bot(&mut self, bot: Bot, out: &mut Out) {
        match self.bots.iter_mut().find(|other| other.handle == bot.handle) {
            Some(other) => *other = bot,
            None => self.bots.push(bot),
        }
        out.show(Change::Bots);
    }

    /// Takes messages from before those that are held.
    pub(crate) fn prepend(&mut self, messages: Vec<Message>, out: &mut Out) {
        let oldest = self.oldest();
        for message in messages {
            if oldest.is_none_or(|oldest| message.seq < oldest) {
                self.insert(message, out);
            }
        }
        out.show(Change::Order);
    }

    fn insert(&mut self, message: Message, out: &mut Out) {
        let seq = message.seq;
        if let (Some(answer), Author::Bot { name }) = (&message.answer, &message.author) {
            if answer.state.is_end() {
                self.live.remove(&seq);
            } else {
                self.live.insert_new(seq, || Live {
                    state: answer.state,
                    position: None,
                    chain_rebuilt: answer.chain_rebuilt,
                    tool_uses: answer.tool_uses.clone(),
                    card: None,
                    text: String::new(),
                });
            }
            match self.newest.iter_mut().find(|(bot, _)| bot == name) {
                Some((_, newest)) if *newest < seq => {
                    let former = std::mem::replace(newest, seq);
                    // It may no longer be asked for again.
                    self.show(former, out);
                }
                Some(_) => {}
                None => self.newest.push((name.clone(), seq)),
            }
        }
        // Far enough apart in the log the same attempt may stand twice; then only the first has the name.
        let mut key = Key::of(&message);
        if self.seqs.get(&key).is_some_and(|other| *other != seq) {
            key = Key::Seq(seq);
        }
        self.seqs.insert(key.clone(), seq);
        self.held.insert(seq, Held { key, message });
    }

    fn end(&mut self, ended: AnswerEnd, out: &mut Out) {
        self.live.remove(&ended.target);
        let Some(message) = self.changes(ended.target, out) else { return };
        message.text = ended.text;
        message.answer = Some(ended.answer);
        if message.deleted {
            blank(message);
        }
    }

    pub(crate) fn show(&self, seq: Seq, out: &mut Out) {
        if let Some(held) = self.held.get(&seq) {
            out.show(Change::Row(held.key.clone()));
        }
    }
}

/// Leaves of a message only its place.
pub(crate) fn blank(message: &mut Message) {
    message.text.clear();
    message.deleted = true;
    if let Some(answer) = &mut message.answer {
        answer.card = None;
        answer.votes.clear();
        answer.tool_uses.clear();
    }
}

/// Replaces one person's vote by their choice now.
pub(crate) fn cast(votes: &mut Vec<Vote>, person: PersonId, choice: Option<usize>) {
    let former = votes.iter().position(|vote| vote.person == person);
    match (former, choice) {
        (Some(index), Some(option)) => {
            if let Some(vote) = votes.get_mut(index) {
                vote.option = option;
            }
        }
        (Some(index), None) => drop(votes.remove(index)),
        (None, Some(option)) => votes.push(Vote { person, option }),
        (None, None) => {}
    }
}

impl From<RunStatus> for Live {
    fn from(run: RunStatus) -> Self {
        let RunStatus { state, position, chain_rebuilt, tool_uses, card, text, .. } = run;
        Self { state, position, chain_rebuilt, tool_uses, card, text }
    }
}
