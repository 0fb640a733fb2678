//! The bots as they become with what an operator may set.

use std::collections::BTreeSet;

use shared::Nickname;

use super::*;
use crate::made::Language;
use crate::names;

const LOCAL: (&str, &str) = ("OPENAI_BASE_URL", "http://127.0.0.1:1/v1");

fn settings(values: &[(&str, &str)]) -> Settings {
    Settings::read(|name| values.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
}

fn first(values: &[(&str, &str)]) -> Bot {
    bots(&settings(values)).remove(0)
}

/// A bot whose model is not where the operator's is.
fn elsewhere(api: Option<&'static str>, server: Option<(&'static str, &'static str)>) -> Made {
    let (base_url, key) = server.unzip();
    Made { api, base_url, key, ..Made::default() }
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
    let digests: BTreeSet<String> = bots(&settings(&[])).into_iter().map(|bot| bot.fingerprint).collect();
    assert_eq!(digests.len(), BOTS.len());
    assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
}

#[test]
fn a_server_elsewhere_is_given_more_time_and_has_no_price() {
    let (vendors, local) = (first(&[]), first(&[LOCAL]));
    assert_eq!((vendors.timeouts, local.timeouts), (Timeouts::HOSTED, Timeouts::LOCAL));
    assert_eq!(vendors.price, prices::listed("gpt-5.4-mini"));
    assert_eq!(local.price, None);
    assert_eq!(first(&[LOCAL, ("DEMO", "1")]).price, vendors.price, "the demo shows what it would cost");
    assert_eq!(first(&[LOCAL, ("DEMO", "1"), ("OPENAI_MODEL", "none")]).price, None);
    assert!(first(&[("OPENAI_MODEL", "gpt-9")]).price.is_some(), "budgets hold for what is not listed");
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
        assert!(instructions.starts_with(begins) && instructions.ends_with(RULES.of(language)), "{word}");
    }
}

/// The room compares names by their look, which the build cannot: its tables are the Worker's.
#[test]
fn no_two_names_look_alike() {
    let mut seen: Vec<(String, &str)> = Vec::new();
    for made in &BOTS {
        for name in made.aliases.iter().chain([&made.handle]) {
            for key in names::keys(&Nickname::parse(name).unwrap()).unwrap().0 {
                let other = seen.iter().find(|(known, of)| *known == key && of != name);
                assert_eq!(other, None, "{name}");
                seen.push((key, name));
            }
        }
    }
}

#[test]
fn an_effort_goes_only_to_models_that_take_it() {
    for (model, effort) in [
        ("gpt-5.4-mini", Some("low")),
        ("o4-mini", Some("low")),
        ("gpt-4.1", None),
        ("gpt-5-chat-latest", None),
        ("llama3:8b", None),
    ] {
        let values = [("OPENAI_MODEL", model)];
        assert_eq!(first(&values).parameters.reasoning_effort.as_deref(), effort, "{model}");
        let template = custom_bots(&settings(&values)).template;
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
    let custom_bots = custom_bots(&settings(&[("OWNER_MODELS", models)]));
    let offered: Vec<&str> =
        custom_bots.models.iter().map(|(route, _)| route.endpoint.model.as_str()).collect();
    assert_eq!(offered, ["gpt-5.4-mini", "gpt-5.4", "llama3:8b", "gemini-2.5-flash"]);
    let (gemini, price) = &custom_bots.models[3];
    assert_eq!((gemini.api, gemini.key.as_str()), (Api::Gemini, "GEMINI_API_KEY"));
    assert_eq!(*price, prices::listed("gemini-2.5-flash"));
    let template = custom_bots.template;
    assert_eq!(template.instructions, RULES.of(Language::English));
    assert_eq!(template.parameters.max_output_tokens, Some(1_024));
    assert_eq!(template.parameters.reasoning_effort, None, "not every one of these takes it");
    assert_eq!(template.tools, room::tools::ALL);
}
