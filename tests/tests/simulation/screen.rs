//! What a tab shows: items that change only when the client says so. So a change that the client fails to report is
//! found as well as a wrong one.

use client::{Client, ItemKey, ItemState, PartialCard, Permissions, TimelineItem};
use shared::{Author, Card, Reaction, RunState, Seq, ToolUse, Vote};

/// A timeline item as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) key: ItemKey,
    pub(crate) seq: Option<Seq>,
    pub(crate) author: Author,
    pub(crate) text: String,
    pub(crate) state: ItemState,
    position: Option<usize>,
    chain_rebuilt: bool,
    rights: Permissions,
    pub(crate) edited: bool,
    pub(crate) deleted: bool,
    pub(crate) card: Option<Card>,
    pub(crate) votes: Vec<Vote>,
    pub(crate) reactions: Vec<Reaction>,
    tool_uses: Vec<ToolUse>,
    making: Option<PartialCard>,
    /// Which of the answers to its question it is, and how many there are.
    pub(crate) page: (usize, usize),
}

/// The keys of the messages: between them are those of what the owner did.
fn message_keys(client: &Client) -> Vec<ItemKey> {
    let timeline = client.timeline();
    timeline.keys().into_iter().filter(|key| timeline.moderation(key).is_none()).collect()
}

/// The items from top to bottom.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    pub(crate) rows: Vec<Shown>,
    head: Option<Seq>,
}

impl Screen {
    /// Updates the list of items. An error: two are the same or out of order.
    pub(crate) fn order(&mut self, client: &Client) -> Result<(), String> {
        let timeline = client.timeline();
        let keys = message_keys(client);
        let mut from = None;
        for (index, key) in keys.iter().enumerate() {
            let row = timeline.item(key).ok_or_else(|| format!("{key} has no row"))?;
            match self.rows.get_mut(index) {
                Some(shown) if shown.is(&row) => {}
                Some(shown) => {
                    from.get_or_insert(index);
                    *shown = Shown::from(row);
                }
                None => {
                    from.get_or_insert(index);
                    self.rows.push(Shown::from(row));
                }
            }
        }
        self.rows.truncate(keys.len());
        // Items above the first change were checked before.
        self.look(from.unwrap_or(keys.len()), timeline.is_detached())
    }

    /// Checks the items from an index on: none is doubled, they are in order, and the newest only gets newer, except where
    /// somebody reads elsewhere.
    fn look(&mut self, from: usize, is_detached: bool) -> Result<(), String> {
        let (above, below) = self.rows.split_at(from);
        let mut last = above.iter().rev().find_map(Shown::place);
        for (index, row) in below.iter().enumerate() {
            let mut others = above.iter().chain(&below[..index]);
            let is_twice = |other: &Shown| {
                let is_same = match &row.author {
                    Author::Human { id, .. } => !row.deleted && other.text == row.text && other.author.is(id),
                    Author::Bot { .. } => false,
                };
                other.key == row.key || is_same
            };
            if others.any(is_twice) {
                return Err(format!("doubled: {} {:?} is shown twice", row.key, row.text));
            }
            if row.seq.is_some() && row.place() <= last {
                return Err(format!("reordered: {:?} is shown below {last:?}", row.place()));
            }
            last = row.place().or(last);
        }
        if is_detached {
            return Ok(());
        }
        if last < self.head {
            return Err(format!("backwards: {last:?} is the newest after {:?}", self.head));
        }
        self.head = last;
        Ok(())
    }

    /// Updates one item. The client reports a removed one later.
    pub(crate) fn row(&mut self, client: &Client, key: &ItemKey) {
        let shown = self.rows.iter_mut().find(|shown| shown.key == *key);
        if let (Some(shown), Some(row)) = (shown, client.timeline().item(key)) {
            *shown = Shown::from(row);
        }
    }

    /// Checks that the screen shows what the client holds.
    pub(crate) fn check(&self, client: &Client) -> Result<(), String> {
        let held = rows(client)?;
        if let Some((shown, held)) = self.rows.iter().zip(&held).find(|(shown, held)| shown != held) {
            return Err(format!("not shown: {held:?} is shown as {shown:?}"));
        }
        if held.len() != self.rows.len() {
            return Err(format!("not shown: {} rows are held and {} shown", held.len(), self.rows.len()));
        }
        Ok(())
    }

    /// The streaming answers.
    pub(crate) fn streams(&self) -> impl Iterator<Item = (Seq, &str)> {
        let streams = |row: &&Shown| row.state == ItemState::Answer(RunState::Streaming);
        self.rows.iter().filter(streams).filter_map(|row| Some((row.seq?, row.text.as_str())))
    }
}

impl Shown {
    /// Where it is shown: an answer has the place of the first one to its question.
    pub(crate) fn place(&self) -> Option<Seq> {
        match &self.key {
            ItemKey::Seq(seq) => Some(*seq),
            ItemKey::Human { .. } => self.seq,
        }
    }

    /// Whether a timeline item is shown like this.
    fn is(&self, row: &TimelineItem<'_>) -> bool {
        self.seq == row.seq
            && self.state == row.state
            && self.text == row.text
            && self.key == row.key
            && self.author == *row.author
            && (self.position, self.chain_rebuilt) == (row.position, row.chain_rebuilt)
            && self.rights == row.permissions
            && (self.edited, self.deleted) == (row.edited, row.deleted)
            && self.card.as_ref() == row.answer.and_then(|answer| answer.card.as_ref())
            && self.votes == row.votes
            && self.reactions == row.reactions
            && self.tool_uses == row.tool_uses
            && self.making == row.partial_card
            && self.page == row.page
    }
}

impl From<TimelineItem<'_>> for Shown {
    fn from(row: TimelineItem<'_>) -> Self {
        Self {
            key: row.key,
            seq: row.seq,
            author: row.author.clone(),
            text: row.text.to_owned(),
            state: row.state,
            position: row.position,
            chain_rebuilt: row.chain_rebuilt,
            rights: row.permissions,
            edited: row.edited,
            deleted: row.deleted,
            card: row.answer.and_then(|answer| answer.card.clone()),
            votes: row.votes,
            reactions: row.reactions,
            tool_uses: row.tool_uses.to_vec(),
            making: row.partial_card,
            page: row.page,
        }
    }
}

fn rows(client: &Client) -> Result<Vec<Shown>, String> {
    let timeline = client.timeline();
    let row = |key: &ItemKey| timeline.item(key).map(Shown::from).ok_or_else(|| format!("{key} has no row"));
    message_keys(client).iter().map(row).collect()
}
