//! `bots.toml`: the standing rules, and every bot with its names, its instructions and its model.

use shared::bot::handle_error;
use shared::{CardKind, ErrorCode, Nickname, limits};

use crate::parameters::{self, Parameters};
use crate::read::{At, Table};
use crate::{APIS, TOOLS};

/// Characters of instructions, and of the rules. They are sent, and paid for, with every turn.
const INSTRUCTIONS_CHARACTERS: usize = 6_000;
const COLOURS: i64 = 8;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bots {
    /// What every bot is told after its own instructions.
    pub rules: LocalizedStr,
    /// The bots, in the order of the file.
    pub bots: Vec<Bot>,
}

/// The same in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LocalizedStr {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

/// A bot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bot {
    /// What one writes after `@`.
    pub handle: String,
    /// Other words that call it, at most 4.
    pub aliases: Vec<String>,
    /// What it is called on screen.
    pub name: LocalizedStr,
    /// What it is for, in a sentence.
    pub about: LocalizedStr,
    /// 0 to 7.
    pub colour: i64,
    /// Its own instructions, without the rules.
    pub instructions: LocalizedStr,
    /// What its model's server speaks; the operator's choice where it is not set. The same holds for the next three.
    pub api: Option<String>,
    /// Its model.
    pub model: Option<String>,
    /// Its model's server.
    pub base_url: Option<String>,
    /// The name of the variable that holds the key for that server.
    pub key: Option<String>,
    /// What is sent with every turn.
    pub parameters: Parameters,
    /// Tools that it may use.
    pub tools: Vec<String>,
    /// The form of its answers.
    pub card: Option<String>,
    /// How much of the room it is given when it begins anew: messages, and bytes of their text.
    pub window: Option<(i64, i64)>,
    /// Tokens in its chain beyond which it begins a new one.
    pub rotate_at: Option<i64>,
}

pub(crate) fn read(root: &Table<'_>) -> Bots {
    let rules = root.need("rules", root.table("rules")).map(|table| said_in(&table, INSTRUCTIONS_CHARACTERS));
    let tables = root.tables("bot");
    if tables.is_empty() {
        root.fault(root.at(), "there is no [[bot]]");
    }
    let mut names: Vec<(String, usize)> = Vec::new();
    let bots = tables.iter().map(|table| bot(table, &mut names)).collect();
    root.finish();
    Bots { rules: rules.unwrap_or_default(), bots }
}

fn bot(table: &Table<'_>, names: &mut Vec<(String, usize)>) -> Bot {
    let owned = |found: Option<At<&str>>| found.map(|found| found.is.to_owned());
    let handle = table.need("handle", table.text("handle"));
    let aliases = table.texts("aliases");
    check_names(table, handle, &aliases, names);
    let parameters = table.table("parameters").map(|table| parameters::read(&table)).unwrap_or_default();
    let base_url = table.text("base_url");
    let key = table.text("key");
    check_server(table, base_url, key);
    let tools: Vec<At<&str>> =
        table.texts("tools").into_iter().filter(|tool| table.known("tool", *tool, &TOOLS)).collect();
    let cards = [CardKind::Poll, CardKind::Summary].map(CardKind::as_str);
    let card = table.one_of("card", &cards);
    if let (Some(_), Some(tool)) = (card, tools.first()) {
        table.fault(tool.at, "a bot with a card has no tools: not every API takes both");
    }
    let given = table.table("window");
    let window = given.as_ref().and_then(window);
    let rotate_at = table.integer("rotate_at", 2_000..=400_000);
    if given.is_none() || window.is_some() {
        check_room(table, window, rotate_at);
    }
    let instructions = said(table, "instructions", INSTRUCTIONS_CHARACTERS);
    if let Some(handle) = handle {
        check_first_line(table, handle.is, &instructions);
    }
    let bot = Bot {
        handle: owned(handle).unwrap_or_default(),
        aliases: aliases.iter().map(|alias| alias.is.to_owned()).collect(),
        name: said(table, "name", limits::NICKNAME_CHARACTERS),
        about: said(table, "about", limits::BOT_ABOUT_CHARACTERS),
        colour: table.need("colour", table.integer("colour", 0..=COLOURS - 1)).unwrap_or_default(),
        instructions,
        api: table.one_of("api", &APIS).map(str::to_owned),
        model: owned(table.text("model").filter(|model| is_one_word(table, "model", *model))),
        base_url: owned(base_url).map(|url| url.trim_end_matches('/').to_owned()),
        key: owned(key),
        parameters,
        tools: tools.iter().map(|tool| tool.is.to_owned()).collect(),
        card: card.map(str::to_owned),
        window,
        rotate_at,
    };
    table.finish();
    bot
}

