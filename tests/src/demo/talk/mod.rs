//! The conversationalist: a small, deterministic partner in Korean and English. It reads the whole chain anew for
//! every answer, so all it knows is what the chain holds. It is not a language model and says so.

mod answers;
mod korean_names;
mod language;
mod memory;
mod names;
mod questions;
mod samples;
mod sums;
mod tools;
mod transcript;

use super::compose::{Output, words};
use super::schema;
use language::Language;
use memory::Memory;
use questions::Question;
use serde_json::Value;
use transcript::{Line, Transcript};

/// What it says to a chain of items, given the body of the request.
pub(crate) fn output(items: &[&Value], body: &Value) -> Output {
    let transcript = Transcript::read(items);
    let format = &body["text"]["format"];
    if format["type"] == "json_schema" || format["type"] == "json_object" {
        let filled = schema::fill(&format["schema"], &transcript.suggestions());
        return Output::Text(words(&filled.to_string()));
    }
    if transcript.tool_output.is_none()
        && let Some(call) = tools::call(&transcript, body)
    {
        return call;
    }
    Output::Text(words(&reply(&transcript)))
}

fn reply(transcript: &Transcript) -> String {
    let language = language_of(transcript);
    if let Some(output) = &transcript.tool_output {
        return answers::tool_output(language, output);
    }
    let Some((question, before)) = transcript.question() else { return answers::nothing_said(language) };
    let memory = Memory::read(&transcript.lines);
    let talk = answers::Talk { language, memory: &memory, before, line: question };
    let asked = Question::read(&question.text, &memory, question.speaker_id());
    // What is told in passing is confirmed; what is asked comes first.
    let learned = Memory::read(std::slice::from_ref(question)).knows_something();
    talk.answer(&asked, learned)
}

/// The language of the question; without a letter in it, the one that its speaker used before.
fn language_of(transcript: &Transcript) -> Language {
    let Some((question, before)) = transcript.question() else { return Language::English };
    let same = |line: &&Line| line.speaker_id() == question.speaker_id();
    std::iter::once(question)
        .chain(before.iter().rev().filter(same))
        .chain(before.iter().rev())
        .find_map(|line| Language::of(&line.text))
        .or_else(|| Language::of(question.nickname()))
        .unwrap_or(Language::English)
}

#[cfg(test)]
mod tests;
