//! The bots that result from settings.

use std::collections::BTreeSet;

use shared::Nickname;

use super::*;
use crate::nickname_keys::nickname_keys;
use crate::settings::Language;

const LOCAL: (&str, &str) = ("OPENAI_BASE_URL", "http://127.0.0.1:1/v1");

/// A model that no vendor sells.
const LLAMA: (&str, &str) = ("OPENAI_MODEL", "llama3:8b");

fn settings(values: &[(&str, &str)]) -> Settings {
    Settings::read(|name| values.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
}

fn first(values: &[(&str, &str)]) -> Bot {
    built_in_bots(&settings(values)).remove(0)
}

/// A bot whose model is not on the operator's server.
fn elsewhere(api: Option<&'static str>, server: Option<(&'static str, &'static str)>) -> BuiltInBot {
    let (base_url, key) = server.unzip();
    BuiltInBot { api, base_url, key, ..BuiltInBot::default() }
}

#[test]
fn a_chain_belongs_to_its_model_and_its_server() {
    let base = first(&[]);
    assert_eq!(base.fingerprint, first(&[("OPENAI_API_KEY", "sk-2")]).fingerprint);
    for other in
        [("OPENAI_MODEL", "other"), LOCAL, ("OPENAI_API", "chat_completions"), ("BOT_LANGUAGE", "ko")]
    {
        assert_ne!(base.fingerprint, first(&[other]).fingerprint, "{other:?}");
    }
    let digests: BTreeSet<String> =
        built_in_bots(&settings(&[])).into_iter().map(|bot| bot.fingerprint).collect();
    assert_eq!(digests.len(), BOTS.len());
    assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
}

#[test]
fn a_server_elsewhere_is_given_more_time_and_has_no_price() {
    let (vendors, local) = (first(&[]), first(&[LOCAL]));
    assert_eq!((vendors.timeouts, local.timeouts), (Timeouts::HOSTED, Timeouts::LOCAL));
    assert_eq!(vendors.price, prices::listed("gpt-5.4-mini"));
    assert_eq!(first(&[LOCAL, LLAMA]).price, None);
    assert_eq!(first(&[LOCAL, ("DEMO", "1")]).price, vendors.price, "the demo shows what it would cost");
    assert_eq!(first(&[LOCAL, ("DEMO", "1"), ("OPENAI_MODEL", "none")]).price, None);
    assert!(first(&[("OPENAI_MODEL", "gpt-9")]).price.is_some(), "budgets hold for what is not listed");
}

#[test]
fn case_135_a_gateways_models_cost_what_the_operator_says() {
    let prices = ("MODEL_PRICES", "openai/gpt-5.4=2/0.2/12, llama=0/0");
    let price = |model| first(&[LOCAL, prices, ("OPENAI_MODEL", model)]).price.unwrap();
    assert_eq!(price("openai/gpt-5.4"), Price { input: 2_000_000, cached: 200_000, output: 12_000_000 });
    assert_eq!(price("llama"), Price { input: 0, cached: 0, output: 0 });
    // What it does not name costs what the table says, or as much as the dearest model.
    assert_eq!(Some(price("openai/gpt-5.4-mini")), prices::listed("gpt-5.4-mini"));
    assert_eq!(price("mystery"), prices::at_vendor("mystery"));
    assert_eq!(price("mystery").output, 600_000_000);
    // And there are budgets.
    let limits = |values: &[(&str, &str)]| spending_limits(&settings(values)).caps.day;
    assert_eq!((limits(&[LOCAL, LLAMA]), limits(&[LOCAL, prices])), (None, Some(5_000_000)));
    assert_eq!(limits(&[LOCAL, ("MODEL_PRICES", "oops")]), Some(5_000_000), "a typing error costs nothing");
}

#[test]
fn instructions_are_in_one_language_and_end_with_the_rules() {
    for (word, language, begins) in [
        ("", Language::English, "You are @chatbot.\n"),
        ("en", Language::English, "You are @chatbot.\n"),
        ("ko", Language::Korean, "당신은 @chatbot입니다.\n"),
        ("fr", Language::English, "You are @chatbot.\n"),
    ] {
        let instructions = first(&[("BOT_LANGUAGE", word)]).instructions;
        assert!(
            instructions.starts_with(begins) && instructions.ends_with(RULES.in_language(language)),
            "{word}"
        );
    }
}

/// The build cannot check this: the tables of look-alike letters are the Worker's.
#[test]
fn no_two_names_look_alike() {
    let mut seen: Vec<(String, &str)> = Vec::new();
    for bot in &BOTS {
        for name in bot.aliases.iter().chain([&bot.handle]) {
            for key in nickname_keys(&Nickname::parse(name).unwrap()).unwrap().0 {
                let other = seen.iter().find(|(known, of)| *known == key && of != name);
                assert_eq!(other, None, "{name}");
                seen.push((key, name));
            }
        }
    }
}

#[test]
fn an_effort_is_sent_only_to_models_that_accept_it() {
    for (model, effort) in [
        ("gpt-5.4-mini", Some("low")),
        ("o4-mini", Some("low")),
        ("gpt-4.1", None),
        ("gpt-5-chat-latest", None),
        ("llama3:8b", None),
    ] {
        let values = [("OPENAI_MODEL", model)];
        assert_eq!(first(&values).parameters.reasoning_effort.as_deref(), effort, "{model}");
        let template = custom_bot_policy(&settings(&values)).template;
        assert_eq!(template.parameters.reasoning_effort.as_deref(), effort, "{model}");
        assert_eq!(first(&values).parameters.thinking_budget, None, "{model}");
    }
    let gemini = first(&[("OPENAI_API", "gemini")]).parameters;
    assert_eq!((gemini.reasoning_effort, gemini.thinking_budget), (None, Some(512)));
}

#[test]
fn a_bot_with_another_api_goes_to_its_vendor_with_that_vendors_key() {
    let gemini = route(&elsewhere(Some("gemini"), None), &settings(&[LOCAL]));
    assert_eq!(gemini.endpoint.base_url, "https://generativelanguage.googleapis.com/v1beta");
    assert_eq!((gemini.api, gemini.key.as_str()), (Api::Gemini, "GEMINI_API_KEY"));
    let openai = route(&elsewhere(Some("responses"), None), &settings(&[("OPENAI_API", "gemini")]));
    assert_eq!(openai.endpoint.base_url, "https://api.openai.com/v1");
    assert_eq!((openai.api, openai.key.as_str()), (Api::Responses, "OPENAI_API_KEY"));
    let chat = route(&elsewhere(Some("chat_completions"), None), &settings(&[LOCAL]));
    assert_eq!((chat.api, chat.endpoint.base_url.as_str()), (Api::ChatCompletions, LOCAL.1));
    let other = route(&elsewhere(None, Some(("https://models.example/v1", "OTHER_KEY"))), &settings(&[]));
    assert_eq!(
        (other.endpoint.base_url.as_str(), other.key.as_str()),
        ("https://models.example/v1", "OTHER_KEY")
    );
    let own = route(&elsewhere(None, None), &settings(&[("OPENAI_API", "gemini")]));
    assert_eq!((own.key.as_str(), own.endpoint.model.as_str()), ("GEMINI_API_KEY", "gemini-2.5-flash"));
}

#[test]
fn owners_choose_among_what_the_operator_lists() {
    let models = "gpt-5.4, gpt-5.4-mini,,llama3:8b, gemini:gemini-2.5-flash,gpt-5.4";
    let policy = custom_bot_policy(&settings(&[("OWNER_MODELS", models)]));
    let offered: Vec<&str> = policy.models.iter().map(|model| model.route.endpoint.model.as_str()).collect();
    assert_eq!(offered, ["gpt-5.4-mini", "gpt-5.4", "llama3:8b", "gemini-2.5-flash"]);
    let gemini = &policy.models[3];
    assert_eq!((gemini.route.api, gemini.route.key.as_str()), (Api::Gemini, "GEMINI_API_KEY"));
    assert_eq!(gemini.price, prices::listed("gemini-2.5-flash"));
    let template = policy.template;
    assert_eq!(template.instructions, RULES.in_language(Language::English));
    assert_eq!(template.tools, room::tools::ALL);
}

#[test]
fn there_are_limits_as_soon_as_some_model_is_paid_for() {
    let has_limits = |values: &[(&str, &str)]| {
        let SpendingLimits { budget, caps, .. } = spending_limits(&settings(values));
        assert!(budget.has_ledger, "the operator may set limits without a deploy");
        caps.day.is_some()
    };
    assert!(has_limits(&[]));
    assert!(!has_limits(&[LOCAL, LLAMA]) && !has_limits(&[LOCAL, ("DEMO", "1")]));
    assert!(has_limits(&[LOCAL, ("BUDGET_DAY_USD", "2")]));
    assert!(has_limits(&[LOCAL, ("OWNER_MODELS", "gemini:gemini-2.5-flash")]));
    assert!(!has_limits(&[("BUDGET_DAY_USD", "off"), ("BUDGET_HOUR_USD", "off")]));
}

#[test]
fn case_194_what_an_owners_bot_sends_by_default_depends_on_its_own_model() {
    let models = "gpt-4.1,llama3:8b,gemini:gemini-2.5-flash,gpt-5.4";
    let policy =
        custom_bot_policy(&settings(&[("OWNER_MODELS", models), ("MODEL_CONTEXT", "llama3:8b=8192")]));
    let of = |name: &str| policy.models.iter().find(|model| model.route.endpoint.model == name).unwrap();
    let effort = |name| of(name).defaults.reasoning_effort.clone();
    assert_eq!((effort("gpt-5.4-mini").as_deref(), effort("gpt-5.4").as_deref()), (Some("low"), Some("low")));
    assert_eq!((effort("gpt-4.1"), effort("llama3:8b"), effort("gemini-2.5-flash")), (None, None, None));
    assert_eq!(of("gemini-2.5-flash").defaults.thinking_budget, Some(512));
    assert_eq!(
        (of("gpt-4.1").context_tokens, of("llama3:8b").context_tokens),
        (Some(1_047_576), Some(8_192))
    );
    // Reasoning counts, so the limit that a price asks for leaves room for an answer. Without a price none is sent.
    assert_eq!(of("gpt-5.4").defaults.max_output_tokens, Some(4_096));
    let free = custom_bot_policy(&settings(&[LOCAL, LLAMA]));
    assert_eq!(free.models[0].defaults.max_output_tokens, None);
}

#[test]
fn case_197_a_listed_model_has_its_price_at_any_server() {
    for name in ["gpt-5.4-mini", "openai/gpt-5.4-mini", "gpt-5.4-mini-2026-03-17"] {
        let values = [LOCAL, ("OPENAI_MODEL", name)];
        assert_eq!(first(&values).price, prices::listed("gpt-5.4-mini"), "{name}");
        assert_eq!(spending_limits(&settings(&values)).caps.day, Some(5_000_000), "{name}");
    }
    let none = [LOCAL, ("OPENAI_MODEL", "gpt-5.4-mini"), ("MODEL_PRICES", "gpt-5.4-mini=0/0")];
    assert_eq!(first(&none).price, Some(Price::default()), "the operator says otherwise");
    let zero = [LOCAL, LLAMA, ("BUDGET_DAY_USD", "0")];
    assert_eq!((first(&zero).price, spending_limits(&settings(&zero)).caps.day), (None, Some(0)));
}
