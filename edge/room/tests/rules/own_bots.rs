//! Bots that a room's owner makes: who may, what they may be, and that everybody knows them at once and for good.

use expect_test::expect;
use models::{Api, Endpoint};
use room::{Bot, Budget, Config, CustomBotPolicy, ModelRoute, tools};
use shared::{BotDraft, ErrorCode, Price, Seq, ServerFrame};

use crate::money::PRICE;
use crate::stage::{Stage, bot, config, nonce};

fn route(model: &str) -> ModelRoute {
    let endpoint = Endpoint { base_url: "https://models".to_owned(), model: model.to_owned() };
    ModelRoute { api: Api::Responses, endpoint, key: "KEY".to_owned() }
}

fn custom_bots() -> Config {
    let cheap = Price { output: 1_000_000, ..PRICE };
    let models = vec![(route("usual"), Some(PRICE)), (route("cheap"), Some(cheap))];
    let template =
        Bot { tools: vec![tools::TIME.to_owned()], instructions: "The rules.".to_owned(), ..bot("template") };
    Config { custom_bots: CustomBotPolicy { models, template }, ..config() }
}

pub(crate) fn room() -> Stage {
    let mut stage = Stage::with(custom_bots());
    stage.run("ann joins; bob joins; owner joins as olga; 20 s").look_away();
    stage
}

pub(crate) fn draft(handle: &str) -> BotDraft {
    let aliases = vec![format!("{handle}님")];
    BotDraft {
        handle: handle.to_owned(),
        aliases,
        instructions: "You like cats.".to_owned(),
        ..BotDraft::default()
    }
}

/// A room with the owner's bot `cat`, set at 1.
pub(crate) fn with_cat() -> Stage {
    let mut stage = room();
    stage.set_bot("owner", draft("cat")).pass(1_000).look_away();
    stage
}

/// The handles of the bots as somebody who comes now sees them.
pub(crate) fn bots(stage: &mut Stage) -> Vec<String> {
    stage.run("fresh reads");
    let welcome = stage.tabs["fresh"].view.frames.iter().rev().find_map(|frame| match frame {
        ServerFrame::Welcome(welcome) => Some(welcome.bots.clone()),
        _ => None,
    });
    welcome.unwrap().into_iter().map(|bot| bot.handle).collect()
}

