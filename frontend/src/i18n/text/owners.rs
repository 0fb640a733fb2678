//! The type of the texts about people, owners and operators: what one can do to a person, a message and a room, and what
//! was done.

use shared::{ModerationAct, RoomSettings};

/// The texts of one language about people, owners and operators.
pub(crate) struct OwnerTexts {
    // A person.
    pub(crate) mute_for_me: &'static str,
    pub(crate) unmute_for_me: &'static str,
    pub(crate) is_muted_for_me: &'static str,
    pub(crate) folded: fn(&str) -> String,
    pub(crate) show_again: &'static str,
    pub(crate) mute: &'static str,
    pub(crate) unmute: &'static str,
    pub(crate) kick: &'static str,
    pub(crate) kick_note: &'static str,
    pub(crate) ban: &'static str,
    pub(crate) unban: &'static str,
    pub(crate) how_long_mute: &'static str,
    pub(crate) how_long_ban: &'static str,
    pub(crate) minutes: fn(u32) -> String,
    pub(crate) until_lifted: &'static str,
    pub(crate) muted_until: fn(&str) -> String,
    pub(crate) banned_until: fn(Option<&str>) -> String,
    pub(crate) as_owner: &'static str,
    pub(crate) hand_over: &'static str,
    pub(crate) hand_over_question: fn(&str) -> String,
    pub(crate) hand_over_yes: &'static str,
    pub(crate) change_nickname: &'static str,
    pub(crate) operator_mark: &'static str,

    // A message.
    pub(crate) copy_text: &'static str,
    pub(crate) report: &'static str,
    pub(crate) report_title: fn(&str) -> String,
    pub(crate) report_note: &'static str,
    pub(crate) report_reason: &'static str,
    pub(crate) reported: &'static str,
    pub(crate) nothing_to_report: &'static str,

    // The room.
    pub(crate) room_settings: &'static str,
    pub(crate) topic: &'static str,
    pub(crate) topic_note: &'static str,
    pub(crate) slow_mode: &'static str,
    pub(crate) slow_mode_off: &'static str,
    pub(crate) seconds: fn(u32) -> String,
    pub(crate) lock: &'static str,
    pub(crate) lock_note: &'static str,
    pub(crate) moderation: &'static str,
    pub(crate) by_default: &'static str,
    pub(crate) by_default_note: &'static str,
    pub(crate) strict: &'static str,
    pub(crate) strict_note: &'static str,
    pub(crate) normal: &'static str,
    pub(crate) normal_note: &'static str,
    pub(crate) off: &'static str,
    pub(crate) off_note: &'static str,
    pub(crate) saved: &'static str,
    pub(crate) own_bots: &'static str,
    pub(crate) invite: &'static str,
    pub(crate) new_invite_link: &'static str,
    pub(crate) new_invite_note: &'static str,
    pub(crate) new_invite_done: &'static str,
    pub(crate) reports: &'static str,
    pub(crate) report_count: fn(usize) -> String,
    pub(crate) no_reports: &'static str,
    pub(crate) delete_message: &'static str,
    pub(crate) dismiss: &'static str,
    pub(crate) restricted: &'static str,
    pub(crate) nobody_restricted: &'static str,
    pub(crate) audit: &'static str,
    pub(crate) nothing_done: &'static str,
    pub(crate) delete_room: &'static str,
    pub(crate) delete_room_note: &'static str,
    pub(crate) type_room_name: fn(&str) -> String,
    pub(crate) delete_for_good: &'static str,

    /// What was done, by whom, to whom, and until when; `None` for an act of a newer server.
    pub(crate) act: fn(&ModerationAct, &str, &str, Option<&str>) -> Option<String>,
    pub(crate) an_operator: &'static str,

    // What happens to the reader.
    pub(crate) you_are_muted: fn(&str) -> String,
    pub(crate) slow_mode_here: fn(u32) -> String,
    pub(crate) locked_here: &'static str,
    pub(crate) come_back: &'static str,
    pub(crate) come_back_at: fn(&str) -> String,

    // Another device, and operators.
    pub(crate) use_on_another_device: &'static str,
    pub(crate) device_link_note: fn(&str) -> String,
    pub(crate) device_link: &'static str,
    pub(crate) device_link_failed: &'static str,
    pub(crate) device_headline: &'static str,
    pub(crate) device_note: &'static str,
    pub(crate) device_go: &'static str,
    pub(crate) device_used: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) operator_page: &'static str,
}

/// The settings that are not the default ones, as `describe` words each.
pub(crate) fn settings_in_words(
    settings: &RoomSettings,
    describe: fn(&RoomSettings) -> [Option<String>; 4],
) -> Option<String> {
    let parts: Vec<String> = describe(settings).into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}
