//! What the operator set, read from the Worker's variables and secrets.
//!
//! Not here: what a variable is for. Reading never fails; what is missing shows where it is needed.

use std::fmt;

use models::{Api, Endpoint};
use room::ledger::Caps;
use room::{ModelRoute, StateMode, Tuning};
use worker::Env;

use crate::identity::Keys;
use crate::made::Language;
use crate::{bots, budget, origin};

const BASE_URL: &str = "https://api.openai.com/v1";
const MODEL: &str = "gpt-5.4-mini";
const GEMINI_BASE_URL: &str = "https://generativelanguage.googleapis.com/v1beta";
const GEMINI_MODEL: &str = "gemini-2.5-flash";
const WEATHER_URL: &str = "https://api.open-meteo.com";
const GEOCODING_URL: &str = "https://geocoding-api.open-meteo.com";
/// Hosts of vendors: they need a key, and take everything that their descriptions have.
const VENDORS: [&str; 2] = ["https://api.openai.com", "https://generativelanguage.googleapis.com"];

/// What the operator set.
#[derive(Clone)]
pub struct Settings {
    /// What the models' server speaks.
    pub api: Api,
    /// Where models are asked.
    pub endpoint: Endpoint,
    /// OpenAI's key. It goes into one header of one request and nowhere else.
    pub key: Option<ApiKey>,
    /// The language of the bots' instructions.
    pub language: Language,
    /// What rooms' owners may choose for their bots besides the operator's model.
    pub owner_models: Vec<String>,
    /// Whether that server keeps conversations.
    pub state: StateMode,
    /// Whether the answers come from the demo model.
    pub demo: bool,
    /// What signs identities. `None`: there is no secret, or it is too short.
    pub keys: Option<Keys>,
    /// Origins besides the Worker's own.
    pub origins: Vec<String>,
    /// What the rooms may be told to do otherwise.
    pub tuning: Tuning,
    /// What the bots of a room may cost.
    pub budget: room::Budget,
    /// What the whole deployment may cost.
    pub caps: Caps,
    /// Whether questions are checked by the moderation endpoint first.
    pub moderation: bool,
    /// Where the weather is asked.
    pub weather_url: String,
    /// Where cities are found.
    pub geocoding_url: String,
}

