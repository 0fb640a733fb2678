//! A room's storage: SQLite in its object, read as the room's `Log`, written in one transaction per input.
//!
//! Not here: what is written when, which is the room's business. Rows come as one JSON text each: one crossing from
//! JavaScript per row, and every integer exact. An object that was never created has no tables, and reading makes none.

use std::cell::Cell;
use std::collections::BTreeMap;

use room::{
    ChainRecord, CustomBot, LogRow, LogStorage, NicknameRecord, PeopleStorage, Period, PersonRecord,
    ResponseRecord, RoomRecord, RoomStorage, RowData, RunRecord, RunStorage, Spender, SpendingRecord,
    SpendingStorage, StorageError, Write,
};
use serde::de::DeserializeOwned;
use shared::{Epoch, Millis, Nonce, PersonId, RoomName, Seq};
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{Array, Reflect};
use worker::{Error, State, console_error};

use crate::runtime::{DurableStorage, count, number};
use crate::schema;

/// The storage of one room.
pub struct Store {
    storage: DurableStorage,
    /// The tables are known to be there. That they are not is never remembered.
    is_made: Cell<bool>,
}

/// A room to be made.
pub struct NewRoom<'a> {
    /// Its name.
    pub name: &'a RoomName,
    /// The life of its numbering.
    pub epoch: &'a str,
    /// Whose it is.
    pub owner: Option<&'a PersonId>,
    /// The digest of its key, if it is private.
    pub key_hash: Option<&'a str>,
    /// When.
    pub created: Millis,
}

/// The columns of a row of the log.
type Columns = (u64, String, u64, PersonId, Option<Nonce>, Option<u64>, String);

impl Store {
    /// The storage of an object. Nothing is read or made yet.
    pub fn new(state: &State) -> Result<Self, Error> {
        let storage = JsValue::from(state.as_raw().storage()?).unchecked_into();
        Ok(Self { storage, is_made: Cell::new(false) })
    }

    /// Makes the room: its tables and what is known of it, or nothing.
    pub fn create(&self, room: &NewRoom<'_>) -> Result<(), StorageError> {
        let created = room.created.0.to_string();
        let facts = [
            ("version", Some(schema::VERSION)),
            ("name", Some(room.name.as_str())),
            ("epoch", Some(room.epoch)),
            ("owner", room.owner.map(PersonId::as_str)),
            ("key_hash", room.key_hash),
            ("created", Some(created.as_str())),
            ("people", Some("0")),
        ];
        self.transaction(|| {
            self.exec(schema::TABLES, &[])?;
            for (key, value) in facts {
                if let Some(value) = value {
                    self.exec(schema::SET_META, &[key.into(), value.into()])?;
                }
            }
            if let Some(owner) = room.owner.filter(|_| room.key_hash.is_some()) {
                self.exec(schema::ADD_MEMBER, &[owner.as_str().into()])?;
            }
            Ok(())
        })
    }

    /// The digest of a private room's key. An open room has none.
    pub fn key_hash(&self) -> Result<Option<String>, StorageError> {
        Ok(self.meta()?.remove("key_hash"))
    }

    /// Whether somebody may enter a private room.
    pub fn is_member(&self, person: &PersonId) -> Result<bool, StorageError> {
        let found: Option<(String,)> = self.first(schema::MEMBER, &[person.as_str().into()])?;
        Ok(found.is_some())
    }

    /// Somebody may enter from now on.
    pub fn add_member(&self, person: &PersonId) -> Result<(), StorageError> {
        self.transaction(|| self.exec(schema::ADD_MEMBER, &[person.as_str().into()]).map(drop))
    }

    /// The room is no more: what was known of its tables is forgotten.
    pub fn forget(&self) {
        self.is_made.set(false);
    }

    /// Writes all or nothing.
    pub fn apply(&self, writes: &[Write]) -> Result<(), StorageError> {
        self.transaction(|| writes.iter().try_for_each(|write| self.write(write)))
    }

