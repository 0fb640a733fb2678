//! The knowledge of custom bots, in memory.

use super::MemoryStorage;
use crate::knowledge::{Passage, PassageHits, search};
use crate::storage::{KnowledgeStorage, StorageError, Write};

impl MemoryStorage {
    /// Stores what a bot knows, or removes it, also with the bot.
    pub(super) fn write_knowledge(&mut self, write: &Write) {
        match write {
            Write::BotRemoved(handle) => {
                self.bots.remove(handle);
                self.knowledge.remove(handle);
            }
            Write::Knowledge { bot, passages } if passages.is_empty() => drop(self.knowledge.remove(bot)),
            Write::Knowledge { bot, passages } => drop(self.knowledge.insert(bot.clone(), passages.clone())),
            _ => {}
        }
    }
}

impl KnowledgeStorage for MemoryStorage {
    fn search_passages(&self, bot: &str, needles: &[String]) -> Result<Vec<PassageHits>, StorageError> {
        let passages = self.knowledge.get(bot).map(Vec::as_slice).unwrap_or_default();
        self.read(passages.len(), search(passages, needles))
    }

    fn passages(&self, bot: &str, numbers: Option<&[u32]>) -> Result<Vec<(u32, Passage)>, StorageError> {
        let passages = self.knowledge.get(bot).into_iter().flatten().cloned();
        let is_asked_for =
            |(number, _): &(u32, Passage)| numbers.is_none_or(|numbers| numbers.contains(number));
        let found: Vec<_> = (0..).zip(passages).filter(is_asked_for).collect();
        found.iter().for_each(|(_, passage)| self.count_bytes(passage.text.len()));
        self.read(found.len(), found)
    }
}
