//! English.

use shared::{Close, Code, Lang, Usage};

use super::Text;

pub(super) static TEXT: Text = Text {
    lang: Lang::En,
    tag: "en",
    other_tag: "ko",
    other_name: "한국어",

    headline: "A yard to talk in, with an AI that comes when called.",
    lead: "No account. Pick a nickname and step in.",
    nickname: "Nickname",
    enter_lobby: "Enter the lobby",
    own_room: "Or a room of your own",
    room_name: "Room name",
    room_name_example: "book-club",
    room_name_wrong: "Use letters a–z, digits, hyphens or Hangul, up to 64 characters.",
    open_room: "Open room",
    create_private: "Create private room",
    private_note: "Only people with its link can find it.",
    glimpse: "The lobby, right now",
    quiet: "It is quiet. Say the first word.",

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
    quote_unknown: "An earlier message",
    call_bot: |handle| format!("Call @{handle}"),
    close: "Close",
    copy_code: "Copy code",
    copy_link: "Copy link",
    copied: "Copied",
    copy_by_hand: "Copy this link:",
    you_mark: "you",
    owner_mark: "owner",
    bot_mark: "AI",
    here: |count| format!("{count} here"),
    nobody_here: "Nobody is here yet.",

    connection: "Connection",
    connected: "Connected",
    connecting: "Connecting…",
    reconnecting: "Reconnecting…",
    offline: "Offline",
    reconnecting_note: "The line broke. Coming back by itself; what you write is kept and sent then.",
    offline_note: "You are offline. What you write is kept and sent when you are back.",

    switch_theme: "Switch between light and dark",
    load_older: "Load older",
    loading_older: "Loading…",
    beginning: "This is where the room begins.",
    newest: |unseen| match unseen {
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
    follows: |messages| match messages {
        1 => "followed 1 message".to_owned(),
        _ => format!("followed {messages} messages"),
    },
    tokens: |Usage { input, cached, output }| match cached {
        0 => format!("{input} tokens in, {output} out"),
        _ => format!("{input} tokens in ({cached} cached), {output} out"),
    },
    reread: "read the room again first",
    rereading: "It lost its place and reads the room again.",
    demo: "Demo: a small model on this machine answers",
    typing: |names| match names {
        [] => String::new(),
        [one] => format!("{one} is typing"),
        [one, two] => format!("{one} and {two} are typing"),
        [one, rest @ ..] => format!("{one} and {} others are typing", rest.len()),
    },
    left: |characters| format!("{characters} left"),
    over: |characters| format!("{characters} too many"),

    code,
    wait_seconds: |seconds| format!("Wait {seconds} s and try again."),
    absent_private: "There is no such room, or the link is not complete. Ask for the whole link.",
    gone: "This room was deleted.",
    banned: "You cannot come into this room any more.",
    version: "Madang was updated. Reload the page to go on.",
    ended,
    nowhere: "There is nothing at this address.",
};

fn code(code: Code) -> &'static str {
    match code {
        Code::BadJson | Code::BadFrame | Code::UnknownType | Code::Binary => {
            "The room did not understand the page. Reload it."
        }
        Code::NotJoined => "Join with a nickname first.",
        Code::Empty => "There is nothing to send.",
        Code::TooLong => "That is too long. Shorten it and send it again.",
        Code::ControlCharacters => "It has characters that cannot be shown. Take them out.",
        Code::NicknameEmpty => "A nickname needs at least one letter or digit.",
        Code::NicknameTooLong => "That nickname is too long: 24 characters at most.",
        Code::NicknameCharacters => "That nickname has characters that cannot be used.",
        Code::NicknameMixed => "That nickname mixes alphabets that are not written together.",
        Code::NicknameTaken => "Somebody here has that nickname, or one that looks like it. Pick another.",
        Code::NicknameReserved => "That name is reserved. Pick another.",
        Code::SlowDown => "That was a little fast. Wait a moment and try again.",
        Code::Stale => {
            "It waited so long that it may have been sent already. Look, then send it again if not."
        }
        Code::TryLater => "The room could not take it just now. Try again.",
        Code::NoSuchMessage => "That message is not there any more.",
        Code::NotAllowed => "Only the person who asked, or the room's owner, can do that.",
        Code::NotNow => "There is nothing to do there now.",
        Code::QueueFull => "Too many questions are waiting. Ask again in a moment.",
        Code::Busy => "The AI's server is busy. Ask again in a moment.",
        Code::Quota => "The AI's budget is used up. You can go on talking.",
        Code::Misconfigured => "The AI is not set up correctly. Only the operator can help.",
        Code::Timeout => "The AI took too long. Ask again.",
        Code::Unreachable => "The AI could not be reached. Ask again in a moment.",
        Code::ContextTooLong => "The conversation is too long for the AI.",
        Code::Filtered => "The provider's filter stopped it.",
        Code::Declined => "The AI declined to answer.",
        Code::Length => "The answer reached its length limit.",
        Code::Cut => "The line to the AI broke in the middle.",
        Code::Unknown => "That did not work. Try again.",
    }
}

fn ended(why: Close) -> &'static str {
    match why {
        Close::Reset | Close::Slow | Close::NoHello => "The line was closed. Reload the page to come back.",
        Close::TooLarge | Close::BadFrames => "The room did not understand the page. Reload it.",
        Close::Identity => "Your visit ended. Reload the page to come back.",
        Close::Banned => TEXT.banned,
        Close::Protocol => TEXT.version,
        Close::Replaced => "This conversation goes on in a newer connection. Reload to have it here.",
        Close::Gone => TEXT.gone,
    }
}
