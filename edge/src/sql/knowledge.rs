//! The knowledge of custom bots: a row for each passage, searched by `instr`.

use room::knowledge::{Passage, PassageHits, words};
use room::{KnowledgeStorage, StorageError};
use wasm_bindgen::JsValue;

use super::schema;
use super::store::{Store, encode, storage_error};

impl KnowledgeStorage for Store {
    fn search_passages(&self, bot: &str, needles: &[String]) -> Result<Vec<PassageHits>, StorageError> {
        let values = [encode(&needles).map_err(storage_error)?, bot.into()];
        let found: Option<Vec<(u32, String, Vec<usize>)>> =
            self.query_first(schema::SEARCH_PASSAGES, &values)?;
        let hits = |(number, title, found)| PassageHits { number, title, found };
        Ok(found.unwrap_or_default().into_iter().map(hits).collect())
    }

    fn passages(&self, bot: &str, numbers: Option<&[u32]>) -> Result<Vec<(u32, Passage)>, StorageError> {
        let found: Vec<(u32, String, String)> = match numbers {
            None => self.query(schema::SELECT_PASSAGES, &[bot.into()])?,
            Some(numbers) => {
                let values = [bot.into(), encode(&numbers).map_err(storage_error)?];
                self.query(schema::SELECT_PASSAGES_BY_NUMBER, &values)?
            }
        };
        Ok(found.into_iter().map(|(number, title, text)| (number, Passage { title, text })).collect())
    }
}

impl Store {
    /// Replaces the knowledge of a bot.
    pub(super) fn write_knowledge(&self, bot: &str, passages: &[Passage]) -> Result<(), JsValue> {
        self.exec(schema::DELETE_KNOWLEDGE, &[bot.into()])?;
        if passages.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> =
            passages.iter().map(|passage| (&passage.title, &passage.text, words(passage))).collect();
        self.exec(schema::INSERT_KNOWLEDGE, &[bot.into(), encode(&rows)?]).map(drop)
    }
}
