//! The operator's settings, read from the Worker's variables and secrets. README.md lists them.
//!
//! Not here: what follows from a setting for a bot (`bots`). Reading never fails: a setting that cannot be used is replaced by
//! its default and reported in [`Settings::errors`].

mod access;
mod api_key;
mod budget;
mod challenge;
mod error;
mod model_contexts;
mod model_prices;
mod push;
mod values;

pub use access::AccessSettings;
pub use api_key::ApiKey;
pub use budget::{BudgetSettings, SpendingLimits};
pub use challenge::ChallengeSettings;
pub use error::SettingError;
pub use model_contexts::ModelContexts;
pub use model_prices::ModelPrices;
pub use push::PushSettings;
#[cfg(test)]
pub use push::tests as push_tests;

use models::{Api, Endpoint};
use room::{ModelRoute, StateMode, Tuning};
use shared::Strictness;
use worker::Env;

use crate::identity::{Keys, SecretError};
use values::{is_on, number, trimmed, word, words};

const BASE_URL: &str = "https://api.openai.com/v1";
const MODEL: &str = "gpt-5.4-mini";
const GEMINI_BASE_URL: &str = "https://generativelanguage.googleapis.com/v1beta";
const GEMINI_MODEL: &str = "gemini-2.5-flash";
const WEATHER_URL: &str = "https://api.open-meteo.com";
const GEOCODING_URL: &str = "https://geocoding-api.open-meteo.com";
/// Hosts of vendors: they need a key, and accept every parameter that their API reference lists.
const VENDORS: [&str; 2] = ["https://api.openai.com", "https://generativelanguage.googleapis.com"];

#[derive(Clone)]
pub struct Settings {
    /// The API that the operator's model server speaks.
    pub api: Api,
    pub endpoint: Endpoint,
    /// OpenAI's key; also used for moderation.
    pub key: Option<ApiKey>,
    /// The language of the bots' instructions.
    pub language: Language,
    /// Models that rooms' owners may choose for their bots besides the operator's.
    pub owner_models: Vec<String>,
    /// Whether the model server keeps conversations.
    pub state: StateMode,
    /// Whether the answers come from the demo model.
    pub demo: bool,
    /// Whether an operator can sign in.
    pub has_operator: bool,
    pub keys: Result<Keys, SecretError>,
    /// Allowed origins besides the Worker's own.
    pub origins: Vec<String>,
    pub tuning: Tuning,
    pub budget: BudgetSettings,
    /// What models cost at servers that are no vendor's.
    pub model_prices: ModelPrices,
    /// How many tokens the contexts of models have.
    pub model_contexts: ModelContexts,
    /// How strictly rooms moderate that have no setting of their own.
    pub moderation: Strictness,
    /// The operator has set `MODERATION`, so texts may be sent to a moderation service that is not the model server's vendor's own.
    is_moderation_set: bool,
    /// How push messages are sent. `None`: none are.
    pub push: Option<PushSettings>,
    pub weather_url: String,
    pub geocoding_url: String,
    /// Settings that are not used as written.
    pub errors: Vec<SettingError>,
}

/// The language of the bots' instructions. The language of an answer is that of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English, which models follow best.
    #[default]
    English,
    Korean,
}

