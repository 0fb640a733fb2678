//! What can happen to a client: the person's actions, events of the socket, and the passing of time.

use shared::entry::EnterReply;
use shared::{BotDraft, CardChange, ModerationAction, Nonce, PersonId, PrivateRequest, RoomSettings, Seq};

use crate::connection::EnterError;

/// One thing that happened.
///
/// After [`crate::Effect::Close`] and after a new [`crate::Effect::Open`] the shell drops the former socket and gives the
/// client nothing that it still reports. Every `nonce` is fresh and random. Texts are in NFC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Connect for the first time, or again after the connection ended for good.
    Start,
    /// The reply to [`crate::Effect::Enter`].
    Entered(Result<EnterReply, EnterError>),
    Opened,
    /// A text frame arrived.
    Received(String),
    /// The WebSocket closed, or never opened.
    Closed {
        /// Its close code; 1006 where the browser knows none (RFC 6455 §7.4.1).
        code: u16,
    },
    /// The browser has a network again.
    Online,
    /// The browser lost its network.
    Offline,
    /// The page came to the front (true) or was hidden (false).
    Visible(bool),
    /// The page goes to the back/forward cache (`pagehide`).
    Suspend,
    /// The page is back (`pageshow`).
    Wake,
    /// Time passed. Due at [`crate::Client::next_wakeup`], harmless at any other time.
    Tick,
    /// The person chose a nickname: join, rename, or create a room that does not exist.
    Join {
        nickname: String,
    },
    /// The person sends a message. Ignored before they joined.
    Say {
        nonce: Nonce,
        text: String,
        reply_to: Option<Seq>,
    },
    /// Send a failed message again.
    Retry {
        /// The nonce of the failed message.
        nonce: Nonce,
        /// Replaces it where the old one cannot be used again.
        fresh: Nonce,
    },
    /// Delete a failed or pending message.
    Discard {
        nonce: Nonce,
    },
    /// Ask the bot of an answer again.
    Regenerate {
        nonce: Nonce,
        run: Seq,
        /// Also if it is a poll in which people have voted.
        confirmed: bool,
    },
    /// Show one of several answers to a question, on this page alone.
    ShowPage {
        /// Any of the answers.
        seq: Seq,
        page: usize,
    },
    /// Make one of the options of an answer its text.
    Choose {
        nonce: Nonce,
        seq: Seq,
        index: usize,
    },
    /// Replace the text of one's own message.
    Edit {
        nonce: Nonce,
        seq: Seq,
        text: String,
    },
    Delete {
        nonce: Nonce,
        seq: Seq,
    },
    /// Vote in a poll.
    Vote {
        nonce: Nonce,
        /// The answer that holds the poll.
        seq: Seq,
        /// The options, counted from 0; none takes the votes back.
        options: Vec<usize>,
    },
    /// Change a card of an answer.
    ChangeCard {
        nonce: Nonce,
        /// The answer that holds it.
        seq: Seq,
        change: CardChange,
    },
    /// Put an emoji on a message, or take it away.
    React {
        nonce: Nonce,
        seq: Seq,
        emoji: String,
        on: bool,
    },
    /// Add a custom bot to the room, or change one. Its progress is [`crate::Client::bot_save_state`].
    SetBot {
        nonce: Nonce,
        draft: Box<BotDraft>,
        /// What it knows; empty removes that, and `None` changes nothing.
        knowledge: Option<String>,
    },
    /// Remove a custom bot.
    RemoveBot {
        nonce: Nonce,
        handle: String,
    },
    /// Mute, kick or ban a person, or take that back. For owners and operators, like the next five.
    Moderate {
        nonce: Nonce,
        person: PersonId,
        action: ModerationAction,
    },
    /// Give the room these settings.
    SetRoom {
        nonce: Nonce,
        settings: RoomSettings,
    },
    /// Give the private room's link another key.
    RotateKey {
        nonce: Nonce,
        /// Fresh and random, as for a new private room.
        key: String,
    },
    /// Make another person the room's owner.
    HandOver {
        nonce: Nonce,
        person: PersonId,
    },
    /// Delete the room. The connection ends with [`shared::CloseCode::Gone`].
    DeleteRoom {
        nonce: Nonce,
    },
    /// Remove the reports of a message.
    DismissReports {
        nonce: Nonce,
        seq: Seq,
    },
    /// Report a message to the room's owner. [`crate::Change::Reported`] says that it was taken.
    Report {
        nonce: Nonce,
        seq: Seq,
        reason: String,
    },
    /// Ask for the audit list.
    RequestAudit,
    /// Nobody looks at the result of saving a bot any more.
    ResetBotSaveState,
    /// Ask for the custom bots as their owner wrote them.
    RequestCustomBots,
    /// Ask for the knowledge of a custom bot.
    RequestKnowledge {
        handle: String,
    },
    /// Ask for the bill.
    RequestBill,
    /// Ask for the whole list of people, where only a part is known.
    RequestPeople,
    /// Stop an answer that is queued or streaming.
    Stop {
        run: Seq,
    },
    /// The person typed in the composer (true), or emptied or left it (false).
    Typing(bool),
    /// The person scrolled to the top.
    LoadOlder,
    /// The person scrolled to the end of what is shown.
    LoadNewer,
    /// Whether the newest message is on screen.
    Following(bool),
    /// Show the newest messages again.
    ToNewest,
    /// Show this message, wherever it is; [`crate::Change::Jumped`] follows.
    JumpTo {
        seq: Seq,
    },
    /// Search the room for these words; none ends the search.
    Search {
        query: String,
    },
    /// Search older messages for the same words.
    SearchOlder,
    /// Ask a bot for something that nobody else is shown. What was asked before is not asked again.
    AskPrivately {
        request: PrivateRequest,
    },
    /// Forget a private answer.
    DropPrivateAnswer {
        request: PrivateRequest,
    },
}
