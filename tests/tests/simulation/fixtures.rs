//! Fixtures: the bots of the simulated rooms, their models and prices, and the mentions that people use.

use models::{Api, Endpoint, Parameters};
use room::{
    Bot, Config, CustomBotPolicy, ModelRoute, NicknameKeys, OfferedModel, StateMode, Timeouts, Tuning, tools,
};
use shared::{BotDraft, CardKind, Price};

use crate::options::Options;
use crate::random::Random;

const OUTPUT: u32 = 100;
/// Mentions of built-in bots, of custom bots that may exist, and of nobody.
const CALLS: [&[&str]; 17] = [
    &["chatbot"],
    &["챗봇"],
    &["poet"],
    &["시인", "chatbot"],
    &["nobody"],
    &["voter"],
    &["투표"],
    &["scout"],
    &["정찰", "gem"],
    &["gem"],
    &["many"],
    &["여럿", "chatbot"],
    &["twice"],
    &["brief"],
    &["brief", "scout", "owl"],
    &["owl"],
    &["여우"],
];

/// A model's price by its name: one or three micro-dollars a token, or unknown.
pub(crate) fn price(model: &str) -> Option<Price> {
    let each = |micros: u64| Some(Price { input: micros * 1_000_000, cached: 0, output: micros * 1_000_000 });
    match model {
        "cheap" => each(1),
        "dear" => each(3),
        _ => None,
    }
}

/// The room's configuration, the same at every wake of a run.
pub(crate) fn config(options: &Options) -> Config {
    let route = |api, model: &str| {
        let endpoint = Endpoint { base_url: "http://model.example/v1".to_owned(), model: model.to_owned() };
        ModelRoute { api, endpoint, key: "KEY".to_owned() }
    };
    let bot = |handle: &str, alias: &str, model: &str| Bot {
        aliases: vec![alias.to_owned()],
        fingerprint: format!("{handle}.{model}"),
        route: route(Api::Responses, model),
        price: price(model),
        parameters: Parameters { max_output_tokens: Some(OUTPUT), ..Parameters::default() },
        window: (options.window, 1_000_000),
        timeouts: Timeouts { first_ms: 6_000, idle_ms: 4_000, total_ms: 20_000 },
        ..Bot::plain(handle, &format!("You are {handle}."))
    };
    let all_tools = || tools::ALL.map(str::to_owned).to_vec();
    let poets = if options.seed.is_multiple_of(5) { StateMode::Replay } else { StateMode::Auto };
    let template = Bot { aliases: Vec::new(), tools: all_tools(), ..bot("", "", "cheap") };
    Config {
        bots: vec![
            bot("chatbot", "챗봇", "cheap"),
            Bot { state: poets, ..bot("poet", "시인", "free") },
            Bot { card: Some(CardKind::Poll), ..bot("voter", "투표", "cheap") },
            Bot { tools: all_tools(), ..bot("scout", "정찰", "dear") },
            Bot { tools: all_tools(), route: route(Api::Gemini, "cheap"), ..bot("gem", "보석", "cheap") },
            Bot { rotate_at: 90, ..bot("brief", "요점", "cheap") },
            Bot { alternatives: 3, ..bot("many", "여럿", "cheap") },
            Bot { alternatives: 2, route: route(Api::Gemini, "dear"), ..bot("twice", "두번", "dear") },
        ],
        custom_bots: CustomBotPolicy {
            models: ["cheap", "dear"]
                .map(|model| OfferedModel::new(route(Api::Responses, model), price(model)))
                .to_vec(),
            template,
        },
        budget: options.budget,
        moderation: shared::Strictness::Off,
        is_listed: |_| false,
        nickname_keys: |name| Ok(NicknameKeys(vec![name.as_str().to_lowercase()])),
        demo: false,
        tuning: Tuning {
            send_micros: options.send_micros,
            crowd_people: options.crowd_people,
            ..Tuning::default()
        },
    }
}

/// The mentions of one message.
pub(crate) fn call(random: &mut Random) -> Vec<String> {
    random.pick(&CALLS).iter().map(|word| (*word).to_owned()).collect()
}

/// A draft of a custom bot; some drafts are invalid.
pub(crate) fn draft(random: &mut Random) -> BotDraft {
    let (handle, alias) =
        *random.pick(&[("owl", "부엉이"), ("owl", "부엉이"), ("fox", "여우"), ("chatbot", "ㅎ")]);
    let model = *random.pick(&["", "cheap", "dear", "dear", "unheard-of"]);
    let tools = if random.percent(50) { tools::ALL.map(str::to_owned).to_vec() } else { Vec::new() };
    BotDraft {
        handle: handle.to_owned(),
        aliases: vec![alias.to_owned()],
        instructions: format!("Be version {}.", random.between(1, 999)),
        model: model.to_owned(),
        temperature: random.percent(30).then_some(70),
        alternatives: tools.is_empty().then_some(2),
        tools,
        ..BotDraft::default()
    }
}