/// A key that no log can show by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl Settings {
    /// Reads all settings. Empty values are as good as missing ones.
    pub fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let value =
            |name: &str| value(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let api = value("OPENAI_API").and_then(|word| word.parse().ok()).unwrap_or_default();
        let usual = Self::vendors(api).endpoint;
        let base_url = value("OPENAI_BASE_URL").unwrap_or(usual.base_url);
        let settings = Self {
            api,
            endpoint: Endpoint {
                base_url: base_url.trim_end_matches('/').to_owned(),
                model: value("OPENAI_MODEL").unwrap_or(usual.model),
            },
            key: value("OPENAI_API_KEY").map(ApiKey),
            language: match value("BOT_LANGUAGE").as_deref() {
                Some("ko") => Language::Korean,
                _ => Language::English,
            },
            owner_models: value("OWNER_MODELS").map(|text| list(&text)).unwrap_or_default(),
            state: match value("OPENAI_STATE").as_deref() {
                Some("chain") => StateMode::Chain,
                Some("replay") => StateMode::Replay,
                _ => StateMode::Auto,
            },
            demo: value("DEMO").is_some_and(|text| is_on(&text)),
            keys: value("IDENTITY_SECRET")
                .and_then(|secret| Keys::new(&secret, value("IDENTITY_SECRET_OLD").as_deref())),
            origins: value("ALLOWED_ORIGINS").map(|text| origin::list(&text)).unwrap_or_default(),
            tuning: tuning(value),
            budget: room::Budget::default(),
            caps: Caps::default(),
            moderation: value("MODERATION").map_or(base_url.starts_with(BASE_URL), |text| is_on(&text)),
            weather_url: value("WEATHER_URL").unwrap_or_else(|| WEATHER_URL.to_owned()),
            geocoding_url: value("WEATHER_URL").unwrap_or_else(|| GEOCODING_URL.to_owned()),
        };
        let costs = bots::routes(&settings).any(|route| Self::is_vendors(&route.endpoint));
        let budget::Spending { budget, caps } = budget::read(value, costs);
        Self { budget, caps, ..settings }
    }

    /// Reads the settings of the Worker.
    pub fn from_env(env: &Env) -> Self {
        Self::read(|name| env.var(name).ok().map(|value| value.to_string()))
    }

    /// Whether the models are the API's own, which need a key and take everything that its description has.
    pub fn is_hosted(&self) -> bool {
        Self::is_vendors(&self.endpoint)
    }

    /// What the bots of a room may cost.
    pub fn budget(&self) -> room::Budget {
        self.budget
    }

    /// Where the bots' models are that name no other place.
    pub fn route(&self) -> ModelRoute {
        ModelRoute { api: self.api, endpoint: self.endpoint.clone(), key: Self::vendors(self.api).key }
    }

    /// An API at its own vendor, with that vendor's usual model and the variable of its key.
    pub fn vendors(api: Api) -> ModelRoute {
        let (base_url, model, key) = match api {
            Api::Responses | Api::ChatCompletions => (BASE_URL, MODEL, "OPENAI_API_KEY"),
            Api::Gemini => (GEMINI_BASE_URL, GEMINI_MODEL, "GEMINI_API_KEY"),
        };
        let endpoint = Endpoint { base_url: base_url.to_owned(), model: model.to_owned() };
        ModelRoute { api, endpoint, key: key.to_owned() }
    }

    /// Where texts are moderated: at the operator's server where that speaks OpenAI's APIs, otherwise at OpenAI, since no
    /// other vendor may be given its key.
    pub fn moderation_url(&self) -> &str {
        match self.api {
            Api::Responses | Api::ChatCompletions => &self.endpoint.base_url,
            Api::Gemini => BASE_URL,
        }
    }

    /// Whether an endpoint is a vendor's own.
    pub fn is_vendors(endpoint: &Endpoint) -> bool {
        let after = VENDORS.iter().find_map(|vendor| endpoint.base_url.strip_prefix(vendor));
        after.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// What is set to anything but a no.
pub(crate) fn is_on(text: &str) -> bool {
    !matches!(text.to_ascii_lowercase().as_str(), "0" | "false" | "off" | "no")
}

/// Words separated by commas.
fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// `GATHER_MS` (0 to 1,000) and `ADDRESS_FACTOR` (1 to 500). What is no number in its range counts as not set.
fn tuning(value: impl Fn(&str) -> Option<String>) -> Tuning {
    let usual = Tuning::default();
    let number = |name: &str| value(name).and_then(|text| text.parse::<u32>().ok());
    Tuning {
        gather_ms: number("GATHER_MS").filter(|ms| *ms <= 1_000).map_or(usual.gather_ms, u64::from),
        address_factor: number("ADDRESS_FACTOR")
            .filter(|factor| (1..=500).contains(factor))
            .unwrap_or(usual.address_factor),
    }
}

impl ApiKey {
    /// A key, if the text is one.
    pub fn new(text: &str) -> Option<Self> {
        Some(text.trim()).filter(|text| !text.is_empty()).map(|text| Self(text.to_owned()))
    }

    /// The header that carries it, and its value.
    pub fn header(&self, api: Api) -> (&'static str, String) {
        api.key_header(&self.0)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(&str, &str)]) -> Settings {
        Settings::read(|name| values.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn without_anything_set_it_is_the_api_without_a_key() {
        let settings = of(&[("OPENAI_API_KEY", "  "), ("OPENAI_BASE_URL", "")]);
        assert_eq!(settings.endpoint.base_url, "https://api.openai.com/v1");
        assert_eq!(settings.endpoint.model, "gpt-5.4-mini");
        assert_eq!(settings.state, StateMode::Auto);
        assert!(settings.is_hosted() && settings.key.is_none() && settings.keys.is_none() && !settings.demo);
    }

    #[test]
    fn everything_can_be_set() {
        let settings = of(&[
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
        assert!(settings.demo && settings.keys.is_some() && !settings.is_hosted());
        assert_eq!(settings.origins, ["http://127.0.0.1:8080"]);
    }

    #[test]
    fn another_api_has_another_vendor() {
        let gemini = of(&[("OPENAI_API", "gemini"), ("OPENAI_API_KEY", "sk-1")]);
        assert_eq!(gemini.endpoint.base_url, "https://generativelanguage.googleapis.com/v1beta");
        assert_eq!(gemini.endpoint.model, "gemini-2.5-flash");
        assert_eq!(gemini.route().key, "GEMINI_API_KEY", "no vendor is given the key of another");
        assert!(gemini.is_hosted());
        assert_eq!(gemini.moderation_url(), "https://api.openai.com/v1", "nor OpenAI's own to another");
        assert_eq!(of(&[("OPENAI_API", "chat_completions")]).api, Api::ChatCompletions);
        assert_eq!(of(&[("OPENAI_API", "grpc")]).api, Api::Responses);
    }

    #[test]
    fn there_are_limits_as_soon_as_some_model_is_paid_for() {
        let local = ("OPENAI_BASE_URL", "http://127.0.0.1:1/v1");
        let has_limits = |values: &[(&str, &str)]| {
            let settings = of(values);
            assert_eq!(settings.caps.day.is_some(), settings.budget().has_ledger);
            settings.caps.day.is_some()
        };
        assert!(has_limits(&[]));
        assert!(!has_limits(&[local]) && !has_limits(&[local, ("DEMO", "1")]));
        assert!(has_limits(&[local, ("BUDGET_DAY_USD", "2")]));
        assert!(has_limits(&[local, ("OWNER_MODELS", "gemini:gemini-2.5-flash")]));
        assert!(!has_limits(&[("BUDGET_DAY_USD", "off"), ("BUDGET_HOUR_USD", "off")]));
    }

    #[test]
    fn what_is_out_of_range_tunes_nothing() {
        let tuning = |gather, factor| of(&[("GATHER_MS", gather), ("ADDRESS_FACTOR", factor)]).tuning;
        assert_eq!(tuning("0", "500"), Tuning { gather_ms: 0, address_factor: 500 });
        for (gather, factor) in [("1001", "0"), ("-1", "501"), ("x", "1.5"), ("", "")] {
            assert_eq!(tuning(gather, factor), Tuning::default(), "{gather} {factor}");
        }
    }

    #[test]
    fn look_alikes_of_the_api_are_not_the_api() {
        for url in
            ["https://api.openai.com.evil.org/v1", "http://api.openai.com/v1", "https://api.openai.community"]
        {
            assert!(!of(&[("OPENAI_BASE_URL", url)]).is_hosted(), "{url}");
        }
    }
}