    fn write(&self, write: &Write) -> Result<(), JsValue> {
        let (statement, values): (_, Vec<JsValue>) = match write {
            Write::Append(row) => {
                let values = vec![
                    number(row.seq.0),
                    row.data.kind().into(),
                    number(row.at.0),
                    row.author.as_str().into(),
                    row.nonce.as_ref().map_or(JsValue::NULL, |nonce| nonce.as_str().into()),
                    row.target.map_or(JsValue::NULL, |target| number(target.0)),
                    row.data.encode().into(),
                ];
                (schema::APPEND, values)
            }
            Write::Rewrite { seq, data } => {
                (schema::REWRITE, vec![data.kind().into(), data.encode().into(), number(seq.0)])
            }
            Write::Run(run) => (schema::SET_RUN, vec![number(run.run.0), encode(run)?]),
            Write::RunEnded(run) => (schema::END_RUN, vec![number(run.0)]),
            Write::Chain(chain) => (schema::SET_CHAIN, vec![chain.bot.as_str().into(), encode(chain)?]),
            Write::Response(ResponseRecord { id, bot, run, deletion_pending, tries }) => {
                let (doomed, tries) = (number(u64::from(*deletion_pending)), number(u64::from(*tries)));
                (schema::ADD_RESPONSE, vec![id.into(), bot.into(), number(run.0), doomed, tries])
            }
            Write::MarkResponsesForDeletion { after } => (schema::DOOM, vec![number(after.0)]),
            Write::ResponseDeletionFailed(id) => (schema::RESPONSE_TRIED, vec![id.into()]),
            Write::ResponseDeleted(id) => (schema::RESPONSE_GONE, vec![id.into()]),
            Write::Bot(bot) => (schema::SET_BOT, vec![bot.draft.handle.as_str().into(), encode(bot)?]),
            Write::BotRemoved(handle) => (schema::DROP_BOT, vec![handle.into()]),
            Write::TrimSpending { day, hour } => {
                let (day, hour) = (Period::Day(*day).as_str(), Period::Hour(*hour).as_str());
                (schema::TRIM_SPENDS, vec![day.into(), hour.into()])
            }
            Write::Spending(spend) => {
                let data = encode(&(spend.totals, spend.charged))?;
                (schema::SET_SPEND, vec![spend.spender.as_str().into(), spend.period.as_str().into(), data])
            }
            Write::Person(person) => {
                let count = number(person.number.into());
                self.exec(schema::COUNT_PEOPLE, std::slice::from_ref(&count))?;
                (schema::SET_PERSON, vec![person.id.as_str().into(), count])
            }
            Write::Nickname(name) => (
                schema::SET_NAME,
                vec![name.key.as_str().into(), name.person.as_str().into(), number(name.seen.0)],
            ),
            Write::Trim { through } => (schema::TRIM, vec![number(through.0)]),
        };
        self.exec(statement, &values).map(drop)
    }

    fn transaction(&self, body: impl Fn() -> Result<(), JsValue>) -> Result<(), StorageError> {
        self.storage.transaction_sync(&mut || body()).map(drop).map_err(failure)
    }

    fn exec(&self, statements: &str, values: &[JsValue]) -> Result<crate::runtime::Cursor, JsValue> {
        let array = Array::new();
        for value in values {
            array.push(value);
        }
        self.storage.sql()?.exec(statements, &array)
    }

    /// Everything that a statement finds. Its one column is called `row` and holds a JSON array.
    fn rows<T: DeserializeOwned>(&self, statement: &str, values: &[JsValue]) -> Result<Vec<T>, StorageError> {
        let found = self.exec(statement, values).and_then(|cursor| cursor.to_array()).map_err(failure)?;
        let column = JsValue::from_str("row");
        let mut rows = Vec::new();
        for object in found.iter() {
            let text = Reflect::get(&object, &column).ok().and_then(|value| value.as_string());
            let text = text.ok_or_else(|| StorageError("a row that is no text".to_owned()))?;
            // The error of a parser quotes what it read, so only its place is passed on.
            let row = serde_json::from_str(&text).map_err(|error| {
                StorageError(format!("a row that cannot be read, at byte {}", error.column()))
            })?;
            rows.push(row);
        }
        Ok(rows)
    }

    fn first<T: DeserializeOwned>(
        &self,
        statement: &str,
        values: &[JsValue],
    ) -> Result<Option<T>, StorageError> {
        Ok(self.rows(statement, values)?.into_iter().next())
    }

    /// What is known of the room. Empty: it was never made.
    fn meta(&self) -> Result<BTreeMap<String, String>, StorageError> {
        if !self.is_made.get() {
            let tables: Vec<(String,)> = self.rows(schema::ARE_THERE, &[])?;
            if tables.is_empty() {
                return Ok(BTreeMap::new());
            }
            self.is_made.set(true);
        }
        let facts: Vec<(String, String)> = self.rows(schema::META, &[])?;
        Ok(facts.into_iter().collect())
    }
}

