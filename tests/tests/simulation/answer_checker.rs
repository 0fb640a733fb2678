//! Checks the answers of the log: each has one end, says what the model said, and holds what people changed of its card.

use std::collections::{BTreeMap, BTreeSet};

use client::Input;
use models::paragraphs;
use room::{AnswerRow, Bot, RowData};
use shared::{Card, CardChange, ErrorCode, PersonId, RunState, Seq};

use crate::fixtures;
use crate::world::World;

impl World {
    /// Checks that each answer has one end and the model's text (promises G9 and G10).
    pub(crate) fn check_answers(&self) -> Result<(), String> {
        let rows = &self.shell.storage.memory.rows;
        let mut ends: BTreeMap<Seq, Vec<Seq>> = BTreeMap::new();
        for row in rows.values().filter(|row| row.data == RowData::Ended) {
            ends.entry(row.target.unwrap_or_default()).or_default().push(row.seq);
        }
        for row in rows.values() {
            let RowData::Answer(answer) = &row.data else { continue };
            let run = row.seq;
            let ends = ends.remove(&run).unwrap_or_default();
            if !answer.state.is_end() {
                return Err(format!("open: answer {run} is {:?}", answer.state));
            }
            // An answer refused by a full queue has no row for its end.
            let expected = answer.ended.into_iter().filter(|end| *end != run).collect::<Vec<_>>();
            if ends != expected || answer.ended.is_none() {
                return Err(format!("ends: answer {run} ended at {ends:?} and says {:?}", answer.ended));
            }
            let is_said = match answer.state {
                _ if answer.deleted => {
                    answer.text.is_empty() && answer.card.is_none() && answer.options.is_empty()
                }
                _ if !answer.options.is_empty() => self.are_options_said(run, answer),
                RunState::Done => self.is_what_was_said(run, answer),
                _ => answer.text.is_empty() || self.may_say(run, &answer.text),
            };
            if !is_said {
                return Err(format!("garbled: answer {run} is {:?} with {:?}", answer.state, answer.text));
            }
        }
        match ends.first_key_value() {
            Some((run, _)) => Err(format!("an end without an answer: {run}")),
            None => Ok(()),
        }
    }

    /// Whether this is a prefix of the model's text for a run: its earlier tool rounds, then the last call.
    pub(crate) fn may_say(&self, run: Seq, text: &str) -> bool {
        let mut said: Vec<&str> = Vec::new();
        for call in self.model.calls.iter().filter(|call| call.run == run && !call.is_summary) {
            let earlier = paragraphs::join(said.iter().copied());
            // Each round is a paragraph.
            let with_break = paragraphs::join([earlier.as_str(), "."]);
            let begin = with_break.strip_suffix('.').unwrap_or_default();
            if text == earlier || text.strip_prefix(begin).is_some_and(|text| call.has_said(text)) {
                return true;
            }
            if !call.tools.is_empty() {
                said.push(&call.spoken);
            }
        }
        false
    }

    /// Whether each option is the whole text of another call, and the answer's text the chosen one of them.
    fn are_options_said(&self, run: Seq, answer: &AnswerRow) -> bool {
        let calls = self.model.calls.iter().filter(|call| call.run == run && !call.is_summary);
        let texts: BTreeSet<&str> = calls.filter_map(|call| call.whole.as_deref()).collect();
        let options: BTreeSet<&str> = answer.options.iter().map(|option| option.text.as_str()).collect();
        let chosen = answer.options.get(answer.chosen).map(|option| &option.text);
        options.len() == answer.options.len() && options.is_subset(&texts) && chosen == Some(&answer.text)
    }

    /// The card of an answer after what people changed of it; `None` if that should have been refused.
    fn after_changes(&self, run: Seq, mut card: Card) -> Option<Card> {
        let mut added: Vec<(PersonId, usize)> = Vec::new();
        let rows = self.shell.storage.memory.rows.values();
        for row in rows.filter(|row| row.target == Some(run)) {
            let RowData::CardChanged(_) = row.data else { continue };
            let tried = row.nonce.as_ref().and_then(|nonce| self.history.other_writes.get(nonce));
            if let Some(Input::ChangeCard { change, .. }) = tried.map(|tried| &tried.what) {
                card.change(change.clone()).ok()?;
            }
            let Card::Poll { options, .. } = &mut card else { continue };
            match tried.map(|tried| &tried.what) {
                Some(Input::ChangeCard { change: CardChange::AddOption(_), .. }) => {
                    added.push((row.author.clone(), options.len() - 1));
                }
                Some(_) => {}
                // Their author had everything deleted, one option after the other.
                None => {
                    let (_, index) = added.remove(added.iter().position(|(by, _)| *by == row.author)?);
                    options[index] = "–".to_owned();
                }
            }
        }
        Some(card)
    }

    /// Whether this is the model's whole text, as a card where it matches the card's schema.
    fn is_what_was_said(&self, run: Seq, answer: &AnswerRow) -> bool {
        // Of further answers that said nothing new there is no option.
        let answers = fixtures::config(&self.options)
            .bots
            .iter()
            .find(|bot| bot.handle == answer.bot)
            .map(Bot::answers);
        let has_more = answers.is_none_or(|answers| answers > 1);
        let calls = || self.model.calls.iter().filter(|call| call.run == run && !call.is_summary);
        if has_more
            && answer.card.is_none()
            && calls().any(|call| call.whole.as_deref() == Some(&answer.text))
        {
            return true;
        }
        let Some(last) = calls().next_back() else { return false };
        let earlier = calls().filter(|call| !call.tools.is_empty() && call.call_number != last.call_number);
        let whole = last.whole.as_deref().unwrap_or("?");
        let said = paragraphs::join(earlier.map(|call| call.spoken.as_str()).chain([whole]));
        let kind = fixtures::config(&self.options)
            .bots
            .iter()
            .find(|bot| bot.handle == answer.bot)
            .and_then(|bot| bot.card);
        match kind.map(|kind| Card::parse(kind, whole)) {
            None => answer.card.is_none() && answer.text == said,
            Some(Err(_)) => {
                answer.card.is_none() && answer.text == said && answer.code == Some(ErrorCode::Unfit)
            }
            Some(Ok(card)) => {
                let card = self.after_changes(run, card);
                card.is_some() && answer.card == card && card.is_some_and(|card| answer.text == card.text())
            }
        }
    }
}