/// Handle and aliases: their form, and that nobody else has them. Compared without case, as mentions are.
fn check_names(
    table: &Table<'_>,
    handle: Option<At<&str>>,
    aliases: &[At<&str>],
    names: &mut Vec<(String, usize)>,
) {
    if let Some(handle) = handle
        && let Some(code) = handle_error(handle.is)
    {
        let why = match code {
            ErrorCode::Empty => "is shorter than 2 characters",
            ErrorCode::TooLong => "is longer than 24 characters",
            _ => "is not made of a-z, 0-9, _ and - after a letter",
        };
        table.fault(handle.at, format!("the handle \"{}\" {why}", handle.is));
    }
    if let Some(one_more) = aliases.get(limits::BOT_ALIASES) {
        table.fault(one_more.at, format!("more than {} aliases", limits::BOT_ALIASES));
    }
    for alias in aliases {
        let is_name = Nickname::parse(alias.is).is_ok_and(|name| name.as_str() == alias.is);
        if !is_name || alias.is.contains([' ', '@']) {
            table
                .fault(alias.at, format!("the alias \"{}\" is not one word of 1 to 24 characters", alias.is));
        } else if alias.is.chars().any(is_part_of_letter) {
            // Messages are composed (NFC), so such a name would never be found in one.
            table.fault(alias.at, format!("the alias \"{}\" is written in parts of letters", alias.is));
        }
    }
    for name in handle.iter().chain(aliases) {
        let folded = name.is.to_lowercase();
        match names.iter().find(|(taken, _)| *taken == folded) {
            Some((_, line)) => {
                table.fault(name.at, format!("\"{}\" stands in line {line} already", name.is));
            }
            None => names.push((folded, table.line(name.at))),
        }
    }
}

/// Combining marks, and the parts of which Hangul syllables are composed.
fn is_part_of_letter(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
}

/// A key is for one server: the operator's own must not reach another one because somebody forgot to name it.
fn check_server(table: &Table<'_>, base_url: Option<At<&str>>, key: Option<At<&str>>) {
    if let Some(url) = base_url {
        let host = url.is.strip_prefix("https://").or_else(|| url.is.strip_prefix("http://"));
        if !host.is_some_and(|host| !host.is_empty() && !host.contains([' ', '?', '#', '@'])) {
            table.fault(url.at, format!("base_url \"{}\" is no http or https address", url.is));
        }
    }
    match (base_url, key) {
        (Some(url), None) => {
            table.fault(url.at, "base_url needs a key: the name of the variable that holds it")
        }
        (None, Some(key)) => table.fault(key.at, "key needs a base_url: which server is it for?"),
        (_, Some(key)) => {
            let is_variable = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
            if !key.is.ends_with("_KEY") || !key.is.bytes().all(is_variable) {
                // It may be the key itself, which no log should show.
                table.fault(key.at, "key is not the name of a variable that ends in _KEY");
            }
        }
        (None, None) => {}
    }
}

fn is_one_word(table: &Table<'_>, key: &str, text: At<&str>) -> bool {
    let is_one = !text.is.is_empty() && !text.is.contains(char::is_whitespace);
    if !is_one {
        table.fault(text.at, format!("{key} \"{}\" is not one word", text.is));
    }
    is_one
}

fn window(table: &Table<'_>) -> Option<(i64, i64)> {
    let messages = table.need("messages", table.integer("messages", 1..=500));
    let bytes = table.need("bytes", table.integer("bytes", 1_000..=400_000));
    table.finish();
    messages.zip(bytes)
}

/// A new chain must not be due for the next one at once: a token is about three bytes.
fn check_room(table: &Table<'_>, window: Option<(i64, i64)>, rotate_at: Option<i64>) {
    let (bytes, rotate_at) = (window.map_or(60_000, |(_, bytes)| bytes), rotate_at.unwrap_or(60_000));
    let tokens = bytes / 3;
    if tokens > rotate_at / 2 {
        let why = format!(
            "a window of {bytes} bytes is about {tokens} tokens, more than half of rotate_at ({rotate_at})"
        );
        table.fault(table.at(), why);
    }
}

fn check_first_line(table: &Table<'_>, handle: &str, instructions: &LocalizedStr) {
    for (text, first) in [
        (&instructions.en, format!("You are @{handle}.")),
        (&instructions.ko, format!("당신은 @{handle}입니다.")),
    ] {
        if !text.is_empty() && text.lines().next() != Some(first.as_str()) {
            let at = table.table("instructions").map_or(table.at(), |table| table.at());
            table.fault(at, format!("the instructions do not begin with the line \"{first}\""));
        }
    }
}

fn said(table: &Table<'_>, key: &'static str, most: usize) -> LocalizedStr {
    table.need(key, table.table(key)).map(|table| said_in(&table, most)).unwrap_or_default()
}

fn said_in(table: &Table<'_>, most: usize) -> LocalizedStr {
    let text = |language: &'static str| {
        let Some(text) = table.need(language, table.text(language)) else { return String::new() };
        let length = text.is.chars().count();
        if text.is.trim().is_empty() {
            table.fault(text.at, format!("\"{language}\" is empty"));
        } else if length > most {
            table.fault(text.at, format!("\"{language}\" has {length} characters, more than {most}"));
        }
        text.is.to_owned()
    };
    let said = LocalizedStr { en: text("en"), ko: text("ko") };
    table.finish();
    said
}
