//! What a room's owner and the operator may do to people and to the room, and what is told of it.

use serde::{Deserialize, Serialize};

use crate::{ErrorCode, Millis, PersonId, Seq, limits, text};

/// What `moderate` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ModerationAction {
    /// The person may read, and write nothing.
    Mute {
        /// 1 to [`limits::MUTE_MINUTES`].
        minutes: u32,
    },
    Unmute,
    /// Closes the person's sockets. They may come back after [`limits::KICK_MS`].
    Kick,
    /// Closes the person's sockets, and keeps them and newcomers of their address out.
    Ban {
        /// 1 to [`limits::BAN_MINUTES`]; none is until it is lifted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes: Option<u32>,
    },
    Unban,
}

/// How a room is run. The default is a room without limits of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RoomSettings {
    /// What the room is about, on one line; empty for nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// Seconds between two messages of a person; 0 is no limit of the room's own.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub slow_mode: u32,
    /// Nobody new may come in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// How strictly what goes to and comes from the models is moderated; none is as the deployment does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Strictness>,
}

/// How strictly a room moderates what bots are asked and what they answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strictness {
    /// Nothing is shown before it is checked. What cannot be checked is not asked and not shown.
    Strict,
    /// Answers are shown while they are written, and withdrawn when they are flagged. While the moderation service does not
    /// answer, the word list decides.
    Normal,
    Off,
}

/// Something that an owner or operator did. It is a row of the log, told as an event, and an entry of the audit list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moderation {
    /// The place of the event; for what is in the audit list alone, the head of the log at that time.
    pub seq: Seq,
    pub at: Millis,
    /// The owner or operator who did it.
    pub by: PersonId,
    /// The nickname that they had then.
    pub name: String,
    /// They did it as operator, not as the room's owner.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub operator: bool,
    pub act: ModerationAct,
}

/// What was done. `name` is the nickname of the person then, empty where they were not in the room.
///
/// It is read through [`ActFields`]: what serde derives for an internally tagged enum weighs 20 KB more in the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "ActFields")]
pub enum ModerationAct {
    Muted {
        person: PersonId,
        name: String,
        until: Millis,
    },
    Unmuted {
        person: PersonId,
        name: String,
    },
    Kicked {
        person: PersonId,
        name: String,
    },
    Banned {
        person: PersonId,
        name: String,
        /// None is until it is lifted.
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<Millis>,
    },
    Unbanned {
        person: PersonId,
        name: String,
    },
    /// The room has these settings now.
    RoomSet {
        settings: RoomSettings,
    },
    /// The person owns the room now.
    HandedOver {
        person: PersonId,
        name: String,
    },
    /// The private room's link has another key.
    KeyRotated,
    /// A message of somebody else, or an answer, was deleted. In the audit list only: the event is `deleted`.
    Deleted {
        target: Seq,
    },
    /// The reports of a message were dismissed. In the audit list only.
    ReportsDismissed {
        target: Seq,
    },
    /// An act of a newer server.
    Unknown,
}

/// The fields of all acts.
#[derive(Deserialize)]
struct ActFields {
    kind: String,
    person: Option<PersonId>,
    #[serde(default)]
    name: String,
    until: Option<Millis>,
    settings: Option<RoomSettings>,
    target: Option<Seq>,
}

impl TryFrom<ActFields> for ModerationAct {
    type Error = &'static str;

    /// # Errors
    /// When the act has not all the fields of its kind.
    fn try_from(fields: ActFields) -> Result<Self, Self::Error> {
        let ActFields { kind, person, name, until, settings, target } = fields;
        let person = person.ok_or("an act without a person");
        let target = target.ok_or("an act without a target");
        Ok(match kind.as_str() {
            "muted" => Self::Muted { person: person?, name, until: until.ok_or("a mute without an end")? },
            "unmuted" => Self::Unmuted { person: person?, name },
            "kicked" => Self::Kicked { person: person?, name },
            "banned" => Self::Banned { person: person?, name, until },
            "unbanned" => Self::Unbanned { person: person?, name },
            "room_set" => Self::RoomSet { settings: settings.ok_or("an act without settings")? },
            "handed_over" => Self::HandedOver { person: person?, name },
            "key_rotated" => Self::KeyRotated,
            "deleted" => Self::Deleted { target: target? },
            "reports_dismissed" => Self::ReportsDismissed { target: target? },
            _ => Self::Unknown,
        })
    }
}

