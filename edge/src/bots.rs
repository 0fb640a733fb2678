//! The built-in bots of every room, from `bots.toml` and the operator's settings, and the policy for custom bots.
//!
//! Not here: when a bot is called and which messages it gets, which are the room's rules.

pub mod built_in;
pub mod prices;

use models::{Api, Endpoint, Parameters};
use room::{Bot, CustomBotPolicy, ModelRoute, Timeouts};
use sha2::{Digest, Sha256};
use shared::Price;

use crate::settings::{Settings, SpendingLimits};

use built_in::{BOTS, BuiltInBot, RULES, owned};

/// `max_output_tokens` of a custom bot that sets no limit.
const CUSTOM_BOT_OUTPUT_TOKENS: u32 = 1_024;
/// A low reasoning effort as a thinking budget of Gemini 2.5, in tokens: the smallest that all of its models allow besides 0.
/// Without a budget they may spend all output tokens on thinking.
const GEMINI_LOW_EFFORT_TOKENS: i32 = 512;

/// The built-in bots, as the room gets them.
pub fn built_in_bots(settings: &Settings) -> Vec<Bot> {
    BOTS.iter().map(|bot| build(bot, settings)).collect()
}

/// The models that custom bots may use, and the settings that all of them share.
pub fn custom_bot_policy(settings: &Settings) -> CustomBotPolicy {
    let mut models: Vec<(ModelRoute, Option<Price>)> = Vec::new();
    for route in selectable_routes(settings) {
        if !models.iter().any(|(known, _)| known.endpoint.model == route.endpoint.model) {
            let price = price(&route, settings);
            models.push((route, price));
        }
    }
    let route = settings.route();
    let rules = RULES.in_language(settings.language);
    // An owner may choose any of the models, so a parameter is set only when all of them accept it.
    let accept_effort = models.iter().all(|(route, _)| accepts_reasoning_effort(&route.endpoint.model));
    let template = Bot {
        fingerprint: fingerprint(&[&route.endpoint.base_url, route.api.as_str(), rules]),
        parameters: Parameters {
            max_output_tokens: Some(CUSTOM_BOT_OUTPUT_TOKENS),
            reasoning_effort: accept_effort.then(|| "low".to_owned()),
            ..Parameters::default()
        },
        tools: owned(&room::tools::ALL),
        ..with_route(Bot::plain("", rules), route, settings)
    };
    CustomBotPolicy { models, template }
}

/// The spending limits of this deployment. They have defaults as soon as some bot's model is at a vendor, or the operator has said
/// what models cost.
pub fn spending_limits(settings: &Settings) -> SpendingLimits {
    let has_paid_model =
        settings.model_prices.is_set() || routes(settings).any(|route| Settings::is_vendors(&route.endpoint));
    settings.budget.limits(has_paid_model)
}

/// Every route that a call of this deployment may take.
fn routes(settings: &Settings) -> impl Iterator<Item = ModelRoute> {
    BOTS.iter().map(|bot| route(bot, settings)).chain(selectable_routes(settings))
}

fn build(built_in: &BuiltInBot, settings: &Settings) -> Bot {
    let route = route(built_in, settings);
    let (own, rules) =
        (built_in.instructions.in_language(settings.language), RULES.in_language(settings.language));
    let instructions = format!("{own}\n\n{rules}");
    let Endpoint { base_url, model } = &route.endpoint;
    let mut parameters = built_in.parameters.to_parameters();
    // A model that the file names accepts the file's parameters; the operator's model may not.
    if built_in.model.is_none() && !accepts_reasoning_effort(model) {
        let is_low = parameters.reasoning_effort.take().is_some_and(|effort| effort == "low");
        if is_low && model.starts_with("gemini-2.5") {
            parameters.thinking_budget = Some(GEMINI_LOW_EFFORT_TOKENS);
        }
        parameters.verbosity = None;
    }
    let plain = Bot::plain(built_in.handle, &instructions);
    Bot {
        aliases: owned(built_in.aliases),
        name: built_in.name.to_localized(),
        about: built_in.about.to_localized(),
        colour: built_in.colour,
        fingerprint: fingerprint(&[model, base_url, route.api.as_str(), &instructions]),
        parameters,
        tools: owned(built_in.tools),
        card: built_in.card.and_then(|kind| kind.parse().ok()),
        window: built_in.window.unwrap_or(plain.window),
        rotate_at: built_in.rotate_at.unwrap_or(plain.rotate_at),
        ..with_route(plain, route, settings)
    }
}

