//! The ledger's tables: one row for each open claim, one for each address that has spent something today, and one of sums.

use room::Ledger;
use room::ledger::{Claim, LedgerWrite, OpenClaim, SpentSums};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use worker::State;
use worker::js_sys::{Array, JsString, Reflect};

use crate::runtime::DurableStorage;

/// `ledger` holds the sums; before there were other tables it held the whole ledger as one text.
const CREATE_TABLES: &str = "
    CREATE TABLE IF NOT EXISTS ledger (id INTEGER PRIMARY KEY, data TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS claims (claim TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS addresses (address TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID";
const SELECT_OLD_BOOK: &str = "SELECT '' AS key, data FROM ledger WHERE id = 1";
const DELETE_OLD_BOOK: &str = "DELETE FROM ledger WHERE id = 1";
const SELECT_SUMS: &str = "SELECT '' AS key, data FROM ledger WHERE id = 2";
const SET_SUMS: &str = "INSERT OR REPLACE INTO ledger (id, data) VALUES (2, ?)";
const SELECT_CLAIMS: &str = "SELECT claim AS key, data FROM claims";
const SET_CLAIM: &str = "INSERT OR REPLACE INTO claims (claim, data) VALUES (?, ?)";
const DELETE_CLAIM: &str = "DELETE FROM claims WHERE claim = ?";
const SELECT_ADDRESSES: &str = "SELECT address AS key, data FROM addresses";
const SET_ADDRESS: &str = "INSERT OR REPLACE INTO addresses (address, data) VALUES (?, ?)";
const DELETE_ADDRESS: &str = "DELETE FROM addresses WHERE address = ?";

pub(super) struct LedgerStorage {
    storage: DurableStorage,
}

impl LedgerStorage {
    /// Nothing is read yet.
    pub(super) fn new(state: &State) -> Self {
        let storage = state.as_raw().storage().map_or(JsValue::UNDEFINED, JsValue::from);
        Self { storage: storage.unchecked_into() }
    }

    /// Reads the ledger, and replaces its former form by rows.
    ///
    /// # Errors
    /// When a row cannot be read: an empty ledger instead would grant every budget again.
    pub(super) fn read(&self) -> Result<Ledger, JsValue> {
        self.exec(CREATE_TABLES, &[])?;
        if let Some((_, text)) = self.rows(SELECT_OLD_BOOK)?.into_iter().next() {
            let mut ledger = Ledger::from_old_book(&text).map_err(|_| unreadable())?;
            let writes = ledger.take_writes();
            self.transaction(|| {
                self.exec(DELETE_OLD_BOOK, &[])?;
                writes.iter().try_for_each(|write| self.write(write))
            })?;
            return Ok(ledger);
        }
        let sums: Option<SpentSums> =
            self.rows(SELECT_SUMS)?.first().map(|(_, data)| decode(data)).transpose()?;
        let claims: Result<Vec<(Claim, OpenClaim)>, JsValue> = self
            .rows(SELECT_CLAIMS)?
            .iter()
            .map(|(claim, data)| Ok((decode(claim)?, decode(data)?)))
            .collect();
        let addresses: Result<Vec<(String, SpentSums)>, JsValue> = self
            .rows(SELECT_ADDRESSES)?
            .into_iter()
            .map(|(address, data)| Ok((address, decode(&data)?)))
            .collect();
        Ok(Ledger::restore(sums.unwrap_or_default(), claims?, addresses?))
    }

    /// Stores what changed in one transaction, or nothing.
    pub(super) fn apply(&self, writes: &[LedgerWrite]) -> Result<(), JsValue> {
        match writes {
            [] => Ok(()),
            // A single statement is a transaction of its own.
            [write] => self.write(write),
            writes => self.transaction(|| writes.iter().try_for_each(|write| self.write(write))),
        }
    }

    fn write(&self, write: &LedgerWrite) -> Result<(), JsValue> {
        match write {
            LedgerWrite::Sums(sums) => self.exec(SET_SUMS, &[encode(sums)?]),
            LedgerWrite::Claim(claim, open) => self.exec(SET_CLAIM, &[encode(claim)?, encode(open)?]),
            LedgerWrite::ClaimClosed(claim) => self.exec(DELETE_CLAIM, &[encode(claim)?]),
            LedgerWrite::Address(address, sums) => {
                self.exec(SET_ADDRESS, &[address.as_str().into(), encode(sums)?])
            }
            LedgerWrite::AddressForgotten(address) => self.exec(DELETE_ADDRESS, &[address.as_str().into()]),
        }
        .map(drop)
    }

    fn rows(&self, statement: &str) -> Result<Vec<(String, String)>, JsValue> {
        let found = self.exec(statement, &[])?;
        let column = |row: &JsValue, name: &str| {
            Reflect::get(row, &JsValue::from_str(name))?.as_string().ok_or_else(unreadable)
        };
        found.iter().map(|row| Ok((column(&row, "key")?, column(&row, "data")?))).collect()
    }

    fn exec(&self, statement: &str, values: &[JsValue]) -> Result<Array, JsValue> {
        let values: Array = values.iter().collect();
        self.storage.sql()?.exec(&JsString::from(statement), &values)?.to_array()
    }

    fn transaction(&self, body: impl Fn() -> Result<(), JsValue>) -> Result<(), JsValue> {
        self.storage.transaction_sync(&mut || body()).map(drop)
    }
}

fn encode(record: &impl Serialize) -> Result<JsValue, JsValue> {
    serde_json::to_string(record).map(JsValue::from).map_err(|_| unreadable())
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, JsValue> {
    serde_json::from_str(text).map_err(|_| unreadable())
}

fn unreadable() -> JsValue {
    JsValue::from_str("a row of the ledger has another form than expected")
}
