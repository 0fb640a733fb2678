//! What holds because of owners and operators: who is muted, kicked or banned, and which messages are reported.
//!
//! Kept in memory while the room is awake, so that every frame can be checked against it. Not here: who may do such things
//! (`messages::owner_actions`).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use shared::{Millis, Moderation, ModerationAct, PersonId, Seq, limits};

use crate::attachment::Visitor;
use crate::storage::{ReportRecord, RestrictionKind, RestrictionRecord, RoomRecord, Storage, StorageError};
use crate::token_bucket::{Rate, TokenBucket};

/// How often a room tells the operator's list of reports. Beyond that they stay in the room, so that no room fills the list.
const LISTINGS: Rate =
    Rate { burst: limits::LISTED_REPORTS_BURST, refill_ms: limits::LISTED_REPORTS_REFILL_MS };
/// Entries of the audit list that are read to find those for a `welcome`.
const WELCOME_READ: usize = 2 * limits::WELCOME_ACTS;

/// The restrictions and reports of a room, and what was done lately.
#[derive(Debug, Default)]
pub(crate) struct Administration {
    restrictions: BTreeMap<(RestrictionKind, String), RestrictionRecord>,
    reports: BTreeMap<(Seq, PersonId), ReportRecord>,
    /// The newest acts that everybody is told of, the newest last.
    acts: VecDeque<Moderation>,
    /// How often the operator's list was told of reports.
    listed: TokenBucket,
}

/// Whether somebody may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoorCheck {
    Open,
    /// The room was deleted, and something of it is still to be deleted at model servers.
    Deleted,
    Banned,
    Kicked,
    /// The room is locked, and the visitor has never joined it.
    Locked,
}

/// Checks whether a visitor may come in, from what is stored. It is the rule of sockets too, for the request before them.
///
/// # Errors
/// When the storage cannot be read.
pub fn check_door(
    storage: &dyn Storage,
    room: &RoomRecord,
    visitor: &Visitor,
    now: Millis,
) -> Result<DoorCheck, StorageError> {
    if room.deleted {
        return Ok(DoorCheck::Deleted);
    }
    let person = visitor.person.as_str();
    let of_address = storage.restriction(RestrictionKind::AddressBan, &visitor.address)?;
    let of_person =
        [RestrictionKind::Ban, RestrictionKind::Kick].map(|kind| storage.restriction(kind, person));
    let [ban, kick] = of_person;
    let restrictions = [ban?, kick?, of_address];
    let is_known = storage.person(&visitor.person)?.is_some();
    Ok(decide(room, visitor, now, is_known, restrictions.iter().flatten()))
}

/// Until when a visitor is kept out who was refused, from what is stored; `None`: until somebody lifts it.
///
/// # Errors
/// When the storage cannot be read.
pub fn kept_out_until(
    storage: &dyn Storage,
    visitor: &Visitor,
    now: Millis,
) -> Result<Option<Millis>, StorageError> {
    let person = visitor.person.as_str();
    let own = [RestrictionKind::Ban, RestrictionKind::Kick].map(|kind| storage.restriction(kind, person));
    let [ban, kick] = own;
    let holding: Vec<_> = [ban?, kick?].into_iter().flatten().filter(|record| record.holds(now)).collect();
    if holding.is_empty() {
        // A newcomer at the address of somebody else.
        let of_address = storage.restriction(RestrictionKind::AddressBan, &visitor.address)?;
        return Ok(of_address.filter(|record| record.holds(now)).and_then(|record| record.until));
    }
    // One without an end outlasts the other.
    let ends = holding.iter().map(|record| record.until);
    Ok(ends.reduce(|one, other| one.zip(other).map(|(one, other)| one.max(other))).flatten())
}

/// Decides from the restrictions that may concern a visitor. The owner and operators always may come in.
fn decide<'a>(
    room: &RoomRecord,
    visitor: &Visitor,
    now: Millis,
    is_known: bool,
    restrictions: impl Iterator<Item = &'a RestrictionRecord>,
) -> DoorCheck {
    if room.deleted {
        return DoorCheck::Deleted;
    }
    if room.owner.as_ref() == Some(&visitor.person) || visitor.is_operator(now) {
        return DoorCheck::Open;
    }
    let mut check = if room.settings.locked && !is_known { DoorCheck::Locked } else { DoorCheck::Open };
    for restriction in restrictions.filter(|restriction| restriction.holds(now)) {
        check = match restriction.kind {
            RestrictionKind::Ban => return DoorCheck::Banned,
            RestrictionKind::AddressBan if !is_known => return DoorCheck::Banned,
            RestrictionKind::Kick => DoorCheck::Kicked,
            RestrictionKind::AddressBan | RestrictionKind::Mute => check,
        };
    }
    check
}

/// Whether everybody is told of an act, and not only owners and operators.
fn is_told(act: &Moderation) -> bool {
    !matches!(act.act, ModerationAct::Deleted { .. } | ModerationAct::ReportsDismissed { .. })
}