/// Somebody who is muted or banned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    pub person: PersonId,
    /// Their nickname when it began.
    #[serde(default)]
    pub name: String,
    pub at: Millis,
    /// When it ends; none is until it is lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
}

/// The reports of one message. Nobody is told who made them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub seq: Seq,
    /// When it was last reported.
    pub at: Millis,
    /// How many people reported it.
    pub count: usize,
    /// What they wrote, where they did, at most [`limits::REPORT_REASONS`] of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Its author; none for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The author's nickname, or the bot's handle.
    #[serde(default)]
    pub name: String,
    /// The beginning of the message, at most [`limits::REPORT_EXCERPT_CHARACTERS`]; empty when it is deleted or gone.
    #[serde(default)]
    pub text: String,
}

/// What owners and operators see of the room's moderation. Each list is newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Audit {
    /// At most [`limits::AUDIT_PAGE`].
    #[serde(default, deserialize_with = "crate::tolerant::list")]
    pub entries: Vec<Moderation>,
    #[serde(default, deserialize_with = "crate::tolerant::list")]
    pub muted: Vec<Restriction>,
    #[serde(default, deserialize_with = "crate::tolerant::list")]
    pub banned: Vec<Restriction>,
    #[serde(default, deserialize_with = "crate::tolerant::list")]
    pub reports: Vec<Report>,
}

impl RoomSettings {
    /// Trims the topic and checks every field.
    ///
    /// # Errors
    /// `TooLong` or `ControlCharacters` for the topic, `OutOfRange` for slow mode.
    pub fn validate(self) -> Result<Self, ErrorCode> {
        if self.slow_mode > limits::SLOW_MODE_SECONDS {
            return Err(ErrorCode::OutOfRange);
        }
        let topic = text::parse_line(&self.topic, limits::TOPIC_CHARACTERS)?;
        Ok(Self { topic, ..self })
    }
}

/// Checks the reason of a report, which may be empty.
///
/// # Errors
/// `TooLong` or `ControlCharacters`.
pub fn parse_reason(reason: &str) -> Result<String, ErrorCode> {
    text::parse_line(reason, limits::REPORT_REASON_CHARACTERS)
}

/// The beginning of a reported message.
pub fn shortened(text: &str) -> String {
    text.chars().take(limits::REPORT_EXCERPT_CHARACTERS).collect()
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_checked() {
        let topic = |topic: &str| RoomSettings { topic: topic.to_owned(), ..RoomSettings::default() };
        assert_eq!(
            topic("  tea \u{a0} and cake ").validate().map(|settings| settings.topic),
            Ok("tea and cake".to_owned())
        );
        assert_eq!(topic("\u{200b}").validate().map(|settings| settings.topic), Ok(String::new()));
        assert_eq!(
            topic(&"가".repeat(120)).validate().map(|settings| settings.topic.chars().count()),
            Ok(120)
        );
        assert_eq!(topic(&"가".repeat(121)).validate(), Err(ErrorCode::TooLong));
        assert_eq!(topic("a\u{202e}b").validate(), Err(ErrorCode::ControlCharacters));
        assert_eq!(topic("a\u{0}b").validate(), Err(ErrorCode::ControlCharacters));
        let slow = |slow_mode| RoomSettings { slow_mode, ..RoomSettings::default() };
        assert!(slow(3_600).validate().is_ok());
        assert_eq!(slow(3_601).validate(), Err(ErrorCode::OutOfRange));
    }

    #[test]
    fn g15_acts_of_a_newer_server_are_unknown() {
        let text =
            r#"{"seq":1,"at":2,"by":"person-a","name":"a","act":{"kind":"promoted","person":"person-b"}}"#;
        assert_eq!(serde_json::from_str::<Moderation>(text).unwrap().act, ModerationAct::Unknown);
    }
}