#[test]
fn a_bot_is_there_for_everybody_at_once_and_is_called_by_every_name() {
    let mut stage = room();
    stage.set_bot("owner", draft("cat")).run("1 s; ann says 안녕 @cat님; 1 s");
    expect![[r#"
        owner < accepted auto1 #1
        ann bob owner < #1 bot cat
        ann < accepted auto2 #2
        call 3.1 cat
        ann bob owner < #2 ann: 안녕 @cat님, #3 cat to #2 queued
        ann bob owner < run 3 thinking
    "#]]
    .assert_eq(&stage.seen());
    let call = stage.call(Seq(3));
    assert_eq!((call.bot.as_str(), call.route.endpoint.model.as_str()), ("cat", "usual"));
    assert!(
        call.turn.instructions.contains("You like cats.") && call.turn.instructions.ends_with("The rules.")
    );
    assert!(call.turn.tools.is_empty(), "it has only the tools that were chosen");
    assert_eq!(bots(&mut stage), ["chatbot", "helper", "cat"]);
}

#[test]
fn case_75_nobody_but_the_owner_may_and_nobody_else_sees_drafts() {
    let mut stage = with_cat();
    stage.set_bot("ann", draft("dog")).run("ann removes cat; ann asks the drafts; owner/reader reads; owner/reader asks the drafts; owner asks the drafts; 1 s");
    stage.set_bot("owner/reader", draft("dog"));
    expect![[r#"
        ann < refused auto2 NotAllowed
        ann < refused auto3 NotAllowed
        ann < refused NotAllowed
        owner/reader < welcome reader (owner) 1..1 anew []; here ann bob olga*
        owner/reader < refused NotAllowed
        owner < drafts ["cat"] of ["usual", "cheap"] ["current_time"]
        owner/reader < refused auto4 NotJoined
    "#]]
    .assert_eq(&stage.seen());
    assert_eq!(bots(&mut stage), ["chatbot", "helper", "cat"]);
}

#[test]
fn a_changed_bot_has_its_new_instructions_and_another_memory() {
    let mut stage = with_cat();
    stage.run("ann says @cat q1; 1 s; answer 3 begins c1; answer 3 ends as miau; 1 s");
    let changed = BotDraft {
        instructions: "You like dogs.".to_owned(),
        model: "cheap".to_owned(),
        tools: vec![tools::TIME.to_owned()],
        ..draft("cat")
    };
    stage.set_bot("owner", changed).run("1 s; ann says @cat q2; 1 s");
    let call = stage.calls.last().unwrap();
    assert!(call.turn.previous.is_none() && call.turn.instructions.contains("dogs"));
    assert_eq!((call.route.endpoint.model.as_str(), call.turn.tools.len()), ("cheap", 1));
    assert_eq!(bots(&mut stage), ["chatbot", "helper", "cat"], "it is one bot");
}

#[test]
fn a_bot_that_is_changed_while_it_answers_does_not_take_its_memory_along() {
    let mut stage = with_cat();
    stage.run("ann says @cat q1; 1 s; answer 3 begins c1; answer 3 writes mi");
    stage.set_bot("owner", BotDraft { model: "cheap".to_owned(), ..draft("cat") });
    stage.run("answer 3 counts 100/0/10 and ends as miau; 1 s; ann says @cat q2; 1 s");
    assert_eq!(stage.calls.last().unwrap().turn.previous, None);
    assert_eq!(stage.tabs["bob"].view.answer(3).cost, Some(200), "at the price of the model that was asked");
}

#[test]
fn a_bot_that_is_changed_between_rounds_of_tools_does_not_either() {
    let mut config = custom_bots();
    config.custom_bots.template.tools = vec![tools::WEATHER.to_owned()];
    let mut stage = Stage::with(config);
    let cat = || BotDraft { tools: vec![tools::WEATHER.to_owned()], ..draft("cat") };
    stage.run("ann joins; owner joins as olga; 20 s").set_bot("owner", cat());
    stage.run(r#"ann says @cat q1; 1 s; answer 3 begins c1; answer 3 calls get_current_weather {"city":"Seoul"}; 1 s"#);
    stage.set_bot("owner", BotDraft { instructions: "You like dogs.".to_owned(), ..cat() });
    stage.run("weather is sunny; answer 3 begins c2; answer 3 ends as sunny; 1 s; ann says @cat q2; 1 s");
    let call = stage.calls.last().unwrap();
    assert_eq!((call.run, call.turn.previous.as_ref()), (Seq(7), None));
}

#[test]
fn a_removed_bot_ends_what_waits_and_is_called_no_more() {
    let mut stage = with_cat();
    stage.run("ann says @cat q1; bob says @cat q2; bob says @cat q3; 1 s; answer 3 begins c1; answer 3 writes mi").look_away();
    stage.run("owner removes cat; 1 s");
    expect![[r#"
        owner < accepted auto5 #8
        ann bob owner < #8 no bot cat, #9 ends #5 failed NoSuchBot "", #10 ends #7 failed NoSuchBot ""
    "#]]
    .assert_eq(&stage.seen());
    // What is being said is said, and paid.
    stage.run("answer 3 counts 100/0/10 and ends as miau; 1 s");
    assert_eq!((stage.tabs["ann"].view.text(3), stage.tabs["ann"].view.answer(3).cost), ("miau", Some(200)));
    stage.run("ann says @cat q4; ann regenerates 3; 1 s; owner removes cat; owner removes chatbot; owner removes nobody; 1 s");
    assert_eq!((stage.calls.len(), stage.log.runs.len()), (1, 0));
    assert_eq!(stage.seen().matches("NoSuchBot").count(), 4, "one asked again, three removals");
    assert_eq!(bots(&mut stage), ["chatbot", "helper"]);
}

#[test]
fn a_call_outlives_its_bot_but_not_its_time() {
    let mut stage = with_cat();
    stage.run("ann says @cat q1; 1 s; owner removes cat; 200 s");
    assert!(stage.tasks.is_empty() && stage.log.runs.is_empty());
    // Also while the ledger is asked: nothing is called, and nothing is kept for it.
    let mut stage =
        Stage::with(Config { budget: Budget { has_ledger: true, ..Budget::default() }, ..custom_bots() });
    stage.run("ann joins; owner joins as olga; 20 s").set_bot("owner", draft("cat"));
    stage.run("ann says @cat q1; owner removes cat; ledger grants; 1 s");
    assert_eq!((stage.calls.len(), stage.settled.as_slice()), (0, [(Seq(3), 1, Some(0))].as_slice()));
    assert_eq!(stage.tabs["ann"].view.answer(3).code, Some(ErrorCode::NoSuchBot));
}

#[test]
fn g3_g6_bots_are_the_same_by_events_by_welcome_and_after_a_restart() {
    let mut stage = room();
    let frame = |text: &str| shared::ClientFrame::SetBot {
        nonce: nonce("set"),
        after: Seq(0),
        draft: Box::new(BotDraft { about: text.to_owned(), ..draft("dog") }),
    };
    stage.send("owner", &frame("one")).send("owner", &frame("two")).pass(1_000);
    stage
        .set_bot("owner", draft("cat"))
        .set_bot("owner", BotDraft { about: "purrs".to_owned(), ..draft("cat") })
        .run("owner removes dog; 1 s; bob returns; 1 s");
    expect![[r#"
        owner < accepted set #1
        ann bob owner < #1 bot dog
        owner < accepted set #1
        owner < accepted auto1 #2
        ann bob owner < #2 bot cat
        owner < accepted auto2 #3
        owner < accepted auto3 #4
        ann bob owner < #3 bot cat, #4 no bot dog
        an older socket is closed 4409
        bob < welcome bob 1..4 missed []; here ann bob olga*
        ann bob owner < people +bob =3
    "#]]
    .assert_eq(&stage.seen());
    let before = bots(&mut stage);
    stage.run("room crashes; owner returns");
    assert_eq!(
        (bots(&mut stage), before),
        (
            vec!["chatbot".to_owned(), "helper".to_owned(), "cat".to_owned()],
            vec!["chatbot".to_owned(), "helper".to_owned(), "cat".to_owned()]
        )
    );
    let revision = stage.log.bots["cat"].revision;
    stage.run("ann returns; ann says @cat hi; 1 s");
    let run = stage.calls.last().unwrap().run;
    stage.run(&format!("answer {run} begins c1; answer {run} ends as miau; 1 s; room crashes; ann returns; ann says @cat more; 1 s"));
    assert_eq!(stage.calls.last().unwrap().turn.previous.as_deref(), Some("c1"), "its memory survives");
    assert_eq!(stage.log.bots["cat"].revision, revision);
}

#[test]
fn a_model_that_is_no_longer_offered_becomes_the_usual_one_and_a_tool_goes() {
    let mut stage = room();
    let tools = vec![tools::TIME.to_owned()];
    stage.set_bot("owner", BotDraft { model: "cheap".to_owned(), tools, ..draft("cat") });
    stage.run("ann says @cat q1; 1 s; answer 3 begins c1; answer 3 ends as miau; 1 s");
    stage.config.custom_bots.models.pop();
    stage.config.custom_bots.template.tools.clear();
    stage.run("room crashes; ann returns; ann says @cat q2; 1 s");
    let call = stage.calls.last().unwrap();
    assert_eq!((call.route.endpoint.model.as_str(), call.turn.tools.len()), ("usual", 0));
    assert_eq!(call.turn.previous, None, "another model, another memory");
}

#[test]
fn a_handle_that_the_operator_takes_is_the_operators() {
    let mut stage = with_cat();
    stage.config.bots.push(bot("cat"));
    stage.run("room crashes; ann returns; ann says @cat hi; 1 s");
    assert_eq!(stage.calls.last().unwrap().turn.instructions, "You are cat.");
    assert_eq!(bots(&mut stage), ["chatbot", "helper", "cat"]);
}

#[test]
fn case_51_a_bot_whose_store_fails_is_none() {
    let mut stage = room();
    stage.failing = 1;
    stage.set_bot("owner", draft("cat")).run("ann says @cat hi; carol joins as cat; 1 s");
    assert!(stage.seen().contains("TryLater") && stage.calls.is_empty());
    assert_eq!(stage.tabs["carol"].view.name.as_deref(), Some("cat"));
    let mut stage = with_cat();
    stage.run("store fails; owner removes cat; ann says @cat hi; 1 s");
    assert_eq!(stage.calls.len(), 1);
}
