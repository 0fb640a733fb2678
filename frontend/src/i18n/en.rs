//! The English texts.

mod errors;
mod owners;

use client::number_format::group_thousands;
use shared::{CloseCode, Lang, Usage, tool_name};

use super::text::Text;

pub(super) static TEXT: Text = Text {
    lang: Lang::En,
    tag: "en",
    other_tag: "ko",
    other_name: "한국어",

    headline: "A yard to talk in, with an AI that comes when called.",
    lead: "No account. Pick a nickname and step in.",
    nickname: "Nickname",
    enter_lobby: "Enter the lobby",
    create_room: "Or a room of your own",
    room_name: "Room name",
    room_name_example: "book-club",
    room_name_wrong: "Use letters a–z, digits, hyphens or Hangul, up to 64 characters.",
    open_room: "Open room",
    create_private: "Create private room",
    private_note: "Only people with its link can find it.",
    lobby_preview: "The lobby, right now",
    empty_room: "It is quiet. Say the first word.",

    join: "Join",
    join_note: "You are reading along. Pick a nickname to talk.",
    join_new_note: "This room is new. Join to open it: it will be yours.",
    lobby: "Lobby",
    private_room: "Private room",
    home: "Back to the start",
    reload: "Reload the page",

    messages: "Messages",
    people: "People",
    bots: "AI in this room",
    message: "Message",
    message_example: "Say something…",
    send: "Send",
    stop: "Stop",
    regenerate: "Regenerate",
    retry: "Retry",
    discard: "Discard",
    reply: "Reply",
    cancel_reply: "Cancel reply",
    unknown_quote: "An earlier message",
    call_bot: |handle| format!("Call @{handle}"),
    close: "Close",
    copy_code: "Copy code",
    copy_link: "Copy link",
    copied: "Copied",
    copy_by_hand: "Copy this link:",
    you_mark: "you",
    owner_mark: "owner",
    bot_mark: "AI",
    people_count: |count| format!("{count} here"),
    more_people: |count| format!("and {count} more"),
    nobody_here: "Nobody is here yet.",

    connection: "Connection",
    connected: "Connected",
    connecting: "Connecting…",
    reconnecting: "Reconnecting…",
    offline: "Offline",
    reconnecting_note: "The line broke. Coming back by itself; what you write is kept and sent then.",
    slow_down_note: "Too many visits from your network at once. The page tries again by itself; please keep it open.",
    offline_note: "You are offline. What you write is kept and sent when you are back.",

    switch_theme: "Switch between light and dark",
    load_older: "Load older",
    loading_older: "Loading…",
    room_start: "This is where the room begins.",
    jump_to_newest: |unseen| match unseen {
        0 => "Jump to newest".to_owned(),
        _ => format!("Jump to newest ({unseen})"),
    },
    today: "Today",
    yesterday: "Yesterday",

    sending: "Sending",
    not_sent: "Not sent.",
    queued: |position| match position {
        None | Some(0) => "Next in line".to_owned(),
        Some(1) => "Waiting, one answer before it".to_owned(),
        Some(before) => format!("Waiting, {before} answers before it"),
    },
    thinking: "Thinking",
    writing: "Writing",
    incomplete: "The answer is not whole.",
    stopped: "Stopped.",
    interrupted: "The answer was interrupted. Ask again if you need the rest.",
    failed: "No answer this time.",
    messages_read: |messages| match messages {
        1 => "followed 1 message".to_owned(),
        _ => format!("followed {messages} messages"),
    },
    tokens: |Usage { input, cached, output }| match cached {
        0 => format!("{} in · {} out", group_thousands(input), group_thousands(output)),
        _ => format!(
            "{} in ({} cached) · {} out",
            group_thousands(input),
            group_thousands(cached),
            group_thousands(output)
        ),
    },
    chain_rebuilt: "read the room again first",
    rebuilding_chain: "It lost its place and reads the room again.",
    demo: "Demo: a small model on this machine answers",
    typing: |names| match names {
        [] => String::new(),
        [one] => format!("{one} is typing"),
        [one, two] => format!("{one} and {two} are typing"),
        [one, rest @ ..] => format!("{one} and {} others are typing", rest.len()),
    },
    characters_left: |characters| format!("{characters} left"),
    characters_over: |characters| format!("{characters} too many"),

    mention: "Mention",
    mention_suggestions: "Mentions",
    suggestions: |count| match count {
        1 => "1 suggestion".to_owned(),
        _ => format!("{count} suggestions"),
    },
    cost_hint: |bots, tokens| format!("asks {bots} · reads about {tokens} tokens"),
    tool_use,
    poll_in_progress: "Making a poll…",
    summary_in_progress: "Writing a summary…",
    votes: |count| match count {
        0 => "No votes yet".to_owned(),
        1 => "1 vote".to_owned(),
        _ => format!("{count} votes"),
    },
    voters: "Who voted",
    unknown_person: "somebody who left",
    topics: "Topics",
    decisions: "Decisions",
    open_questions: "Open questions",
    more: "More",
    edit: "Edit",
    delete: "Delete",
    edit_message: "Edit message",
    save: "Save",
    cancel: "Cancel",
    edited: "edited",
    deleted: "This message was deleted.",
    resets_at: |at| format!("It starts afresh at {at}."),
    room_bots: "Bots",
    price: |input, output| format!("{input} in, {output} out per million tokens"),
    price_unknown: "price not known",
    custom_bot_mark: "this room's",
    bill: "Cost",
    bill_day: "Today",
    bill_all: "Altogether",
    bill_yours: "Yours today",
    answers: |count| match count {
        1 => "1 answer".to_owned(),
        _ => format!("{count} answers"),
    },
    limits,
    day_ends: |at| format!("The day ends at {at}."),
    bill_note: "Estimates from list prices; the provider's bill counts.",
    add_bot: "Add a bot",
    change_bot: |handle| format!("Edit @{handle}"),
    remove_bot: |handle| format!("Remove @{handle}"),
    saving: "Saving…",
    handle: "Handle",
    handle_note: "What one writes after @: a–z, 0–9, _ and -.",
    aliases: "Aliases",
    aliases_note: "Other words that call it, with spaces between them.",
    bot_name: "Name",
    about: "About",
    instructions: "Instructions",
    instructions_note: "Who it is and how it answers.",
    model: "Model",
    default_choice: "as usual",
    temperature: "Temperature",
    top_p: "Top P",
    max_output_tokens: "Longest answer",
    max_output_tokens_note: "In tokens, 64 to 8,192.",
    reasoning_effort: "Effort",
    tools: "Tools",
    tool,
    field_error: errors::field_error,

    error: errors::error,
    error_of_hour: errors::error_of_hour,
    wait_seconds: |seconds| format!("Wait {seconds} s and try again."),
    private_room_not_found: "There is no such room, or the link is not complete. Ask for the whole link.",
    room_deleted: "This room was deleted.",
    banned: "You cannot come into this room any more.",
    kicked: "You were shown out of this room. You can come back in a minute.",
    locked: "This room is locked: nobody new can come in just now.",
    reload_required: "Madang was updated. Reload the page to go on.",
    connection_ended,
    page_not_found: "There is nothing at this address.",

    privacy_page: "/privacy/en",
    privacy: "Privacy",
    my_data: "My data in this room",
    download: "Download",
    delete_all: "Delete everything I wrote",
    delete_all_question: "Delete everything you wrote in this room, for everybody and for good, and leave it?",
    delete_all_failed: "It could not be deleted now. Try again in a minute.",
    owners: owners::TEXTS,
};

