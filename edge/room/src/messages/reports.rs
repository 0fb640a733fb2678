//! Reports of messages to the room's owner, and the list of what was moderated. Nobody is told who made a report.

use std::collections::BTreeMap;

use shared::moderation::{parse_reason, shortened};
use shared::{Audit, ErrorCode, ModerationAct, PersonId, Report, Seq, ServerFrame, limits};

use super::Subjects;
use super::owner_actions::record;
use super::write_request::{WriteError, WriteRequest, writer};
use crate::attachment::SocketId;
use crate::context::Context;
use crate::effect::{Effect, ListedReport};
use crate::presence::Presence;
use crate::storage::{LogRow, ReportRecord, RestrictionKind, RowData, Write};

/// Keeps a person's report of a message, in place of an earlier one. Returns the place of the message.
pub(crate) fn report(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    seq: Seq,
    reason: &str,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_unlogged(cx, subjects.presence)?;
    let reason = parse_reason(reason)?;
    let row = cx.storage.row(seq)?.ok_or(ErrorCode::NoSuchMessage)?;
    if !is_shown(&row) {
        return Err(ErrorCode::NoSuchMessage.into());
    }
    forget_old_reports(cx);
    let earlier = cx.administration.reports().filter(|other| other.person == writer.id);
    let (mut of_person, mut is_again) = (0_usize, false);
    for other in earlier {
        of_person = of_person.saturating_add(1);
        is_again |= other.seq == seq;
    }
    let is_full = of_person >= limits::REPORTS_PER_PERSON
        || cx.administration.reports().count() >= limits::REPORTS_PER_ROOM;
    if is_full && !is_again {
        return Err(ErrorCode::TooMany.into());
    }
    let report = ReportRecord { seq, person: writer.id, at: cx.now, reason };
    cx.effects.write(Write::Report(report.clone()));
    cx.administration.add_report(report.clone());
    if !is_again && cx.administration.take_listing(cx.now) {
        let count = cx.administration.reports().filter(|other| other.seq == seq).count();
        list(cx, seq, count, report.reason);
    }
    tell_count(cx, subjects.presence);
    Ok(seq)
}

/// Removes the reports of a message. Returns its place.
pub(crate) fn dismiss(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    seq: Seq,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_unlogged(cx, subjects.presence)?;
    if !writer.has_powers() {
        return Err(ErrorCode::NotAllowed.into());
    }
    if cx.administration.has_reports_of(seq) {
        message_deleted(cx, subjects.presence, seq);
        let head = cx.log.head();
        record(cx, &writer, head, ModerationAct::ReportsDismissed { target: seq });
    }
    Ok(seq)
}

/// Removes the reports of a message that is deleted.
pub(crate) fn message_deleted(cx: &mut Context<'_>, presence: &mut Presence, seq: Seq) {
    if !cx.administration.remove_reports(|report| report.seq == seq).is_empty() {
        cx.effects.write(Write::ReportsDismissed(seq));
        cx.administration.charge_listing(cx.now);
        list(cx, seq, 0, String::new());
        tell_count(cx, presence);
    }
}

/// Removes the reports that a person made, whose rows go with the person, from the operator's list as well.
pub(crate) fn forget_person(cx: &mut Context<'_>, presence: &mut Presence, person: &PersonId) {
    let seqs = cx.administration.remove_reports(|report| report.person == *person);
    if seqs.is_empty() {
        return;
    }
    for seq in seqs {
        let mut left: Vec<ReportRecord> =
            cx.administration.reports().filter(|report| report.seq == seq).cloned().collect();
        left.sort_by_key(|report| report.at);
        let (count, last) = (left.len(), left.pop());
        list(cx, seq, count, last.map(|report| report.reason).unwrap_or_default());
    }
    tell_count(cx, presence);
}

