//! Responses that later requests can name as their previous one: in memory and, with a state file, in JSON lines that
//! survive a kill.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

#[derive(Clone, Debug)]
struct Entry {
    previous: Option<String>,
    input: Vec<Value>,
    response: Value,
    deleted: bool,
}

/// A response with its place in its chain.
#[derive(Clone, Debug)]
pub(crate) struct StoredResponse {
    pub(crate) previous: Option<String>,
    pub(crate) input: Vec<Value>,
    pub(crate) response: Value,
}

/// Completed responses by id.
#[derive(Debug, Default)]
pub(crate) struct ResponseStore {
    responses: BTreeMap<String, Entry>,
    file: Option<File>,
}

impl ResponseStore {
    /// Opens the file and reads what an earlier process stored. A last line that a kill cut off is ignored.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub(crate) fn open(path: Option<&Path>) -> io::Result<ResponseStore> {
        let mut store = ResponseStore::default();
        let Some(path) = path else { return Ok(store) };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        for line in text.lines() {
            if let Ok(line) = serde_json::from_str::<Value>(line) {
                store.take(&line);
            }
        }
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        store.file = Some(file);
        Ok(store)
    }

    /// Stores a completed response with the input that led to it.
    pub(crate) fn insert(&mut self, stored: &StoredResponse) -> io::Result<()> {
        self.write(&json!({"parent": stored.previous, "input": stored.input, "response": stored.response}))
    }

    /// Removes a response, and says whether there was one. Chains that go on from it stay whole.
    pub(crate) fn delete(&mut self, id: &str) -> io::Result<bool> {
        let known = self.find(id).is_some();
        if known {
            self.write(&json!({"deleted": id}))?;
        }
        Ok(known)
    }

    /// Makes every id unknown.
    ///
    /// # Errors
    /// When the state file cannot be truncated.
    pub(crate) fn forget(&mut self) -> io::Result<()> {
        self.responses.clear();
        self.file.as_mut().map_or(Ok(()), |file| file.set_len(0))
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Value> {
        self.responses.get(id).filter(|entry| !entry.deleted).map(|entry| &entry.response)
    }

    /// The inputs and outputs up to and including this response, oldest first. `None` when a request cannot name it as
    /// its previous one.
    pub(crate) fn chain(&self, id: &str) -> Option<Vec<Value>> {
        if self.find(id)?["status"] != "completed" {
            return None;
        }
        let mut chain = Vec::new();
        let mut next = Some(id);
        while let Some(entry) = next.and_then(|id| self.responses.get(id)) {
            chain.push(entry);
            next = entry.previous.as_deref();
        }
        let mut items = Vec::new();
        for entry in chain.iter().rev() {
            items.extend(entry.input.iter().cloned());
            items.extend(entry.response["output"].as_array().into_iter().flatten().cloned());
        }
        Some(items)
    }

    fn write(&mut self, line: &Value) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            // One write per line, so that a kill can only cut the last one.
            file.write_all(format!("{line}\n").as_bytes())?;
        }
        self.take(line);
        Ok(())
    }

    fn take(&mut self, line: &Value) {
        if let Some(entry) = line["deleted"].as_str().and_then(|id| self.responses.get_mut(id)) {
            entry.deleted = true;
        }
        if let Some(id) = line["response"]["id"].as_str() {
            let entry = Entry {
                previous: line["parent"].as_str().map(str::to_owned),
                input: line["input"].as_array().cloned().unwrap_or_default(),
                response: line["response"].clone(),
                deleted: false,
            };
            self.responses.insert(id.to_owned(), entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(previous: Option<&str>, input: &str, id: &str, text: &str) -> StoredResponse {
        let response = json!({"id": id, "status": "completed", "output": [{"text": text}]});
        StoredResponse { previous: previous.map(str::to_owned), input: vec![json!(input)], response }
    }

    #[test]
    fn a_chain_is_inputs_and_outputs_in_order_and_survives_a_cut_line() {
        let path = std::env::temp_dir().join(format!("{}.jsonl", crate::stores::fresh_id("demo-store")));
        let mut store = ResponseStore::open(Some(&path)).unwrap();
        store.insert(&stored(None, "one", "resp_1", "1")).unwrap();
        store.insert(&stored(Some("resp_1"), "two", "resp_2", "2")).unwrap();
        store.insert(&stored(Some("resp_1"), "other", "resp_3", "3")).unwrap();
        store.delete("resp_1").unwrap();
        drop(store);
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"parent\":\"resp_2\",\"inp").unwrap();

        let mut store = ResponseStore::open(Some(&path)).unwrap();
        let chain = store.chain("resp_2").unwrap();
        assert_eq!(chain, [json!("one"), json!({"text": "1"}), json!("two"), json!({"text": "2"})]);
        assert!(store.find("resp_1").is_none() && store.chain("resp_1").is_none());
        store.insert(&stored(Some("resp_2"), "three", "resp_4", "4")).unwrap();
        assert_eq!(ResponseStore::open(Some(&path)).unwrap().chain("resp_4").unwrap().len(), 6);
        store.forget().unwrap();
        assert!(ResponseStore::open(Some(&path)).unwrap().chain("resp_4").is_none());
        std::fs::remove_file(path).unwrap();
    }
}
