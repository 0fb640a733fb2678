//! Storage that stands before another one, and reads from it whatever it does not change.

use shared::{Millis, Moderation, PersonId, Seq};

use super::{
    AdministrationStorage, ErasureRecord, KnowledgeStorage, LogPage, NicknameRecord, OwnDataStorage,
    PeopleStorage, PersonRecord, PushRecord, PushStorage, ReadBudget, ReportRecord, RestrictionKind,
    RestrictionRecord, RoomRecord, RoomStorage, Storage, StorageError,
};
use crate::bot::CustomBot;
use crate::knowledge::{Passage, PassageHits};

/// Storage that reads the room, people, knowledge, own data and administration from another one. The log, runs and spending are its own to
/// implement.
pub trait PassThrough {
    /// The storage behind this one.
    fn inner(&self) -> &dyn Storage;
}

impl<T: PassThrough> RoomStorage for T {
    fn room(&self) -> Result<Option<RoomRecord>, StorageError> {
        self.inner().room()
    }

    fn custom_bots(&self) -> Result<Vec<CustomBot>, StorageError> {
        self.inner().custom_bots()
    }

    fn bytes(&self) -> Result<u64, StorageError> {
        self.inner().bytes()
    }
}

impl<T: PassThrough> PeopleStorage for T {
    fn person(&self, id: &PersonId) -> Result<Option<PersonRecord>, StorageError> {
        self.inner().person(id)
    }

    fn nickname(&self, key: &str) -> Result<Option<NicknameRecord>, StorageError> {
        self.inner().nickname(key)
    }
}

impl<T: PassThrough> PushStorage for T {
    fn push_subscriptions(&self) -> Result<Vec<PushRecord>, StorageError> {
        self.inner().push_subscriptions()
    }
}

impl<T: PassThrough> KnowledgeStorage for T {
    fn search_passages(&self, bot: &str, needles: &[String]) -> Result<Vec<PassageHits>, StorageError> {
        self.inner().search_passages(bot, needles)
    }

    fn passages(&self, bot: &str, numbers: Option<&[u32]>) -> Result<Vec<(u32, Passage)>, StorageError> {
        self.inner().passages(bot, numbers)
    }
}

impl<T: PassThrough> AdministrationStorage for T {
    fn restrictions(&self, limit: usize) -> Result<Vec<RestrictionRecord>, StorageError> {
        self.inner().restrictions(limit)
    }

    fn restriction(
        &self,
        kind: RestrictionKind,
        subject: &str,
    ) -> Result<Option<RestrictionRecord>, StorageError> {
        self.inner().restriction(kind, subject)
    }

    fn audit(&self, limit: usize) -> Result<Vec<Moderation>, StorageError> {
        self.inner().audit(limit)
    }

    fn reports(&self, limit: usize) -> Result<Vec<ReportRecord>, StorageError> {
        self.inner().reports(limit)
    }
}

impl<T: PassThrough> OwnDataStorage for T {
    fn rows_of(
        &self,
        author: &PersonId,
        after: Seq,
        through: Seq,
        budget: ReadBudget,
    ) -> Result<LogPage, StorageError> {
        self.inner().rows_of(author, after, through, budget)
    }

    fn nicknames_of(&self, person: &PersonId) -> Result<Vec<String>, StorageError> {
        self.inner().nicknames_of(person)
    }

    fn erasures(&self) -> Result<Vec<ErasureRecord>, StorageError> {
        self.inner().erasures()
    }

    fn cleaning_due(&self) -> Result<Option<Millis>, StorageError> {
        self.inner().cleaning_due()
    }
}
