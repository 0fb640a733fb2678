//! What is kept of one person, in memory: reading it, removing it, and removing what is too old.

use shared::{Millis, PersonId, Seq};

use super::{MemoryStorage, count};
use crate::storage::{
    ErasureRecord, LogPage, OwnDataStorage, PushRecord, PushStorage, ReadBudget, RowData, StorageError, Write,
};

impl MemoryStorage {
    /// Carries out a write that removes what is kept of people: what they asked for, and what is old or too much.
    pub(super) fn write_own_data(&mut self, write: &Write) {
        match write {
            Write::TrimNicknames { person, keep } => self.trim_nicknames(person, *keep),
            Write::ForgetPeople { seen_before } => self.forget_people(*seen_before),
            Write::Age { nicknames_before, members_before } => self.age(*nicknames_before, *members_before),
            Write::CleaningDue(at) => self.cleaning_due = *at,
            Write::ForgetPerson(person) => self.forget_person(person),
            Write::Erasure(erasure) => {
                _ = self.erasures.insert(erasure.person.clone(), erasure.clone());
            }
            Write::Push(record) => {
                drop(self.push.insert(record.subscription.endpoint.clone(), record.clone()));
            }
            Write::PushRemoved { endpoint } => drop(self.push.remove(endpoint)),
            Write::ErasureDone(person) => drop(self.erasures.remove(person)),
            _ => {}
        }
    }

    pub(super) fn age(&mut self, nicknames_before: Millis, members_before: Millis) {
        let members = std::mem::take(&mut self.members);
        self.names.retain(|_, name| {
            let before = if members.contains(&name.person) { members_before } else { nicknames_before };
            name.seen >= before
        });
        self.forget_people(Millis(0));
        let is_kept = |id: &PersonId| self.people.contains_key(id) || self.room.owner.as_ref() == Some(id);
        self.members = members.into_iter().filter(is_kept).collect();
    }

    pub(super) fn forget_person(&mut self, person: &PersonId) {
        self.names.retain(|_, name| name.person != *person);
        self.room.people = self
            .people
            .values()
            .map(|person| person.number)
            .chain([self.room.people])
            .max()
            .unwrap_or_default();
        self.people.remove(person);
        self.members.remove(person);
        self.push.retain(|_, record| record.person != *person);
        self.reports.retain(|(_, reporter), _| reporter != person);
    }
}

impl OwnDataStorage for MemoryStorage {
    fn rows_of(
        &self,
        author: &PersonId,
        after: Seq,
        through: Seq,
        budget: ReadBudget,
    ) -> Result<LogPage, StorageError> {
        let looked_at = std::cell::Cell::new(0);
        let rows = self.rows.range(after.next()..).map(|(_, row)| row).take_while(|row| row.seq <= through);
        let is_own = |data: &RowData| {
            matches!(
                data,
                RowData::Message(_)
                    | RowData::Voted(_)
                    | RowData::CardChanged(_)
                    | RowData::Reacted(_)
                    | RowData::Chosen(_)
                    | RowData::BotSaved(_)
            )
        };
        let rows = rows.inspect(count(&looked_at)).filter(|row| row.author == *author && is_own(&row.data));
        self.read_page(rows, budget, &looked_at)
    }

    fn nicknames_of(&self, person: &PersonId) -> Result<Vec<String>, StorageError> {
        let names = self.names.values().filter(|name| name.person == *person);
        self.read(self.names.len(), names.map(|name| name.key.clone()).collect())
    }

    fn erasures(&self) -> Result<Vec<ErasureRecord>, StorageError> {
        self.read(self.erasures.len(), self.erasures.values().cloned().collect())
    }

    fn cleaning_due(&self) -> Result<Option<Millis>, StorageError> {
        self.read(0, self.cleaning_due)
    }
}

impl PushStorage for MemoryStorage {
    fn push_subscriptions(&self) -> Result<Vec<PushRecord>, StorageError> {
        self.read(self.push.len(), self.push.values().cloned().collect())
    }
}
