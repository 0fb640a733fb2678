//! The responses that can be chained to, in memory and, if asked, in a file of JSON lines that survives a kill.

use super::steps::Kept;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::path::Path;

/// A fresh id with the prefix that the API gives to this kind of object.
pub(crate) fn fresh_id(prefix: &str) -> String {
    // RandomState is seeded by the operating system: enough to differ between restarts, with no dependency.
    let part = || RandomState::new().build_hasher().finish();
    format!("{prefix}_{:016x}{:016x}{:016x}", part(), part(), part())
}

#[derive(Clone, Debug)]
struct Stored {
    parent: Option<String>,
    input: Vec<Value>,
    response: Value,
    deleted: bool,
}

/// Completed responses by id.
#[derive(Debug, Default)]
pub(crate) struct Store {
    responses: BTreeMap<String, Stored>,
    file: Option<File>,
}

impl Store {
    /// Opens the file, reading what an earlier process kept. A last line cut by a kill is left out.
    pub(crate) fn open(path: Option<&Path>) -> io::Result<Store> {
        let mut store = Store::default();
        let Some(path) = path else { return Ok(store) };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let kept = match std::fs::read_to_string(path) {
            Ok(kept) => kept,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        for line in kept.lines() {
            if let Ok(line) = serde_json::from_str::<Value>(line) {
                store.take(&line);
            }
        }
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        if !kept.is_empty() && !kept.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        store.file = Some(file);
        Ok(store)
    }

    /// Keeps a completed response with the input that led to it.
    pub(crate) fn keep(&mut self, kept: &Kept) -> io::Result<()> {
        self.write(&json!({"parent": kept.parent, "input": kept.input, "response": kept.response}))
    }

    /// Removes a response; what was chained to it stays whole.
    pub(crate) fn delete(&mut self, id: &str) -> io::Result<bool> {
        let known = self.find(id).is_some();
        if known {
            self.write(&json!({"deleted": id}))?;
        }
        Ok(known)
    }

    /// Makes every id unknown.
    pub(crate) fn forget(&mut self) -> io::Result<()> {
        self.responses.clear();
        self.file.as_mut().map_or(Ok(()), |file| file.set_len(0))
    }

    /// The response with this id.
    pub(crate) fn find(&self, id: &str) -> Option<&Value> {
        self.responses.get(id).filter(|stored| !stored.deleted).map(|stored| &stored.response)
    }

    /// Everything said up to and including this response: inputs and outputs, oldest first. `None` when it cannot
    /// be chained to.
    pub(crate) fn chain(&self, id: &str) -> Option<Vec<Value>> {
        if self.find(id)?["status"] != "completed" {
            return None;
        }
        let mut links = Vec::new();
        let mut next = Some(id);
        while let Some(stored) = next.and_then(|id| self.responses.get(id)) {
            links.push(stored);
            next = stored.parent.as_deref();
        }
        let mut items = Vec::new();
        for stored in links.iter().rev() {
            items.extend(stored.input.iter().cloned());
            items.extend(stored.response["output"].as_array().into_iter().flatten().cloned());
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
        if let Some(stored) = line["deleted"].as_str().and_then(|id| self.responses.get_mut(id)) {
            stored.deleted = true;
        }
        if let Some(id) = line["response"]["id"].as_str() {
            let stored = Stored {
                parent: line["parent"].as_str().map(str::to_owned),
                input: line["input"].as_array().cloned().unwrap_or_default(),
                response: line["response"].clone(),
                deleted: false,
            };
            self.responses.insert(id.to_owned(), stored);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(parent: Option<&str>, input: &str, id: &str, text: &str) -> Kept {
        let response = json!({"id": id, "status": "completed", "output": [{"text": text}]});
        Kept { parent: parent.map(str::to_owned), input: vec![json!(input)], response }
    }

    #[test]
    fn a_chain_is_inputs_and_outputs_in_order_and_survives_a_cut_line() {
        let path = std::env::temp_dir().join(format!("{}.jsonl", fresh_id("demo-store")));
        let mut store = Store::open(Some(&path)).unwrap();
        store.keep(&kept(None, "one", "resp_1", "1")).unwrap();
        store.keep(&kept(Some("resp_1"), "two", "resp_2", "2")).unwrap();
        store.keep(&kept(Some("resp_1"), "other", "resp_3", "3")).unwrap();
        store.delete("resp_1").unwrap();
        drop(store);
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"parent\":\"resp_2\",\"inp").unwrap();

        let mut store = Store::open(Some(&path)).unwrap();
        let chain = store.chain("resp_2").unwrap();
        assert_eq!(chain, [json!("one"), json!({"text": "1"}), json!("two"), json!({"text": "2"})]);
        assert!(store.find("resp_1").is_none() && store.chain("resp_1").is_none());
        store.keep(&kept(Some("resp_2"), "three", "resp_4", "4")).unwrap();
        assert_eq!(Store::open(Some(&path)).unwrap().chain("resp_4").unwrap().len(), 6);
        store.forget().unwrap();
        assert!(Store::open(Some(&path)).unwrap().chain("resp_4").is_none());
        std::fs::remove_file(path).unwrap();
    }
}
