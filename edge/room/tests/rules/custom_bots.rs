//! Custom bots: permissions, changes while they answer, and that everybody knows them at once and after restarts.

use expect_test::expect;
use models::{Api, Endpoint};
use room::{Bot, Budget, Config, CustomBotPolicy, ModelRoute, OfferedModel, tools};
use shared::{BotDraft, ErrorCode, Price, Seq, ServerFrame};

use crate::budgets::PRICE;
use crate::harness::{Harness, bot, config, nonce};

fn route(model: &str) -> ModelRoute {
    let endpoint = Endpoint { base_url: "https://models".to_owned(), model: model.to_owned() };
    ModelRoute { api: Api::Responses, endpoint, key: "KEY".to_owned() }
}

pub(crate) fn custom_bots() -> Config {
    let cheap = Price { output: 1_000_000, ..PRICE };
    let models =
        vec![OfferedModel::new(route("usual"), Some(PRICE)), OfferedModel::new(route("cheap"), Some(cheap))];
    let template =
        Bot { tools: vec![tools::TIME.to_owned()], instructions: "The rules.".to_owned(), ..bot("template") };
    Config { custom_bots: CustomBotPolicy { models, template }, ..config() }
}

pub(crate) fn room() -> Harness {
    let mut harness = Harness::with(custom_bots());
    harness.run("ann joins; bob joins; owner joins as olga; 20 s").discard_lines();
    harness
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

/// A room with the custom bot `cat`, saved at 1.
pub(crate) fn with_cat() -> Harness {
    let mut harness = room();
    harness.set_bot("owner", draft("cat")).pass(1_000).discard_lines();
    harness
}

/// The handles of the bots in a new welcome.
pub(crate) fn bots(harness: &mut Harness) -> Vec<String> {
    harness.run("fresh reads");
    let welcome = harness.tabs["fresh"].view.frames.iter().rev().find_map(|frame| match frame {
        ServerFrame::Welcome(welcome) => Some(welcome.bots.clone()),
        _ => None,
    });
    welcome.unwrap().into_iter().map(|bot| bot.handle).collect()
}

#[test]
fn a_new_bot_is_known_to_everybody_at_once_and_is_called_by_every_name() {
    let mut harness = room();
    harness.set_bot("owner", draft("cat")).run("1 s; ann says 안녕 @cat님; 1 s");
    expect![[r#"
        owner < accepted auto1 #1
        owner < #1 bot cat
        ann bob < #1 bot cat
        call 3.1 cat
        ann < accepted auto2 #2
        ann < #2 ann: 안녕 @cat님, #3 cat to #2 queued
        ann < run 3 thinking
        bob owner < #2 ann: 안녕 @cat님, #3 cat to #2 queued
        bob owner < run 3 thinking
    "#]]
    .assert_eq(&harness.take_lines());
    let call = harness.call(Seq(3));
    assert_eq!((call.bot.as_str(), call.route.endpoint.model.as_str()), ("cat", "usual"));
    assert!(
        call.turn.instructions.contains("You like cats.") && call.turn.instructions.ends_with("The rules.")
    );
    assert!(call.turn.tools.is_empty(), "it has only the tools that were chosen");
    assert_eq!(bots(&mut harness), ["chatbot", "helper", "cat"]);
}

#[test]
fn new_bots_have_the_colours_that_fewest_bots_have() {
    let mut harness = room();
    let first = ["cat", "owl", "fox", "hen", "elk", "yak", "ant"];
    for handle in first {
        harness.set_bot("owner", draft(handle)).pass(5_000);
    }
    let mut colours: Vec<u8> = harness.storage.bots.values().map(|bot| bot.colour).collect();
    colours.sort_unstable();
    // The two built-in bots of these tests both have the first one.
    assert_eq!(colours, [1, 2, 3, 4, 5, 6, 7]);
    harness.set_bot("owner", BotDraft { about: "changed".to_owned(), ..draft("owl") }).pass(5_000);
    let owl = |harness: &Harness| {
        harness.storage.bots.values().find(|bot| bot.draft.handle == "owl").map(|bot| bot.colour)
    };
    assert_eq!(owl(&harness), Some(2), "a changed bot keeps its colour");
}

#[test]
fn case_75_only_the_owner_changes_bots_and_sees_drafts() {
    let mut harness = with_cat();
    harness.set_bot("ann", draft("dog")).run("ann removes cat; ann asks the drafts; owner/reader reads; owner/reader asks the drafts; owner asks the drafts; 1 s");
    harness.set_bot("owner/reader", draft("dog"));
    expect![[r#"
        ann < refused auto2 NotAllowed
        ann < refused auto3 NotAllowed
        ann < refused NotAllowed
        owner/reader < welcome reader (owner) 1..1 anew []; here ann bob olga*
        owner/reader < refused NotAllowed
        owner < drafts ["cat"] of ["usual", "cheap"] ["current_time"]
        owner/reader < refused auto4 NotJoined
    "#]]
    .assert_eq(&harness.take_lines());
    assert_eq!(bots(&mut harness), ["chatbot", "helper", "cat"]);
}

#[test]
fn a_changed_bot_has_its_new_instructions_and_a_new_chain() {
    let mut harness = with_cat();
    harness.run("ann says @cat q1; 1 s; answer 3 begins c1; answer 3 ends as miau; 1 s");
    let changed = BotDraft {
        instructions: "You like dogs.".to_owned(),
        model: "cheap".to_owned(),
        tools: vec![tools::TIME.to_owned()],
        ..draft("cat")
    };
    harness.set_bot("owner", changed).run("1 s; ann says @cat q2; 1 s");
    let call = harness.calls.last().unwrap();
    assert!(call.turn.previous.is_none() && call.turn.instructions.contains("dogs"));
    assert_eq!((call.route.endpoint.model.as_str(), call.turn.tools.len()), ("cheap", 1));
    assert_eq!(bots(&mut harness), ["chatbot", "helper", "cat"], "it is one bot");
}

#[test]
fn a_bot_changed_while_it_answers_does_not_extend_its_old_chain() {
    let mut harness = with_cat();
    harness.run("ann says @cat q1; 1 s; answer 3 begins c1; answer 3 writes mi");
    harness.set_bot("owner", BotDraft { model: "cheap".to_owned(), ..draft("cat") });
    harness.run("answer 3 counts 100/0/10 and ends as miau; 1 s; ann says @cat q2; 1 s");
    assert_eq!(harness.calls.last().unwrap().turn.previous, None);
    assert_eq!(
        harness.tabs["bob"].view.answer(3).cost,
        Some(200),
        "at the price of the model that was asked"
    );
}

#[test]
fn a_bot_changed_between_tool_rounds_does_not_extend_its_old_chain() {
    let mut config = custom_bots();
    config.custom_bots.template.tools = vec![tools::WEATHER.to_owned()];
    let mut harness = Harness::with(config);
    let cat = || BotDraft { tools: vec![tools::WEATHER.to_owned()], ..draft("cat") };
    harness.run("ann joins; owner joins as olga; 20 s").set_bot("owner", cat());
    harness.run(r#"ann says @cat q1; 1 s; answer 3 begins c1; answer 3 calls get_current_weather {"city":"Seoul"}; 1 s"#);
    harness.set_bot("owner", BotDraft { instructions: "You like dogs.".to_owned(), ..cat() });
    harness.run("weather is sunny; answer 3 begins c2; answer 3 ends as sunny; 1 s; ann says @cat q2; 1 s");
    let call = harness.calls.last().unwrap();
    assert_eq!((call.run, call.turn.previous.as_ref()), (Seq(7), None));
}

#[test]
fn removing_a_bot_ends_its_queued_answers_and_later_calls() {
    let mut harness = with_cat();
    harness.run("ann says @cat q1; bob says @cat q2; bob says @cat q3; 1 s; answer 3 begins c1; answer 3 writes mi").discard_lines();
    harness.run("owner removes cat; 1 s");
    expect![[r#"
        owner < accepted auto5 #8
        owner < #8 no bot cat, #9 ends #5 failed NoSuchBot "", #10 ends #7 failed NoSuchBot ""
        ann bob < #8 no bot cat, #9 ends #5 failed NoSuchBot "", #10 ends #7 failed NoSuchBot ""
    "#]]
    .assert_eq(&harness.take_lines());
    // A running call continues and is charged.
    harness.run("answer 3 counts 100/0/10 and ends as miau; 1 s");
    assert_eq!(
        (harness.tabs["ann"].view.text(3), harness.tabs["ann"].view.answer(3).cost),
        ("miau", Some(200))
    );
    harness.run("ann says @cat q4; ann regenerates 3; 1 s; owner removes cat; owner removes chatbot; owner removes nobody; 1 s");
    assert_eq!((harness.calls.len(), harness.storage.runs.len()), (1, 0));
    assert_eq!(harness.take_lines().matches("NoSuchBot").count(), 4, "one asked again, three removals");
    assert_eq!(bots(&mut harness), ["chatbot", "helper"]);
}

#[test]
fn a_call_survives_the_removal_of_its_bot_but_not_its_timeout() {
    let mut harness = with_cat();
    harness.run("ann says @cat q1; 1 s; owner removes cat; 200 s");
    assert!(harness.tasks.is_empty() && harness.storage.runs.is_empty());
    // During the reservation too: no call is made, and the reservation is released.
    let mut harness =
        Harness::with(Config { budget: Budget { has_ledger: true, ..Budget::default() }, ..custom_bots() });
    harness.run("ann joins; owner joins as olga; 20 s").set_bot("owner", draft("cat"));
    harness.run("ann says @cat q1; owner removes cat; ledger grants; 1 s");
    assert_eq!((harness.calls.len(), harness.settlements.as_slice()), (0, [(Seq(3), 1, Some(0))].as_slice()));
    assert_eq!(harness.tabs["ann"].view.answer(3).code, Some(ErrorCode::NoSuchBot));
}

#[test]
fn g3_g6_bots_are_the_same_by_events_by_welcome_and_after_a_restart() {
    let mut harness = room();
    let frame = |text: &str| shared::ClientFrame::SetBot {
        nonce: nonce("set"),
        after: Seq(0),
        draft: Box::new(BotDraft { about: text.to_owned(), ..draft("dog") }),
        knowledge: None,
    };
    harness.send("owner", &frame("one")).send("owner", &frame("two")).pass(1_000);
    harness
        .set_bot("owner", draft("cat"))
        .set_bot("owner", BotDraft { about: "purrs".to_owned(), ..draft("cat") })
        .run("owner removes dog; 1 s; bob returns; 1 s");
    expect![[r#"
        owner < accepted set #1
        owner < #1 bot dog
        ann bob < #1 bot dog
        owner < accepted set #1
        owner < accepted auto1 #2
        owner < #2 bot cat
        ann bob < #2 bot cat
        owner < accepted auto2 #3
        owner < #3 bot cat
        ann bob < #3 bot cat
        owner < accepted auto3 #4
        owner < #4 no bot dog
        ann bob < #4 no bot dog
        an older socket is closed 4409
        bob < welcome bob 1..4 missed []; here ann olga* bob
        ann bob owner < people +bob =3
    "#]]
    .assert_eq(&harness.take_lines());
    let before = bots(&mut harness);
    harness.run("room crashes; owner returns");
    assert_eq!(
        (bots(&mut harness), before),
        (
            vec!["chatbot".to_owned(), "helper".to_owned(), "cat".to_owned()],
            vec!["chatbot".to_owned(), "helper".to_owned(), "cat".to_owned()]
        )
    );
    let revision = harness.storage.bots["cat"].revision;
    harness.run("ann returns; ann says @cat hi; 1 s");
    let run = harness.calls.last().unwrap().run;
    harness.run(&format!("answer {run} begins c1; answer {run} ends as miau; 1 s; room crashes; ann returns; ann says @cat more; 1 s"));
    assert_eq!(harness.calls.last().unwrap().turn.previous.as_deref(), Some("c1"), "its memory survives");
    assert_eq!(harness.storage.bots["cat"].revision, revision);
}

#[test]
fn a_model_no_longer_offered_is_replaced_by_the_default_and_a_tool_is_dropped() {
    let mut harness = room();
    let tools = vec![tools::TIME.to_owned()];
    harness.set_bot("owner", BotDraft { model: "cheap".to_owned(), tools, ..draft("cat") });
    harness.run("ann says @cat q1; 1 s; answer 3 begins c1; answer 3 ends as miau; 1 s");
    harness.config.custom_bots.models.pop();
    harness.config.custom_bots.template.tools.clear();
    harness.run("room crashes; ann returns; ann says @cat q2; 1 s");
    let call = harness.calls.last().unwrap();
    assert_eq!((call.route.endpoint.model.as_str(), call.turn.tools.len()), ("usual", 0));
    assert_eq!(call.turn.previous, None, "another model, another memory");
}

#[test]
fn a_built_in_bot_takes_precedence_over_a_custom_bot_of_the_same_handle() {
    let mut harness = with_cat();
    harness.config.bots.push(bot("cat"));
    harness.run("room crashes; ann returns; ann says @cat hi; 1 s");
    assert_eq!(harness.calls.last().unwrap().turn.instructions, "You are cat.");
    assert_eq!(bots(&mut harness), ["chatbot", "helper", "cat"]);
}

#[test]
fn case_51_a_bot_whose_store_fails_does_not_exist() {
    let mut harness = room();
    harness.failing_stores = 1;
    harness.set_bot("owner", draft("cat")).run("ann says @cat hi; carol joins as cat; 1 s");
    assert!(harness.take_lines().contains("TryLater") && harness.calls.is_empty());
    assert_eq!(harness.tabs["carol"].view.name.as_deref(), Some("cat"));
    let mut harness = with_cat();
    harness.run("store fails; owner removes cat; ann says @cat hi; 1 s");
    assert_eq!(harness.calls.len(), 1);
}

#[test]
fn case_137_a_model_is_not_sent_what_its_family_refuses() {
    for (model, has_temperature, has_effort) in
        [("gpt-5.4-mini", false, true), ("gpt-4.1", true, false), ("llama3:8b", true, true)]
    {
        let mut config = custom_bots();
        config.custom_bots.models = vec![OfferedModel::new(route(model), Some(PRICE))];
        let mut harness = Harness::with(config);
        harness.run("owner joins as olga; 20 s");
        let draft = BotDraft {
            model: model.to_owned(),
            temperature: Some(50),
            top_p: Some(90),
            reasoning_effort: "low".to_owned(),
            ..draft("cat")
        };
        harness.set_bot("owner", draft).run("1 s; owner says @cat hi; 1 s");
        let parameters = &harness.call(Seq(3)).turn.parameters;
        assert_eq!(parameters.temperature.is_some(), has_temperature, "{model}");
        assert_eq!(parameters.top_p.is_some(), has_temperature, "{model}");
        assert_eq!(parameters.reasoning_effort.is_some(), has_effort, "{model}");
    }
}
