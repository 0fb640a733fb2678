//! What is kept of one person, in a room's tables: reading it, removing it, and removing what is too old.

use room::{
    ErasureRecord, LogPage, OwnDataStorage, PushRecord, PushStorage, ReadBudget, StorageError, Write,
};
use shared::{Millis, PersonId, Seq};
use wasm_bindgen::JsValue;

use super::schema;
use super::store::{Store, encode};
use crate::runtime::js_number;

/// The key in `meta` of the moment at which the room is next cleaned.
const CLEANING: &str = "cleaning";
/// What the keys in `meta` of unfinished erasures begin with; the person's id follows.
const ERASURE: &str = "erasure ";

impl OwnDataStorage for Store {
    fn rows_of(
        &self,
        author: &PersonId,
        after: Seq,
        through: Seq,
        budget: ReadBudget,
    ) -> Result<LogPage, StorageError> {
        let range = [js_number(after.0), js_number(through.0), author.as_str().into()];
        self.page([schema::SELECT_SIZES_OF, schema::SELECT_ROWS_OF], &range, budget)
    }

    fn nicknames_of(&self, person: &PersonId) -> Result<Vec<String>, StorageError> {
        let found: Vec<(String,)> = self.query(schema::SELECT_NICKNAMES_OF, &[person.as_str().into()])?;
        Ok(found.into_iter().map(|(key,)| key).collect())
    }

    fn erasures(&self) -> Result<Vec<ErasureRecord>, StorageError> {
        let facts = self.meta()?;
        let erasures = facts.iter().filter(|(key, _)| key.starts_with(ERASURE));
        erasures
            .map(|(_, data)| {
                serde_json::from_str(data)
                    .map_err(|_| StorageError("an erasure has another form than expected".to_owned()))
            })
            .collect()
    }

    fn cleaning_due(&self) -> Result<Option<Millis>, StorageError> {
        Ok(self.meta()?.get(CLEANING).and_then(|at| at.parse().ok()).map(Millis))
    }
}

impl PushStorage for Store {
    fn push_subscriptions(&self) -> Result<Vec<PushRecord>, StorageError> {
        let found: Vec<(PushRecord,)> = self.query(schema::SELECT_PUSH, &[])?;
        Ok(found.into_iter().map(|(record,)| record).collect())
    }
}

impl Store {
    fn age(&self, nicknames_before: Millis, members_before: Millis) -> Result<(), JsValue> {
        let times = [js_number(members_before.0), js_number(nicknames_before.0)];
        self.exec(schema::AGE_NICKNAMES, &times)?;
        self.exec(schema::FORGET_PEOPLE, &[])?;
        self.exec(schema::FORGET_MEMBERS, &[]).map(drop)
    }

    /// Carries out a write that removes what is kept of people: what they asked for, and what is old or too much.
    pub(super) fn write_own_data(&self, write: &Write) -> Result<(), JsValue> {
        match write {
            Write::TrimNicknames { person, keep } => self.trim_nicknames(person, *keep),
            Write::ForgetPeople { seen_before } => self.forget_people(*seen_before),
            Write::Age { nicknames_before, members_before } => self.age(*nicknames_before, *members_before),
            Write::CleaningDue(at) => self.set_cleaning_due(*at),
            Write::ForgetPerson(person) => self.forget_person(person),
            Write::Push(record) => {
                let (endpoint, person) = (record.subscription.endpoint.as_str(), record.person.as_str());
                self.exec(schema::SET_PUSH, &[endpoint.into(), person.into(), encode(record)?]).map(drop)
            }
            Write::PushRemoved { endpoint } => self.exec(schema::DELETE_PUSH, &[endpoint.into()]).map(drop),
            Write::Erasure(erasure) => self.set_erasure(erasure),
            Write::ErasureDone(person) => self.erasure_done(person),
            _ => Err(JsValue::from_str("a write that no table takes")),
        }
    }

    fn trim_nicknames(&self, person: &PersonId, keep: usize) -> Result<(), JsValue> {
        let (person, keep) = (JsValue::from(person.as_str()), u64::try_from(keep).unwrap_or(u64::MAX));
        self.exec(schema::TRIM_NICKNAMES, &[person.clone(), person, js_number(keep)]).map(drop)
    }

    fn forget_people(&self, seen_before: Millis) -> Result<(), JsValue> {
        self.exec(schema::FORGET_NICKNAMES, &[js_number(seen_before.0)])?;
        self.exec(schema::FORGET_PEOPLE, &[]).map(drop)
    }

    fn set_cleaning_due(&self, at: Option<Millis>) -> Result<(), JsValue> {
        match at {
            Some(at) => self.exec(schema::SET_META, &[CLEANING.into(), at.0.to_string().into()]).map(drop),
            None => self.exec(schema::DELETE_META, &[CLEANING.into()]).map(drop),
        }
    }

    fn forget_person(&self, person: &PersonId) -> Result<(), JsValue> {
        let person = [JsValue::from(person.as_str())];
        let statements = [
            schema::FORGET_NICKNAMES_OF,
            schema::FORGET_PERSON,
            schema::FORGET_MEMBER,
            schema::FORGET_REPORTS_BY,
            schema::FORGET_PUSH_OF,
        ];
        for statement in statements {
            self.exec(statement, &person)?;
        }
        Ok(())
    }

    fn set_erasure(&self, erasure: &ErasureRecord) -> Result<(), JsValue> {
        let data = serde_json::to_string(erasure)
            .map_err(|_| JsValue::from_str("an erasure cannot be written as JSON"))?;
        self.exec(schema::SET_META, &[erasure_key(&erasure.person), data.into()]).map(drop)
    }

    fn erasure_done(&self, person: &PersonId) -> Result<(), JsValue> {
        self.exec(schema::DELETE_META, &[erasure_key(person)]).map(drop)
    }
}

fn erasure_key(person: &PersonId) -> JsValue {
    JsValue::from(format!("{ERASURE}{person}"))
}