fn connection_ended(why: CloseCode) -> &'static str {
    match why {
        CloseCode::Reset | CloseCode::Slow | CloseCode::NoHello => {
            "The line was closed. Reload the page to come back."
        }
        CloseCode::TooLarge | CloseCode::BadFrames => "The room did not understand the page. Reload it.",
        CloseCode::Identity => "Your visit ended. Reload the page to come back.",
        CloseCode::Banned => TEXT.banned,
        CloseCode::Protocol => TEXT.reload_required,
        CloseCode::Replaced => "This conversation goes on in a newer connection. Reload to have it here.",
        CloseCode::Gone => TEXT.room_deleted,
        CloseCode::Kicked => TEXT.kicked,
    }
}

fn tool_use(tool: &str, what: &str, is_over: bool) -> String {
    match tool {
        tool_name::WEATHER if is_over => format!("looked up the weather in {what}"),
        tool_name::WEATHER => format!("Looking up the weather in {what}…"),
        tool_name::TIME if is_over => format!("looked at the clock {what}").trim_end().to_owned(),
        tool_name::TIME => format!("Looking at the clock {what}").trim_end().to_owned(),
        tool_name::SEARCH if is_over => format!("searched the room for “{what}”"),
        tool_name::SEARCH => format!("Searching the room for “{what}”…"),
        _ if is_over => format!("used {tool} {what}").trim_end().to_owned(),
        _ => format!("Looking something up with {tool}…"),
    }
}

fn limits(room: Option<&str>, person: Option<&str>) -> String {
    match (room, person) {
        (None, None) => "There is no daily limit here.".to_owned(),
        (Some(room), None) => format!("A day may cost {room} in this room."),
        (None, Some(person)) => format!("A day may cost {person} for each person."),
        (Some(room), Some(person)) => {
            format!("A day may cost {room} in this room, {person} for each person.")
        }
    }
}

fn tool(name: &str) -> Option<&'static str> {
    match name {
        tool_name::WEATHER => Some("Weather"),
        tool_name::TIME => Some("Clock"),
        tool_name::SEARCH => Some("Search in this room"),
        _ => None,
    }
}
