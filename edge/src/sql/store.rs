//! Writes a room's tables, in one transaction per input, and runs statements for the storage traits (`sql::storage`).
//!
//! An object whose room was never created has no tables, and reading creates none.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use room::{LogRow, Period, ResponseRecord, RoomStorage, StorageError, Write};
use serde::de::DeserializeOwned;
use shared::{Millis, PersonId, RoomName, limits};
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{Array, JsString, Reflect};
use worker::{Error, State};

use super::schema;
use crate::runtime::{Cursor, DurableStorage, from_js_number, js_number};

/// The fact that the operator has closed the room.
const CLOSED: &str = "closed";

pub struct Store {
    storage: DurableStorage,
    /// The tables exist. Their absence is not cached.
    has_tables: Cell<bool>,
    /// Every statement that was used, as a JavaScript string: the runtime keeps prepared statements by their text.
    statements: RefCell<BTreeMap<&'static str, JsString>>,
    /// Who may enter, once it is known.
    pub(super) access: RefCell<Option<Access>>,
}

/// Who may enter a room.
#[derive(Debug, Clone)]
pub enum Access {
    Everybody,
    /// The members of a private room, and whoever has the key with this digest.
    Members(String),
    /// The operator has closed the room.
    Nobody,
}

/// A room to create.
pub struct NewRoom<'a> {
    pub name: &'a RoomName,
    pub epoch: &'a str,
    /// `None` for the lobby.
    pub owner: Option<&'a PersonId>,
    /// The digest of a private room's key.
    pub key_hash: Option<&'a str>,
    pub created: Millis,
}

impl Store {
    /// Nothing is read or created yet.
    ///
    /// # Errors
    /// When the object has no storage.
    pub fn new(state: &State) -> Result<Self, Error> {
        let storage = JsValue::from(state.as_raw().storage()?).unchecked_into();
        Ok(Self {
            storage,
            has_tables: Cell::new(false),
            statements: RefCell::default(),
            access: RefCell::default(),
        })
    }

