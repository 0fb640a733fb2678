//! One message on the screen, as signals. A piece of an answer touches the last block of its own line and nothing else.

use client::{ItemKey, ItemState, PartialCard, Permissions, TimelineItem};
use leptos::prelude::*;
use markdown::{Block, StreamingParser, parse_plain};
use shared::{Answer, Author, Card, Millis, RunState, Seq, ToolUse, Vote};

/// Everything about a message but its words and its neighbours.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
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
    pub(crate) edited: bool,
    pub(crate) deleted: bool,
    pub(crate) rights: Permissions,
}

/// How a message stands to the one above it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Placement {
    /// It is the first of its day.
    pub(crate) begins_day: bool,
    /// It goes on where the same author stopped a moment ago.
    pub(crate) continues: bool,
    /// It answers the very message above, so it needs no quotation.
    pub(crate) answers_above: bool,
}

/// What a view watches. Blocks are signals by their position, so a block that did not change keeps its nodes and with
/// them the reader's selection.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) key: ItemKey,
    pub(crate) shape: ArcRwSignal<Shape>,
    pub(crate) blocks: ArcRwSignal<Vec<ArcRwSignal<Block>>>,
    pub(crate) placement: ArcRwSignal<Placement>,
}

/// A line with what it is made from, which only the session holds.
pub(crate) struct Source {
    pub(crate) line: Line,
    /// The newest order that it is in.
    pub(crate) order: u32,
    text: String,
    stream: StreamingParser,
    /// The ids of the blocks on the screen.
    ids: Vec<u64>,
    is_finished: bool,
}

impl Shape {
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
            edited: row.edited,
            deleted: row.deleted,
            rights: row.permissions,
        }
    }

    /// The card to be shown instead of the words.
    pub(crate) fn card(&self) -> Option<&Card> {
        self.answer.as_ref().filter(|_| !self.deleted)?.card.as_ref()
    }

    /// Where an answer stands; `None` for a person's message.
    pub(crate) fn run(&self) -> Option<RunState> {
        match self.state {
            ItemState::Answer(run) => Some(run),
            ItemState::Pending | ItemState::Sent | ItemState::Failed { .. } => None,
        }
    }
}

impl Source {
    /// A message that was not on the screen.
    pub(crate) fn new(row: &TimelineItem<'_>) -> Self {
        let line = Line {
            key: row.key.clone(),
            shape: ArcRwSignal::new(Shape::of(row)),
            blocks: ArcRwSignal::new(Vec::new()),
            placement: ArcRwSignal::new(Placement::default()),
        };
        let mut source = Self {
            line,
            order: 0,
            text: String::new(),
            stream: StreamingParser::default(),
            ids: Vec::new(),
            is_finished: false,
        };
        source.set_text(row);
        source
    }

    /// Whether the row no longer says what is on the screen: it was deleted, or its author found other words.
    pub(crate) fn is_rewritten(&self, row: &TimelineItem<'_>) -> bool {
        let is_answer = row.answer.is_some();
        row.deleted != self.line.shape.read_untracked().deleted || (!is_answer && row.text != self.text)
    }

    /// Shows the row as it is now. Returns where an answer stood before, if that has changed.
    pub(crate) fn update(&mut self, row: &TimelineItem<'_>) -> Option<RunState> {
        let shape = Shape::of(row);
        let before = self.line.shape.get_untracked();
        if before != shape {
            self.line.shape.set(shape.clone());
        }
        self.set_text(row);
        before.run().filter(|run| Some(*run) != shape.run())
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
        let block = Block::Paragraph(parse_plain(text));
        let shown = self.line.blocks.get_untracked();
        match shown.first() {
            Some(signal) => signal.set(block),
            None => self.line.blocks.set(vec![ArcRwSignal::new(block)]),
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
        let mut signals = self.line.blocks.get_untracked();
        let shown = signals.len();
        let blocks = self.stream.blocks();
        for (index, (id, block)) in blocks.iter().enumerate() {
            match signals.get(index) {
                Some(_) if self.ids.get(index) == Some(id) => {}
                Some(signal) if signal.with_untracked(|shown| shown == block) => {}
                Some(signal) => signal.set(block.clone()),
                None => signals.push(ArcRwSignal::new(block.clone())),
            }
        }
        signals.truncate(blocks.len());
        self.ids = blocks.iter().map(|(id, _)| *id).collect();
        if signals.len() != shown {
            self.line.blocks.set(signals);
        }
    }
}
