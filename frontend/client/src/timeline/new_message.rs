//! What counts of a message that has just come: whose it is, and whether it calls this person.

use shared::mention::{self, Mentionable};
use shared::{Author, Message, Seq};

use super::Timeline;

/// A message that has just come.
pub(super) struct NewMessage {
    pub(super) is_own: bool,
    /// Its place, if it is a person's and mentions this person or replies to them.
    pub(super) called_by: Option<Seq>,
}

impl Timeline {
    pub(super) fn new_message(&self, message: &Message) -> NewMessage {
        let calls = matches!(message.author, Author::Human { .. })
            && (self.replies_to_me(message) || self.names_me(&message.text));
        NewMessage { is_own: self.is_own(&message.author), called_by: calls.then_some(message.seq) }
    }

    fn replies_to_me(&self, message: &Message) -> bool {
        let parent = message.reply_to.and_then(|seq| self.log.by_seq(seq));
        parent.is_some_and(|parent| self.is_own(&parent.message.author))
    }

    fn names_me(&self, text: &str) -> bool {
        let name = self.you.as_ref().and_then(|you| you.name.clone());
        let me = name.map(|name| Mentionable { name, target: () });
        !mention::find_mentions(text, me.as_slice()).is_empty()
    }
}
