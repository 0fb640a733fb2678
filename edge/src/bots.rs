//! The built-in bots of every room, from `bots.toml` and the operator's settings, and the policy for custom bots.
//!
//! Not here: when a bot is called and which messages it gets, which are the room's rules.

pub mod built_in;
pub mod prices;

use models::{Api, Endpoint, Parameters, families};
use room::knowledge::Knowledge;
use room::{Bot, CustomBotPolicy, ModelRoute, OfferedModel, StateMode, Timeouts};
use sha2::{Digest, Sha256};
use shared::answer_schema::AnswerSchema;
use shared::{CardKind, Price};

use crate::settings::{Settings, SpendingLimits};

use built_in::{BOTS, BuiltInBot, RULES, owned};

/// `max_output_tokens` of a custom bot that sets no limit, where its model has a price: reasoning counts, and so much is reserved
/// for every call. Without a price no limit is sent.
const CUSTOM_BOT_OUTPUT_TOKENS: u32 = 4_096;

/// The built-in bots, as the room gets them.
pub fn built_in_bots(settings: &Settings) -> Vec<Bot> {
    BOTS.iter().map(|bot| build(bot, settings)).collect()
}

/// The models that custom bots may use, and the settings that all of them share.
pub fn custom_bot_policy(settings: &Settings) -> CustomBotPolicy {
    let mut models: Vec<OfferedModel> = Vec::new();
    for route in selectable_routes(settings) {
        if !models.iter().any(|known| known.route.endpoint.model == route.endpoint.model) {
            models.push(offered_model(route, settings));
        }
    }
    let route = settings.route();
    let rules = RULES.in_language(settings.language);
    let template = Bot {
        fingerprint: fingerprint(&[&route.endpoint.base_url, route.api.as_str(), rules]),
        parameters: offered_model(route.clone(), settings).defaults,
        tools: owned(&room::tools::ALL),
        ..with_route(Bot::plain("", rules), route, settings)
    };
    CustomBotPolicy { models, template }
}

/// A model as owners are offered it: what their bots send by default depends on this model alone.
fn offered_model(route: ModelRoute, settings: &Settings) -> OfferedModel {
    let model = &route.endpoint.model;
    let price = price(&route, settings);
    let max_output_tokens = price.is_some_and(|price| price.output > 0).then_some(CUSTOM_BOT_OUTPUT_TOKENS);
    let defaults = Parameters { max_output_tokens, ..families::low_effort(model) };
    OfferedModel { price, context_tokens: context_tokens(&route, settings), defaults, route }
}

/// Tokens of a route's model: what the operator says, or the table.
fn context_tokens(route: &ModelRoute, settings: &Settings) -> Option<u64> {
    let model = &route.endpoint.model;
    settings.model_contexts.of(model).or_else(|| families::capabilities(model).context.map(u64::from))
}

/// The spending limits of this deployment. They have defaults as soon as some bot's model has a price, other than the demo's, or the
/// operator has said what models cost.
pub fn spending_limits(settings: &Settings) -> SpendingLimits {
    let is_paid = |route: ModelRoute| {
        Settings::is_vendors(&route.endpoint) || (!settings.demo && price(&route, settings).is_some())
    };
    settings.budget.limits(settings.model_prices.is_set() || routes(settings).any(is_paid))
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
    let can = families::capabilities(model);
    // A model that the file names gets the file's parameters, and the operator's model what its family has for them.
    if built_in.model.is_none() && !can.is_known_to_reason() {
        (parameters.reasoning_effort, parameters.verbosity) = (None, None);
    } else if built_in.model.is_none() && parameters.reasoning_effort.as_deref() == Some("low") {
        let low = families::low_effort(model);
        (parameters.reasoning_effort, parameters.thinking_budget) =
            (low.reasoning_effort, low.thinking_budget);
    }
    let parameters = families::fit(&parameters, route.api, model);
    let fingerprint = fingerprint(&[model, base_url, route.api.as_str(), &instructions]);
    let plain = Bot::plain(built_in.handle, &instructions);
    let bot = with_route(plain.clone(), route, settings);
    let knowledge = built_in.knowledge.map(Knowledge::built_in);
    Bot {
        aliases: owned(built_in.aliases),
        name: built_in.name.to_localized(),
        about: built_in.about.to_localized(),
        colour: built_in.colour,
        fingerprint,
        parameters,
        tools: owned(built_in.tools),
        schema: built_in.schema.and_then(|schema| AnswerSchema::parse(schema).ok()),
        card: match built_in.schema {
            Some(_) => Some(CardKind::Fields),
            None => built_in.card.and_then(|kind| kind.parse().ok()),
        },
        window: built_in.window.unwrap_or(plain.window),
        rotate_at: built_in.rotate_at.unwrap_or(plain.rotate_at),
        alternatives: built_in.alternatives,
        // Passages belong to one question, so they must not stay in a chain.
        state: if knowledge.is_some() { StateMode::Replay } else { bot.state },
        knowledge,
        ..bot
    }
}

/// Sets a bot's route and what depends on it: price, timeouts, state.
fn with_route(bot: Bot, route: ModelRoute, settings: &Settings) -> Bot {
    let is_vendors = Settings::is_vendors(&route.endpoint);
    Bot {
        price: price(&route, settings),
        context_tokens: context_tokens(&route, settings),
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

/// The price of a route's model: a vendor's price, what the operator says of another server, or what the listed model costs at its
/// vendor: behind a gateway somebody pays for it too. Other models have no known price.
fn price(route: &ModelRoute, settings: &Settings) -> Option<Price> {
    let model = &route.endpoint.model;
    // Gateways put the vendor before a model's name.
    let name = model.rsplit('/').next().unwrap_or(model);
    match Settings::is_vendors(&route.endpoint) {
        true => Some(prices::at_vendor(model)),
        false if settings.model_prices.is_set() => {
            Some(settings.model_prices.of(model).unwrap_or_else(|| prices::at_vendor(name)))
        }
        false => prices::listed(name),
    }
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
