//! The conversationalist: a small, deterministic partner in Korean and English. It reads the whole chain anew for
//! every answer, so all it knows is what the chain holds. It is not a language model and says so.

mod answers;
mod characters;
mod content_words;
mod digest;
mod korean_names;
mod language;
mod looked_up;
mod memory;
mod names;
mod poll;
mod questions;
mod samples;
mod sums;
mod tools;
mod transcript;

use super::output::{Output, words};
use super::prompt::Prompt;
use super::schema::{self, Known};
use characters::{Character, Scene};
use digest::Digest;
use language::Language;
use memory::Memory;
use poll::Poll;
use questions::Question;
use serde_json::{Value, json};
use transcript::{Line, Transcript};

/// What it says to a prompt.
pub(crate) fn output(prompt: &Prompt) -> Output {
    let transcript = Transcript::read(&prompt.items);
    if transcript.outputs.is_empty()
        && let Some(call) = tools::call(&transcript, prompt)
    {
        return call;
    }
    if let Some(form) = &prompt.form {
        return Output::Text(words(&filled(form, &transcript).to_string()));
    }
    Output::Text(words(&reply(prompt, &transcript)))
}

/// A form, filled from the question and from what was said before it.
fn filled(form: &Value, transcript: &Transcript) -> Value {
    let Some((question, before)) = transcript.question() else {
        return schema::form(form, &Known::default());
    };
    let poll = Poll::read(&question.text, before, language_of(transcript));
    let mut values = Digest::read(before).values(language_of(transcript));
    values.push(("question", json!(poll.question)));
    values.push(("options", json!(poll.options)));
    let said = before.iter().rev().filter(|line| digest::is_person(line)).take(5);
    let words = [poll.question].into_iter().chain(said.map(|line| line.text.clone())).collect();
    schema::form(form, &Known { values, words })
}

fn reply(prompt: &Prompt, transcript: &Transcript) -> String {
    let language = language_of(transcript);
    let character = Character::of(&prompt.instructions);
    if !transcript.outputs.is_empty() {
        let told = character.told(language, &transcript.outputs);
        return told.unwrap_or_else(|| looked_up::told(language, &transcript.outputs));
    }
    let Some((question, before)) = transcript.question() else { return answers::nothing_said(language) };
    let memory = Memory::read(&transcript.lines);
    let scene = Scene { language, memory: &memory, before, line: question };
    if let Some(answer) = character.answer(&scene) {
        return answer;
    }
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
