//! `bots.toml`: the rules of all bots, and every bot with its names, its instructions and its model.

use serde::Deserialize;
use shared::answer_schema::AnswerSchema;
use shared::bot::handle_error;
use shared::{CardKind, ErrorCode, Nickname, limits, tool_name};
use toml::Spanned;

use crate::error::{Source, TableError};
use crate::localized::LocalizedStr;
use crate::parameters::{self, Parameters};

/// Characters of instructions, and of the rules. They are sent, and paid for, with every call.
const INSTRUCTIONS_CHARACTERS: usize = 6_000;
const COLOURS: i64 = 8;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bots {
    /// What every bot is told after its own instructions.
    pub rules: LocalizedStr,
    /// The bots, in the order of the file.
    #[serde(default, rename = "bot")]
    pub bots: Vec<Spanned<Bot>>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bot {
    /// What one writes after `@`.
    pub handle: Spanned<String>,
    /// Other words that call it, at most 4.
    #[serde(default)]
    pub aliases: Vec<Spanned<String>>,
    /// What it is called on screen.
    pub name: LocalizedStr,
    /// What it is for, in a sentence.
    pub about: LocalizedStr,
    /// 0 to 7.
    pub colour: Spanned<i64>,
    /// Its own instructions, without the rules.
    pub instructions: Spanned<LocalizedStr>,
    /// What its model's server speaks; the operator's choice where it is not set. The same holds for the next three.
    pub api: Option<Spanned<String>>,
    pub model: Option<Spanned<String>>,
    pub base_url: Option<Spanned<String>>,
    /// The name of the variable that holds the key for that server.
    pub key: Option<Spanned<String>>,
    /// What is sent with every call.
    pub parameters: Option<Spanned<Parameters>>,
    /// Tools that it may use.
    #[serde(default)]
    pub tools: Vec<Spanned<String>>,
    /// The form of its answers.
    pub card: Option<Spanned<String>>,
    /// A Markdown file beside `bots.toml` with what it knows, such as an FAQ.
    pub knowledge: Option<Spanned<String>>,
    /// A form of its own: a JSON schema, as text.
    pub schema: Option<Spanned<String>>,
    /// How much of the room it is given when it starts a chain.
    pub window: Option<Window>,
    /// Tokens in its chain beyond which it starts a new one.
    pub rotate_at: Option<Spanned<i64>>,
    /// How many answers it gives to a question to choose from.
    pub alternatives: Option<Spanned<i64>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    pub messages: Spanned<i64>,
    /// Bytes of the messages' text.
    pub bytes: Spanned<i64>,
}

pub(crate) fn read(mut source: Source<'_>) -> Result<Bots, Vec<TableError>> {
    let bots: Bots = source.parse()?;
    source.check_text(&bots.rules, INSTRUCTIONS_CHARACTERS);
    if bots.bots.is_empty() {
        source.error(0..0, "there is no [[bot]]");
    }
    let mut names = Vec::new();
    for bot in &bots.bots {
        check_bot(&mut source, bot, &mut names);
    }
    source.finish(bots)
}

/// `names`: the lower-case handles and aliases so far, with their lines.
fn check_bot(source: &mut Source<'_>, table: &Spanned<Bot>, names: &mut Vec<(String, usize)>) {
    let bot = table.get_ref();
    check_names(source, bot, names);
    check_server(source, bot.base_url.as_ref(), bot.key.as_ref());
    let apis = models::Api::ALL.map(models::Api::as_str);
    source.check_word("api", bot.api.as_ref(), &apis);
    for tool in &bot.tools {
        source.check_word("tool", Some(tool), &tool_name::ALL);
    }
    source.check_word("card", bot.card.as_ref(), &[CardKind::Poll, CardKind::Summary].map(CardKind::as_str));
    check_schema(source, bot);
    if let (Some(_), Some(tool)) = (bot.card.as_ref().or(bot.schema.as_ref()), bot.tools.first()) {
        source.error(tool.span(), "a bot with a card has no tools: not every API takes both");
    }
    check_knowledge(source, bot.knowledge.as_ref());
    source.check_text(&bot.name, limits::NICKNAME_CHARACTERS);
    source.check_text(&bot.about, limits::BOT_ABOUT_CHARACTERS);
    source.check_text(bot.instructions.get_ref(), INSTRUCTIONS_CHARACTERS);
    check_first_line(source, bot);
    source.check_range("colour", Some(&bot.colour), 0..=COLOURS - 1);
    source.check_one_word("model", bot.model.as_ref());
    source.check_range("messages", bot.window.as_ref().map(|window| &window.messages), 1..=500);
    source.check_range("bytes", bot.window.as_ref().map(|window| &window.bytes), 1_000..=400_000);
    source.check_range("rotate_at", bot.rotate_at.as_ref(), 2_000..=400_000);
    check_alternatives(source, bot);
    check_window(source, table);
    if let Some(parameters) = &bot.parameters {
        parameters::check(source, parameters);
    }
}

/// A further answer is one more call with the same prompt, whose text is shown as it is.
fn check_alternatives(source: &mut Source<'_>, bot: &Bot) {
    source.check_range("alternatives", bot.alternatives.as_ref(), 1..=i64::from(limits::ALTERNATIVES));
    let has_more = bot.alternatives.as_ref().filter(|count| *count.get_ref() > 1);
    if let Some(count) = has_more
        && (!bot.tools.is_empty() || bot.card.is_some() || bot.schema.is_some())
    {
        source.error(count.span(), "a bot with tools, a card or a schema gives one answer");
    }
}

fn check_schema(source: &mut Source<'_>, bot: &Bot) {
    let Some(schema) = &bot.schema else { return };
    if bot.card.is_some() {
        source.error(schema.span(), "a bot has a card or a schema, not both");
    }
    if let Err(error) = AnswerSchema::parse(schema.get_ref()) {
        source
            .error(schema.span(), format!("the schema is not taken at \"{}\": {}", error.place, error.code));
    }
}

/// Checks the form of handle and aliases, and that no other bot has them. They are compared without case, as mentions are.
fn check_names(source: &mut Source<'_>, bot: &Bot, names: &mut Vec<(String, usize)>) {
    let handle = bot.handle.get_ref();
    if let Some(code) = handle_error(handle) {
        let why = match code {
            ErrorCode::Empty => "is shorter than 2 characters",
            ErrorCode::TooLong => "is longer than 24 characters",
            _ => "is not made of a-z, 0-9, _ and - after a letter",
        };
        source.error(bot.handle.span(), format!("the handle \"{handle}\" {why}"));
    }
    if let Some(one_more) = bot.aliases.get(limits::BOT_ALIASES) {
        source.error(one_more.span(), format!("more than {} aliases", limits::BOT_ALIASES));
    }
    for alias in &bot.aliases {
        let text = alias.get_ref();
        let is_name = Nickname::parse(text).is_ok_and(|name| name.as_str() == text);
        if !is_name || text.contains([' ', '@']) {
            source.error(alias.span(), format!("the alias \"{text}\" is not one word of 1 to 24 characters"));
        } else if text.chars().any(is_part_of_letter) {
            // Messages are composed (NFC), so such a name would never be found in one.
            source.error(alias.span(), format!("the alias \"{text}\" is written in parts of letters"));
        }
    }
    for name in std::iter::once(&bot.handle).chain(&bot.aliases) {
        let folded = name.get_ref().to_lowercase();
        match names.iter().find(|(taken, _)| *taken == folded) {
            Some((_, line)) => {
                source.error(name.span(), format!("\"{}\" stands in line {line} already", name.get_ref()));
            }
            None => names.push((folded, source.line(&name.span()))),
        }
    }
}

/// Combining marks, and the parts of which Hangul syllables are composed.
fn is_part_of_letter(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
}

/// A key belongs to one server: the operator's own must not reach another one because somebody forgot to name it.
fn check_server(source: &mut Source<'_>, base_url: Option<&Spanned<String>>, key: Option<&Spanned<String>>) {
    if let Some(url) = base_url {
        let text = url.get_ref();
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        if !host.is_some_and(|host| !host.is_empty() && !host.contains([' ', '?', '#', '@'])) {
            source.error(url.span(), format!("base_url \"{text}\" is no http or https address"));
        }
    }
    match (base_url, key) {
        (Some(url), None) => {
            source.error(url.span(), "base_url needs a key: the name of the variable that holds it");
        }
        (None, Some(key)) => source.error(key.span(), "key needs a base_url: which server is it for?"),
        (_, Some(key)) => {
            let is_variable = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
            if !key.get_ref().ends_with("_KEY") || !key.get_ref().bytes().all(is_variable) {
                // It may be the key itself, which no log should show.
                source.error(key.span(), "key is not the name of a variable that ends in _KEY");
            }
        }
        (None, None) => {}
    }
}

/// The file is compiled into the Worker, so it is one of this folder.
fn check_knowledge(source: &mut Source<'_>, file: Option<&Spanned<String>>) {
    let Some(file) = file else { return };
    let name = file.get_ref().strip_suffix(".md").unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if name.is_empty() || !name.bytes().all(is_plain) {
        let reason = format!("knowledge \"{}\" is no name of a file such as help.md", file.get_ref());
        source.error(file.span(), reason);
    }
}

/// A new chain must not be due for the next one at once: a token is about three bytes.
fn check_window(source: &mut Source<'_>, table: &Spanned<Bot>) {
    let bot = table.get_ref();
    let bytes = bot.window.as_ref().map_or(60_000, |window| *window.bytes.get_ref());
    let rotate_at = bot.rotate_at.as_ref().map_or(60_000, |tokens| *tokens.get_ref());
    let tokens = bytes / 3;
    if tokens > rotate_at / 2 {
        let reason = format!(
            "a window of {bytes} bytes is about {tokens} tokens, more than half of rotate_at ({rotate_at})"
        );
        source.error(table.span(), reason);
    }
}

fn check_first_line(source: &mut Source<'_>, bot: &Bot) {
    let handle = bot.handle.get_ref();
    let instructions = bot.instructions.get_ref();
    for (text, first) in [
        (&instructions.en, format!("You are @{handle}.")),
        (&instructions.ko, format!("당신은 @{handle}입니다.")),
    ] {
        if text.get_ref().lines().next() != Some(first.as_str()) {
            let reason = format!("the instructions do not begin with the line \"{first}\"");
            source.error(text.span(), reason);
        }
    }
}
