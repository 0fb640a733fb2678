//! What owners and operators do to people and to the room. Each act holds at once on open sockets, is an event of the log, and
//! an entry of the audit list.
//!
//! Not here: what a restriction means at the door (`administration`), deleting messages (`change`), reports (`reports`).

use std::collections::BTreeSet;

use shared::{
    CloseCode, ErrorCode, Moderation, ModerationAct, ModerationAction, PersonId, RoomSettings, Seq, limits,
};

use super::Subjects;
use super::write_request::{WriteError, WriteRequest, Writer};
use crate::administration::DoorCheck;
use crate::attachment::SocketId;
use crate::context::Context;
use crate::presence::Presence;
use crate::storage::{AdministrationRow, RestrictionKind, RestrictionRecord, RowData, Write};

const MINUTE_MS: u64 = 60_000;
/// Characters of a private room's key, as when it is created.
const KEY_CHARACTERS: std::ops::RangeInclusive<usize> = 22..=128;

/// The person whom an act is about.
struct Target {
    id: PersonId,
    /// Empty where they are not in the room.
    name: String,
}

/// Mutes, kicks or bans a person, or takes that back.
pub(crate) fn moderate(
    cx: &mut Context<'_>,
    mut subjects: Subjects<'_>,
    request: &WriteRequest,
    person: &PersonId,
    action: ModerationAction,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_owner(cx, subjects.presence)?;
    let target = find_target(cx, subjects.presence, &writer, person, action)?;
    let sockets = subjects.presence.roster().sockets_of(&target.id);
    let (restrictions, act) = plan(cx, subjects.presence, &target, action)?;
    if matches!(action, ModerationAction::Kick) && sockets.is_empty() {
        return Err(ErrorCode::NotNow.into());
    }
    for ended in cx.administration.take_ended(cx.now) {
        lifted(cx, ended);
    }
    if !cx.administration.has_room_for(restrictions.len()) {
        return Err(ErrorCode::TooMany.into());
    }
    request.commit(cx)?;
    let lifts: &[RestrictionKind] = match action {
        ModerationAction::Unmute => &[RestrictionKind::Mute],
        ModerationAction::Ban { .. } | ModerationAction::Unban => {
            &[RestrictionKind::Ban, RestrictionKind::AddressBan, RestrictionKind::Kick]
        }
        ModerationAction::Mute { .. } | ModerationAction::Kick => &[],
    };
    for former in cx.administration.lift(&target.id, lifts) {
        lifted(cx, former);
    }
    for record in restrictions {
        if is_covered(cx, &record) {
            continue;
        }
        cx.administration.restrict(record.clone());
        cx.effects.write(Write::Restriction(record));
    }
    let seq = append(cx, request, &writer, act);
    if matches!(action, ModerationAction::Kick | ModerationAction::Ban { .. }) {
        subjects.runs.stop_asked_by(cx, &target.id);
        close_who_may_not_stay(cx, &mut subjects, &sockets)?;
    }
    Ok(seq)
}

/// Gives the room these settings.
pub(crate) fn set_room(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    settings: RoomSettings,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_owner(cx, subjects.presence)?;
    let settings = settings.validate()?;
    request.commit(cx)?;
    cx.effects.write(Write::Settings(settings.clone()));
    cx.log.set_settings(settings.clone());
    Ok(append(cx, request, &writer, ModerationAct::RoomSet { settings }))
}

/// Gives a private room another key. Readers, who need the new one, are closed.
pub(crate) fn rotate_key(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    key: &str,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_owner(cx, subjects.presence)?;
    if !cx.log.record().private {
        return Err(ErrorCode::NotNow.into());
    }
    if !KEY_CHARACTERS.contains(&key.chars().take(KEY_CHARACTERS.end().saturating_add(1)).count()) {
        return Err(ErrorCode::OutOfRange.into());
    }
    let mut readers = Vec::new();
    for (socket, state) in subjects.presence.roster().sockets() {
        let visitor = &state.attachment.visitor;
        if !visitor.is_operator(cx.now) && !subjects.presence.is_known(cx, &visitor.person)? {
            readers.push(socket);
        }
    }
    request.commit(cx)?;
    cx.effects.write(Write::Key(key.to_owned()));
    for socket in readers {
        subjects.presence.close(cx, socket, CloseCode::Gone);
    }
    Ok(append(cx, request, &writer, ModerationAct::KeyRotated))
}