/// Has the operator's list say how many people report a message.
fn list(cx: &mut Context<'_>, seq: Seq, count: usize, reason: String) {
    let name = cx.log.room_name().clone();
    cx.effects.push(Effect::ListReport(ListedReport { name, seq, count, reason }));
}

/// What owners and operators see of the room's moderation.
///
/// # Errors
/// When the person behind the socket may not, or the storage cannot be read.
pub(crate) fn audit(cx: &Context<'_>, presence: &Presence, socket: SocketId) -> Result<Audit, WriteError> {
    if !writer(cx, presence, socket).is_some_and(|writer| writer.has_powers()) {
        return Err(ErrorCode::NotAllowed.into());
    }
    let restrictions = |kind| {
        let found = cx.administration.restrictions_of(kind, cx.now).into_iter();
        found.map(crate::storage::RestrictionRecord::view).collect()
    };
    Ok(Audit {
        entries: cx.storage.audit(limits::AUDIT_PAGE)?,
        muted: restrictions(RestrictionKind::Mute),
        banned: restrictions(RestrictionKind::Ban),
        reports: reports(cx)?,
    })
}

/// Tells owners and operators how many messages have reports.
pub(crate) fn tell_count(cx: &mut Context<'_>, presence: &mut Presence) {
    for socket in presence.sockets_with_powers(cx) {
        tell_count_to(cx, presence, socket);
    }
}

/// Tells one of them.
pub(crate) fn tell_count_to(cx: &mut Context<'_>, presence: &mut Presence, socket: SocketId) {
    let count = cx.administration.count_reported();
    presence.send(cx, socket, &ServerFrame::Reports { count });
}

/// The reports by message, those reported last first.
fn reports(cx: &Context<'_>) -> Result<Vec<Report>, WriteError> {
    let mut by_message: BTreeMap<Seq, Vec<&ReportRecord>> = BTreeMap::new();
    for report in cx.administration.reports() {
        by_message.entry(report.seq).or_default().push(report);
    }
    let mut reports = Vec::new();
    for (seq, mut records) in by_message {
        records.sort_by_key(|record| std::cmp::Reverse(record.at));
        let row = cx.storage.row(seq)?;
        let (person, name) = row.as_ref().map(author).unwrap_or_default();
        let written = records.iter().map(|record| record.reason.clone());
        reports.push(Report {
            seq,
            at: records.first().map(|record| record.at).unwrap_or_default(),
            count: records.len(),
            reasons: written.filter(|reason| !reason.is_empty()).take(limits::REPORT_REASONS).collect(),
            person,
            name,
            text: row.map(|row| shortened(row.data.text())).unwrap_or_default(),
        });
    }
    reports.sort_by_key(|report| std::cmp::Reverse(report.at));
    Ok(reports)
}

fn author(row: &LogRow) -> (Option<PersonId>, String) {
    match &row.data {
        RowData::Message(message) => (Some(row.author.clone()), message.name.clone()),
        RowData::Answer(answer) => (None, answer.bot.clone()),
        _ => (None, String::new()),
    }
}

fn is_shown(row: &LogRow) -> bool {
    match &row.data {
        RowData::Message(message) => !message.deleted,
        RowData::Answer(answer) => !answer.deleted,
        _ => false,
    }
}

/// Removes reports that are too old, and those of messages that were trimmed.
pub(crate) fn forget_old_reports(cx: &mut Context<'_>) {
    let (now, oldest) = (cx.now, cx.log.oldest());
    let is_old = |report: &ReportRecord| now.since(report.at) > limits::REPORT_AGE_MS || report.seq < oldest;
    let seqs = cx.administration.remove_reports(is_old);
    for seq in seqs {
        cx.effects.write(Write::ReportsDismissed(seq));
        // Younger ones of the same message stay.
        let young: Vec<ReportRecord> =
            cx.administration.reports().filter(|report| report.seq == seq).cloned().collect();
        young.into_iter().for_each(|report| cx.effects.write(Write::Report(report)));
    }
}
