//! The scripted talker: a small, deterministic partner in Korean and English that stands in for a language model, and says
//! so. It reads the whole prompt anew for every answer, so all it knows is what the prompt holds.
//!
//! Patterns and replies are in `tables`; the files beside it find the values that replies are filled with. `README.md` says
//! how to add an answer.

mod bots;
mod cards;
mod general;
mod language;
mod memory;
mod names;
mod scene;
mod stories;
mod sums;
#[rustfmt::skip]
mod tables;
mod tool_calls;
mod tool_outputs;
mod transcript;
mod translator;
mod tutor;
mod voice;

use crate::answer::{Output, words};
use crate::prompt::Prompt;
use crate::schema::{self, Hints};
use cards::{Poll, Summary};
use language::Language;
use memory::Memory;
use scene::{Scene, language_of};
use serde_json::{Value, json};
use tables::tools;
use transcript::Transcript;
use voice::Voice;

/// What the model answers to a prompt.
pub(crate) fn answer(prompt: &Prompt) -> Output {
    let transcript = Transcript::read(&prompt.items);
    let called =
        if transcript.tool_outputs.is_empty() { tool_calls::call(&transcript, prompt) } else { None };
    called.unwrap_or_else(|| {
        let text = match &prompt.answer_schema {
            Some(schema) => fill_schema(schema, &transcript).to_string(),
            None => reply(prompt, &transcript),
        };
        Output::Text(words(&text))
    })
}

/// A value that fits the schema, filled from the question and from what was said before it.
fn fill_schema(schema: &Value, transcript: &Transcript) -> Value {
    let Some((question, before)) = transcript.question() else {
        return schema::fill_answer(schema, &Hints::default());
    };
    let language = language_of(question, before);
    let poll = Poll::read(&question.text, before, language);
    let mut values = Summary::read(before).values(language);
    values.push(("question", json!(poll.question)));
    values.push(("options", json!(poll.options)));
    let said = before.iter().rev().filter(|line| line.is_person()).take(5);
    let words = [poll.question].into_iter().chain(said.map(|line| line.text.clone())).collect();
    schema::fill_answer(schema, &Hints { values, words })
}

fn reply(prompt: &Prompt, transcript: &Transcript) -> String {
    let Some((line, before)) = transcript.question() else {
        return match transcript.tool_outputs.as_slice() {
            [] => general::nothing_said(Language::English),
            outputs => tool_outputs::tell(Language::English, tools::FOUND, outputs),
        };
    };
    let memory = Memory::read(&transcript.lines);
    let scene = Scene { language: language_of(line, before), memory: &memory, before, line };
    bots::reply(Voice::of(&prompt.instructions), &scene, &transcript.tool_outputs)
}

#[cfg(test)]
mod tests;
