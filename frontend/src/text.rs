//! Every word on screen, once per language. A field that one language lacks does not compile.
//!
//! The language is chosen when the page starts and stays until it is loaded again, so texts are plain constants
//! and no view has to watch them. Nothing here knows about dates; those are the browser's (`dates`).

pub(crate) mod dates;
mod en;
mod ko;

use std::sync::OnceLock;

use shared::{CloseCode, ErrorCode, Lang, Usage};

/// The words of one language.
pub(crate) struct Text {
    pub(crate) lang: Lang,
    /// The language's tag (BCP 47), for `<html lang>` and for dates.
    pub(crate) tag: &'static str,
    pub(crate) other_tag: &'static str,
    pub(crate) other_name: &'static str,

    pub(crate) headline: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) nickname: &'static str,
    pub(crate) enter_lobby: &'static str,
    pub(crate) own_room: &'static str,
    pub(crate) room_name: &'static str,
    pub(crate) room_name_example: &'static str,
    pub(crate) room_name_wrong: &'static str,
    pub(crate) open_room: &'static str,
    pub(crate) create_private: &'static str,
    pub(crate) private_note: &'static str,
    pub(crate) glimpse: &'static str,
    pub(crate) quiet: &'static str,

    pub(crate) join: &'static str,
    pub(crate) join_note: &'static str,
    pub(crate) join_new_note: &'static str,
    pub(crate) lobby: &'static str,
    pub(crate) private_room: &'static str,
    pub(crate) home: &'static str,
    pub(crate) reload: &'static str,

    pub(crate) messages: &'static str,
    pub(crate) people: &'static str,
    pub(crate) bots: &'static str,
    pub(crate) message: &'static str,
    pub(crate) message_example: &'static str,
    pub(crate) send: &'static str,
    pub(crate) stop: &'static str,
    pub(crate) regenerate: &'static str,
    pub(crate) retry: &'static str,
    pub(crate) discard: &'static str,
    pub(crate) reply: &'static str,
    pub(crate) cancel_reply: &'static str,
    pub(crate) quote_unknown: &'static str,
    pub(crate) call_bot: fn(&str) -> String,
    pub(crate) close: &'static str,
    pub(crate) copy_code: &'static str,
    pub(crate) copy_link: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) copy_by_hand: &'static str,
    pub(crate) you_mark: &'static str,
    pub(crate) owner_mark: &'static str,
    pub(crate) bot_mark: &'static str,
    pub(crate) here: fn(usize) -> String,
    pub(crate) nobody_here: &'static str,

    pub(crate) connection: &'static str,
    pub(crate) connected: &'static str,
    pub(crate) connecting: &'static str,
    pub(crate) reconnecting: &'static str,
    pub(crate) offline: &'static str,
    pub(crate) reconnecting_note: &'static str,
    pub(crate) offline_note: &'static str,

    pub(crate) switch_theme: &'static str,
    pub(crate) load_older: &'static str,
    pub(crate) loading_older: &'static str,
    pub(crate) beginning: &'static str,
    pub(crate) newest: fn(usize) -> String,
    pub(crate) today: &'static str,
    pub(crate) yesterday: &'static str,

    pub(crate) sending: &'static str,
    pub(crate) not_sent: &'static str,
    pub(crate) queued: fn(Option<usize>) -> String,
    pub(crate) thinking: &'static str,
    pub(crate) writing: &'static str,
    pub(crate) incomplete: &'static str,
    pub(crate) stopped: &'static str,
    pub(crate) interrupted: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) context_messages: fn(u64) -> String,
    pub(crate) tokens: fn(Usage) -> String,
    pub(crate) chain_rebuilt: &'static str,
    pub(crate) rereading: &'static str,
    pub(crate) demo: &'static str,
    pub(crate) typing: fn(&[String]) -> String,
    pub(crate) left: fn(usize) -> String,
    pub(crate) over: fn(usize) -> String,

    pub(crate) mention: &'static str,
    pub(crate) mentions: &'static str,
    pub(crate) offers: fn(usize) -> String,
    pub(crate) hint: fn(&str, &str) -> String,
    pub(crate) tool_uses: fn(&str, &str, bool) -> String,
    pub(crate) making_poll: &'static str,
    pub(crate) making_summary: &'static str,
    pub(crate) votes: fn(usize) -> String,
    pub(crate) voters: &'static str,
    pub(crate) somebody: &'static str,
    pub(crate) topics: &'static str,
    pub(crate) decisions: &'static str,
    pub(crate) open_questions: &'static str,
    pub(crate) more: &'static str,
    pub(crate) edit: &'static str,
    pub(crate) delete: &'static str,
    pub(crate) edit_message: &'static str,
    pub(crate) save: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) edited: &'static str,
    pub(crate) deleted: &'static str,
    pub(crate) resets: fn(&str) -> String,
    pub(crate) room_bots: &'static str,
    pub(crate) price: fn(&str, &str) -> String,
    pub(crate) price_unknown: &'static str,
    pub(crate) own_mark: &'static str,
    pub(crate) bill: &'static str,
    pub(crate) bill_day: &'static str,
    pub(crate) bill_all: &'static str,
    pub(crate) bill_yours: &'static str,
    pub(crate) answers: fn(u64) -> String,
    pub(crate) limits: fn(Option<&str>, Option<&str>) -> String,
    pub(crate) day_ends: fn(&str) -> String,
    pub(crate) bill_note: &'static str,
    pub(crate) add_bot: &'static str,
    pub(crate) change_bot: fn(&str) -> String,
    pub(crate) remove_bot: fn(&str) -> String,
    pub(crate) saving: &'static str,
    pub(crate) handle: &'static str,
    pub(crate) handle_note: &'static str,
    pub(crate) aliases: &'static str,
    pub(crate) aliases_note: &'static str,
    pub(crate) bot_name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) instructions: &'static str,
    pub(crate) instructions_note: &'static str,
    pub(crate) model: &'static str,
    pub(crate) usual: &'static str,
    pub(crate) temperature: &'static str,
    pub(crate) top_p: &'static str,
    pub(crate) longest: &'static str,
    pub(crate) longest_note: &'static str,
    pub(crate) effort: &'static str,
    pub(crate) tools: &'static str,
    pub(crate) tool: fn(&str) -> Option<&'static str>,
    pub(crate) fault: fn(&str, ErrorCode) -> &'static str,

    pub(crate) code: fn(ErrorCode) -> &'static str,
    pub(crate) wait_seconds: fn(u64) -> String,
    pub(crate) absent_private: &'static str,
    pub(crate) gone: &'static str,
    pub(crate) banned: &'static str,
    pub(crate) version: &'static str,
    pub(crate) ended: fn(CloseCode) -> &'static str,
    pub(crate) nowhere: &'static str,
}

static CHOSEN: OnceLock<&'static Text> = OnceLock::new();

/// Chooses the language. Only the first choice counts.
pub(crate) fn choose(lang: Lang) {
    let _ = CHOSEN.set(words(lang));
}

/// The words of the chosen language, English before there is a choice.
pub(crate) fn text() -> &'static Text {
    CHOSEN.get().copied().unwrap_or(&en::TEXT)
}

fn words(lang: Lang) -> &'static Text {
    match lang {
        Lang::Ko => &ko::TEXT,
        Lang::En => &en::TEXT,
    }
}
