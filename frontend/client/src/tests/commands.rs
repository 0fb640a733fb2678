//! Commands in the composer.

use shared::{Bot, Lang};

use super::Script;
use super::script::config;
use crate::composer::complete;
use crate::{Client, Command, Config, SuggestionTarget, parse_command};

/// A live client whose room has the bots of the commands.
fn client(lang: Lang) -> Client {
    let mut script = Script::with(Config { lang, ..config() });
    script.run("start\nentered open\nopened\njoin ann\nwelcome 3 as ann\nevents | 4 bot summary | 5 bot translator | 6 bot cook");
    script.client
}

/// The words of the commands offered at the end of a text, and what each would write.
fn offered(client: &Client, text: &str) -> Vec<(&'static str, String)> {
    let completion = client.complete_mention(text, text.encode_utf16().count());
    let suggestions = completion.map(|completion| completion.suggestions).unwrap_or_default();
    suggestions
        .into_iter()
        .filter_map(|suggestion| match suggestion.target {
            SuggestionTarget::Command(_, word) => Some((word, suggestion.replacement)),
            _ => None,
        })
        .collect()
}

#[test]
fn a_slash_offers_the_commands_of_the_room() {
    let english = client(Lang::En);
    let all: Vec<&str> = offered(&english, "/").into_iter().map(|(word, _)| word).collect();
    assert_eq!(all, ["summary", "translate", "search", "nick", "help"]);
    assert_eq!(offered(&english, "/SE"), [("search", "/search ".to_owned())]);
    assert_eq!(offered(&english, "/tr"), [("translate", "@translator ".to_owned())]);
    for text in ["", "x /se", "//", "/search tea", "/usr", " /se", "/ "] {
        assert_eq!(offered(&english, text), [], "{text}");
    }
    let korean = client(Lang::Ko);
    // While somebody types 검색, the field shows 거 for a moment.
    assert_eq!(offered(&korean, "/거"), [("검색", "/검색 ".to_owned())]);
    assert_eq!(offered(&korean, "/").first(), Some(&("요약", "@summary ".to_owned())));
    assert_eq!(offered(&korean, "/se"), [("search", "/search ".to_owned())]);
}

#[test]
fn a_command_to_a_bot_writes_its_handle_in_the_readers_language() {
    let aliases = vec!["recap".to_owned(), "요약".to_owned()];
    let bots = [Bot { handle: "summary".to_owned(), aliases, ..Bot::default() }];
    for (lang, expected) in [(Lang::En, "@summary "), (Lang::Ko, "@요약 ")] {
        let completion = complete("/sum", 4, &bots, std::iter::empty(), None, lang).unwrap();
        assert_eq!(completion.suggestions[0].replacement, expected);
    }
}

#[test]
fn a_text_is_a_command_or_a_message() {
    let client = client(Lang::En);
    let read = |text| parse_command(text, client.bots());
    assert_eq!(read("/search  two words "), Some((Command::Search, "two words")));
    assert_eq!(read("/검색 김치\n찌개"), Some((Command::Search, "김치\n찌개")));
    assert_eq!(read(" /Nick Anna"), Some((Command::Nickname, "Anna")));
    assert_eq!(read("/help"), Some((Command::Help, "")));
    assert_eq!(read("/요약 오늘"), Some((Command::Ask { handle: "summary" }, "오늘")));
    for text in ["/poll lunch?", "/usr/bin", "search", "/", "// x", "/searching", "see /search"] {
        assert_eq!(read(text), None, "{text}");
    }
}