/// Sets a bot's route and what depends on it: price, timeouts, state.
fn with_route(bot: Bot, route: ModelRoute, settings: &Settings) -> Bot {
    let is_vendors = Settings::is_vendors(&route.endpoint);
    Bot {
        price: price(&route, settings),
        state: settings.state,
        timeouts: if is_vendors { Timeouts::HOSTED } else { Timeouts::LOCAL },
        route,
        ..bot
    }
}

/// The route of a built-in bot: the operator's server, unless the bot names another server or an API that it does not speak.
fn route(built_in: &BuiltInBot, settings: &Settings) -> ModelRoute {
    let api = built_in.api.and_then(|name| name.parse().ok()).unwrap_or(settings.api);
    let mut route = route_for_api(api, settings);
    if let (Some(base_url), Some(key)) = (built_in.base_url, built_in.key) {
        base_url.clone_into(&mut route.endpoint.base_url);
        key.clone_into(&mut route.key);
    }
    if let Some(model) = built_in.model {
        model.clone_into(&mut route.endpoint.model);
    }
    route
}

/// The route of an API: the operator's server, or the API's vendor where that server speaks another vendor's APIs. OpenAI and most
/// compatible servers offer OpenAI's two APIs at one address.
fn route_for_api(api: Api, settings: &Settings) -> ModelRoute {
    if (api == Api::Gemini) == (settings.api == Api::Gemini) {
        ModelRoute { api, ..settings.route() }
    } else {
        Settings::vendor_route(api)
    }
}

/// The routes that owners may choose from: the operator's model and `OWNER_MODELS`, such as `gpt-5.4, gemini:gemini-2.5-flash`.
fn selectable_routes(settings: &Settings) -> impl Iterator<Item = ModelRoute> {
    let others = settings.owner_models.iter().map(|name| {
        // Only a known API's name before the colon is a prefix: model names may contain one (`llama3:8b`).
        let (api, model) = name
            .split_once(':')
            .and_then(|(word, model)| Some((word.parse::<Api>().ok()?, model)))
            .unwrap_or((settings.api, name));
        let mut route = route_for_api(api, settings);
        model.trim().clone_into(&mut route.endpoint.model);
        route
    });
    std::iter::once(settings.route()).chain(others)
}

/// The price of a route's model: a vendor's price, what the operator says of another server, or what it would be in the demo. Other
/// servers have no known price.
fn price(route: &ModelRoute, settings: &Settings) -> Option<Price> {
    let model = &route.endpoint.model;
    match Settings::is_vendors(&route.endpoint) {
        true => Some(prices::at_vendor(model)),
        false if settings.model_prices.is_set() => {
            // Gateways put the vendor before a model's name.
            let name = model.rsplit('/').next().unwrap_or(model);
            Some(settings.model_prices.of(model).unwrap_or_else(|| prices::at_vendor(name)))
        }
        false if settings.demo => prices::listed(model),
        false => None,
    }
}

/// Whether a model is known to accept `reasoning_effort`. Others refuse the whole request because of it.
fn accepts_reasoning_effort(model: &str) -> bool {
    let families = ["gpt-5", "gpt-6", "o1", "o3", "o4", "gemini-3"];
    families.iter().any(|family| model.starts_with(family)) && !model.contains("-chat")
}

/// A digest that changes when one of the texts does. The room starts a new chain when a bot's fingerprint changes.
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
