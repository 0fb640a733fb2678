//! What can happen to a client: words of the person, news of the socket, and the passing of time.

use shared::entry::EnterReply;
use shared::{BotDraft, Nonce, Seq};

/// One thing that happened. Inputs of a socket that is not the newest one are never given: after [`crate::Effect::Close`]
/// and after a new [`crate::Effect::Open`] the shell forgets the former socket and all that it may still report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Begin, or begin again after the connection ended for good.
    Start,
    /// The door answered.
    Entered(Result<EnterReply, EnterFault>),
    /// The socket opened.
    Opened,
    /// A text frame came.
    Received(String),
    /// The socket closed, or never opened.
    Closed {
        /// Its close code; 1006 where the browser knows none.
        code: u16,
    },
    /// The browser has a network again.
    Online,
    /// The browser has no network.
    Offline,
    /// The page came to the front (true) or went behind (false).
    Visible(bool),
    /// The page is put away (`pagehide`).
    Suspend,
    /// The page is back (`pageshow`).
    Wake,
    /// Time passed: due at [`crate::Client::next_wakeup`], harmless at any other time.
    Tick,
    /// The person chose a nickname: join, rename, or make the room that the door did not find.
    Join {
        /// As typed, in NFC.
        nickname: String,
    },
    /// The person says something. Before they joined it is ignored.
    Say {
        /// A fresh random nonce.
        nonce: Nonce,
        /// The words, in NFC.
        text: String,
        /// The message that it replies to.
        reply_to: Option<Seq>,
    },
    /// Send a failed message again.
    Retry {
        /// The failed attempt.
        nonce: Nonce,
        /// A fresh random nonce, for when the old one cannot be used again.
        fresh: Nonce,
    },
    /// Throw a failed or waiting message away.
    Discard {
        /// The attempt.
        nonce: Nonce,
    },
    /// Ask the bot of an answer again.
    Regenerate {
        /// A fresh random nonce.
        nonce: Nonce,
        /// The answer.
        run: Seq,
    },
    /// Give one's own message other words.
    Edit {
        /// A fresh random nonce.
        nonce: Nonce,
        /// The message.
        seq: Seq,
        /// The words, in NFC.
        text: String,
    },
    /// Delete a message.
    Delete {
        /// A fresh random nonce.
        nonce: Nonce,
        /// The message.
        seq: Seq,
    },
    /// Vote in a poll, or take one's vote back.
    Vote {
        /// A fresh random nonce.
        nonce: Nonce,
        /// The answer that holds the poll.
        seq: Seq,
        /// The choice, counted from 0.
        option: Option<usize>,
    },
    /// Add a bot to the room, or change one of the room's own. How it goes is [`crate::Client::setting`].
    SetBot {
        /// A fresh random nonce.
        nonce: Nonce,
        /// The bot.
        draft: Box<BotDraft>,
    },
    /// Remove a bot of the room's own.
    RemoveBot {
        /// A fresh random nonce.
        nonce: Nonce,
        /// Its handle.
        handle: String,
    },
    /// Nobody looks any more at how the setting of a bot went.
    ForgetSetting,
    /// Ask for the room's own bots as its owner wrote them.
    AskDrafts,
    /// Ask what the bots cost.
    AskBill,
    /// End an answer that waits or streams.
    Stop {
        /// The answer.
        run: Seq,
    },
    /// A key went down in the composer (true), or it was emptied or left (false).
    Typing(bool),
    /// The person scrolled to the top.
    LoadOlder,
}

/// Why the door gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnterFault {
    /// The request failed, or what came back was no reply.
    Network,
    /// The door refused, with [`shared::entry::ApiError::error`].
    Refused(String),
}
