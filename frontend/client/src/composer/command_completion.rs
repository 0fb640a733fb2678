//! Suggestions for the command that is being typed.

use shared::{Bot, Lang};

use super::commands::{COMMANDS, Command, is_there};
use super::hangul::keys;
use super::mention_completion::{MentionCompletion, Suggestion, SuggestionTarget};

/// Returns the commands that the text before the caret may become.
pub(super) fn complete_command(
    text: &str,
    caret: usize,
    bots: &[Bot],
    lang: Lang,
) -> Option<MentionCompletion> {
    let typed = text.strip_prefix('/')?;
    let units = text.encode_utf16().count();
    if typed.contains(char::is_whitespace) || caret != units {
        return None;
    }
    let wanted = keys(typed);
    let offered = COMMANDS.iter().filter(|(command, ..)| is_there(*command, bots));
    let suggestions: Vec<Suggestion> = offered
        .filter_map(|(command, english, korean)| {
            let names = if lang == Lang::Ko { [korean, english] } else { [english, korean] };
            let name = names.into_iter().find(|name| keys(name).starts_with(&wanted))?;
            let replacement = match command {
                Command::Ask { handle } => {
                    let bot = bots.iter().find(|bot| bot.handle == *handle);
                    format!("@{} ", bot.map_or(*handle, |bot| bot.localized_handle(lang)))
                }
                Command::Search | Command::Nickname | Command::Help => format!("/{name} "),
            };
            Some(Suggestion { target: SuggestionTarget::Command(*command, name), replacement })
        })
        .collect();
    (!suggestions.is_empty()).then_some(MentionCompletion {
        from: 0,
        to: caret,
        suggestions,
        is_complete_name: false,
    })
}
