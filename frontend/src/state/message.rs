//! One message of the timeline as signals. A delta of a streaming answer changes the signal of the answer's last block
//! and no other, so one paragraph is drawn again and everything else keeps its DOM nodes.

use client::{ItemKey, ItemState, PartialCard, Permissions, TimelineItem};
use leptos::prelude::*;
use markdown::{Block, StreamingParser, parse_message};
use shared::{Answer, Author, Card, Millis, Moderation, Reaction, RunState, Seq, ToolUse, Vote};

/// Everything about a message except its text and its neighbours.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MessageInfo {
    pub(crate) seq: Option<Seq>,
    pub(crate) at: Millis,
    pub(crate) author: Author,
    pub(crate) state: ItemState,
    pub(crate) mine: bool,
    pub(crate) reply_to: Option<Seq>,
    pub(crate) answer: Option<Answer>,
    pub(crate) position: Option<usize>,
    pub(crate) chain_rebuilt: bool,
    pub(crate) tool_uses: Vec<ToolUse>,
    pub(crate) making: Option<PartialCard>,
    pub(crate) votes: Vec<Vote>,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) edited: bool,
    pub(crate) deleted: bool,
    /// Which of the answers to its question is shown, and how many there are.
    pub(crate) page: (usize, usize),
    pub(crate) rights: Permissions,
}

/// How a message relates to the one above it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Placement {
    /// It is the first of its day and stands below a heading.
    pub(crate) starts_day: bool,
    /// The same author wrote the message above a moment ago, so the name is not repeated.
    pub(crate) continues_author: bool,
    /// It is the first that the reader has not seen yet.
    pub(crate) starts_unread: bool,
    /// It answers the message above, so it needs no quote.
    pub(crate) answers_previous: bool,
}

/// What the views of a message watch. Each block is a signal of its own, identified by its index, so a block that did
/// not change keeps its nodes and with them the reader's selection.
#[derive(Clone)]
pub(crate) struct MessageSignals {
    pub(crate) key: ItemKey,
    pub(crate) info: ArcRwSignal<MessageInfo>,
    pub(crate) blocks: ArcRwSignal<Vec<ArcRwSignal<Block>>>,
    pub(crate) placement: ArcRwSignal<Placement>,
    /// What owners and operators did after this message and before the next.
    pub(crate) acts_below: ArcRwSignal<Vec<Moderation>>,
}

/// A message's signals with the state they are updated from, which only the session holds.
pub(crate) struct TrackedMessage {
    pub(crate) signals: MessageSignals,
    text: String,
    stream: StreamingParser,
    /// The ids of the blocks on screen.
    block_ids: Vec<u64>,
    is_finished: bool,
}

impl MessageInfo {
    fn of(row: &TimelineItem<'_>) -> Self {
        Self {
            seq: row.seq,
            at: row.at,
            author: row.author.clone(),
            state: row.state,
            mine: row.mine,
            reply_to: row.reply_to,
            answer: row.answer.cloned(),
            position: row.position,
            chain_rebuilt: row.chain_rebuilt,
            tool_uses: row.tool_uses.to_vec(),
            making: row.partial_card,
            votes: row.votes.clone(),
            reactions: row.reactions.clone(),
            edited: row.edited,
            deleted: row.deleted,
            page: row.page,
            rights: row.permissions,
        }
    }

    /// The card to show instead of the text.
    pub(crate) fn card(&self) -> Option<&Card> {
        self.answer.as_ref().filter(|_| !self.deleted)?.card.as_ref()
    }

    /// The state of the run that writes this answer; `None` for a person's message.
    pub(crate) fn run(&self) -> Option<RunState> {
        match self.state {
            ItemState::Answer(run) => Some(run),
            ItemState::Pending | ItemState::Sent | ItemState::Failed { .. } => None,
        }
    }
}

impl TrackedMessage {
    pub(crate) fn new(row: &TimelineItem<'_>) -> Self {
        let signals = MessageSignals {
            key: row.key.clone(),
            info: ArcRwSignal::new(MessageInfo::of(row)),
            blocks: ArcRwSignal::new(Vec::new()),
            placement: ArcRwSignal::new(Placement::default()),
            acts_below: ArcRwSignal::new(Vec::new()),
        };
        let mut message = Self {
            signals,
            text: String::new(),
            stream: StreamingParser::default(),
            block_ids: Vec::new(),
            is_finished: false,
        };
        message.set_text(row);
        message
    }

    /// Whether the text on screen is outdated because the message was edited or deleted, or another answer
    /// is shown in its place.
    pub(crate) fn is_rewritten(&self, row: &TimelineItem<'_>) -> bool {
        // A text that streams is no other one, and that of a card is not shown.
        let is_fixed = row.answer.is_none_or(|answer| self.is_finished && answer.card.is_none());
        row.deleted != self.signals.info.read_untracked().deleted || (is_fixed && row.text != self.text)
    }

    /// Updates the signals that differ. Returns the former state of the run if that has changed.
    pub(crate) fn update(&mut self, row: &TimelineItem<'_>) -> Option<RunState> {
        let info = MessageInfo::of(row);
        let before = self.signals.info.get_untracked();
        if before != info {
            self.signals.info.set(info.clone());
        }
        self.set_text(row);
        before.run().filter(|run| Some(*run) != info.run())
    }

    fn set_text(&mut self, row: &TimelineItem<'_>) {
        match row.state {
            ItemState::Answer(run) => {
                let is_card = row.answer.is_some_and(|answer| answer.card.is_some());
                self.set_answer(if is_card { "" } else { row.text }, run.is_end());
            }
            ItemState::Pending | ItemState::Sent | ItemState::Failed { .. } => self.set_plain(row.text),
        }
    }

    fn set_plain(&mut self, text: &str) {
        if self.text == text {
            return;
        }
        text.clone_into(&mut self.text);
        let mut signals = self.signals.blocks.get_untracked();
        let (blocks, shown) = (parse_message(text), signals.len());
        for (index, block) in blocks.iter().enumerate() {
            show_block(&mut signals, index, block);
        }
        signals.truncate(blocks.len());
        if signals.len() != shown {
            self.signals.blocks.set(signals);
        }
    }

    fn set_answer(&mut self, text: &str, is_end: bool) {
        if is_end == self.is_finished && self.text == text {
            return;
        }
        text.clone_into(&mut self.text);
        self.stream.set_text(text);
        if is_end {
            self.stream.finish();
        }
        self.is_finished = is_end;
        self.show_blocks();
    }

    fn show_blocks(&mut self) {
        let mut signals = self.signals.blocks.get_untracked();
        let shown = signals.len();
        let blocks = self.stream.blocks();
        for (index, (id, block)) in blocks.iter().enumerate() {
            // A block that has its id is finished.
            if self.block_ids.get(index) != Some(id) || signals.get(index).is_none() {
                show_block(&mut signals, index, block);
            }
        }
        signals.truncate(blocks.len());
        self.block_ids = blocks.iter().map(|(id, _)| *id).collect();
        if signals.len() != shown {
            self.signals.blocks.set(signals);
        }
    }
}

/// Sets the signal of a block if it differs; a new block gets a signal of its own.
fn show_block(signals: &mut Vec<ArcRwSignal<Block>>, index: usize, block: &Block) {
    match signals.get(index) {
        Some(signal) if signal.with_untracked(|shown| shown == block) => {}
        Some(signal) => signal.set(block.clone()),
        None => signals.push(ArcRwSignal::new(block.clone())),
    }
}