impl LogStorage for Store {
    fn rows(&self, after: Seq, through: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError> {
        let rows = self.rows(schema::RANGE, &[number(after.0), number(through.0), size(limit)])?;
        Ok(rows.into_iter().map(row).collect())
    }

    fn newest_messages(&self, before: Seq, limit: usize) -> Result<Vec<LogRow>, StorageError> {
        let rows = self.rows(schema::NEWEST, &[number(before.0), size(limit)])?;
        Ok(rows.into_iter().map(row).filter(|row| row.data.is_message()).collect())
    }

    fn row(&self, seq: Seq) -> Result<Option<LogRow>, StorageError> {
        Ok(self.first(schema::ONE, &[number(seq.0)])?.map(row))
    }

    fn find_nonce(&self, after: Seq, author: &PersonId, nonce: &Nonce) -> Result<Option<Seq>, StorageError> {
        let values = [number(after.0), author.as_str().into(), nonce.as_str().into()];
        let found: Option<(u64,)> = self.first(schema::WRITTEN, &values)?;
        Ok(found.map(|(seq,)| Seq(seq)))
    }
}

impl RoomStorage for Store {
    fn room(&self) -> Result<Option<RoomRecord>, StorageError> {
        let mut meta = self.meta()?;
        if meta.is_empty() {
            return Ok(None);
        }
        if meta.get("version").is_some_and(|version| version == "1") {
            self.transaction(|| self.exec(schema::UPGRADE_1, &[]).map(drop))?;
            meta = self.meta()?;
        }
        let fact = |key: &str| meta.get(key).cloned().unwrap_or_default();
        if fact("version") != schema::VERSION {
            return Err(StorageError(format!("tables of version {:?}", fact("version"))));
        }
        let ends: Option<(Option<u64>, Option<u64>)> = self.first(schema::ENDS, &[])?;
        let (oldest, head) = ends.unwrap_or_default();
        let missing = |what: &str| StorageError(format!("the room has no {what}"));
        Ok(Some(RoomRecord {
            name: RoomName::parse(&fact("name")).map_err(|_| missing("name"))?,
            epoch: Epoch::parse(fact("epoch")).map_err(|_| missing("epoch"))?,
            owner: meta.get("owner").and_then(|owner| PersonId::parse(owner).ok()),
            created: Millis(fact("created").parse().map_err(|_| missing("time of its making"))?),
            head: Seq(head.unwrap_or(0)),
            oldest: Seq(oldest.unwrap_or(1)),
            people: fact("people").parse().map_err(|_| missing("count of people"))?,
        }))
    }

    fn custom_bots(&self) -> Result<Vec<CustomBot>, StorageError> {
        let found: Vec<(String,)> = self.rows(schema::BOTS, &[])?;
        found.iter().map(|(data,)| decode(data)).collect()
    }

    fn bytes(&self) -> Result<u64, StorageError> {
        self.storage.sql().and_then(|sql| sql.database_size()).map(count).map_err(failure)
    }
}

impl PeopleStorage for Store {
    fn person(&self, id: &PersonId) -> Result<Option<PersonRecord>, StorageError> {
        let found: Option<(u32,)> = self.first(schema::PERSON, &[id.as_str().into()])?;
        Ok(found.map(|(number,)| PersonRecord { id: id.clone(), number }))
    }

    fn nickname(&self, key: &str) -> Result<Option<NicknameRecord>, StorageError> {
        let found: Option<(PersonId, u64)> = self.first(schema::NAME, &[key.into()])?;
        Ok(found.map(|(person, seen)| NicknameRecord { key: key.to_owned(), person, seen: Millis(seen) }))
    }
}

impl RunStorage for Store {
    fn runs(&self) -> Result<Vec<RunRecord>, StorageError> {
        let found: Vec<(String,)> = self.rows(schema::RUNS, &[])?;
        found.iter().map(|(data,)| decode(data)).collect()
    }

    fn chain(&self, bot: &str) -> Result<Option<ChainRecord>, StorageError> {
        let found: Option<(String,)> = self.first(schema::CHAIN, &[bot.into()])?;
        found.map(|(data,)| decode(&data)).transpose()
    }

    fn responses_to_delete(&self, limit: usize) -> Result<Vec<ResponseRecord>, StorageError> {
        let found: Vec<(String, String, u64, u32)> = self.rows(schema::DOOMED, &[size(limit)])?;
        let record =
            |(id, bot, run, tries)| ResponseRecord { id, bot, run: Seq(run), deletion_pending: true, tries };
        Ok(found.into_iter().map(record).collect())
    }
}

impl SpendingStorage for Store {
    fn spending(&self, spender: &Spender, period: Period) -> Result<Option<SpendingRecord>, StorageError> {
        let found: Option<(String,)> =
            self.first(schema::SPEND, &[spender.as_str().into(), period.as_str().into()])?;
        let Some((data,)) = found else { return Ok(None) };
        let (totals, charged) = decode(&data)?;
        Ok(Some(SpendingRecord { spender: spender.clone(), period, totals, charged }))
    }
}

/// A row of the log. One that this version cannot read keeps its place: as an end whose target is unknown, it tells
/// nothing else, and the rows around it stay readable.
fn row((seq, kind, at, author, nonce, target, data): Columns) -> LogRow {
    let (data, target) = match RowData::decode(&kind, &data) {
        Some(data) => (data, target.map(Seq)),
        None => {
            console_error!("row {seq} of kind {kind:?} cannot be read");
            (RowData::Ended, None)
        }
    };
    LogRow { seq: Seq(seq), at: Millis(at), author, nonce, target, data }
}

fn encode(record: &impl serde::Serialize) -> Result<JsValue, JsValue> {
    serde_json::to_string(record)
        .map(JsValue::from)
        .map_err(|_| JsValue::from_str("a record that is no JSON"))
}

fn decode<T: DeserializeOwned>(data: &str) -> Result<T, StorageError> {
    serde_json::from_str(data)
        .map_err(|error| StorageError(format!("a record of another shape, at byte {}", error.column())))
}

fn size(limit: usize) -> JsValue {
    number(u64::try_from(limit).unwrap_or(u64::MAX))
}

fn failure(error: JsValue) -> StorageError {
    StorageError(Error::from(error).to_string())
}
