//! What owners and operators did, in memory.

use shared::{Moderation, limits};

use super::MemoryStorage;
use crate::storage::{
    AdministrationStorage, ReportRecord, RestrictionKind, RestrictionRecord, StorageError, Write,
};

impl MemoryStorage {
    /// Stores a write of an owner or operator.
    pub(super) fn write_administration(&mut self, write: &Write) {
        match write {
            Write::PersonSaid { person, at } => {
                self.people.get_mut(person).into_iter().for_each(|person| person.said = Some(*at));
            }
            Write::Restriction(record) => {
                drop(self.restrictions.insert((record.kind, record.subject.clone()), record.clone()));
            }
            Write::RestrictionLifted { kind, subject } => {
                drop(self.restrictions.remove(&(*kind, subject.clone())));
            }
            Write::Audit(entry) => {
                self.audit.push((**entry).clone());
                let extra = self.audit.len().saturating_sub(limits::AUDIT_ROWS);
                self.audit.drain(..extra);
            }
            Write::Report(report) => {
                drop(self.reports.insert((report.seq, report.person.clone()), report.clone()));
            }
            Write::ReportsDismissed(seq) => self.reports.retain(|(reported, _), _| reported != seq),
            Write::Settings(settings) => self.room.settings = settings.clone(),
            Write::Owner(owner) => self.room.owner = Some(owner.clone()),
            Write::Key(_) => self.room.private = true,
            Write::RoomDeleted => self.delete_room(),
            _ => {}
        }
    }

    fn delete_room(&mut self) {
        self.room.deleted = true;
        self.rows.clear();
        self.runs.clear();
        self.chains.clear();
        self.people.clear();
        self.names.clear();
        self.restrictions.clear();
        self.audit.clear();
        self.reports.clear();
        self.knowledge.clear();
        self.push.clear();
    }
}

impl AdministrationStorage for MemoryStorage {
    fn restrictions(&self, limit: usize) -> Result<Vec<RestrictionRecord>, StorageError> {
        let found: Vec<_> = self.restrictions.values().take(limit).cloned().collect();
        self.read(found.len(), found)
    }

    fn restriction(
        &self,
        kind: RestrictionKind,
        subject: &str,
    ) -> Result<Option<RestrictionRecord>, StorageError> {
        self.read(1, self.restrictions.get(&(kind, subject.to_owned())).cloned())
    }

    fn audit(&self, limit: usize) -> Result<Vec<Moderation>, StorageError> {
        let found: Vec<_> = self.audit.iter().rev().take(limit).cloned().collect();
        self.read(found.len(), found)
    }

    fn reports(&self, limit: usize) -> Result<Vec<ReportRecord>, StorageError> {
        let found: Vec<_> = self.reports.values().take(limit).cloned().collect();
        self.read(found.len(), found)
    }
}
