//! The scripted talker: a small, deterministic partner in Korean and English that stands in for a language model, and says
//! so. It reads the whole prompt anew for every answer, so all it knows is what the prompt holds.
//!
//! Patterns and replies are in `tables`; the files beside it find the values that replies are filled with. `README.md` says
//! how to add an answer.

mod cards;
mod general;
mod language;
mod lessons;
mod memory;
mod scene;
mod stories;
#[rustfmt::skip]
mod tables;
mod tools;
mod transcript;

use crate::answer::{Output, words};
use crate::prompt::Prompt;
use crate::schema::{self, Hints};
use cards::{Poll, Summary};
use language::{Language, Text, captured, compile, pattern};
use scene::Scene;
use serde_json::{Value, json};
use tables::bots::{self, HANDLES, TalkRow, Voice};
use tables::tools::FOUND;
use transcript::{HANDLE_END, Knowledge, Transcript};

pub(crate) fn answer(prompt: &Prompt) -> Output {
    let transcript = Transcript::read(&prompt.items);
    let outputs = transcript.tool_outputs.as_slice();
    let scene = Scene::read(&transcript);
    let language = language_of(&prompt.instructions).unwrap_or(scene.language);
    let scene = Scene { language, ..scene };
    let called = if outputs.is_empty() { tools::call(&scene.line.text, prompt) } else { None };
    called.unwrap_or_else(|| {
        let text = match &prompt.answer_schema {
            Some(schema) => fill_schema(schema, &scene).to_string(),
            None => match &transcript.knowledge {
                Some(knowledge) if outputs.is_empty() => from_knowledge(&scene, knowledge),
                _ => reply(voice_of(&prompt.instructions), &scene, outputs),
            },
        };
        Output::Text(words(&text))
    })
}

/// A value that fits the schema, filled from the question and from what was said before it.
fn fill_schema(schema: &Value, scene: &Scene<'_>) -> Value {
    let poll = Poll::read(&scene.line.text, scene.before, scene.language);
    let mut values = Summary::read(scene.before).values(scene.language);
    values.extend([("question", json!(poll.question)), ("options", json!(poll.options))]);
    values.extend([("multiple", json!(poll.multiple)), ("secret", json!(poll.secret))]);
    let said = scene.before.iter().rev().filter(|line| line.is_person()).take(5);
    let words = [poll.question].into_iter().chain(said.map(|line| line.text.clone())).collect();
    schema::fill_answer(schema, &Hints { values, words })
}

/// The language in which the instructions want the answer, where they name one.
fn language_of(instructions: &str) -> Option<Language> {
    match captured(r"Write (?:the text of the message )?in (Korean|English)", instructions)? {
        "Korean" => Some(Language::Korean),
        _ => Some(Language::English),
    }
}

/// The bot that a line of the instructions names: `You are @handle`, `당신은 @handle`; any other is the general one.
fn voice_of(instructions: &str) -> Voice {
    let names_it = |names: &str| {
        let line = format!(r"(?:^|\n)[#* ]*(?-i:You are|당신은) @(?:{names}){HANDLE_END}");
        compile(&line).is_match(instructions)
    };
    HANDLES.iter().find(|(_, names)| names_it(names)).map_or(Voice::General, |(voice, _)| *voice)
}

fn reply(voice: Voice, scene: &Scene<'_>, outputs: &[String]) -> String {
    match voice {
        Voice::Ferryman if !outputs.is_empty() => tools::tell(scene.language, bots::FOUND, outputs),
        _ if !outputs.is_empty() => tools::tell(scene.language, FOUND, outputs),
        Voice::General | Voice::Support => general::answer(scene),
        Voice::Summary => Summary::read(scene.before).written(scene.language),
        Voice::Poll => Poll::read(&scene.line.text, scene.before, scene.language).written(),
        Voice::Translator => lessons::translate(scene),
        Voice::Counsellor => by_rows(scene, &bots::COUNSELLOR),
        Voice::Ferryman => by_rows(scene, &bots::FERRYMAN),
        Voice::Tutor => lessons::correct(scene),
        Voice::Storyteller => stories::next_chapter(scene),
    }
}

/// The first passage of the bot's knowledge that the prompt holds for this question, quoted; or who may know.
fn from_knowledge(scene: &Scene<'_>, knowledge: &Knowledge) -> String {
    let values = [("title", &knowledge.title), ("text", &knowledge.text), ("contact", &knowledge.contact)];
    let values = values.map(|(name, value)| (name, value.clone()));
    scene.language.say(if knowledge.text.is_empty() { bots::NO_PASSAGE } else { bots::PASSAGE }, &values)
}

/// The reply of the first row that matches; replies and the questions after them take turns.
fn by_rows(scene: &Scene<'_>, rows: &[TalkRow]) -> String {
    let Some((words, replies, questions)) = rows.iter().find(|(words, ..)| scene.matches(words)) else {
        return String::new();
    };
    let mut own = scene.before.iter().filter(|line| line.id == scene.line.id);
    let again = own.any(|line| pattern(words).is_match(&line.text));
    let first_word = scene.line.text.split_whitespace().next().unwrap_or("…");
    let address = scene.address();
    let values = [
        ("vocative", address.strip_prefix(", ").map_or_else(String::new, |name| format!("{name}, "))),
        ("first_word", first_word.trim_matches(['?', '!', '.', ',', '~']).to_owned()),
        ("again", if again { scene.language.text(bots::AGAIN) } else { "" }.to_owned()),
        ("address", address),
    ];
    let turn = |texts: &[Text]| Some(scene.language.say(*texts.iter().cycle().nth(scene.turn())?, &values));
    [turn(replies), turn(questions)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
