//! The bots of `edge/bots.toml` in all three APIs: each answers to each of its names and is called as the file says.

use std::time::Duration;

use demo_model::{Fault, Outcome};
use shared::RunState;
use shared::limits::BOTS_PER_MESSAGE;
use shared::tool_name::{FUNCTIONS, tool_of};

use crate::browser::Browser;
use crate::conversation::{Conversation, DONE, end};
use crate::model_requests::{ALL, Api, CallContents};

/// A bot of the file, read line by line without a TOML parser.
#[derive(Debug, Default)]
struct Written {
    handle: String,
    aliases: Vec<String>,
    limit: Option<u64>,
    tools: Vec<String>,
    card: bool,
    /// Lines of its English instructions.
    instructions: Vec<String>,
}

/// The quoted strings in a line.
fn quoted(line: &str) -> Vec<String> {
    line.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn lines(block: &str) -> Vec<String> {
    let whole = block.lines().filter(|line| line.len() > 30 && !line.contains('\\'));
    whole.map(str::to_owned).collect()
}

/// The text of a multi-line string.
fn block<'a>(text: &'a str, name: &str) -> &'a str {
    let (_, rest) =
        text.split_once(&format!("\n{name} = \"\"\"\n")).unwrap_or_else(|| panic!("{name} in {text}"));
    rest.split_once("\"\"\"").unwrap().0
}

/// The bots, and the lines of the rules for all of them.
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
async fn every_bot_answers_to_each_of_its_names_and_is_called_as_bots_toml_says() {
    let (bots, rules) = written();
    assert!(bots.len() >= 8 && rules.len() > 5, "{bots:#?}");
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let (_, welcome) = Browser::new(&conversation.deployment).join(&conversation.room, "Cat").await;
        let handles: Vec<&String> = welcome.bots.iter().map(|bot| &bot.handle).collect();
        assert_eq!(handles, bots.iter().map(|bot| &bot.handle).collect::<Vec<_>>(), "{api:?}");
        for (bot, face) in bots.iter().zip(&welcome.bots) {
            assert_eq!((&face.aliases, face.card.is_some(), face.custom), (&bot.aliases, bot.card, false));
            assert!(!face.name.ko.is_empty() && !face.about.en.is_empty(), "{face:?}");
            for name in std::iter::once(&bot.handle).chain(&bot.aliases) {
                let ended =
                    conversation.ask_somebody(&format!("@{name} 안녕, 오늘은 뭐 할까? 산책, 낮잠")).await;
                assert_eq!((end(&ended), ended.text.is_empty()), (DONE, false), "{api:?} {name}: {ended:?}");
                assert_eq!(ended.answer.card.is_some(), bot.card, "{api:?} {name}");
                let calls = conversation.calls();
                assert_eq!((calls.len(), calls[0].endpoint), (1, api.endpoint()), "{api:?} {name}");
                is_as_written(&CallContents::of(&calls[0]), bot, &rules, api);
            }
        }
    }
}

fn is_as_written(question: &CallContents, bot: &Written, rules: &[String], api: Api) {
    let told = format!("{api:?} {}", bot.handle);
    assert!(question.instructions.starts_with(&format!("You are @{}.\n", bot.handle)), "{told}");
    for line in bot.instructions.iter().chain(rules) {
        assert!(question.instructions.contains(line), "{told}: {line}");
    }
    assert!(bot.limit.is_some() && question.limit == bot.limit, "{told}: {question:?}");
    // A tool may have several functions.
    let functions = |tool| FUNCTIONS.into_iter().filter(move |function| tool_of(function) == tool);
    let functions: Vec<&str> = bot.tools.iter().flat_map(|tool| functions(tool.as_str())).collect();
    assert_eq!(question.tools, functions, "{told}");
    assert_eq!(question.form.is_some(), bot.card, "{told}");
    // Fields that the file does not set are not sent, nor are those that this model refuses.
    let others: &[&str] = match api {
        Api::Responses => &["reasoning"],
        Api::ChatCompletions => &["reasoning_effort"],
        Api::Gemini => &["thinkingConfig"],
    };
    assert_eq!(question.others, others, "{told}");
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn all_bots_answer_one_message() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let mut bob = conversation.with_bystander().await;
        let (bots, _) = written();
        // Each message asks four of those that it mentions.
        for bots in bots.chunks(BOTS_PER_MESSAGE) {
            let all: String = bots.iter().map(|bot| format!("@{} ", bot.handle)).collect();
            conversation.say(&format!("{all} what is a yard? a place, a measure")).await;
            let ends = conversation.ends(bots.len()).await;
            assert!(ends.iter().all(|ended| end(ended) == DONE), "{api:?}: {ends:#?}");
        }
        let calls = conversation.calls();
        let mut asked: Vec<String> = calls
            .iter()
            .map(|seen| CallContents::of(seen).instructions.lines().next().unwrap().to_owned())
            .collect();
        asked.sort();
        asked.dedup();
        assert_eq!((calls.len(), asked.len()), (bots.len(), bots.len()), "{api:?}: {asked:?}");
        bob.stored_exactly((bots.len().div_ceil(BOTS_PER_MESSAGE) + 2 * bots.len()) as u64).await;
    }
}

#[tokio::test]
#[ignore = "needs the built Worker; `cargo xtask test` runs it"]
async fn stopping_an_answer_ends_its_request() {
    for api in ALL {
        let mut conversation = Conversation::speaking(api).await;
        let mut bob = conversation.with_bystander().await;
        for bot in ["chatbot", "storyteller", "poll"] {
            conversation.deployment.demo.set_pace(Duration::from_millis(5));
            conversation.deployment.demo.inject_fault(Fault::Endless);
            let run = conversation.say(&format!("@{bot} go on and on")).await.next();
            conversation.text_comes(run).await;
            let ended = conversation.stop(run).await;
            assert_eq!((ended.target, ended.answer.state), (run, RunState::Stopped), "{api:?} {bot}");
            assert!(ended.answer.card.is_none() && !ended.text.is_empty(), "{api:?} {bot}");
            conversation.last_ended(Outcome::Aborted).await;
            assert_eq!(conversation.calls().len(), 1, "{api:?} {bot}");
            bob.stored_exactly(3).await;
            conversation.deployment.demo.reset();
            // The next request holds the partial answer.
            let again = conversation.ask_somebody(&format!("@{bot} and now briefly: yes, no")).await;
            assert_eq!(end(&again), DONE, "{api:?} {bot}");
            let question = CallContents::of(conversation.calls().last().unwrap());
            let cut =
                question.notes().into_iter().find(|note| note["note"] == "your answer was cut off here");
            assert!(
                cut.is_some_and(|note| note["text"] == ended.text.as_str()),
                "{api:?} {bot}: {question:?}"
            );
            bob.stored_exactly(3).await;
        }
    }
}
