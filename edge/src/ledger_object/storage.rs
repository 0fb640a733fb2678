//! The ledger's tables: one row for each open lease, one for each address that has spent something today, and one of sums; what was
//! used by day, room, model and address; the operator's changes; reported messages.

use room::Ledger;
use room::ledger::{Claim, LedgerWrite, OpenClaim, SpentSums, UsageKind, UsageRow};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::Millis;
use shared::limits::{OPERATOR_REPORTS, OPERATOR_REPORTS_PER_ROOM, REPORT_AGE_MS};
use shared::operator::{NamedUsage, Overrides, ReportList, ReportRow};
use wasm_bindgen::{JsCast, JsValue};
use worker::State;
use worker::js_sys::{Array, JsString, Reflect};

use crate::runtime::{DurableStorage, js_number};

/// `ledger` holds the sums; before there were other tables it held the whole ledger as one text.
const CREATE_TABLES: &str = "
    CREATE TABLE IF NOT EXISTS ledger (id INTEGER PRIMARY KEY, data TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS claims (claim TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS addresses (address TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS usage (
        day INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, calls INTEGER NOT NULL, micros INTEGER NOT NULL,
        PRIMARY KEY (day, kind, name)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS reports (id INTEGER PRIMARY KEY, data TEXT NOT NULL)";
const SELECT_OLD_BOOK: &str = "SELECT '' AS key, data FROM ledger WHERE id = 1";
const DELETE_OLD_BOOK: &str = "DELETE FROM ledger WHERE id = 1";
const SELECT_SUMS: &str = "SELECT '' AS key, data FROM ledger WHERE id = 2";
const SET_SUMS: &str = "INSERT OR REPLACE INTO ledger (id, data) VALUES (2, ?)";
const SELECT_OVERRIDES: &str = "SELECT '' AS key, data FROM ledger WHERE id = 3";
const SET_OVERRIDES: &str = "INSERT OR REPLACE INTO ledger (id, data) VALUES (3, ?)";
const ADD_USAGE: &str = "
    INSERT INTO usage (day, kind, name, calls, micros) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, micros = micros + excluded.micros";
const TRIM_USAGE: &str = "DELETE FROM usage WHERE day < ?";
const SELECT_BUSIEST: &str = "
    SELECT '' AS key, json_object('name', name, 'calls', calls, 'micros', micros) AS data
    FROM usage WHERE day = ? AND kind = ? ORDER BY micros DESC, calls DESC LIMIT 20";
const SELECT_MODELS: &str = "
    SELECT CAST(day AS TEXT) AS key, json_object('name', name, 'calls', calls, 'micros', micros) AS data
    FROM usage WHERE kind = ? ORDER BY day DESC, micros DESC LIMIT 1000";
const ADD_REPORT: &str = "INSERT INTO reports (data) VALUES (?)";
const DROP_REPORT: &str =
    "DELETE FROM reports WHERE json_extract(data, '$.room') = ? AND json_extract(data, '$.seq') = ?";
const TRIM_REPORTS: &str =
    "DELETE FROM reports WHERE id NOT IN (SELECT id FROM reports ORDER BY id DESC LIMIT ?)";
const TRIM_REPORTS_OF_ROOM: &str = "
    DELETE FROM reports WHERE id IN (
        SELECT id FROM reports WHERE json_extract(data, '$.room') = ? ORDER BY id DESC LIMIT -1 OFFSET ?)";
const TRIM_OLD_REPORTS: &str = "DELETE FROM reports WHERE json_extract(data, '$.at') < ?";
const SELECT_REPORTS: &str = "SELECT '' AS key, data FROM reports ORDER BY id DESC";
const COUNT_REPORTS: &str = "SELECT '' AS key, CAST(COUNT(*) AS TEXT) AS data FROM reports";
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

    /// What the operator has changed.
    pub(super) fn overrides(&self) -> Result<Overrides, JsValue> {
        let found = self.rows(SELECT_OVERRIDES)?;
        Ok(found.first().map(|(_, data)| decode(data)).transpose()?.unwrap_or_default())
    }

    pub(super) fn set_overrides(&self, overrides: &Overrides) -> Result<(), JsValue> {
        self.exec(SET_OVERRIDES, &[encode(overrides)?]).map(drop)
    }

    /// The rooms or addresses that cost most in a day.
    pub(super) fn busiest(&self, day: u64, kind: UsageKind) -> Result<Vec<NamedUsage>, JsValue> {
        let found = self.rows_with(SELECT_BUSIEST, &[js_number(day), kind_name(kind).into()])?;
        found.iter().map(|(_, data)| decode(data)).collect()
    }

    /// The usage of every model by day, the newest day and the dearest model first.
    pub(super) fn models(&self) -> Result<Vec<(u64, NamedUsage)>, JsValue> {
        let found = self.rows_with(SELECT_MODELS, &[kind_name(UsageKind::Model).into()])?;
        found.iter().map(|(day, data)| Ok((decode(day)?, decode(data)?))).collect()
    }

    /// Adds a report in place of an earlier one of the same message, and forgets the oldest ones beyond the limits. One that nobody
    /// makes any more is dropped.
    pub(super) fn add_report(&self, report: &ReportRow) -> Result<(), JsValue> {
        self.exec(CREATE_TABLES, &[])?;
        let count = |count: usize| js_number(u64::try_from(count).unwrap_or(u64::MAX));
        let room = JsValue::from(report.room.as_str());
        self.transaction(|| {
            self.exec(DROP_REPORT, &[room.clone(), js_number(report.seq)])?;
            if report.count > 0 {
                self.exec(ADD_REPORT, &[encode(report)?])?;
            }
            self.exec(TRIM_REPORTS_OF_ROOM, &[room.clone(), count(OPERATOR_REPORTS_PER_ROOM)])?;
            self.exec(TRIM_REPORTS, &[count(OPERATOR_REPORTS)]).map(drop)
        })
    }

    /// The reports that are not too old. Those that are, are forgotten.
    pub(super) fn reports(&self, now: Millis) -> Result<ReportList, JsValue> {
        self.exec(CREATE_TABLES, &[])?;
        self.exec(TRIM_OLD_REPORTS, &[js_number(now.0.saturating_sub(REPORT_AGE_MS))])?;
        let found = self.rows(SELECT_REPORTS)?;
        let reports: Result<Vec<ReportRow>, JsValue> = found.iter().map(|(_, data)| decode(data)).collect();
        Ok(ReportList { reports: reports? })
    }

    pub(super) fn count_reports(&self) -> Result<u64, JsValue> {
        self.rows(COUNT_REPORTS)?.first().map_or(Ok(0), |(_, count)| decode(count))
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
            LedgerWrite::Usage(UsageRow { day, kind, name, calls, micros }) => {
                let (name, kind) = (name.as_str().into(), kind_name(*kind).into());
                let values = [js_number(*day), kind, name, js_number(*calls), js_number(*micros)];
                self.exec(ADD_USAGE, &values)
            }
            LedgerWrite::TrimUsage { day } => self.exec(TRIM_USAGE, &[js_number(*day)]),
        }
        .map(drop)
    }

    fn rows(&self, statement: &str) -> Result<Vec<(String, String)>, JsValue> {
        self.rows_with(statement, &[])
    }

    fn rows_with(&self, statement: &str, values: &[JsValue]) -> Result<Vec<(String, String)>, JsValue> {
        let found = self.exec(statement, values)?;
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

fn kind_name(kind: UsageKind) -> &'static str {
    match kind {
        UsageKind::Model => "model",
        UsageKind::Room => "room",
        UsageKind::Address => "address",
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