/// Makes another person the owner.
pub(crate) fn hand_over(
    cx: &mut Context<'_>,
    subjects: Subjects<'_>,
    request: &WriteRequest,
    person: &PersonId,
) -> Result<Seq, WriteError> {
    let writer = request.authorize_owner(cx, subjects.presence)?;
    if cx.log.room_name().is_lobby() || cx.log.owner() == Some(person) {
        return Err(ErrorCode::NotNow.into());
    }
    let is_banned = cx.administration.find(RestrictionKind::Ban, person.as_str());
    if is_banned.is_some_and(|ban| ban.holds(cx.now)) || !subjects.presence.is_known(cx, person)? {
        return Err(ErrorCode::NoSuchPerson.into());
    }
    request.commit(cx)?;
    for former in cx.administration.lift(person, &[RestrictionKind::Mute, RestrictionKind::Kick]) {
        lifted(cx, former);
    }
    cx.effects.write(Write::Owner(person.clone()));
    let former = cx.log.owner().cloned();
    cx.log.set_owner(person.clone());
    subjects.presence.change_owner(cx, former.as_ref(), person);
    let name = subjects.presence.name_of(person);
    Ok(append(cx, request, &writer, ModerationAct::HandedOver { person: person.clone(), name }))
}

/// Deletes the room. Nobody is answered: every socket is closed.
///
/// # Errors
/// When the writer may not, or the room is the lobby.
pub(crate) fn delete_room(
    cx: &mut Context<'_>,
    subjects: &mut Subjects<'_>,
    request: &WriteRequest,
) -> Result<(), WriteError> {
    let writer = request.authorize_unlogged(cx, subjects.presence)?;
    if !writer.has_powers() {
        return Err(ErrorCode::NotAllowed.into());
    }
    if cx.log.room_name().is_lobby() {
        return Err(ErrorCode::NotNow.into());
    }
    subjects.runs.stop_all(cx);
    subjects.runs.forget_from(cx, Seq::ZERO);
    cx.log.set_deleted();
    let sockets: Vec<SocketId> = subjects.presence.roster().sockets().map(|(socket, _)| socket).collect();
    for socket in sockets {
        subjects.presence.close(cx, socket, CloseCode::Gone);
    }
    // After the ends of the runs, whose rows go with the others.
    cx.effects.write(Write::RoomDeleted);
    Ok(())
}

/// Appends an act to the log and to the audit list. Returns its `seq`.
fn append(cx: &mut Context<'_>, request: &WriteRequest, writer: &Writer, act: ModerationAct) -> Seq {
    let row = AdministrationRow { name: writer.name.clone(), operator: !writer.owner, act: act.clone() };
    let row = request.row(cx, writer.id.clone(), None, RowData::Administration(Box::new(row)));
    let seq = row.seq;
    cx.append(row, None);
    record(cx, writer, seq, act);
    seq
}

/// Adds an entry to the audit list alone.
pub(crate) fn record(cx: &mut Context<'_>, writer: &Writer, seq: Seq, act: ModerationAct) {
    let (by, name) = (writer.id.clone(), writer.name.clone());
    let entry = Moderation { seq, at: cx.now, by, name, operator: !writer.owner, act };
    cx.administration.add_act(&entry);
    cx.effects.write(Write::Audit(Box::new(entry)));
}

/// Whether an address is kept out for longer because of somebody else.
fn is_covered(cx: &Context<'_>, record: &RestrictionRecord) -> bool {
    let earlier = cx.administration.find(record.kind, &record.subject);
    record.kind == RestrictionKind::AddressBan && earlier.is_some_and(|earlier| earlier.until >= record.until)
}

fn lifted(cx: &mut Context<'_>, record: RestrictionRecord) {
    let RestrictionRecord { kind, subject, .. } = record;
    cx.effects.write(Write::RestrictionLifted { kind, subject });
}

/// The person of an action, if it may be done to them.
fn find_target(
    cx: &Context<'_>,
    presence: &Presence,
    writer: &Writer,
    person: &PersonId,
    action: ModerationAction,
) -> Result<Target, WriteError> {
    let target = Target { id: person.clone(), name: presence.name_of(person) };
    let ends = match action {
        ModerationAction::Unmute => Some(RestrictionKind::Mute),
        ModerationAction::Unban => Some(RestrictionKind::Ban),
        _ => None,
    };
    if let Some(kind) = ends {
        let former = cx.administration.find(kind, person.as_str()).ok_or(ErrorCode::NoSuchPerson)?;
        let name = if target.name.is_empty() { former.name.clone() } else { target.name };
        return Ok(Target { name, ..target });
    }
    let sockets = presence.roster().sockets_of(person);
    let is_operator = |socket: &SocketId| {
        presence.roster().socket(*socket).is_some_and(|state| state.attachment.visitor.is_operator(cx.now))
    };
    if *person == writer.id || cx.log.owner() == Some(person) || sockets.iter().any(is_operator) {
        return Err(ErrorCode::NotAllowed.into());
    }
    if sockets.is_empty() && !presence.is_known(cx, person)? {
        return Err(ErrorCode::NoSuchPerson.into());
    }
    Ok(target)
}

