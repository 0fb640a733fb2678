//! What the parts of a room's view share.

use leptos::prelude::*;
use shared::mention::Mentionable;
use shared::{RoomName, Seq};

use crate::place::{Journey, Place};
use crate::shell::random::PRIVATE;
use crate::shell::scroll::Scroll;
use crate::shell::session::Session;
use crate::text::text;

/// A room on the screen.
#[derive(Clone, Copy)]
pub(crate) struct Yard {
    pub(crate) session: Session,
    pub(crate) journey: Journey,
    pub(crate) scroll: Scroll,
    /// Where the room is, for its link.
    pub(crate) place: StoredValue<Place>,
    /// The message that the next one replies to.
    pub(crate) replies_to: RwSignal<Option<Seq>>,
    /// Whether one has asked to join, here or on an earlier visit.
    pub(crate) wants_in: RwSignal<bool>,
    /// The message of which is shown what else one can do with it.
    pub(crate) menu: RwSignal<Option<Seq>>,
    /// The message that is being changed.
    pub(crate) edits: RwSignal<Option<Seq>>,
    /// Whether the room's bots are shown.
    pub(crate) is_panel_open: RwSignal<bool>,
    /// Whether the list of people is drawn out, where it is a drawer.
    pub(crate) is_drawer_open: RwSignal<bool>,
    /// Every name that a message can call.
    pub(crate) names: Memo<Vec<Mentionable<Called>>>,
}

/// Who is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Called {
    /// A bot.
    Bot,
    /// The reader.
    Me,
}

/// The names of a room's bots, and the reader's own.
pub(crate) fn names(session: Session) -> Vec<Mentionable<Called>> {
    let bots = session.live.bots.get();
    let handles = bots.into_iter().flat_map(|bot| std::iter::once(bot.handle).chain(bot.aliases));
    let bots = handles.map(|text| Mentionable { name: text, target: Called::Bot });
    let you = session.live.you.get().and_then(|you| you.name);
    bots.chain(you.map(|text| Mentionable { name: text, target: Called::Me })).collect()
}

/// A room's name as a heading: private rooms have names that nobody wants to read.
pub(crate) fn title(name: &RoomName) -> String {
    if name.is_lobby() {
        text().lobby.to_owned()
    } else if is_private(name) {
        text().private_room.to_owned()
    } else {
        name.as_str().to_owned()
    }
}

/// Whether a name is one that the page makes for private rooms.
pub(crate) fn is_private(name: &RoomName) -> bool {
    name.as_str().starts_with(PRIVATE) && name.as_str().len() > 16
}
