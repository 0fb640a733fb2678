//! Commands: texts that begin with `/` and a word that is one, such as `/search tea`. Any other text with a slash is a message.

use shared::Bot;

/// What a text does that is no message, or a message in other words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Asks a bot: `/poll lunch?` says `@poll lunch?`.
    Ask { handle: &'static str },
    /// Opens the search in the room.
    Search,
    /// Gives oneself another nickname.
    Nickname,
    /// Shows the room's bots and what they do.
    Help,
}

/// The commands with their words in English and Korean.
pub(super) const COMMANDS: [(Command, &str, &str); 6] = [
    (Command::Ask { handle: "summary" }, "summary", "요약"),
    (Command::Ask { handle: "poll" }, "poll", "투표"),
    (Command::Ask { handle: "translator" }, "translate", "번역"),
    (Command::Search, "search", "검색"),
    (Command::Nickname, "nick", "닉네임"),
    (Command::Help, "help", "도움말"),
];

/// Reads a text as a command and what follows its word. `None`: it is a message.
pub fn parse_command<'a>(text: &'a str, bots: &[Bot]) -> Option<(Command, &'a str)> {
    let typed = text.trim().strip_prefix('/')?;
    let (word, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let is_called = |name: &str| name.eq_ignore_ascii_case(word);
    let mut commands = COMMANDS.iter().filter(|(command, ..)| is_there(*command, bots));
    let (command, ..) = commands.find(|(_, english, korean)| is_called(english) || is_called(korean))?;
    Some((*command, rest.trim()))
}

/// Whether the room has the bot that a command asks.
pub(super) fn is_there(command: Command, bots: &[Bot]) -> bool {
    match command {
        Command::Ask { handle } => bots.iter().any(|bot| bot.handle == handle),
        Command::Search | Command::Nickname | Command::Help => true,
    }
}