/// The restrictions that an action makes, and what is told of it.
///
/// # Errors
/// When the minutes are out of range.
fn plan(
    cx: &Context<'_>,
    presence: &Presence,
    target: &Target,
    action: ModerationAction,
) -> Result<(Vec<RestrictionRecord>, ModerationAct), ErrorCode> {
    let (person, name) = (target.id.clone(), target.name.clone());
    let minutes_to_end = |minutes: u32, most: u32| match minutes {
        0 => Err(ErrorCode::OutOfRange),
        minutes if minutes > most => Err(ErrorCode::OutOfRange),
        minutes => Ok(cx.now.plus(u64::from(minutes).saturating_mul(MINUTE_MS))),
    };
    let restriction = |kind, subject: &str, until| RestrictionRecord {
        kind,
        subject: subject.to_owned(),
        person: person.clone(),
        name: name.clone(),
        at: cx.now,
        until,
    };
    Ok(match action {
        ModerationAction::Mute { minutes } => {
            let until = minutes_to_end(minutes, limits::MUTE_MINUTES)?;
            let mute = restriction(RestrictionKind::Mute, person.as_str(), Some(until));
            (vec![mute], ModerationAct::Muted { person, name, until })
        }
        ModerationAction::Kick => {
            let until = Some(cx.now.plus(limits::KICK_MS));
            let kick = restriction(RestrictionKind::Kick, person.as_str(), until);
            (vec![kick], ModerationAct::Kicked { person, name })
        }
        ModerationAction::Ban { minutes } => {
            let until = minutes.map(|minutes| minutes_to_end(minutes, limits::BAN_MINUTES)).transpose()?;
            let mut bans = vec![restriction(RestrictionKind::Ban, person.as_str(), until)];
            let day = cx.now.plus(limits::ADDRESS_BAN_MS);
            let address_until = Some(until.map_or(day, |until| until.min(day)));
            bans.extend(
                addresses_of(presence, &person)
                    .iter()
                    .map(|address| restriction(RestrictionKind::AddressBan, address, address_until)),
            );
            (bans, ModerationAct::Banned { person, name, until })
        }
        ModerationAction::Unmute => (Vec::new(), ModerationAct::Unmuted { person, name }),
        ModerationAction::Unban => (Vec::new(), ModerationAct::Unbanned { person, name }),
    })
}

/// The addresses of a person's open sockets.
fn addresses_of(presence: &Presence, person: &PersonId) -> BTreeSet<String> {
    let sockets = presence.roster().sockets_of(person).into_iter();
    let states = sockets.filter_map(|socket| presence.roster().socket(socket));
    states
        .map(|state| state.attachment.visitor.address.clone())
        .filter(|address| !address.is_empty())
        .collect()
}

/// Closes the sockets of who was kicked or banned, and of newcomers at a banned address.
fn close_who_may_not_stay(
    cx: &mut Context<'_>,
    subjects: &mut Subjects<'_>,
    of_target: &[SocketId],
) -> Result<(), WriteError> {
    let mut closed = Vec::new();
    for (socket, state) in subjects.presence.roster().sockets() {
        let visitor = &state.attachment.visitor;
        // Of everybody else only those who have never joined can be concerned.
        if !of_target.contains(&socket) && subjects.presence.roster().person(&visitor.person).is_some() {
            continue;
        }
        let is_known = subjects.presence.is_known(cx, &visitor.person)?;
        match cx.administration.check_door(cx.log.record(), visitor, cx.now, is_known) {
            DoorCheck::Banned => closed.push((socket, CloseCode::Banned)),
            DoorCheck::Kicked => closed.push((socket, CloseCode::Kicked)),
            // Whoever reads already may read on in a locked room.
            DoorCheck::Open | DoorCheck::Locked | DoorCheck::Deleted => {}
        }
    }
    for (socket, why) in closed {
        subjects.presence.close(cx, socket, why);
    }
    Ok(())
}