impl Settings {
    /// Reads all settings. An empty value counts as not set.
    pub fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| value(name).and_then(|text| trimmed(&text));
        let mut errors = Vec::new();
        let api = word(
            &value,
            "OPENAI_API",
            "responses, chat_completions, gemini",
            ("responses", Api::Responses),
            |name: &str| name.parse().ok(),
            &mut errors,
        );
        // It is one of the settings of each request; here it is only checked.
        drop(ChallengeSettings::read(&value, &mut errors));
        let default = Self::vendor_route(api).endpoint;
        let base_url = value("OPENAI_BASE_URL").unwrap_or(default.base_url);
        Self {
            api,
            endpoint: Endpoint {
                base_url: base_url.trim_end_matches('/').to_owned(),
                model: value("OPENAI_MODEL").unwrap_or(default.model),
            },
            key: value("OPENAI_API_KEY").and_then(|key| ApiKey::new(&key)),
            language: word(
                &value,
                "BOT_LANGUAGE",
                "en, ko",
                ("en", Language::English),
                Language::parse,
                &mut errors,
            ),
            owner_models: value("OWNER_MODELS").map(|text| words(&text)).unwrap_or_default(),
            state: word(
                &value,
                "OPENAI_STATE",
                "auto, chain, replay",
                ("auto", StateMode::Auto),
                parse_state,
                &mut errors,
            ),
            demo: access::demo(&value),
            has_operator: access::operator_secret(&value, &mut errors).is_some(),
            keys: access::identity_keys(&value, &mut errors),
            origins: access::origins(&value, &mut errors),
            tuning: tuning(&value, &mut errors),
            budget: BudgetSettings::read(&value, &mut errors),
            model_prices: ModelPrices::read(&value, &mut errors),
            model_contexts: ModelContexts::read(&value, &mut errors),
            moderation: moderation(value("MODERATION"), &base_url),
            is_moderation_set: value("MODERATION").is_some(),
            push: PushSettings::read(&value, &mut errors),
            weather_url: value("WEATHER_URL").unwrap_or_else(|| WEATHER_URL.to_owned()),
            geocoding_url: value("WEATHER_URL").unwrap_or_else(|| GEOCODING_URL.to_owned()),
            errors,
        }
    }

    /// Reads the settings of the Worker.
    pub fn from_env(env: &Env) -> Self {
        Self::read(|name| env.var(name).ok().map(|value| value.to_string()))
    }

    /// Whether the operator's model server is a vendor's own.
    pub fn is_hosted(&self) -> bool {
        Self::is_vendors(&self.endpoint)
    }

    /// The route of bots that name no other server.
    pub fn route(&self) -> ModelRoute {
        ModelRoute { api: self.api, endpoint: self.endpoint.clone(), key: Self::vendor_route(self.api).key }
    }

    /// The route to an API's own vendor, with that vendor's default model and the variable of its key.
    pub fn vendor_route(api: Api) -> ModelRoute {
        let (base_url, model, key) = match api {
            Api::Responses | Api::ChatCompletions => (BASE_URL, MODEL, "OPENAI_API_KEY"),
            Api::Gemini => (GEMINI_BASE_URL, GEMINI_MODEL, "GEMINI_API_KEY"),
        };
        let endpoint = Endpoint { base_url: base_url.to_owned(), model: model.to_owned() };
        ModelRoute { api, endpoint, key: key.to_owned() }
    }

    /// The base URL of the moderation service; `None`: the word list decides. OpenAI is asked where there is its key: at OpenAI
    /// always, with Gemini only if the operator has set `MODERATION`, since texts then go to another company. Other servers that
    /// speak OpenAI's APIs are asked themselves if it is set. No other vendor is sent OpenAI's key.
    pub fn moderation_service(&self) -> Option<&str> {
        let has_key = self.key.is_some();
        match self.api {
            Api::Gemini => (has_key && self.is_moderation_set).then_some(BASE_URL),
            Api::Responses | Api::ChatCompletions if self.is_hosted() => {
                has_key.then_some(self.endpoint.base_url.as_str())
            }
            Api::Responses | Api::ChatCompletions => {
                self.is_moderation_set.then_some(self.endpoint.base_url.as_str())
            }
        }
    }

    /// Whether a moderation service without the endpoint is an error: OpenAI has it, other servers may not.
    pub fn must_have_moderation(url: &str) -> bool {
        url.starts_with(BASE_URL)
    }

    /// Whether an endpoint is a vendor's own.
    pub fn is_vendors(endpoint: &Endpoint) -> bool {
        let after = VENDORS.iter().find_map(|vendor| endpoint.base_url.strip_prefix(vendor));
        after.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Language {
    fn parse(code: &str) -> Option<Self> {
        match code {
            "en" => Some(Self::English),
            "ko" => Some(Self::Korean),
            _ => None,
        }
    }
}

fn parse_state(word: &str) -> Option<StateMode> {
    match word {
        "auto" => Some(StateMode::Auto),
        "chain" => Some(StateMode::Chain),
        "replay" => Some(StateMode::Replay),
        _ => None,
    }
}

/// `MODERATION`: `strict`, `normal` or `off`; as before there were three, every other word but those for "off" means `normal`.
fn moderation(text: Option<String>, base_url: &str) -> Strictness {
    let is_vendors = Settings::is_vendors(&Endpoint { base_url: base_url.to_owned(), model: String::new() });
    match text {
        Some(text) if !is_on(&text) => Strictness::Off,
        Some(text) if text.trim().eq_ignore_ascii_case("strict") => Strictness::Strict,
        Some(_) => Strictness::Normal,
        None if is_vendors => Strictness::Normal,
        None => Strictness::Off,
    }
}

/// `SEND_MICROS` and `ADDRESS_FACTOR`.
fn tuning(value: &dyn Fn(&str) -> Option<String>, errors: &mut Vec<SettingError>) -> Tuning {
    let default = Tuning::default();
    let send_micros = u32::try_from(default.send_micros).unwrap_or_default();
    Tuning {
        send_micros: number(value, "SEND_MICROS", (0, 1_000), send_micros, errors).into(),
        address_factor: access::address_factor(value, errors),
        ..default
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[(&str, &str)]) -> Settings {
        Settings::read(|name| values.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_default_is_openai_without_a_key() {
        let settings = read(&[("OPENAI_API_KEY", "  "), ("OPENAI_BASE_URL", "")]);
        assert_eq!(settings.endpoint.base_url, "https://api.openai.com/v1");
        assert_eq!(settings.endpoint.model, "gpt-5.4-mini");
        assert_eq!(settings.state, StateMode::Auto);
        assert!(settings.is_hosted() && settings.key.is_none() && settings.keys.is_err() && !settings.demo);
    }

    #[test]
    fn everything_can_be_set() {
        let settings = read(&[
            ("OPENAI_API_KEY", "sk-1\n"),
            ("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1/"),
            ("OPENAI_MODEL", "llama"),
            ("OPENAI_STATE", "replay"),
            ("DEMO", "1"),
            ("IDENTITY_SECRET", "0123456789abcdef0123456789abcdef"),
            ("ALLOWED_ORIGINS", "http://127.0.0.1:8080"),
        ]);
        assert_eq!(settings.endpoint.base_url, "http://127.0.0.1:11434/v1");
        assert_eq!(settings.endpoint.model, "llama");
        assert_eq!(settings.state, StateMode::Replay);
        assert_eq!(
            settings.key.as_ref().map(|key| key.header(Api::Responses)),
            Some(("authorization", "Bearer sk-1".to_owned()))
        );
        assert_eq!(format!("{:?}", settings.key), "Some(ApiKey)");
        assert!(settings.demo && settings.keys.is_ok() && !settings.is_hosted());
        assert_eq!(settings.origins, ["http://127.0.0.1:8080"]);
    }

    #[test]
    fn each_api_has_its_own_vendor() {
        let gemini = read(&[("OPENAI_API", "gemini"), ("OPENAI_API_KEY", "sk-1")]);
        assert_eq!(gemini.endpoint.base_url, "https://generativelanguage.googleapis.com/v1beta");
        assert_eq!(gemini.endpoint.model, "gemini-2.5-flash");
        assert_eq!(gemini.route().key, "GEMINI_API_KEY", "no vendor is given the key of another");
        assert!(gemini.is_hosted());
        let both = [("OPENAI_API", "gemini"), ("OPENAI_API_KEY", "sk-1"), ("MODERATION", "on")];
        assert_eq!(
            read(&both).moderation_service(),
            Some("https://api.openai.com/v1"),
            "nor OpenAI's own to another"
        );
        assert_eq!(gemini.moderation_service(), None, "texts go to OpenAI only if the operator wants it");
        assert_eq!(read(&[("OPENAI_API", "chat_completions")]).api, Api::ChatCompletions);
        assert_eq!(read(&[("OPENAI_API", "grpc")]).api, Api::Responses);
    }

    #[test]
    fn case_130_moderation_has_three_settings_and_a_default_for_each_kind_of_server() {
        let moderation = |text: &str| read(&[("MODERATION", text)]).moderation;
        for (text, expected) in [
            ("strict", Strictness::Strict),
            ("Strict", Strictness::Strict),
            ("normal", Strictness::Normal),
            ("on", Strictness::Normal),
            ("1", Strictness::Normal),
            ("off", Strictness::Off),
            ("no", Strictness::Off),
            ("", Strictness::Normal),
        ] {
            assert_eq!(moderation(text), expected, "{text}");
        }
        let local = ("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1");
        assert_eq!(read(&[local]).moderation, Strictness::Off);
        assert_eq!(read(&[("OPENAI_API", "gemini")]).moderation, Strictness::Normal);
        // Who is asked.
        let key = ("OPENAI_API_KEY", "sk-1");
        let service = |values: &[(&str, &str)]| read(values).moderation_service().map(str::to_owned);
        assert_eq!(service(&[key]).as_deref(), Some("https://api.openai.com/v1"));
        assert_eq!(service(&[]), None, "without a key the word list decides");
        assert_eq!(service(&[key, local]), None);
        assert_eq!(service(&[local, ("MODERATION", "strict")]).as_deref(), Some("http://127.0.0.1:11434/v1"));
    }

    #[test]
    fn each_setting_that_is_not_used_is_reported_without_its_value() {
        let errors = read(&[
            ("OPENAI_API", "grpc-canary"),
            ("SEND_MICROS", "canary"),
            ("ALLOWED_ORIGINS", "https://a.example, canary"),
            ("IDENTITY_SECRET", "canary"),
            ("BUDGET_DAY_USD", "canary"),
            ("BOT_LANGUAGE", "canary"),
        ])
        .errors;
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), 6, "{texts:?}");
        assert!(texts.iter().all(|text| !text.contains("canary")), "{texts:?}");
        assert_eq!(
            texts.first().map(String::as_str),
            Some("OPENAI_API is not one of responses, chat_completions, gemini; the Worker uses responses")
        );
        assert_eq!(read(&[]).errors, [], "a variable that is not set is no error");
    }

    #[test]
    fn numbers_out_of_range_are_not_used() {
        let tuning = |send, factor| read(&[("SEND_MICROS", send), ("ADDRESS_FACTOR", factor)]).tuning;
        assert_eq!(tuning("0", "500"), Tuning { send_micros: 0, address_factor: 500, ..Tuning::default() });
        for (gather, factor) in [("1001", "0"), ("-1", "501"), ("x", "1.5"), ("", "")] {
            assert_eq!(tuning(gather, factor), Tuning::default(), "{gather} {factor}");
        }
    }

    #[test]
    fn hosts_that_resemble_a_vendors_are_not_the_vendors() {
        for url in
            ["https://api.openai.com.evil.org/v1", "http://api.openai.com/v1", "https://api.openai.community"]
        {
            assert!(!read(&[("OPENAI_BASE_URL", url)]).is_hosted(), "{url}");
        }
    }
}
