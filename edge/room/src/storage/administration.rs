//! What is stored of the work of owners and operators: who is muted, kicked or banned, the audit list, and reports.

use serde::{Deserialize, Serialize};
use shared::{Millis, Moderation, PersonId, Restriction, Seq};

use super::StorageError;

/// What somebody may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestrictionKind {
    /// The person may not write.
    Mute,
    /// The person may not come in, for a moment.
    Kick,
    /// The person may not come in.
    Ban,
    /// Nobody who has never joined may come in from an address.
    AddressBan,
}

/// A restriction of a person or an address. There is one of each kind for each subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestrictionRecord {
    pub kind: RestrictionKind,
    /// The person's id, or the hash of the address.
    pub subject: String,
    /// The person because of whom it exists.
    pub person: PersonId,
    /// Their nickname when it began; empty where they were not in the room.
    #[serde(default)]
    pub name: String,
    pub at: Millis,
    /// `None`: until it is lifted.
    #[serde(default)]
    pub until: Option<Millis>,
}

/// A person's report of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRecord {
    pub seq: Seq,
    /// Who reports it. Nobody is told.
    pub person: PersonId,
    pub at: Millis,
    #[serde(default)]
    pub reason: String,
}

/// Reads what owners and operators did.
///
/// # Errors
/// Every function fails when the database cannot be read.
pub trait AdministrationStorage {
    /// Restrictions, also those that have ended, at most `limit`.
    fn restrictions(&self, limit: usize) -> Result<Vec<RestrictionRecord>, StorageError>;
    /// The restriction of a kind for a subject.
    fn restriction(
        &self,
        kind: RestrictionKind,
        subject: &str,
    ) -> Result<Option<RestrictionRecord>, StorageError>;
    /// The newest entries of the audit list, newest first.
    fn audit(&self, limit: usize) -> Result<Vec<Moderation>, StorageError>;
    /// Reports, at most `limit`.
    fn reports(&self, limit: usize) -> Result<Vec<ReportRecord>, StorageError>;
}

impl RestrictionKind {
    /// The text of the column `kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mute => "mute",
            Self::Kick => "kick",
            Self::Ban => "ban",
            Self::AddressBan => "address_ban",
        }
    }
}

impl RestrictionRecord {
    /// Whether it still holds.
    pub fn holds(&self, now: Millis) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// What owners are told of it.
    pub(crate) fn view(&self) -> Restriction {
        let Self { person, name, at, until, .. } = self;
        Restriction { person: person.clone(), name: name.clone(), at: *at, until: *until }
    }
}
