//! English texts about people, owners and operators.

use shared::{ModerationAct, RoomSettings, Strictness};

use crate::i18n::text::owners::{OwnerTexts, settings_in_words};

pub(super) const TEXTS: OwnerTexts = OwnerTexts {
    mute_for_me: "Mute for me",
    unmute_for_me: "Unmute for me",
    is_muted_for_me: "You muted this person for yourself. Nobody else notices.",
    folded: |name| format!("Messages of {name} are hidden."),
    show_again: "Show again",
    mute: "Mute",
    unmute: "Unmute",
    kick: "Kick",
    kick_note: "Kicking somebody shows them out for a minute.",
    ban: "Ban",
    unban: "Unban",
    how_long_mute: "How long to mute",
    how_long_ban: "How long to ban",
    minutes,
    until_lifted: "until lifted",
    muted_until: |at| format!("Muted until {at}."),
    banned_until: |at| match at {
        Some(at) => format!("Banned until {at}."),
        None => "Banned until somebody lifts it.".to_owned(),
    },
    as_owner: "Keep order",
    hand_over: "Hand over ownership",
    hand_over_question: |name| {
        format!("{name} will own the room, and you will not. Only they can give it back.")
    },
    hand_over_yes: "Hand over",
    change_nickname: "Change nickname",
    operator_mark: "operator",

    copy_text: "Copy text",
    report: "Report",
    report_title: |name| format!("Report a message of {name}"),
    report_note: "The room's owner sees the message and the reason, not who reported it.",
    report_reason: "Reason (optional)",
    reported: "Thank you. The room's owner will see it.",
    nothing_to_report: "There is no message of theirs to report here.",

    room_settings: "Room settings",
    topic: "Topic",
    topic_note: "Stands at the top of the room, up to 120 characters.",
    slow_mode: "Slow mode",
    slow_mode_off: "Off",
    seconds: |seconds| format!("one message every {}", duration(seconds)),
    lock: "Lock the room",
    lock_note: "Whoever is in stays; nobody new comes in.",
    moderation: "Moderation of the AI",
    by_default: "As usual here",
    by_default_note: "As whoever runs this Madang has set it.",
    strict: "Strict",
    strict_note: "Answers appear only after they were checked. What cannot be checked is not asked.",
    normal: "Normal",
    normal_note: "Harmful questions are not asked. Answers appear while they are written, and harmful ones are taken back.",
    off: "Off",
    off_note: "Nothing that goes to or comes from the AI is checked.",
    saved: "Saved.",
    own_bots: "Bots of this room",
    invite: "Invitation",
    new_invite_link: "New invite link",
    new_invite_note: "The present link stops working. Whoever joined before stays a member.",
    new_invite_done: "Only this link works now:",
    reports: "Reports",
    report_count: |count| match count {
        1 => "1 report".to_owned(),
        _ => format!("{count} reports"),
    },
    no_reports: "Nothing was reported.",
    delete_message: "Delete message",
    dismiss: "Dismiss",
    restricted: "Muted and banned",
    nobody_restricted: "Nobody is muted or banned.",
    audit: "What was done",
    nothing_done: "Nothing yet.",
    delete_room: "Delete room",
    delete_room_note: "Everything that was said here goes, for everybody and for good.",
    type_room_name: |name| format!("Type “{name}” to confirm"),
    delete_for_good: "Delete for good",

    act,
    an_operator: "An operator",

    you_are_muted: |at| format!("You are muted here until {at}. You can read along."),
    slow_mode_here: |seconds| format!("Slow mode: one message every {}.", duration(seconds)),
    locked_here: "This room is locked: nobody new can join just now. You can read along.",
    come_back: "Come back",
    come_back_at: |at| format!("You can come back at {at}."),

    use_on_another_device: "Use on another device",
    device_link_note: |at| {
        format!(
            "Open this link on your other device and you are the same person there. It works once, until {at}. Give it to nobody."
        )
    },
    device_link: "Link for another device",
    device_link_failed: "The link could not be made. Try again in a moment.",
    device_headline: "Go on as the same person here",
    device_note: "This browser takes over the person who made the link, with their rooms and rights. Who you were in this browser is forgotten.",
    device_go: "Use this browser",
    device_used: "This link was used already or is too old. Make a new one on the other device.",
    try_again: "That did not work. Try again in a moment.",
    operator_page: "Operator's page",
};

fn minutes(minutes: u32) -> String {
    match minutes {
        0..60 => format!("{minutes} minutes"),
        60 => "1 hour".to_owned(),
        61..1440 => format!("{} hours", minutes / 60),
        1440 => "1 day".to_owned(),
        _ => format!("{} days", minutes / 1440),
    }
}

fn duration(seconds: u32) -> String {
    match seconds {
        60 => "minute".to_owned(),
        3600 => "hour".to_owned(),
        _ if seconds.is_multiple_of(60) => format!("{} minutes", seconds / 60),
        _ => format!("{seconds} s"),
    }
}

fn act(act: &ModerationAct, by: &str, name: &str, until: Option<&str>) -> Option<String> {
    let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
    Some(match act {
        ModerationAct::Muted { .. } => format!("{by} muted {name}{until}"),
        ModerationAct::Unmuted { .. } => format!("{by} unmuted {name}"),
        ModerationAct::Kicked { .. } => format!("{by} kicked {name}"),
        ModerationAct::Banned { .. } => format!("{by} banned {name}{until}"),
        ModerationAct::Unbanned { .. } => format!("{by} unbanned {name}"),
        ModerationAct::RoomSet { settings } => match settings_in_words(settings, describe) {
            Some(words) => format!("{by} changed the room: {words}"),
            None => format!("{by} set the room back to how it began"),
        },
        ModerationAct::HandedOver { .. } => format!("{by} made {name} the owner"),
        ModerationAct::KeyRotated => format!("{by} made a new invite link"),
        ModerationAct::Deleted { .. } => format!("{by} deleted a message"),
        ModerationAct::ReportsDismissed { .. } => format!("{by} dismissed the reports of a message"),
        ModerationAct::Unknown => return None,
    })
}

fn describe(settings: &RoomSettings) -> [Option<String>; 4] {
    [
        (!settings.topic.is_empty()).then(|| format!("topic “{}”", settings.topic)),
        (settings.slow_mode > 0).then(|| format!("one message every {}", duration(settings.slow_mode))),
        settings.locked.then(|| "locked".to_owned()),
        match settings.moderation {
            Some(Strictness::Strict) => Some("strict moderation".to_owned()),
            Some(Strictness::Normal) => Some("normal moderation of the AI".to_owned()),
            None => None,
            Some(Strictness::Off) => Some("no moderation of the AI".to_owned()),
        },
    ]
}