impl Administration {
    /// Reads what is stored.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn load(storage: &dyn Storage) -> Result<Self, StorageError> {
        let restrictions = storage.restrictions(limits::RESTRICTIONS_PER_ROOM)?;
        let reports = storage.reports(limits::REPORTS_PER_ROOM)?;
        let mut acts: VecDeque<Moderation> =
            storage.audit(WELCOME_READ)?.into_iter().filter(is_told).take(limits::WELCOME_ACTS).collect();
        acts.make_contiguous().reverse();
        let restrictions =
            restrictions.into_iter().map(|record| ((record.kind, record.subject.clone()), record));
        let reports = reports.into_iter().map(|record| ((record.seq, record.person.clone()), record));
        Ok(Self {
            restrictions: restrictions.collect(),
            reports: reports.collect(),
            acts,
            listed: TokenBucket::default(),
        })
    }

    /// Decides whether a visitor may come in, or stay.
    pub(crate) fn check_door(
        &self,
        room: &RoomRecord,
        visitor: &Visitor,
        now: Millis,
        is_known: bool,
    ) -> DoorCheck {
        let person = visitor.person.as_str();
        let found = [
            self.find(RestrictionKind::Ban, person),
            self.find(RestrictionKind::Kick, person),
            self.find(RestrictionKind::AddressBan, &visitor.address),
        ];
        decide(room, visitor, now, is_known, found.into_iter().flatten())
    }

    /// Until when a person may not write.
    pub(crate) fn muted_until(&self, person: &PersonId, now: Millis) -> Option<Millis> {
        let mute = self.find(RestrictionKind::Mute, person.as_str()).filter(|mute| mute.holds(now))?;
        Some(mute.until.unwrap_or(Millis(u64::MAX)))
    }

    pub(crate) fn find(&self, kind: RestrictionKind, subject: &str) -> Option<&RestrictionRecord> {
        self.restrictions.get(&(kind, subject.to_owned()))
    }

    /// The restrictions of a kind that hold, newest first.
    pub(crate) fn restrictions_of(&self, kind: RestrictionKind, now: Millis) -> Vec<&RestrictionRecord> {
        let of_kind = self.restrictions.values().filter(|record| record.kind == kind && record.holds(now));
        let mut found: Vec<&RestrictionRecord> = of_kind.collect();
        found.sort_by_key(|record| std::cmp::Reverse(record.at));
        found
    }

    /// Whether there is room for so many more.
    pub(crate) fn has_room_for(&self, restrictions: usize) -> bool {
        self.restrictions.len().saturating_add(restrictions) <= limits::RESTRICTIONS_PER_ROOM
    }

    pub(crate) fn restrict(&mut self, record: RestrictionRecord) {
        self.restrictions.insert((record.kind, record.subject.clone()), record);
    }

    /// Removes those that have ended. Returns them.
    pub(crate) fn take_ended(&mut self, now: Millis) -> Vec<RestrictionRecord> {
        self.take(|record| !record.holds(now))
    }

    /// Removes those of these kinds that exist because of a person. Returns them.
    pub(crate) fn lift(&mut self, person: &PersonId, kinds: &[RestrictionKind]) -> Vec<RestrictionRecord> {
        self.take(|record| record.person == *person && kinds.contains(&record.kind))
    }

    fn take(&mut self, is_taken: impl Fn(&RestrictionRecord) -> bool) -> Vec<RestrictionRecord> {
        let taken: Vec<RestrictionRecord> =
            self.restrictions.values().filter(|record| is_taken(record)).cloned().collect();
        self.restrictions.retain(|_, record| !is_taken(record));
        taken
    }

    /// Keeps an act for those who come later, if everybody is told of it.
    pub(crate) fn add_act(&mut self, act: &Moderation) {
        if is_told(act) {
            self.acts.push_back(act.clone());
            if self.acts.len() > limits::WELCOME_ACTS {
                self.acts.pop_front();
            }
        }
    }

    /// What was done from a place in the log on, oldest first.
    pub(crate) fn acts_from(&self, first: Seq) -> Vec<Moderation> {
        self.acts.iter().filter(|act| act.seq >= first).cloned().collect()
    }

    /// Whether the operator's list may be told of one more report.
    pub(crate) fn take_listing(&mut self, now: Millis) -> bool {
        self.listed.take(now, LISTINGS).is_ok()
    }

    /// Counts that the list is told to drop a message. It always is, so that more reports have to wait for it.
    pub(crate) fn charge_listing(&mut self, now: Millis) {
        self.listed.charge(now, LISTINGS, 1);
    }

    /// How many messages have reports.
    pub(crate) fn count_reported(&self) -> usize {
        self.reports.keys().map(|(seq, _)| seq).collect::<BTreeSet<_>>().len()
    }

    pub(crate) fn reports(&self) -> impl Iterator<Item = &ReportRecord> {
        self.reports.values()
    }

    pub(crate) fn has_reports_of(&self, seq: Seq) -> bool {
        self.reports.keys().any(|(reported, _)| *reported == seq)
    }

    pub(crate) fn add_report(&mut self, record: ReportRecord) {
        self.reports.insert((record.seq, record.person.clone()), record);
    }

    /// Removes reports. Returns the messages that they were of.
    pub(crate) fn remove_reports(&mut self, is_removed: impl Fn(&ReportRecord) -> bool) -> BTreeSet<Seq> {
        let removed = self.reports.values().filter(|record| is_removed(record));
        let seqs = removed.map(|record| record.seq).collect();
        self.reports.retain(|_, record| !is_removed(record));
        seqs
    }
}
