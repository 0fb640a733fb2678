//! The bots that every room has, made from `bots.toml` and from what the operator set; and what owners may make theirs of.
//!
//! Not here: when a bot is called and what it is told of the room, which are the room's rules.

use models::{Api, Endpoint, Parameters};
use room::{Bot, CustomBotPolicy, ModelRoute, Timeouts};
use sha2::{Digest, Sha256};
use shared::Price;

use crate::made::{BOTS, Made, RULES, owned};
use crate::prices;
use crate::settings::Settings;

/// Tokens of an answer of an owner's bot that sets no limit.
const OWN_OUTPUT: u32 = 1_024;
/// A low effort as Gemini 2.5 takes it, in tokens: the least that all of its models allow besides none. Without a budget
/// they may think until nothing is left for the answer.
const BRIEF_THOUGHT: i32 = 512;

/// The bots, as the room is told of them.
pub fn bots(settings: &Settings) -> Vec<Bot> {
    BOTS.iter().map(|made| bot(made, settings)).collect()
}

/// What the bots of owners are made of.
pub fn custom_bots(settings: &Settings) -> CustomBotPolicy {
    let mut models: Vec<(ModelRoute, Option<Price>)> = Vec::new();
    for route in offered(settings) {
        if !models.iter().any(|(known, _)| known.endpoint.model == route.endpoint.model) {
            let price = price(&route, settings);
            models.push((route, price));
        }
    }
    let route = settings.route();
    let rules = RULES.of(settings.language);
    // An owner may choose any of the models, so only what all of them take is set for all.
    let can_reason = models.iter().all(|(route, _)| reasons(&route.endpoint.model));
    let template = Bot {
        fingerprint: fingerprint(&[&route.endpoint.base_url, route.api.as_str(), rules]),
        parameters: Parameters {
            max_output_tokens: Some(OWN_OUTPUT),
            reasoning_effort: can_reason.then(|| "low".to_owned()),
            ..Parameters::default()
        },
        tools: owned(&room::tools::ALL),
        ..placed(Bot::plain("", rules), route, settings)
    };
    CustomBotPolicy { models, template }
}

/// Everywhere that a question of this deployment may go: whether any of it is paid for decides about its budgets.
pub fn routes(settings: &Settings) -> impl Iterator<Item = ModelRoute> {
    BOTS.iter().map(|made| route(made, settings)).chain(offered(settings))
}

fn bot(made: &Made, settings: &Settings) -> Bot {
    let route = route(made, settings);
    let (own, rules) = (made.instructions.of(settings.language), RULES.of(settings.language));
    let instructions = format!("{own}\n\n{rules}");
    let Endpoint { base_url, model } = &route.endpoint;
    let mut parameters = made.parameters.parameters();
    // Who chose the model in the file knows what it takes; the operator's may be any.
    if made.model.is_none() && !reasons(model) {
        let is_brief = parameters.reasoning_effort.take().is_some_and(|effort| effort == "low");
        if is_brief && model.starts_with("gemini-2.5") {
            parameters.thinking_budget = Some(BRIEF_THOUGHT);
        }
        parameters.verbosity = None;
    }
    let plain = Bot::plain(made.handle, &instructions);
    Bot {
        aliases: owned(made.aliases),
        name: made.name.words(),
        about: made.about.words(),
        colour: made.colour,
        fingerprint: fingerprint(&[model, base_url, route.api.as_str(), &instructions]),
        parameters,
        tools: owned(made.tools),
        card: made.card.and_then(|kind| kind.parse().ok()),
        window: made.window.unwrap_or(plain.window),
        rotate_at: made.rotate_at.unwrap_or(plain.rotate_at),
        ..placed(plain, route, settings)
    }
}

/// A bot with its model and what follows from where that is.
fn placed(bot: Bot, route: ModelRoute, settings: &Settings) -> Bot {
    let is_vendors = Settings::is_vendors(&route.endpoint);
    Bot {
        price: price(&route, settings),
        state: settings.state,
        timeouts: if is_vendors { Timeouts::HOSTED } else { Timeouts::LOCAL },
        route,
        ..bot
    }
}

/// Where a bot of the file has its model: at the operator's server, unless it speaks what that does not.
fn route(made: &Made, settings: &Settings) -> ModelRoute {
    let api = made.api.and_then(|name| name.parse().ok()).unwrap_or(settings.api);
    let mut route = reached(api, settings);
    if let (Some(base_url), Some(key)) = (made.base_url, made.key) {
        base_url.clone_into(&mut route.endpoint.base_url);
        key.clone_into(&mut route.key);
    }
    if let Some(model) = made.model {
        model.clone_into(&mut route.endpoint.model);
    }
    route
}

/// An API at the operator's server, or at its vendor's where that server is of the other family. OpenAI's two APIs are at
/// one place at OpenAI and at most others.
fn reached(api: Api, settings: &Settings) -> ModelRoute {
    if (api == Api::Gemini) == (settings.api == Api::Gemini) {
        ModelRoute { api, ..settings.route() }
    } else {
        Settings::vendors(api)
    }
}

/// The operator's model, and those that owners may choose besides: `gpt-5.4, gemini:gemini-2.5-flash`.
fn offered(settings: &Settings) -> impl Iterator<Item = ModelRoute> {
    let others = settings.owner_models.iter().map(|name| {
        // Names of models may have a colon of their own (`llama3:8b`).
        let (api, model) = name
            .split_once(':')
            .and_then(|(word, model)| Some((word.parse::<Api>().ok()?, model)))
            .unwrap_or((settings.api, name));
        let mut route = reached(api, settings);
        model.trim().clone_into(&mut route.endpoint.model);
        route
    });
    std::iter::once(settings.route()).chain(others)
}

/// What a call costs, as far as anybody can know: vendors charge, the demo shows what they would charge, and for other
/// servers there is no price.
fn price(route: &ModelRoute, settings: &Settings) -> Option<Price> {
    let model = &route.endpoint.model;
    match Settings::is_vendors(&route.endpoint) {
        true => Some(prices::at_vendor(model)),
        false if settings.demo => prices::listed(model),
        false => None,
    }
}

/// Whether a model is known to take a reasoning effort. The others refuse the whole question because of it.
fn reasons(model: &str) -> bool {
    let families = ["gpt-5", "gpt-6", "o1", "o3", "o4", "gemini-3"];
    families.iter().any(|family| model.starts_with(family)) && !model.contains("-chat")
}

/// A digest that changes when one of the texts does.
fn fingerprint(texts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text.len().to_le_bytes());
        digest.update(text);
    }
    digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
