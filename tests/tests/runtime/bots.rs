//! The bots of `edge/bots.toml`, one by one, in all three APIs: each answers to each of its names, and is asked as the file
//! says.

use std::time::Duration;

use demo_model::{Fault, Outcome};
use shared::RunState;

use crate::api::{ALL, Api, Question};
use crate::asking::{Asking, DONE, end};
use crate::person::Visitor;

/// A bot as the file has it, read without knowing TOML: a line or a block at a time.
#[derive(Debug, Default)]
struct Written {
    handle: String,
    aliases: Vec<String>,
    limit: Option<u64>,
    tools: Vec<String>,
    card: bool,
    /// Lines of its English instructions that stand in one piece.
    instructions: Vec<String>,
}

/// What stands between quotation marks in a line.
fn quoted(line: &str) -> Vec<String> {
    line.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn lines(block: &str) -> Vec<String> {
    let whole = block.lines().filter(|line| line.len() > 30 && !line.contains('\\'));
    whole.map(str::to_owned).collect()
}

/// The text of a block of several lines.
fn block<'a>(text: &'a str, name: &str) -> &'a str {
    let (_, rest) =
        text.split_once(&format!("\n{name} = \"\"\"\n")).unwrap_or_else(|| panic!("{name} in {text}"));
    rest.split_once("\"\"\"").unwrap().0
}

/// The bots, and the lines of the rules that all are told.
fn written() -> (Vec<Written>, Vec<String>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../edge/bots.toml");
    let file = std::fs::read_to_string(path).unwrap();
    let mut parts = file.split("\n[[bot]]\n");
    let rules = lines(block(parts.next().unwrap(), "en"));
    let bots = parts.map(|text| {
        let mut bot = Written { instructions: lines(block(text, "instructions.en")), ..Written::default() };
        for line in text.lines().take_while(|line| !line.starts_with("instructions")) {
            match line.split_once(" = ").map(|(name, _)| name) {
                Some("handle") => bot.handle = quoted(line).remove(0),
                Some("aliases") => bot.aliases = quoted(line),
                Some("tools") => bot.tools = quoted(line),
                Some("card") => bot.card = true,
                Some("parameters") => {
                    let number = line.split_once("max_output_tokens = ").unwrap().1;
                    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
                    bot.limit = digits.parse().ok();
                }
                _ => {}
            }
        }
        bot
    });
    (bots.collect(), rules)
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn every_bot_answers_to_each_of_its_names_and_is_asked_as_the_file_says() {
    let (bots, rules) = written();
    assert!(bots.len() >= 8 && rules.len() > 5, "{bots:#?}");
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let (_, welcome) = Visitor::new(&asking.stage).join(&asking.room, "Cat").await;
        let handles: Vec<&String> = welcome.bots.iter().map(|bot| &bot.handle).collect();
        assert_eq!(handles, bots.iter().map(|bot| &bot.handle).collect::<Vec<_>>(), "{api:?}");
        for (bot, face) in bots.iter().zip(&welcome.bots) {
            assert_eq!((&face.aliases, face.card.is_some(), face.custom), (&bot.aliases, bot.card, false));
            assert!(!face.name.ko.is_empty() && !face.about.en.is_empty(), "{face:?}");
            for name in std::iter::once(&bot.handle).chain(&bot.aliases) {
                let ended = asking.ask_somebody(&format!("@{name} 안녕, 오늘은 뭐 할까? 산책, 낮잠")).await;
                assert_eq!((end(&ended), ended.text.is_empty()), (DONE, false), "{api:?} {name}: {ended:?}");
                assert_eq!(ended.answer.card.is_some(), bot.card, "{api:?} {name}");
                let calls = asking.calls();
                assert_eq!((calls.len(), calls[0].endpoint), (1, api.door()), "{api:?} {name}");
                is_as_written(&Question::of(&calls[0]), bot, &rules, api);
            }
        }
    }
}

fn is_as_written(question: &Question, bot: &Written, rules: &[String], api: Api) {
    let told = format!("{api:?} {}", bot.handle);
    assert!(question.instructions.starts_with(&format!("You are @{}.\n", bot.handle)), "{told}");
    for line in bot.instructions.iter().chain(rules) {
        assert!(question.instructions.contains(line), "{told}: {line}");
    }
    assert!(bot.limit.is_some() && question.limit == bot.limit, "{told}: {question:?}");
    assert_eq!(question.tools, bot.tools, "{told}");
    assert_eq!(question.form.is_some(), bot.card, "{told}");
    // What the file does not set is not sent, and neither is what this model would refuse.
    let others: &[&str] = match api {
        Api::Responses => &["reasoning"],
        Api::ChatCompletions => &["reasoning_effort"],
        Api::Gemini => &["thinkingConfig"],
    };
    assert_eq!(question.others, others, "{told}");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn the_whole_room_of_bots_answers_one_message() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut bob = asking.beside().await;
        let (bots, _) = written();
        let all: String = bots.iter().map(|bot| format!("@{} ", bot.handle)).collect();
        asking.say(&format!("{all} what is a yard? a place, a measure")).await;
        let ends = asking.ends(bots.len()).await;
        assert!(ends.iter().all(|ended| end(ended) == DONE), "{api:?}: {ends:#?}");
        let calls = asking.calls();
        let mut asked: Vec<String> = calls
            .iter()
            .map(|seen| Question::of(seen).instructions.lines().next().unwrap().to_owned())
            .collect();
        asked.sort();
        asked.dedup();
        assert_eq!((calls.len(), asked.len()), (bots.len(), bots.len()), "{api:?}: {asked:?}");
        bob.is_calm(1 + 2 * bots.len() as u64).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn an_answer_that_is_stopped_is_no_longer_paid_for() {
    for api in ALL {
        let mut asking = Asking::speaking(api).await;
        let mut bob = asking.beside().await;
        for bot in ["chatbot", "storyteller", "poll"] {
            asking.stage.demo.set_pace(Duration::from_millis(5));
            asking.stage.demo.inject_fault(Fault::Endless);
            let run = asking.say(&format!("@{bot} go on and on")).await.next();
            asking.text_comes(run).await;
            let ended = asking.stop(run).await;
            assert_eq!((ended.target, ended.answer.state), (run, RunState::Stopped), "{api:?} {bot}");
            assert!(ended.answer.card.is_none() && !ended.text.is_empty(), "{api:?} {bot}");
            asking.last_ended(Outcome::Aborted).await;
            assert_eq!(asking.calls().len(), 1, "{api:?} {bot}");
            bob.is_calm(3).await;
            asking.stage.demo.reset();
            // What was cut off is known to it the next time, and the next time works.
            let again = asking.ask_somebody(&format!("@{bot} and now briefly: yes, no")).await;
            assert_eq!(end(&again), DONE, "{api:?} {bot}");
            let question = Question::of(asking.calls().last().unwrap());
            let cut =
                question.notes().into_iter().find(|note| note["note"] == "your answer was cut off here");
            assert!(
                cut.is_some_and(|note| note["text"] == ended.text.as_str()),
                "{api:?} {bot}: {question:?}"
            );
            bob.is_calm(3).await;
        }
    }
}
