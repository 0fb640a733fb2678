//! The answer in the voice of a bot.

use super::cards::{Poll, Summary};
use super::language::compile;
use super::scene::Scene;
use super::tables::{TalkRow, counsellor, ferryman, tools};
use super::voice::Voice;
use super::{general, stories, tool_outputs, translator, tutor};

pub(crate) fn reply(voice: Voice, scene: &Scene<'_>, outputs: &[String]) -> String {
    match voice {
        Voice::Ferryman if !outputs.is_empty() => {
            tool_outputs::tell(scene.language, ferryman::FOUND, outputs)
        }
        _ if !outputs.is_empty() => tool_outputs::tell(scene.language, tools::FOUND, outputs),
        Voice::General => general::answer(scene),
        Voice::Summary => Summary::read(scene.before).written(scene.language),
        Voice::Poll => Poll::read(&scene.line.text, scene.before, scene.language).written(),
        Voice::Translator => translator::answer(scene),
        Voice::Counsellor => by_rows(scene, &counsellor::ROWS),
        Voice::Ferryman => by_rows(scene, &ferryman::ROWS),
        Voice::Tutor => tutor::answer(scene),
        Voice::Storyteller => stories::next_chapter(scene),
    }
}

/// The reply of the first row that matches; replies and the questions after them take turns.
fn by_rows(scene: &Scene<'_>, rows: &[TalkRow]) -> String {
    let Some((words, replies, questions)) = rows.iter().find(|(words, ..)| scene.matches(words)) else {
        return String::new();
    };
    let pattern = compile(words);
    let again = scene.before.iter().any(|line| line.id == scene.line.id && pattern.is_match(&line.text));
    let first_word = scene.line.text.split_whitespace().next().unwrap_or("…");
    let address = scene.address();
    let values = [
        ("vocative", address.strip_prefix(", ").map_or_else(String::new, |name| format!("{name}, "))),
        ("first_word", first_word.trim_matches(['?', '!', '.', ',', '~']).to_owned()),
        ("again", if again { scene.language.text(counsellor::AGAIN).to_owned() } else { String::new() }),
        ("address", address),
    ];
    let turn =
        |texts: &[_]| texts.iter().cycle().nth(scene.turn()).map(|text| scene.language.say(*text, &values));
    [turn(replies), turn(questions)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