    /// Creates the room's tables with its facts, or nothing, and with them the alarm that deletes a room that nobody joins: nothing
    /// awaits in between, so there are no tables without an alarm. The lobby has none, and stays.
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
        if !room.name.is_lobby() {
            let at = js_number(room.created.plus(limits::ROOM_UNJOINED_MS).0);
            // Its promise fails only together with the tables' own write.
            self.storage.set_alarm(&at).map(drop).map_err(storage_error)?;
        }
        self.transaction(|| {
            self.exec(schema::CREATE_TABLES, &[])?;
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

    /// Who may enter; `None` when there is no room. Kept until the tables are deleted, the key changes, or [`Store::set_closed`]
    /// changes it.
    pub fn access(&self) -> Result<Option<Access>, StorageError> {
        let known = self.access.borrow().clone();
        if known.is_some() || self.room()?.is_none() {
            return Ok(known);
        }
        let mut facts = self.meta()?;
        let access = match facts.remove(CLOSED) {
            Some(_) => Access::Nobody,
            None => facts.remove("key_hash").map_or(Access::Everybody, Access::Members),
        };
        self.access.replace(Some(access.clone()));
        Ok(Some(access))
    }

    /// Whether the room has a person with this id: as its owner, a member, somebody who has joined, or somebody it keeps out.
    pub fn knows(&self, person: &PersonId) -> Result<bool, StorageError> {
        if self.access()?.is_none() {
            return Ok(false);
        }
        let id = JsValue::from(person.as_str());
        let found: Option<(u32,)> =
            self.query_first(schema::KNOWS, &[id.clone(), id.clone(), id.clone(), id])?;
        Ok(found.is_some())
    }

    /// Closes the room to everybody, or opens it again to those who could enter before. Returns whether there is a room.
    pub fn set_closed(&self, is_closed: bool) -> Result<bool, StorageError> {
        if self.room()?.is_none() {
            return Ok(false);
        }
        self.transaction(|| {
            if is_closed {
                self.exec(schema::SET_META, &[CLOSED.into(), "1".into()]).map(drop)
            } else {
                self.exec(schema::DELETE_META, &[CLOSED.into()]).map(drop)
            }
        })?;
        self.access.take();
        Ok(true)
    }

    /// Whether a person may enter a private room.
    pub fn is_member(&self, person: &PersonId) -> Result<bool, StorageError> {
        let found: Option<(String,)> = self.query_first(schema::SELECT_MEMBER, &[person.as_str().into()])?;
        Ok(found.is_some())
    }

    /// Lets a person enter a private room from now on.
    pub fn add_member(&self, person: &PersonId) -> Result<(), StorageError> {
        self.transaction(|| self.exec(schema::ADD_MEMBER, &[person.as_str().into()]).map(drop))
    }

    /// The tables were deleted with the object's storage.
    pub fn tables_deleted(&self) {
        self.has_tables.set(false);
        self.access.take();
    }

    /// Writes everything in one transaction, or nothing. A single statement is a transaction of its own.
    pub fn apply(&self, writes: &[Write]) -> Result<(), StorageError> {
        if let [Write::Append(_)] = writes {
            return writes.iter().try_for_each(|write| self.write(write)).map_err(storage_error);
        }
        self.transaction(|| writes.iter().try_for_each(|write| self.write(write)))
    }

    fn write(&self, write: &Write) -> Result<(), JsValue> {
        let (statement, values): (_, Vec<JsValue>) = match write {
            Write::Append(row) => (schema::INSERT_ROW, row_values(row)),
            Write::Rewrite { seq, data } => {
                (schema::UPDATE_ROW, vec![data.kind().into(), data.encode().into(), js_number(seq.0)])
            }
            Write::Run(run) => (schema::SET_RUN, vec![js_number(run.run.0), encode(run)?]),
            Write::RunEnded(run) => (schema::DELETE_RUN, vec![js_number(run.0)]),
            Write::Chain(chain) => (schema::SET_CHAIN, vec![chain.bot.as_str().into(), encode(chain)?]),
            Write::Response(ResponseRecord { id, bot, run, deletion_pending, tries }) => {
                let (pending, tries) =
                    (js_number(u64::from(*deletion_pending)), js_number(u64::from(*tries)));
                (schema::SET_RESPONSE, vec![id.into(), bot.into(), js_number(run.0), pending, tries])
            }
            Write::MarkResponsesForDeletion { after, kept } => {
                (schema::MARK_RESPONSES_FOR_DELETION, vec![js_number(after.0), encode(kept)?])
            }
            Write::ResponseDeletionFailed(id) => (schema::COUNT_RESPONSE_DELETION_TRY, vec![id.into()]),
            Write::ResponseDeleted(id) => (schema::DELETE_RESPONSE, vec![id.into()]),
            Write::Settlement(record) => {
                let micros = record.micros.map_or(JsValue::NULL, js_number);
                let call_number = js_number(record.call_number.into());
                (schema::SET_SETTLEMENT, vec![js_number(record.run.0), call_number, micros])
            }
            Write::SettlementTaken { run, call_number } => {
                (schema::DELETE_SETTLEMENT, vec![js_number(run.0), js_number((*call_number).into())])
            }
            Write::Bot(bot) => (schema::SET_CUSTOM_BOT, vec![bot.draft.handle.as_str().into(), encode(bot)?]),
            Write::BotRemoved(handle) => {
                self.write_knowledge(handle, &[])?;
                (schema::DELETE_CUSTOM_BOT, vec![handle.into()])
            }
            Write::Knowledge { bot, passages } => return self.write_knowledge(bot, passages),
            Write::TrimSpending { day, hour } => {
                let (day, hour) = (Period::Day(*day).as_str(), Period::Hour(*hour).as_str());
                (schema::TRIM_SPENDING, vec![day.into(), hour.into()])
            }
            Write::Spending(record) => {
                let data = encode(&(record.totals, record.charged))?;
                (
                    schema::SET_SPENDING,
                    vec![record.spender.as_str().into(), record.period.as_str().into(), data],
                )
            }
            Write::Person(person) => {
                let count = js_number(person.number.into());
                self.exec(schema::RAISE_PEOPLE_COUNT, std::slice::from_ref(&count))?;
                (schema::SET_PERSON, vec![person.id.as_str().into(), count])
            }
            Write::Nickname(record) => (
                schema::SET_NICKNAME,
                vec![record.key.as_str().into(), record.person.as_str().into(), js_number(record.seen.0)],
            ),
            Write::Trim { through } => (schema::DELETE_ROWS_THROUGH, vec![js_number(through.0)]),
            _ => return self.write_administration(write),
        };
        self.exec(statement, &values).map(drop)
    }

    pub(super) fn transaction(&self, body: impl Fn() -> Result<(), JsValue>) -> Result<(), StorageError> {
        self.storage.transaction_sync(&mut || body()).map(drop).map_err(storage_error)
    }

    pub(super) fn exec(&self, statement: &'static str, values: &[JsValue]) -> Result<Cursor, JsValue> {
        let array = Array::new();
        for value in values {
            array.push(value);
        }
        let mut statements = self.statements.borrow_mut();
        let text = statements.entry(statement).or_insert_with(|| JsString::from(statement));
        self.storage.sql()?.exec(text, &array)
    }

    /// Reads every row that a statement finds (`schema` describes their form).
    pub(super) fn query<T: DeserializeOwned>(
        &self,
        statement: &'static str,
        values: &[JsValue],
    ) -> Result<Vec<T>, StorageError> {
        let found =
            self.exec(statement, values).and_then(|cursor| cursor.to_array()).map_err(storage_error)?;
        let column = JsValue::from_str("row");
        let mut rows = Vec::new();
        for object in found.iter() {
            let text = Reflect::get(&object, &column).ok().and_then(|value| value.as_string());
            let text = text.ok_or_else(|| StorageError("a row is not a text".to_owned()))?;
            // The parser's error would quote what people wrote, so only its position is passed on.
            let row = serde_json::from_str(&text).map_err(|error| {
                StorageError(format!("a row has another form than expected, at byte {}", error.column()))
            })?;
            rows.push(row);
        }
        Ok(rows)
    }

    pub(super) fn query_first<T: DeserializeOwned>(
        &self,
        statement: &'static str,
        values: &[JsValue],
    ) -> Result<Option<T>, StorageError> {
        Ok(self.query(statement, values)?.into_iter().next())
    }

    /// The facts about the room; empty when it was never created.
    pub(super) fn meta(&self) -> Result<BTreeMap<String, String>, StorageError> {
        if !self.has_tables.get() {
            let tables: Vec<(String,)> = self.query(schema::HAS_TABLES, &[])?;
            if tables.is_empty() {
                return Ok(BTreeMap::new());
            }
            self.has_tables.set(true);
        }
        let facts: Vec<(String, String)> = self.query(schema::SELECT_META, &[])?;
        Ok(facts.into_iter().collect())
    }

    /// The size of the database in bytes.
    pub(super) fn database_bytes(&self) -> Result<u64, StorageError> {
        self.storage.sql().and_then(|sql| sql.database_size()).map(from_js_number).map_err(storage_error)
    }
}

/// The values of a row of the log.
fn row_values(row: &LogRow) -> Vec<JsValue> {
    vec![
        js_number(row.seq.0),
        row.data.kind().into(),
        js_number(row.at.0),
        row.author.as_str().into(),
        row.nonce.as_ref().map_or(JsValue::NULL, |nonce| nonce.as_str().into()),
        row.target.map_or(JsValue::NULL, |target| js_number(target.0)),
        row.data.encode().into(),
    ]
}

pub(super) fn encode(record: &impl serde::Serialize) -> Result<JsValue, JsValue> {
    serde_json::to_string(record)
        .map(JsValue::from)
        .map_err(|_| JsValue::from_str("a record cannot be written as JSON"))
}

pub(super) fn storage_error(error: JsValue) -> StorageError {
    StorageError(Error::from(error).to_string())
}
